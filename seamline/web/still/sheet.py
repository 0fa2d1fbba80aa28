"""What stands in the corners of a still picture: legend, scale, origins, and what it is not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seamline import texts
from seamline.web.layers import Layer
from seamline.web.still import ground, marks
from seamline.web.still import ink as inks
from seamline.web.still.ink import Ink, Look
from seamline.web.still.labels import Room
from seamline.web.still.marks import Sides
from seamline.web.still.view import View

_ROW = 16.5
_PAD = 10.0
_FOOT = 20.0
_FREE = frozenset({"Public domain", "CC0-1.0"})


@dataclass(frozen=True, slots=True)
class Said:
    """What the legend tells beside the layers.

    counts: (catalogue key, how many); names: of imported layers; moment, note: its first lines.
    """

    lang: str
    sides: Sides
    present: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    torn: bool
    names: Mapping[str, str]
    moment: str
    note: str


@dataclass(frozen=True, slots=True)
class _Row:
    sample: str
    words: str


def legend(view: View, ink: Ink, said: Said, layers: Sequence[Layer], room: Room) -> str:
    """A box in the corner where reading begins."""
    rtl = texts.direction(said.lang) == "rtl"
    rows = [*_said_rows(ink, said), *_layer_rows(ink, said, layers, view.zoom >= ground.BESIDE)]
    rows = rows[: int((view.height - _FOOT - 70) // _ROW)]
    look, small = Look(11, ink.ink, halo=0), Look(10, ink.text, halo=0)
    widest = max([inks.width(r.words, look) + 38 for r in rows] + [150.0])
    wide = min(widest, view.width * 0.45) + 2 * _PAD
    notes = [line for words in (said.moment, said.note) for line in _wrapped(words, small, wide - 2 * _PAD)]
    high = len(rows) * _ROW + len(notes) * 14 + 2 * _PAD + 4
    left = view.width - wide - 8 if rtl else 8.0
    out = [_panel(ink, left, 8, wide, high)]
    start, anchor = (left + wide - _PAD, "end") if rtl else (left + _PAD, "start")
    y = 8 + _PAD + 9
    for line in notes:
        out.append(inks.text((start, y), line, small, ink.halo, anchor, rtl))
        y += 14
    y += 6
    for row in rows:
        x = start - 30 if rtl else start
        out.append(f'<g transform="translate({x:.1f} {y - 8:.1f})">{row.sample}</g>')
        out.append(inks.text((start - 38 if rtl else start + 38, y), row.words, look, ink.halo, anchor, rtl))
        y += _ROW
    room.take((left - 4, 0, left + wide + 4, 8 + high + 4))
    return "".join(out)


def foot(view: View, ink: Ink, said: Said, layers: Sequence[Layer], room: Room) -> str:
    """Scale and origins along the lower edge."""
    top = view.height - _FOOT
    room.take((0, top, view.width, view.height))
    look = Look(10, ink.text, halo=0)
    length, words = _scale(view, said.lang)
    bar_right = view.width - 10.0
    bar = (
        f'<path d="M{bar_right - length:.1f} {top + 8}v5H{bar_right:.1f}v-5" fill="none" stroke="{ink.ink}"'
        ' stroke-width="1.3"/>'
    )
    number = inks.text((bar_right - length - 6, top + 13.5), words, look, ink.halo, "end")
    thanks = list(dict.fromkeys(layer.attribution for layer in layers if layer.licence not in _FREE))
    space = view.width - length - inks.width(words, look) - 40
    line = "  ·  ".join([texts.text(said.lang, "ui.map.not_targeting"), *thanks])
    while inks.width(line, look) > space and look.size > 7:
        look = look._replace(size=look.size - 0.5)
    return (
        f'<rect x="0" y="{top}" width="{view.width}" height="{_FOOT}" fill="{ink.land}"'
        ' opacity="0.88"/>' + inks.text((10, top + 13.5), line, look, ink.halo, "start") + number + bar
    )


def _wrapped(words: str, look: Look, space: float) -> list[str]:
    lines: list[str] = []
    for word in inks.fit(words).split():
        if lines and inks.width(f"{lines[-1]} {word}", look) <= space:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _panel(ink: Ink, left: float, top: float, wide: float, high: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="5"'
        f' fill="{ink.raised}" opacity="0.98" stroke="{ink.edge_strong}" stroke-width="0.8"/>'
    )


def _said_rows(ink: Ink, said: Said) -> list[_Row]:
    rows = []
    if said.present:
        rows.append(_Row(_stroke(ink.ink, 2.2), texts.text(said.lang, "ui.map.own")))
        rows.append(_Row(_stroke(ink.ink, 1.6, "6 3"), texts.text(said.lang, "ui.map.other")))
        if not said.sides.joint:
            rows.append(_Row(_arrow(ink), texts.text(said.lang, "ui.map.own_shared")))
    if said.torn:
        rows.append(_Row(_stroke(ink.ink, 1.6, "1.5 3"), texts.text(said.lang, "ui.map.torn")))
    for party in said.present:
        square = marks.hatch(said.sides.pattern(party), 16, 4, ink.ink, 1.1)
        sample = (
            '<svg x="4" y="-3" width="22" height="14">'
            f'<rect width="22" height="14" fill="none" stroke="{ink.ink}"/>'
            f'{square}<svg x="12" width="12" height="14">{square}</svg></svg>'
        )
        rows.append(_Row(sample, party.upper()))
    rows += [
        _Row(_count_sample(ink, key), f"{texts.text(said.lang, key)} ({count})") for key, count in said.counts
    ]
    return rows


def _arrow(ink: Ink) -> str:
    path = f'<path d="{marks.ICONS["send"]}" fill="none" stroke="{ink.ink}" stroke-width="2"/>'
    return f'<g transform="translate(8 -3) scale(0.7)">{path}</g>'


def _count_sample(ink: Ink, key: str) -> str:
    if key == "ui.nav.clashes":
        return f'<g transform="translate(15 4) scale(0.42)">{marks.clash(ink, (0, 0), False)}</g>'
    return (
        f'<rect x="5" y="-3" width="20" height="13" rx="2" fill="{ink.raised}" stroke="{ink.ink}"'
        ' stroke-width="1.2"/>'
    )


def _layer_rows(ink: Ink, said: Said, layers: Sequence[Layer], beside: bool) -> list[_Row]:
    rows = []
    for layer in layers:
        words = inks.short(said.names.get(layer.id) or texts.text(said.lang, layer.title), 48)
        if layer.mark:
            words += f" · {texts.text(said.lang, f'ui.mark.{layer.mark}')}"
        if layer.id == "villages" and beside:
            words += f" · {ground.MARK} {texts.text(said.lang, 'ui.mark.transliteration')}"
        rows.append(_Row(_sample(ink, layer.id), words))
    return rows


def _sample(ink: Ink, id: str) -> str:
    strokes = {
        "rivers": (ink.water, 2.4, ""), "waterways": (ink.water, 1.6, ""), "roads": (ink.road, 2.2, "6 2"),
        "borders": (ink.edge_strong, 2.2, ""), "districts": (ink.edge_strong, 1.0, "3 2"),
        "governorates": (ink.edge_strong, 1.8, "8 3 2 3"), "admin_edge": (ink.past, 1.4, "2 3"),
        "line": (ink.ink, 2.2, "10 6"),
    }  # fmt: skip
    fills = {
        "lakes": (ink.water, 0.75), "corridor": (ink.edge_strong, 0.25),
        "disputed_districts": (ink.past, 0.25), "past_areas": (ink.past, 0.2),
    }  # fmt: skip
    if id in strokes:
        return _stroke(*strokes[id])
    if id == "relief":
        return (
            f'<path d="M2 10L10 -3L16 5L20 1L28 10z" fill="{ink.higher}"/>'
            f'<path d="M10 -3L16 5L20 1L28 10H14z" fill="{ink.shadow}" opacity="0.55"/>'
        )
    if id in fills:
        colour, opacity = fills[id]
        return f'<rect x="4" y="-3" width="22" height="13" fill="{colour}" opacity="{opacity}"/>'
    radius = 3.0 if id == "places" else 2.0
    return f'<circle cx="15" cy="4" r="{radius}" fill="{ink.halo}" stroke="{ink.past}" stroke-width="1.3"/>'


def _stroke(colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M0 4H30" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _scale(view: View, lang: str) -> tuple[float, str]:
    """A round length of about a seventh of the picture: pixels, and in words."""
    most = view.metres_per_pixel * view.width / 7
    power: int = 10 ** math.floor(math.log10(most))
    metres = next(n * power for n in (5, 2, 1) if n * power <= most)
    key, n = ("ui.unit.km", metres // 1000) if metres >= 1000 else ("ui.unit.m", metres)
    return metres / view.metres_per_pixel, texts.text(lang, key, n=f"{n:g}")
