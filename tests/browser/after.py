"""What the two seats settle afterwards, on the screen alone: clash, gap, complaint, two accounts, support."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.seats import SHARED, Seat, go

PATROL, CLEARING = "دەوریەی ڕێگای دبس", "تطهير بساتين شمال الدبس"
VALLEY = "دۆڵی باشووری قەرەچووغ"
DRONE, COMMON = "درۆنێک", "طائرة مسيّرة جنوب قره جوغ"
LOST = "کێڵگەیەک لە پردێ سووتا"
CRANE, COMES = "رافعة لعجلة عالقة عند مخاضة بردي", "یەک کرەین لە دبسەوە"


def finding(seat: Seat, desk: str, words: str) -> Locator:
    """A row of what the node found, in the list beside the map."""
    go(seat.page, desk)
    return seat.page.locator("aside .row", has_text=words)


def moving_apart(ksf: Seat, isf: Seat) -> None:
    """Both read of the same clash; KSF moves its patrol by a day, and neither list has it any more."""
    page = ksf.page
    for seat in (ksf, isf):
        seat.sits("planner", "clashes")
        row = finding(seat, "clashes", PATROL)
        expect(row).to_contain_text(CLEARING)
        row.click()
        seat.reads(seat.page.locator("main"), "ui.clash.both_there")
    page.locator("main a.card", has_text=PATROL).click()
    ksf.press("ui.act.revise")
    ksf.press("ui.form.day_after")
    ksf.saves()
    ksf.releases(PATROL)
    for seat in (ksf, isf):
        expect(finding(seat, "clashes", CLEARING)).to_have_count(0)


def watching(ksf: Seat, isf: Seat) -> None:
    """Both see what nobody watches; KSF undertakes to, lets ISF know, and the gap is gone on both."""
    ksf.sits("planner", "gaps")
    expect(finding(isf, "gaps", VALLEY).first).to_be_visible()
    finding(ksf, "gaps", VALLEY).first.get_by_role("link").click()
    ksf.reads(ksf.page.locator("main"), "ui.gap.nobody")
    ksf.press("ui.gap.undertake")
    ksf.saves()
    ksf.releases(VALLEY)
    for seat in (ksf, isf):
        expect(finding(seat, "gaps", VALLEY)).to_have_count(0)


def complaining(ksf: Seat, isf: Seat) -> None:
    """A herder's loss is written down by KSF, let go, acknowledged by ISF; the next step is a team's."""
    ksf.sits("release", "new/complaint")
    ksf.among(SHARED)
    page = ksf.page
    page.locator("#f-summary").fill(LOST)
    page.locator("#f-allegation").select_option("property")
    page.locator("#f-when").fill("0100")
    page.locator("#f-when").press("Tab")
    page.locator("#f-place").fill("38S ME 31 61")
    expect(page.locator(".place .state")).to_contain_text("38S ME 31 61")
    ksf.saves()
    isf.sits("watch", "complaints")
    isf.page.locator(".desk .list a.row", has_text=LOST).click()
    step = isf.page.locator("li.next")
    expect(step).to_have_attribute("data-step", "acknowledged")
    step.get_by_role("button").click()
    isf.saves()
    go(page, "complaints")
    page.locator(".desk .list a.row", has_text=LOST).click()
    expect(page.locator("li[data-step=acknowledged]")).to_contain_text("ISF")


def one_event(ksf: Seat, isf: Seat) -> None:
    """Two accounts side by side; ISF says that they are of one event, and KSF reads who said so."""
    isf.sits("watch", "events")
    isf.page.locator(".desk .list a.row", has_text=DRONE).click()
    isf.press("ui.events.link")
    isf.reads(isf.page.locator(".one .acts"), "ui.events.linked_by")
    ksf.sits("watch", "events")
    ksf.page.locator(".desk .list a.row", has_text=DRONE).click()
    ksf.reads(ksf.page.locator(".one .acts"), "ui.events.linked_by")
    expect(ksf.page.locator(".one .acts")).to_contain_text("ISF")


def helping(ksf: Seat, isf: Seat) -> None:
    """ISF asks for a crane; KSF offers one, ISF accepts; delivered is what both have said.

    At a headquarters it is the release officer who speaks to the other side.
    """
    page = isf.page
    isf.sits("watch", "requests")
    isf.press("ui.requests.new_support")
    page.locator("#f-summary").fill(CRANE)
    page.locator("#f-support").select_option("recovery")
    page.locator("#f-needed_by").fill("2350")
    isf.saves()
    for seat, role in ((isf, "watch"), (ksf, "release")):
        seat.sits(role, "requests")
        seat.page.locator(".desk .list a.row", has_text=CRANE).click()
    steps = ((ksf, "offered", COMES), (isf, "accepted", ""), (ksf, "delivered", ""), (isf, "confirmed", ""))
    for seat, step, words in steps:
        does(seat, step, words)
        for reader in (ksf, isf):
            expect(reader.page.locator(f"[data-offer={step}]")).to_be_visible()
    expect(page.locator(".one [data-turn]")).to_have_count(0)


def does(seat: Seat, step: str, words: str) -> None:
    seat.press(f"ui.requests.do.{step}", seat.page.locator(".one"))
    dialog = seat.dialog()
    if words:
        dialog.locator("textarea").fill(words)
    dialog.locator("footer button.main").click()
    expect(dialog).to_have_count(0)
