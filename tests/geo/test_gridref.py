"""Grid references against the GEOTRANS library, and every refusal."""

from __future__ import annotations

import threading

import pyproj
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.geo import gridref

GEOD = pyproj.Geod(ellps="WGS84")
lons = st.integers(-1_775_000_000, 1_775_000_000)
lats = st.integers(-795_000_000, 795_000_000)


@given(lons, lats, st.integers(2, 5))
def test_the_square_that_was_written_is_the_square_that_is_read(lon: int, lat: int, precision: int) -> None:
    reference = gridref.to_mgrs(lon, lat, precision)
    read_lon, read_lat, side = gridref.from_mgrs(reference)
    assert side == 10 ** (5 - precision)
    _, _, metres = GEOD.inv(lon / 1e7, lat / 1e7, read_lon / 1e7, read_lat / 1e7)
    assert metres <= side * 0.7075 + 0.02  # half a diagonal, and 1e-7 degree
    again = gridref.to_mgrs(read_lon, read_lat, precision)
    assume(again[:3] == reference[:3])  # at an edge of zone or band, the middle may lie beyond it
    assert again == reference


def test_a_place_everyone_knows() -> None:
    assert gridref.to_mgrs(436_000_000, 357_000_000) == "38SLE7334151577"
    assert gridref.to_mgrs(436_000_000, 357_000_000, 0) == "38SLE"
    assert gridref.spaced("38SLE7334151577") == "38S LE 73341 51577"
    assert gridref.spaced("38SLE") == "38S LE"
    assert gridref.spaced("somewhere") == "somewhere"
    assert gridref.from_mgrs(" 38s le 73341 51577") == gridref.from_mgrs("38SLE7334151577")
    assert gridref.from_mgrs("38SLE75")[2] == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "", "38S", "38SL", "38SLE7", "38SLE733411515777", "38SLE733415157", "00SLE11", "61SLE11",
        "38ILE11", "38SIE11",
        "38SLW11", "38S LE 733 4151577", "38SLE-7351", "38SLE٧٣", "AAB12",
        "YZG1234", "38SLE 7 3 4 1 5", "3 8 S",
    ],
)  # fmt: skip
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        gridref.from_mgrs(text, "place.mgrs")
    assert refused.value.field == "place.mgrs"


@pytest.mark.parametrize("text", ["38SAE7351", "38SLV7337", "38CLE7351", "32XMK11", "38SHE11"])
def test_letters_that_name_no_square(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        gridref.from_mgrs(text)
    assert refused.value.code == "grid_square"


def test_outside_the_grid() -> None:
    with pytest.raises(BadInput):
        gridref.to_mgrs(0, 850_000_000)


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRSTUVWXYZ ", max_size=18))
def test_any_text_is_a_square_or_bad_input(text: str) -> None:
    try:
        lon, lat, side = gridref.from_mgrs(text)
    except BadInput:
        return
    assert abs(lon) <= 1_780_000_000
    assert abs(lat) <= 800_000_000
    assert side in (1, 10, 100, 1_000, 10_000, 100_000)


def test_threads_do_not_meet() -> None:
    """GEOTRANS keeps the zone between calls: each thread works in another zone."""
    spots = [(-1_500_000_000, -400_000_000), (436_000_000, 357_000_000), (1_200_000_000, 600_000_000)]
    expected = [gridref.to_mgrs(*spot) for spot in spots]
    wrong: list[str] = []

    def work(index: int) -> None:
        for _ in range(2_000):
            got = gridref.to_mgrs(*spots[index])
            if got != expected[index]:
                wrong.append(got)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
