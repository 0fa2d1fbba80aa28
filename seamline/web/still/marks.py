"""Records and clashes on a still picture, drawn as the screens draw them (ui/src/map/images.ts, overlay.ts).

Sides are told apart by letters and pattern, never by colour; the reader's own is filled (law 8).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seamline.web.still import ink as inks
from seamline.web.still.ground import Shape, of_geometry, path
from seamline.web.still.ink import Ink, Look
from seamline.web.still.labels import Label, Room
from seamline.web.still.view import View

PATTERNS = ("rising", "dots", "cross", "upright", "level", "falling")
GONE = frozenset({"cancelled", "withdrawn"})
OVER = frozenset({"expired", "closed"})
AGREED = frozenset({"sector", "watch"})
EVENTS = frozenset({"incident", "activity"})
CIRCLE_FROM_M = 400
GROUND_FROM, NAMES_FROM = 8.0, 9.5
_LETTERS = Look(10.5, "", bold=True, halo=0)
_SCALE = 10_000_000
# Signs of kinds, in a square of 20, as ui/src/lib/icons.ts has them.
ICONS = {
    "incident": "M10 2.5v4M10 13.5v4M2.5 10h4M13.5 10h4M4.7 4.7l2.8 2.8M12.5 12.5l2.8 2.8"
    "M15.3 4.7l-2.8 2.8M7.5 12.5l-2.8 2.8",
    "activity": "M3 15.5l4-8 4 5 3-7 3 4",
    "post": "M5 18V3M5 3.5h10l-3 3.5 3 3.5H5",
    "holding": "M5 18V3M5 3.5h10v7H5",
    "site": "M10 2.5l6.5 2.3v5c0 4-2.8 6.6-6.5 7.9-3.7-1.3-6.5-3.9-6.5-7.9v-5zM10 6.5v6M7 9.5h6",
    "watch": "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10zM10 12.4a2.4 2.4 0 1 0 0-4.8"
    " 2.4 2.4 0 0 0 0 4.8z",
    "sector": "M6 3H3v14h3M14 3h3v14h-3",
    "note": "M4 3h12v14H4zM7 7h6M7 10h6M7 13h3",
    "send": "M3 10h11M10 5.5L14.5 10 10 14.5M17 4v12",
    "clash": "M7.6 13.2a5.2 5.2 0 1 1 0-6.4M12.4 6.8a5.2 5.2 0 1 1 0 6.4M10 8.2v3.6",
}


@dataclass(frozen=True, slots=True)
class Sides:
    """Who reads, and all parties of the centre in the order of their ids, which gives each its pattern.

    joint: at a node of several parties.
    """

    own: str
    parties: tuple[str, ...]
    joint: bool = False

    def pattern(self, party: str) -> str:
        """What a joint room said in its own name bears no side's pattern."""
        if party not in self.parties:
            return "none"
        return PATTERNS[self.parties.index(party) % len(PATTERNS)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A record on the picture."""

    item: dict[str, Any]
    shape: Shape
    at: tuple[float, float]
    torn: bool


def of_records(view: View, items: Sequence[dict[str, Any]]) -> list[Mark]:
    """Those that are drawn: not called off, not proposed only, and with a place that is on the picture."""
    found = []
    for item in items:
        if item["state"] in GONE or (item["kind"] in AGREED and item["state"] != "in_force"):
            continue
        place = _place(item["body"])
        if place is None:
            continue
        shape = _shape(view, place)
        if shape is not None:
            x, y = _middle(shape)
            found.append(Mark(item, shape, (x, y), item["mode"] == "tear"))
    return found


def areas(view: View, ink: Ink, sides: Sides, marks: Sequence[Mark]) -> str:
    """The ground that records take up, under all names."""
    out = []
    for mark in marks:
        d = path([mark.shape])
        if not d:
            continue
        own = mark.item["party"] == sides.own
        pattern = sides.pattern(mark.item["party"])
        if mark.shape.kind == 3 and mark.item["kind"] in EVENTS and not mark.torn and pattern != "none":
            out.append(f'<path d="{d}" fill="url(#h-{pattern})" opacity="0.7"/>')
        dashes = ' stroke-dasharray="1.5 3"' if mark.torn else "" if own else ' stroke-dasharray="6 3"'
        width = 2 if own and not mark.torn else 1.4
        out.append(
            f'<path d="{d}" fill="none" stroke="{ink.halo}" stroke-width="4" opacity="0.8"/>'
            f'<path d="{d}" fill="none" stroke="{ink.ink}" stroke-width="{width}"{dashes}/>'
        )
    return "".join(out)


def signs(view: View, ink: Ink, sides: Sides, marks: Sequence[Mark], room: Room) -> tuple[str, list[Label]]:
    """The records' signs, flash on top, and their names; each sign takes its room first."""
    out, names = [], []
    for mark in sorted(
        marks, key=lambda m: (_flash(m.item), m.item["kind"] in EVENTS, m.item["at"], m.item["id"])
    ):
        if mark.item["kind"] not in EVENTS and view.zoom < GROUND_FROM:
            continue
        x, y = mark.at
        if not (0 <= x <= view.width and 0 <= y <= view.height):
            continue
        letters = str(mark.item["party"]).upper()
        wide = inks.width(letters, _LETTERS) + (54 if _shared(mark.item, sides) else 40)
        size = 0.8 if view.zoom < 8 else 1.0
        out.append(
            f'<g transform="translate({x - wide * size / 2:.1f} {y - 26 * size:.1f}) scale({size})">'
            f"{_sign(ink, sides, mark, letters, wide)}</g>"
        )
        room.take((x - wide * size / 2, y - 26 * size, x + wide * size / 2, y))
        if view.zoom >= NAMES_FROM:
            words = inks.short(str(mark.item["title"]), 30)
            names.append(Label(20, x, y + 11, words, Look(11.5, ink.ink, bold=True)))
    return "".join(out), names


def _weight(mark: Mark) -> tuple[Any, ...]:
    """What is drawn later lies on top."""
    item = mark.item
    return _flash(item), item["kind"] in EVENTS, item["at"], item["id"]


def clash(ink: Ink, at: tuple[float, float], possible: bool) -> str:
    """Two plans too near."""
    dashes = ' stroke-dasharray="3 3"' if possible else ""
    return (
        f'<g transform="translate({at[0]:.1f} {at[1]:.1f})">'
        f'<circle r="16" fill="{ink.care_line}" opacity="0.28"/>'
        f'<g fill="none" stroke="{ink.care}" stroke-width="2"{dashes}><circle r="16"/>'
        f'<circle r="9.5" fill="{ink.raised}"/></g>'
        f'<path transform="translate(-8 -8) scale(0.8)" d="{ICONS["clash"]}" fill="none" stroke="{ink.care}"'
        f' stroke-width="2.1" stroke-linecap="round"/></g>'
    )


def position(view: View, where: Sequence[int]) -> tuple[float, float]:
    """A position in 1e-7 degrees as pixels."""
    ((x, y),) = view.pixels([[where[0] / _SCALE, where[1] / _SCALE]]).tolist()
    return x, y


def hatchings(ink: Ink) -> str:
    """The parties' patterns, for areas."""
    return "".join(
        f'<pattern id="h-{name}" width="24" height="24" patternUnits="userSpaceOnUse">'
        f"{hatch(name, 24, 12 if name == 'cross' else 8, ink.ink, 1, 0.5)}</pattern>"
        for name in PATTERNS
    )


def hatch(pattern: str, size: float, step: float, colour: str, width: float, opacity: float = 1) -> str:
    """A square of a pattern."""
    if pattern == "dots":
        dots = "".join(
            f'<circle cx="{x + step / 2:g}" cy="{y + step / 2:g}" r="{step * 0.22:g}"/>'
            for x in _steps(0, size, step)
            for y in _steps(0, size, step)
        )
        return f'<g fill="{colour}" opacity="{opacity}">{dots}</g>'
    d = ""
    for at in _steps(-size, 2 * size, step):
        if pattern in ("rising", "cross"):
            d += f"M{at:g} {size:g}L{at + size:g} 0"
        if pattern in ("falling", "cross"):
            d += f"M{at:g} 0L{at + size:g} {size:g}"
        if pattern == "upright":
            d += f"M{at + step / 2:g} 0V{size:g}"
        if pattern == "level":
            d += f"M0 {at + step / 2:g}H{size:g}"
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" opacity="{opacity}"/>'
        if d
        else ""
    )


