"""The exercise's two unreleased plans are found by the button, and no trace of either is elsewhere."""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions.blind import runs, steps, telling
from seamline.actions.blind.runs import Run
from seamline.actions.blind.state import State
from seamline.actions.blind.steps import plan_of
from seamline.actions.node import Node
from seamline.blind import bits, clash
from seamline.blind.keys import run_key, unseal
from seamline.clock import SystemClock
from seamline.demo import blind, build
from seamline.errors import RuleBroken
from seamline.exchange.answerer import Answerer
from seamline.exchange.caller import Caller
from seamline.exchange.courier import Courier
from seamline.exchange.talk import Exchange
from seamline.log.keys import SealKey, SigningKey
from tests.nodes import officer

SECRET = "passphrase of the exercise"
SIDES = {"baghdad": "isf", "erbil": "ksf"}
TITLES = {"baghdad": blind.CONVOY, "erbil": blind.SEARCH}
HASH = re.compile(rb"\b[0-9a-f]{64}\b")
RUNNERS = ("baghdad", "erbil", "adviser")
UNITS = {"baghdad": "لواء الإسناد", "erbil": "تیپی ٥"}


@dataclass
class Week:
    """The exercise's nodes, and every message between any two of them, as HTTP carries it."""

    folder: Path
    nodes: dict[str, Node]
    exchanges: dict[str, Exchange]
    passed: list[tuple[str, str, bytes]] = field(default_factory=list)

    def carry(self) -> int:
        """Everybody calls everybody until nothing is new."""
        before = sum(node.log.last_seq() for node in self.nodes.values())
        for one, other in combinations(self.nodes, 2):
            self._talk(one, other)
        return sum(node.log.last_seq() for node in self.nodes.values()) - before

    def _talk(self, one: str, other: str) -> None:
        caller = Caller(self.exchanges[one], self.exchanges[other].house.me)
        answerer = Answerer(self.exchanges[other])
        more = True
        while more:
            asked = caller.speak(1 << 20) or caller.listen(1 << 20)
            self.passed.append((one, other, asked.data))
            answer = answerer.answer(answerer.hear(asked.data))
            assert answer is not None
            self.passed.append((other, one, answer))
            more = caller.answered(asked, answer)
        for node in (self.nodes[one], self.nodes[other]):
            if named := node.photos.catch_up():
                node.on_photos(named)
            _at_rest(node)

    def settle(self) -> None:
        quiet = 0
        for _ in range(30):
            said = sum(steps.advance(node) for node in self.nodes.values())
            # A share is asked for in one round and comes in the next.
            quiet = 0 if said + self.carry() else quiet + 1
            if quiet == 3:
                return
        raise AssertionError("they never rest")


def _at_rest(node: Node) -> None:
    """What the node's own threads found first, they have asked for by then."""
    meet = threading.Barrier(node._pool._max_workers + 1)
    for _ in range(node._pool._max_workers):
        node._pool.submit(meet.wait)
    meet.wait()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("the exercise")
    build.build(folder, SECRET, 8800, SystemClock().now(), lambda line: None)
    with ExitStack() as stack:
        parts = {name: wiring.assemble(folder / name, SECRET) for name in build.NODES}
        for one in parts.values():
            stack.callback(one.close)
        exchanges = {name: wiring._exchange(one) for name, one in parts.items()}
        for name, one in parts.items():
            one.node.carrier = Courier(exchanges[name])
            one.node.on_photos = exchanges[name].want
        yield Week(folder, {name: one.node for name, one in parts.items()}, exchanges)


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
    _no_trace(week, item["id"])


@dataclass(frozen=True)
class Secrets:
    """What nobody but its owner may have of a plan: its words, ground and bits, and the keys of its side."""

    words: tuple[bytes, ...]
    keys: tuple[bytes, ...]

    def found(self, data: bytes) -> bool:
        return any(one in data for one in (*self.words, *self.keys))


