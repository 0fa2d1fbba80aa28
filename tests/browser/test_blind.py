"""Two headquarters find where their unreleased plans meet by the button, in English and in Arabic."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from seamline.demo import blind
from tests.browser.conftest import Screens

# All three nodes take part, on two slow cores, beside whatever else runs.
LONG = 90_000


def desk(screens: Screens, node: str, role: str, lang: str = "en") -> Page:
    page = screens.open(node, role, lang=lang)
    page.goto(page.url.split("#")[0] + "#/blind")
    expect(page.locator("[data-universe]").first).to_be_visible(timeout=LONG)
    return page


def consent(page: Page) -> int:
    """Reads the numbers and signs; how many cell-hours his plans mark."""
    dialog = page.locator("dialog")
    expect(dialog.locator("dd").first).to_be_visible(timeout=LONG)
    marked = dialog.locator("dd").last.inner_text()
    dialog.get_by_role("checkbox").check()
    dialog.locator("footer .main").click()
    expect(dialog).to_have_count(0, timeout=LONG)
    return int(marked)


def test_found_by_the_button_without_showing_a_plan(screens: Screens) -> None:
    baghdad = desk(screens, "baghdad", "signatory")
    baghdad.locator("[data-universe] button.main").first.click()
    assert consent(baghdad) > 0
    erbil = desk(screens, "erbil", "signatory", lang="ar")
    expect(erbil.locator("html")).to_have_attribute("dir", "rtl")
    erbil.locator("a.run").first.click()
    erbil.locator("article button.main").click()
    assert consent(erbil) > 0
    for page, own, other in ((baghdad, blind.CONVOY, blind.SEARCH), (erbil, blind.SEARCH, blind.CONVOY)):
        expect(page.locator("article[data-stage=done]")).to_be_visible(timeout=LONG)
        spot = page.locator("article .spot")
        expect(spot).to_have_count(1)
        expect(spot).to_contain_text("38S")
        expect(spot.locator("a").first).to_have_text(own)
        expect(page.locator("body")).not_to_contain_text(other)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert page.evaluate(wide) is False
    adviser = desk(screens, "adviser", "watch")
    adviser.locator("a.run").first.click()
    expect(adviser.locator("article[data-stage=done]")).to_be_visible(timeout=LONG)
    expect(adviser.locator("article .spot")).to_have_count(0)
    for title in (blind.CONVOY, blind.SEARCH):
        expect(adviser.locator("body")).not_to_contain_text(title)
