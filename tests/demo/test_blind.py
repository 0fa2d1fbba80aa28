"""The exercise's two unreleased plans are found by the button, and no trace of either is elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from seamline import wiring
from seamline.actions.blind import steps
from seamline.actions.node import Node
from seamline.clock import SystemClock
from seamline.demo import blind, build
from seamline.log.keys import SigningKey
from tests.nodes import officer

SECRET = "passphrase of the exercise"
SIDES = {"baghdad": "isf", "erbil": "ksf"}
TITLES = {"baghdad": blind.CONVOY, "erbil": blind.SEARCH}
UNITS = {"baghdad": "لواء الإسناد", "erbil": "تیپی ٥"}


@dataclass
class Week:
    """The exercise's nodes, and every file that passed between any two of them, opened by its reader."""

    nodes: dict[str, Node]
    passed: list[tuple[str, str, bytes]] = field(default_factory=list)

    def carry(self) -> int:
        """Everybody to everybody, as files, until nothing is new."""
        new = 0
        for one in self.nodes.values():
            for other in self.nodes.values():
                if one is not other:
                    assert one.carrier is not None
                    assert other.carrier is not None
                    data = one.carrier.write([other.name]).data
                    self.passed.append((one.name, other.name, data))
                    report = other.carrier.read(data)
                    other.photos.catch_up()
                    new += report.new + report.blobs
        return new

    def settle(self) -> None:
        for _ in range(12):
            said = sum(steps.advance(node) for node in self.nodes.values())
            if not said + self.carry():
                return
        raise AssertionError("they never rest")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("the exercise")
    build.build(folder, SECRET, 8800, SystemClock().now(), lambda line: None)
    with ExitStack() as stack:
        yield Week({n: stack.enter_context(wiring.opened(folder / n, SECRET)) for n in build.NODES})


def key(node: Node, party: str) -> SigningKey:
    seed = node.local.get(f"demo.key.{party}.signatory-1")
    assert seed is not None
    return SigningKey(seed)


def consent(node: Node, party: str, run: str) -> dict[str, Any]:
    from seamline.actions import write
    from seamline.actions.blind import desk

    who = officer(party, "signatory")
    asked = desk.draft_consent(node, who, run)
    attest = write.attest(asked.entry, "isf+ksf+mag", key(node, party))
    desk.consent(node, who, run, attest).result()
    return asked.numbers


def test_the_two_headquarters_find_it_and_nobody_has_the_others_plan(week: Week) -> None:
    from seamline.actions.blind import desk, status

    week.settle()
    baghdad = week.nodes["baghdad"]
    (universe,) = status.status(baghdad, officer("isf", "signatory"))["universes"]
    assert universe["agreed"]
    item, _ = desk.start(baghdad, officer("isf", "signatory"), universe["id"]).result()
    week.carry()
    for name, party in SIDES.items():
        assert consent(week.nodes[name], party, item["id"])["marked"] > 0
    week.settle()
    for name, party in SIDES.items():
        told = status.one(week.nodes[name], officer(party, "watch"), item["id"])
        assert told["stage"] == "done"
        assert told["outcomes"][party]["found"] == "sound"
        (spot,) = told["learnt"]["spots"]
        assert spot["end"] - spot["start"] == 2 * 3_600_000
        assert spot["mgrs"].startswith("38S")
        assert [plan["title"] for plan in spot["plans"]] == [TITLES[name]]
    assert status.one(week.nodes["adviser"], officer("mag", "watch"), item["id"])["learnt"] is None
    _no_trace(week)


def _no_trace(week: Week) -> None:
    """Rows, logs, blobs and every captured file, as opened by whoever may: nothing of the other's plan."""
    for owner, title in TITLES.items():
        words = [title.encode(), UNITS[owner].encode(), json.dumps(title).encode()]
        (row,) = [
            r for r in week.nodes[owner].picture.current_of_kind("activity") if title in r.body.decode()
        ]
        words.append(row.id.encode())
        for name, node in week.nodes.items():
            if name == owner:
                continue
            for arrival in node.log.journal(0, 100_000):
                assert not any(word in (arrival.data or b"") for word in words), (owner, name)
            assert not any(word in line.encode() for line in node.picture.dump() for word in words)
            for local in node.local.keys(""):
                assert not any(word in (node.local.get(local) or b"") for word in words), local
        for source, target, data in week.passed:
            assert not any(word in data for word in words), (source, target)
