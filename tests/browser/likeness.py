"""Whether two pictures of a screen show the same: what a person at the next table would say.

Squares of a few points are compared by their mean colour. A letter drawn a hair's breadth elsewhere, softer
or bolder, moves the mean of a square a little; a word that is gone, a panel that moved or another colour
move many of them a lot.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

# Side of a square in points, and by how much of 255 the mean of one of its colours may differ.
FINE, FINE_BY = 8, 12
# Large squares see what is faint but wide: a ground in another shade.
COARSE, COARSE_BY = 40, 6.5
# So many squares may differ by more than that: the edge of a letter here and there.
FINE_MANY, COARSE_MANY = 8, 4

Picture = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]


def read(data: bytes) -> Picture:
    """Height × width × 3, 0 to 255."""
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.float32)


def _means(picture: Picture, side: int) -> Picture:
    """The mean of each square; what is left over at the edges belongs to none."""
    high, wide = picture.shape[0] // side, picture.shape[1] // side
    squares = picture[: high * side, : wide * side].reshape(high, side, wide, side, 3)
    means: Picture = squares.mean(axis=(1, 3))
    return means


def _differ(one: Picture, other: Picture, side: int, by: float) -> int:
    """How many squares differ by more."""
    return int((np.abs(_means(one, side) - _means(other, side)).max(axis=2) > by).sum())


def unlike(one: Picture, other: Picture) -> str:
    """What is not the same, in words; "" if a person would call them the same."""
    if one.shape != other.shape:
        return f"{one.shape[1]} × {one.shape[0]} points instead of {other.shape[1]} × {other.shape[0]}"
    fine, coarse = _differ(one, other, FINE, FINE_BY), _differ(one, other, COARSE, COARSE_BY)
    if fine <= FINE_MANY and coarse <= COARSE_MANY:
        return ""
    return f"{fine} squares of {FINE} points and {coarse} of {COARSE} differ"


def where(one: Picture, other: Picture) -> bytes:
    """The first picture, paler, with what differs from the second in red: a PNG."""
    shown = 255 - (255 - one) * 0.4
    if one.shape == other.shape:
        for side, by in ((COARSE, COARSE_BY), (FINE, FINE_BY)):
            far = np.abs(_means(one, side) - _means(other, side)).max(axis=2) > by
            mask = np.kron(far, np.ones((side, side), dtype=bool))
            part = shown[: mask.shape[0], : mask.shape[1]]
            part[mask] = part[mask] * 0.6 + np.array([255, 0, 0]) * 0.4
    out = BytesIO()
    Image.fromarray(shown.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()
