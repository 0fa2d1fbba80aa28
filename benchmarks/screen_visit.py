"""Opening the screens: bytes over the wire and seconds, on loopback and on a line of 400 kbit/s and 400 ms.

A browser that was never here opens the records, signs in with one click and waits for the first row, and
beside it for the map to be usable (ground, names and signs drawn, and it can be moved: the node's picture, or
the living map if that is first), then for the living map, then for its relief; then the same browser comes
again. Every byte between browser and node is counted, headers and answers of the API too. Targets: list
120 kB, map 550 kB, 15 s; again 10 kB and 2 s.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks._screen import DESK, PHONE, chromium, drawn, exercise, machine, profile
from benchmarks._screen_line import Line, line

RATE, DELAY_S = 400_000, 0.4
ROUNDS = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "3"))


# The page says itself when something stood there: who looks from outside looks a tenth of a second later, and
# on a line of 400 kbit/s that is five thousand bytes of what comes next.
WATCH = """new MutationObserver(() => {
  const there = (name, what) => {
    if (!window[name] && document.querySelector(what)) window[name] = Date.now() };
  there('signAt', "button[data-role='watch']");
  there('rowAt', '.rows a.row');
  there('mapAt', '.map[data-usable=true], .still canvas[data-taken]');
  there('liveAt', '.map[data-usable=true]');
  if (window.liveAt) there('allAt', '.map[aria-busy=false]');
}).observe(document, { childList: true, subtree: true, attributes: true })"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds and bytes from the node until something was there."""

    what: str
    seconds: float
    down: int
    up: int
    connections: int


def main() -> None:
    """Print a row for each visit: the worst of the rounds."""
    print(f"{machine()}; down and up in kB, worst of {ROUNDS}")
    with exercise() as nodes, chromium() as browser:
        for rate, delay in ((None, 0.0), (RATE, DELAY_S)):
            label = "loopback" if rate is None else f"{rate // 1000} kbit/s, {delay * 1000:.0f} ms"
            for shape, size in (("phone", PHONE), ("desk", DESK)):
                rounds = []
                for _ in range(ROUNDS):
                    with line(nodes.url("erbil"), rate, delay) as thin:
                        rounds.append(_visits(browser, thin, size))
                for found in zip(*rounds, strict=True):
                    _tell(f"{label:22} {shape:6}", found)


def _tell(label: str, found: tuple[Visit, ...]) -> None:
    slow, wide = max(v.seconds for v in found), max(found, key=lambda v: v.down)
    print(
        f"{label} {found[0].what:22} {slow:6.2f} s  {wide.down / 1000:7.1f} down {wide.up / 1000:6.1f} up, "
        f"{wide.connections} connections",
        flush=True,
    )


def _visits(browser: Browser, thin: Line, size: tuple[int, int]) -> list[Visit]:
    context = profile(browser, size, worker=True)
    context.add_init_script(WATCH)
    try:
        found = _first(context, thin, size)
        _quiet(thin)
        return [*found, *_again(context, thin, size)]
    finally:
        context.close()


def _first(context: BrowserContext, thin: Line, size: tuple[int, int]) -> list[Visit]:
    page = context.new_page()
    start = time.time()
    page.goto(thin.url + "/#/records", wait_until="commit")
    watch = page.locator("button[data-role='watch']")
    expect(watch).to_be_visible()
    watch.click()
    expect(page.locator(".rows a.row").first).to_be_visible()
    found = [
        _at(page, "to sign in", "signAt", thin, start),
        _at(page, "list, first visit", "rowAt", thin, start),
    ]
    if size == DESK:
        drawn(page)
        found.append(_at(page, "map, first visit", "mapAt", thin, start))
        found.append(_at(page, "living map, first", "liveAt", thin, start))
        found.append(_at(page, "with relief, first", "allAt", thin, start))
    _quiet(thin)
    found.append(Visit("at rest after it", time.time() - start, thin.down, thin.up, thin.connections))
    page.close()
    return found


def _again(context: BrowserContext, thin: Line, size: tuple[int, int]) -> list[Visit]:
    page = context.new_page()
    start = time.time()
    page.goto(thin.url + "/#/records", wait_until="commit")
    expect(page.locator(".rows a.row").first).to_be_visible()
    found = [_at(page, "list, second visit", "rowAt", thin, start)]
    if size == DESK:
        drawn(page)
        found.append(_at(page, "map, second visit", "mapAt", thin, start))
        found.append(_at(page, "living map, second", "liveAt", thin, start))
    page.close()
    return found


def _at(page: Page, what: str, name: str, thin: Line, start: float) -> Visit:
    """From the start of the visit until the page said that it was there."""
    at = page.evaluate("name => window[name]", name) / 1000
    return Visit(what, at - start, thin.by(at) - thin.by(start), thin.up, thin.connections)


def _quiet(thin: Line) -> None:
    """Until nothing of size has come for two seconds; live events and links go on saying a little."""
    held = -1
    while thin.down - held > 3_000:
        held = thin.down
        time.sleep(2)


if __name__ == "__main__":
    main()
