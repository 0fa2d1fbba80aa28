"""The build hook: when the front end is built, and with which Node."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import hatch_build as hook


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a front end, in a folder with a space in its name."""
    root = tmp_path / "a clone"
    (root / "ui" / "src").mkdir(parents=True)
    (root / "ui" / "package.json").write_text("{}")
    (root / "ui" / "src" / "main.ts").write_text("a")
    (root / hook.STATIC).mkdir(parents=True)
    return root


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have run."""
    commands: list[list[str]] = []

    def run(words: list[str], **_: Any) -> None:
        commands.append([str(word) for word in words])

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(hook, "_node", lambda: ("/n/node", ["/n/node", "/n/npm-cli.js"]))
    return commands


def frontend(root: Path) -> hook.FrontEnd:
    return hook.FrontEnd(str(root), {}, None, None, str(root), "wheel")  # type: ignore[arg-type]  # unused here


def test_a_stale_bundle_is_built_once_from_the_lock_file(root: Path, ran: list[list[str]]) -> None:
    frontend(root).initialize("editable", {})
    assert [words[2] for words in ran] == ["ci", "run"]
    frontend(root).initialize("standard", {})
    assert len(ran) == 2


@pytest.mark.parametrize("name", ["src/main.ts", "src/new.svelte", "package-lock.json", "index.html"])
def test_any_change_of_the_sources_makes_it_stale(root: Path, ran: list[list[str]], name: str) -> None:
    hook.build(root)
    assert not hook.stale(root)
    (root / "ui" / name).write_text("b")
    assert hook.stale(root)


def test_installed_packages_do_not(root: Path, ran: list[list[str]]) -> None:
    hook.build(root)
    (root / "ui" / "node_modules").mkdir()
    (root / "ui" / "node_modules" / "x.js").write_text("x")
    assert not hook.stale(root)


def test_a_build_that_failed_leaves_it_stale(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(words: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(hook, "_node", lambda: ("/n/node", ["npm"]))
    with pytest.raises(subprocess.CalledProcessError):
        hook.build(root)
    assert hook.stale(root)


def test_without_sources_there_is_nothing_to_build(tmp_path: Path, ran: list[list[str]]) -> None:
    frontend(tmp_path).initialize("standard", {})
    assert ran == []
    assert frontend(tmp_path).dependencies() == []


@pytest.mark.parametrize(("node", "wanted"), [(None, [hook.NODE_WHEEL]), ("/usr/bin/node", [])])
def test_a_node_is_asked_for_only_where_there_is_none(
    root: Path, monkeypatch: pytest.MonkeyPatch, node: str | None, wanted: list[str]
) -> None:
    monkeypatch.setattr(hook, "_node_on_path", lambda: node)
    assert frontend(root).dependencies() == wanted
    (root / hook.STATIC / ".stamp").write_text(hook.fingerprint(root))
    assert frontend(root).dependencies() == []


@pytest.mark.parametrize(
    ("said", "good"),
    [("v20.19.0", True), ("v26.1.0", True), ("v20.18.3", False), ("v18.20.0", False), ("?", False)],
)
def test_which_node_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, good: bool) -> None:
    for name, words in (("node", f"printf '{said}'"), ("npm", ":")):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{words}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert (hook._node_on_path() is not None) == good
