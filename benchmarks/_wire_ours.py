"""Two real nodes on disk and what goes between them: run as a program, it prints what it measured as JSON.

    python -m benchmarks._wire_ours converge 64000 0.3
    python -m benchmarks._wire_ours flash 64000 0.3 records

Encrypted stores, rosters, signed and sealed parts, folds, receipts; only the line is computed
(`_wire_line`).
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import _wire_counts as counts
from benchmarks import _wire_records as records
from benchmarks._wire_line import Line, Talk
from seamline import wiring
from seamline.clock import ManualClock, uuid7
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry, to_bytes
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow

SECRET = "a passphrase for benchmarks"
CHANNEL = "isf+ksf"
OWNERS = {"baghdad": "isf", "erbil": "ksf"}
AT_ONCE = 2000
ALERTS = 40
"""Flash alerts in one run, each at another moment of the message that it meets."""


@dataclass
class Pair:
    """Two nodes of two parties that know each other; the first said it all and dials."""

    clock: ManualClock
    parts: list[wiring.Assembled]
    served: list[wiring.Served]

    def log(self, of: int, lane: str = "routine") -> LogId:
        return LogId(self.parts[of].node.key.fingerprint, CHANNEL, lane)

    def holds(self, who: int, of: int, lane: str = "routine") -> int:
        """Entries on disk."""
        return self.parts[who].node.log.head(self.log(of, lane)).size

    def receipted(self, of: int) -> int:
        """Up to where the author knows that the other has it on disk."""
        other = self.parts[1 - of].node.key.fingerprint
        kept = self.parts[of].node.log.receipts(self.log(of))
        return max((r.size for r in kept if r.reader == other), default=0)


@contextmanager
def pair() -> Iterator[Pair]:
    """In a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="seamline wire ") as name:
        folder, clock = Path(name), ManualClock(records.START + records.WEEK)
        _make(folder, clock.now())
        parts = [wiring.assemble(folder / node, SECRET, clock) for node in OWNERS]
        try:
            yield Pair(clock, parts, [wiring.Served(one) for one in parts])
        finally:
            for one in parts:
                one.close()


