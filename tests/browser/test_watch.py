"""Watched ground: drawn, undone, saved, endorsed by both sides; only then are its gaps looked for."""

from __future__ import annotations

import math
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo, Screens

DRAWN = "() => document.querySelector('canvas.maplibregl-canvas')?.width > 300"
NAME = "Ford below the weir"


def corners(page: Page) -> Locator:
    return page.locator(".layer .corner")


def begin(page: Page) -> Locator:
    page.goto(page.url.split("#")[0] + "#/new/watch")
    page.wait_for_function(DRAWN)
    page.get_by_role("button", name="On the map").click()
    return page.locator("canvas.maplibregl-canvas")


def marks(value: Any) -> list[tuple[int, int]]:
    """Every position of a geometry's coordinates."""
    if isinstance(value, list) and value and isinstance(value[0], int):
        return [(value[0], value[1])]
    return [found for part in value for found in marks(part)] if isinstance(value, list) else []


def lonely(demo: Demo) -> str:
    """The grid reference of the position on the map that is farthest from all others."""
    items = demo.call("erbil", "planner", "GET", "records?limit=500")["items"]
    places = [one["body"]["place"] for one in items if "place" in one["body"]]
    every = {mark for place in places for mark in marks(place["geometry"]["coordinates"])}
    points = {tuple(p["geometry"]["coordinates"]): p for p in places if p["geometry"]["type"] == "Point"}
    away = {at: min(math.dist(at, other) for other in every if other != at) for at in points}
    return str(points[max(away, key=away.__getitem__)]["mgrs"])


def centre(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def is_caught(page: Page, ground: Locator, grid: str) -> None:
    """Typed, a corner stands where that record is; pressed near it, it does too, and else where pressed."""
    page.locator(".place details summary").click()
    typed = page.locator(".place details input")
    typed.fill(grid)
    typed.press("Enter")
    here = centre(corners(page).last)
    page.get_by_role("button", name="Undo", exact=True).click()
    around = ground.bounding_box()
    assert around
    for off, stands in ((6, 0), (40, 40)):
        ground.click(position={"x": here[0] - around["x"] + off, "y": here[1] - around["y"]})
        expect(corners(page)).to_have_count(4)
        assert math.dist(centre(corners(page).last), (here[0] + stands, here[1])) <= 1.5
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(corners(page)).to_have_count(3)


def test_an_area_is_drawn_moved_and_undone(screens: Screens, demo: Demo) -> None:
    page = screens.open("erbil", "planner", chart=True)
    ground = begin(page)
    for x, y in ((120, 260), (260, 260), (260, 380)):
        ground.click(position={"x": x, "y": y})
    expect(corners(page)).to_have_count(3)
    expect(page.locator(".place .state")).to_contain_text("Corners set: 3")
    expect(page.get_by_role("toolbar", name="Drawing")).to_contain_text("km²")
    is_caught(page, ground, lonely(demo))
    box = corners(page).nth(1).bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] - 40, steps=6)
    page.mouse.up()
    moved = corners(page).nth(1).bounding_box()
    assert moved
    assert abs(moved["x"] - box["x"] - 30) <= 2
    assert abs(moved["y"] - box["y"] + 40) <= 2
    # One undo takes the whole drag back; keys move and remove; between two corners a new one begins.
    page.get_by_role("button", name="Undo", exact=True).click()
    back = corners(page).nth(1).bounding_box()
    assert back
    assert abs(back["x"] - box["x"]) <= 1
    corners(page).nth(2).focus()
    page.keyboard.press("ArrowDown")
    lower = corners(page).nth(2).bounding_box()
    assert lower
    page.keyboard.press("ArrowDown")
    expect(corners(page).nth(2)).to_be_focused()
    still_lower = corners(page).nth(2).bounding_box()
    assert still_lower
    assert still_lower["y"] > lower["y"]
    page.locator(".layer .middle").first.click()
    expect(corners(page)).to_have_count(4)
    page.keyboard.press("Delete")
    expect(corners(page)).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(corners(page)).to_have_count(4)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="On the map")).to_be_visible()


