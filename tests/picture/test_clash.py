"""Clashes against a plain reading of the rule: every pair, geodesic distance, windows by hand."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.picture.clash import DEFAULT_BUFFERS, Subject, clash, may_clash, search_volume
from seamline.picture.sweep import sweep
from tests.geo.shapes import places

HOUR = 3_600_000
NOON = 1_795_260_600_000
GEOD = pyproj.Geod(ellps="WGS84")
FRAME = Frame(44.0, 36.0)
CENTRE = (436_000_000, 357_000_000)


def subject(**changes: Any) -> Subject:
    base = Subject(
        "isf+ksf", "a", "isf", "activity", "patrol", shapely.Point(43.6, 35.7), NOON, NOON + 6 * HOUR, 500
    )
    return replace(base, **changes)


def metres_east(metres: float) -> shapely.Point:
    lon, lat, _ = GEOD.fwd(43.6, 35.7, 90, metres)
    return shapely.Point(lon, lat)


def test_who_may_clash() -> None:
    isf, ksf, both = subject(), subject(party="ksf"), subject(party="isf+ksf")
    assert may_clash(isf, ksf)
    assert may_clash(isf, both)
    assert may_clash(ksf, both)
    assert not may_clash(isf, subject(id="b"))
    assert not may_clash(both, replace(both, id="b"))
    site, post = subject(kind="site", party="isf"), subject(kind="post", party="ksf")
    assert may_clash(isf, site)
    assert may_clash(site, ksf)
    assert may_clash(isf, post)
    assert not may_clash(ksf, post)
    assert may_clash(both, post)
    assert not may_clash(site, post)
    assert not may_clash(site, replace(site, party="ksf"))
    assert not may_clash(subject(kind="watch"), ksf)


def test_every_activity_type_has_a_buffer() -> None:
    from seamline.records.values import CODES

    assert set(CODES["activity_type"]) | {"site", "post"} == set(DEFAULT_BUFFERS)


def test_distance_up_to_the_sum_of_the_buffers() -> None:
    a = subject()
    near = clash(a, subject(id="b", party="ksf", geometry=metres_east(999.5)))
    assert near is not None
    assert near.needed_m == 1_000
    assert near.distance_m == pytest.approx(999.5, abs=0.1)
    half = GEOD.fwd(43.6, 35.7, 90, 499.75)
    assert math.dist(near.where, (half[0] * 1e7, half[1] * 1e7)) < 20
    assert clash(a, subject(id="b", party="ksf", geometry=metres_east(1_000.5))) is None


def test_the_edge_itself_is_a_clash() -> None:
    """On the central meridian the plane is true to the millimetre."""
    a = subject(geometry=shapely.Point(44.0, 36.0))
    x, y = FRAME.to_plane(shapely.Point(44.0, 36.0)).coords[0]
    lon, lat = FRAME.to_degrees(x, y + 1_000)
    b = subject(id="b", party="ksf", geometry=shapely.Point(lon / 1e7, lat / 1e7))
    between = FRAME.to_plane(a.geometry).distance(FRAME.to_plane(b.geometry))
    needed = math.ceil(between)
    assert clash(a, replace(b, buffer_m=needed - 500), FRAME) is not None
    assert clash(a, replace(b, buffer_m=needed - 501), FRAME) is None


def test_windows_are_half_open() -> None:
    a = subject()
    after = subject(id="b", party="ksf", start=NOON + 6 * HOUR, end=NOON + 7 * HOUR)
    assert clash(a, after) is None
    hit = clash(a, replace(after, start=NOON + 6 * HOUR - 1))
    assert hit is not None
    assert (hit.start, hit.end) == (NOON + 6 * HOUR - 1, NOON + 6 * HOUR)


def test_a_place_without_a_window_is_always_there() -> None:
    hit = clash(subject(), subject(id="s", kind="site", start=None, end=None))
    assert hit is not None
    assert (hit.start, hit.end) == (NOON, NOON + 6 * HOUR)


def test_one_inside_the_other_touches() -> None:
    area = shapely.box(43.0, 35.2, 44.0, 36.0)
    hit = clash(subject(geometry=area), subject(id="b", party="ksf"))
    assert hit is not None
    assert hit.distance_m == 0
    assert math.dist(hit.where, (436_000_000, 357_000_000)) < 5


def test_a_tear_line_makes_it_possible_only() -> None:
    a, b = subject(), subject(id="b", party="ksf")
    for left, right, possible in (
        (a, b, False),
        (replace(a, tear=True), b, True),
        (a, replace(b, tear=True), True),
    ):
        hit = clash(left, right)
        assert hit is not None
        assert hit.possible is possible


def test_far_apart_shapes_have_a_frame_all_the_same() -> None:
    assert clash(subject(), subject(id="b", party="ksf", geometry=shapely.Point(-100, 40))) is None


subjects = st.builds(
    lambda g, who, kind, start, hours, buffer: subject(
        party=who,
        kind=kind,
        geometry=place.to_shapely(g),
        start=None if kind != "activity" and hours % 2 else NOON + start,
        end=None if kind != "activity" and hours % 2 else NOON + start + hours * HOUR,
        buffer_m=buffer,
        tear=buffer % 3 == 0,
    ),
    places(CENTRE, spread=800_000),
    st.sampled_from(["isf", "ksf", "isf+ksf"]),
    st.sampled_from(["activity", "activity", "activity", "site", "post"]),
    st.integers(0, 20).map(lambda n: n * 6 * HOUR),
    st.sampled_from([1, 6, 24, 60, 24 * 20]),
    st.integers(0, 5_000),
)


def densified(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(
        shapely.segmentize(shape, 0.02),
        lambda xy: list(
            zip(
                *pyproj.Proj("+proj=tmerc +lon_0=44 +lat_0=36 +k=1 +ellps=WGS84")(xy[:, 0], xy[:, 1]),
                strict=True,
            )
        ),
    )


@given(subjects, subjects)
def test_one_pair_against_the_rule(a: Subject, b: Subject) -> None:
    b = replace(b, id="b")
    metres = densified(a.geometry).distance(densified(b.geometry))
    ends = [s.end if s.end is not None else math.inf for s in (a, b)]
    in_time = max(a.start or 0, b.start or 0) < min(ends)
    hit = clash(a, b, FRAME)
    assert hit == clash(b, a, FRAME)
    needed = a.buffer_m + b.buffer_m
    if hit is None:
        assert not in_time or metres > needed - 1
    else:
        assert in_time
        assert hit.distance_m <= needed
        assert hit.distance_m == pytest.approx(metres, abs=1)
        there = FRAME.to_plane(shapely.Point(hit.where[0] / 1e7, hit.where[1] / 1e7))
        for side in (a, b):
            assert FRAME.to_plane(side.geometry).distance(there) <= hit.distance_m / 2 + 0.02


@given(subjects, subjects, st.booleans())
def test_candidates_by_search_volume_miss_nothing(a: Subject, b: Subject, terms: bool) -> None:
    volume = search_volume(a, 5_000)
    west, south, east, north = (v * 1e7 for v in b.geometry.bounds)
    box = volume.box
    candidate = (
        box[0] <= east
        and west <= box[2]
        and box[1] <= north
        and south <= box[3]
        and (b.start is None or b.start < volume.end_ms)
        and (b.end is None or volume.start_ms < b.end)
    )
    assert candidate or clash(a, replace(b, id="b"), FRAME if terms else None) is None


@settings(max_examples=60)
@given(st.lists(subjects, min_size=0, max_size=25), st.booleans())
def test_a_sweep_is_every_pair(listed: list[Subject], terms: bool) -> None:
    """To the last digit: a rebuilt picture is the one that was kept up to date (law 1)."""
    listed = [replace(s, id=f"s{i * 7 % 25:02d}") for i, s in enumerate(listed)]
    frame = FRAME if terms else None
    expected = {
        (i, j): hit
        for (i, a), (j, b) in itertools.combinations(enumerate(listed), 2)
        if may_clash(a, b) and (hit := clash(a, b, frame))
    }
    swept = list(sweep(listed, frame))
    assert len({(i, j) for i, j, _ in swept}) == len(swept)
    assert {(i, j): hit for i, j, hit in swept} == expected


def test_a_sweep_with_many_sided_shapes() -> None:
    """Shapes with an index over their sides: inside is inside, not the distance to the outline."""
    ring = shapely.Point(43.6, 35.7).buffer(0.2, quad_segs=64)
    listed = [
        subject(geometry=ring),
        subject(id="b", party="ksf"),
        subject(id="c", party="ksf", geometry=ring),
    ]
    found = {(i, j): hit.distance_m for i, j, hit in sweep(listed, FRAME)}
    assert found == {(0, 1): 0.0, (0, 2): 0.0}


def test_what_cannot_be_intersected_spoils_no_other_of_its_batch() -> None:
    """GEOS gives up on one pair: the others keep the place they have alone."""
    bow = shapely.Polygon([(43.6, 35.7), (43.61, 35.71), (43.61, 35.7), (43.6, 35.71)])
    square = shapely.box(43.6, 35.7, 43.61, 35.71)
    listed = [
        subject(geometry=square),
        subject(id="b", party="ksf", geometry=bow),
        subject(id="c", party="ksf", geometry=square),
    ]
    pairs = {(i, j): hit for i, j, hit in sweep(listed, FRAME)}
    assert pairs == {(0, j): clash(listed[0], listed[j], FRAME) for j in (1, 2)}


def test_a_sweep_of_nothing() -> None:
    assert list(sweep([], FRAME)) == []
    assert list(sweep([subject()], FRAME)) == []


def test_a_sweep_of_many_parties() -> None:
    listed = [subject(id=f"s{i:02d}", party=f"p{i % 12}") for i in range(24)]
    pairs = {(i, j) for i, j, _ in sweep(listed, FRAME)}
    assert pairs == {(i, j) for i, j in itertools.combinations(range(24), 2) if i % 12 != j % 12}
