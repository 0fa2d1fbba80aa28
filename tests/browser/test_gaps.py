"""The gap of the exercise, on the watch list both sides endorsed; and what needs attention."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Demo, Screens

VALLEY, PLAIN = "دۆڵی باشووری قەرەچووغ", "مراقبة سهل قراج"


def test_the_valley_nobody_watches_shows_on_each_side(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", chart=True)
    page.goto(page.url.split("#")[0] + "#/gaps")
    gap = page.locator("aside tr.row")
    expect(gap.first).to_contain_text(VALLEY)
    expect(gap.first).to_contain_text("Seen by ISF, KSF")
    gap.first.click()
    expect(page.get_by_text("Nobody undertook to watch here")).to_be_visible()
    # The other side's undertaking was shared as a tear line: the gap may be larger, and it could close some.
    expect(page.get_by_text("At least this")).to_be_visible()
    expect(page.locator("main a.card").first).to_contain_text(PLAIN)
    page.goto(page.url.split("#")[0] + "#/attention")
    expect(page.locator("aside .row", has_text="Gap").first).to_contain_text(VALLEY)


def test_no_watch_list_is_never_safe(screens: Screens) -> None:
    page = screens.open("adviser", "watch")
    page.goto(page.url.split("#")[0] + "#/gaps")
    expect(page.locator("aside").get_by_role("status")).to_contain_text("No watch list is endorsed yet; ")


def test_a_proposal_opens_a_form_and_a_person_decides(demo: Demo, screens: Screens) -> None:
    page = screens.open("baghdad", "planner")

    def plans() -> int:
        return len(demo.call("baghdad", "planner", "GET", "records?kind=activity")["items"])

    page.goto(page.url.split("#")[0] + "#/gaps")
    row = page.locator("aside tr.row", has_text=VALLEY).first
    expect(row.get_by_text("km·h")).to_be_visible()
    row.get_by_role("link").click()
    before = plans()
    # One's own undertaking is changed as proposed; the other side's could only be spoken about.
    page.get_by_role("button", name="Prepare this change").first.click()
    expect(page.locator("#f-title_text")).to_have_value(PLAIN)
    page.go_back()
    page.get_by_role("button", name="Undertake to watch this").click()
    expect(page.locator("input[name=f-mode][value=undertaking]")).to_be_checked()
    expect(page.locator("#f-title_text")).to_have_value(f"Watch: {VALLEY}")
    assert plans() == before
    page.locator("button.save").click()
    expect(page.locator("main article")).to_contain_text("Undertaking")
    assert plans() == before + 1
    page.goto(page.url.split("#")[0] + "#/gaps")
    expect(page.locator("aside tr.row", has_text=VALLEY)).to_have_count(0)
