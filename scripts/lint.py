"""Every check of `make lint`, two at a time: what passed in a line, what failed in full."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


class Check(NamedTuple):
    """A command, run in folder; it passes if it exits 0."""

    name: str
    words: list[str]
    folder: Path = ROOT


class Result(NamedTuple):
    """What became of a check."""

    name: str
    passed: bool
    seconds: float
    output: str


def checks() -> list[Check]:
    """The slow ones first, so that they do not end alone."""
    python = sys.executable
    found = [
        Check("types", [str(BIN / "mypy"), "--no-error-summary"]),
        Check("floors", [str(BIN / "lint-imports"), "--no-logo"]),
        Check("style", [str(BIN / "ruff"), "check", "--quiet", "."]),
        Check("layout", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
        Check("ceilings", [python, "scripts/ceilings.py"]),
        Check("catalogues", [python, "scripts/catalogues.py"]),
        Check("reference", [python, "scripts/reference.py", "--check"]),
        Check("glossary", [python, "scripts/glossary.py", "--check"]),
    ]
    npm = front_end()
    if npm is not None:
        found.insert(0, Check("front end", [npm, "run", "--silent", "check"], ROOT / "ui"))
    return found


def front_end() -> str | None:
    """npm, where the front end's packages are installed; its types are checked only there."""
    import shutil

    return shutil.which("npm") if (ROOT / "ui/node_modules/.bin/svelte-check").exists() else None


def run(check: Check) -> Result:
    """Run one check to its end."""
    start = time.monotonic()
    done = subprocess.run(
        check.words,
        cwd=check.folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(check.name, done.returncode == 0, time.monotonic() - start, done.stdout)


def main() -> int:
    """Run all and return the exit code."""
    failed = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(run, checks()):
            mark = "ok    " if result.passed else "FAILED"
            print(f"{mark} {result.name} ({result.seconds:.1f} s)", flush=True)
            if not result.passed:
                failed = True
                print(result.output.rstrip(), flush=True)
    if front_end() is None:
        print("--     front end (no Node on PATH, or ui/node_modules is missing: its types were not checked)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
