"""Evidence for officers: who may know of it, what names peer and rule, and the file that anybody checks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.actions import evidencing
from seamline.actions.attention import attention
from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.errors import NotAllowed, NotFound, RuleBroken, SeamlineError
from seamline.log import evidence_file, merkle, proof_file, statement
from seamline.log.canonical import encode
from seamline.log.checkpoint import LogId
from seamline.log.part import Evidence
from seamline.log.run import sign_head
from tests.nodes import START, World, officer, seed

BOTH, ALL = "isf+ksf", "isf+ksf+mag"


def forked(node: Node, channel: str, first: int = 2, second: int = 5) -> Evidence:
    """The node's key under two histories of one log."""
    log = LogId(node.key.fingerprint, channel, "routine")
    mine = merkle.MemoryTree(seed("one", str(n)) for n in range(first))
    other = merkle.MemoryTree(seed("other", str(n)) for n in range(second))
    heads = [
        sign_head(log, size, merkle.root(tree, size), node.key)
        for tree, size in ((mine, first), (other, second))
    ]
    way = tuple(merkle.consistency(other, first, second))
    return Evidence(log, heads[0], heads[1], merkle.root(other, first), way)


class Scene:
    """Baghdad holds that Erbil told two stories in two channels, one of which the adviser reads too."""

    def __init__(self) -> None:
        self.world = World()
        self.erbil = self.world.node("erbil", "ksf", channels=(BOTH, ALL))
        self.baghdad = self.world.node("baghdad", "isf", channels=(BOTH, ALL))
        self.adviser = self.world.node("adviser", "mag", channels=(ALL,))
        self.room = self.world.node("makhmour", "isf", "ksf", channels=(BOTH, ALL))
        self.world.meet()
        for channel in (BOTH, ALL):
            for node in (self.baghdad, self.adviser, self.erbil):
                if channel in node.channels():
                    EvidenceBook(node.local).add(forked(self.erbil, channel), START + 7)

    def known(self, *parties: str) -> dict[str, str]:
        return {p: self.world.party_key(p).fingerprint for p in parties}


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.world.close()


def test_it_names_the_peer_the_rule_and_whose_fault_it_is(scene: Scene) -> None:
    found = evidencing.evidence(scene.baghdad, officer("isf", "watch"))
    assert {one.channel for one in found} == {BOTH, ALL}
    for one in found:
        assert (one.whose, one.rule, one.fault, one.sizes) == ("erbil", "log 5.6", "theirs", [2, 5])
        assert one.since == START + 7
    assert {one.fault for one in evidencing.evidence(scene.erbil, officer("ksf", "watch"))} == {"ours"}
    items = attention(scene.baghdad, officer("isf", "watch"))["items"]
    told = [i for i in items if i["what"] == "two_stories"]
    assert {i["evidence"] for i in told} == {one.id for one in found}
    assert {(i["rule"], i["fault"], i["since"]) for i in told} == {("log 5.6", "theirs", START + 7)}


def test_only_readers_of_the_channel_hear_of_it(scene: Scene) -> None:
    """Law 3: the adviser's answers are the same whether or not the two sides know of more."""
    watch = officer("mag", "watch")
    (seen,) = evidencing.evidence(scene.adviser, watch)
    assert seen.channel == ALL
    hidden = next(o for o in evidencing.evidence(scene.baghdad, officer("isf", "watch")) if o.channel == BOTH)
    EvidenceBook(scene.adviser.local).add(forked(scene.erbil, BOTH), START)
    assert evidencing.evidence(scene.adviser, watch) == [seen]
    answers = []
    for id in (hidden.id, "0" * 32):
        with pytest.raises(NotFound) as fault:
            evidencing.evidence_file_of(scene.adviser, watch, id)
        answers.append(fault.value.message.replace(id, ""))
    assert answers[0] == answers[1]
    with pytest.raises(NotAllowed):
        evidencing.evidence(scene.baghdad, officer("isf", "administrator"))


def test_the_file_is_checked_with_nothing_but_a_fingerprint(scene: Scene) -> None:
    for one in evidencing.evidence(scene.baghdad, officer("isf", "watch")):
        data = evidencing.evidence_file_of(scene.baghdad, officer("isf", "watch"), one.id)
        assert evidence_file.is_one(data)
        assert evidence_file.claims(data) == ("ksf",)
        shown = evidence_file.check(data, scene.known("ksf"))
        assert (shown.rule, shown.whose, shown.owners) == ("log 5.6", "erbil", ("ksf",))
        assert shown.first is not None
        assert shown.second is not None
        assert (shown.first.size, shown.second.size) == (2, 5)
        assert evidence_file.log_of(shown) == LogId(scene.erbil.key.fingerprint, str(one.channel), "routine")
        with pytest.raises(RuleBroken) as fault:
            evidence_file.check(data, {"ksf": "0" * 32})
        assert fault.value.rule == "log 12.2"


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 4), (3, 8), (7, 8)])
def test_heads_of_any_two_sizes(scene: Scene, first: int, second: int) -> None:
    found = forked(scene.erbil, BOTH, first, second)
    data = evidence_file.of_heads(found, scene.erbil.key.public, scene.world.statements["ksf"])
    assert evidence_file.check(data, scene.known("ksf")).rule == "log 5.6"