def _shared(item: dict[str, Any], sides: Sides) -> bool:
    """Whether it is the reader's own and others have it, too. In a joint room all is, and nothing says so."""
    return item["party"] == sides.own and "+" in item["channel"] and not sides.joint


def _sign(ink: Ink, sides: Sides, mark: Mark, letters: str, wide: float) -> str:
    own, flash = mark.item["party"] == sides.own, _flash(mark.item)
    front, back = (ink.raised, ink.ink) if own else (ink.ink, ink.raised)
    rim, pattern = (ink.urgent if flash else ink.ink), sides.pattern(mark.item["party"])
    box = (
        f"M5 2H{wide - 5:.1f}a3 3 0 0 1 3 3V17a3 3 0 0 1-3 3H{wide / 2 + 4:.1f}L{wide / 2:.1f} 24.5"
        f"L{wide / 2 - 4:.1f} 20H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z"
    )
    dashes = ' stroke-dasharray="2 2"' if mark.torn and not flash else ""
    strip = hatch(pattern, 16, 6 if pattern == "cross" else 4, front, 1.1)
    icon = ICONS.get(mark.item["kind"], ICONS["note"])
    arrow = (
        f'<path transform="translate({wide - 17:.1f} 5.5) scale(0.6)" d="{ICONS["send"]}" fill="none"'
        f' stroke="{front}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>'
    )
    return (
        f'<path d="{box}" fill="{back}" stroke="{ink.urgent if flash else ink.halo}" stroke-width="4"/>'
        f'<path d="{box}" fill="{back}" stroke="{rim}" stroke-width="1.2"{dashes}/>'
        f'<svg x="3" y="3" width="10" height="16">{strip}</svg>'
        f'<path d="M13.5 3V19" stroke="{front}"/>'
        f'<path transform="translate(16.5 4) scale(0.68)" d="{icon}" fill="none" stroke="{front}"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
        + inks.text((33, 15), letters, _LETTERS._replace(colour=front), ink.halo, "start")
        + (arrow if _shared(mark.item, sides) else "")
    )


