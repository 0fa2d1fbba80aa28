"""The check of the catalogues finds what it is there to find."""

from __future__ import annotations

import re

import pytest

from scripts.catalogues import Uses, complete, unused_or_undefined
from seamline.texts import LANGS, catalogue

WHOLE = {
    "en": {"a": "A {x}", "n.one": "one", "n.other": "{n}"},
    "ar": {"a": "أ {x}", **{f"n.{form}": "{n}" for form in ("zero", "one", "two", "few", "many", "other")}},
    "ckb": {"a": "ئا {x}", "n.one": "یەک", "n.other": "{n}"},
}


def changed(lang: str, **messages: str | None) -> dict[str, dict[str, str]]:
    table = {**WHOLE[lang], **{key.replace("__", "."): value for key, value in messages.items()}}
    return {**WHOLE, lang: {key: value for key, value in table.items() if value is not None}}


def test_a_whole_catalogue() -> None:
    assert not list(complete(WHOLE))


@pytest.mark.parametrize(
    ("lang", "change"),
    [
        ("ar", {"a": None}),
        ("ckb", {"b": "only here"}),
        ("ar", {"a": "أ"}),
        ("ckb", {"a": "ئا {y}"}),
        ("ar", {"n__few": None}),
        ("ar", {"n__many": "كثير"}),
        ("ckb", {"n__few": "{n}"}),
        ("en", {"a": ""}),
        ("en", {"a": "A { x }"}),
    ],
)
def test_what_is_incomplete(lang: str, change: dict[str, str | None]) -> None:
    assert list(complete(changed(lang, **change)))


def test_unused_and_undefined() -> None:
    table = {"ui.a": "A", "ui.b": "B", "kind.post": "Post", "n.one": "1", "n.other": "{n}"}
    found = Uses({"ui.a", "n"}, {"kind."}, {("n", "f.py"), ("ui.c", "g.ts")}, set())
    assert list(unused_or_undefined(table, found)) == [
        "ui.b is used nowhere",
        "g.ts: ui.c is in no catalogue",
    ]


# Laws 7 and 8: nothing is ever cleared or safe, and nobody is blue, red, friendly or the enemy.
NEVER = {
    "en": r"\b(cleared|safe|all clear|enem(y|ies)|hostiles?|friendly|friendlies|(blue|red) force|targets?)\b",
    "ar": r"(العدو|معادي|صديقة|آمن\b)",
    "ckb": r"(دوژمن|نەیار|بێ مەترسی)",
}


# These say what Seamline does not have.
DENIALS = {"ui.sign_in.purpose", "ui.requests.never", "help.activities", "help.attention"}


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_takes_a_side_or_promises_safety(lang: str) -> None:
    pattern = re.compile(NEVER[lang], re.IGNORECASE)
    found = {key: message for key, message in catalogue(lang).items() if pattern.search(message)}
    assert set(found) - DENIALS == set()
