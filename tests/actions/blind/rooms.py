"""Two headquarters and a facilitator in memory, with a universe all agreed on; whole nodes, no sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from seamline.actions import write
from seamline.actions.blind import desk, erasing, runs, steps
from seamline.actions.node import Node
from seamline.log.entry import Entry, sign
from seamline.records.values import CODES
from tests.nodes import START, World, attested, copy, officer, put

A, B, F = "isf", "ksf", "mag"
SHARED, ALL = "isf+ksf", "isf+ksf+mag"
HOUR, DAY = 3_600_000, 86_400_000
FIRST = (START // DAY + 1) * DAY
ROLES = CODES["role"]


def area(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}}


def patrol(lon: float, lat: float, hours: float, lasts: float = 3, **more: Any) -> dict[str, Any]:
    """A plan at a point, so many hours after the universe begins."""
    begin = FIRST + int(hours * HOUR)
    return {
        "title_text": "Secret patrol",
        "type": "patrol",
        "when": {"start": begin, "end": begin + int(lasts * HOUR)},
        "place": {"lon": lon, "lat": lat},
        **more,
    }


@dataclass
class Rooms:
    """by: the node of each party. Nothing is carried before `carry` or `settle`."""

    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.by: dict[str, Node] = {
            A: self.world.node("baghdad", A, channels=(SHARED, ALL)),
            B: self.world.node("erbil", B, channels=(SHARED, ALL)),
            F: self.world.node("adviser", F, channels=(ALL,)),
        }
        self.world.meet()

    # ------------------------------------------------------------ carrying

    def carry(self, source: str, target: str) -> int:
        """As one message from one to the other: entries, and blobs that they name."""
        one, other = self.by[source], self.by[target]
        for channel in one.channels():
            if target in channel.split("+"):
                other.open_channel(channel)
        moved = copy(one, other)
        other.photos.catch_up()
        one.photos.catch_up()
        for channel in other.channels():
            for named in other.photos.lacking(channel, None):
                data = one.photos.serve(channel, named.hash)
                if data is not None:
                    other.photos.came(channel, named.hash, data)
                    moved += 1
        return moved

    def advance(self, party: str) -> int:
        return steps.advance(self.by[party])

    def settle(self) -> None:
        """Until nobody has anything more to say."""
        for _ in range(20):
            if not sum(self.advance(p) for p in self.by) + sum(
                self.carry(a, b) for a in self.by for b in self.by if a != b
            ):
                return
        raise AssertionError("they never rest")

    # ------------------------------------------------------------ officers

    def plan(self, party: str, body: dict[str, Any]) -> dict[str, Any]:
        return put(self.by[party], officer(party, "planner"), "activity", party, body)

    def yes(self, party: str, item: dict[str, Any], part: str = "party") -> None:
        body = {"of": item["id"], "hash": item["hash"], "part": part}
        who = officer(party, "signatory")
        attested(self.world, self.by[party], who, "endorsement", item["channel"], body)

    def sector(self, **more: Any) -> dict[str, Any]:
        body = {"name": "Sector", "place": area(43.4, 35.6, 43.8, 35.8), **more}
        item = put(self.by[A], officer(A, "release"), "sector", SHARED, body)
        self.settle()
        for party in (A, B):
            self.yes(party, item)
        self.settle()
        return item

    def universe(
        self, check: str = "clash", sector: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Proposed by A, endorsed by both, witnessed by F, known to all."""
        areas = ((sector or self.sector())["id"],)
        wish = desk.Wish("Week", check, B, F, areas, **{"start": FIRST, "days": 2, **more})
        item, _ = desk.propose(self.by[A], officer(A, "release"), wish).result()
        self.settle()
        for party, part in ((A, "party"), (B, "party"), (F, "witness")):
            self.yes(party, item, part)
        self.settle()
        return item

    def start(self, universe: dict[str, Any], party: str = A, amends: str | None = None) -> str:
        who = officer(party, "planner", "signatory")
        item, _ = desk.start(self.by[party], who, universe["id"], amends).result()
        return str(item["id"])

    def consent(self, party: str, run: str) -> dict[str, Any]:
        """As the signatory does: read the numbers, sign."""
        node, who = self.by[party], officer(party, "signatory")
        asked = desk.draft_consent(node, who, run)
        signed = sign(asked.entry, runs_channel(node, run), self.world.officer_key(party, "signatory"))
        assert signed.sig is not None
        attest = write.Attest(asked.entry.id, asked.entry.at, signed.sig)
        desk.consent(node, who, run, attest).result()
        return asked.numbers

    def agreed(self, universe: dict[str, Any], amends: str | None = None) -> str:
        """Started and consented to by both, known to all; what follows is the nodes' own doing."""
        run = self.start(universe, amends=amends)
        self.carry(A, B)
        self.carry(A, F)
        self.consent(A, run)
        self.consent(B, run)
        return run

    # ------------------------------------------------------------ looking

    def run(self, party: str, id: str) -> runs.Run:
        row = self.by[party].picture.record(ALL, id)
        assert row is not None
        found = runs.load(self.by[party].picture, row)
        assert found is not None
        return found

    def learnt(self, party: str) -> list[dict[str, Any]]:
        rows = self.by[party].picture.current_of_kind("blind_learnt", (party,))
        return [msgspec.json.decode(row.body) for row in rows]

    def found(self, party: str, id: str) -> str:
        """What this side said of the answer, as that party's node knows it."""
        outcome = self.run(party, id).outcomes.get(party)
        return outcome[1].found if outcome else ""

    def tick(self, ms: int) -> None:
        for node in self.by.values():
            node.clock.advance(ms)  # type: ignore[attr-defined]  # a ManualClock

    def erase(self) -> None:
        for node in self.by.values():
            erasing.erase(node)

    def close(self) -> None:
        self.world.close()


def runs_channel(node: Node, run: str) -> str:
    return node.picture.find(run, node.channels())[0].channel


def plain_and(x: Any, y: Any) -> Any:
    return np.flatnonzero(x & y)


MEETING = (patrol(43.60, 35.70, 5), patrol(43.605, 35.702, 6))


def meeting(rooms: Rooms, **universe: Any) -> str:
    """A run over two plans that meet, consented to by both; nothing sent yet."""
    rooms.plan(A, MEETING[0])
    rooms.plan(B, MEETING[1])
    return rooms.agreed(rooms.universe(**universe))


def say(rooms: Rooms, party: str, kind: str, body: dict[str, Any], channel: str = ALL) -> None:
    """As a node that does not follow the steps: an entry of its own."""
    node = rooms.by[party]
    entry = Entry(node.clock.new_id(), kind, party, "node", node.clock.now(), body)
    node.writer.submit(lambda tx: write.append(node, tx, channel, "routine", entry, no=0)).result()
