"""Two texts side by side: parts matched by their number, each difference named once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seamline.records.compare import differences

ONE = {
    "name": "A",
    "clauses": [{"no": "1", "text": {"en": "x", "ar": "س"}}, {"no": "2", "title": {"en": "t"}}],
}


def paths(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(d.path), d.how) for d in differences(before, after)]


def test_a_part_that_only_moved_is_no_difference() -> None:
    assert paths(ONE, {**ONE, "clauses": ONE["clauses"][::-1]}) == []


def test_each_difference_is_named_where_it_is() -> None:
    other = {"name": "B", "clauses": [{"no": "1", "text": {"en": "x", "ckb": "ی"}}, {"no": "3"}]}
    assert paths(ONE, other) == [
        ("name", "changed"),
        ("clauses.1.text.ar", "removed"),
        ("clauses.1.text.ckb", "added"),
        ("clauses.2", "removed"),
        ("clauses.3", "added"),
    ]


def test_where_a_text_comes_from_is_not_what_it_says() -> None:
    assert paths(ONE, ONE | {"counters": "id", "synthetic": True}) == []


leaves = st.none() | st.integers() | st.text(max_size=4)
bodies = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy"), inner)),
)


@given(bodies, bodies)
def test_none_differs_exactly_when_they_are_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (differences(one, other) == []) == (one == other)
    assert len(differences(one, other)) == len(differences(other, one))
