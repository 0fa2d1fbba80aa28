"""Release 6: of a photo only its pixels stay, upright, within bounds."""

from __future__ import annotations

import contextlib
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from seamline.documents import redrawn
from seamline.documents.redrawn import JPEG, PNG
from seamline.errors import BadInput
from seamline.release import photo
from tests.release.photos import SECRET, chunk, png, segment

MOST = 1 << 20


def written(picture: Image.Image, form: str, **how: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def seen(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def half(width: int = 40, height: int = 20) -> Image.Image:
    """Red at the left, blue at the right."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return picture


def turned_by(way: int) -> bytes:
    """A JPEG whose EXIF says how the camera was held."""
    exif = Image.Exif()
    exif[274] = way
    return written(half(), "JPEG", exif=exif, comment=SECRET)


@pytest.mark.parametrize(
    ("way", "size", "red"),
    [(1, (40, 20), (2, 2)), (3, (40, 20), (37, 2)), (6, (20, 40), (2, 2)), (8, (20, 40), (2, 37))],
)
def test_a_photo_stands_upright_and_says_nothing_of_its_camera(
    way: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    data = turned_by(way)
    made = redrawn.redraw(photo.clean(data).data, JPEG, photo.turned(data), most=MOST)
    picture = seen(made.data)
    assert (made.type, picture.size) == (JPEG, size)
    pixel = picture.getpixel(red)
    assert isinstance(pixel, tuple)
    assert (pixel[0] > 200, pixel[2] < 60) == (True, True)
    assert SECRET not in made.data
    assert not picture.getexif()
    assert photo.clean(made.data).data == made.data[:2] + made.data[20:]  # but for JFIF's head of 18 bytes


@pytest.mark.parametrize("bad", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff"])
def test_a_camera_that_says_nonsense_of_how_it_was_held_is_not_believed(bad: bytes) -> None:
    assert photo.turned(b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + bad) + b"\xff\xda") == 1


def test_what_hides_under_what_is_transparent_is_gone() -> None:
    hidden = Image.new("RGBA", (8, 8), (10, 200, 30, 0))
    hidden.paste((1, 2, 3, 255), (0, 0, 4, 8))
    made = seen(redrawn.redraw(photo.clean(written(hidden, "PNG")).data, PNG, most=MOST).data)
    assert made.mode == "RGB"
    assert {color for _, color in made.getcolors() or []} == {(1, 2, 3), (255, 255, 255)}


def test_what_hides_in_a_palette_or_behind_the_pixels_is_gone() -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([9, 9, 9, *SECRET[:30]])
    data = photo.clean(written(picture, "PNG")).data
    # More in the stream of pixels than the picture has rows.
    rows = zlib.compress(bytes(4 * 5) + SECRET, 0)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0))
    behind = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert SECRET[:30] in data
    assert SECRET in behind
    for one in (data, behind):
        with contextlib.suppress(BadInput):
            made = redrawn.redraw(one, PNG, most=MOST).data
            assert SECRET[:8] not in zlib.decompress(made[made.index(b"IDAT") + 4 : made.index(b"IEND") - 8])
            assert SECRET[:8] not in made


def test_sixteen_bits_become_eight_and_a_png_that_is_too_large_a_jpeg() -> None:
    deep = Image.new("I;16", (4, 4), 0x8000)
    assert seen(redrawn.redraw(written(deep, "PNG"), PNG, most=MOST).data).getpixel((1, 1)) == 0x80
    assert redrawn.redraw(png(100), PNG, most=2000).type == JPEG


def test_a_picture_is_refused_for_the_pixels_it_claims_before_it_is_decoded() -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(BadInput, match="50000000 pixels"):
        redrawn.redraw(photo.clean(bomb).data, PNG, most=MOST)


def test_a_large_one_is_made_smaller_and_a_small_one_stays() -> None:
    large = written(Image.new("L", (6000, 60)), "JPEG")
    assert seen(redrawn.redraw(large, JPEG, most=MOST).data).size == (redrawn.LONGEST, 41)
    assert max(seen(redrawn.small(large, JPEG)).size) == redrawn.SMALL
    assert seen(redrawn.small(png(7), PNG)).size == (7, 7)


WHOLE = (written(half(), "JPEG"), written(half(), "JPEG", progressive=True), png(6))


@settings(max_examples=150)
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(2, 5000), st.integers(1, 255)), max_size=4))
def test_any_damage_is_refused_or_drawn(whole: bytes, flips: list[tuple[int, int]]) -> None:
    bad = bytearray(whole)
    for at, by in flips:
        bad[2 + at % (len(bad) - 2)] ^= by
    with contextlib.suppress(BadInput):
        cleaned = photo.clean(bytes(bad))
        made = redrawn.redraw(cleaned.data, cleaned.type, photo.turned(bytes(bad)), most=MOST)
        assert seen(made.data).size