def test_two_heads_that_agree_show_nothing(scene: Scene) -> None:
    log = LogId(scene.erbil.key.fingerprint, BOTH, "routine")
    tree = merkle.MemoryTree(seed("one", str(n)) for n in range(5))
    small, large = (sign_head(log, n, merkle.root(tree, n), scene.erbil.key) for n in (2, 5))
    true = Evidence(log, small, large, merkle.root(tree, 2), tuple(merkle.consistency(tree, 2, 5)))
    data = evidence_file.of_heads(true, scene.erbil.key.public, scene.world.statements["ksf"])
    with pytest.raises(RuleBroken) as fault:
        evidence_file.check(data, scene.known("ksf"))
    assert fault.value.rule == "exchange 5.2"


def test_a_joint_room_needs_the_key_of_each_owner(scene: Scene) -> None:
    chains = [s for p in ("isf", "ksf") for s in scene.world.statements[p]]
    data = evidence_file.of_heads(forked(scene.room, BOTH), scene.room.key.public, chains)
    assert evidence_file.check(data, scene.known("isf", "ksf")).owners == ("isf", "ksf")
    with pytest.raises(RuleBroken) as fault:
        evidence_file.check(data, scene.known("isf"))
    assert fault.value.rule == "log 14.2"


def test_two_statements_with_one_number() -> None:
    world = World()
    baghdad, adviser = world.node("baghdad", "isf", channels=(BOTH,)), world.node("adviser", "mag")
    world.meet()
    chain = world.statements["ksf"]
    before = statement.read(chain[-1])
    for title in ("Watch", "Chief"):
        made = statement.make(
            statement.Officer("karwan", None, ("watch",), title),
            party="ksf",
            no=len(chain) + 1,
            prev=before.hash,
            at=START,
            key=world.party_key("ksf"),
        )
        baghdad.trust.add([made])
        adviser.trust.add([made])
    (one,) = evidencing.evidence(baghdad, officer("isf", "watch"))
    assert (one.what, one.whose, one.rule, one.no) == ("statements", "ksf", "log 8.5", len(chain) + 1)
    data = evidencing.evidence_file_of(baghdad, officer("isf", "watch"), one.id)
    known = {"ksf": world.party_key("ksf").fingerprint}
    shown = evidence_file.check(data, known)
    assert (shown.rule, shown.no, len(shown.hashes)) == ("log 8.5", len(chain) + 1, 2)
    honest = evidence_file.of_statements("ksf", chain)
    with pytest.raises(RuleBroken) as fault:
        evidence_file.check(honest, known)
    assert fault.value.rule == "log 14.4"
    # Who shares no channel with that party is told nothing of it here.
    assert evidencing.evidence(adviser, officer("mag", "watch")) == []
    world.close()


def test_a_proof_file_is_no_evidence_and_the_other_way_round(scene: Scene) -> None:
    data = evidence_file.of_heads(
        forked(scene.erbil, BOTH), scene.erbil.key.public, scene.world.statements["ksf"]
    )
    with pytest.raises(RuleBroken):
        proof_file.check(data, scene.known("ksf"))
    assert not evidence_file.is_one(b"{}\n")
    assert not evidence_file.is_one(b"\x00\x01")


PLACES = [("heads", "first"), ("heads", "second"), ("heads", "root"), ("heads", "hashes", 0)]


@settings(max_examples=40)
@given(st.sampled_from(PLACES), st.integers(0, 400), st.integers(1, 255))
def test_changed_anywhere_it_shows_nothing(place: tuple[Any, ...], at: int, by: int) -> None:
    data, known = _good()
    value = json.loads(data)
    inside = value
    for step in place[:-1]:
        inside = inside[step]
    text = inside[place[-1]]
    spot = at % len(text)
    letter = chr(32 + (ord(text[spot]) - 32 + by) % 95)
    if letter == text[spot]:
        return
    inside[place[-1]] = text[:spot] + letter + text[spot + 1 :]
    with pytest.raises(SeamlineError):
        evidence_file.check(encode(value, limit=1 << 22), known)


def _good() -> tuple[bytes, dict[str, str]]:
    if not _KEPT:
        world = World()
        node = world.node("erbil", "ksf")
        found = forked(node, BOTH)
        data = evidence_file.of_heads(found, node.key.public, world.statements["ksf"])
        _KEPT.append((data, {"ksf": world.party_key("ksf").fingerprint}))
        world.close()
    return _KEPT[0]


_KEPT: list[tuple[bytes, dict[str, str]]] = []
