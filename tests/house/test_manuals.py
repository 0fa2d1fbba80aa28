"""The manuals say the same in three languages: headings, pictures, commands, links, tables in one order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from markdown_it import MarkdownIt

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "manual"
LANGS = ("ar", "ckb")
LETTERS = {"ar": "ةىي", "ckb": "ەێۆڕڵ"}


class Told(NamedTuple):
    """What has no language of its own. pictures: by their file's name."""

    headings: list[str]
    pictures: list[str]
    blocks: list[str]
    codes: Counter[str]
    links: Counter[str]
    cells: int
    points: int


def told(name: str) -> Told:
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable("table").parse((FOLDER / name).read_text("utf-8"))
    )
    within = [child for token in tokens for child in token.children or ()]

    def of(kind: str, attribute: str) -> list[Any]:
        return [child.attrs[attribute] for child in within if child.type == kind]

    kinds = Counter(token.type for token in tokens)
    return Told(
        headings=[token.tag for token in tokens if token.type == "heading_open"],
        pictures=[Path(str(src)).name for src in of("image", "src")],
        blocks=[token.content for token in tokens if token.type in ("code_block", "fence")],
        codes=Counter(child.content for child in within if child.type == "code_inline"),
        links=Counter(str(href) for href in of("link_open", "href")),
        cells=kinds["td_open"],
        points=kinds["list_item_open"],
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("manual", ["operator", "administrator"])
def test_the_same_in_every_language(manual: str, lang: str) -> None:
    name = f"{manual}.{lang}.md"
    assert told(name) == told(f"{manual}.md")
    text = (FOLDER / name).read_text("utf-8")
    assert text.startswith(f'<div dir="rtl" lang="{lang}">')
    assert all(letter in text for letter in LETTERS[lang])


@pytest.mark.parametrize("lang", LANGS)
def test_its_pictures_are_there_and_in_no_third_language(lang: str) -> None:
    manuals = [
        (FOLDER / f"{manual}.{lang}.md").read_text("utf-8") for manual in ("operator", "administrator")
    ]
    shown = [part.split(")")[0] for part in "".join(manuals).split("](../pictures/")[1:]]
    assert any(part.startswith(f"{lang}/") for part in shown)
    assert all((FOLDER.parent / "pictures" / part).is_file() for part in shown)
    assert {part.split("/")[0] for part in shown if "/" in part} == {lang}
