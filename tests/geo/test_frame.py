"""The plane of distances against geodesics, and the search volume against the plane: no misses."""

from __future__ import annotations

from typing import Any

import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.volume import search_volume
from tests.geo.shapes import CENTRES, places, points

GEOD = pyproj.Geod(ellps="WGS84")


@given(points(spread=28_000_000), st.integers(0, 359), st.integers(1, 20_000))
def test_error_over_the_width_of_the_line(start: dict[str, Any], bearing: int, metres: int) -> None:
    """Within 280 km of the meridian: never shorter than the truth, at most 0.1 % longer."""
    lon, lat = (v / 1e7 for v in start["coordinates"])
    far_lon, far_lat, _ = GEOD.fwd(lon, lat, bearing, metres)
    frame = Frame(43.6, 35.7)
    plane = frame.to_plane(shapely.Point(lon, lat)).distance(frame.to_plane(shapely.Point(far_lon, far_lat)))
    assert metres * (1 - 1e-9) <= plane + 1e-6
    assert plane <= metres * 1.001 + 1e-6


@given(st.sampled_from(CENTRES), st.data(), st.integers(0, 20_000))
def test_a_search_volume_misses_nothing(centre: tuple[int, int], data: st.DataObject, reach: int) -> None:
    """Whatever lies within reach in the plane has a box that meets the volume's."""
    a, b = data.draw(places(centre)), data.draw(places(centre))
    frame = Frame.centred_on([place.box(a), place.box(b)])
    near = frame.to_plane(place.to_shapely(a)).distance(frame.to_plane(place.to_shapely(b))) <= reach
    wide, other = search_volume(place.box(a), 0, 1, reach).box, place.box(b)
    meets = wide[0] <= other[2] and other[0] <= wide[2] and wide[1] <= other[3] and other[1] <= wide[3]
    assert meets or not near


def test_a_search_volume_is_not_much_too_wide() -> None:
    volume = search_volume((436_000_000, 357_000_000, 436_000_000, 357_000_000), None, 7, 1_000)
    assert 1_000 <= (volume.box[3] - 357_000_000) * 0.0110574 < 1_020
    assert (volume.start_ms, volume.end_ms) == (0, 7)


@given(places())
def test_there_and_back(geometry: dict[str, Any]) -> None:
    frame = Frame.centred_on([place.box(geometry)])
    xy = shapely.get_coordinates(frame.to_plane(place.to_shapely(geometry)))
    assert [list(frame.to_degrees(*at)) for at in xy] == frame.to_degrees_many(xy).tolist()
    listed = shapely.get_coordinates(place.to_shapely(geometry))
    assert {tuple(p) for p in (listed * 1e7).round().astype(int)} <= {
        tuple(p) for p in frame.to_degrees_many(xy)
    }


def test_long_sides_follow_the_map() -> None:
    """A side drawn along a parallel stays on it: RFC 7946's straight line, not the plane's."""
    frame = Frame(43.0, 35.0)
    side = frame.to_plane(shapely.LineString([(41, 36), (45, 36)]))
    assert frame.to_plane(shapely.Point(43.0123, 36)).distance(side) < 0.5


def test_the_same_ground_gives_the_same_frame() -> None:
    boxes = [
        (436_000_000, 357_000_000, 437_000_000, 358_000_000),
        (441_000_000, 350_000_000, 442_000_000, 351_000_000),
    ]
    assert Frame.centred_on(boxes) == Frame.centred_on(reversed(boxes)) == Frame(44.0, 35.0)
    assert Frame.centred_on([]) == Frame(0.0, 0.0)


def test_a_frame_across_the_world_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        Frame.centred_on([(0, 0, 0, 0), (436_000_000, 357_000_000, 437_000_000, 358_000_000)])
    assert refused.value.code == "frame_width"
