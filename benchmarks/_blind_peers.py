"""Other ways to the same answer, each in an environment of its own; never a dependency of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

OPENMINED = """
import json, resource, sys, time
import numpy as np
import private_set_intersection.python as psi
size, part = int(sys.argv[1]), float(sys.argv[2])
x, y = (np.flatnonzero(np.random.default_rng(1 + i).random(size) < part) for i in range(2))
a, b = [str(v) for v in x], [str(v) for v in y]
t = time.process_time()
server, client = psi.server.CreateWithNewKey(True), psi.client.CreateWithNewKey(True)
setup = server.CreateSetupMessage(1e-9, len(a), b, psi.DataStructure.RAW)
asked = client.CreateRequest(a)
reply = server.ProcessRequest(asked)
found = sorted(client.GetIntersection(setup, reply))
cpu = time.process_time() - t
assert len(found) == len(np.intersect1d(x, y))
total = sum(len(m.SerializeToString()) for m in (setup, asked, reply))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"cpu": cpu, "bytes": total, "peak_mb": peak}))
"""
MPYC = """
import json, resource, sys, time
import numpy as np
from mpyc.runtime import mpc
size, part = int(sys.argv[1]), float(sys.argv[2])
x, y = (np.random.default_rng(1 + i).random(size) < part for i in range(2))
field = mpc.SecFld(257)
async def main():
    await mpc.start()
    t = time.process_time()
    met = 0
    for start in range(0, size, 200_000):
        a = mpc.input(field.array(x[start : start + 200_000].astype(int)), senders=0)
        b = mpc.input(field.array(y[start : start + 200_000].astype(int)), senders=1 % len(mpc.parties))
        met += int(np.count_nonzero(np.array((await mpc.output(a * b)).value)))
    cpu = time.process_time() - t
    assert met == int(np.count_nonzero(x & y))
    sent = sum(p.protocol.nbytes_sent for p in mpc.parties if p.pid != mpc.pid) if len(mpc.parties) > 1 else 0
    await mpc.shutdown()
    if mpc.pid == 0:
        print(json.dumps({"cpu": cpu * len(mpc.parties), "bytes": sent * len(mpc.parties),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
mpc.run(main())
"""
WAYS = {
    "OpenMined ECDH-PSI": ("openmined-psi", OPENMINED, []),
    "MPyC, 3 parties": ("mpyc", MPYC, ["-M3"]),
    "SPU": ("spu", "", []),
}


def main(size: int) -> None:
    """A line for each peer that could be installed, and why not for each other."""
    where = os.environ.get("SEAMLINE_BENCH_PEERS")
    if where is None:
        print("peers: not run (SEAMLINE_BENCH_PEERS names no folder)")
        return
    python = Path(where) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", where], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "numpy"], check=True)
    size = int(os.environ.get("SEAMLINE_BENCH_PEER_SIZE", size))
    for name, (package, program, more) in WAYS.items():
        print(f"{name}, {size} cell-hours: {_one(python, package, program, more, size)}", flush=True)


def _one(python: Path, package: str, program: str, more: list[str], size: int) -> str:
    got = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--only-binary=:all:", package],
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        return "not installed: " + (got.stderr.strip().splitlines() or ["?"])[-1][:160]
    if not program:
        return "installed, not driven"
    # MPyC starts its other parties by the name of the file.
    file = python.parent / f"run_{package.replace('-', '_')}.py"
    file.write_text(program)
    found = []
    for part in (0.2, 0.8):
        ran = subprocess.run(
            [python, file, *more, str(size), str(part)],
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
        )
        lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
        found.append(
            f"{part:.0%} marked {lines[-1]}" if lines else f"{part:.0%}: failed, {ran.stderr[-200:]!r}"
        )
        if package == "mpyc":
            break
    return "; ".join(found)
