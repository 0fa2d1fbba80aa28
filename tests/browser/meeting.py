"""Two seats meet and agree on the screen alone: a meeting, its minutes and an agreement, signed by both."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.seats import Seat, sign_what_was_read

LANGS = ("en", "ar", "ckb")
DECIDED = {
    "en": "Tracks north of Perde are told 24 h before.",
    "ar": "يُبلَّغ عن التحركات شمال بردي قبل 24 ساعة.",
    "ckb": "جووڵەی باکووری پردێ ٢٤ کاتژمێر پێشتر ڕادەگەیەنرێت.",
}
HOURS = {"en": "Hours on the Perde track", "ar": "ساعات طريق بردي", "ckb": "کاتژمێرەکانی ڕێگای پردێ"}


def on(seat: Seat, steps: int) -> None:
    """To the next page of a text that is drafted, so many times."""
    for _ in range(steps):
        seat.page.locator(".draft footer button.main").click()


def signs(seat: Seat, path: str, words: str, *, last: bool) -> None:
    """A signatory reads all of it and signs; it is in force with the last of them."""
    seat.sits("signatory", path)
    sign_what_was_read(seat.page, seat.texts["ui.act.endorse"], seat.texts["ui.endorse.read"], words)
    seat.reads(
        seat.page.locator(".one, main article").first,
        f"value.state.{'in_force' if last else 'partly_endorsed'}",
    )


def meeting(ksf: Seat, isf: Seat) -> None:
    """Called by ISF, spoken of what KSF proposes, and its minutes are in force once both have signed."""
    page = isf.page
    isf.sits("planner", "meetings")
    isf.press("ui.meetings.call", page.locator(".desk"))
    on(isf, 3)
    expect(page.locator(".draft")).to_have_count(0)
    address = page.url.split("#/")[1]
    isf.press("ui.meetings.put", page.locator("ul.known li").first)
    expect(page.locator("ol.open").last.locator("li")).to_have_count(1)
    isf.press("ui.meetings.minutes", page.locator(".one"))
    for lang in LANGS:
        page.locator("[data-part=languages] input").nth(LANGS.index(lang)).check()
    on(isf, 1)
    page.locator("#p-outcomes-0-outcome").select_option("decided")
    page.locator("#p-outcomes-0-owner").select_option("isf")
    for lang, said in DECIDED.items():
        page.locator(f"[data-part=outcomes] textarea[lang={lang}]").first.fill(said)
    on(isf, 1)
    expect(page.locator(".draft .sheet")).to_contain_text(DECIDED["ar"])
    on(isf, 1)
    expect(page.locator(".draft")).to_have_count(0)
    signs(isf, address, DECIDED["ar"], last=False)
    signs(ksf, address, DECIDED["ckb"], last=True)


def agreeing(ksf: Seat, isf: Seat) -> None:
    """An agreement drafted by ISF clause by clause, in force once both have signed the same words."""
    page = isf.page
    isf.sits("planner", "agreements/new")
    page.locator("#p-name").fill(HOURS["ar"])
    on(isf, 1)
    for lang, title in HOURS.items():
        page.locator(f"[data-part=clauses] [data-part=title] input[lang={lang}]").fill(title)
    page.locator("#p-clauses-0-stated").select_option("agreed")
    on(isf, 1)
    expect(page.locator(".draft .sheet")).to_contain_text(HOURS["ckb"])
    on(isf, 1)
    isf.reads(page.locator("[data-clause='1']"), "value.clause_state.in_negotiation")
    address = page.url.split("#/")[1]
    signs(isf, address, HOURS["ar"], last=False)
    signs(ksf, address, HOURS["ckb"], last=True)
    ksf.reads(ksf.page.locator("[data-clause='1']"), "value.clause_state.in_force")
