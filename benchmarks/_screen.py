"""A real browser on the exercise, for the benchmarks of the screens: nodes, Chromium, officers signed in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.browser import HOW_TO_GET_ONE, executable

ROOT = Path(__file__).resolve().parent.parent
ARGS = [
    "--headless", "--no-sandbox", "--enable-unsafe-swiftshader", "--disable-gpu-compositing",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE_MS = 120_000
START_S = 300.0
DESK, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Exercise:
    """The running demonstration, as demo.json has it."""

    nodes: dict[str, Any]

    def url(self, node: str) -> str:
        """Where a node is reached."""
        return str(self.nodes[node]["url"])

    def call(self, node: str, role: str, method: str, path: str, body: Any = None) -> Any:
        """The API, with the token of a role."""
        headers = {"Authorization": f"Bearer {self.nodes[node]['tokens'][role]}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        asked = urllib.request.Request(f"{self.url(node)}/api/{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=120) as reply:
            return json.load(reply)


@contextmanager
def exercise() -> Iterator[Exercise]:
    """Four nodes on loopback; SEAMLINE_BENCH_DEMO names the folder of one that runs already."""
    if running := os.environ.get("SEAMLINE_BENCH_DEMO"):
        yield Exercise(json.loads(Path(running, "demo.json").read_text())["nodes"])
        return
    if not (ROOT / "seamline/web/static/index.html").exists():
        raise SystemExit("the screens are not built: make ui")
    port = int(os.environ.get("SEAMLINE_BENCH_PORT", "18900"))
    with tempfile.TemporaryDirectory(prefix="seamline screens ") as name:
        folder, log = Path(name, "demo"), Path(name, "demo.txt")
        words = [sys.executable, "-m", "seamline", "demo", "--dir", str(folder), "--no-browser"]
        with log.open("w") as output:
            process = subprocess.Popen([*words, "--port", str(port)], stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + START_S
            while "\nready" not in (said := log.read_text()):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the demonstration did not start:\n{said}")
                time.sleep(0.2)
            yield Exercise(json.loads((folder / "demo.json").read_text())["nodes"])
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The browser of the repository's choice, with these words besides."""
    path = executable()
    if path is None:
        raise SystemExit(HOW_TO_GET_ONE)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*ARGS, *more])
        yield started
        started.close()


def profile(browser: Browser, size: tuple[int, int] = DESK, *, worker: bool = False) -> BrowserContext:
    """A browser that was never here."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(
        "localStorage.getItem('seamline.lang') ?? localStorage.setItem('seamline.lang', 'en')"
    )
    return context


def sign_in(page: Page, url: str, role: str, path: str = "records") -> None:
    """To a screen, by one click; returns once it hears live events."""
    page.goto(url)
    page.locator(f"button[data-role='{role}']").click()
    expect(page.locator(".live[data-state=connected]")).to_be_attached()
    page.goto(page.url.split("#")[0] + f"#/{path}")


def drawn(page: Page) -> None:
    """Returns once the map has drawn all that it knows of."""
    expect(page.locator(".map[role=region][aria-busy=false]")).to_be_attached()


def machine() -> str:
    """What was measured on, for the record."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
