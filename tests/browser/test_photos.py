"""Photos and PDFs: brought in a form, small on the page, whole on a click, and at the other side at last."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Demo, Screens
from tests.browser.test_sharing import fill_incident
from tests.release.test_paper import pdf

SUMMARY = "Crater beside the culvert"
DRAWN = "e => e.complete && e.naturalWidth > 0"


def attach(page: Page) -> None:
    """Open an incident's form and bring a picture: one of the screen itself."""
    page.get_by_role("link", name="New record").first.click()
    page.locator("main").get_by_role("link", name="Incident").click()
    fill_incident(page, SUMMARY)
    page.locator("details summary").first.click()
    picture = page.screenshot()
    page.locator("#f-photos").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": picture})
    paper: FilePayload = {"name": "Sketch of it.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("#f-documents").set_input_files(paper)
    # Chosen with the keyboard, too, it stays where it is: only the form scrolls.
    page.locator("#f-documents").focus()
    assert page.evaluate("document.scrollingElement.scrollTop") == 0


def test_a_photo_is_brought_shown_small_then_whole_and_reaches_the_other_side(
    demo: Demo, screens: Screens
) -> None:
    page = screens.open("erbil", "release")
    attach(page)
    expect(page.locator("fieldset li canvas")).to_be_visible()
    page.locator("input[name=channel][value='isf+ksf']").check()
    page.locator("button.save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUMMARY)
    small = page.locator("[data-field=photos] img")
    expect(small).to_be_visible()
    named = demo.call("erbil", "watch", "GET", "records?q=culvert")["items"][0]["body"]["photos"][0]
    assert f"{named['hash']}/small" in str(small.get_attribute("src"))
    page.locator("[data-field=photos] button").click()
    whole = page.locator("dialog img.whole")
    expect(whole).to_be_visible()
    page.wait_for_function(f"() => ({DRAWN})(document.querySelector('dialog img.whole'))")
    assert named["hash"] in str(whole.get_attribute("src"))
    page.keyboard.press("Escape")
    # Not yet here, or here: the other side's page says which, and shows it once it came.
    screens.provoked.add(404)
    there = screens.open("baghdad", "watch")
    there.locator("a.row", has_text=SUMMARY).click()
    place = there.locator("[data-field=photos]")
    expect(place.locator("img, .none").first).to_be_visible()
    there.wait_for_function(
        "url => fetch(url).then(r => r.ok)", arg=f"./api/blobs/{named['thumb']}", polling=500
    )
    again = place.get_by_role("button", name="Look again")
    if again.count():
        again.click()
    expect(place.locator("img")).to_be_visible()
    assert 0 < place.locator("img").evaluate("e => e.decode().then(() => e.naturalWidth)") <= 240
    save_the_document(there)


def save_the_document(page: Page) -> None:
    """A file to keep, and never a page of ours."""
    place = page.locator("[data-field=documents]")
    expect(place).to_contain_text("Sketch of it")
    found = page.evaluate("fetch('./api/records?q=culvert').then(r => r.json())")
    paper = found["items"][0]["body"]["documents"][0]
    page.wait_for_function(
        "url => fetch(url).then(r => r.ok)", arg=f"./api/blobs/{paper['hash']}", polling=500
    )
    with page.expect_download() as coming:
        place.get_by_role("button", name="Sketch of it").click()
    assert coming.value.path().read_bytes() == pdf()
