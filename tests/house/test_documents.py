"""Documents that cannot lie: their links lead somewhere, and what they tell people to type exists."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`|^    (\S.*)$", re.MULTILINE)


def documents() -> list[Path]:
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).exists()]


def code(document: Path) -> Iterator[str]:
    for inline, block in CODE.findall(document.read_text("utf-8")):
        yield inline or block


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text("utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (document.parent / target).exists()] == []


def test_make_targets_named_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        word
        for document in documents()
        for text in code(document)
        for word in re.findall(r"\bmake ([a-z]+)", text)
    }
    assert named - targets == set()
    assert {"demo", "test", "lint", "bench", "soak", "help", "clean", "lock"} <= targets


def test_files_named_in_the_house_plan_exist() -> None:
    """ARCHITECTURE.md names modules as `room/file.py`."""
    named = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|ts))`", (ROOT / "ARCHITECTURE.md").read_text("utf-8")))
    missing = {name for name in named if not any((ROOT / base / name).exists() for base in ("", "seamline"))}
    assert missing == set()
    assert len(named) > 15


def test_every_room_is_in_the_house_plan_and_on_a_floor() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = [
        path
        for path in (ROOT / "seamline").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    for room in rooms:
        name = room.stem
        if name != "__init__":
            assert re.search(rf"`{name}(/|\.py)?`", text), f"{name} is not in ARCHITECTURE.md"


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f'__version__ = "{project["version"]}"' in (ROOT / "seamline" / "__init__.py").read_text("utf-8")


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
