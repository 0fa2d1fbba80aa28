"""What needs attention in a room with 10,000 open items: one officer's list, asked for again and again.

A node on disk, encrypted, with 10,000 things open in one channel: flash alerts not opened, activities that
nobody answered (some clash), alerts without an acknowledgement, watch lists to endorse. He asks for the
first hundred as the screen does (GET /api/attention's action and its JSON): where every tenth time somebody
has said something new since, and in quiet. Beside it, in the same run, what a plain list costs: the newest
hundred rows read from the picture and encoded, nothing decided.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from seamline import wiring
from seamline.actions import read, write
from seamline.actions.attention import attention
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.log.checkpoint import LogId
from seamline.log.entry import Entry, to_bytes
from seamline.store.partybook import PartyBook

SECRET = "a passphrase for benchmarks"
CHANNEL, HOUR = "isf+ksf", 3_600_000
WATCH = Officer("isf", "watch-1", frozenset({"watch", "signatory", "release"}))
OPEN = {"incident": 4_000, "activity": 3_000, "alert": 2_000, "watch": 1_000}
ROUNDS = 500
TARGET_MS = 20.0


@contextmanager
def room() -> Iterator[tuple[Node, str]]:
    """baghdad (isf), and the fingerprint of erbil (ksf), which said it all."""
    with tempfile.TemporaryDirectory(prefix="seamline attention ") as name:
        folder, now = Path(name), time.time_ns() // 1_000_000
        cards = {}
        books = {p: PartyBook.create(folder / f"{p}.party", SECRET, p, p, now) for p in ("isf", "ksf")}
        for node, party in (("baghdad", "isf"), ("erbil", "ksf")):
            made = wiring.init_node(folder / node, SECRET, name=node, owners=(party,))
            cards[node] = wiring.read_card(made.card)
            books[party].say(cards[node], now)
        with wiring.opened(folder / "baghdad", SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(CHANNEL)
            erbil = node.trust.roster.node_named("erbil")
            assert erbil is not None
            yield node, erbil.fingerprint


def body(kind: str, i: int, now: int) -> dict[str, Any]:
    """One open thing; places and hours spread so that every tenth activity clashes with its neighbour's."""
    lon, lat = 420_000_000 + (i * 7_919) % 30_000_000, 340_000_000 + (i * 104_729) % 25_000_000
    place = {"geometry": {"type": "Point", "coordinates": [lon, lat]}}
    start = now + HOUR + (i % 200) * HOUR
    if kind == "incident":
        what = {"summary": f"Shots heard, report {i}", "type": "fire_exchange", "precedence": "flash"}
        return {**what, "occurred": {"start": now - HOUR, "end": now}, "place": place}
    if kind == "activity":
        return {
            "title_text": f"Patrol {i}",
            "type": "patrol",
            "when": {"start": start, "end": start + 6 * HOUR},
            "place": place,
        }
    if kind == "alert":
        return {"headline": f"Alert {i}", "expires": now + 500 * HOUR, "within_min": 600}
    ring = [[lon, lat], [lon + 50_000, lat], [lon, lat + 50_000], [lon, lat]]
    area = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    return {"name": f"Watch list {i}", "place": area, "hours": {"start": start, "end": start + 12 * HOUR}}


def fill(node: Node, erbil: str) -> None:
    """As if it had arrived from erbil: both lanes, folded."""
    now = node.clock.now()
    for lane, kinds in (("flash", ("incident", "alert")), ("routine", ("activity", "watch"))):
        log, number = LogId(erbil, CHANNEL, lane), 0
        for kind in kinds:
            said = []
            for i in range(OPEN[kind]):
                number += 1
                entry = Entry(
                    id=node.clock.new_id(),
                    kind=kind,
                    party="ksf",
                    by="watch-1",
                    at=now,
                    body=body(kind, i, now),
                    no=number,
                )
                said.append(to_bytes(entry))
            for start in range(0, len(said), 500):
                part = said[start : start + 500]
                node.writer.submit(
                    lambda tx, part=part, log=log: tx.log.append(log, tx.log.head(log).size, part, now)
                ).result()


def timed(step: Callable[[], Any], before: Callable[[int], None] | None = None) -> list[tuple[float, float]]:
    """Milliseconds of each of ROUNDS: by the clock, and of the processor, which others do not change."""
    took = []
    for i in range(ROUNDS):
        if before is not None:
            before(i)
        start, busy = time.perf_counter(), time.thread_time()
        step()
        took.append(((time.perf_counter() - start) * 1000, (time.thread_time() - busy) * 1000))
    return took


def main() -> None:
    """Print the table."""
    with room() as (node, erbil):
        start = time.perf_counter()
        fill(node, erbil)
        took = time.perf_counter() - start
        print(f"target p99 {TARGET_MS} ms; {sum(OPEN.values()):,} records said and folded in {took:.1f} s")
        start = time.perf_counter()
        first = attention(node, WATCH)
        print(f"first list {time.perf_counter() - start:.2f} s; open: {first['counts']}")
        saying = {
            "summary": "Quiet",
            "type": "other",
            "occurred": {"start": 1, "end": 2},
            "place": {"lon": 44.0, "lat": 35.0},
        }

        def something_new(i: int) -> None:
            if i % 10 == 0:
                write.put(node, WATCH, write.Saying("incident", CHANNEL, "flash", "en", saying)).result()

        listed = timed(lambda: msgspec.json.encode(attention(node, WATCH)), something_new)
        quiet = timed(lambda: msgspec.json.encode(attention(node, WATCH)))
        plain = timed(
            lambda: msgspec.json.encode(read.records(node, WATCH, read.RecordQuery(limit=100)).items)
        )
        for name, took in (
            ("attention, something new every tenth time", listed),
            ("attention, quiet", quiet),
            ("100 plain rows", plain),
        ):
            for i, by in enumerate(("clock", "processor")):
                ms = sorted(one[i] for one in took)
                p99 = ms[int(len(ms) * 0.99)]
                told = f"p50 {statistics.median(ms):6.2f}  p99 {p99:6.2f}  worst {ms[-1]:6.2f} ms"
                print(f"{name:45} {by:9} {told}")


if __name__ == "__main__":
    main()
