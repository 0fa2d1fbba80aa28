"""The room's screen: it turns by itself, tells what its officer may read, gives way to what is urgent."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Screens

EACH = 15_500
DTG = re.compile(r"^\d{6}[A-Z] [A-Z]{3} \d\d$")


def turns_to(page: Page, name: str) -> None:
    """Time runs on by itself too: on a busy machine it may have turned further, and comes round again."""
    for _ in range(6):
        page.clock.fast_forward(EACH)
        if page.locator("main.wall").get_attribute("data-page") == name:
            break
    expect(page.locator("main.wall")).to_have_attribute("data-page", name)


def test_it_turns_by_itself_and_gives_way_to_contact(screens: Screens, demo: Demo) -> None:
    page = screens.open("baghdad", "auditor", lang="ar", size=(1920, 1080), home=True)
    page.clock.install()
    page.goto(page.url.split("#")[0] + "#/wall")
    wall = page.locator("main.wall")
    expect(wall).to_have_attribute("data-page", "picture")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    expect(page.locator("[data-clock=utc]")).to_have_text(re.compile(r"^\d{6}Z"))
    expect(page.locator("[data-clock=local]")).to_have_text(DTG)
    # Nothing to press; and who may see it stands under all of it, for this officer's channels alone.
    expect(wall.locator("button, a:visible, input")).to_have_count(0)
    expect(wall.locator("footer")).to_contain_text("ISF · ISF+KSF")
    expect(wall.locator("footer")).not_to_contain_text(re.compile(r"[:·] KSF( |$)"))
    turns_to(page, "care")
    expect(wall).to_contain_text("ما تحتاج إليه القاعة")
    expect(wall.locator("ol li b").first).to_be_visible()
    turns_to(page, "day")
    expect(wall.locator(".track").first).to_be_visible()
    turns_to(page, "links")
    expect(wall.locator("[data-peer=erbil]")).to_be_visible()

    place = {"geometry": {"type": "Point", "coordinates": [440000000, 355000000]}, "accuracy_m": 1000}
    heard = int(time.time() * 1000)
    said = {"place": place, "heard": heard, "parties": ["isf", "ksf"], "what": "Bursts", "drill": True}
    made = demo.call("erbil", "watch", "POST", "everywhere", {"kind": "contact", "body": said})
    contact = made["items"][0]["id"]
    expect(wall).to_have_attribute("data-page", "contact")
    expect(wall.locator(f"[data-contact='{contact}']")).to_contain_text("تمرين")
    turns_to(page, "contact")
    over = {"kind": "contact_close", "body": {"contact": contact}}
    for room in ("erbil", "baghdad"):
        demo.call(room, "watch", "POST", "everywhere", over)
    expect(wall.locator("[data-contact]")).to_have_count(0)

    expires = heard + 3_600_000
    alert = {"headline": "Test of the wall", "status": "test", "expires": expires}
    asked = {"kind": "alert", "channel": "isf+ksf", "lane": "flash", "body": alert}
    demo.call("erbil", "watch", "POST", "records", asked)
    strip = wall.locator("section[data-alert]")
    expect(strip).to_contain_text("Test of the wall")
    held = strip.get_attribute("data-alert")
    of = {"of": held, "hash": demo.call("baghdad", "watch", "GET", f"records/{held}")["hash"]}
    noted = {"kind": "acknowledgement", "channel": "isf+ksf", "lane": "flash", "body": of}
    demo.call("baghdad", "watch", "POST", "records", noted)
    expect(strip).to_have_count(0)
    page.keyboard.press("Escape")
    expect(wall).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-theme", "day")
