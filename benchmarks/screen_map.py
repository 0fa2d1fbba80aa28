"""10,000 signs and 24,000 cells: data to idle and frame times of a drag, beside a bare MapLibre page with
the same.

The signs are incidents imported from a list, the cells an imported layer of hexagons; both pages are of one
size, look at the same ground and are dragged by turns with the same movements. Once with all reference
layers off, as the bare page has none, and once as the map opens, with relief, rivers, roads and names.
Target: at most 1.5 times the bare page.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
import urllib.parse
import urllib.request
from typing import Any

from playwright.sync_api import Browser, Page, expect

from benchmarks._screen import DESK, Exercise, chromium, drawn, exercise, machine, profile, sign_in
from benchmarks._screen_bare import bare

SIGNS = int(os.environ.get("SEAMLINE_BENCH_SIGNS", "10000"))
CELLS = int(os.environ.get("SEAMLINE_BENCH_CELLS", "24000"))
HALF = 12_000
ROUNDS = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "4"))
BOUNDS = [43.0, 34.6, 45.4, 36.3]
VIEW = ",".join(map(str, BOUNDS))
OFF = [
    "relief",
    "lakes",
    "rivers",
    "waterways",
    "roads",
    "borders",
    "districts",
    "places",
    "villages",
    "line",
    "corridor",
]
RECORD = """() => { window.steps = []; let last = performance.now(); window.going = true;
  const step = (now) => { steps.push(now - last); last = now; if (going) requestAnimationFrame(step) };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(step) }) }"""
LAST = """() => Math.max(0, ...performance.getEntriesByType('resource')
  .filter((e) => e.name.includes('/api/records')).map((e) => e.responseEnd))"""


def main() -> None:
    """Print both pages and their ratios, without and with the ground."""
    with exercise() as nodes, chromium() as browser:
        signs, cells = _data(nodes)
        print(f"{machine()}; {len(signs['features'])} signs, {len(cells['features'])} cells")
        with bare(signs, cells, BOUNDS) as url:
            for label, off in (("no ground on either", OFF), ("ground on ours", [])):
                _compare(nodes, browser, url, label, off)


def _compare(nodes: Exercise, browser: Browser, url: str, label: str, off: list[str]) -> None:
    ours = profile(browser, DESK).new_page()
    held = json.dumps(json.dumps(off))
    ours.add_init_script(f"localStorage.setItem('seamline.layers', {held})")
    sign_in(ours, nodes.url("erbil"), "watch", f"records?view={VIEW}")
    # Both maps are of one size: beside ours stands a list.
    room = ours.locator(".map[role=region]").bounding_box()
    assert room
    theirs = profile(browser, (round(room["width"]), round(room["height"]))).new_page()
    idle = {"ours": list[float](), "bare": list[float]()}
    frames = {"ours": list[float](), "bare": list[float]()}
    for _ in range(ROUNDS):
        for name, page in (("ours", ours), ("bare", theirs)):
            page.bring_to_front()
            idle[name].append(_to_idle(page, url if name == "bare" else ""))
            frames[name] += _drag(page)
    print(label)
    spread = {name: statistics.quantiles(times, n=20) for name, times in frames.items()}
    for name, times in idle.items():
        print(
            f"  {name:5} data to idle median {statistics.median(times):6.0f} ms, worst {max(times):6.0f};"
            f" frames of a drag p50 {spread[name][9]:5.0f}, p95 {spread[name][18]:5.0f},"
            f" worst {max(frames[name]):5.0f} ms ({len(frames[name])})"
        )
    ratios = [
        statistics.median(idle["ours"]) / statistics.median(idle["bare"]),
        *(spread["ours"][at] / spread["bare"][at] for at in (9, 18)),
    ]
    print(
        f"  ours : bare {ratios[0]:.2f} x data to idle, {ratios[1]:.2f} x p50, {ratios[2]:.2f} x p95",
        flush=True,
    )
    for page in (ours, theirs):
        page.context.close()


def _to_idle(page: Page, url: str) -> float:
    """ms from the last of the data to the map at rest."""
    if url:
        page.goto(url)
        drawn(page)
    else:
        page.reload()
        expect(page.get_by_text(f"Shown: {SIGNS}").or_(page.get_by_text("Shown: 10")).first).to_be_attached()
        drawn(page)
    rest = page.evaluate("performance.now()")
    return float(rest - page.evaluate("window.dataAt" if url else LAST))


def _drag(page: Page) -> list[float]:
    box = page.locator(".map[role=region]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(RECORD)
    for n in range(24):
        page.mouse.move(x + 12 * (n + 1 if n < 12 else 24 - n), y + 6 * (n % 8))
    page.evaluate("() => { window.going = false }")
    steps: list[float] = page.evaluate("steps")
    page.mouse.up()
    drawn(page)
    return steps


# ---------------------------------------------------------------- the data


def _data(nodes: Exercise) -> tuple[Any, Any]:
    """Imports what is not there yet; the same as GeoJSON."""
    dice = random.Random(8)
    rows = [
        (n, round(dice.uniform(BOUNDS[1], BOUNDS[3]), 5), round(dice.uniform(BOUNDS[0], BOUNDS[2]), 5))
        for n in range(SIGNS)
    ]
    table = "id,summary,date,lat,lon\n" + "".join(
        f"{n},Benchmark {n},2026-11-{1 + n % 20:02d},{lat},{lon}\n" for n, lat, lon in rows
    )
    _bring(nodes, {"kind": "incident", "source": "benchmark"}, table.encode())
    cells = [_hexagon(n, dice) for n in range(CELLS)]
    for part in range(0, CELLS, HALF):
        asked = {"kind": "layer", "source": f"cells {part}", "attribution": "synthetic", "licence": "CC0-1.0"}
        data = {"type": "FeatureCollection", "features": cells[part : part + HALF]}
        _bring(nodes, asked, json.dumps(data).encode())
    signs = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"image": f"{n % 200}"},
        }
        for n, lat, lon in rows
    ]
    return {"type": "FeatureCollection", "features": signs}, {"type": "FeatureCollection", "features": cells}


def _hexagon(n: int, dice: random.Random) -> Any:
    wide = 0.0065
    x = BOUNDS[0] + (n % 184) * wide * 2
    y = BOUNDS[1] + (n // 184) * wide * 2
    turns = ((1, 0), (0.5, 0.8), (-0.5, 0.8), (-1, 0), (-0.5, -0.8), (0.5, -0.8), (1, 0))
    ring = [[round(x + wide * a, 6), round(y + wide * b, 6)] for a, b in turns]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"name": f"c{n}"},
    }


def _bring(nodes: Exercise, asked: dict[str, str], body: bytes) -> None:
    """An import, until it is done."""
    query = urllib.parse.urlencode({**asked, "dry_run": "false"})
    token = nodes.nodes["erbil"]["tokens"]["watch"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(
        f"{nodes.url('erbil')}/api/imports?{query}", body, headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=120) as reply:
        told = json.load(reply)
    while told["state"] == "running":
        time.sleep(0.5)
        told = nodes.call("erbil", "watch", "GET", f"imports/{told['id']}")
    if told["state"] != "done":
        raise SystemExit(f"the import failed: {told}")


if __name__ == "__main__":
    main()
