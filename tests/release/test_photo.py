"""Release 6: whatever a camera says of itself is gone before a photo is kept."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.release import photo
from tests.release.photos import SECRET, chunk, jpeg, png, segment

TOLD = [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"iCCP", b"prVt"]


@pytest.mark.parametrize("name", TOLD)
def test_a_png_keeps_its_picture_alone(name: bytes) -> None:
    assert photo.clean(png(4, chunk(name, SECRET)) + SECRET) == (png(4), "image/png")


@pytest.mark.parametrize("mark", [0xE0, 0xE1, 0xE2, 0xED, 0xEF, 0xFE])
def test_a_jpeg_keeps_its_picture_alone(mark: int) -> None:
    assert photo.clean(jpeg(segment(mark, SECRET)) + SECRET) == (jpeg(), "image/jpeg")


def test_adobes_segment_stays_since_colours_depend_on_it() -> None:
    assert photo.clean(jpeg(segment(0xEE, b"Adobe"))).data == jpeg(segment(0xEE, b"Adobe"))


def test_a_second_scan_and_filling_between_segments() -> None:
    more = b"\x12" + segment(0xC4, b"h") + segment(0xFE, SECRET) + segment(0xDA, b"s") + b"\x01\x02"
    cleaned = photo.clean(jpeg(b"\xff", scan=more)).data
    assert SECRET not in cleaned
    assert cleaned == jpeg(scan=b"\x12" + segment(0xC4, b"h") + segment(0xDA, b"s") + b"\x01\x02")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00\x01",
        jpeg()[:-2],
        png()[:-12],
        png()[:30],
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        photo.clean(data)


def test_a_png_with_a_wrong_checksum_is_refused() -> None:
    bad = bytearray(png())
    bad[20] ^= 1
    with pytest.raises(BadInput):
        photo.clean(bytes(bad))


@given(st.sampled_from([png(3), jpeg()]), st.data())
def test_any_damage_is_refused_or_cleaned_again_to_the_same(whole: bytes, data: st.DataObject) -> None:
    bad = bytearray(whole)
    bad[data.draw(st.integers(2, len(bad) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(BadInput):
        once = photo.clean(bytes(bad))
        assert photo.clean(once.data) == once
