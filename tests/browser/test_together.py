"""Two accounts of one event, complaints, joint activities and standard texts, as two officers use them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import go

PASTED = """> INCREP
> 1 Precedence: Immediate
> 2 Type: تبادل إطلاق نار
> 4 Locatoin: 38S ME 17644 47950; 200 m; Dibis bridge
> 5 Summary: Shots from the north bank
> 6 Killed: none known
> 7 Wounded: ٢
> END
> duty-3"""


def test_two_accounts_are_linked_and_a_common_account_is_proposed(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", lang="ar")
    go(page, "events")
    # By event time the reader's own account stands first; the marks are words, in his language.
    page.locator(".desk .list a.row", has_text="Dibis bridge").first.click()
    expect(page.locator("[data-field=summary] mark").first).to_be_visible()
    expect(page.locator("[data-field=wounded]")).to_contain_text("مختلف")
    expect(page.locator("[data-field=civilians]")).to_contain_text("KSF")
    # The first text is one's own side's.
    expect(page.locator(".heads .head").first).to_contain_text("ISF")

    page = screens.open("kirkuk", "ksf.watch")
    go(page, "events")
    page.locator(".desk .list a.row", has_text="درۆنێک").click()
    page.get_by_role("button", name="Say that it is one event").click()
    expect(page.locator(".one .acts")).to_contain_text("Said to be one event by")
    page.locator("[data-field=summary] input").first.check()
    for field in ("occurred", "place"):
        page.locator(f"[data-field={field}] input").last.check()
    page.get_by_role("button", name="Propose a common account").click()
    expect(page.locator("#f-summary")).to_have_value("درۆنێک لە باشووری قەرەچووغ")
    page.locator("button.save").click()
    expect(page.locator("main article")).to_contain_text("Not endorsed")


def test_a_complaint_is_acknowledged_and_the_next_step_follows(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch")
    go(page, "complaints")
    page.locator(".desk .list a.row", has_text="شوانێک").click()
    expect(page.locator("li.next")).to_have_attribute("data-step", "acknowledged")
    page.locator("li.next").get_by_role("button").click()
    expect(page.locator("main legend", has_text="Who may see this")).to_be_visible()
    page.locator("button.save").click()
    expect(page.locator("main article h1")).to_have_text("Acknowledged")

    page = screens.open("kirkuk", "ksf.watch", lang="ar")
    go(page, "complaints")
    page.locator(".desk .list a.row", has_text="شوانێک").click()
    expect(page.locator("li.next")).to_have_attribute("data-step", "team")
    expect(page.locator("li[data-step=acknowledged]")).to_contain_text("ISF")
    expect(page.locator(".desk .list")).to_contain_text("تبقى أسماؤهم على الورق")


def test_a_plan_is_drawn_up_and_a_track_across_the_river_is_told(screens: Screens) -> None:
    screens.provoked.add(400)
    page = screens.open("kirkuk", "isf.signatory", lang="ar")
    go(page, "joint")
    page.locator(".desk .list a.row", has_text="both banks").click()
    expect(page.get_by_role("alert").first).to_contain_text("the river")
    expect(page.locator("[data-field=abort_word]")).to_contain_text("HEATHER")

    page = screens.open("kirkuk", "ksf.planner")
    go(page, "joint")
    page.locator(".desk .list a.row", has_text="Kirkuk–Dibis road").click()
    page.get_by_role("button", name="Draw up the plan").click()
    page.locator("main form summary").click()
    page.locator("#f-duties").get_by_role("button", name="Duty").click()
    page.locator("#f-duties").get_by_role("radio").first.check()
    page.get_by_label("Post and number").fill("duty-8")
    page.locator("button.save").click()
    # A duty without hours is refused where it stands, and nothing is saved.
    expect(page.get_by_text("this field is required").first).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    page.locator("button.save").click()
    expect(page.locator("main article")).to_contain_text("Not endorsed")
    expect(page.locator("main")).to_contain_text("south lane, one section")


def test_a_pasted_text_becomes_a_form_and_a_record_is_read_out(screens: Screens, demo: Demo) -> None:
    before = len(demo.call("kirkuk", "ksf.watch", "GET", "records?kind=incident")["items"])
    page = screens.open("kirkuk", "ksf.watch")
    go(page, "texts")
    page.locator("textarea").fill(PASTED)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("[data-line=type]")).to_contain_text("Exchange of fire")
    expect(page.locator("[data-line=killed]")).to_contain_text("Not understood")
    expect(page.locator("[data-line=location]")).to_contain_text("known by its number alone")
    expect(page.locator("ul.rest")).to_contain_text("duty-3")
    page.get_by_role("button", name="Go on as new").click()
    expect(page.locator("#f-summary")).to_have_value("Shots from the north bank")
    assert len(demo.call("kirkuk", "ksf.watch", "GET", "records?kind=incident")["items"]) == before

    page = screens.open("kirkuk", "isf.watch", lang="ar")
    found = demo.call("kirkuk", "isf.watch", "GET", "records?kind=incident&q=bridge")["items"][0]
    go(page, f"records/{found['id']}")
    page.get_by_role("button", name="بصوت عالٍ").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("pre")).to_contain_text("INCREP")
    expect(dialog.locator("pre")).to_contain_text("ISF + KSF")
    dialog.get_by_label("English").check()
    expect(dialog.locator("pre")).to_contain_text("Incident report")


def test_what_endangers_somebody_is_destroyed_with_the_signatory_s_own_key(
    screens: Screens, demo: Demo
) -> None:
    body = {
        "summary": "Seen at the well by night",
        "allegation": "shooting",
        "when": {"start": "2026-11-20T01:00:00Z", "end": "2026-11-20T02:00:00Z"},
        "place": {"lon": 44.05, "lat": 35.68},
        "synthetic": True,
    }
    asked = {"kind": "complaint", "channel": "isf", "body": body}
    kept = demo.call("baghdad", "watch", "POST", "records", asked)
    page = screens.open("baghdad", "signatory")
    go(page, f"complaints/{kept['id']}")
    page.get_by_role("button", name="Destroy it everywhere").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 revision will be destroyed")
    dialog.locator("textarea").fill("It tells who spoke.")
    dialog.get_by_role("button", name="Destroy", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".desk .list")).not_to_contain_text("Seen at the well")
    acts = demo.call("baghdad", "watch", "GET", "records?kind=destruction")["items"]
    assert [(a["body"]["of"], a["attested"]) for a in acts] == [(kept["id"], True)]
    found = demo.call("baghdad", "watch", "GET", "records?kind=complaint&q=well")["items"]
    assert found == []