def _secrets(node: Node, title: str, unit: str, run: Run) -> Secrets:
    (row,) = [r for r in node.picture.current_of_kind("activity") if title in r.body.decode()]
    ground = json.loads(row.body)["place"]["geometry"]["coordinates"]
    corner = json.dumps(ground[0] if isinstance(ground[0][0], int) else ground[0][0], separators=(",", ":"))
    words = (json.dumps(title), title, unit, row.id, corner)
    own, transcript = State(node.local).side(run.id), run.transcript()
    assert own is not None
    assert transcript is not None
    other = run.consents[run.terms.other(node.party)][1]
    # What only this side has. The run key is both sides' own: it must be at no facilitator's.
    keys = (own.seed, own.salt, own.plan, bits.pack(plan_of(run, own)))
    assert len(keys[-1]) * 8 >= run.terms.cells
    shared = run_key(own.seed, bytes.fromhex(other.key), transcript)
    assert len({*keys, shared}) == 5
    return Secrets(tuple(word.encode() for word in words), keys)


def _no_trace(week: Week, run_id: str) -> None:
    """Rows, logs, blobs and databases of others, opened with all they have; and what passed on the line."""
    for owner, title in TITLES.items():
        run = _loaded(week.nodes[owner], run_id)
        secrets = _secrets(week.nodes[owner], title, UNITS[owner], run)
        for name, node in week.nodes.items():
            seen = [*_pages(node), *_opened(node, _loaded(node, run_id) if name in RUNNERS else None)]
            if name == owner:
                # What is looked for would be found.
                unseen = [w for w in (*secrets.words[1:], *secrets.keys[:3]) if not any(w in d for d in seen)]
                assert unseen == []
                continue
            assert not any(secrets.found(data) for data in seen), (owner, name)
            assert not any(secrets.found(line.encode()) for line in node.picture.dump()), (owner, name)
        for source, target, data in week.passed:
            assert not secrets.found(data), (source, target)
        for file in week.folder.rglob("*"):
            assert not (file.is_file() and secrets.found(file.read_bytes())), file


def _loaded(node: Node, run_id: str) -> Run:
    row = node.picture.record("isf+ksf+mag", run_id)
    run = runs.load(node.picture, row) if row else None
    assert run is not None
    return run


def _pages(node: Node) -> Iterator[bytes]:
    """Every database of a node as it is on its disk, but for its encryption: free pages too."""
    for store in (node.local, node.log, node.picture):
        connection = store._database.writer.raw  # type: ignore[attr-defined]  # of SQLite
        connection.pragma("wal_checkpoint(TRUNCATE)")
        yield bytes(connection.serialize("main"))


def _opened(node: Node, run: Run | None) -> Iterator[bytes]:
    """Every blob of a node, and what any key that it holds opens of it."""
    state = State(node.local)
    seeds = [one.seed for one in (*state.sides(), *state.hosts())]
    named = {hash for a in node.log.journal(0, 1_000_000) for hash in HASH.findall(a.data or b"")}
    held = [data for hash in sorted(named) if (data := node.blobs.get(hash.decode())) is not None]
    files = [file for file in node.blobs._folder.rglob("*") if file.is_file()]  # type: ignore[attr-defined] # on disk
    assert len(held) == len(files), "a blob that no entry names"
    for data in held:
        yield data
        if run is None:
            continue
        transcript = run.transcript() or b""
        for seed in seeds:
            for side in run.terms.sides:
                with suppress(RuleBroken):
                    share = unseal(seed, transcript, side, data)
                    yield share
                    yield clash.read_share(run.terms, side, transcript, share)
            with suppress(RuleBroken):
                yield SealKey(seed).open(data, telling.ANSWER + transcript)


def test_the_facilitator_opens_both_shares_and_has_no_more_of_a_plan_than_its_size(week: Week) -> None:
    """The control of the search above: he does open them, and what he opens is in no order he knows."""
    adviser = week.nodes["adviser"]
    (run,) = runs.runs(adviser)
    shares = [data for data in _opened(adviser, run) if data[:4] == b"SBC1"]
    assert len(shares) == 2
    for side in run.terms.sides:
        node = week.nodes[next(name for name, party in SIDES.items() if party == side)]
        own = State(node.local).side(run.id)
        assert own is not None
        plan = plan_of(run, own)
        (share,) = [one for one in shares if one[36] == run.terms.place(side)]
        got = bits.unpack(
            clash.read_share(run.terms, side, run.transcript() or b"", share), clash.places(run.terms), "test"
        )
        # As many of the plan's places are set as chance sets of any places: he cannot tell them.
        expected = plan.sum() * got.mean()
        assert abs(int((got[: len(plan)] & plan).sum()) - expected) < 6 * math.sqrt(max(1.0, expected))
