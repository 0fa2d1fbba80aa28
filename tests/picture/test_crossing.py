"""Ways that meet a boundary their party must not cross."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon

from seamline.picture.crossing import Bound, Way, crossings

HOUR = 3_600_000
RIVER = LineString([(44.0, 35.6), (44.2, 35.6)])


def way(party: str, *positions: tuple[float, float], start: int = 0, end: int = HOUR) -> Way:
    return Way(party, LineString(positions), start, end)


def bound(*parties: str, start: int = 0, end: int = HOUR) -> Bound:
    return Bound(parties, RIVER, start, end)


def test_a_way_across_is_found_with_its_place_and_time() -> None:
    ways = [
        way("isf", (44.1, 35.5), (44.1, 35.7), start=HOUR // 2),
        way("ksf", (44.05, 35.62), (44.15, 35.62)),
    ]
    (found,) = crossings(ways, [bound("isf", "ksf")])
    assert (found.way, found.bound, found.start, found.end) == (0, 0, HOUR // 2, HOUR)
    assert abs(found.where[0] - 441_000_000) < 20
    assert abs(found.where[1] - 356_000_000) < 20


def test_only_the_parties_that_are_bound_and_only_in_its_time() -> None:
    across = [way("isf", (44.1, 35.5), (44.1, 35.7))]
    assert crossings(across, [bound("ksf")]) == []
    assert crossings(across, [bound("isf", start=HOUR, end=2 * HOUR)]) == []
    assert len(crossings([way("isf+ksf", (44.1, 35.5), (44.1, 35.7))], [bound("ksf")])) == 1


def test_an_area_over_it_and_a_way_up_to_it_meet_it() -> None:
    area = Way("isf", Polygon([(44.0, 35.5), (44.1, 35.5), (44.1, 35.7), (44.0, 35.7)]), 0, HOUR)
    assert len(crossings([area], [bound("isf")])) == 1
    assert len(crossings([way("isf", (44.1, 35.5), (44.1, 35.6))], [bound("isf")])) == 1
    assert crossings([way("isf", (44.1, 35.5), (44.1, 35.5999))], [bound("isf")]) == []


@given(
    st.lists(st.tuples(st.floats(44.0, 44.2), st.floats(35.61, 35.7)), min_size=2, max_size=6, unique=True)
)
def test_a_way_on_one_side_of_a_straight_boundary_never_meets_it(
    positions: list[tuple[float, float]],
) -> None:
    assert crossings([way("isf", *positions)], [bound("isf")]) == []
