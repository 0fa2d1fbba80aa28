"""docs/dependencies.md names every dependency and no other."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|", re.MULTILINE)


def section(title: str) -> dict[str, str]:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    return dict(ROW.findall(page.split(f"## {title}\n")[1].split("\n## ")[0]))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0] for requirement in requirements}


def test_at_a_node() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(section("At a node")) == names(project["project"]["dependencies"])


def test_to_build_and_test() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = names(project["dependency-groups"]["dev"]) | names(project["build-system"]["requires"])
    assert set(section("To build and test")) == wanted


def test_in_the_browser() -> None:
    package = json.loads((ROOT / "ui" / "package.json").read_text("utf-8"))
    wanted = {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    assert set(section("In the browser")) == wanted


def test_each_has_its_reason() -> None:
    for title in ("At a node", "To build and test", "In the browser"):
        assert all(len(reason) > 3 for reason in section(title).values())


# Packages that are imported under another name, or not at all: zoneinfo finds tzdata by itself.
IMPORTED_AS = {
    "apsw-sqlite3mc": "apsw",
    "argon2-cffi": "argon2",
    "pillow": "PIL",
    "resvg-py": "resvg_py",
    "tzdata": None,
    "zxing-cpp": "zxingcpp",
}


def test_each_at_a_node_is_used() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "seamline").rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", sources, re.MULTILINE))
    wanted = {IMPORTED_AS.get(name, name) for name in section("At a node")} - {None}
    assert wanted - imported == set()
