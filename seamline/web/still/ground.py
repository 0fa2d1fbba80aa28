"""Reference layers as SVG, from the tiles and features that a browser draws too (ui/src/map/reference.ts)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.web.layers import RELIEF, Layer, mvt, tiles
from seamline.web.layers.mvt import LINE, POINT, POLYGON
from seamline.web.still import hills
from seamline.web.still.ink import Ink, Look
from seamline.web.still.labels import Label
from seamline.web.still.view import Array, View

MOST = 6_000
"""Features of one layer on one picture."""
ORDER = (
    "relief", "lakes", "corridor", "disputed_districts", "districts", "governorates", "borders", "waterways",
    "rivers", "roads", "admin_edge", "line", "past_areas", "past_incidents", "villages", "places",
)  # fmt: skip
"""From the ground up."""
FAR, NEAR = 8.0, 9.5
BESIDE, MARK = 11.0, "≈"
"""From that zoom on a transliteration is beside a village's name, behind that mark, as on the live map."""
_FILLED = frozenset({"lakes"})


class Stroke(NamedTuple):
    """How a line is drawn: width in pixels at zoom 5 and at 10."""

    colour: str
    far: float
    near: float
    dashes: str = ""
    opacity: float = 1.0

    def svg(self, zoom: float) -> str:
        """As attributes."""
        share = min(1.0, max(0.0, (zoom - 5) / 5))
        width = self.far + (self.near - self.far) * share
        dashes = f' stroke-dasharray="{self.dashes}"' if self.dashes else ""
        return (
            f'fill="none" stroke="{self.colour}" stroke-width="{width:.2f}"'
            f' stroke-linejoin="round" stroke-linecap="{"butt" if self.dashes else "round"}"'
            f' opacity="{self.opacity}"{dashes}'
        )


class Shape(NamedTuple):
    """One feature on the picture: its lines, rings or points in pixels."""

    kind: int
    parts: list[Array]
    told: dict[str, Any]


@dataclass(slots=True)
class Drawn:
    """svg of the layers, which of them are to be seen, and the names they would like to show."""

    svg: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    labels: list[Label] = field(default_factory=list)


def drawn(view: View, ink: Ink, lang: str, layers: Sequence[tuple[Layer, list[Any] | None]]) -> Drawn:
    """Each layer with its GeoJSON features, or None for one that is in an archive."""
    out = Drawn()
    known = {id: n for n, id in enumerate(ORDER)}
    for layer, features in sorted(layers, key=lambda pair: known.get(pair[0].id, known["past_areas"])):
        if layer.id == RELIEF:
            body = hills.drawn(view, ink, layer)
        else:
            brush = BRUSHES.get(layer.id, _plain)
            body = brush(view, ink, lang, list(_shapes(view, layer, features)), out.labels)
        if body:
            out.svg.append(body)
            out.seen.add(layer.id)
    return out


# ---------------------------------------------------------------- shapes


def _shapes(view: View, layer: Layer, features: list[Any] | None) -> Iterator[Shape]:
    where = layer.tiles
    if features is not None or where is None:
        yield from of_features(view, features or [])
        return
    zoom = min(where.maxzoom, round(view.zoom))
    if zoom < where.minzoom:
        return
    for x, y, left, top, side in view.tiles(zoom):
        for feature in tiles.vectors(where.archive, zoom, x, y).get(layer.id, ()):
            kind, held = _share(feature, layer.id in _FILLED)
            if held:
                step = side / mvt.EXTENT
                yield Shape(kind, [part * step + (left, top) for part in held], dict(feature.properties))


def _share(feature: mvt.Feature, filled: bool) -> tuple[int, list[Array]]:
    """What of it is the tile's own: what reaches over the edge is also in the next tile.

    Of an area that is only outlined, its outline, less the edges that the tile's cut made.
    """
    if feature.kind == POINT:
        x, y = feature.parts[0][0]
        inside = 0 <= x < mvt.EXTENT and 0 <= y < mvt.EXTENT
        return POINT, [np.array(part, dtype=np.float64) for part in feature.parts] if inside else []
    whole: BaseGeometry
    if feature.kind == POLYGON and filled:
        rings = mvt.rings_by_polygon(feature.parts)
        whole = shapely.MultiPolygon([(outer, holes) for outer, *holes in rings])
    else:
        closed = feature.kind == POLYGON
        whole = shapely.MultiLineString([[*p, p[0]] if closed else p for p in feature.parts])
    cut = shapely.get_parts(shapely.clip_by_rect(whole, 0, 0, mvt.EXTENT, mvt.EXTENT))
    if feature.kind == POLYGON and filled:
        return POLYGON, [shapely.get_coordinates(r) for g in cut for r in (g.exterior, *g.interiors)]
    return LINE, [shapely.get_coordinates(g) for g in cut]


