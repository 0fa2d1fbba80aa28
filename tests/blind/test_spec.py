"""Paragraphs of docs/spec/blind.md that code cites exist; each module lists those it checks at its top."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "docs" / "spec" / "blind.md").read_text("utf-8")
PARAGRAPHS = re.findall(r"^\*\*(\d+\.\d+)\*\*", SPEC, re.MULTILINE)
ROOM = sorted((ROOT / "seamline" / "blind").glob("*.py"))


def test_paragraphs_are_numbered_without_gaps() -> None:
    sections = [int(n) for n in re.findall(r"^## (\d+) ", SPEC, re.MULTILINE)]
    assert sections == list(range(1, len(sections) + 1))
    for section in sections:
        minor = [int(n.split(".")[1]) for n in PARAGRAPHS if n.split(".")[0] == str(section)]
        assert minor == list(range(1, len(minor) + 1)), f"section {section}"


def test_every_paragraph_that_code_cites_exists() -> None:
    for path in (ROOT / "seamline").rglob("*.py"):
        cited = set(re.findall(r"\bblind (\d+\.\d+)", path.read_text("utf-8")))
        assert cited <= set(PARAGRAPHS), path


@pytest.mark.parametrize("path", [p for p in ROOM if p.name != "__init__.py"], ids=lambda p: p.name)
def test_what_a_module_refuses_stands_at_its_top(path: Path) -> None:
    text = path.read_text("utf-8")
    top, rest = text.split('"""', 2)[1:]
    checked = set(re.findall(r'RuleBroken\(\s*"blind (\d+\.\d+)"', rest))
    listed = set(re.findall(r"^- blind (\d+\.\d+)", top, re.MULTILINE))
    assert checked <= listed
