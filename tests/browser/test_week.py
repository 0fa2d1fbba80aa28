"""The exercise week by two officers at two screens: report, declare, contact, hand over, meet, agree, settle.

KSF sits at its headquarters and reads Sorani, ISF in the joint room and reads Arabic. Nobody has a command
line, and nothing is done here but by what is on the two screens, found by its words in the seat's language.
"""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.after import complaining, helping, moving_apart, one_event, watching
from tests.browser.conftest import Screens
from tests.browser.meeting import agreeing, meeting
from tests.browser.seats import SHARED, Seat, go, sign_what_was_read

SEEN = "سێ ئۆتۆمبێلی بێ ڕووناکی لە ڕێگای پردێ"
PATROL, COUNTER = "دەوریەی ڕێگای پردێ", "دورية على طريق بردي بعد الظهر"
SHOTS = "تەقەی چڕ لە ڕۆژهەڵاتی ڕێگای پردێ"
ALERT = "شەپۆلی لافاو لە چەمی پردێ"
SAID = "شاحنتان إلى نقطة بردي الساعة 0600"
POST = "Perde post"
CLOCK, LATER = "06:00", "13:00"


def test_the_exercise_week_at_two_screens(screens: Screens) -> None:
    # What was still being asked when he left a desk is refused: he is signed out.
    screens.provoked.add(401)
    ksf = Seat(screens.open("erbil", "watch", lang="ckb"), "ckb")
    isf = Seat(screens.open("kirkuk", "isf.planner", lang="ar"), "ar", "isf.")
    reporting(ksf, isf)
    address = declaring(ksf, isf)
    changing(ksf, isf, address)
    contact(ksf, isf)
    warning(ksf, isf)
    calling(ksf, isf)
    handing_a_post_over(ksf, isf)
    meeting(ksf, isf)
    agreeing(ksf, isf)
    for settled in (moving_apart, watching, complaining, one_event, helping):
        settled(ksf, isf)
    handing_the_watch_over(ksf, isf)


def reporting(ksf: Seat, isf: Seat) -> None:
    """Seen by the watch, kept at home; the release officer lets its tear line go, and ISF reads it."""
    page = ksf.page
    go(page, "new/incident")
    page.locator("#f-summary").fill(SEEN)
    page.locator("#f-type").select_option("movement")
    page.locator("#f-place").fill("38S ME 30 60")
    expect(page.locator(".place .state")).to_contain_text("38S ME 30 60")
    ksf.saves()
    ksf.releases(SEEN, "tear")
    row = isf.page.locator("aside a.row", has_text=SEEN)
    row.click()
    article = isf.page.locator("main article").first
    isf.reads(article, "kind.incident")
    isf.reads(article, "ui.tear")
    isf.reads(article, "value.incident_type.movement")


def activity(seat: Seat, title: str) -> Locator:
    return seat.page.locator("a.row[data-activity]", has_text=title)


def declaring(ksf: Seat, isf: Seat) -> str:
    """Written by the planner for KSF alone, let go by the release officer, opened and countered by ISF."""
    page = ksf.page
    ksf.sits("planner", "activities")
    ksf.press("ui.activities.declare")
    page.locator("#f-title_text").fill(PATROL)
    page.locator("#f-type").select_option("patrol")
    for _ in range(3):
        ksf.press("ui.form.day_after")
    page.locator("#f-when").fill(CLOCK)
    page.locator("#f-when").press("Tab")
    page.get_by_role("radio", name=ksf.texts["ui.place.route"]).click()
    page.locator("summary", has_text=ksf.texts["ui.draw.corners"]).click()
    for grid in ("38SME30006000", "38SME31006100"):
        page.locator("#f-place-corner").fill(grid)
        page.keyboard.press("Enter")
    expect(page.locator(".place .state").first).to_contain_text(ksf.words("ui.place.corners", n=2))
    ksf.saves()
    address = page.url.split("#/")[1]
    ksf.releases(PATROL)

    go(isf.page, "activities")
    row = activity(isf, PATROL)
    isf.reads(row, "ui.answers.asked")
    row.click()
    isf.press("ui.answers.draw")
    isf.page.locator("#f-title_text").fill(COUNTER)
    isf.page.locator("#f-when").fill(LATER)
    isf.page.locator("#f-when").press("Tab")
    isf.saves()
    go(isf.page, "activities")
    activity(isf, PATROL).click()
    # Answers that were given before stand in the list beside it by the same words.
    isf.press("value.answer.request_change", isf.page.locator("main.open"))
    choice = isf.dialog().locator("select")
    expect(choice.locator("option", has_text=COUNTER)).to_have_count(1)
    choice.select_option(label=choice.locator("option", has_text=COUNTER).inner_text())
    isf.dialog().locator("textarea").fill("بعد الظهر من فضلكم")
    isf.dialog().locator("footer .main").click()
    expect(isf.page.locator("[data-waits=isf]")).to_have_count(0)
    return address


