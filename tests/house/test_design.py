"""What docs/design.md promises of colours: read from the style sheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "ui/src/styles/tokens.css").read_text("utf-8")
TEXTS = [
    ("ink", "surface"),
    ("ink-2", "surface"),
    ("ink-3", "surface"),
    ("ink", "paper"),
    ("ink-3", "sunken"),
]
TEXTS += [("act", "surface"), ("act-ink", "act"), ("care", "care-weak"), ("urgent", "urgent-weak")]
TEXTS += [("bar-ink", "bar-bg"), ("bar-ink-2", "bar-bg"), ("alarm-ink", "alarm"), ("care-ink", "care-line")]


def colours(theme: str) -> dict[str, str]:
    """The colours of one light, over those of the day that it leaves as they are."""
    found: dict[str, str] = {}
    for name in ("day", theme):
        for block in re.findall(rf'data-theme="{name}"\] \{{(.*?)\n\}}', TOKENS, re.DOTALL):
            found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["day", "night", "red"])
def test_every_text_can_be_read_in_every_light(theme: str) -> None:
    known = colours(theme)
    faint = {}
    for text, ground in TEXTS:
        bright, dark = sorted((luminance(known[text]), luminance(known[ground])), reverse=True)
        ratio = (bright + 0.05) / (dark + 0.05)
        if ratio < 4.5:
            faint[text, ground] = round(ratio, 2)
    assert faint == {}


def test_by_red_light_nothing_is_green_or_blue() -> None:
    block = re.search(r'data-theme="red"\] \{(.*?)\n\}', TOKENS, re.DOTALL)
    assert block
    own = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block[1]))
    assert [name for name, colour in own.items() if not colour.endswith("0000")] == []
    # What the day names and red light does not would be seen in its own colours.
    assert sorted(set(colours("day")) - set(own)) == []
