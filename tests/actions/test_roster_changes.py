"""A statement folds the picture again only when something that is stored may count otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import write
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.trust import Trust
from seamline.log import statement
from seamline.log.checkpoint import LogId
from seamline.log.entry import sign, to_bytes
from seamline.log.keys import SealKey, SigningKey
from tests.nodes import START, World, attested, officer, put, seed

SHARED = "isf+ksf"


@pytest.fixture
def world() -> Iterator[World]:
    """A joint room with an entry of each side."""
    world = World()
    node = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    for party in ("isf", "ksf"):
        attested(world, node, officer(party, "release"), "note", SHARED, {"text": party})
    yield world
    world.close()


def refolds(node: Node) -> list[int]:
    """One item for each time the picture is folded again from now on."""
    seen: list[int] = []
    again = node.refold

    def refold() -> Any:
        seen.append(1)
        return again()

    node.refold = refold  # type: ignore[method-assign]  # counted, and done
    return seen


def hear(world: World, node: Node, party: str, said: statement.Said) -> None:
    """A statement is heard; then the picture must be the one that the log gives."""
    node.trust.add([world.say(party, said)])
    node.writer.submit(lambda tx: None).result()
    kept = list(node.picture.dump())
    node.writer.submit(lambda tx: node.fold.rebuild(tx.picture, tx.log, tx.log.destroy)).result()
    assert list(node.picture.dump()) == kept


def counting(node: Node) -> int:
    return sum('"counts":true' in line for line in node.picture.dump())


def test_what_changes_nothing_is_not_folded_again(world: World) -> None:
    node = world.nodes["kirkuk"]
    seen = refolds(node)
    hear(world, node, "isf", statement.Officer("clerk-9", "ab" * 32, ("watch",), "new"))
    card = statement.node_card(
        SigningKey(seed("node", "later")), name="later", seal=SealKey(seed("x")).public, owners=("isf",)
    )
    hear(world, node, "isf", card)
    watch = world.officer_key("ksf", "watch").public.hex()
    hear(world, node, "ksf", statement.Officer("watch-1", watch, ("auditor", "watch"), "more roles"))
    assert seen == []


@pytest.mark.parametrize("heard", [True, False])
def test_a_stop_before_the_picture_followed_the_roster_is_made_good_at_the_next_start(
    world: World, heard: bool
) -> None:
    """The statement is on disk and nothing after it happened; heard: then came one that changes nothing."""
    node = world.nodes["kirkuk"]
    before = counting(node)
    node.close()
    stored = Trust(node.local)
    stored.add([world.say("ksf", statement.RevokeOfficer("release-1", 1))])
    if heard:
        stored.add([world.say("isf", statement.Officer("clerk-9", "ab" * 32, ("watch",), "new"))])
    assert counting(node) == before
    again = started_again(node)
    assert (counting(again), again.fold.rebuilt) == (before - 1, 1)
    again.close()
    once_more = started_again(again)
    assert (counting(once_more), once_more.fold.rebuilt) == (before - 1, 0)
    once_more.close()


def test_a_node_that_heard_what_changes_nothing_starts_without_folding(world: World) -> None:
    node = world.nodes["kirkuk"]
    hear(world, node, "isf", statement.Officer("clerk-9", "ab" * 32, ("watch",), "new"))
    world.say("isf", statement.Officer("clerk-8", "ad" * 32, ("watch",), "newer"))
    node.trust.add(world.statements["isf"])
    node.close()
    again = started_again(node)
    assert again.fold.rebuilt == 0
    again.close()


def started_again(node: Node) -> Node:
    """The same stores, opened by the next process."""
    stores = (node.log, node.picture, node.local, node.blobs)
    again = Node(node.settings, node.key, node.clock, *stores)
    again.start()
    return again


def test_a_revoked_node_no_longer_counts(world: World) -> None:
    node = world.nodes["kirkuk"]
    seen, before = refolds(node), counting(node)
    hear(world, node, "ksf", statement.RevokeNode(node.key.fingerprint, ()))
    assert seen
    assert counting(node) == 0 < before


def test_a_revoked_officer_no_longer_counts(world: World) -> None:
    node = world.nodes["kirkuk"]
    seen, before = refolds(node), counting(node)
    hear(world, node, "ksf", statement.RevokeOfficer("release-1", 1))
    assert seen
    assert counting(node) == before - 1


def test_an_officer_certified_after_he_spoke_counts_from_then_on(world: World) -> None:
    node = world.nodes["kirkuk"]
    who, key = Officer("isf", "newcomer", frozenset({"release"})), SigningKey(seed("isf", "newcomer"))
    saying = write.check(node, who, write.Saying("note", SHARED, "routine", "en", {"text": "I am new"}))
    entry, _ = write.draft(node, who, saying)
    log = LogId(node.key.fingerprint, SHARED, "routine")
    data = to_bytes(sign(entry, SHARED, key))
    node.writer.submit(lambda tx: tx.log.append(log, tx.log.head(log).size, [data], START)).result()
    assert node.picture.has_uncounted()
    seen, before = refolds(node), counting(node)
    hear(world, node, "isf", statement.Officer("newcomer", key.public.hex(), ("release",), "release"))
    assert seen
    assert counting(node) == before + 1


def test_an_empty_log_is_not_folded_again() -> None:
    world = World()
    node = world.node("erbil", "ksf")
    seen = refolds(node)
    world.meet()
    assert put(node, officer("ksf", "watch"), "note", "ksf", {"text": "first"})["current"]
    assert seen == []
    world.close()
