"""A blind check between three nodes over lines of 64 kbit/s, from the button to both answers.

python -m benchmarks._blind_line clash|gap DELAY; prints JSON. Whole nodes in memory, with what exchange says
over HTTP; the facilitator has one line for both sides, and the sides have one between them. The line is
computed (`_wire_line`): bytes / rate + DELAY seconds each way; what the nodes compute is told beside it and
takes no time there. The other side's signatory consents at once.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import combinations
from typing import Any, cast

from benchmarks._wire_line import Line, Talk
from seamline import wiring
from seamline.actions.blind import steps
from seamline.actions.blind.state import State
from seamline.actions.node import Node
from seamline.clock import ManualClock
from seamline.log.keys import SealKey
from seamline.store.ports import LinkRow
from tests.actions.blind.rooms import ALL, FIRST, HOUR, A, B, F, Rooms, area
from tests.nodes import seed

BITS = 64_000
# 600 km along a line and 30 km across it, for a week: 24,000 cells of resolution 8.
WEST, EAST, SOUTH, NORTH, DAYS = 41.0, 47.5634, 35.0, 35.27, 7
WEEK = DAYS * 24 * HOUR


class Lines:
    """Three nodes, each pair of them with a talk; one second for all."""

    def __init__(self, rooms: Rooms, delay: float) -> None:
        self.rooms = rooms
        clock = cast(ManualClock, rooms.by[A].clock)
        for node in rooms.by.values():
            node.clock = clock
        self.changed: set[str] = set()
        for one in rooms.by.values():
            for other in rooms.by.values():
                if one is not other:
                    one.local.put_link(LinkRow(other.key.fingerprint, other.name, None))
        host, between = Line(BITS, delay), Line(BITS, delay)
        self.host = host
        exchanges = {party: self._exchange(party, node) for party, node in rooms.by.items()}
        # The facilitator is dialled.
        self.talks = [
            Talk(exchanges[one], exchanges[other], host if other == F else between, clock)
            for one, other in combinations((A, B, F), 2)
        ]
        self.now = 0.0

    def _exchange(self, party: str, node: Node) -> Any:
        sealed = SealKey(seed("seal", node.name))
        exchange = wiring._exchange(wiring.Assembled(node, cast(Any, None), sealed, cast(Any, None)))
        node.on_photos = exchange.want

        def heard(arrivals: list[Any]) -> None:
            self.changed.add(party)
            exchange.notify({a.log.channel for a in arrivals})

        node.on_commit(heard)
        node.photos.on_came.append(lambda *named: self.changed.add(party))
        return exchange

    def run(self, until: Any, most: float) -> bool:
        """Go on until that is so; False at that second."""
        while not until():
            talk = min(self.talks, key=lambda one: one.due)
            if talk.due > most:
                return False
            talk.next()
            self.now = talk.now
            self.settle()
        return True

    def settle(self) -> None:
        """What each node does of itself, once something came."""
        while self.changed:
            party = self.changed.pop()
            node = self.rooms.by[party]
            # As the node does on another thread.
            if named := node.photos.catch_up():
                node.on_photos(named)
            steps.advance(node)
        for talk in self.talks:
            talk.wake(self.now)


def plans(rooms: Rooms, check: str) -> None:
    """Both mark a fifth of the ground and meet on a fifth of that; of a gap each watches four fifths."""
    wide = EAST - WEST
    starts = {"clash": {A: (0.0,), B: (0.16,)}, "gap": {A: (0, 0.2, 0.4, 0.6), B: (0.1, 0.3, 0.5, 0.7)}}
    for party in (A, B):
        # An area is said in parts of at most 150 km.
        for start in starts[check][party]:
            ground = area(WEST + wide * start, SOUTH, WEST + wide * (start + 0.2), NORTH)
            body = {
                "title_text": "Secret",
                "type": "patrol",
                "when": {"start": FIRST, "end": FIRST + WEEK},
                "place": ground,
            }
            rooms.plan(party, body | ({"mode": "undertaking", "sight_m": 500} if check == "gap" else {}))


def main(words: list[str]) -> None:
    """Agree without a line, then run over it."""
    check, delay = words[0], float(words[1])
    rooms = Rooms()
    sector = rooms.sector(place=area(WEST, SOUTH, EAST, NORTH))
    plans(rooms, check)
    cap = 1_000_000
    universe = rooms.universe(check, sector, days=DAYS, cap=cap, result_cap=cap)
    lines = Lines(rooms, delay)
    lines.run(lambda: False, 60.0)
    lines.host.sent[:] = [0, 0]
    began, computed = lines.now, time.process_time()
    id = rooms.start(universe)
    rooms.consent(A, id)
    lines.settle()
    consented = False

    def done() -> bool:
        nonlocal consented
        if not consented and rooms.by[B].picture.record(ALL, id) is not None:
            consented = True
            rooms.consent(B, id)
            lines.settle()
        return all(rooms.by[p].picture.record(ALL, id) and rooms.found(p, id) for p in (A, B))

    if not lines.run(done, 3600.0):
        faults = {party: State(node.local).fault(id) for party, node in rooms.by.items()}
        raise SystemExit(f"no answer after {lines.now:.0f} s: {faults}")
    run = rooms.run(F, id)
    own = State(rooms.by[A].local).side(id)
    print(json.dumps({
        "check": check,
        "delay": delay,
        "cells": run.terms.cells,
        "seconds": round(lines.now - began, 1),
        "host_in": lines.host.sent[0],
        "host_out": lines.host.sent[1],
        "marked": own.marked if own else None,
        "verdict": run.answers[F][1].verdict,
        "met": run.answers[F][1].count or sum(one["count"] for one in rooms.learnt(F)),
        "found": [rooms.found(p, id) for p in (A, B)],
        "computed": round(time.process_time() - computed, 1),
    }))  # fmt: skip
    rooms.close()


if __name__ == "__main__":
    main(sys.argv[1:])
