"""Relief as a shaded picture under everything else: indicative, so it is soft."""

from __future__ import annotations

import base64
import math

import numpy as np
import numpy.typing as npt

from seamline.web.layers import Layer, raster, tiles
from seamline.web.still.ink import Ink
from seamline.web.still.view import Array, View, mercator

_MOST = 20
"""Tiles of one picture."""
_FADE_DEG = 0.12
_LIGHT = (math.radians(315), math.radians(48))
_HIGH_M, _HIGHER_M = 300.0, 2200.0


def drawn(view: View, ink: Ink, layer: Layer) -> str:
    """The shaded ground as an SVG image; empty where there is no relief."""
    where = layer.tiles
    if where is None:
        return ""
    zoom = max(where.minzoom, min(where.maxzoom, round(view.zoom)))
    while zoom > where.minzoom and len(view.tiles(zoom)) > _MOST:
        zoom -= 1
    seen = [(t, h) for t in view.tiles(zoom) if (h := tiles.heights(zoom, t[0], t[1])) is not None]
    if not seen:
        return ""
    first_x, first_y = min(t[0] for t, _ in seen), min(t[1] for t, _ in seen)
    columns, rows = max(t[0] for t, _ in seen) - first_x + 1, max(t[1] for t, _ in seen) - first_y + 1
    size = seen[0][1].shape[0]
    heights = np.full((rows * size, columns * size), np.nan)
    for (x, y, *_), metres in seen:
        top, left = (y - first_y) * size, (x - first_x) * size
        heights[top : top + size, left : left + size] = metres
    count = size * 2**zoom
    lefts = (np.arange(columns * size) + 0.5 + first_x * size) / count
    tops = (np.arange(rows * size) + 0.5 + first_y * size) / count
    alpha = np.minimum.outer(*_inside(tops, lefts, where.bounds))
    picture = _shaded(np.nan_to_num(heights, nan=_HIGH_M), alpha, _metres(tops, count), view, ink)
    (_, _, left, top, side) = next(t for t, _ in seen if t[0] == first_x)
    top = min(t[3] for t, _ in seen)
    data = base64.b64encode(raster.encode(picture, 1)).decode()
    return (
        f'<image x="{left:.2f}" y="{top:.2f}" width="{columns * side:.2f}" height="{rows * side:.2f}"'
        f' preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'
    )


def _metres(tops: Array, count: float) -> Array:
    """The side of a pixel on the ground, for each row."""
    lat = np.arctan(np.sinh(math.pi * (1 - 2 * tops)))
    found: Array = 40_075_016.686 * np.cos(lat) / count
    return found


def _inside(tops: Array, lefts: Array, bounds: tuple[float, float, float, float]) -> tuple[Array, Array]:
    """From 0 at the edge of the ground to 1 a little further in, for rows and columns."""
    west, south, east, north = bounds
    (x0, y0), (x1, y1) = mercator([(west, north), (east, south)]).tolist()
    fade = _FADE_DEG / 360

    def edge(at: Array, low: float, high: float) -> Array:
        found: Array = np.clip(np.minimum(at - low, high - at) / fade, 0, 1)
        return found

    return edge(tops, y0, y1), edge(lefts, x0, x1)


def _shaded(heights: Array, alpha: Array, metres: Array, view: View, ink: Ink) -> npt.NDArray[np.uint8]:
    down, across = np.gradient(heights)
    # Seen from afar, real slopes would be too gentle to see: they are drawn steeper there.
    steeper = 6.0 + 2.0 * max(0.0, 8.5 - view.zoom)
    dx, dy = across / metres[:, None] * steeper, down / metres[:, None] * steeper
    bearing, high = _LIGHT
    toward = (math.sin(bearing) * math.cos(high), -math.cos(bearing) * math.cos(high), math.sin(high))
    lit = (-dx * toward[0] - dy * toward[1] + toward[2]) / np.sqrt(1 + dx**2 + dy**2) - toward[2]
    step = np.clip((heights - _HIGH_M) / (_HIGHER_M - _HIGH_M), 0, 1)[..., None]
    low, mid, top = (_rgb(c) for c in (ink.land, ink.high, ink.higher))
    colour = np.where(step < 0.4, low + (mid - low) * step / 0.4, mid + (top - mid) * (step - 0.4) / 0.6)
    dark = np.clip(-lit, 0, 1)[..., None] * 0.75
    light = np.clip(lit, 0, 1)[..., None] * 0.9
    colour = colour + (_rgb(ink.shadow) - colour) * dark
    colour = colour + (_rgb(ink.light) - colour) * light
    return np.dstack([np.rint(colour), np.rint(alpha * 255)]).clip(0, 255).astype(np.uint8)


def _rgb(colour: str) -> Array:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
