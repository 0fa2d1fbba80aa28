"""The picture as it had been said by a moment, measured, and sent to somebody else as a link."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.conftest import Screens

HOUR = 3600


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")


def seen(link: str) -> list[float]:
    """West, south, east, north of an address."""
    found = re.search(r"view=([-\d.,]+)", link)
    assert found
    return [float(n) for n in found[1].split(",")]


def test_a_view_is_replayed_measured_and_shared(screens: Screens) -> None:
    page = screens.open("erbil", "watch")
    base = page.url.split("#")[0]
    # The demonstration says all of its week when it starts: by the day before, nothing of it had been said.
    span = f"{stamp(time.time() - 72 * HOUR)}/{stamp(time.time() - 24 * HOUR)}"
    page.goto(f"{base}#/records?time={span}")
    rows = page.locator("a.row")
    expect(rows.first).to_be_visible()
    page.get_by_role("button", name="As said by then").click()
    expect(page.get_by_text("what came later is not shown")).to_be_visible()
    expect(rows).to_have_count(0)
    expect(page).to_have_url(re.compile("known=then"))
    page.get_by_role("button", name="As said by then").click()
    expect(rows.first).to_be_visible()

    page.get_by_role("button", name="Measure a distance").click()
    ground = page.locator(".still")
    ground.click(position={"x": 200, "y": 200})
    ground.click(position={"x": 300, "y": 200})
    expect(page.get_by_role("toolbar")).to_contain_text(re.compile(r"\d km"))
    page.get_by_role("button", name="Measure a distance").click()
    expect(page.get_by_role("toolbar")).to_have_count(0)

    page.get_by_role("button", name="A link to this view").click()
    link = page.get_by_label("This view").input_value()
    assert "time=" in link
    west, south, east, north = seen(link)
    assert west < east
    assert south < north
    # As a link is opened: in a tab of its own.
    other = screens.open("erbil", "auditor").context.new_page()
    other.goto(link)
    expect(other.locator(".words.set")).to_be_visible()
    other.get_by_role("button", name="A link to this view").click()
    shown = seen(other.get_by_label("This view").input_value())
    assert shown[0] <= west + 0.02
    assert shown[2] >= east - 0.02
    assert (shown[2] - shown[0]) < 1.5 * (east - west)
