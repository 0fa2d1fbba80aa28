"""A real browser on a real demonstration: four nodes on loopback, one Chromium, eyes on what it asks for."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.browser import HOW_TO_GET_ONE, executable
from tests.release.photos import png
from tests.served import free_ports

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ARGS = [
    "--headless", "--no-sandbox", "--enable-unsafe-swiftshader", "--disable-gpu-compositing",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
]  # fmt: skip
SIZE = (1280, 800)
PATIENCE = 20_000
START = 240
STILL = re.compile(r"/api/map\.webp")
NO_WEBGL = """const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return String(kind).startsWith('webgl') ? null : real.call(this, kind, ...more) };"""


@dataclass
class Demo:
    """The running demonstration: addresses and tokens, as demo.json has them, and its folder."""

    nodes: dict[str, Any]
    folder: Path

    def url(self, node: str) -> str:
        return str(self.nodes[node]["url"])

    def call(self, node: str, role: str, method: str, path: str, body: Any = None) -> Any:
        """The API, with the token of a role."""
        headers = {"Authorization": f"Bearer {self.nodes[node]['tokens'][role]}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        asked = urllib.request.Request(f"{self.url(node)}/api/{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=20) as reply:
            return json.load(reply)


@contextmanager
def demonstration(folder: Path, **more: str) -> Iterator[Demo]:
    """One in that folder until the block ends; more: of its environment."""
    if not (ROOT / "seamline/web/static/index.html").exists():
        pytest.fail("the screens are not built: make ui")
    log = folder.with_suffix(".txt")
    words = [sys.executable, "-m", "seamline", "demo", "--dir", str(folder), "--no-browser"]
    with log.open("w") as output:
        running = subprocess.Popen(
            [*words, "--port", str(free_ports(4)[0])],
            cwd=ROOT,
            env=os.environ | more,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START
        while "\nready" not in (said := log.read_text()):
            if running.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the demonstration did not start:\n{said}")
            time.sleep(0.2)
        yield Demo(json.loads((folder / "demo.json").read_text())["nodes"], folder)
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = executable()
    if path is None:
        pytest.fail(HOW_TO_GET_ONE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield started
        started.close()


# One demonstration and one browser for all tests of this folder, no longer than these: Playwright keeps an
# event loop running in the thread of the tests, and others that the same worker runs start their own.
_SHARED = ExitStack()
_MADE: dict[str, Any] = {}


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    if "demo" not in _MADE:
        folder = tmp_path_factory.mktemp("browser") / "demo"
        _MADE["demo"] = _SHARED.enter_context(demonstration(folder))
    made: Demo = _MADE["demo"]
    return made


@pytest.fixture
def browser() -> Browser:
    if "browser" not in _MADE:
        _MADE["browser"] = _SHARED.enter_context(_chromium())
    made: Browser = _MADE["browser"]
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        yield
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            _MADE.clear()
            _SHARED.close()


@dataclass
class Screens:
    """Opens screens, and remembers what no screen may do: ask elsewhere, complain, break."""

    demo: Demo
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # Status codes that a test provokes: the browser writes each refused request to its console.
    provoked: set[int] = field(default_factory=set)
    # A test that takes the signal away: the browser writes down each request that went nowhere.
    offline: bool = False

    def open(
        self,
        node: str,
        role: str = "",
        *,
        lang: str = "en",
        size: tuple[int, int] = (1280, 800),
        chart: bool = False,
        home: bool = False,
        worker: bool = False,
        still: bool = False,
        at: datetime | None = None,
    ) -> Page:
        """A new browser profile at a node; signed in with one click if a role is named, then at the records.

        home: stays where an officer starts.
        worker: with what opens the screens where there is no signal, which fetches all it needs for that.
        chart: with the map, which takes a processor seconds to draw; else as on a screen without WebGL2.
        still: with the picture that the node draws for such a screen; else a blank one stands for it.
        at: what the clock of this machine says, and goes on saying.
        """
        view = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(
            viewport=view,  # type: ignore[arg-type] # a literal
            reduced_motion="reduce",
            service_workers="allow" if worker else "block",
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if at is not None:
            context.clock.set_fixed_time(at)
        held = "'seamline.lang'"
        context.add_init_script(f"localStorage.getItem({held}) ?? localStorage.setItem({held}, '{lang}')")
        if not chart:
            context.add_init_script(NO_WEBGL)
        if not still:
            context.route(STILL, lambda route: route.fulfill(body=png(), content_type="image/png"))
        page = context.new_page()
        self._watch(page, urlsplit(self.demo.url(node)).netloc)
        page.goto(self.demo.url(node))
        if role:
            page.locator(f"button[data-role='{role}']").click()
            expect(page.locator(".live[data-state=connected]")).to_be_attached()
            if not home:
                page.goto(page.url.split("#")[0] + "#/records")
        return page

    def _watch(self, page: Page, own: str) -> None:
        def asked(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("blob", "data") and parts.netloc != own:
                self.faults.append(f"asked for {url}")

        def said(kind: str, text: str) -> None:
            expected = any(f"status of {code} " in text for code in self.provoked)
            expected |= self.offline and "net::ERR_" in text
            expected |= "Service Worker registration blocked" in text
            if kind in ("error", "warning") and not expected and "GPU stall" not in text:
                self.faults.append(f"console: {text}")

        page.on("request", lambda r: asked(r.url))
        page.on("console", lambda m: said(m.type, m.text))
        page.on("pageerror", lambda e: self.faults.append(f"broke: {e}"))


@pytest.fixture
def screens(demo: Demo, browser: Browser) -> Iterator[Screens]:
    opened = Screens(demo, browser)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.faults == []


expect.set_options(timeout=PATIENCE)
