"""Requests and public statements on screen: each side's own step, and what a paper says it is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Screens

CLOCK = "2350"
WORDS = {"en": "The road is open.", "ar": "الطريق مفتوح.", "ckb": "ڕێگاکە کراوەیە."}


def go(page: Page, path: str) -> Page:
    page.goto(page.url.split("#")[0] + f"#/{path}")
    return page


def act(page: Page, name: str, *, fill: str = "") -> None:
    page.locator(".one").get_by_role("button", name=name, exact=True).click()
    dialog = page.get_by_role("dialog")
    if fill:
        dialog.locator("textarea").fill(fill)
    dialog.locator("footer button.main").click()
    expect(dialog).to_have_count(0)


def test_support_is_asked_for_offered_accepted_delivered_and_confirmed(screens: Screens) -> None:
    isf = go(screens.open("kirkuk", "isf.watch"), "requests")
    isf.get_by_role("button", name="Ask for support").click()
    isf.locator("#f-summary").fill("A recovery vehicle at the ford")
    isf.locator("#f-support").select_option("recovery")
    expect(isf.locator("#f-question")).to_have_count(0)
    isf.locator("#f-needed_by").fill(CLOCK)
    isf.locator("button.save").click()
    expect(isf.locator("main article")).to_contain_text("Asked")
    go(isf, "requests")
    row = isf.locator(".desk .list a.row", has_text="recovery vehicle")
    expect(row).to_contain_text("to answer")
    row.click()

    ksf = go(screens.open("kirkuk", "ksf.watch", lang="ar"), "requests")
    ksf.locator(".desk .list a.row", has_text="recovery vehicle").click()
    # Reads the coded list in his own language; it is his turn.
    expect(ksf.locator(".one")).to_contain_text("إخلاء عجلات")
    expect(ksf.locator("[data-turn=answer]")).to_contain_text("KSF")
    act(ksf, "اعرض", fill="One from Dibis.")
    expect(ksf.locator("[data-offer=offered]")).to_contain_text("One from Dibis.")

    expect(isf.locator("[data-offer=offered]")).to_contain_text("KSF")
    act(isf, "Accept")
    expect(ksf.locator("[data-offer=accepted]")).to_be_visible()
    act(ksf, "صرّح بالتسليم")
    expect(isf.locator("[data-offer=delivered]")).to_be_visible()
    act(isf, "Confirm receipt", fill="It is here.")
    expect(isf.locator("[data-offer=confirmed]")).to_contain_text("It is here.")
    expect(isf.locator(".one [data-turn]")).to_have_count(0)


def lines(page: Page) -> list[str]:
    with page.expect_download() as got:
        page.locator("[data-paper=txt-en]").click()
    return got.value.path().read_text("utf-8").splitlines()


def test_a_statement_is_drafted_and_one_that_both_signed_is_let_out(demo: Demo, screens: Screens) -> None:
    isf = go(screens.open("kirkuk", "isf.planner"), "statements/new")
    isf.get_by_label("Name", exact=True).fill("The road by the ford")
    isf.get_by_role("button", name="Next").click()
    for lang, words in WORDS.items():
        isf.get_by_label(f"Title {lang}").fill(words)
        isf.get_by_label(f"Text {lang}").fill(words)
    isf.get_by_role("button", name="Next").click()
    isf.locator(".draft footer button.main").click()
    expect(isf.locator(".one")).to_contain_text("Draft: not all whose names it bears have endorsed it.")
    assert lines(isf)[0] == "*** DRAFT, not for publication. Not endorsed by: ISF, KSF. ***"

    ksf = go(screens.open("kirkuk", "ksf.release", lang="ar"), "statements")
    expect(ksf.locator(".desk .list a.row", has_text="گوندێک")).to_contain_text("بيان جانب واحد فقط")
    ksf.locator(".desk .list a.row", has_text="اجتماع لجنة القاطع").click()
    assert lines(ksf)[:2] == [
        "*** EXERCISE ***",
        "*** Endorsed, NOT YET FOR PUBLICATION: not let out by KSF. ***",
    ]
    ksf.locator(".one").get_by_role("button", name="أجِز نشره…").click()
    dialog = ksf.get_by_role("dialog")
    expect(dialog).to_contain_text("لیژنەی ناوچە")
    dialog.get_by_role("button", name="أجِز نشره", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(ksf.locator(".one")).to_contain_text("أُجيز نشره")
    assert lines(ksf)[:3] == ["*** EXERCISE ***", "", "Joint statement of ISF, KSF"]
    taken = demo.call("kirkuk", "isf.watch", "GET", "records?kind=export")["items"]
    assert "txt" in {t["body"]["form"] for t in taken}
