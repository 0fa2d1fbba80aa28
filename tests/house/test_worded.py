"""What the program says in English where something goes wrong is what the catalogue has in English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import seamline
from seamline.texts import LANGS, catalogue, placeholders

SOURCES = Path(seamline.__file__).parent


def worded() -> Iterator[tuple[str, str, set[str]]]:
    """Key, English and the names of the parameters of each Worded(...) with literal words."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Worded"
            ):
                continue
            said = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            if isinstance(said[0], str) and isinstance(said[1], str):
                yield said[0], said[1], {keyword.arg for keyword in node.keywords if keyword.arg}


def test_each_says_in_english_what_the_catalogue_says() -> None:
    found = list(worded())
    assert len(found) > 120
    for key, english, params in found:
        assert catalogue("en")[key] == english, key
        assert all(set(placeholders(catalogue(lang)[key])) == set(placeholders(english)) for lang in LANGS)
        assert params == set(placeholders(english)), key
