"""Two accounts of one event: what agrees, what differs, and how likely they are one event at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seamline.picture.accounts import APART, LEAST, Compared, compare, likeness
from seamline.records import registry
from seamline.records.incident import Incident
from tests.nodes import INCIDENT, START

HOUR = 3_600_000


def told(**more: Any) -> Incident:
    value = registry.parse("incident", INCIDENT | more)
    assert isinstance(value, Incident)
    return value


def at(lon: float, lat: float, accuracy: int = 50) -> dict[str, Any]:
    where = [round(lon * 1e7), round(lat * 1e7)]
    return {"geometry": {"type": "Point", "coordinates": where}, "accuracy_m": accuracy}


def by_name(rows: list[Compared]) -> dict[str, Compared]:
    return {row.field: row for row in rows}


def test_the_same_words_agree_everywhere() -> None:
    rows = compare(told(), told(), ("en", "en"))
    assert {r.verdict for r in rows} == {"agreed"}
    assert [r.field for r in rows] == ["summary", "type", "occurred", "place", "narrative"]


def test_what_differs_says_by_how_much_and_what_only_one_side_says() -> None:
    window = {"start": START, "end": START + HOUR}
    a = told(place=at(43.74, 35.71), occurred=window, harm={"wounded": 2, "killed": 0})
    later = {"start": START + HOUR // 2, "end": START + HOUR}
    b = told(place=at(43.76, 35.71), occurred=later, harm={"wounded": 3}, narrative="", type="ambush")
    found = by_name(compare(a, b, ("en", "en")))
    assert found["place"].verdict == "differs"
    assert 1_790 < (found["place"].apart or 0) < 1_830
    assert (found["occurred"].verdict, found["occurred"].apart) == ("differs", HOUR // 2)
    assert (found["wounded"].verdict, found["wounded"].values) == ("differs", (2, 3))
    assert (found["killed"].verdict, found["killed"].values) == ("one_side", (0, None))
    assert found["narrative"].verdict == "one_side"
    assert found["type"].verdict == "differs"
    assert "missing" not in found


def test_places_within_what_both_state_as_accuracy_agree() -> None:
    a, b = told(place=at(43.74, 35.71, 1000)), told(place=at(43.76, 35.71, 900))
    assert by_name(compare(a, b, ("en", "en")))["place"].verdict == "agreed"


def test_a_tear_line_agrees_with_what_it_may_hold() -> None:
    wide = {"start": START, "end": START + HOUR}
    narrow = {"start": START + 20 * 60_000, "end": START + 40 * 60_000}
    plain, torn = told(occurred=narrow), told(occurred=wide, tear=True)
    assert by_name(compare(plain, torn, ("en", "en")))["occurred"].verdict == "agreed"
    assert by_name(compare(plain, told(occurred=wide), ("en", "en")))["occurred"].verdict == "differs"


def test_words_that_differ_are_marked_on_each_side() -> None:
    a, b = told(summary="Two shots from the north ridge"), told(summary="Six shots from the ridge")
    runs = by_name(compare(a, b, ("en", "en")))["summary"].runs
    assert runs == (
        (("Two", False), ("shots from the", True), ("north", False), ("ridge", True)),
        (("Six", False), ("shots from the ridge", True)),
    )
    assert by_name(compare(a, b, ("en", "ar")))["summary"].runs is None


def test_a_name_spelled_on_another_keyboard_is_the_same_word() -> None:
    a, b = told(summary="تەقە لە كركوك"), told(summary="تەقە لە کرکوک")
    assert by_name(compare(a, b, ("ckb", "ckb")))["summary"].verdict == "agreed"


def test_likeness_falls_with_distance_time_and_type() -> None:
    here = told(place=at(43.74, 35.71))
    near, far = told(place=at(43.75, 35.71)), told(place=at(43.81, 35.71))
    assert likeness(here, here).score == 1
    assert likeness(here, here).score > likeness(here, near).score > likeness(here, far).score == 0
    kin, other = told(place=at(43.74, 35.71), type="ambush"), told(place=at(43.74, 35.71), type="fire")
    assert likeness(here, kin).score == 0.5
    assert likeness(here, other).score == 0.25
    late = told(occurred={"start": START + APART, "end": START + APART + HOUR})
    assert likeness(here, late).score < LEAST


@given(
    st.tuples(st.floats(43.70, 43.80), st.floats(35.68, 35.74), st.integers(0, 2000)),
    st.tuples(st.floats(43.70, 43.80), st.floats(35.68, 35.74), st.integers(0, 2000)),
    st.lists(st.sampled_from(["shots", "ridge", "two", "six", "at"]), max_size=8),
    st.lists(st.sampled_from(["shots", "ridge", "two", "six", "at"]), max_size=8),
)
def test_neither_side_is_the_first(one: Any, two: Any, said: list[str], answered: list[str]) -> None:
    a = told(place=at(*one), narrative=" ".join(said))
    b = told(place=at(*two), narrative=" ".join(answered), type="raid")
    assert likeness(a, b) == likeness(b, a)
    for there, back in zip(compare(a, b, ("en", "en")), compare(b, a, ("en", "en")), strict=True):
        assert (there.field, there.verdict, there.apart) == (back.field, back.verdict, back.apart)
        assert there.values == back.values[::-1]
        assert (there.runs and there.runs[::-1]) == back.runs
