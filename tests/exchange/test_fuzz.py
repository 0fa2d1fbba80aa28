"""Files with anything done to them, at every depth: refused or taken in part, truly reported, no more.

20,000 cases in `make test`, 1,000,000 in `make soak`. Case n is the same in every run: `one(stage(), n)`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from seamline.actions.carrying import ReadReport
from seamline.errors import BadInput, RuleBroken
from seamline.exchange.courier import Courier
from seamline.exchange.dictionary import load
from seamline.exchange.links import file
from seamline.log import columns, keys, merkle, parcel
from seamline.log.checkpoint import LogId
from seamline.log.columns import Streams
from seamline.log.part import Run
from seamline.log.part_codec import encode
from seamline.log.press import COLUMNS, STORED
from seamline.store.ports import LogTx
from seamline.store.tree import LogTree
from tests.exchange.test_fragments import noise
from tests.simulated_node import SimulatedNode, World

T = TypeVar("T")
SHARED = "isf+ksf"
SHARDS, CASES = (20, 50_000) if os.environ.get("SEAMLINE_SOAK") else (4, 5_000)


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


@dataclass
class Stage:
    """b holds the first half of what a said, and is offered the rest; nothing that it takes stays."""

    a: SimulatedNode
    b: SimulatedNode
    whole: bytes
    other: bytes
    letter: bytes
    parts: list[bytes]
    payloads: list[bytes]
    runs: list[tuple[Run, Streams]]
    roots: dict[tuple[LogId, int], bytes]
    held: dict[LogId, int]
    courier: Courier
    new: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def run(self, job: Callable[[LogTx], T]) -> T:
        """In place of the writer: every log is a beginning of what a said, and then it is undone."""
        result: list[T] = []
        try:
            with self.b.log.transaction() as tx:
                result.append(job(tx))
                for log in tx.logs():
                    size = tx.head(log).size
                    assert merkle.root(LogTree(tx, log), size) == self.roots[log, size]
                    self.new += size - self.held.get(log, 0)
                raise Undone
        except Undone:
            return result[0]


def stage() -> Stage:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    press = load()

    def say(count: int) -> None:
        for n in range(count):
            lane = "flash" if n == 1 else "routine"
            a.say(
                SHARED,
                {"text": f"entry {n}", "place": [437_420_123 + n, 357_160_456], "of": "f" * 64},
                lane=lane,
            )

    say(4)
    Courier(b.exchange).read(Courier(a.exchange).write(["baghdad"]).data)
    Courier(a.exchange).read(Courier(b.exchange).write(["erbil"]).data)
    say(4)
    a.say(SHARED, {"text": noise(9_000)})
    whole = Courier(a.exchange).write(["baghdad"]).data
    other = Courier(a.exchange).write(["baghdad"], 8192).data
    letter = file.age.unlock(b.seal, whole)[0]
    parts = []
    for data in (whole, other):
        parts += file.read(data, b.seal, public_of(a)).parts
    opened = [parcel.read(part, public_of(a), press).part for part in parts]
    payloads, runs = [encode(part) for part in opened], list[tuple[Run, Streams]]()
    for part in opened:
        if isinstance(part, Run):
            streams = columns.split([e for e in part.entries if isinstance(e, bytes)])
            assert streams is not None
            runs.append((part, streams))
    roots = {
        (log, size): merkle.root(LogTree(a.log, log), size)
        for log in a.log.logs()
        for size in range(a.log.head(log).size + 1)
    }
    held = {log: b.log.head(log).size for log in b.log.logs()}
    made = Stage(a, b, whole, other, letter, parts, payloads, runs, roots, held, Courier(b.exchange))
    b.receive._run = made.run
    return made


def public_of(node: SimulatedNode) -> Callable[[str], bytes | None]:
    return lambda fingerprint: node.key.public if fingerprint == node.key.fingerprint else None


def damaged(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """Cut, flipped, spliced, repeated, grown or shrunk."""
    at, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    match rng.randrange(7):
        case 0:
            return data[:at]
        case 1 | 2:
            at = min(at, len(data) - 1)
            return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        case 3:
            return data[:at] + other[rng.randrange(len(other) + 1) :]
        case 4:
            return data[:at] + data[to : to + 40] + data[at:]
        case 5:
            return data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[at + rng.randrange(9) :]
        case _:
            return data[:at] + data[at + rng.randrange(1, 40) :]


def signed(here: Stage, payload: bytes, method: int = STORED) -> bytes:
    """As a hostile node in service signs it."""
    return parcel.sign(bytes([method]) + payload, here.a.key)


def one(here: Stage, number: int) -> ReadReport | None:
    """Case `number`; its report, None if it was refused as a whole."""
    rng = random.Random(number)
    depth = rng.choice(["file", "letter", "letter", "part", "payload", "payload", "frame", "columns"])
    here.counts[depth] = here.counts.get(depth, 0) + 1
    here.new = 0
    if depth == "file":
        bad = damaged(rng, here.whole, here.other)
        try:
            return here.courier.read(bad)
        except BadInput:
            return None
    if depth == "letter":
        try:
            found = file.letter(damaged(rng, here.letter, here.other), public_of(here.a))
        except RuleBroken:
            return None
        return here.courier.take(found)
    place, second = rng.randrange(len(here.parts)), rng.randrange(len(here.parts))
    if depth == "part":
        bad = damaged(rng, here.parts[place], here.parts[second])
    elif depth == "payload":
        bad = signed(here, damaged(rng, here.payloads[place], here.payloads[second]))
    elif depth == "frame":
        bad = parcel.sign(damaged(rng, here.parts[place][80:], here.parts[second][80:]) or b"\0", here.a.key)
    else:
        bad = _columns(here, rng)
    order = [bad, *here.parts[: rng.randrange(3)]]
    rng.shuffle(order)
    return here.courier.take(file.Found(parts=order, writer=here.a.key.fingerprint))


def _columns(here: Stage, rng: random.Random) -> bytes:
    """A run whose streams were damaged before they were pressed."""
    chosen, streams = rng.choice(here.runs)
    hurt = list(streams)
    which = rng.randrange(3)
    hurt[which] = damaged(rng, hurt[which] or b"\0", hurt[rng.randrange(3)] or b"\0")
    frame = load().from_columns(chosen, Streams(*hurt))
    return parcel.sign(bytes([COLUMNS]) + frame, here.a.key)


@pytest.mark.parametrize("shard", range(SHARDS), ids=[f"shard {n}" for n in range(SHARDS)])
def test_whatever_was_done_to_a_file(shard: int) -> None:
    here = stage()
    before: dict[str, Any] = {"heads": here.b.heads(), "statements": here.b.trust.statements()}
    for number in range(shard * CASES, (shard + 1) * CASES):
        report = one(here, number)
        if report is None:
            assert here.new == 0, number
        else:
            assert report.new == here.new, number
            assert len(report.refused) <= 200, number
    assert {"heads": here.b.heads(), "statements": here.b.trust.statements()} == before
    assert here.b.evidence.all() == []
    assert set(here.counts) == {"file", "letter", "part", "payload", "frame", "columns"}
    here.b.receive._run = here.b.run
    assert here.courier.read(here.whole).new == len(here.roots) - len(here.held) - sum(here.held.values())
    assert here.b.heads() == here.a.heads()
    assert here.a.key.fingerprint != keys.fingerprint(here.b.key.public)
