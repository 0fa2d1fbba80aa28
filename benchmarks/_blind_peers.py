"""Other ways to the same answer, each in an environment of its own; never a dependency of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._blind_spu import PROGRAM as SPU

OPENMINED = """
import hashlib, json, resource, sys, time
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
found = hashlib.sha256(np.sort(x[found]).astype("<i8").tobytes()).hexdigest()
total = sum(len(m.SerializeToString()) for m in (setup, asked, reply))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"cpu": cpu, "bytes": total, "peak_mb": peak, "found": found}))
"""
MPYC = """
import hashlib, json, resource, sys, time
import numpy as np
from mpyc.runtime import mpc
size, part = int(sys.argv[1]), float(sys.argv[2])
x, y = (np.random.default_rng(1 + i).random(size) < part for i in range(2))
field = mpc.SecFld(257)
async def main():
    await mpc.start()
    t = time.process_time()
    met = []
    for start in range(0, size, 200_000):
        a = mpc.input(field.array(x[start : start + 200_000].astype(int)), senders=0)
        b = mpc.input(field.array(y[start : start + 200_000].astype(int)), senders=1 % len(mpc.parties))
        met.append(start + np.flatnonzero(np.array((await mpc.output(a * b)).value)))
    cpu = time.process_time() - t
    found = hashlib.sha256(np.concatenate(met).astype("<i8").tobytes()).hexdigest()
    sent = sum(p.protocol.nbytes_sent for p in mpc.parties if p.pid != mpc.pid) if len(mpc.parties) > 1 else 0
    await mpc.shutdown()
    if mpc.pid == 0:
        print(json.dumps({"cpu": cpu * len(mpc.parties), "bytes": sent * len(mpc.parties), "found": found,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
mpc.run(main())
"""
# What to install, the program, its words, whether the whole size takes no more than minutes, which checks.
WAYS: dict[str, tuple[str, str, list[str], bool, tuple[str, ...]]] = {
    "OpenMined ECDH-PSI": ("openmined-psi", OPENMINED, [], False, ("clash", "gap")),
    "MPyC, 3 parties": ("mpyc", MPYC, ["-M3"], False, ("clash",)),
    "SPU ECDH-PSI": ("spu", SPU, ["ecdh"], True, ("clash",)),
    "SPU RR22 fast": ("spu", SPU, ["rr22"], True, ("clash", "gap")),
}
PARTS = {"clash": 0.2, "gap": 0.8}


def main(size: int, ours: Callable[[str, int], str]) -> list[str]:
    """A line for each peer that could be installed, and why not for each other; who found something else.

    ours: the digest of what we find at a check and a size.
    """
    where = os.environ.get("SEAMLINE_BENCH_PEERS")
    if where is None:
        print("peers: not run (SEAMLINE_BENCH_PEERS names no folder)")
        return []
    python = Path(where) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", where], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "numpy"], check=True)
    # The slow ones take hours at the whole size on a machine that has other work.
    slow = int(os.environ.get("SEAMLINE_BENCH_PEER_SIZE", size))
    wrong, known = [], {}
    for name, (package, program, words, quick, checks) in WAYS.items():
        fault = _install(python, package)
        for check in () if fault else checks:
            at = size if quick else slow
            told = _one(python, name, program, [*words, str(at), str(PARTS[check])])
            if (check, at) not in known:
                known[check, at] = ours(check, at)
            found = told.pop("found", None)
            if found is not None and found != known[check, at]:
                wrong.append(f"{name} ({check})")
            same = "the same answer as ours" if found == known[check, at] else "NOT our answer"
            print(f"{name}, {check}, {at} cell-hours: {told} {same if found else ''}", flush=True)
        if fault:
            print(f"{name}: {fault}", flush=True)
    return wrong


def _install(python: Path, package: str) -> str:
    got = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--only-binary=:all:", package],
        capture_output=True,
        text=True,
        check=False,
    )
    if not got.returncode:
        return ""
    return "not installed: " + (got.stderr.strip().splitlines() or ["?"])[-1][:160]


def _one(python: Path, name: str, program: str, words: list[str]) -> dict[str, Any]:
    # MPyC starts its other parties by the name of the file.
    file = python.parent / f"run_{name.split(maxsplit=1)[0].lower().strip(',')}.py"
    file.write_text(program)
    ran = subprocess.run([python, file, *words], capture_output=True, text=True, check=False, timeout=3600)
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    return dict(json.loads(lines[-1])) if lines else {"failed": ran.stderr[-200:]}