def test_drawn_saved_endorsed_by_both_and_only_then_a_gap(screens: Screens) -> None:
    page = screens.open("kirkuk", "ksf.planner")
    page.goto(page.url.split("#")[0] + "#/watch")
    page.get_by_role("link", name="Draw one").click()
    expect(page.get_by_text("only once it is in force")).to_be_visible()
    page.get_by_role("radio", name="KSF ISF").check(force=True)
    page.locator("#f-name").fill(NAME)
    # By grid reference: all that the map takes, without the map.
    page.locator("summary", has_text="Corners").click()
    for grid in ("38SME10003000", "38SME14003000", "38SME14003300"):
        page.locator("#f-place-corner").fill(grid)
        page.keyboard.press("Enter")
    expect(page.locator(".place .state").first).to_contain_text("Corners set: 3")
    page.get_by_role("button", name="Day after").first.click()
    page.get_by_role("button", name="12 h").click()
    page.locator("#f-weight").fill("70")
    expect(page.locator("button.save")).to_contain_text(re.compile("KSF.*ISF"))
    page.locator("button.save").click()
    expect(page.locator("main article")).to_contain_text("Not endorsed")
    expect(page.locator("main")).to_contain_text(
        "Neither drawn nor used before all of these have endorsed it."
    )
    link = page.url
    page.goto(link.split("#")[0] + "#/gaps")
    expect(page.locator("aside tr.row").first).to_be_visible()
    expect(page.locator("aside tr.row", has_text=NAME)).to_have_count(0)

    endorse(screens, "ksf.signatory", "Partly endorsed")
    endorse(screens, "isf.signatory", "In force")
    page.goto(link.split("#")[0] + "#/gaps")
    row = page.locator("aside tr.row", has_text=NAME)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("70")


def endorse(screens: Screens, role: str, then: str) -> None:
    """From what waits for a signatory to his signature."""
    page = screens.open("kirkuk", role, home=True)
    page.locator("aside a.row", has_text=NAME).click()
    page.get_by_role("button", name="Endorse").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(NAME)
    # Nothing is signed before he says, now, that he has read it.
    expect(dialog.get_by_role("button", name="Endorse")).to_be_disabled()
    dialog.get_by_label("I have read this text").check()
    dialog.get_by_role("button", name="Endorse").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("main article")).to_contain_text(then)
    expect(page.get_by_role("button", name="Endorse")).to_have_count(0)


def test_a_suggestion_is_taken_into_the_form_or_rejected(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil", "planner")
    lists = len(demo.call("erbil", "planner", "GET", "records?kind=watch")["items"])
    page.goto(page.url.split("#")[0] + "#/watch")
    page.get_by_label("Ground").select_option(index=1)
    page.get_by_role("button", name="Suggest").click()
    found = page.locator("ol > li", has=page.get_by_role("button", name="Take and edit"))
    expect(found.first).to_contain_text("past incident")
    expect(page.locator(".basis")).to_contain_text("bandwidth 10 km")
    # The reasons that only indicate, or are only drawn roughly, say so.
    expect(page.locator("ol em", has_text="indicative").first).to_be_visible()
    expect(page.locator("ol em", has_text="schematic").first).to_be_visible()
    count = found.count()
    found.first.get_by_role("button", name="Reject").click()
    expect(found).to_have_count(count - 1)
    expect(page.get_by_text("Rejected here: 1.")).to_be_visible()
    slider = page.get_by_label("Reach of an incident")
    slider.fill("20000")
    expect(page.locator(".basis")).to_contain_text("bandwidth 20 km")
    weight = found.first.locator(".weight").inner_text()
    found.first.get_by_role("button", name="Take and edit").click()
    expect(page.locator("#f-weight")).to_have_value(weight)
    expect(page.locator("#f-name")).not_to_have_value("")
    expect(page.locator(".place .state").first).to_contain_text("Corners set: ")
    assert len(demo.call("erbil", "planner", "GET", "records?kind=watch")["items"]) == lists
