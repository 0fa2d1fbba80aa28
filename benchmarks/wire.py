"""Bytes on the wire and time to converge after a cut of seven days, beside PouchDB, git, MISP and zstd -19.

12,000 records (`_wire_records`), the same for all. Seamline: two real nodes on disk (`_wire_ours`) and a line
that is computed (`_wire_line`): bytes / rate + 150 ms each way, so a loaded machine changes no figure. The
peers (`_wire_peers`) run over loopback through a proxy that counts bytes and turns; their time is bytes /
rate + turns x 300 ms. HTTP's headers count, TCP's do not. Also three figures without a clock: bytes, turns
(for Seamline: requests answered, also those that overlap), and fsyncs of both sides (counted before libc).

Then what a record, a receipt and a check cost, and how long a flash alert waits behind 50 MB under way.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import _wire_format as form
from benchmarks import _wire_peers as peers
from benchmarks import _wire_records as records
from benchmarks._wire_counts import Syncs, syncs
from seamline.log import canonical
from seamline.log.entry import Entry

BITS = (64_000, 1_000_000)
DELAY = 0.15


def main() -> None:
    """Print tables."""
    said = records.entries()
    # Without a space: the loader cuts LD_PRELOAD there.
    with tempfile.TemporaryDirectory(prefix="seamline-wire-") as name:
        folder = Path(name)
        counted = syncs(folder)
        _after_the_cut(folder, counted, said)
        _format(said)
        _flash(counted)


def _after_the_cut(folder: Path, counted: Syncs, said: list[Entry]) -> None:
    bodies = [canonical.encode(one.body) for one in said]
    least, count = peers.floor(bodies), len(said)
    whole = sum(map(len, records.as_bytes(said)))
    print(f"{count:,} records, {whole / count:.0f} bytes each as entries; zstd -19 of all bodies: {least:,}")
    print(
        f"{'':36} {'bytes':>11} {'a record':>8} {'floor':>6} {'turns':>6} {'fsyncs':>6}  64 kbit/s   1 Mbit/s"
    )
    ours = []
    for bits in BITS:
        told = _ours(counted, "converge", bits)
        size = told["there"] + told["back"]
        ours.append(size)
        times = ["", ""]
        times[BITS.index(bits)] = f"{told['seconds']:.0f} s"
        _row(f"Seamline at {bits // 1000} kbit/s", size, least, count, told["trips"], told["syncs"], times)
    for one in _all_peers(folder, counted, records.documents(said)):
        times = [f"{one.seconds(bits, DELAY):.0f} s" for bits in BITS]
        _row(one.name, one.size, least, count, one.turns, one.syncs, times)
        print(f"{'':36} {one.size / ours[0]:.1f} x and {one.size / ours[1]:.1f} x Seamline's")


def _row(
    name: str, size: int, least: int, count: int, turns: int, synced: int | None, times: list[str]
) -> None:
    told = "-" if synced is None else str(synced)
    print(
        f"{name:36} {size:11,} {size / count:8.0f} {size / least:6.2f} {turns:6} {told:>6}"
        f" {times[0]:>10} {times[1]:>10}",
        flush=True,
    )


def _all_peers(folder: Path, counted: Syncs, documents: peers.Documents) -> Iterator[peers.Counted]:
    ways: list[Callable[[], peers.Counted]] = [
        lambda: peers.pouch(folder, documents, counted),
        lambda: peers.pouch(folder, documents, counted, 1000),
        lambda: peers.git(folder, documents, counted, hourly=False),
        lambda: peers.git(folder, documents, counted, hourly=True),
        lambda: peers.misp(documents, packed=False),
        lambda: peers.misp(documents, packed=True),
    ]
    for way in ways:
        try:
            yield way()
        except peers.Missing as reason:
            print(f"left out: {reason}")


def _ours(counted: Syncs, *words: object) -> dict[str, Any]:
    """What `_wire_ours` measured, in a process of its own, whose fsyncs are counted."""
    command = [sys.executable, "-m", "benchmarks._wire_ours", words[0], *words[1:2], DELAY, *words[2:]]
    done = subprocess.run(
        [str(word) for word in command], env=os.environ | counted.env, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _format(said: list[Entry]) -> None:
    incidents = [one for one in said if one.kind == "incident"]
    for name, some in (
        ("incidents", incidents),
        ("incidents signed by an officer", records.signed(incidents)),
    ):
        one = form.marginal(some)
        print(
            f"one more of 100 {name}: {one.median:.0f} bytes (nine of ten: {one.nine:.0f}, most: {one.most}),"
            f" {one.whole:.0f} with all around them"
        )
    alone, further, sealed = form.receipts()
    print(
        f"a receipt: {alone} bytes, each further one {further:.0f}, a part of one signed and sealed {sealed}"
    )
    for name, rate in zip(("entries", "entries signed by an officer"), form.verify(said), strict=True):
        print(
            f"verified: {rate.ours:,.0f} {name} a second of one core; SHA-256 and Ed25519 alone"
            f" {rate.floor:,.0f}, {rate.floor / rate.ours:.1f} x"
        )


def _flash(counted: Syncs) -> None:
    for who, what in (("baghdad", "dials"), ("erbil", "is dialled")):
        told = _ours(counted, "flash", BITS[0], "notes", who)
        for way in ("behind", "against"):
            took = told[way]
            print(
                f"flash at 64 kbit/s, 50 MB of who {what}, {way} it: median {statistics.median(took):.2f} s,"
                f" most {max(took):.2f} s of {len(took)}; messages of {told['room']:,} bytes"
            )


if __name__ == "__main__":
    main()
