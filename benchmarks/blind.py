"""Blind checks at a week on a line of 600 km: 4,032,000 cell-hours, beside other ways to the same answer.

Ours: each party in a process of its own, so CPU and peak memory are a party's own; RUNS times, since a busy
machine adds to a process's time: the least of each step is told, as the floor is, and the middle of runs.
Others: installed into an environment of their own when SEAMLINE_BENCH_PEERS names a folder for it; what
cannot be installed is said so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from benchmarks import _blind_peers as peers
from benchmarks._blind_party import HOST, SIDES
from seamline.blind.keys import Stream
from seamline.blind.shuffle import permutation

SIZE = 4_032_000
RUNS = 9
PLACES = SIZE + 2 * (SIZE // 4) + 128


def main() -> None:
    """Print the table. SystemExit if any way finds something else than ours did over the same inputs."""
    _ours("clash")
    _ours("gap")
    _permutations()
    wrong = peers.main(SIZE, lambda check, size: _found(_run(check, size)[0]))
    if wrong:
        raise SystemExit("not the same answer: " + ", ".join(wrong))


def _ours(check: str) -> None:
    runs = [_run(check, SIZE) for _ in range(RUNS)]
    told = runs[0][0]
    for role in told:
        same = [one for run, _ in runs for one in run if one["role"] == role["role"]]
        steps = [step for step in role["cpu"] if step != "wait"]
        role["cpu"] = {step: min(one["cpu"][step] for one in same) for step in steps}
        role["peak_mb"] = max(one["peak_mb"] for one in same)
    _print(check, told, *runs[0][1])
    whole = sorted(sum(_rest(one["cpu"]) for one in run) for run, _ in runs)
    print(f"  all else in one run, the middle of {RUNS}: {whole[RUNS // 2] * 1000:.1f} ms")


def _found(told: list[dict[str, Any]]) -> str:
    """The digest of what was found; the same by all that found something."""
    (found,) = {one["found"] for one in told if one["found"]}
    return str(found)


def _run(check: str, size: int) -> tuple[list[dict[str, Any]], tuple[list[int], int]]:
    """What each party told of itself; bytes up from each side, and down to each."""
    with tempfile.TemporaryDirectory(prefix="seamline blind ") as name:
        folder = Path(name)
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks._blind_party", name, check, str(size), role],
                stdout=subprocess.PIPE,
                text=True,
            )
            for role in (*SIDES, HOST)
        ]
        told = [json.loads(one.communicate()[0]) for one in started]
        up = [(folder / s).stat().st_size for s in SIDES]
        return told, (up, (folder / "answer").stat().st_size if check == "clash" else 0)


def _rest(cpu: dict[str, float]) -> float:
    """Seconds of all steps but drawing and waiting."""
    return sum(seconds for step, seconds in cpu.items() if step not in ("draw", "wait"))


def _print(check: str, told: list[dict[str, Any]], up: list[int], down: int) -> None:
    draw = sum(r["cpu"].get("draw", 0.0) for r in told) if check == "clash" else 0.0
    rest = sum(sum(r["cpu"].values()) for r in told) - draw
    total = sum(up) + 2 * down
    floor = _floor(total)
    print(f"{check}: {total / 1e6:.2f} MB in all ({up[0]} and {up[1]} up, {down} down to each)")
    print(f"  CPU of all parties {draw + rest:.3f} s; drawing {draw:.3f}, all else {rest * 1000:.1f} ms")
    print(f"  AES-CTR and AND of the same bytes {floor * 1000:.3f} ms: all else is {rest / floor:.0f} x that")
    for role in told:
        shown = ", ".join(f"{k} {v * 1000:.1f} ms" for k, v in role["cpu"].items())
        print(f"  {role['role']}: {shown}; peak {role['peak_mb']:.0f} MB")


def _floor(count: int) -> float:
    data, best = bytes(count), 9.0
    one, other = (np.frombuffer(os.urandom(-(-PLACES // 8)), dtype=np.uint8) for _ in range(2))
    for _ in range(9):
        started = time.process_time()
        Cipher(AES(bytes(32)), CTR(bytes(16))).encryptor().update(data)
        np.bitwise_and(one, other)
        best = min(best, time.process_time() - started)
    return best


def _permutations() -> None:
    """Ways to draw one of 6,048,128 places; each from 64-bit (or 32-bit) words of the same stream."""
    words = Stream(bytes(32), "bench").take(8 * PLACES).view("<u8")
    narrow = words.view("<u4")[:PLACES]
    ways = {
        "argsort of 64-bit keys": lambda: np.argsort(words),
        "argsort of 32-bit keys (ties left: not uniform)": lambda: np.argsort(narrow),
        "two passes of radix on 16 bits (ties left: not uniform)": lambda: _radix(narrow),
        "Feistel network on a small domain, 8 rounds, cycle walking": _feistel,
        "key and place in one word, sorted, ties drawn again": lambda: permutation(bytes(32), PLACES),
    }
    print(f"drawing a permutation of {PLACES} places:")
    for name, way in ways.items():
        times = []
        for _ in range(3):
            started = time.process_time()
            way()
            times.append(time.process_time() - started)
        print(f"  {min(times) * 1000:6.0f} ms  {name}")


def _radix(keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    low = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
    return low[np.argsort((keys[low] >> 16).astype(np.uint16), kind="stable")]


def _feistel() -> np.ndarray[Any, Any]:
    """AES on each place's half in each round; a pseudo-random permutation, proven for few rounds only."""
    half, mask = 12, (1 << 12) - 1
    at = np.arange(PLACES, dtype=np.uint32)
    todo = np.arange(PLACES)
    while len(todo):
        left, right = at[todo] >> half, at[todo] & mask
        for number in range(8):
            table = (
                np.frombuffer(_round_table(number), dtype="<u8").reshape(-1, 2)[:, 0].astype(np.uint32) & mask
            )
            left, right = right, left ^ table[right]
        at[todo] = left << half | right
        todo = todo[at[todo] >= PLACES]
    return at


def _round_table(number: int) -> bytes:
    blocks = np.zeros((1 << 12, 2), dtype="<u8")
    blocks[:, 0], blocks[:, 1] = np.arange(1 << 12), number
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return Cipher(AES(bytes(32)), ECB()).encryptor().update(blocks.tobytes())


if __name__ == "__main__":
    main()
