"""Endorsing in full: who may, twice, stale, with reservation or objection; and who cannot for another."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from seamline.actions import read, write
from seamline.actions.endorsing import in_force
from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict, SeamlineError
from seamline.log import statement
from seamline.log.entry import Entry, Sig, sign
from seamline.log.keys import SigningKey
from tests.nodes import START, World, attested, copy, officer, put

ROOM = "isf+ksf+mag"
TERMS = {"name": "Terms", "parties": ["isf", "ksf"], "facilitators": ["mag"]}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, *owners in (("adviser", "mag"), ("baghdad", "isf"), ("erbil", "ksf"), ("kirkuk", "isf", "ksf")):
        world.node(name, *owners, channels=(ROOM,))
    world.meet()
    yield world
    world.close()


def propose(world: World) -> dict[str, Any]:
    return attested(world, world.nodes["kirkuk"], officer("ksf", "release"), "terms", ROOM, TERMS)


def say(world: World, item: dict[str, Any], party: str, at: str = "kirkuk", **more: Any) -> None:
    kind = "objection" if "reason" in more else "endorsement"
    body = {"of": item["id"], "hash": item["hash"], **more}
    attested(world, world.nodes[at], officer(party, "signatory"), kind, ROOM, body)


def told(node: Node, id: str) -> dict[str, Any]:
    item = read.record(node, officer(node.owners[0], "watch"), id)
    return {"state": item["state"], **item["endorsed"]}


def test_partly_is_told_as_partly_with_who_is_missing_who_witnessed_and_who_objects(world: World) -> None:
    item, kirkuk, adviser = propose(world), world.nodes["kirkuk"], world.nodes["adviser"]
    say(world, item, "isf", reservations=[{"clause": "buffers", "text": "not for convoys"}])
    say(world, item, "ksf", reason="the line is drawn wrong")
    copy(kirkuk, adviser)
    say(world, item, "mag", at="adviser", part="witness")
    found = told(adviser, item["id"])
    assert (found["state"], found["by"], found["needed"]) == ("partly_endorsed", ["isf"], ["isf", "ksf"])
    assert found["witnesses"] == ["mag"]
    assert found["objections"] == [{"party": "ksf", "reason": "the line is drawn wrong", "at": START}]
    assert found["reservations"] == [{"party": "isf", "clause": "buffers", "text": "not for convoys"}]
    # Who endorses after all objects no more.
    say(world, item, "ksf")
    assert told(kirkuk, item["id"])["state"] == "in_force"
    assert told(kirkuk, item["id"])["objections"] == []


@pytest.mark.parametrize(
    ("party", "body", "fault", "field"),
    [
        ("isf", {"hash": "0" * 64}, Conflict, None),
        ("isf", {}, Conflict, None),  # the second time
        ("isf", {"part": "witness"}, BadInput, "part"),
        ("ksf", {"of": "01920000-0000-7000-8000-000000000000"}, BadInput, "of"),
        ("ksf", {"reservations": [{"clause": "weather", "text": "x"}]}, BadInput, "reservations[0].clause"),
        (
            "ksf",
            {"part": "witness", "reservations": [{"clause": "name", "text": "x"}]},
            BadInput,
            "reservations",
        ),
    ],
)
def test_what_cannot_be_endorsed_says_why_and_changes_nothing(
    world: World, party: str, body: dict[str, Any], fault: type[SeamlineError], field: str | None
) -> None:
    item, kirkuk = propose(world), world.nodes["kirkuk"]
    say(world, item, "isf")
    before = list(kirkuk.picture.dump())
    said = item | {"id": body.get("of", item["id"]), "hash": body.get("hash", item["hash"])}
    more = {k: v for k, v in body.items() if k not in ("of", "hash")}
    with pytest.raises(fault) as found:
        say(world, said, party, **more)
    if field is not None:
        assert str(getattr(found.value, "field", "")).endswith(field)
    assert list(kirkuk.picture.dump()) == before


def test_a_party_that_is_not_named_only_witnesses(world: World) -> None:
    item = propose(world)
    copy(world.nodes["kirkuk"], world.nodes["adviser"])
    with pytest.raises(BadInput, match="isf, ksf"):
        say(world, item, "mag", at="adviser")


def test_a_stale_revision_a_revoked_key_and_no_signature_at_all(world: World) -> None:
    item, kirkuk = propose(world), world.nodes["kirkuk"]
    saying = write.check(
        kirkuk, officer("isf", "signatory"),
        write.Saying("endorsement", ROOM, "routine", "en", {"of": item["id"], "hash": item["hash"]}),
    )  # fmt: skip
    with pytest.raises(BadInput, match="own key"):
        write.put(kirkuk, officer("isf", "signatory"), saying).result()
    said = TERMS | {"name": "Other"}
    _, checked = write.revision(kirkuk, officer("ksf", "release"), item["id"], 1, said)
    entry, _ = write.draft(
        kirkuk, officer("ksf", "release"), checked, kirkuk.picture.record(ROOM, item["id"])
    )
    signed = write.attest(entry, ROOM, world.officer_key("ksf", "release"))
    write.revise(kirkuk, officer("ksf", "release"), item["id"], 1, said, attest=signed).result()
    with pytest.raises(Conflict, match="revision 2"):
        say(world, item, "isf")
    world.say("isf", statement.RevokeOfficer("signatory-1", START))
    world.meet()
    newest = read.record(kirkuk, officer("isf", "watch"), item["id"])
    with pytest.raises(BadInput, match="certifies no key"):
        say(world, newest, "isf")


def test_what_all_endorsed_stands_until_they_endorse_what_replaces_it(world: World) -> None:
    item, kirkuk = propose(world), world.nodes["kirkuk"]
    for party in ("isf", "ksf"):
        say(world, item, party)
    (first,) = read.history(kirkuk, officer("isf", "watch"), item["id"])
    assert [(yes["party"], yes["part"]) for yes in first["endorsed"]["given"]] == [
        ("isf", "party"),
        ("ksf", "party"),
    ]
    said = TERMS | {"name": "Other terms"}
    who = officer("ksf", "release")
    _, checked = write.revision(kirkuk, who, item["id"], 1, said)
    entry, _ = write.draft(kirkuk, who, checked, kirkuk.picture.record(ROOM, item["id"]))
    signed = write.attest(entry, ROOM, world.officer_key("ksf", "release"))
    second = write.revise(kirkuk, who, item["id"], 1, said, attest=signed).result()

    def stands() -> list[str]:
        return [v.title() for _, v in in_force(kirkuk.picture, "terms", (ROOM,), kirkuk.clock.now())]

    assert (told(kirkuk, item["id"])["state"], told(kirkuk, item["id"])["stands"]) == ("unendorsed", 1)
    say(world, second, "isf")
    assert (told(kirkuk, item["id"])["state"], stands()) == ("partly_endorsed", ["Terms"])
    # Nor does its author alone end it by asking that it be disregarded.
    draft, _ = write.draft(kirkuk, who, write.withdrawing(kirkuk, who, item["id"], "no more"))
    write.withdraw(
        kirkuk, who, item["id"], "no more",
        attest=write.attest(draft, ROOM, world.officer_key("ksf", "release")),
    ).result()  # fmt: skip
    assert stands() == ["Terms"]


def test_a_party_may_keep_its_signature_to_its_own_nodes(world: World) -> None:
    item = propose(world)
    key = world.officer_key("isf", "signatory").public.hex()
    world.say("isf", statement.Officer("signatory-1", key, ("signatory",), "signatory", own_nodes=True))
    world.meet()
    with pytest.raises(BadInput, match="own nodes"):
        say(world, item, "isf")
    kirkuk, baghdad = world.nodes["kirkuk"], world.nodes["baghdad"]
    # A room with another program appends it all the same: kept, and counted nowhere.
    _append(kirkuk, _yes(item, "isf", world.officer_key("isf", "signatory")))
    copy(kirkuk, baghdad)
    for node in (kirkuk, baghdad):
        assert told(node, item["id"])["by"] == []
    say(world, item, "isf", at="baghdad")
    assert told(baghdad, item["id"])["by"] == ["isf"]


def _yes(item: dict[str, Any], party: str, key: SigningKey | None, n: int = 1, **more: Any) -> Entry:
    entry = Entry(
        id=f"0192{n:04x}-0000-7000-8000-000000000000", kind="endorsement", party=party, by="signatory-1",
        at=START, body={"of": item["id"], "hash": item["hash"]}, lang="en", rev=1, prev=None, sig=None, no=0,
    )  # fmt: skip
    entry = msgspec.structs.replace(entry, **more)
    return sign(entry, ROOM, key) if key else entry


def _append(node: Node, entry: Entry) -> None:
    node.writer.submit(lambda tx: write.append(node, tx, ROOM, "routine", entry, no=0)).result()


def test_a_room_whose_program_was_altered_endorses_for_nobody(world: World) -> None:
    """It tries all it has: its own key, the other side's officer, a signature given for something else."""
    kirkuk, erbil = world.nodes["kirkuk"], world.nodes["erbil"]
    other = put(kirkuk, officer("ksf", "release"), "terms", ROOM, TERMS | {"name": "Harmless"})
    given = _yes(other, "isf", world.officer_key("isf", "signatory"))
    _append(kirkuk, given)
    item = propose(world)
    stolen = _yes(item, "isf", None, 3, sig=given.sig)
    bent = msgspec.structs.replace(given, id=stolen.id, body=stolen.body)
    garbled = Sig(world.officer_key("isf", "signatory").fingerprint, base64.b64encode(bytes(64)).decode())
    for forged in (
        _yes(item, "isf", None, 4),
        _yes(item, "isf", kirkuk.key, 5),
        _yes(item, "isf", world.officer_key("ksf", "signatory"), 6),
        _yes(item, "isf", world.officer_key("isf", "watch"), 7),
        _yes(item, "isf+ksf", None, 8),
        _yes(item, "isf", None, 9, sig=garbled),
        stolen,
        bent,
    ):
        _append(kirkuk, forged)
    copy(kirkuk, erbil)
    for node in (kirkuk, erbil):
        assert told(node, item["id"])["by"] == []
        assert told(node, item["id"])["state"] == "unendorsed"
    # What the officer did sign is what it was signed for.
    assert told(erbil, other["id"])["by"] == ["isf"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("terms", TERMS),
        (
            "agreement",
            {"name": "A", "parties": ["isf", "ksf"], "clauses": [{"no": "1", "title": {"en": "One"}}]},
        ),
    ],
)
def test_nobody_writes_a_party_out_of_what_all_have_signed(
    world: World, kind: str, body: dict[str, Any]
) -> None:
    kirkuk, who = world.nodes["kirkuk"], officer("ksf", "release")
    item = attested(world, kirkuk, who, kind, ROOM, body)
    for party in ("isf", "ksf"):
        say(world, item, party)
    said = body | {"name": "Without the other", "parties": ["ksf", "mag"], "facilitators": []}
    said = {name: value for name, value in said.items() if name in body}
    _, checked = write.revision(kirkuk, who, item["id"], 1, said)
    entry, _ = write.draft(kirkuk, who, checked, kirkuk.picture.record(ROOM, item["id"]))
    signed = write.attest(entry, ROOM, world.officer_key("ksf", "release"))
    second = write.revise(kirkuk, who, item["id"], 1, said, attest=signed).result()
    copy(kirkuk, world.nodes["adviser"])
    say(world, second, "ksf")
    say(world, second, "mag", at="adviser")
    copy(world.nodes["adviser"], kirkuk)
    found = told(kirkuk, item["id"])
    assert (found["state"], found["needed"], found["stands"]) == (
        "partly_endorsed", ["isf", "ksf", "mag"], 1,
    )  # fmt: skip
    (stands,) = in_force(kirkuk.picture, kind, (ROOM,), kirkuk.clock.now())
    assert stands[1].title() == body["name"]
    # Who is to leave agrees to it like everybody else; from then on it is not asked.
    say(world, second, "isf")
    assert told(kirkuk, item["id"])["stands"] == 2
