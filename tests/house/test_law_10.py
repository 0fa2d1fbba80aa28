"""Law 10: trust code does no I/O. import-linter watches the imports; here, what needs no import."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = ("log", "records", "release", "picture", "blind", "geo")
# Built in, so no import gives them away.
CALLS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}
# Law 5: whoever folds the log never asks what time it is.
METHODS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "uuid1", "uuid4", "urandom"}


def outside(source: str) -> Iterator[str]:
    """What a module does that pure code does not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) if name in CALLS:
                    yield f"line {node.lineno}: {name}()"
                case ast.Attribute(attr=name) if name in METHODS:
                    yield f"line {node.lineno}: .{name}()"


def rooms() -> list[str]:
    return [room for room in PURE if (ROOT / "seamline" / room).is_dir()]


@pytest.mark.parametrize("room", rooms())
def test_the_room_is_pure(room: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): list(outside(path.read_text("utf-8")))
        for path in sorted((ROOT / "seamline" / room).rglob("*.py"))
    }
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_import_linter_watches_every_pure_room_there_is() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contract = next(c for c in config["contracts"] if c["id"] == "pure")
    assert set(contract["source_modules"]) == {f"seamline.{room}" for room in rooms()}


@pytest.mark.parametrize(
    "source",
    ["open('x')", "datetime.now()", "datetime.datetime.today()", "uuid.uuid4()", "def f():\n    print(1)"],
)
def test_it_would_be_seen(source: str) -> None:
    assert list(outside(source))