def _make(folder: Path, now: int) -> None:
    books = {p: PartyBook.create(folder / f"{p}.party", SECRET, p, p, now) for p in OWNERS.values()}
    cards = {}
    for name, party in OWNERS.items():
        made = wiring.init_node(folder / name, SECRET, name=name, owners=(party,), zone="Asia/Baghdad")
        cards[name] = wiring.read_card(made.card)
        books[party].say(cards[name], now)
    for name, other in (("baghdad", "erbil"), ("erbil", "baghdad")):
        with wiring.opened(folder / name, SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(CHANNEL)
            peer = hashlib.sha256(bytes.fromhex(cards[other].key)).hexdigest()[:32]
            node.local.put_link(LinkRow(peer, other, None))


def fill(parts: wiring.Assembled, said: Sequence[bytes]) -> None:
    """Straight into the log, with signed heads; its picture is not asked for and is told that it is done."""
    node = parts.node
    log = LogId(node.key.fingerprint, CHANNEL, "routine")
    for start in range(0, len(said), AT_ONCE):
        with node.log.transaction() as tx:
            head = tx.append(log, start, list(said[start : start + AT_ONCE]), node.clock.now())
            tx.put_checkpoint(
                log, head.size, checkpoint.sign(Checkpoint(log, head.size, head.root), node.key)
            )
    with node.picture.transaction() as tx:
        tx.set_folded(node.log.last_seq())


# ---------------------------------------------------------------- after the cut


def converge(bits: int, delay: float) -> dict[str, Any]:
    """All that was said in seven days of a cut, until the author has the receipt for the last of it."""
    said = records.entries()
    with pair() as two:
        # Before the cut both talked and were at rest.
        talk = Talk(two.served[0].exchange, two.served[1].exchange, Line(bits, delay), two.clock)
        talk.run(lambda: False, 60.0)
        pace = talk.pace
        pace.failed()
        fill(two.parts[0], records.as_bytes(said))
        line, before = Line(bits, delay), counts.synced()
        start = time.process_time()
        talk = Talk(two.served[0].exchange, two.served[1].exchange, line, two.clock, pace)
        if not talk.run(lambda: two.receipted(0) == len(said)):
            raise SystemExit(f"at rest with {two.holds(1, 0)} of {len(said)}")
        return {
            "seconds": talk.now,
            "there": line.sent[0],
            "back": line.sent[1],
            "trips": talk.trips,
            "syncs": None if before is None else (counts.synced() or 0) - before,
            "records": len(said),
            "processor": time.process_time() - start,
            "room": talk.pace.room,
        }


# ---------------------------------------------------------------- a flash alert behind a backlog


def backlog(kind: str, size: int) -> list[bytes]:
    """Entries of `size` bytes together: the records again and again, or notes of 60 KB that hardly shrink."""
    chance, found, total = random.Random(18), list[bytes](), 0
    shift = records.entries(2462, 500) if kind == "records" else []
    while total < size:
        n = len(found)
        at, id = records.START + n, uuid7(records.START + n, chance.randbytes(10))
        if kind == "records":
            one = msgspec.structs.replace(shift[n % len(shift)], id=id, at=at, no=n + 1)
        else:
            text = chance.randbytes(30_000).hex()
            one = Entry(id=id, kind="note", party="isf", by="watch-1", at=at, body={"text": text}, no=n + 1)
        found.append(to_bytes(one))
        total += len(found[-1])
    return found


def flash(bits: int, delay: float, kind: str, who: str = "baghdad", size: str = "50000000") -> dict[str, Any]:
    """Alerts of both sides while one's backlog goes over: seconds until each is on the other's disk.

    who: whose backlog it is; baghdad dials.
    """
    took: dict[int, list[float]] = {0: [], 1: []}
    chance = random.Random(19)
    with pair() as two:
        full = list(OWNERS).index(who)
        fill(two.parts[full], backlog(kind, int(size)))
        line = Line(bits, delay)
        talk = Talk(two.served[0].exchange, two.served[1].exchange, line, two.clock)
        talk.run(lambda: two.holds(1 - full, full) > 0)
        when = talk.now + 1
        for n in range(ALERTS):
            of = n % 2
            began = talk.run_to(when)
            count = two.holds(of, of, "flash") + 1
            _alert(two, of, count)
            if not talk.run(partial(_arrived, two, of, count)):
                raise SystemExit("an alert did not arrive")
            took[of].append(talk.now - began)
            when = talk.now + 2 + 3 * chance.random()
        entries = two.holds(full, full)
        return {
            "behind": took[full],
            "against": took[1 - full],
            "room": talk.pace.room,
            "left": entries - two.holds(1 - full, full),
            "entries": entries,
        }


def _arrived(two: Pair, of: int, count: int) -> bool:
    return two.holds(1 - of, of, "flash") == count


def _alert(two: Pair, of: int, number: int) -> None:
    node = two.parts[of].node
    body = {
        "type": "fire_exchange",
        "summary": "Shots heard north of Dibis, direction unknown",
        "precedence": "flash",
        "occurred": {"start": two.clock.now(), "end": two.clock.now() + 900_000},
        "place": {
            "geometry": {"type": "Point", "coordinates": [440_500_000, 357_000_000]},
            "accuracy_m": 1000,
        },
    }
    log = two.log(of, "flash")
    one = Entry(
        id=two.clock.new_id(),
        kind="incident",
        party=node.party,
        by="watch-1",
        at=two.clock.now(),
        body=body,
        no=number,
    )
    node.writer.submit(lambda tx: tx.log.append(log, number - 1, [to_bytes(one)], node.clock.now())).result()


def main(words: list[str]) -> None:
    """converge BITS DELAY, or flash BITS DELAY KIND."""
    what, bits, delay, *more = words
    line = int(bits), float(delay)
    print(json.dumps(converge(*line) if what == "converge" else flash(*line, *more)))


if __name__ == "__main__":
    main(sys.argv[1:])
