"""Ids of parties and channels: one spelling each (log 2.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.log import channel

ids = st.from_regex(r"[a-z][a-z0-9-]{1,15}", fullmatch=True)
MANY = [f"p{n:02}" for n in range(17)]


@given(st.lists(ids, min_size=1, max_size=16, unique=True))
def test_one_audience_has_one_id_in_any_order(parties: list[str]) -> None:
    made = channel.channel_id(parties)
    assert made == channel.channel_id(reversed([*parties, parties[0]]))
    assert channel.members(made) == tuple(sorted(parties))
    assert channel.is_channel(made)


@pytest.mark.parametrize(
    "text", ["", "+", "isf+", "+isf", "ksf+isf", "isf+isf", "isf ksf", "ISF", "i", "isf\n", "9th"]
)
def test_other_spellings_are_no_channel(text: str) -> None:
    assert not channel.is_channel(text)
    with pytest.raises(BadInput) as refused:
        channel.members(text)
    assert refused.value.field == "channel"


@pytest.mark.parametrize("parties", [[], ["i"], ["isf", "Ksf"], ["isf+ksf", "isf"], MANY])
def test_no_id_is_made_of_bad_parties(parties: list[str]) -> None:
    with pytest.raises(BadInput):
        channel.channel_id(parties)


def test_up_to_16_parties() -> None:
    assert len(channel.members(channel.channel_id(MANY[:16]))) == 16


@pytest.mark.parametrize("thing", [None, 7, b"isf", ["isf"], "x" * 17, "node!", "a_b", "-ab", "ab\n"])
def test_what_is_no_id(thing: object) -> None:
    assert not channel.is_id(thing)


def test_a_node_holds_only_what_all_its_owners_are_in() -> None:
    assert channel.may_hold(["isf"], "isf")
    assert channel.may_hold(["ksf", "isf"], "isf+ksf+mag")
    assert not channel.may_hold(["isf", "ksf"], "isf+mag")
    assert not channel.may_hold([], "isf")
