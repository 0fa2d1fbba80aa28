"""Cells: no touched cell is missed, none is added, and whole cells always hold the place."""

from __future__ import annotations

from typing import Any

import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.cells import cells_touching, cover
from tests.geo.shapes import CENTRES, places


def exactly(geometry: dict[str, Any]) -> shapely.Geometry:
    return shapely.transform(place.to_shapely(geometry), lambda xy: np.rint(xy * 1e7))


def outline(cell: int) -> shapely.Geometry:
    return shapely.Polygon([(round(lon * 1e7), round(lat * 1e7)) for lat, lon in h3.cell_to_boundary(cell)])


@settings(max_examples=40)
@given(st.sampled_from(CENTRES), st.data(), st.integers(5, 8))
def test_touched_cells_are_found_by_brute_force_alike(
    centre: tuple[int, int], data: st.DataObject, res: int
) -> None:
    geometry = data.draw(places(centre, spread=400_000))
    shape = exactly(geometry)
    middle = h3.latlng_to_cell(centre[1] / 1e7, centre[0] / 1e7, res)
    rings = int(22 / h3.average_hexagon_edge_length(res, unit="km")) + 4
    expected = sorted(int(c) for c in h3.grid_disk(int(middle), rings) if outline(int(c)).intersects(shape))
    assert cells_touching(geometry, res).tolist() == expected


@settings(max_examples=80)
@given(st.sampled_from(CENTRES), st.data(), st.integers(5, 9))
def test_whole_cells_hold_the_place_and_are_a_place(
    centre: tuple[int, int], data: st.DataObject, res: int
) -> None:
    geometry = data.draw(places(centre, spread=1_000_000))
    whole = cover(geometry, res)
    place.check_geometry(whole)
    assert exactly(whole).covers(exactly(geometry))
    assert cover(geometry, res) == whole


def test_a_large_place_gets_larger_cells() -> None:
    ground = {"type": "LineString", "coordinates": [[419_000_000, 363_000_000], [454_000_000, 343_000_000]]}
    whole = cover(ground, 9)
    place.check_geometry(whole)
    assert exactly(whole).covers(exactly(ground))


def test_too_many_cells_are_refused() -> None:
    side = 40_000_000
    x, y = 420_000_000, 340_000_000
    ground = {
        "type": "Polygon",
        "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]],
    }
    with pytest.raises(BadInput) as refused:
        cells_touching(ground, 9)
    assert refused.value.code == "cells_many"
    assert exactly(cover(ground, 9)).covers(exactly(ground))


@pytest.mark.parametrize("res", [2, 11, -1])
def test_resolutions(res: int) -> None:
    with pytest.raises(BadInput):
        cover({"type": "Point", "coordinates": [0, 0]}, res)


def test_a_position_on_a_corner_touches_three_cells() -> None:
    lat, lon = h3.cell_to_boundary(h3.latlng_to_cell(35.7, 43.6, 7))[0]
    corner = {"type": "Point", "coordinates": [round(lon * 1e7), round(lat * 1e7)]}
    assert len(cells_touching(corner, 7)) == 3
