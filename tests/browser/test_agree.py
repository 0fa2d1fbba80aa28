"""Meet and agree: agreements by clause, terms step by step, a meeting's desk; test_week has them signed."""

from __future__ import annotations

from icalendar import Calendar
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo, Screens

ALL = "isf+ksf+mag"


def desk(screens: Screens, role: str, path: str, **more: str) -> Page:
    page = screens.open("kirkuk", role, **more)  # type: ignore[arg-type] # a language
    page.goto(page.url.split("#")[0] + f"#/{path}")
    return page


def test_the_four_items_and_the_other_text_for_the_second_in_arabic(screens: Screens) -> None:
    page = desk(screens, "ksf.watch", "agreements", lang="ar")
    row = page.locator("a.row[href^='#/agreements/']", has_text="Agreement of four items (2021)")
    expect(row.locator(".clause")).to_have_count(4)
    expect(row.locator(".clause").first).to_contain_text("نافذ")
    expect(row.locator(".clause").nth(1)).to_contain_text("قيد التفاوض")
    page.locator("a.row[href^='#/agreements/']", has_text="another text").click()
    table = page.locator(".one table")
    expect(table).to_contain_text("The gaps on the agreed watch list")
    assert page.evaluate("document.dir || document.documentElement.dir") == "rtl"


def test_terms_are_drafted_from_those_in_force_and_kept_while_typed(screens: Screens) -> None:
    page = desk(screens, "isf.release", "terms")
    expect(page.locator("article")).to_contain_text("witnessed")
    page.get_by_role("link", name="Draft from these").click()
    page.get_by_label("Name", exact=True).fill("Terms, second draft")
    page.get_by_role("button", name="2 Line and stretches").click()
    expect(page.locator("[data-part=frame] input").first).not_to_have_value("")
    page.get_by_role("button", name="5 What is shared").click()
    page.locator("[data-part=complaint_hours]").get_by_label("Acknowledged").fill("12")
    page.get_by_role("button", name="4 Meetings").click()
    page.locator("#p-chair").select_option("host")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Terms, second draft")
    page.get_by_role("button", name="7 Read and save").click()
    expect(page.locator("[data-field='chair']")).to_contain_text("The host")
    expect(page.locator("[data-field='complaint_hours']")).to_contain_text("12")
    expect(page.locator("[data-field='frame']")).to_contain_text("38S")
    expect(page.locator("[data-field='stretches']")).to_contain_text("مقطع مخمور")


def test_a_meeting_opens_with_what_is_not_done_and_invites(demo: Demo, screens: Screens) -> None:
    page = desk(screens, "isf.planner", "meetings")
    page.locator("a.row[href^='#/meetings/']", has_text="Second meeting").click()
    one = page.locator(".one")
    expect(one).to_contain_text("Fewer are named by: ISF.")
    expect(one.locator("ol.open").first).to_contain_text("past its day")
    expect(one.locator("ol.open").first).to_contain_text("two joint brigades")
    with page.expect_download() as got:
        one.get_by_role("link", name="Invitation (calendar)").click()
    file = got.value.path().read_bytes()
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert str(event["location"]) == "Baghdad"
    page.locator("a.row[href^='#/meetings/']", has_text="First meeting").click()
    expect(one).to_contain_text("Taken back for consideration")
    with page.expect_download() as got:
        one.get_by_role("link", name="Printed record").click()
    assert got.value.path().read_bytes().startswith(b"%PDF-")


def test_a_reservation_an_objection_and_a_witness_are_said_and_shown(screens: Screens, demo: Demo) -> None:
    body = {"name": "Terms of a second room", "parties": ["isf", "ksf"], "facilitators": ["mag"]}
    made = demo.call("adviser", "release", "POST", "records", {"kind": "terms", "channel": ALL, "body": body})

    def opened(node: str, role: str) -> Page:
        page = screens.open(node, role)
        page.goto(page.url.split("#")[0] + f"#/records/{made['id']}")
        return page

    def said(page: Page, act: str) -> Locator:
        page.get_by_role("button", name=act, exact=True).click()
        dialog = page.get_by_role("dialog")
        # What it means where it says nothing is signed too, and so it is shown.
        expect(dialog.locator("[data-field=zone]")).to_contain_text("Asia/Baghdad")
        dialog.get_by_label("I have read this text").check()
        return dialog

    witness = opened("adviser", "signatory")
    said(witness, "Witness").get_by_role("button", name="Witness").click()
    expect(witness.get_by_role("dialog")).to_have_count(0)
    isf = opened("baghdad", "signatory")
    expect(isf.locator("main")).to_contain_text("witnessed")
    dialog = said(isf, "Object")
    dialog.locator("textarea").fill("one room is enough")
    dialog.get_by_role("button", name="Object", exact=True).click()
    expect(isf.locator("main")).to_contain_text("one room is enough")
    # Who endorses after all objects no more; what he leaves out is said beside it.
    dialog = said(isf, "Endorse")
    dialog.get_by_role("button", name="Make a reservation").click()
    dialog.get_by_label("Clause").select_option("name")
    dialog.get_by_label("Reservation").fill("the name is not agreed")
    dialog.get_by_role("button", name="Endorse", exact=True).click()
    expect(isf.locator("main")).to_contain_text("the name is not agreed")
    expect(isf.locator("main")).to_contain_text("Partly endorsed; missing: KSF.")
    expect(isf.locator("main")).not_to_contain_text("one room is enough")
