"""The officers of a joint room: each side's administrator keeps his own, changes wait for the other's."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import Seat

# Behind the others of his party in any order, so that no one-click sign-in comes to him instead.
NEW, SECRET = "zone-2", "brass kettle under oak"


def sits(screens: Screens, party: str, lang: str, size: tuple[int, int]) -> Seat:
    page = screens.open("kirkuk", lang=lang, size=size)
    page.locator(f"button[data-role='{party}.administrator']").click()
    expect(page.locator(f"[data-officer^='{party}/']").first).to_be_visible()
    return Seat(page, lang)


def row(page: Page) -> Locator:
    return page.locator(f"[data-officer='isf/{NEW}']")


def agrees(seat: Seat, what: str) -> None:
    """To what the other side's administrator proposed, as the proposal says it in full."""
    seat.page.reload()
    waiting = seat.page.locator(f"[data-proposal={what}]")
    expect(waiting).to_contain_text(NEW)
    seat.press("ui.officers.confirm", waiting)
    seat.press("ui.officers.confirm", seat.dialog())
    expect(waiting).to_have_count(0)


def test_an_officer_is_added_by_both_and_looked_after_by_his_own(demo: Demo, screens: Screens) -> None:
    screens.provoked.add(400)
    isf = sits(screens, "isf", "en", (1280, 800))
    ksf = sits(screens, "ksf", "ar", (390, 844))
    adds(isf)
    agrees(ksf, "add_account")
    expect(row(ksf.page)).to_contain_text("مخطِّط")
    assert row(ksf.page).locator("[data-act=password]").count() == 0
    assert not ksf.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    isf.page.reload()
    isf.reads(row(isf.page), "ui.officers.no_password")
    gets_a_password(isf, demo)
    row(isf.page).locator("[data-act=close]").click()
    isf.press("ui.officers.close", isf.dialog())
    expect(isf.page.locator("[data-proposal=set_disabled]")).to_contain_text(f"Close isf/{NEW}")
    agrees(ksf, "set_disabled")
    ksf.reads(row(ksf.page), "ui.officers.closed")
    assert account(demo) | {"roles": ["planner"], "disabled": True, "password": True} == account(demo)


def adds(seat: Seat) -> None:
    """By the keys alone; what he typed stays when it is refused, and after the dialog was closed."""
    page, dialog = seat.page, seat.dialog()
    page.get_by_role("button", name=seat.texts["ui.officers.add"]).press("Enter")
    name = seat.label("ui.sign_in.officer", dialog)
    name.fill("Zone 2")
    dialog.get_by_label("Planner").press("Space")
    dialog.locator("footer .main").press("Enter")
    seat.reads(dialog.get_by_role("alert"), "ui.officers.name_hint")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_value("Zone 2")
    name.fill(NEW)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Enter")  # the focus is back at the button
    expect(name).to_have_value(NEW)
    expect(dialog.get_by_label("Planner")).to_be_checked()
    dialog.locator("footer .main").press("Enter")
    expect(dialog).to_have_count(0)
    seat.reads(page.get_by_role("status"), "ui.links.agreed_later")
    waiting = page.locator("[data-proposal=add_account]")
    expect(waiting).to_contain_text("waits for KSF")
    expect(waiting.get_by_role("button")).to_have_text(seat.texts["ui.officers.take_back"])
    expect(row(page)).to_have_count(0)


def gets_a_password(seat: Seat, demo: Demo) -> None:
    """Refused while it is easily guessed; then it opens the room, at once and without the other side."""
    row(seat.page).locator("[data-act=password]").click()
    typed = seat.label("ui.sign_in.password", seat.dialog())
    typed.fill("1234")
    seat.press("ui.officers.password", seat.dialog())
    expect(seat.dialog().get_by_role("alert")).to_be_visible()
    typed.fill(SECRET)
    seat.press("ui.officers.password", seat.dialog())
    expect(seat.dialog()).to_have_count(0)
    # Asked beside the browser, whose own session stays the administrator's.
    said = json.dumps({"officer": f"isf/{NEW}", "password": SECRET}).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{demo.url('kirkuk')}/api/session", said, headers, method="POST")
    with urllib.request.urlopen(asked, timeout=20) as reply:
        assert reply.status == 200


def account(demo: Demo) -> dict[str, Any]:
    items = demo.call("kirkuk", "ksf.administrator", "GET", "accounts")["items"]
    (found,) = [item for item in items if item["officer"] == NEW]
    return dict(found)
