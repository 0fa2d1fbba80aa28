"""Rooms in namespaces: `seamline serve` in processes of their own, who know and believe each other."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from seamline import wiring
from seamline.actions import audit
from seamline.actions.evidence import EvidenceBook
from seamline.log import statement
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow
from tests.network.line import Weather
from tests.network.spaces import Joined, Space, join
from tests.served import ROLES, SECRET, Served

PORT = 8800
SHARED = "isf+ksf"
BODY = {
    "summary": "Shots heard",
    "type": "fire_exchange",
    "occurred": {"start": 1_760_000_000_000, "end": 1_760_000_600_000},
    "place": {"lon": 43.74, "lat": 35.72},
}


@dataclass
class Room:
    """A node and the namespace it is in. lanes: those it spoke in; the day's anchor is routine."""

    served: Served
    space: Space
    lanes: set[str] = field(default_factory=lambda: {"routine"})

    def start(self) -> None:
        with self.space.inside():
            self.served.start()

    def stop(self) -> None:
        assert self.served.stop() == 0

    def say(self, count: int, lane: str = "routine", words: str = "", channel: str = SHARED) -> list[str]:
        """So many incidents, each with words that nothing presses; their ids."""
        found = []
        self.lanes.add(lane)
        with self.space.inside(), self.served.client() as client:
            for number in range(count):
                summary = f"{words or self.served.name} {number} {os.urandom(40).hex()}"
                body = BODY | {"summary": summary}
                asked = {"kind": "incident", "channel": channel, "lane": lane, "body": body}
                answer = client.post("/api/records", json=asked)
                assert answer.status_code == 201, answer.text
                found.append(answer.json()["id"])
        return found

    def ask(self, path: str, **query: Any) -> Any:
        with self.space.inside(), self.served.client() as client:
            return client.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        with self.space.inside(), self.served.client() as client:
            answer = client.post(path, json=body)
            assert answer.status_code in (200, 201), answer.text
            told: dict[str, Any] = answer.json()
            return told

    def gets(self, path: str) -> bool:
        """Whether it is there."""
        with self.space.inside(), self.served.client() as client:
            return bool(client.get(path).status_code == 200)

    def has(self, id: str) -> bool:
        return self.gets(f"/api/records/{id}")

    def held(self, node: str, lane: str = "routine") -> int:
        """Entries of that node's log in the shared channel that are here, receipted by this room."""
        return self.receipts().get((node, lane, self.served.name), (0, 0))[0]

    def links(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/api/links")["items"]
        return found

    def receipts(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """By (node, lane, reader) of the shared channel: entries receipted, entries held here."""
        items = self.ask("/api/receipts")["items"]
        return {
            (one["node"], one["lane"], one["reader"]): (one["size"], one["of"])
            for one in items
            if one["channel"] == SHARED
        }


def found(
    folder: Path, owners: Mapping[str, tuple[str, ...]], dials: Sequence[tuple[str, str, str]]
) -> dict[str, Served]:
    """Nodes by name and owners, who know each other and hold SHARED; not started.

    dials: (who dials, whom, at which URL); the other side waits to be dialled.
    """
    now = time.time_ns() // 1_000_000
    parties = sorted({party for of in owners.values() for party in of})
    books = {p: PartyBook.create(folder / f"{p}.party", SECRET, p, p, now) for p in parties}
    for book in books.values():
        book.say(statement.Officer("duty-1", None, tuple(sorted(ROLES)), "duty"), now)
    made: dict[str, Served] = {}
    for name, of in owners.items():
        new = wiring.init_node(folder / name, SECRET, name=name, owners=of, host="0.0.0.0", port=PORT)
        for party in of:
            books[party].say(wiring.read_card(new.card), now)
        made[name] = Served(name, folder / name, f"http://127.0.0.1:{PORT}")
    for name, of in owners.items():
        with wiring.opened(folder / name, SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(SHARED)
            accounts = wiring.accounts_of(node)
            for party in of:
                accounts.add(party, "duty-1", ROLES)
            made[name].token, _ = accounts.issue(of[0], "duty-1")
            for who, whom, url in dials:
                if name in (who, whom):
                    other = node.trust.roster.node_named(whom if name == who else who)
                    assert other is not None
                    node.local.put_link(LinkRow(other.fingerprint, other.name, url if name == who else None))
    return made


@dataclass
class Country:
    """Rooms that run, the lines between them, and the channel they share."""

    rooms: dict[str, Room]
    lines: list[Joined]

    def settled(self) -> bool:
        """All hold the same of every log, and every reader's receipt over all of it is everywhere."""
        names = set(self.rooms)
        told = [room.receipts() for room in self.rooms.values()]
        said = {(node, lane) for node, lane, _ in told[0]}
        wanted = {(node, lane, r) for node, lane, _ in told[0] for r in names - {node}}
        return (
            all(one == told[0] for one in told)
            and {(room.served.name, lane) for room in self.rooms.values() for lane in room.lanes} <= said
            and wanted == set(told[0])
            and all(size == of for size, of in told[0].values())
        )

    @property
    def offered(self) -> int:
        """Bytes that all ends put on all lines."""
        return sum(line.offered for line in self.lines)

    def end(self) -> None:
        """Stop all; then: the same heads everywhere, every log verifies, nobody was called a liar."""
        for room in self.rooms.values():
            for link in room.links():
                trouble = link["trouble"] or {"fault": "link"}
                assert trouble["fault"] == "link", trouble
                assert link["refused"] == 0, link
        for room in self.rooms.values():
            room.stop()
        heads = []
        for room in self.rooms.values():
            with wiring.opened(room.served.folder, SECRET) as node:
                logs = [log for log in node.log.logs() if log.channel == SHARED and node.log.head(log).size]
                assert [f for log in logs for f in audit.verify_log(node, log)["faults"]] == []
                assert EvidenceBook(node.local).all() == []
                heads.append({log: (node.log.head(log).size, node.log.head(log).root) for log in logs})
        for one in heads[1:]:
            assert one == heads[0]


@contextmanager
def country(
    folder: Path, owners: Mapping[str, tuple[str, ...]], weather: Weather, mtu: int = 576
) -> Iterator[Country]:
    """Rooms in a row, each joined to the next by such a line; the later one dials, the other waits for it."""
    spaces = {name: Space(name) for name in owners}
    for space in spaces.values():
        # What an ordinary system has, or worse: BBR, where it is, takes loss more lightly.
        space.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno")
    names, lines, dials = list(owners), list[Joined](), []
    for number, (near, far) in enumerate(pairwise(names)):
        net = f"10.77.{number + 1}"
        ends = (spaces[near], spaces[far])
        lines.append(join(ends, f"line{number}", net, weather, f"{folder.name} {number}", mtu))
        dials.append((far, near, f"http://{net}.1:{PORT}"))
    served = found(folder, owners, dials)
    rooms = {name: Room(served[name], spaces[name]) for name in names}
    try:
        for room in rooms.values():
            room.start()
        yield Country(rooms, lines)
    finally:
        for room in rooms.values():
            if room.served.process is not None and room.served.process.poll() is None:
                room.served.kill()
        for line in lines:
            line.close()
        for space in spaces.values():
            space.close()


def until(true: Callable[[], bool], most: float, what: str) -> float:
    """Wait until it is so, looking now and then; how long it took. Fails when it is not so after `most` s."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + most, f"not in {most:.0f} s: {what}"
        time.sleep(0.5)
    return time.monotonic() - began
