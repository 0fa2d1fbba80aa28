"""A night at the screen: memory after eight hours of live events, and what an idle screen takes of a core.

Eight hours are played in minutes: so many new incidents, revisions and notes as EVENTS says, each said at
the other node and seen here, with garbage collected before each look at the heap. Target: flat within 10 %
once the records themselves, which the list holds, are taken off by a second page that reads them afresh.
Idle: list, map and wall for a minute each, once nobody has touched them for a minute, processor
time of all of the browser's processes. Target: less than 2 % of a core.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, CDPSession, Page

from benchmarks._screen import DESK, PHONE, Exercise, chromium, drawn, exercise, machine, profile, sign_in
from benchmarks.screen_event import BEGAN, _incident

EVENTS = int(os.environ.get("SEAMLINE_BENCH_EVENTS", "960"))
NEW_EVERY = 4
LULL_S, IDLE_S = 65, 60
LOOKS = 8
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print memory along the night, then the idle screens."""
    print(machine())
    with exercise() as nodes, chromium() as browser:
        _idle(nodes, browser)
        _night(nodes, browser)


def _night(nodes: Exercise, browser: Browser) -> None:
    page = _open(nodes, browser, "records")
    measured = page.context.new_cdp_session(page)
    print(f"{EVENTS} events, one of {NEW_EVERY} a new incident, the others revisions of it")
    first = _look(measured, 0)
    with httpx2.Client(
        base_url=nodes.url("erbil"),
        headers={"authorization": f"Bearer {nodes.nodes['erbil']['tokens']['release']}"},
        trust_env=False, timeout=60,
    ) as client:  # fmt: skip
        item: dict[str, Any] = {}
        for n in range(EVENTS):
            item = _say(client, n, item)
            if (n + 1) % (EVENTS // LOOKS) == 0:
                page.wait_for_timeout(3_000)
                last = _look(measured, n + 1)
    fresh = _open(nodes, browser, "records")
    held = _look(fresh.context.new_cdp_session(fresh), EVENTS, "a fresh page")
    for name in first:
        print(
            f"{name}: {last[name] / first[name]:.2f} x the start,"
            f" {last[name] / held[name]:.2f} x a fresh page with the same records"
        )


def _say(client: httpx2.Client, n: int, item: dict[str, Any]) -> dict[str, Any]:
    said = _incident(BEGAN + n)
    if n % NEW_EVERY == 0 or not item:
        reply = client.post("/api/records", json=said)
    else:
        body = {**item["body"], "summary": f"benchmark {n}, revised"}
        reply = client.post(f"/api/records/{item['id']}/revise", json={"rev": item["rev"], "body": body})
    reply.raise_for_status()
    found: dict[str, Any] = reply.json()
    return found


def _look(measured: CDPSession, n: int, what: str = "") -> dict[str, float]:
    """Heap in MB, nodes and listeners of the page, after garbage was collected."""
    measured.send("HeapProfiler.enable")
    for _ in range(2):
        measured.send("HeapProfiler.collectGarbage")
    heap = measured.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    counted = measured.send("Memory.getDOMCounters")
    found = {"heap": heap, "nodes": counted["nodes"], "listeners": counted["jsEventListeners"]}
    label = what or f"after {n}"
    print(
        f"{label:>14}: heap {heap:6.1f} MB, {found['nodes']:6} nodes, {found['listeners']:5} listeners",
        flush=True,
    )
    return found


def _idle(nodes: Exercise, browser: Browser) -> None:
    for name, path, size in (
        ("list", "records", PHONE),
        ("list and map", "records", DESK),
        ("wall", "wall", DESK),
    ):
        page = _open(nodes, browser, path, size)
        page.wait_for_timeout(LULL_S * 1000)
        before, since = _ticks(), time.monotonic()
        page.wait_for_timeout(IDLE_S * 1000)
        took, passed = (_ticks() - before) / TICK, time.monotonic() - since
        print(f"idle, {name:14} {100 * took / passed:5.2f} % of a core over {passed:.0f} s", flush=True)
        page.context.close()


def _open(nodes: Exercise, browser: Browser, path: str, size: tuple[int, int] = DESK) -> Page:
    page = profile(browser, size).new_page()
    sign_in(page, nodes.url("baghdad"), "watch", path)
    if size == DESK and path == "records":
        drawn(page)
    return page


def _ticks() -> int:
    """Processor time of all processes of the browser that this program started, in clock ticks."""
    ours, total = {os.getpid()}, 0
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            stats[int(path.parent.name)] = path.read_text().rsplit(")", 1)
    for _ in range(8):
        ours |= {pid for pid, (_, rest) in stats.items() if int(rest.split()[1]) in ours}
    for pid in ours - {os.getpid()}:
        name, rest = stats[pid]
        if "chrom" in name:
            total += sum(int(n) for n in rest.split()[11:13])
    return total


if __name__ == "__main__":
    main()