def _flash(item: dict[str, Any]) -> bool:
    return "flash" in (item["lane"], item["body"].get("precedence"))


def _place(body: dict[str, Any]) -> dict[str, Any] | None:
    """What a record speaks of: whichever field holds a place."""
    for value in body.values():
        if (
            isinstance(value, dict)
            and isinstance(value.get("geometry"), dict)
            and "coordinates" in value["geometry"]
        ):
            return value
    return None


def _shape(view: View, place: dict[str, Any]) -> Shape | None:
    geometry = place["geometry"]
    accuracy = place.get("accuracy_m") or 0
    if geometry["type"] == "Point" and accuracy >= CIRCLE_FROM_M:
        lon, lat = (v / _SCALE for v in geometry["coordinates"])
        high = accuracy / 111_320
        wide = high / math.cos(math.radians(lat))
        turn = [i * math.pi / 24 for i in range(49)]
        ring = [[lon + wide * math.cos(a), lat + high * math.sin(a)] for a in turn]
        found = of_geometry(view, {"type": "Polygon", "coordinates": [ring]})
    else:
        found = of_geometry(
            view, {"type": geometry["type"], "coordinates": _degrees(geometry["coordinates"])}
        )
    return Shape(*found, place) if found else None


def _degrees(value: Any) -> Any:
    return value / _SCALE if isinstance(value, int | float) else [_degrees(v) for v in value]


def _middle(shape: Shape) -> tuple[float, float]:
    part = max(shape.parts, key=len)
    if shape.kind == 2:
        x, y = part[len(part) // 2].tolist()
    else:
        x, y = ((part.min(axis=0) + part.max(axis=0)) / 2).tolist()
    return x, y


def _steps(start: float, stop: float, step: float) -> list[float]:
    return [start + i * step for i in range(math.ceil((stop - start) / step))]
