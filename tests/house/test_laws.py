"""Each law has a test, and the table that says which names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "laws.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_law_names_a_test() -> None:
    rows = {int(m[1]): m[0] for m in re.finditer(r"^\| (\d+) .*$", TABLE, re.MULTILINE)}
    assert set(rows) == set(range(1, 11))
    assert [law for law, row in rows.items() if not NAMED.search(row)] == []


def test_the_tests_exist() -> None:
    missing = []
    for path, name in NAMED.findall(TABLE):
        file = ROOT / path
        tree = ast.parse(file.read_text("utf-8")) if file.exists() else ast.parse("")
        if name not in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    assert missing == []
