"""An entry is read only if every field obeys its paragraph (log 2), and is signed over all of it (log 3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, NotCanonical, RuleBroken, TooLarge
from seamline.log import canonical, entry
from seamline.log.entry import Entry
from tests.log.people import key, said

OFFICER = key("duty1 of isf")
HASH = "ab" * 32


def fields(**changes: Any) -> dict[str, Any]:
    """A good entry as a plain object, with changes; a value of ... takes the field away."""
    plain = {**canonical.decode(entry.to_bytes(said())), **changes}
    return {k: v for k, v in plain.items() if v is not ...}


def test_bytes_and_entry_say_the_same() -> None:
    for one in (said(), said(rev=2, prev=HASH), entry.sign(said(), "isf+ksf", OFFICER)):
        data = entry.to_bytes(one)
        assert entry.from_bytes(data) == one
        assert entry.to_bytes(entry.from_bytes(data)) == data


BROKEN: list[tuple[str, Any, str]] = [
    *[
        (name, ..., "log 2.1")
        for name in ("v", "id", "no", "kind", "rev", "prev", "party", "by", "at", "lang", "body")
    ],
    ("v", 2, "log 2.2"),
    ("v", True, "log 2.2"),
    ("party", "ISF", "log 2.3"),
    ("party", "x", "log 2.3"),
    ("party", "ksf+isf", "log 2.3"),
    ("party", "isf+isf", "log 2.3"),
    ("party", "isf+", "log 2.3"),
    ("party", 7, "log 2.3"),
    ("by", "isf+ksf", "log 2.3"),
    ("by", "duty officer", "log 2.3"),
    ("id", "0190A6C5-3F00-7ABC-8ABC-000000000000", "log 2.4"),
    ("id", "0190a6c5-3f00-4abc-8abc-000000000000", "log 2.4"),
    ("id", "0190a6c5-3f00-7abc-cabc-000000000000", "log 2.4"),
    ("id", "0190a6c53f007abc8abc000000000000", "log 2.4"),
    ("id", "0190a6c5-3f00-7abc-8abc-000000000000\n", "log 2.4"),
    ("no", -1, "log 2.5"),
    ("no", "1", "log 2.5"),
    ("no", True, "log 2.5"),
    ("rev", 0, "log 2.6"),
    ("rev", 2, "log 2.6"),
    ("prev", HASH, "log 2.6"),
    ("prev", "AB" * 32, "log 2.6"),
    ("kind", "", "log 2.7"),
    ("kind", "Incident", "log 2.7"),
    ("kind", "k" * 33, "log 2.7"),
    ("at", -1, "log 2.8"),
    ("at", 253_402_300_800_000, "log 2.8"),
    ("lang", "english", "log 2.9"),
    ("lang", "", "log 2.9"),
    ("sig", None, "log 2.10"),
    ("sig", {"key": "ab" * 16}, "log 2.10"),
    ("sig", {"key": "ab" * 16, "value": "AA=="}, "log 2.10"),
    ("sig", {"key": "ab", "value": "A" * 86 + "=="}, "log 2.10"),
    ("sig", {"key": "ab" * 16, "value": "A" * 85 + "B=="}, "log 2.10"),
    ("sig", {"key": "ab" * 16, "value": "A" * 86 + "==", "more": 1}, "log 2.10"),
    ("sig", {"key": 1, "value": 2}, "log 2.10"),
    ("channel", "isf", "log 2.11"),
    ("seamline", "entry/v1", "log 2.11"),
    ("body", [], "log 2.12"),
    ("body", None, "log 2.12"),
]


@pytest.mark.parametrize(("name", "value", "rule"), BROKEN)
def test_a_broken_field_is_refused_by_its_paragraph(name: str, value: Any, rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        entry.from_bytes(canonical.encode(fields(**{name: value})))
    assert refused.value.rule == rule


@pytest.mark.parametrize("data", [b"[]", b"null", b'"entry"', b"1"])
def test_only_an_object_is_an_entry(data: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log 2\.1"):
        entry.from_bytes(data)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "7"}, "id"),
        ({"rev": 2}, "prev"),
        ({"party": "x y"}, "party"),
        ({"body": {"n": 0.5}}, "body.n"),
        ({"extra": {"kind": "other"}}, "extra"),
        ({"extra": {"channel": "isf"}}, "extra"),
        ({"sig": entry.Sig("ab" * 16, "short")}, "sig"),
    ],
)
def test_what_is_wrong_here_is_our_callers_fault(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        entry.to_bytes(said(**changes))
    assert refused.value.field == field


def test_the_size_is_bounded_both_ways() -> None:
    room = entry.MAX_ENTRY - len(entry.to_bytes(said(body={"text": ""})))
    whole = entry.to_bytes(said(body={"text": "x" * room}))
    assert len(whole) == 65_535
    entry.from_bytes(whole)
    with pytest.raises(TooLarge):
        entry.to_bytes(said(body={"text": "x" * (room + 1)}))
    with pytest.raises(NotCanonical, match=r"log 1\.6"):
        entry.from_bytes(whole.replace(b"xx", b"xxx", 1))


def test_fields_of_a_newer_version_are_kept_hashed_and_signed() -> None:
    newer = entry.sign(said(extra={"mood": {"of": "sea"}}), "isf+ksf", OFFICER)
    read = entry.from_bytes(entry.to_bytes(newer))
    assert read == newer
    entry.check_signature(read, "isf+ksf", OFFICER.public)
    stripped = msgspec.structs.replace(read, extra={})
    with pytest.raises(RuleBroken, match=r"log 3\.1"):
        entry.check_signature(stripped, "isf+ksf", OFFICER.public)


def test_the_human_number_is_allotted_after_signing() -> None:
    signed = entry.sign(said(no=0), "isf+ksf", OFFICER)
    entry.check_signature(msgspec.structs.replace(signed, no=12), "isf+ksf", OFFICER.public)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": said(9).id},
        {"kind": "note"},
        {"party": "ksf"},
        {"by": "duty2"},
        {"at": 5},
        {"lang": "ar"},
        {"rev": 2, "prev": HASH},
        {"body": {}},
        {"extra": {"more": 1}},
    ],
)
def test_a_signature_covers_everything_else(changes: dict[str, Any]) -> None:
    signed = entry.sign(said(), "isf+ksf", OFFICER)
    with pytest.raises(RuleBroken, match=r"log 3\.1"):
        entry.check_signature(msgspec.structs.replace(signed, **changes), "isf+ksf", OFFICER.public)


def test_a_signature_is_for_one_channel_and_one_key() -> None:
    signed = entry.sign(said(), "isf+ksf", OFFICER)
    for channel, public in (("isf+ksf+mag", OFFICER.public), ("isf+ksf", key("another").public)):
        with pytest.raises(RuleBroken, match=r"log 3\.1"):
            entry.check_signature(signed, channel, public)
    renamed = msgspec.structs.replace(
        signed, sig=entry.Sig("00" * 16, signed.sig.value if signed.sig else "")
    )
    for one in (said(), renamed):
        with pytest.raises(RuleBroken, match=r"log 3\.1"):
            entry.check_signature(one, "isf+ksf", OFFICER.public)


def test_signing_bytes_are_what_the_browser_signs() -> None:
    # A vector for ui/: change it only together with docs/spec/log.md 3.2.
    plain = Entry(
        id="0190a6c5-3f00-7abc-8abc-000000000001",
        kind="note",
        party="ksf",
        by="duty1",
        at=1,
        no=7,
        lang="ckb",
        body={"text": "ئاگادار بن"},
    )
    assert entry.signing_bytes(plain, "isf+ksf").decode() == (
        '{"at":1,"body":{"text":"ئاگادار بن"},"by":"duty1","channel":"isf+ksf",'
        '"id":"0190a6c5-3f00-7abc-8abc-000000000001","kind":"note","lang":"ckb","party":"ksf","prev":null,'
        '"rev":1,"seamline":"entry/v1","v":1}'
    )


@given(st.data())
def test_no_flipped_bit_goes_unnoticed(data: st.DataObject) -> None:
    signed = entry.sign(said(), "isf+ksf", OFFICER)
    whole = bytearray(entry.to_bytes(signed))
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    assert entry.leaf_hash(bytes(whole)) != entry.leaf_hash(entry.to_bytes(signed))
    try:
        read = entry.from_bytes(bytes(whole))
    except RuleBroken as refused:
        assert refused.rule.startswith(("log 1.", "log 2."))
        return
    if msgspec.structs.replace(read, no=signed.no) != signed:
        with pytest.raises(RuleBroken, match=r"log 3\.1"):
            entry.check_signature(read, "isf+ksf", OFFICER.public)
