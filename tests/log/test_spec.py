"""The code cites paragraphs of docs/spec/log.md: they exist, and the verifier lists those it checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from seamline.log import verifier

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "docs" / "spec" / "log.md").read_text("utf-8")
CITED = re.compile(r"\blog (\d+\.\d+)")


def number(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def numbers(text: str) -> set[tuple[int, ...]]:
    return set(map(number, CITED.findall(text)))


PARAGRAPHS = [number(n) for n in re.findall(r"^\*\*(\d+\.\d+)\*\*", SPEC, re.MULTILINE)]
SECTIONS = [int(n) for n in re.findall(r"^## (\d+) ", SPEC, re.MULTILINE)]


def test_paragraphs_are_numbered_without_gaps() -> None:
    assert list(range(1, len(SECTIONS) + 1)) == SECTIONS
    for section in SECTIONS:
        minor = [n for major, n in PARAGRAPHS if major == section]
        assert minor == list(range(1, len(minor) + 1)), f"section {section}"


def test_every_paragraph_that_code_cites_exists() -> None:
    missing = {}
    for source in (ROOT / "seamline").rglob("*.py"):
        cited = numbers(source.read_text("utf-8").replace("docs/spec/log.md ", "log "))
        if not cited <= set(PARAGRAPHS):
            missing[str(source)] = sorted(cited - set(PARAGRAPHS))
    assert not missing


def test_every_rule_the_log_breaks_by_is_a_paragraph() -> None:
    rules: set[str] = set()
    for source in (ROOT / "seamline" / "log").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CITED.fullmatch(node.value):
                rules.add(node.value.removeprefix("log "))
    assert len(rules) > 40
    assert set(map(number, rules)) <= set(PARAGRAPHS)


def test_paragraphs_refer_to_paragraphs() -> None:
    own = re.sub(r"(RFC \d+|[\w.-]+) §[\d.]+", "", SPEC)
    referred = {number(n) for n in re.findall(r"(?<=[( ])(\d{1,2}\.\d{1,2})(?=[),; ])", own)}
    assert len(referred) > 10
    assert referred <= set(PARAGRAPHS)


def test_the_verifier_lists_the_rules_it_checks() -> None:
    listed: set[tuple[int, ...]] = set()
    for first, last in re.findall(r"(\d+\.\d+)(?: to (\d+\.\d+))?", verifier.__doc__ or ""):
        start, stop = PARAGRAPHS.index(number(first)), PARAGRAPHS.index(number(last or first))
        listed |= set(PARAGRAPHS[start : stop + 1])
    assert numbers(Path(verifier.__file__).read_text("utf-8")) <= listed