def changing(ksf: Seat, isf: Seat, address: str) -> None:
    """KSF reads the counter-plan and moves; ISF is asked again for what changed, and sees no conflict."""
    page = ksf.page
    ksf.sits("planner", "activities")
    activity(ksf, PATROL).filter(has_text=ksf.texts["value.answer.request_change"]).click()
    answers = page.get_by_role("region", name=ksf.texts["ui.answers.title"])
    expect(answers).to_contain_text("بعد الظهر من فضلكم")
    expect(answers.get_by_role("link")).to_contain_text(COUNTER)
    go(page, address)
    ksf.press("ui.act.revise")
    expect(page.locator("#f-when")).to_have_value(CLOCK)
    page.locator("#f-when").fill(LATER)
    page.locator("#f-when").press("Tab")
    ksf.saves()
    ksf.sits("release", address)
    told = page.locator(".copy").first
    expect(told.locator("li.done", has_text=ksf.texts["ui.told.opened"]).first).to_be_visible()
    ksf.lets_go(PATROL)

    isf.reads(isf.page.locator("[data-waits=isf]"), "ui.answers.asked_again")
    isf.press("value.answer.no_conflict_seen", isf.page.locator("main.open"))
    isf.dialog().locator("footer .main").click()
    expect(isf.page.locator("[data-waits=isf]")).to_have_count(0)
    isf.reads(isf.page.locator("main article .state").first, "value.state.answered")
    ksf.sits("watch", "activities")
    ksf.reads(activity(ksf, PATROL).first, "value.answer.no_conflict_seen")


def contact(ksf: Seat, isf: Seat) -> None:
    """Shots: one key, both sides answer, each asks the other for something, both close."""
    isf.sits("watch", "records")
    page = ksf.page
    page.keyboard.press("Control+F9")
    ksf.label("field.what").fill(SHOTS)
    page.get_by_role("button", name=ksf.texts["ui.contact.send"]).click()
    expect(page.locator("article[data-state=open]")).to_contain_text(SHOTS)
    ksf.press("value.contact_answer.not_ours", page.locator("article"))
    banner = isf.page.locator("section.contact", has_text=SHOTS)
    isf.press("value.contact_answer.unknown", banner)
    ksf.reads(page.locator("tr[data-party=isf]"), "value.contact_answer.unknown")
    ask(ksf, "hold_fire")
    isf.press("ui.contact.open", banner)
    isf.press("value.step_said.confirmed", isf.page.locator("li[data-step=hold_fire]"))
    ask(isf, "passage")
    ksf.reads(page.locator("li[data-step=hold_fire]"), "value.step_said.confirmed")
    ksf.press("value.step_said.confirmed", page.locator("li[data-step=passage]"))
    isf.reads(isf.page.locator("li[data-step=passage]"), "value.step_said.confirmed")
    ksf.press("ui.contact.close")
    expect(page.locator("tr[data-party=ksf] td").last).not_to_be_empty()
    expect(page.locator("section.contact", has_text=SHOTS)).to_be_visible()
    isf.press("ui.contact.close")
    for seat in (ksf, isf):
        expect(seat.page.locator("section.contact", has_text=SHOTS)).to_have_count(0)


def ask(seat: Seat, step: str) -> None:
    seat.page.locator(".ask button", has_text=seat.texts[f"value.contact_step.{step}"]).click()


def warning(ksf: Seat, isf: Seat) -> None:
    """An alert for the joint room, acknowledged there; the room that sent it sees by whom."""
    go(ksf.page, "alerts")
    ksf.press("ui.alert.new")
    ksf.among(SHARED)
    dialog = ksf.dialog()
    ksf.label("field.headline", dialog).fill(ALERT)
    dialog.get_by_label("kirkuk").check()
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    banner = isf.page.locator("section.alert", has_text=ALERT)
    isf.press("ui.alert.acknowledge", banner)
    expect(banner).to_have_count(0)
    row = ksf.page.locator("li[data-alert]", has_text=ALERT).locator("tr[data-room=kirkuk]")
    expect(row).to_contain_text("isf/watch-1")


