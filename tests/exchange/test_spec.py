"""Code cites paragraphs of docs/spec/exchange.md: they exist, and are numbered without gaps."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "docs" / "spec" / "exchange.md").read_text("utf-8")
PARAGRAPHS = re.findall(r"^\*\*(\d+\.\d+)\*\*", SPEC, re.MULTILINE)


def test_paragraphs_are_numbered_without_gaps() -> None:
    sections = [int(n) for n in re.findall(r"^## (\d+) ", SPEC, re.MULTILINE)]
    assert sections == list(range(1, len(sections) + 1))
    for section in sections:
        minor = [int(n.split(".")[1]) for n in PARAGRAPHS if n.startswith(f"{section}.")]
        assert minor == list(range(1, len(minor) + 1)), section


def test_every_paragraph_that_code_cites_exists() -> None:
    for source in (ROOT / "seamline").rglob("*.py"):
        text = source.read_text("utf-8").replace("docs/spec/exchange.md ", "exchange ")
        cited = set(re.findall(r"\bexchange (\d+\.\d+)", text))
        assert cited <= set(PARAGRAPHS), source
