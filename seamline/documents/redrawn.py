"""Photos drawn anew: of what was brought only the pixels stay (docs/spec/release.md 6). Pure.

Whatever hides in a file and not in its picture is gone: odd segments, bytes between and behind them, colours
under what is transparent, entries of a palette that no pixel names.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image

from seamline.errors import BadInput, Worded

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
MAX_PIXELS: Final = 50_000_000
"""Of a picture before it is decoded: 200 MB of memory at most, whatever its file claims in a few bytes."""
LONGEST: Final = 4096
"""Longest side kept (pixels)."""
SMALL: Final = 240

_FORMATS: Final = {JPEG: "JPEG", PNG: "PNG"}
_QUALITY, _SMALL_QUALITY = 85, 70
# EXIF 2.32, 4.6.4: what is to be done to a picture so that it stands upright.
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Asked below, of the head alone and before anything is decoded; Pillow's own bound would only warn.
Image.MAX_IMAGE_PIXELS = None


class Redrawn(NamedTuple):
    """A picture's bytes and their media type."""

    data: bytes
    type: str


def redraw(data: bytes, media: str, turned: int = 1, *, most: int) -> Redrawn:
    """The same picture, upright, in bytes that were all written here.

    turned: as the camera was held (1 to 8). A PNG stays one unless that takes more than `most` bytes.
    BadInput for what cannot be decoded or has more than MAX_PIXELS.
    """
    picture = _pixels(data, media, LONGEST)
    if turned in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[turned])
    if media == PNG:
        kept = _written(picture, "PNG")
        if len(kept) <= most:
            return Redrawn(kept, PNG)
    return Redrawn(_written(picture, "JPEG", quality=_QUALITY, optimize=True), JPEG)


def small(data: bytes, media: str) -> bytes:
    """A JPEG of it with a longest side of SMALL pixels. BadInput as `redraw`."""
    return _written(_pixels(data, media, SMALL), "JPEG", quality=_SMALL_QUALITY, optimize=True)


def _pixels(data: bytes, media: str, longest: int) -> Image.Image:
    """A fresh picture, grey or RGB, with nothing but the pixels of this one."""
    try:
        picture = Image.open(BytesIO(data), formats=[_FORMATS[media]])
        if picture.width * picture.height > MAX_PIXELS:
            size = f"{picture.width} × {picture.height}"
            raise BadInput(
                "photo",
                size,
                Worded("remedy.pixels_most", "at most {n} pixels; make it smaller", n=MAX_PIXELS),
            )
        # A JPEG is decoded at a half, a quarter or an eighth where that is enough.
        picture.draft(None, (longest, longest))
        picture.load()
        flat = _flat(picture)
    except (OSError, SyntaxError, ValueError) as fault:
        raise BadInput(
            "photo",
            f"{fault}",
            Worded("remedy.photo_again", "take it from the camera again, or save it anew"),
        ) from None
    flat.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    fresh = Image.new(flat.mode, flat.size)
    fresh.paste(flat)
    return fresh


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # 16 bits a pixel: the upper eight.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in picture.info or picture.mode in ("LA", "RGBA", "PA"):
        over = picture.convert("RGBA")
        paper = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(paper, over).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _written(picture: Image.Image, form: str, **how: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()
