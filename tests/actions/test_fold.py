"""Law 1: the same picture for any order of arrival, from a rebuild, and in both engines; law 6 in it."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.actions import read, signing, write
from seamline.actions.fold import own_id, owner_of
from seamline.actions.node import Node
from seamline.errors import NotFound
from seamline.log.checkpoint import LogId
from seamline.log.entry import sign
from seamline.store.ports import SubjectRow
from tests.nodes import INCIDENT, World, attested, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"


def destroy(world: World, node: Node, party: str, id: str, hash: str) -> None:
    who = officer(party, "signatory")
    saying = signing.destroying(node, who, id, hash, "endangers a person")
    entry, _ = write.draft(node, who, saying)
    signed = sign(entry, saying.channel, world.officer_key(party, "signatory"))
    assert signed.sig is not None
    signing.put_signed(node, who, saying, write.Attest(entry.id, entry.at, signed.sig)).result()


@cache
def story() -> tuple[tuple[LogId, tuple[bytes, ...]], ...]:
    """The shared logs of a busy day: revisions, releases, clashes, acts, endorsed terms, a destruction."""
    world = World()
    for name, owners in (("baghdad", ("isf",)), ("erbil", ("ksf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    baghdad, erbil, kirkuk = (world.nodes[n] for n in ("baghdad", "erbil", "kirkuk"))
    plan = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.75, 35.7, 10))
    shown = let_go(erbil, "ksf", plan, SHARED)
    plan = write.revise(erbil, officer("ksf", "planner"), plan["id"], 1, patrol(43.76, 35.7, 11)).result()
    let_go(erbil, "ksf", plan, SHARED)
    let_go(
        baghdad,
        "isf",
        put(baghdad, officer("isf", "planner"), "activity", "isf", patrol(43.755, 35.7, 12)),
        SHARED,
    )
    attested(world, kirkuk, officer("ksf", "release"), "site", SHARED, {
        "name": "well", "type": "well", "place": {"lon": 43.758, "lat": 35.701}})  # fmt: skip
    put(kirkuk, officer("isf", "release"), "note", SHARED, {"text": "unsigned: the room speaks"})
    terms = put(baghdad, officer("isf", "release"), "terms", SHARED, {
        "name": "terms", "parties": ["isf", "ksf"], "buffers": {"patrol": 900},
        "frame": {"lon": 440000000, "lat": 355000000}})  # fmt: skip
    copy(baghdad, erbil)
    for node, party in ((baghdad, "isf"), (erbil, "ksf")):
        endorse = {"of": terms["id"], "hash": terms["hash"]}
        attested(world, node, officer(party, "signatory"), "endorsement", SHARED, endorse)
    write.opened(erbil, officer("ksf", "watch"), terms["id"]).result()
    doomed = let_go(erbil, "ksf", put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT), SHARED)
    destroy(world, erbil, "ksf", doomed["id"], doomed["hash"])
    write.withdraw(erbil, officer("ksf", "release"), shown["id"], "moved").result()
    logs = []
    for node in world.nodes.values():
        for log in node.log.logs():
            if log.channel == SHARED and log.node == node.key.fingerprint:
                entries = node.log.entries(log, 0, node.log.head(log).size)
                logs.append((log, tuple(e for e in entries if e is not None)))
                assert log.node != erbil.key.fingerprint or None in entries
    world.close()
    # The destroyed entry's bytes as another node may still hold them: it must end the same.
    return tuple(logs)


def arrive(order: list[int]) -> tuple[list[str], list[str], list[str]]:
    """Feed the logs to a new reader, in that interleaving: dump, dump of a rebuild, clashes."""
    world = World()
    node = world.node("reader", "isf", channels=(SHARED,))
    for name, owners in (("baghdad", ("isf",)), ("erbil", ("ksf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners)
    world.meet()
    at = dict.fromkeys(range(len(story())), 0)
    for which in order:
        log, entries = story()[which]
        index = at[which]
        at[which] += 1
        node.writer.submit(
            lambda tx, log=log, index=index, data=entries[index]: tx.log.append(log, index, [data], 5)
        ).result()
    before = list(node.picture.dump())
    node.refold().result()
    found = [c["a"]["title"] for c in read.clashes(node, officer("isf", "watch"))["items"]]
    after = list(node.picture.dump())
    world.close()
    return before, after, found


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_one_picture(chance: random.Random) -> None:
    order = [i for i, (_, entries) in enumerate(story()) for _ in entries]
    expected = arrive(order)
    chance.shuffle(order)
    before, after, found = arrive(order)
    assert before == after == expected[0] == expected[1]
    assert found == expected[2]
    assert found


def kept(node: Node) -> tuple[list[str], list[SubjectRow]]:
    return list(node.picture.dump()), list(node.picture.subjects())


def clashing(node: Node) -> int:
    return sum('"table":"clash"' in line for line in node.picture.dump())


@pytest.mark.parametrize("terms", [False, True])
def test_a_rebuild_finds_the_clashes_that_were_kept_up_to_date(terms: bool) -> None:
    """One sweep says what one record after another said: with and without a frame, whatever came between."""
    world = World()
    node = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    planner = officer("isf", "release")
    for n in range(6):
        for party in ("isf", "ksf"):
            body = patrol(round(43.74 + n / 300 + (party == "ksf") / 1000, 5), 35.7, 8 + n)
            attested(world, node, officer(party, "release"), "activity", SHARED, body)
    post = attested(world, node, officer("ksf", "release"), "post", SHARED, {
        "name": "post", "type": "post", "place": {"lon": 43.745, "lat": 35.7}})  # fmt: skip
    with_post = clashing(node)
    held = attested(world, node, officer("ksf", "release"), "holding", SHARED, {
        "post": post["id"], "status": "not_ours", "since": 5})  # fmt: skip
    assert 0 < clashing(node) < with_post
    if terms:
        made = attested(world, node, planner, "terms", SHARED, {
            "name": "terms", "parties": ["isf", "ksf"], "buffers": {"patrol": 2_000},
            "frame": {"lon": 440000000, "lat": 355000000}})  # fmt: skip
        unsigned = clashing(node)
        for party in ("isf", "ksf"):
            endorse = {"of": made["id"], "hash": made["hash"]}
            attested(world, node, officer(party, "signatory"), "endorsement", SHARED, endorse)
        assert clashing(node) > unsigned
    before = kept(node)
    node.refold().result()
    assert kept(node) == before
    destroy(world, node, "ksf", held["id"], held["hash"])
    if terms:
        attested(world, node, planner, "withdrawal", SHARED, {"of": made["id"], "reason": "redrawn"})
        # What both endorsed is not undone by its author alone: his request changes no distance.
        assert clashing(node) > with_post
    before = kept(node)
    node.refold().result()
    assert kept(node) == before
    world.close()


def test_a_destroyed_body_is_gone_from_log_and_picture_and_its_leaf_stays() -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    item = let_go(erbil, "ksf", put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT), SHARED)
    copy(erbil, baghdad)
    destroy(world, erbil, "ksf", item["id"], item["hash"])
    copy(erbil, baghdad)
    for node, party in ((erbil, "ksf"), (baghdad, "isf")):
        log = LogId(erbil.key.fingerprint, SHARED, "routine")
        assert node.log.entries(log, 0, 1) == [None]
        assert node.log.leaves(log, 0, 1) == [bytes.fromhex(item["hash"])]
        with pytest.raises(NotFound):
            read.record(node, officer(party, "watch"), item["id"])
        acts = read.records(node, officer(party, "watch"), read.RecordQuery(kinds=("destruction",)))
        assert [a["body"]["of"] for a in acts.items] == [item["id"]]
    world.close()


def test_another_partys_destruction_destroys_nothing() -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    item = let_go(erbil, "ksf", put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT), SHARED)
    copy(erbil, baghdad)
    act = {"of": item["id"], "hash": item["hash"], "reason": "not mine"}
    attested(world, baghdad, officer("isf", "signatory"), "destruction", SHARED, act)
    copy(baghdad, erbil)
    assert read.record(erbil, officer("ksf", "watch"), item["id"])["title"] == "Shots heard"
    world.close()


def test_nobody_puts_something_over_another_partys_record() -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    item = let_go(erbil, "ksf", put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT), SHARED)
    forged = put(
        baghdad,
        officer("isf", "release"),
        "incident",
        SHARED,
        INCIDENT | {"summary": "over it"},
        id=item["id"],
    )
    assert forged["title"] == "over it"
    copy(baghdad, erbil)
    copy(erbil, baghdad)
    for node, party in ((erbil, "ksf"), (baghdad, "isf")):
        assert read.record(node, officer(party, "watch"), item["id"])["title"] == "Shots heard"
        assert len(read.history(node, officer(party, "watch"), item["id"])) == 2
    world.close()


def test_drawn_ids_are_owned_by_their_party() -> None:
    count = iter(range(1000))
    for _ in range(50):
        id = own_id(lambda: f"{next(count)}", "ksf", {"isf", "ksf", "mag"})
        assert owner_of(id, {"isf", "ksf", "mag"}) == "ksf"
