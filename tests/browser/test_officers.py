"""The officers of a joint room: each side's administrator keeps his own, changes wait for the other's."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import bring, faults
from tests.browser.conftest import Demo, Screens
from tests.browser.seats import Seat, go

# Behind the others of his party in any order, so that no one-click sign-in comes to him instead.
NEW, SECRET = "zone-2", "brass kettle under oak"
BOTH = ["watch", "administrator"]


def sits(screens: Screens, party: str, lang: str, size: tuple[int, int]) -> Seat:
    page = screens.open("kirkuk", lang=lang, size=size)
    page.locator(f"button[data-role='{party}.administrator']").click()
    expect(page.locator(f"[data-officer^='{party}/']").first).to_be_visible()
    return Seat(page, lang)


def row(page: Page) -> Locator:
    return page.locator(f"[data-officer='isf/{NEW}']")


def waits(seat: Seat, what: str) -> Locator:
    """What the other side's administrator proposed."""
    seat.page.reload()
    return seat.page.locator(f"[data-proposal={what}]")


def agrees(seat: Seat, what: str) -> None:
    """To what the other side's administrator proposed, as the proposal says it in full."""
    waiting = waits(seat, what)
    expect(waiting).to_contain_text(NEW)
    seat.press("ui.officers.confirm", waiting)
    seat.press("ui.officers.confirm", seat.dialog())
    expect(waiting).to_have_count(0)


def drops(seat: Seat, what: str, act: str, says: str) -> None:
    """Refuses what the other side proposed, or takes his own side's back."""
    waiting = waits(seat, what)
    expect(waiting).to_contain_text(says)
    seat.press(f"ui.officers.{act}", waiting)
    seat.reads(seat.dialog(), "ui.officers.drop_says")
    seat.press(f"ui.officers.{act}", seat.dialog())
    expect(waiting).to_have_count(0)


def changes(seat: Seat, act: str, officer: Locator | None = None) -> None:
    """One change of one officer, and what its button says."""
    (officer or row(seat.page)).locator(f"[data-act={act}]").click()
    seat.press(f"ui.officers.{act}", seat.dialog())


def test_an_officer_is_added_by_both_and_looked_after_by_his_own(demo: Demo, screens: Screens) -> None:
    screens.provoked.update({400, 401, 409})
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
    gets_other_roles(isf, ksf)
    looks_after_them_beside_his_desks(screens, isf)
    changes(isf, "close")
    drops(ksf, "set_disabled", "refuse", f"isf/{NEW}")
    changes(isf, "close")
    drops(isf, "set_disabled", "take_back", f"Close isf/{NEW}")
    changes(isf, "close")
    agrees(ksf, "set_disabled")
    ksf.reads(row(ksf.page), "ui.officers.closed")
    assert account(demo) | {"roles": BOTH, "disabled": True, "password": True} == account(demo)
    isf.page.reload()
    changes(isf, "open")
    expect(isf.page.locator("[data-proposal=set_disabled]")).to_contain_text(f"Open isf/{NEW}")
    agrees(ksf, "set_disabled")
    assert account(demo)["disabled"] is False


def gets_other_roles(isf: Seat, ksf: Seat) -> None:
    """What holds and what is proposed stand there together for who has to agree."""
    row(isf.page).locator("[data-act=set_roles]").click()
    for role in ("Planner", "Watch", "Administrator"):
        isf.dialog().get_by_label(role).click()
    isf.reads(isf.dialog(), "ui.officers.reads_nothing")
    isf.press("ui.officers.set_roles", isf.dialog())
    waiting = isf.page.locator("[data-proposal=set_roles]")
    expect(waiting.locator("dd").first).to_have_text("Planner")
    expect(waiting).to_contain_text("Watch officer · Administrator")
    agrees(ksf, "set_roles")
    isf.page.reload()
    expect(row(isf.page)).to_contain_text("Watch officer · Administrator")


def looks_after_them_beside_his_desks(screens: Screens, isf: Seat) -> None:
    """Who reads records, too, comes to the officers by rail and palette; signed out everywhere, he is out."""
    him = Seat(screens.open("kirkuk", lang="ckb", size=(390, 844)), "ckb")
    page = him.page
    him.label("ui.sign_in.officer").fill(f"isf/{NEW}")
    him.label("ui.sign_in.password").fill(SECRET)
    page.locator("form button[type=submit]").click()
    desks = page.get_by_role("button", name=him.texts["ui.nav.desks"])
    desks.click()
    page.keyboard.press("Escape")
    expect(desks).to_have_attribute("aria-expanded", "false")
    desks.click()
    page.locator(".sheet a[href='#/officers']").click()
    expect(row(page)).to_contain_text(him.texts["ui.officers.you"])
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    bring(page)
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".rail a[href='#/officers']")).to_have_attribute("aria-current", "page")
    assert faults(page) == []
    changes(isf, "sign_out")
    expect(isf.dialog()).to_have_count(0)
    him.reads(page.locator("form"), "ui.sign_in.officer")


def test_a_room_keeps_an_administrator_of_each_and_both_agree_on_its_links(screens: Screens) -> None:
    screens.provoked.update({401, 409})
    isf = sits(screens, "isf", "en", (1280, 800))
    go(isf.page, "links")
    link = isf.page.locator("article[data-peer=erbil]")
    link.locator("summary").last.click()
    isf.label("ui.links.part", link).select_option("16384")
    isf.press("ui.links.save", link)
    isf.reads(link.get_by_role("status"), "ui.links.agreed_later")
    ksf = sits(screens, "ksf", "ar", (1280, 800))
    drops(ksf, "set_link", "refuse", ksf.texts["ui.links.part"])
    own = ksf.page.locator("[data-officer^='ksf/']").filter(has_text=ksf.texts["ui.officers.you"])
    changes(ksf, "close", own)
    ksf.reads(ksf.dialog().get_by_role("alert"), "error.last_administrator")


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
