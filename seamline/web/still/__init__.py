"""A still picture of the map, for machines whose browser cannot draw one (no WebGL2).

The same tiles, features and records as on the screens, as SVG and from that as PNG. Letters come from fonts
of our own, so that Arabic and Sorani are joined alike everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import resvg_py

from seamline.web.layers import Layer
from seamline.web.still import ground, labels, marks, sheet
from seamline.web.still.ink import FAMILY, INKS
from seamline.web.still.sheet import Said
from seamline.web.still.view import View

__all__ = ["Laid", "Picture", "View", "png", "svg", "webp"]

QUALITY = 66
"""Of WebP, 0 to 100: letters of 11 px keep their edges, and a desk's map with its relief takes 45 kB."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A reference layer on the picture.

    features: GeoJSON ones, None for a layer of an archive; name: of one that was imported here.
    """

    layer: Layer
    features: list[Any] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. records, clashes: as the API answers them to who asks, None where they are off."""

    view: View
    theme: str
    laid: Sequence[Laid]
    records: Sequence[dict[str, Any]] | None
    clashes: Sequence[dict[str, Any]] | None
    legend: bool = True


def svg(picture: Picture, sides: marks.Sides, lang: str, moment: str, note: str) -> str:
    """The picture, from the ground up; moment, note: lines of the legend."""
    view, ink = picture.view, INKS[picture.theme]
    layers = [one.layer for one in picture.laid]
    room = labels.Room(view.width, view.height)
    base = ground.drawn(view, ink, lang, [(one.layer, one.features) for one in picture.laid])
    drawn = marks.of_records(view, picture.records or ())
    pairs = [marks.position(view, c["where"]) for c in picture.clashes or ()]
    inside = [
        (at, c)
        for at, c in zip(pairs, picture.clashes or (), strict=True)
        if 0 <= at[0] <= view.width and 0 <= at[1] <= view.height
    ]
    counts = [
        (key, len(found))
        for key, held, found in (
            ("ui.nav.records", picture.records, drawn),
            ("ui.nav.clashes", picture.clashes, inside),
        )
        if held is not None
    ]
    present = tuple(p for p in sides.parties if any(p == m.item["party"] for m in drawn))
    names = {one.layer.id: one.name for one in picture.laid if one.name}
    said = Said(lang, sides, present, tuple(counts), any(m.torn for m in drawn), names, moment, note)
    top = [sheet.foot(view, ink, said, layers, room)]
    if picture.legend:
        top.insert(0, sheet.legend(view, ink, said, [one for one in layers if one.id in base.seen], room))
    for at, _ in inside:
        room.take((at[0] - 17, at[1] - 17, at[0] + 17, at[1] + 17))
    signs, names_of_signs = marks.signs(view, ink, sides, drawn, room)
    frame = f'width="{view.width}" height="{view.height}"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame} font-family="{FAMILY}">',
            f"<defs>{marks.hatchings(ink)}</defs>",
            f'<rect {frame} fill="{ink.land}"/>',
            *base.svg,
            marks.areas(view, ink, sides, drawn),
            labels.placed([*base.labels, *names_of_signs], room, ink.halo),
            signs,
            *(marks.clash(ink, at, c["possible"]) for at, c in inside),
            *top,
            "</svg>",
        ]
    )


def png(drawing: str, scale: int) -> bytes:
    """An SVG as PNG, scale pixels to its unit."""
    return bytes(
        resvg_py.svg_to_bytes(svg_string=drawing, zoom=scale, skip_system_fonts=True, font_files=_fonts())
    )


def webp(picture: bytes) -> bytes:
    """A PNG of ours as lossy WebP."""
    from PIL import Image  # a node that nobody asks for a small picture never loads it

    found = io.BytesIO()
    with Image.open(io.BytesIO(picture), formats=("PNG",)) as image:
        image.convert("RGB").save(found, "WEBP", quality=QUALITY, method=3)
    return found.getvalue()


@cache
def _fonts() -> list[str]:
    folder = resources.files("seamline.texts").joinpath("fonts")
    return [str(folder.joinpath(f"noto-sans-{weight}.ttf")) for weight in (400, 700)]
