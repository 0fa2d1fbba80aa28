"""The letters of the screens: Noto Sans Arabic with the region's alphabets alone, in two weights (OFL 1.1).

    python scripts/screen_fonts.py          # needs brotli, for WOFF2: pip install brotli

A quarter of the whole font, which is what a thin line is opened with; letters of other alphabets are in the
whole font, which a browser fetches when it meets one (ui/src/styles/tokens.css).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "ui/node_modules/@fontsource/noto-sans-arabic/files"
OUT = ROOT / "ui/src/styles/fonts"
WEIGHTS = (400, 600)
LETTERS = (
    # Arabic with its marks and figures, then what Sorani, Kurmanji, Persian and Turkmen add to it.
    (0x60C, 0x60D), (0x61B, 0x61C), (0x61F, 0x620), (0x621, 0x656), (0x660, 0x66E), (0x670, 0x672),
    (0x67E, 0x67F), (0x686, 0x687), (0x68E, 0x68F), (0x695, 0x696), (0x698, 0x699), (0x6A4, 0x6A5),
    (0x6A9, 0x6AA), (0x6AD, 0x6AE), (0x6AF, 0x6B0), (0x6B5, 0x6B6), (0x6BE, 0x6BF), (0x6C0, 0x6C2),
    (0x6C6, 0x6C9), (0x6CA, 0x6CD), (0x6CE, 0x6CF), (0x6D0, 0x6D1), (0x6D4, 0x6D6), (0x6F0, 0x6FA),
    (0x200C, 0x2010),
)  # fmt: skip
ALL = ((0x600, 0x700), (0x750, 0x780), (0x8A0, 0x900), (0xFB50, 0xFE00), (0xFE70, 0xFF00))
FEATURES = [
    "ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "liga", "calt", "mark", "mkmk", "kern", "curs",
]  # fmt: skip


def cut(weight: int) -> bytes:
    """WOFF2 with the letters and all that joins them."""
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.flavor = "woff2"
    font = subset.load_font(str(WHOLE / f"noto-sans-arabic-arabic-{weight}-normal.woff"), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[0x20, *(code for start, stop in LETTERS for code in range(start, stop))])
    cutter.subset(font)
    path = OUT / f"letters-{weight}.woff2"
    subset.save_font(font, str(path), options)
    return path.read_bytes()


def as_css(ranges: Iterable[tuple[int, int]]) -> str:
    """For tokens.css; ranges are half-open."""
    return ", ".join(f"U+{a:X}" if b == a + 1 else f"U+{a:X}-{b - 1:X}" for a, b in ranges)


def others() -> Iterator[tuple[int, int]]:
    """What the whole font has besides, so that no letter is in both."""
    for first, stop in ALL:
        start = first
        for low, high in LETTERS:
            if start <= low < stop:
                if start < low:
                    yield start, low
                start = high
        if start < stop:
            yield start, stop


def main() -> int:
    """Write both weights."""
    OUT.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        print(f"{weight}: {len(cut(weight))} bytes")
    print(f"letters: {as_css(LETTERS)}\nwhole: {as_css(others())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
