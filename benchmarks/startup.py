"""Start to ready, and memory of an idle node, beside a bare Litestar program started the same way.

The node has the exercise's week in it: sealed keys, encrypted stores, roster, links, screens. The
floor imports the same web framework and answers one route. Targets: ready within 1.5 s, 120 MB idle.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from seamline.demo import build

RUNS = 7
SETTLE_S = 3.0
SECRET = "a passphrase for benchmarks"

FLOOR = """
import sys, uvicorn
from litestar import Litestar, get
@get("/healthz")
async def healthz() -> dict[str, bool]: return {"ok": True}
uvicorn.run(Litestar([healthz]), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


def main() -> None:
    """Print both rows and their ratios."""
    with tempfile.TemporaryDirectory(prefix="seamline startup ") as name:
        folder = Path(name)
        port = _free_port()
        build.build(folder, SECRET, port, time.time_ns() // 1_000_000, lambda line: None)
        erbil = port + list(build.NODES).index("erbil")
        node = [
            _measure([sys.executable, "-m", "seamline", "serve", str(folder / "erbil")], erbil)
            for _ in range(RUNS)
        ]
        floor = [_measure([sys.executable, "-c", FLOOR, str(erbil)], erbil) for _ in range(RUNS)]
    rows = {"seamline serve": node, "bare Litestar": floor}
    for label, found in rows.items():
        seconds, megabytes = ([f[i] for f in found] for i in (0, 1))
        print(
            f"{label:16} ready median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s; "
            f"idle median {statistics.median(megabytes):.0f} MB, worst {max(megabytes):.0f} MB"
        )
    for i, what in enumerate(("ready", "idle memory")):
        ratio = statistics.median(f[i] for f in node) / statistics.median(f[i] for f in floor)
        print(f"{what}: {ratio:.2f} x the floor")


def _measure(command: list[str], port: int) -> tuple[float, float]:
    """Seconds from start until a connection is taken, and resident megabytes after it has settled."""
    env = os.environ | {"SEAMLINE_PASSPHRASE": SECRET}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"{command} ended with {process.returncode}")
            time.sleep(0.005)
        ready = time.perf_counter() - start
        time.sleep(SETTLE_S)
        return ready, _resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def _free_port() -> int:
    """The first of four ports in a row that nobody listens on."""
    for port in range(18_800, 19_800, 10):
        try:
            for offset in range(len(build.NODES)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        return port
    raise SystemExit("no four free ports in a row")


if __name__ == "__main__":
    main()
