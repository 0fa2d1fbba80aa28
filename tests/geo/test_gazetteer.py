"""The nearest named place, against a scan of all of them."""

from __future__ import annotations

from importlib import resources

import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.geo.gazetteer import COMPASS, Gazetteer

GEOD = pyproj.Geod(ellps="WGS84")
SMALL = "Name,lat,lng\nA,35.0,43.0\n ,35.5,43.5\nب,36.0,44.0\n".encode()


def test_names_as_mapped_and_bearing() -> None:
    gazetteer = Gazetteer.from_csv(SMALL)
    near = gazetteer.nearest(440_000_000, 359_000_000)
    assert near is not None
    assert (near.name, near.compass, round(near.bearing)) == ("ب", "s", 180)
    assert near.distance_m == pytest.approx(11_096, abs=2)


def test_compass_points() -> None:
    gazetteer = Gazetteer.from_csv(b"Name,lat,lng\nA,0,0\n")
    seen = [
        gazetteer.nearest(x, y)
        for x, y in [(0, 9), (9, 9), (9, 0), (9, -9), (0, -9), (-9, -9), (-9, 0), (-9, 9)]
    ]
    assert tuple(near.compass for near in seen if near) == COMPASS


def test_no_places_no_answer() -> None:
    assert Gazetteer.from_csv(b"Name,lat,lng\n").nearest(0, 0) is None


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"Name,lat,lng\nA,x,y\n",
        b"\xff\xfe",
        b"Name,lat\nA,1\n",
        b"Name,lat,lng\nA\n",
        b"Name,lat,lng\nA,nan,0\n",
    ],
)
def test_a_broken_file(data: bytes) -> None:
    with pytest.raises(BadInput):
        Gazetteer.from_csv(data)


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    data = resources.files("seamline.geo").joinpath("data/osm_places_northern_iraq.csv").read_bytes()
    return Gazetteer.from_csv(data)


@settings(max_examples=30)
@given(lon=st.integers(415_000_000, 460_000_000), lat=st.integers(335_000_000, 375_000_000))
def test_nearest_of_the_shipped_places(shipped: Gazetteer, lon: int, lat: int) -> None:
    near = shipped.nearest(lon, lat)
    assert near is not None
    n = len(shipped._lonlat)
    _, _, metres = GEOD.inv(shipped._lonlat[:, 0], shipped._lonlat[:, 1], [lon / 1e7] * n, [lat / 1e7] * n)
    assert near.distance_m <= min(metres) * 1.002 + 0.01  # the plane is stretched by up to 0.1 %
