"""Help that cannot fall behind: every desk has its sentences, every letter leads to a desk."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import glossary
from seamline.texts import LANGS, catalogue, part

SOURCES = Path(__file__).parents[2] / "ui" / "src"
DESKS = re.findall(r'\{ id: "([a-z]+)"', (SOURCES / "desks/index.ts").read_text("utf-8"))
LISTS = {"attention", "records", "clashes", "gaps", "watch", "links"}
OTHERS = {"record", "form", "clash", "gap", "import", "steward"}


def test_every_screen_has_two_to_five_sentences_in_every_language() -> None:
    for lang in LANGS:
        said = {key: text for key, text in part(lang, "help").items() if key.startswith("help.")}
        assert {f"help.{name}" for name in {*DESKS, *LISTS, *OTHERS}} <= set(said)
        count = {key: len(re.findall(r"[.؟?](?:\s|$)", text)) for key, text in said.items()}
        assert {key: n for key, n in count.items() if not 2 <= n <= 5} == {}


def test_letters_lead_to_lists_and_desks_and_each_to_one() -> None:
    table = re.search(
        r"GO: Readonly<.*?> = \{(.*?)\n\};", (SOURCES / "lib/keys.svelte.ts").read_text(), re.DOTALL
    )
    assert table
    ways = dict(re.findall(r'(\w): "([a-z]+)"', table[1]))
    assert len(set(ways.values())) == len(re.findall(r'\w: "', table[1]))
    assert set(ways.values()) == LISTS | set(DESKS) - {"glossary", "design"}


def test_every_word_of_the_glossary_is_explained_in_every_language() -> None:
    for lang in LANGS:
        words = [key for key in catalogue(lang) if key.startswith("glossary.") and not key.endswith(".says")]
        assert len(words) > 40
        assert all(catalogue(lang)[f"{word}.says"].endswith(".") for word in words)
    assert glossary.PAGE.read_text("utf-8") == glossary.page()


def test_screens_start_without_what_only_help_needs() -> None:
    """Keys that the first part of a catalogue leaves out are asked for after wantHelp() only."""
    left = re.compile(
        r"""["'`](help|glossary|tour|keys|design|cli|doctor|setup|check|remedy|export|note"""
        r"""|ui\.officers|ui\.steward|ui\.audit|ui\.blind)\.[a-z$]"""
    )
    late = {
        "help",
        "officers",
        "audit",
        "Glossary.svelte",
        "Design.svelte",
        "Steward.svelte",
        "Audit.svelte",
        "blind",
        "Blind.svelte",
    }
    found = [
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*")
        if path.suffix in (".ts", ".svelte") and left.search(path.read_text("utf-8"))
    ]
    assert [path for path in found if not late & set(path.split("/"))] == []
