"""The map: the time looked at, the legend that counts and switches, a still picture without WebGL2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from scripts.browser import executable
from tests.browser.conftest import Demo, Screens

SQUARE = [[438000000, 352000000], [442000000, 352000000], [442000000, 354000000], [438000000, 352000000]]
NO_GRAPHICS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--disable-sync"]


@pytest.fixture
def bare(demo: Demo, browser: Browser) -> Iterator[Screens]:
    """Screens of a browser that has no WebGL at all."""
    path = executable()
    assert path is not None
    started = browser.browser_type.launch(executable_path=path, args=NO_GRAPHICS)
    opened = Screens(demo, started)
    yield opened
    started.close()
    assert opened.faults == []


def shown(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^Shown: \d+$")).inner_text().split()[-1])


def chosen(page: Page) -> tuple[str, str]:
    """The span that the handles show, once the address says the same: it follows when the hand rests."""
    ends = [page.locator(f".handle.{end}").get_attribute("aria-valuenow") for end in ("start", "end")]
    said = [f"{datetime.fromtimestamp(float(ms or 0) / 1000, UTC):%Y-%m-%dT%H:%MZ}" for ms in ends]
    expect(page).to_have_url(re.compile("/".join(said) + "$"))
    return said[0], said[1]


def along(page: Page, share: float) -> tuple[float, float]:
    """A position on the ruler, that share of it from its left end."""
    box = page.locator(".track").bounding_box()
    assert box
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def counted(page: Page, id: str) -> Any:
    return page.locator(f".sheet [data-id='{id}'] b")


def test_a_time_is_chosen_by_keys_kept_in_the_address_and_one_with_the_filter(screens: Screens) -> None:
    page = screens.open("erbil", "watch")
    page.goto(page.url.split("#")[0] + "#/records")
    expect(page.locator("a.row").first).to_be_visible()
    everything = shown(page)
    slider = page.get_by_role("slider", name="Moment or span")
    slider.focus()
    page.keyboard.press("PageUp")
    start, end = chosen(page)
    assert slider.get_attribute("aria-valuetext") is not None
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"UTC \d{6}Z [A-Z]{3} \d\d$"))
    assert 0 < shown(page) < everything
    page.get_by_role("slider", name="To").focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(f"{end}$"))
    assert chosen(page)[0] == start
    here, narrowed = page.url, shown(page)
    # A link within the page keeps the time; so does a reload, and whoever gets the address.
    page.locator("a.row").first.click()
    expect(page.locator("main article")).to_be_visible()
    assert page.url.endswith(here.split("?")[1])
    page.reload()
    expect(page.locator(".bar .words")).not_to_have_text("Any time")
    page.goto(here)
    expect(page.locator("a.row").first).to_be_visible()
    assert shown(page) == narrowed
    page.get_by_role("button", name=re.compile("^Filter")).click()
    choice = page.locator(".filters .choice select")
    expect(choice).to_have_value("span")
    expect(page.locator("#time-from")).to_be_visible()
    choice.select_option("now")
    expect(page.get_by_role("button", name="Now", exact=True)).to_have_attribute("aria-pressed", "true")
    choice.select_option("")
    expect(page.locator(".bar .words")).to_have_text("Any time")
    expect(page).not_to_have_url(re.compile("time="))
    assert shown(page) == everything


def test_clashes_and_gaps_are_those_of_the_time(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch")
    page.goto(page.url.split("#")[0] + "#/clashes")
    expect(page.get_by_text(re.compile(r"^Shown: 1 of 1$"))).to_be_visible()
    page.goto(page.url.split("#")[0] + "#/clashes?time=2026-01-01T00:00Z/2026-01-02T00:00Z")
    expect(page.get_by_text(re.compile(r"^Shown: 0 of 1$"))).to_be_visible()
    expect(page.locator("aside a.row")).to_have_count(0)
    page.goto(page.url.split("#")[0] + "#/gaps?time=")
    expect(page.get_by_text(re.compile(r"^Shown: (\d+) of \1$"))).to_be_visible()


@pytest.mark.parametrize(("node", "lang", "later"), [("erbil", "en", "right"), ("baghdad", "ar", "left")])
def test_the_ruler_runs_as_the_reader_reads(screens: Screens, node: str, lang: str, later: str) -> None:
    page = screens.open(node, "watch", lang=lang)
    page.goto(page.url.split("#")[0] + "#/records")
    page.mouse.click(*along(page, 0.2))
    near_left = chosen(page)
    page.mouse.click(*along(page, 0.8))
    expect(page).not_to_have_url(re.compile(near_left[0]))
    near_right = chosen(page)
    assert (near_right > near_left) == (later == "right")
    # Drawn across, a span; its far end moved by keys as by hand.
    page.mouse.move(*along(page, 0.3))
    page.mouse.down()
    page.mouse.move(*along(page, 0.6), steps=4)
    page.mouse.up()
    expect(page).not_to_have_url(re.compile(near_right[0]))
    start, end = chosen(page)
    assert end > start
    page.locator(".handle.end").focus()
    page.keyboard.press("ArrowLeft" if later == "left" else "ArrowRight")
    expect(page).not_to_have_url(re.compile(f"{end}$"))
    assert chosen(page) > (start, end)
    # On a phone the words have a line of their own, and nothing runs over the edge.
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("nav[data-under-thumb] button").nth(4).click()
    expect(page.locator(".words.set")).to_be_visible()
    fits = "bar => bar.scrollWidth <= bar.clientWidth && bar.querySelector('.words').clientHeight < 50"
    assert page.locator("section.bar").evaluate(fits)


def listed(demo: Demo, kind: str) -> list[dict[str, Any]]:
    page = demo.call("erbil", "planner", "GET", f"records?kind={kind}&limit=200")
    assert page["next"] is None
    return list(page["items"])


def reaches_what_lies_beneath(page: Page) -> None:
    """Signs lie upon one another at Dibis: pressed, all of them are named, and each can be opened."""
    base = page.url.split("#")[0]
    page = page.context.new_page()
    page.goto(base + "#/records?view=43.6,35.3,44.6,36.05")
    drawn = page.locator(".map[role=region]")
    expect(drawn).to_have_attribute("aria-busy", "false")
    box = drawn.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 12)
    beneath = page.locator("aside.card li a").nth(1)
    href = str(beneath.get_attribute("href"))
    beneath.click()
    expect(page).to_have_url(re.compile(re.escape(href)))
    expect(page.locator("aside.card")).to_have_count(0)


def test_the_legend_counts_and_switches(demo: Demo, screens: Screens) -> None:
    # Not endorsed by anybody: neither drawn nor counted.
    sector = {"name": "Not agreed", "place": {"geometry": {"type": "Polygon", "coordinates": [SQUARE]}}}
    said = demo.call(
        "erbil", "planner", "POST", "records", {"kind": "sector", "channel": "ksf", "body": sector}
    )
    assert said["state"] == "unendorsed"
    page = screens.open("erbil", "planner", chart=True)
    page.goto(page.url.split("#")[0] + "#/records")
    page.get_by_role("button", name="Layers").click()
    agreed = [r for r in listed(demo, "sector") if r["state"] == "in_force"]
    # A release is drawn once, as what it came from.
    told = listed(demo, "incident")
    held = {r["id"] for r in told}
    incidents = [
        r for r in told if "place" in r["body"] and (r["links"]["source"] or {}).get("id") not in held
    ]
    expect(counted(page, "kind:sector")).to_have_text(str(len(agreed)))
    expect(counted(page, "kind:incident")).to_have_text(str(len(incidents)))
    clashes = demo.call("erbil", "planner", "GET", "clashes")["items"]
    assert clashes
    expect(counted(page, "clashes")).to_have_text(str(len(clashes)))
    for layer in ("places", "roads", "districts"):
        expect(counted(page, layer)).to_have_text(re.compile(r"^[1-9]"))
    # Waterways are drawn from near only, the coarse rivers from afar only; and relief is a picture.
    for layer in ("waterways", "rivers"):
        expect(counted(page, layer)).to_have_text(re.compile(r"^\d"))
    expect(counted(page, "relief")).to_have_count(0)
    party = int(counted(page, "party:ksf").inner_text())
    page.locator("[data-id='kind:incident'] input").uncheck()
    own = sum(r["party"] == "ksf" for r in incidents)
    assert own
    expect(counted(page, "party:ksf")).to_have_text(str(party - own))
    page.locator("[data-id='places'] input").uncheck()
    expect(counted(page, "places")).to_have_count(0)
    with page.expect_response(re.compile("/api/layers/past_incidents$")) as reply:
        page.locator("[data-id='past_incidents'] input").check()
    assert reply.value.ok
    expect(counted(page, "past_incidents")).to_have_text(re.compile(r"^\d{3,}"))
    expect(page.locator(".credit")).to_contain_text("UCDP")
    # Relief only indicates, and says so; who made a layer, and under which licence, stands beneath each.
    expect(page.locator("[data-id='relief']")).to_contain_text("(indicative)")
    expect(page.locator("[data-id='villages']")).to_contain_text("ODbL-1.0")
    page.reload()
    page.get_by_role("button", name="Layers").click()
    expect(page.locator("[data-id='places'] input")).not_to_be_checked()
    expect(page.locator("[data-id='past_incidents'] input")).to_be_checked()
    reaches_what_lies_beneath(page)


def test_without_webgl_a_still_picture_of_the_nodes(bare: Screens) -> None:
    asked: list[dict[str, list[str]]] = []
    page = bare.open("erbil", "watch", chart=True, still=True)
    assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    expect(page.get_by_text("This browser cannot draw the map")).to_be_visible()
    picture = page.locator(".still canvas")
    expect(picture).to_have_attribute("data-taken", "")
    page.on(
        "response",
        lambda r: (
            asked.append(parse_qs(urlsplit(r.url).query)) if "/api/map.webp" in r.url and r.ok else None
        ),
    )

    def width_after(act: str) -> float:
        with page.expect_response(lambda r: "/api/map.webp" in r.url and r.ok):
            page.get_by_role("button", name=act).click()
        west, _, east, _ = map(float, asked[-1]["bbox"][0].split(","))
        return east - west

    out = width_after("Zoom out")
    assert width_after("Zoom in") == pytest.approx(out / 2, rel=0.01)
    before = asked[-1]["bbox"]
    assert width_after("East") == pytest.approx(out / 2, rel=0.01)
    assert float(asked[-1]["bbox"][0].split(",")[0]) > float(before[0].split(",")[0])
    with page.expect_response(lambda r: "/api/map.webp" in r.url and r.ok):
        page.locator(".still").focus()
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Layers").click()
    with page.expect_response(lambda r: "/api/map.webp" in r.url and r.ok):
        page.locator("[data-id='districts'] input").uncheck()
    assert "districts" not in asked[-1]["layers"][0].split(",")
    page.get_by_role("button", name="Layers").click()
    # Desks: a place is set on the picture, a record opened from it.
    page.goto(page.url.split("#")[0] + "#/new/incident")
    page.get_by_role("button", name="On the map").click()
    page.locator(".still").click(position={"x": 120, "y": 300})
    expect(page.locator("#f-place")).to_have_value(re.compile(r"^3[78][ST] "))
    page.goto(page.url.split("#")[0] + "#/records")
    page.locator("a.row").first.click()
    expect(page.locator("main article")).to_be_visible()


def looked_at(page: Page) -> list[float]:
    """The bounds of what is seen, as a link to it says them."""
    page.get_by_role("button", name="A link to this view").click()
    address = page.locator(".notice.link input").input_value()
    page.keyboard.press("Escape")
    return [float(n) for n in address.split("view=")[1].split(",")]


# What this browser says of all that it fetched so far: sixty kilobytes in two seconds.
THIN = """performance.getEntriesByType = () => [{ transferSize: 60000, duration: 2000 }]"""


def test_on_a_thin_line_a_picture_comes_first_and_the_map_goes_on_where_the_reader_is(
    screens: Screens,
) -> None:
    page = screens.open("erbil", "watch", chart=True, still=True)
    expect(page.locator(".map[data-usable=true]")).to_be_attached()
    assert page.locator(".still").count() == 0
    page.add_init_script(THIN)
    held: list[Route] = []
    # Playwright takes no builtin method as a handler.
    page.route(re.compile(r"/assets/chart-.*\.js"), lambda route: held.append(route))  # noqa: PLW0108
    page.reload()
    expect(page.locator(".still canvas")).to_have_attribute("data-taken", "")
    expect(page.locator("section.map .map")).to_have_attribute("data-usable", "false")
    with page.expect_response(lambda r: "map.webp" in r.url and r.ok):
        page.get_by_role("button", name="Zoom in").click()
    before = looked_at(page)
    for one in held:
        one.continue_()
    expect(page.locator(".map[data-usable=true]")).to_be_attached()
    expect(page.locator(".still")).to_have_count(0)
    assert looked_at(page) == pytest.approx(before, abs=1e-3)
    # And where it never comes, the picture stays.
    screens.offline = True
    page.route(re.compile(r"/assets/chart-.*\.js"), lambda route: route.abort())
    page.reload()
    expect(page.locator(".still canvas")).to_have_attribute("data-taken", "")
    expect(page.locator("section.map .map")).to_have_count(0)
