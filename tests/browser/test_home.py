"""Where an officer starts: what needs him, and the records beside it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Screens


def test_what_needs_an_officer_comes_first_and_one_key_opens_it(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", home=True)
    waiting = page.get_by_role("region", name="Needs attention").locator(".row")
    expect(waiting.first).to_be_visible()
    expect(page.locator(".beside a.row").first).to_be_visible()
    # Which of them has a figure hangs on what is due at this hour.
    last = page.locator("aside a.row", has=page.locator("kbd")).last
    leads = last.get_attribute("href") or "nowhere"
    page.keyboard.press(last.locator("kbd").inner_text())
    expect(page).to_have_url(re.compile(re.escape(leads) + "$"))
    page.goto(page.url.split("#")[0] + "#/")
    waiting.filter(has_text="See both plans").first.click()
    expect(page.get_by_text("Both plan to be here at the same time")).to_be_visible()
    page.goto(page.url.split("#")[0] + "#/")
    gap = page.locator("aside a.row", has_text="See what would close it").first
    gap.click()
    expect(page.get_by_text("Nobody undertook to watch here")).to_be_visible()


def test_a_record_opens_beside_what_waits(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", home=True)
    rows = page.locator(".beside a.row")
    expect(rows.nth(60)).to_be_attached()
    # What was there before he came is not new, however many asks it took to bring it.
    expect(page.locator(".beside .fresh")).to_have_count(0)
    rows.first.click()
    expect(page.locator("main article")).to_be_visible()
    expect(page.locator("aside").get_by_role("region", name="Needs attention")).to_be_visible()
    # A figure typed into a field is a figure.
    page.goto(page.url.split("#")[0] + "#/")
    page.locator(".beside").get_by_role("searchbox").fill("1")
    expect(page.locator(".beside")).to_be_visible()


def test_no_list_of_what_waits_is_ever_said_to_be_all(screens: Screens) -> None:
    page = screens.open("adviser", "watch", home=True)
    said = page.locator("aside").get_by_role("status")
    expect(said).to_contain_text("Among what was shared; last contact ")
    # The same when nothing is in it: the words are the node's, and those of every list.
    page.goto(page.url.split("#")[0] + "#/clashes")
    expect(said).to_contain_text("None in what was shared; last contact ")