def of_features(view: View, features: Iterable[Any]) -> Iterator[Shape]:
    """GeoJSON features that the picture holds any of, in pixels; the first MOST of them."""
    count = 0
    for feature in features:
        shape = of_geometry(view, feature["geometry"])
        if shape is None:
            continue
        count += 1
        if count > MOST:
            return
        yield Shape(*shape, feature.get("properties") or {})


def of_geometry(view: View, geometry: Any) -> tuple[int, list[Array]] | None:
    """A GeoJSON geometry in degrees as pixels, or None when nothing of it is on the picture."""
    name = (geometry or {}).get("type")
    if name not in _PARTS:
        return None
    kind, split = _PARTS[name]
    parts = [view.pixels([at[:2] for at in part]) for part in split(geometry["coordinates"]) if part]
    if not parts:
        return None
    every = np.vstack(parts)
    low, high = every.min(axis=0), every.max(axis=0)
    if (high < 0).any() or low[0] > view.width or low[1] > view.height:
        return None
    return kind, parts


_PARTS: dict[str, tuple[int, Callable[[Any], list[Any]]]] = {
    "Point": (POINT, lambda c: [[c]]),
    "MultiPoint": (POINT, lambda c: [c]),
    "LineString": (LINE, lambda c: [c]),
    "MultiLineString": (LINE, list),
    "Polygon": (POLYGON, list),
    "MultiPolygon": (POLYGON, lambda c: [ring for polygon in c for ring in polygon]),
}


def path(shapes: Iterable[Shape], kinds: tuple[int, ...] = (LINE, POLYGON)) -> str:
    """Lines and rings as the d of a path."""
    out = []
    for shape in shapes:
        if shape.kind not in kinds:
            continue
        for part in shape.parts:
            steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in part.tolist())
            out.append(f"M{steps}" + ("Z" if shape.kind == POLYGON else ""))
    return "".join(out)


# ---------------------------------------------------------------- brushes

Brush = Callable[[View, Ink, str, list[Shape], list[Label]], str]


def _name(told: dict[str, Any], lang: str) -> str:
    """In the reader's language where the layer has it, else as mapped. Never a transliteration."""
    return str(told.get(f"name_{lang}") or told.get("name") or told.get("name_en") or "")


def _sounds(view: View, told: dict[str, Any]) -> str:
    """What a mapped name sounds like, behind its mark; "" from afar or where nobody wrote it."""
    said = str(told.get("translit") or "")
    return f"{MARK} {said}" if said and view.zoom >= BESIDE else ""


