"""The letters of the still picture: Noto Sans and Noto Sans Arabic as one font in two weights (OFL 1.1).

    python scripts/map_fonts.py

From Debian's fonts-noto-core (Latin, and the mark of a transliteration) and the front end's
@fontsource/noto-sans-arabic. One font, since a text that mixes scripts is shaped with one; only letters of
the three languages and of transliterations are kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "seamline" / "texts" / "fonts"
LATIN = Path("/usr/share/fonts/truetype/noto")
ARABIC = ROOT / "ui/node_modules/@fontsource/noto-sans-arabic/files"
MADE = 3_870_000_000
"""Seconds since 1904 that stand for when it was made: the same input, the same bytes."""
WEIGHTS = {400: "Regular", 700: "Bold"}
_LATIN = (
    (0x20, 0x7F), (0xA0, 0x180), (0x2BB, 0x2C0), (0x300, 0x340), (0x1E00, 0x1F00), (0x2010, 0x2027),
    (0x2032, 0x2034),
)  # fmt: skip
_MATH = ((0x2248, 0x2249),)
_ARABIC = ((0x600, 0x700), (0x200C, 0x2010), (0x202A, 0x202F), (0x2066, 0x206A))


def kept(path: Path, ranges: tuple[tuple[int, int], ...]) -> TTFont:
    """A font with these letters alone, and all that joins them."""
    options = subset.Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(str(path), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for start, stop in ranges for code in range(start, stop)])
    cut.subset(font)
    font.flavor = None
    return font


def main() -> int:
    """Write both weights."""
    OUT.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        with tempfile.TemporaryDirectory() as folder:
            parts = []
            for path, ranges in (
                (LATIN / f"NotoSans-{name}.ttf", _LATIN),
                # The mark of a transliteration, as the live map has it; it comes in one weight.
                (LATIN / "NotoSansMath-Regular.ttf", _MATH),
                (ARABIC / f"noto-sans-arabic-arabic-{weight}-normal.woff", _ARABIC),
            ):
                part = Path(folder, path.stem + ".ttf")
                kept(path, ranges).save(part)
                parts.append(str(part))
            whole = merge.Merger().merge(parts)
            whole.recalcTimestamp = False
            whole["head"].created = whole["head"].modified = MADE
            whole.save(OUT / f"noto-sans-{weight}.ttf")
            print(f"{weight}: {(OUT / f'noto-sans-{weight}.ttf').stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
