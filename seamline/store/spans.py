"""Windows and boxes: when two of them overlap, and the whole numbers an R*Tree keeps of them.

A window is half-open [start, end) in ms; None on a side is open on that side; start == end is an
instant and counts as one millisecond. A box is closed (west, south, east, north) in 1e-7 degrees.
"""

from __future__ import annotations

from seamline.geo.volume import search_volume

Box = tuple[int, int, int, int]

MINUTE = 60_000
I32_MIN = -(1 << 31)
I32_MAX = (1 << 31) - 1
EVERYWHERE: Box = (I32_MIN, I32_MIN, I32_MAX, I32_MAX)
NOWHERE: Box = (I32_MIN, I32_MIN, I32_MIN, I32_MIN)
"""Where an R*Tree keeps what has a time but no place: half a turn beyond the last longitude."""
TIME_MIN = -(1 << 62)
TIME_MAX = 1 << 62


def window(start: int | None, end: int | None) -> tuple[int, int]:
    """The window with its open sides filled in and an instant made one millisecond long."""
    first = TIME_MIN if start is None else start
    last = TIME_MAX if end is None else end
    return first, max(last, first + 1)


def windows_overlap(a: tuple[int | None, int | None], b: tuple[int | None, int | None]) -> bool:
    """True if some millisecond is in both."""
    a_start, a_end = window(*a)
    b_start, b_end = window(*b)
    return a_start < b_end and b_start < a_end


def boxes_overlap(a: Box, b: Box) -> bool:
    """True if some point, edges included, is in both."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def widened(box: Box, reach_m: int) -> Box:
    """The box and all ground within reach_m metres of it."""
    return search_volume(box, None, None, reach_m).box if reach_m else box


def minutes(start: int | None, end: int | None) -> tuple[int, int]:
    """The window in whole minutes, start rounded down and end up, within 32 bits.

    If two windows overlap in ms, then a0 < b1 and b0 < a1 of their minutes: no misses.
    """
    first, last = window(start, end)
    return _i32(first // MINUTE), _i32(-(-last // MINUTE))


def box32(box: Box) -> Box:
    """The box cut to 32 bits (longitudes of this earth always fit)."""
    return _i32(box[0]), _i32(box[1]), _i32(box[2]), _i32(box[3])


def _i32(n: int) -> int:
    return max(I32_MIN, min(I32_MAX, n))