def _label(weight: float, shape: Shape, words: str, look: Look, lift: float = 0.0) -> Label:
    """At a point, or in the middle of a line."""
    x, y = shape.parts[0][len(shape.parts[0]) // 2].tolist()
    return Label(weight, x, y, words, look, lift)


def _lines(look: Callable[[Ink], Stroke], low: float = 0.0, high: float = 99.0) -> Brush:
    def brush(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
        if not low <= view.zoom < high:
            return ""
        d = path(shapes)
        return f'<path d="{d}" {look(ink).svg(view.zoom)}/>' if d else ""

    return brush


def _areas(
    colour: Callable[[Ink], str], opacity: float, edge: Callable[[Ink], Stroke] | None = None
) -> Brush:
    def brush(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
        out = []
        for shape in shapes:  # each by itself: where two overlap, both are there
            if d := path([shape], (POLYGON,)):
                out.append(f'<path d="{d}" fill="{colour(ink)}" fill-rule="evenodd" opacity="{opacity}"/>')
                out.append(f'<path d="{d}" {edge(ink).svg(view.zoom)}/>' if edge else "")
        return "".join(out)

    return brush


def _districts(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    if view.zoom >= 7.3:
        look = Look(10.5, ink.past, spacing=0.9)
        labels += [_label(60, s, _name(s.told, lang), look) for s in shapes if s.told.get("label")]
    d = path(shapes) if view.zoom >= 6.0 else ""
    return f'<path d="{d}" {Stroke(ink.edge_strong, 0.5, 1.0, "3 2").svg(view.zoom)}/>' if d else ""


def _waterways(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    if view.zoom < FAR:
        return ""
    if view.zoom >= 9:
        look = Look(10.5, ink.water_text)
        labels += [_label(70, s, _name(s.told, lang), look) for s in shapes if len(s.parts[0]) > 6]
    d = path(shapes)
    return f'<path d="{d}" {Stroke(ink.water, 0.8, 2.0).svg(view.zoom)}/>' if d else ""


def _places(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    shown = {1: 0.0, 2: 6.6, 3: 8.3}
    looks = {1: Look(14, ink.ink, bold=True), 2: Look(12, ink.text, bold=True), 3: Look(11, ink.text)}
    out = []
    for shape in shapes:
        rank = int(shape.told.get("rank", 3))
        if view.zoom < shown.get(rank, 99):
            continue
        x, y = shape.parts[0][0].tolist()
        radius = {1: 3.2, 2: 2.4}.get(rank, 1.8)
        out.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{ink.halo}" stroke="{ink.text}"'
            ' stroke-width="1.3"/>'
        )
        labels.append(Label(10 * rank, x, y, _name(shape.told, lang), looks[rank], lift=radius + 4))
    return "".join(out)


def _villages(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    if view.zoom < NEAR:
        return ""
    dots = []
    for shape in shapes:
        x, y = shape.parts[0][0].tolist()
        dots.append(f"M{x - 1.6:.1f} {y:.1f}a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0")
        if view.zoom >= 10.2:
            name, look, small = _name(shape.told, lang), Look(11, ink.text), Look(9.5, ink.past)
            labels.append(Label(50, x, y, name, look, 4, beside=_sounds(view, shape.told), beside_look=small))
    return f'<path d="{"".join(dots)}" fill="{ink.past}"/>' if dots else ""


def _points(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    radius = 1.8 + 2.2 * min(1.0, max(0.0, (view.zoom - 6) / 4))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        for shape in shapes
        if shape.kind == POINT
        for part in shape.parts
        for x, y in part.tolist()
    )
    return (
        f'<g fill="{ink.past}" fill-opacity="0.4" stroke="{ink.past}" stroke-width="0.6">{dots}</g>'
        if dots
        else ""
    )


def _plain(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    """A layer nobody here knows, as one that was imported. Areas are outlines only."""
    if view.zoom >= NEAR:
        labels += [
            _label(55, s, _name(s.told, lang), Look(11, ink.text), lift=6) for s in shapes if s.kind == POINT
        ]
    d = path(shapes)
    lines = f'<path d="{d}" {Stroke(ink.edge_strong, 1, 1).svg(view.zoom)}/>' if d else ""
    return lines + _points(view, ink, lang, shapes, labels)


def _line(view: View, ink: Ink, lang: str, shapes: list[Shape], labels: list[Label]) -> str:
    look = Look(11.5, ink.text, bold=True)
    for shape in shapes:
        whole = shapely.MultiLineString(shape.parts)
        seen = shapely.line_merge(shapely.clip_by_rect(whole, 0, 0, view.width, view.height))
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            if not seen.is_empty:
                at = shapely.line_interpolate_point(shapely.get_parts(seen)[0], share, normalized=True)
                words = _name(shape.told, lang)
                labels.append(Label(5 + abs(share - 0.5), at.x, at.y + 16, words, look, once=True))
    d = path(shapes)
    halo, dash = Stroke(ink.halo, 4, 7, opacity=0.75), Stroke(ink.ink, 1.6, 2.6, "10 6")
    return f'<path d="{d}" {halo.svg(view.zoom)}/><path d="{d}" {dash.svg(view.zoom)}/>' if d else ""


BRUSHES: dict[str, Brush] = {
    "lakes": _areas(lambda i: i.water, 0.75),
    # Two sources know the same rivers: the coarse one from afar, the fine one from near, never both at once.
    "rivers": _lines(lambda i: Stroke(i.water, 0.9, 2.4), high=FAR),
    "waterways": _waterways,
    "roads": _lines(lambda i: Stroke(i.road, 1.2, 2.4, "6 2")),
    "borders": _lines(lambda i: Stroke(i.edge_strong, 1.5, 2.4)),
    "districts": _districts,
    "governorates": _lines(lambda i: Stroke(i.edge_strong, 0.9, 1.8, "8 3 2 3")),
    "disputed_districts": _areas(lambda i: i.past, 0.14, lambda i: Stroke(i.past, 0.8, 0.8)),
    "admin_edge": _lines(lambda i: Stroke(i.past, 1.4, 1.4, "2 3")),
    "corridor": _areas(lambda i: i.edge_strong, 0.12, lambda i: Stroke(i.edge_strong, 0.8, 0.8, "2 3")),
    "line": _line,
    "past_areas": _areas(lambda i: i.past, 0.1, lambda i: Stroke(i.past, 0.7, 0.7, "2 2")),
    "past_incidents": _points,
    "villages": _villages,
    "places": _places,
}
