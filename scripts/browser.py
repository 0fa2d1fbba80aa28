"""Which browser the tests drive: the one on PATH, else Playwright's own.

python scripts/browser.py --check     exit 1 and say how to get one if there is none
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE = (
    "The browser tests need Chromium and found none. Either install it "
    "(Debian, Ubuntu: `sudo apt-get install chromium`; Fedora: `sudo dnf install chromium`) "
    "or let Playwright fetch its own: `.venv/bin/playwright install chromium`."
)


def executable() -> str | None:
    """Path of the browser for Playwright's ``executable_path``; None if there is none at all."""
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main(words: list[str]) -> int:
    """Print the browser; the exit code says whether there is one."""
    path = executable()
    if path is None:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 1
    if "--check" not in words:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
