"""Military Grid Reference System: a square named by zone, band, 100 km letters and figures (NGA.STND.0037).

A grid reference names a square, not a point: reading one gives the middle of the square and its side as
accuracy. Figures are cut off, never rounded, as on paper. Writing is left to the `mgrs` package (GEOTRANS),
which holds the interpreter's lock while it works, so threads do not meet in it; reading is done here, because
the package warns where it should refuse.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pyproj

from seamline.errors import BadInput
from seamline.geo.place import MAX_LAT, MAX_LON, SCALE

_FORM = "write it like 38SLE 73341 51577: zone, band, square, then as many figures east as north"
_NO_SQUARE = "there is no such square; check zone and letters"
_GRID = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)", re.ASCII)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = {1: "ABCDEFGH", 2: "JKLMNPQR", 0: "STUVWXYZ"}
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE = 100_000
# West and east of the zones that are not six degrees wide (south-west Norway, Svalbard).
_ODD_ZONES = {
    (31, "V"): (0, 3), (32, "V"): (3, 12),
    (31, "X"): (0, 9), (33, "X"): (9, 21), (35, "X"): (21, 33), (37, "X"): (33, 42),
}  # fmt: skip
_NO_ZONES = {(32, "X"), (34, "X"), (36, "X")}


def to_mgrs(lon7: int, lat7: int, precision: int = 5) -> str:
    """The square that holds the position, precision figures each way (5: 1 m), without spaces."""
    if not (abs(lon7) <= MAX_LON and abs(lat7) <= MAX_LAT):
        raise BadInput("place", f"{lon7 / SCALE}, {lat7 / SCALE}", "outside the grid", code="grid_range")
    return str(_writer().toMGRS(lat7 / SCALE, lon7 / SCALE, True, precision))


def spaced(reference: str) -> str:
    """As it is printed and read aloud: 38S LE 73341 51577."""
    found = _GRID.fullmatch(reference)
    if not found:
        return reference
    half = len(found[5]) // 2
    parts = (found[1] + found[2], found[3] + found[4], found[5][:half], found[5][half:])
    return " ".join(filter(None, parts))


def from_mgrs(text: str, field: str = "mgrs") -> tuple[int, int, int]:
    """(lon7, lat7, accuracy_m): the middle of the square and its side in metres. Spaces are allowed.

    Raises BadInput: not a reference, one that names no square on the ground, or one near a pole.
    """
    found = _GRID.fullmatch("".join(text.split()).upper()) if text.isascii() else None
    figures = found[5] if found else ""
    if not found or len(figures) % 2 or len(figures) > 10 or not 1 <= int(found[1]) <= 60:
        raise BadInput(field, text, _FORM, code="grid_form")
    groups = [g for g in text.split() if g.isdigit()][-2:]
    if len(groups) == 2 and "".join(groups) == figures and len(groups[0]) != len(groups[1]):
        raise BadInput(field, text, _FORM, code="grid_form")
    half = len(figures) // 2
    side = int(10 ** (5 - half))
    position = _middle(int(found[1]), found[2], found[3] + found[4], (figures[:half], figures[half:]))
    if position is None or not (abs(position[0]) <= MAX_LON and abs(position[1]) <= MAX_LAT):
        raise BadInput(field, text, _NO_SQUARE, code="grid_square")
    return *position, side


def _middle(zone: int, band: str, letters: str, figures: tuple[str, str]) -> tuple[int, int] | None:
    """Where the middle of the square lies, or None if no part of it lies in that zone and band."""
    columns = _COLUMNS[zone % 3]
    if letters[0] not in columns or (zone, band) in _NO_ZONES:
        return None
    side = 10.0 ** (5 - len(figures[0]))
    south = -80 + 8 * _BANDS.index(band)
    utm = _utm(zone, band < "N")
    # Rows repeat every 2,000 km and a band is less than 1,000 km high, so the band tells which one is meant.
    lowest = float(utm.transform(zone * 6 - 183, south)[1]) - _SQUARE
    row = float((_ROWS.index(letters[1]) - (0 if zone % 2 else 5)) % 20 * _SQUARE)
    row -= (row - lowest) // 2_000_000 * 2_000_000
    east = (columns.index(letters[0]) + 1) * _SQUARE + int(figures[0] or 0) * side + side / 2
    north = row + int(figures[1] or 0) * side + side / 2
    lon, lat = utm.transform(east, north, direction="INVERSE")
    west_edge, east_edge = _ODD_ZONES.get((zone, band), (zone * 6 - 186, zone * 6 - 180))
    slack_lat = side / 110_000
    slack_lon = slack_lat / 0.17  # a degree of longitude at 80 degrees
    top = south + (12 if band == "X" else 8)
    inside = (
        south - slack_lat <= lat <= top + slack_lat and west_edge - slack_lon <= lon <= east_edge + slack_lon
    )
    return (round(lon * SCALE), round(lat * SCALE)) if inside else None


@lru_cache(maxsize=120)
def _utm(zone: int, south: bool) -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=utm +zone={zone} {'+south ' if south else ''}+ellps=WGS84"
    )


@lru_cache(maxsize=1)
def _writer() -> Any:
    import mgrs

    return mgrs.MGRS()
