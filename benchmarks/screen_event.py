"""From a POST at one node to what an officer sees at another: the row in his list, and its sign on his map.

The floor is a bare page that reads server-sent events from a bare relay and writes each text into a list,
in the same browser, turn by turn with the screen. A page says when it wrote by a MutationObserver and the
frame after it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from benchmarks._screen import DESK, Exercise, chromium, drawn, exercise, machine, profile, sign_in
from benchmarks.relay import RELAY

RUNS, WARM = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "40")), 4
RELAY_PORT = int(os.environ.get("SEAMLINE_BENCH_PORT", "18900")) + 60
CHANNEL = "isf+ksf"
BEGAN = int(time.time()) % 1_000_000 * 1_000
"""So that what an earlier run said is not taken for this one's."""
PAGE = """<!doctype html><meta charset=utf-8><title>bare</title><ol class=rows></ol><script>
new EventSource('/events').onmessage = (e) => {
  const li = document.createElement('li'); li.textContent = JSON.parse(e.data).text;
  document.querySelector('ol').prepend(li) }</script>"""
WATCH = """() => {
  window.cameAt = new Map();
  const note = (text) => requestAnimationFrame(() => setTimeout(() => {
    const n = /benchmark (\\d+)/.exec(text)?.[1];
    if (n && !cameAt.has(n)) cameAt.set(n, performance.timeOrigin + performance.now()) }));
  const rows = (all) => all.forEach((one) => one.addedNodes.forEach((node) => note(node.textContent ?? '')));
  new MutationObserver(rows).observe(document.querySelector('.rows'), { childList: true, subtree: true });
  const map = document.querySelector('.map[role=region]');
  window.restAt = 0;
  const rest = () => { if (map.ariaBusy === 'false') restAt = performance.timeOrigin + performance.now() };
  if (map) new MutationObserver(rest).observe(map, { attributes: true });
}"""


def main() -> None:
    """Print both rows and the ratio."""
    print(f"{machine()}; {RUNS} runs each, turn by turn; ms from the start of the POST")
    words = [sys.executable, "-c", RELAY, str(RELAY_PORT), "-"]
    relay = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        with exercise() as nodes, chromium() as browser:
            context = profile(browser, DESK)
            screen, bare = context.new_page(), context.new_page()
            sign_in(screen, nodes.url("baghdad"), "watch")
            drawn(screen)
            _open_bare(bare)
            for page in (screen, bare):
                page.evaluate(WATCH)
            _tell(_measure(nodes, screen, bare))
    finally:
        relay.terminate()
        relay.wait()


def _open_bare(page: Page) -> None:
    url = f"http://127.0.0.1:{RELAY_PORT}"
    page.route(url + "/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(url + "/")
    expect(page.locator("ol")).to_be_attached()
    time.sleep(1)


def _measure(nodes: Exercise, screen: Page, bare: Page) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"row": [], "sign": [], "bare": []}
    post = nodes.url("erbil") + "/api/records"
    token = {"authorization": f"Bearer {nodes.nodes['erbil']['tokens']['release']}"}
    with httpx2.Client(trust_env=False, timeout=60) as client:
        for n in range(RUNS + WARM):
            start = time.time() * 1000
            client.post(post, json=_incident(BEGAN + n), headers=token).raise_for_status()
            row = _came(screen, BEGAN + n) - start
            sign = _rested(screen, start + row) - start
            start = time.time() * 1000
            client.post(f"http://127.0.0.1:{RELAY_PORT}/", content=b'{"text": "benchmark %d"}' % n)
            if n >= WARM:
                found["bare"].append(_came(bare, n) - start)
                found["row"].append(row)
                found["sign"].append(sign)
    return found


def _came(page: Page, n: int) -> float:
    return _until(page, "n => cameAt.get(n) ?? 0", str(n))


def _rested(page: Page, row: float) -> float:
    """When the map was next at rest after the row stood there, or just before it."""
    return _until(page, "row => restAt > row - 50 ? restAt : 0", row)


def _until(page: Page, asked: str, arg: Any) -> float:
    """What the page answers once that is not 0; asked from outside, since its policy allows no eval."""
    deadline = time.monotonic() + 120
    while not (found := float(page.evaluate(asked, arg))):
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing came: {asked}")
        page.wait_for_timeout(30)
    return found


def _incident(n: int) -> dict[str, Any]:
    at = time.time_ns() // 1_000_000 - 60_000
    where = [441_000_000 + n % 1_000 * 40_000, 354_000_000 + n % 1_000 * 20_000]
    return {
        "kind": "incident",
        "channel": CHANNEL,
        "body": {
            "type": "fire_exchange",
            "occurred": {"start": at, "end": at + 1_000},
            "place": {"geometry": {"type": "Point", "coordinates": where}, "accuracy_m": 100},
            "summary": f"benchmark {n}",
            "synthetic": True,
        },
    }


def _tell(found: dict[str, list[float]]) -> None:
    names = {"row": "row in the list", "sign": "sign on the map at rest", "bare": "bare page, one hop"}
    for key, name in names.items():
        spread = statistics.quantiles(found[key], n=20)
        print(f"{name:24} p50 {spread[9]:7.0f}  p95 {spread[18]:7.0f}  worst {max(found[key]):7.0f}")
    ratio = statistics.quantiles(found["row"], n=20)[18] / statistics.quantiles(found["bare"], n=20)[18]
    print(f"row, p95: {ratio:.1f} x the bare page, which signs, stores and sends on nothing")


if __name__ == "__main__":
    main()
