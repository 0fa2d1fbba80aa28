"""Statements: their form, each kind's fields, and whose signature they bear (log 8)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, RuleBroken
from seamline.log import canonical, note, statement
from seamline.log.statement import Head, Node, Officer, Predecessor, RevokeNode, RevokeOfficer
from tests.log.people import NOON, NodeKey, PartyKey, key

KSF = PartyKey("ksf")
ERBIL = NodeKey("erbil", ("ksf",))
ROOT = "cd" * 32
HEADS = (Head("isf+ksf", "flash", 3, ROOT), Head("isf+ksf", "routine", 9, ROOT))
ALL: list[statement.Said] = [
    ERBIL.card(),
    ERBIL.card(url="https://erbil.example:8443/"),
    msgspec.structs.replace(ERBIL.card(), predecessor=Predecessor("ab" * 16, HEADS, ("ef" * 32,))),
    Officer("duty1", key("duty1").public.hex(), ("release", "watch"), "Duty officer, day"),
    Officer("chief", None, (), "Head of room"),
    RevokeNode("ab" * 16, HEADS, ("ef" * 32,)),
    RevokeNode("ab" * 16, ()),
    RevokeOfficer("duty1", NOON),
    Officer("seal1", key("seal1").public.hex(), ("signatory",), "Signatory", own_nodes=True),
]


def test_who_is_bound_to_no_node_is_said_as_before() -> None:
    """A statement of an earlier version and one of this that says nothing of nodes are the same bytes."""
    plain = Officer("duty1", None, (), "Duty")
    assert b"own_nodes" not in KSF.draft(plain)
    assert b'"own_nodes":true' in KSF.draft(msgspec.structs.replace(plain, own_nodes=True))


@pytest.mark.parametrize("said", ALL)
def test_what_is_said_is_read_again(said: statement.Said) -> None:
    data = KSF.draft(said)
    read = statement.read(data)
    assert (read.party, read.no, read.at, read.said) == ("ksf", 2, NOON, said)
    assert read.prev == statement.read(KSF.notes[0]).hash
    statement.verify(data, "ksf", KSF.key.public)
    with pytest.raises(RuleBroken, match=r"log 5\.2"):
        statement.verify(data, "ksf", key("someone").public)


def fields_of(said: statement.Said) -> dict[str, Any]:
    plain: dict[str, Any] = canonical.decode(note.parse(KSF.draft(said)).text[:-1])
    return plain


def read_fields(fields: dict[str, Any]) -> statement.Statement:
    return statement.read_text(canonical.encode(fields) + b"\n")


NODE, OFFICER, REVOKED, DISMISSED = (fields_of(ALL[i]) for i in (0, 3, 5, 7))
PARTY = canonical.decode(note.parse(KSF.notes[0]).text[:-1])
TAKEOVER = {"what": "key", "key": ROOT, "next": ROOT}
CHANGES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (OFFICER, {"v": 2}, "log 8.1"),
    (OFFICER, {"party": "KSF"}, "log 8.1"),
    (OFFICER, {"party": "isf+ksf"}, "log 8.1"),
    (OFFICER, {"at": -1}, "log 8.1"),
    (OFFICER, {"at": "now"}, "log 8.1"),
    (OFFICER, {"what": 7}, "log 8.1"),
    (OFFICER, {"no": 0}, "log 8.2"),
    (OFFICER, {"prev": None}, "log 8.2"),
    (OFFICER, {"prev": "AB" * 32}, "log 8.2"),
    (OFFICER, {"no": 1, "prev": None}, "log 8.4"),
    (PARTY, {"no": 2, "prev": ROOT}, "log 8.4"),
    (PARTY, {"key": "ab"}, "log 8.4"),
    (PARTY, {"next": "later"}, "log 8.4"),
    (PARTY, {"title": "two\nlines"}, "log 8.4"),
    (PARTY, {"title": ""}, "log 8.4"),
    (PARTY, {"title": "x" * 201}, "log 8.4"),
    (OFFICER, {"officer": "node"}, "log 8.9"),
    (OFFICER, {"officer": "Duty"}, "log 8.9"),
    (OFFICER, {"key": "ab"}, "log 8.9"),
    (OFFICER, {"roles": ["watch", "release"]}, "log 8.9"),
    (OFFICER, {"roles": ["watch", "watch"]}, "log 8.9"),
    (OFFICER, {"roles": ["Watch"]}, "log 8.9"),
    (OFFICER, {"roles": "watch"}, "log 8.1"),
    (DISMISSED, {"officer": "x"}, "log 8.10"),
    (DISMISSED, {"since": -1}, "log 8.10"),
    (REVOKED, {"node": "AB" * 16}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "ksf+isf", "lane": "flash", "size": 1, "root": ROOT}]}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "isf+ksf", "lane": "slow", "size": 1, "root": ROOT}]}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "isf+ksf", "lane": "flash", "size": -1, "root": ROOT}]}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "isf+ksf", "lane": "flash", "size": 1, "root": "x"}]}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "isf", "lane": "flash", "size": 1, "root": ROOT}] * 2}, "log 8.11"),
    (REVOKED, {"logs": [{"channel": "isf"}]}, "log 8.1"),
    (REVOKED, {"hidden": ["x"]}, "log 8.12"),
    (REVOKED, {"hidden": [ROOT] * 257}, "log 8.11"),
    (NODE, {"party": "isf"}, "log 8.6"),
    (NODE, {"name": "ERBIL"}, "log 8.6"),
    (NODE, {"name": "other"}, "log 8.6"),
    (NODE, {"seal": "ab" * 32}, "log 8.6"),
    (NODE, {"key": "ab" * 32}, "log 8.6"),
    (NODE, {"key": "ab"}, "log 8.6"),
    (NODE, {"owners": ["isf", "ksf"]}, "log 8.6"),
    (NODE, {"owners": ["ksf", "isf"]}, "log 8.6"),
    (NODE, {"owners": []}, "log 8.6"),
    (NODE, {"proof": "AAAA"}, "log 8.6"),
    (NODE, {"url": "ftp://erbil"}, "log 8.6"),
    (NODE, {"url": "https://erbil example"}, "log 8.6"),
    (NODE, {"predecessor": {"node": "x", "heads": []}}, "log 9.3"),
    (NODE, {"predecessor": {"node": "ab" * 16, "heads": [{**REVOKED["logs"][0], "size": -1}]}}, "log 9.3"),
    (NODE, {"predecessor": {"node": "ab" * 16, "heads": [], "hidden": ["x"]}}, "log 8.12"),
    ({**OFFICER, **TAKEOVER}, {"key": "ab"}, "log 8.4"),
    ({**OFFICER, **TAKEOVER}, {"next": "ab"}, "log 8.4"),
    (NODE, {"predecessor": {"node": "ab" * 16, "heads": [{**PARTY}]}}, "log 8.1"),
]


@pytest.mark.parametrize(("fields", "changes", "rule"), CHANGES)
def test_a_broken_field_is_refused_by_its_paragraph(
    fields: dict[str, Any], changes: dict[str, Any], rule: str
) -> None:
    read_fields(fields)
    with pytest.raises(RuleBroken) as refused:
        read_fields({**fields, **changes})
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "name", ["party", "no", "prev", "at", "what", "v", "officer", "key", "roles", "title"]
)
def test_a_missing_field_is_refused(name: str) -> None:
    with pytest.raises(RuleBroken, match=r"log 8\.1"):
        read_fields({k: v for k, v in OFFICER.items() if k != name})


@pytest.mark.parametrize("text", [b"[]\n", b"{}\n", b"{}", b"{}\n\n", b"7\n"])
def test_what_is_no_statement(text: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log [18]\.1"):
        statement.read_text(text)


def test_newer_kinds_and_fields_are_kept() -> None:
    assert read_fields({**OFFICER, "mood": "calm"}).said == ALL[3]
    newer = read_fields({**OFFICER, "what": "delegate"})
    assert (newer.what, newer.said) == ("delegate", None)


def test_what_is_wrong_here_is_our_callers_fault() -> None:
    for said in (
        Officer("duty1", None, ("watcher",), "Duty"),
        Officer("duty1", None, ("watch",), ""),
        RevokeOfficer("x", NOON),
        statement.Key(key("not this one").public.hex(), ROOT),
        NodeKey("baghdad", ("isf",)).card(),
    ):
        with pytest.raises(BadInput):
            KSF.draft(said)


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [({"name": "X"}, "name"), ({"owners": ("ksf", "x")}, "owners"), ({"seal": b"short"}, "key, seal")],
)
def test_a_card_with_bad_fields_is_refused_even_if_the_node_signed_it(
    changes: dict[str, Any], remedy: str
) -> None:
    with pytest.raises(BadInput, match=rf"log 8\.6: {remedy}"):
        KSF.draft(ERBIL.card(**changes))


def test_a_node_has_at_most_16_owners() -> None:
    many = tuple(f"p{n:02}" for n in range(17))
    assert PartyKey("p00").draft(ERBIL.card(owners=many[:16]))
    with pytest.raises(BadInput, match=r"1 to 16"):
        PartyKey("p00").draft(ERBIL.card(owners=many))


def test_the_line_ends_with_its_newline() -> None:
    text = note.parse(KSF.notes[0]).text
    assert statement.read_text(text).no == 1
    with pytest.raises(RuleBroken, match=r"log 8\.1"):
        statement.read_text(text[:-1])


def test_a_card_is_made_by_the_node_alone() -> None:
    card = ERBIL.card()
    stolen = msgspec.structs.replace(card, owners=("isf",))
    with pytest.raises(BadInput, match=r"log 8\.6"):
        PartyKey("isf").draft(stolen)
    assert isinstance(statement.read(KSF.draft(card)).said, Node)


@given(st.data())
def test_no_flipped_bit_is_taken(data: st.DataObject) -> None:
    whole = bytearray(KSF.draft(ALL[2]))
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RuleBroken):
        statement.verify(bytes(whole), "ksf", KSF.key.public)


@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(sorted(NODE)), st.integers() | st.text()).map(str).map(str.encode)
)
def test_any_bytes_are_read_or_refused_by_a_rule(data: bytes) -> None:
    for read in (statement.read, statement.read_text):
        with pytest.raises(RuleBroken, match=r"log \d"):
            read(data)


@given(
    st.dictionaries(
        st.sampled_from(sorted({*NODE, *REVOKED, *OFFICER})),
        st.none() | st.integers(-9, 9) | st.text(max_size=5) | st.lists(st.integers(0, 3), max_size=2),
    )
)
def test_any_fields_are_read_or_refused_by_a_rule(changes: dict[str, Any]) -> None:
    for fields in (PARTY, NODE, OFFICER, REVOKED, DISMISSED):
        try:
            read_fields({**fields, **changes})
        except RuleBroken as refused:
            assert refused.rule.startswith(("log 8.", "log 5.", "log 9."))