def calling(ksf: Seat, isf: Seat) -> None:
    """Each side writes the same call into its own log, with its read-back; the copies stand side by side."""
    log_call(ksf, SAID)
    go(isf.page, "hotline")
    expect(isf.page.locator("li", has_text=SAID)).to_have_count(1)
    log_call(isf, SAID, answers=True)
    for seat in (ksf, isf):
        both = seat.page.locator("li", has=seat.page.locator("tr[data-field=said]"), has_text=SAID)
        expect(both.locator("tr[data-field=said]")).to_contain_class("agreed")
        expect(both.locator(".mark").first).to_be_visible()


def log_call(seat: Seat, said: str, *, answers: bool = False) -> None:
    go(seat.page, "hotline")
    seat.press("ui.hotline.new")
    seat.among(SHARED)
    dialog = seat.dialog()
    if answers:
        seat.label("ui.hotline.direction", dialog).select_option(label=seat.texts["ui.hotline.they_called"])
        same = seat.label("field.same_as", dialog)
        same.select_option(label=same.locator("option", has_text=said).inner_text())
    seat.label("field.said", dialog).fill(said)
    seat.label("ui.hotline.read_back", dialog).check()
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)


def holds(seat: Seat, status: str) -> None:
    """States by the form what one's own side holds of the post that is open."""
    seat.press("ui.posts.state", post(seat))
    seat.page.locator(f"input[name=f-status][value={status}]").check(force=True)
    seat.saves()


def post(seat: Seat) -> Locator:
    return seat.page.locator("[data-post]", has_text=POST)


def handing_a_post_over(ksf: Seat, isf: Seat) -> None:
    """Put on the register, held by one side, handed over once both have signed the same words."""
    ksf.sits("release", "posts")
    ksf.press("ui.posts.new")
    ksf.among(SHARED)
    ksf.page.locator("#f-name").fill(POST)
    ksf.page.locator("#f-place").fill("38S ME 31 61")
    expect(ksf.page.locator(".place .state")).to_contain_text("38S ME 31 61")
    ksf.saves()
    go(ksf.page, "posts")
    post(ksf).get_by_role("link", name=POST).click()
    holds(ksf, "held")
    go(isf.page, "posts")
    post(isf).get_by_role("link", name=POST).click()
    isf.reads(post(isf), "value.holding_state.held")
    holds(isf, "not_ours")
    go(ksf.page, "posts")
    post(ksf).get_by_role("link", name=POST).click()
    ksf.press("ui.posts.hand_over", post(ksf))
    ksf.saves()
    ksf.reads(ksf.page.locator("main article"), "value.state.unendorsed")
    for seat, then in ((ksf, "value.state.partly_endorsed"), (isf, "value.state.in_force")):
        endorse(seat, then)
    go(ksf.page, "posts")
    expect(post(ksf).locator(".hand")).to_contain_text(ksf.texts["value.state.in_force"])
    expect(post(ksf).locator(".line").first).to_contain_text("ISF")


def endorse(seat: Seat, then: str) -> None:
    seat.sits("signatory", "posts")
    post(seat).locator(".hand a").click()
    sign_what_was_read(seat.page, seat.texts["ui.act.endorse"], seat.texts["ui.endorse.read"], "ISF")
    seat.reads(seat.page.locator("main article"), then)


def handing_the_watch_over(ksf: Seat, isf: Seat) -> None:
    """Each takes over by the sheet of what is open, and is on the other side's list of who watches."""
    for seat, reach in ((ksf, "Perde 7"), (isf, "تحويلة بردي")):
        seat.sits("watch", "shift")
        seat.press("ui.shift.take")
        dialog = seat.dialog()
        expect(dialog.locator("ol li").first).to_be_visible()
        seat.label("field.reach", dialog).fill(reach)
        seat.label("ui.shift.have_read", dialog).check()
        seat.press("ui.shift.sign", dialog)
        expect(dialog).to_have_count(0)
    for seat in (ksf, isf):
        expect(seat.page.locator("tr[data-duty='ksf/erbil']")).to_contain_text("Perde 7")
        expect(seat.page.locator("tr[data-duty='isf/kirkuk']")).to_contain_text("تحويلة بردي")
        sheets = seat.page.get_by_role("region", name=seat.texts["ui.shift.sheets"])
        sheets.locator("a").first.click()
        expect(seat.page.locator("main article")).to_be_visible()
        unsigned = seat.texts["ui.unattested"]
        expect(seat.page.locator("article").get_by_text(unsigned, exact=True)).to_have_count(0)
