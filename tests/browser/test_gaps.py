"""The gap of the exercise, on the watch list both sides endorsed; and what needs attention."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Screens

VALLEY, PLAIN = "دۆڵی باشووری قەرەچووغ", "مراقبة سهل قراج"


def test_the_valley_nobody_watches_shows_on_each_side(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", chart=True)
    page.goto(page.url.split("#")[0] + "#/gaps")
    gap = page.locator("aside a.row")
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
