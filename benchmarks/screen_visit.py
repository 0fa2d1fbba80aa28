"""Opening the screens: bytes over the wire and seconds, on loopback and on a line of 400 kbit/s and 400 ms.

A browser that was never here opens the records, signs in with one click and waits for the first row, and
beside it for the map to be usable (ground, names and signs drawn, and it can be moved), then for its relief;
then the same browser comes again. Every byte
between browser and node is counted, headers and answers of the API too. Targets: list 120 kB, map 550 kB,
15 s; again 10 kB and 2 s.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, expect

from benchmarks._screen import DESK, PHONE, chromium, drawn, exercise, machine, profile
from benchmarks._screen_line import Line, line

RATE, DELAY_S = 400_000, 0.4
ROUNDS = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "3"))


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
    try:
        found = _first(context, thin, size)
        _quiet(thin)
        return [*found, *_again(context, thin, size)]
    finally:
        context.close()


def _first(context: BrowserContext, thin: Line, size: tuple[int, int]) -> list[Visit]:
    page = context.new_page()
    start = time.monotonic()
    page.goto(thin.url + "/#/records", wait_until="commit")
    watch = page.locator("button[data-role='watch']")
    expect(watch).to_be_visible()
    found = [_now("to sign in", start, thin, 0, 0)]
    watch.click()
    expect(page.locator(".rows a.row").first).to_be_visible()
    found.append(_now("list, first visit", start, thin, 0, 0))
    if size == DESK:
        expect(page.locator(".map[data-usable=true]")).to_be_attached()
        found.append(_now("map, first visit", start, thin, 0, 0))
        drawn(page)
        found.append(_now("map with relief, first", start, thin, 0, 0))
    _quiet(thin)
    found.append(_now("at rest after it", start, thin, 0, 0))
    page.close()
    return found


def _again(context: BrowserContext, thin: Line, size: tuple[int, int]) -> list[Visit]:
    page = context.new_page()
    start, down, up = time.monotonic(), thin.down, thin.up
    page.goto(thin.url + "/#/records", wait_until="commit")
    expect(page.locator(".rows a.row").first).to_be_visible()
    found = [_now("list, second visit", start, thin, down, up)]
    if size == DESK:
        expect(page.locator(".map[data-usable=true]")).to_be_attached()
        found.append(_now("map, second visit", start, thin, down, up))
    page.close()
    return found


def _now(what: str, start: float, thin: Line, down: int, up: int) -> Visit:
    return Visit(what, time.monotonic() - start, thin.down - down, thin.up - up, thin.connections)


def _quiet(thin: Line) -> None:
    """Until nothing of size has come for two seconds; live events and links go on saying a little."""
    held = -1
    while thin.down - held > 3_000:
        held = thin.down
        time.sleep(2)


if __name__ == "__main__":
    main()
