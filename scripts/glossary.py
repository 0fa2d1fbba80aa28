"""docs/glossary.md from the catalogues: the same words that the screens show, in three languages.

python scripts/glossary.py            write it
python scripts/glossary.py --check    exit 1 if it is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from seamline.texts import LANGS, catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
PREFIX, SAYS = "glossary.", ".says"
_HEAD = """# Glossary

The words of the house, as every screen shows them (`#/glossary`). Written by `scripts/glossary.py`
from the message catalogues in `seamline/texts/`; change them there.

| English | العربية | کوردی |
|---|---|---|
"""


def main(words: list[str]) -> int:
    """Write or compare, and return the exit code."""
    if words not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = page()
    if not words:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == wanted:
        return 0
    print("docs/glossary.md is not what the catalogues say: run scripts/glossary.py")
    return 1


def page() -> str:
    """The whole document, in the order of the English words."""
    english = catalogue("en")
    ids = [key.removeprefix(PREFIX) for key in english if key.startswith(PREFIX) and not key.endswith(SAYS)]
    ids.sort(key=lambda one: english[PREFIX + one].casefold())
    return _HEAD + "".join(f"| {' | '.join(_cells(one))} |\n" for one in ids)


def _cells(one: str) -> Iterator[str]:
    for lang in LANGS:
        word, says = (catalogue(lang)[f"{PREFIX}{one}{end}"].replace("|", "\\|") for end in ("", SAYS))
        yield f"**{word}**: {says}" if lang == "en" else f'<span dir="rtl">**{word}**: {says}</span>'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
