"""Two headquarters find where their unreleased plans meet by the button, in Arabic and in Sorani."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from seamline.demo import blind
from tests.browser.conftest import Demo, Screens

# All three nodes take part, on two slow cores, beside whatever else runs.
LONG = 90_000
UNIT = "لواء الإسناد"


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
    baghdad = desk(screens, "baghdad", "signatory", lang="ar")
    baghdad.locator("[data-universe] button.main").first.click()
    assert consent(baghdad) > 0
    erbil = desk(screens, "erbil", "signatory", lang="ckb")
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
    nothing_on_disk(screens.demo)
    audited_together(baghdad, erbil)
    declared_by_one_button(screens)


def nothing_on_disk(demo: Demo) -> None:
    """Databases, blobs and what the nodes' programs wrote to their logs, as they lie there."""
    files = [file for file in demo.folder.rglob("*") if file.is_file()]
    assert any(file.suffix in (".log", ".txt") for file in files)
    for file in files:
        data = file.read_bytes()
        assert not any(title.encode() in data for title in (blind.CONVOY, blind.SEARCH)), file


def audited_together(baghdad: Page, erbil: Page) -> None:
    """Both signatories wish the same day; all three are sound, and it is one page to print."""
    for page in (baghdad, erbil):
        page.locator("[data-audits] .form button").click()
        expect(page.locator("[data-audits] .audit")).to_have_count(1, timeout=LONG)
    expect(baghdad.locator("[data-audits] .audit li")).to_have_count(3, timeout=LONG)
    expect(baghdad.locator("[data-audits] .audit li.bad")).to_have_count(0)
    with baghdad.expect_download(timeout=LONG) as coming:
        baghdad.locator("[data-audits] .audit button").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")


def declared_by_one_button(screens: Screens) -> None:
    """From the hit to what the other side would see of this one plan, the coarse way chosen."""
    page = desk(screens, "baghdad", "release")
    page.locator("a.run").first.click()
    page.locator("article .spot button.main").click()
    dialog = page.locator("dialog")
    expect(dialog.locator("input[value=tear]")).to_be_checked()
    expect(dialog.locator("input[value='isf+ksf']")).to_be_checked()
    expect(dialog.locator(".sheet")).to_be_visible(timeout=LONG)
    expect(dialog.locator(".sheet")).not_to_contain_text(UNIT)
    # Only looked at: the exercise goes on for the other tests.
    dialog.locator("footer .btn:not(.main)").click()
    expect(dialog).to_have_count(0)
