"""Heights in pictures: what is written is read, to a quarter of a metre."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.web.layers import raster

METRES = st.floats(-500, 9000, allow_nan=False)


@given(st.lists(st.lists(METRES, min_size=3, max_size=3), min_size=1, max_size=6))
def test_heights_survive(rows: list[list[float]]) -> None:
    heights = np.array(rows)
    found = raster.to_heights(raster.decode(raster.encode(raster.to_pixels(heights))))
    assert np.abs(found - heights).max() <= raster.STEP_M / 2


def test_the_encoding_is_the_one_that_maps_read() -> None:
    # Terrarium, by its definition: (red * 256 + green + blue / 256) - 32768.
    red, green, blue = raster.to_pixels(np.array([[1234.6]]))[0, 0].tolist()
    assert red * 256 + green + blue / 256 - 32768 == 1235


def test_a_picture_with_a_background_to_see_through() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    assert (raster.decode(raster.encode(pixels)) == pixels).all()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(raster.Damaged):
        raster.decode(data)


def test_a_picture_of_another_make_is_refused() -> None:
    data = raster.encode(np.zeros((1, 1, 3), np.uint8))
    other = data.replace(zlib.compress(b"\2\0\0\0", 9), zlib.compress(b"\1\0\0\0", 9))
    assert other != data
    with pytest.raises(raster.Damaged, match="another make"):
        raster.decode(other)
