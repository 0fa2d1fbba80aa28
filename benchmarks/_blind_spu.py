"""SecretFlow's SPU as another way to the same answer: its two parties in processes of their own.

The program below runs with the peers' Python, never with ours. It starts itself once for each party and
stands between them as a relay of their TCP connections: bytes are those of their messages, CPU is theirs.
"""

PROGRAM = """
import hashlib, json, os, resource, socket, subprocess, sys, tempfile, threading, time
import numpy as np

def plan(rank, size, part):
    return np.random.default_rng(1 + rank).random(size) < part

def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]

def party(rank, folder, size, part, protocol, own, relay):
    import spu.psi as psi
    from spu.libspu import link
    desc = link.Desc()
    desc.recv_timeout_ms = 1_800_000
    ports = [own, relay] if rank == 0 else [relay, own]
    for i, port in enumerate(ports):
        desc.add_party(f"p{i}", f"127.0.0.1:{port}")
    context = link.create_brpc(desc, rank)
    kind = psi.PsiProtocol
    conf = psi.PsiProtocolConfig(
        protocol=kind.PROTOCOL_ECDH if protocol == "ecdh" else kind.PROTOCOL_RR22, broadcast_result=True,
        ecdh_params=psi.EcdhParams(curve=psi.EllipticCurveType.CURVE_25519),
        rr22_params=psi.Rr22Rarams(low_comm_mode=False))
    given = psi.InputParams(path=f"{folder}/in{rank}.csv", selected_keys=["id"], keys_unique=True)
    out = psi.OutputParams(path=f"{folder}/out{rank}.csv", disable_alignment=True)
    before = time.process_time()
    psi.psi_execute(psi.PsiExecuteConfig(conf, given, out), context)
    cpu = time.process_time() - before
    context.stop_link()
    print(json.dumps({"cpu": cpu, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))

def pump(source, target, sent):
    while data := source.recv(1 << 16):
        sent.append(len(data))
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

def relay(port, to, sent):
    # A party that is not up yet is tried again by the other.
    server = socket.create_server(("127.0.0.1", port))
    while True:
        one, _ = server.accept()
        try:
            other = socket.create_connection(("127.0.0.1", to))
        except OSError:
            one.close()
            continue
        for pair in ((one, other), (other, one)):
            threading.Thread(target=quiet, args=(*pair, sent), daemon=True).start()

def quiet(*args):
    try:
        pump(*args)
    except OSError:
        pass

def both(size, part, protocol):
    sent, own, relays = [], [free(), free()], [free(), free()]
    for rank in (0, 1):
        threading.Thread(target=relay, args=(relays[rank], own[rank], sent), daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        plans = [plan(rank, size, part) for rank in (0, 1)]
        for rank, marked in enumerate(plans):
            np.savetxt(f"{folder}/in{rank}.csv", np.flatnonzero(marked), fmt="%d", header="id", comments="")
        parties = [subprocess.Popen([sys.executable, __file__, "party", str(rank), folder, str(size),
            str(part), protocol, str(own[rank]), str(relays[1 - rank])], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"no_proxy": "127.0.0.1"}) for rank in (0, 1)]
        said = [p.communicate(timeout=3000)[0] for p in parties]
        told = [json.loads(next(one for one in lines.splitlines() if one[:1] == "{")) for lines in said]
        got = [np.loadtxt(f"{folder}/out{rank}.csv", skiprows=1, dtype="<i8", ndmin=1) for rank in (0, 1)]
        (found,) = {hashlib.sha256(np.sort(one).tobytes()).hexdigest() for one in got}
    print(json.dumps({"found": found, "cpu": sum(t["cpu"] for t in told), "bytes": sum(sent),
        "peak_mb": max(t["peak_mb"] for t in told)}))

if sys.argv[1] == "party":
    rank, folder, size, part, protocol, own, other = sys.argv[2:]
    party(int(rank), folder, int(size), float(part), protocol, int(own), int(other))
else:
    both(int(sys.argv[2]), float(sys.argv[3]), sys.argv[1])
"""
