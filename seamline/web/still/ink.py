"""Colours and letters of a still picture, and small pieces of SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from seamline.texts.romanise import script

FAMILY = "Noto Sans"
_RTL, _LTR, _END = "\u2067", "\u2066", "\u2069"
# What XML cannot hold at all, and marks that would turn the text around them.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one theme, named as the screens' style sheet names them (ui/src/styles/tokens.css)."""

    land: str
    high: str
    higher: str
    light: str
    shadow: str
    edge: str
    edge_strong: str
    water: str
    water_text: str
    road: str
    text: str
    halo: str
    past: str
    ink: str
    raised: str
    care: str
    care_line: str
    urgent: str


INKS = {
    "day": Ink(
        "#f3f0e7", "#e9e4d5", "#d8d1be", "#fffefa", "#8d8468", "#cdc8b9", "#a39d8b", "#9db7bc", "#4b6a70",
        "#c2b594", "#3c4643", "#f8f6f0", "#8a8272", "#18211f", "#ffffff", "#7d4a00", "#d69a2d", "#9c2a10",
    ),
    "night": Ink(
        "#141b1a", "#202b28", "#3a4843", "#7b8f86", "#000000", "#2c3734", "#465450", "#2c4c54", "#7ea0a8",
        "#41493f", "#b9c3bd", "#0f1514", "#7d8a83", "#e4e8e2", "#1d2624", "#efbf63", "#a87a1f", "#ff9d80",
    ),
}  # fmt: skip


class Look(NamedTuple):
    """How a text is written."""

    size: float
    colour: str
    bold: bool = False
    halo: float = 3.2
    spacing: float = 0.0


def text(
    at: tuple[float, float],
    words: str,
    look: Look,
    halo: str,
    anchor: str = "middle",
    rtl: bool | None = None,
) -> str:
    """A text with its halo.

    at: its anchor on the baseline; anchor: start, middle or end, as seen; rtl: by its letters if None.
    """
    shown = fit(words)
    if not shown:
        return ""
    rtl = script(shown) in ("ar", "ckb") if rtl is None else rtl
    # resvg takes every text for left-to-right; inside an isolate, it runs as it should.
    run = f"{_RTL if rtl else _LTR}{escaped(shown)}{_END}"
    spacing = f' letter-spacing="{look.spacing}"' if look.spacing and not rtl else ""
    weight = ' font-weight="700"' if look.bold else ""
    rim = (
        f' stroke="{halo}" stroke-width="{look.halo}" stroke-linejoin="round" paint-order="stroke"'
        if look.halo
        else ""
    )
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{look.size}" fill="{look.colour}"'
        f' text-anchor="{anchor}"{weight}{spacing}{rim}>{run}</text>'
    )


def width(words: str, look: Look) -> float:
    """About how many pixels a text takes; rather more than less."""
    per = 0.0
    for c in fit(words):
        if "\u0600" <= c <= "\u06ff":
            per += 0.0 if "\u064b" <= c <= "\u065f" else 0.56
        else:
            per += 0.3 if c in " .,:;'il|()-" else 0.72 if c.isupper() else 0.58
    return per * look.size * (1.06 if look.bold else 1.0) + look.spacing * len(words)


def fit(words: str) -> str:
    """A text as one line that XML can hold."""
    return " ".join(_UNFIT.sub("", words).split())


def short(words: str, longest: int) -> str:
    """Cut where it would take too much room."""
    plain = fit(words)
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def escaped(words: str) -> str:
    """As XML writes it."""
    found = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return found.replace('"', "&quot;").replace("'", "&#39;")
