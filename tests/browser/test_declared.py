"""Declare and answer, facts against rules, and the register of posts, on two screens of the room."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import go

BRIDGE, WELL = "پشکنینی پردی دبس", "Well post"


def test_an_activity_is_answered_and_both_sides_see_the_answer(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.planner")
    go(page, "activities")
    row = page.locator("a.row.ours", has_text=BRIDGE)
    expect(row).to_contain_text("is asked for an answer")
    row.click()
    asked = page.locator("[data-waits=isf]")
    expect(asked).to_be_visible()
    page.get_by_role("button", name="Request change").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("If it changes, you are asked again.")
    # One's own plans can be named instead; nobody else's.
    expect(dialog.locator("option", has_text="Recovery of a broken-down lorry")).to_have_count(1)
    names = dialog.locator("option").all_inner_texts()
    assert not any("Survey of the track south of Makhmour" in name for name in names)
    dialog.locator("select").select_option(label=next(n for n in names if "southern half" in n))
    dialog.locator("textarea").fill("After noon, please")
    dialog.get_by_role("button", name="Save and release").click()
    expect(page.get_by_text("After noon, please")).to_be_visible()
    expect(asked).to_have_count(0)
    address = page.url.split("#")[1].lstrip("/")
    theirs = screens.open("kirkuk", "ksf.planner", lang="ar", size=(390, 844))
    go(theirs, address)
    section = theirs.locator("section", has=theirs.get_by_role("heading", name="الأجوبة"))
    expect(section).to_contain_text("طلب تغيير")
    expect(section).to_contain_text("After noon, please")
    expect(theirs.locator("main article .state")).to_have_text("أُجيب عنه")
    assert not theirs.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_fact_is_put_on_an_agenda_and_says_so_to_both(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch")
    go(page, "rules")
    fact = page.locator("[data-fact=notice]").first
    expect(fact).to_contain_text("clause 24 h")
    expect(page.locator("[data-rule]", has_text="Ground kept around Makhmour camp")).to_contain_text(
        "In force"
    )
    fact.get_by_role("button", name="Put on an agenda").click()
    page.locator("button.save").click()
    expect(page.locator("main article")).to_contain_text("clause 24 h")
    theirs = screens.open("kirkuk", "ksf.watch", lang="ar")
    go(theirs, "rules")
    expect(theirs.locator("[data-fact=notice]", has_text="مقترح لاجتماع")).to_have_count(1)


def test_a_side_states_what_it_holds_and_the_register_follows(demo: Demo, screens: Screens) -> None:
    page = screens.open("kirkuk", "ksf.watch", lang="ar")
    go(page, "posts")
    post = page.locator("[data-post]", has_text=WELL)
    expect(post).to_contain_text("محفوظ")
    post.get_by_role("link", name=WELL).click()
    post.get_by_role("button", name="اذكر ما نشغله").click()
    page.locator("input[name=f-status][value=not_ours]").check()
    page.locator("button.save").click()
    expect(page.locator("main article")).to_be_visible()
    go(page, "posts")
    expect(page.locator("[data-post]", has_text=WELL)).not_to_contain_text("محفوظ")
    items = demo.call("kirkuk", "isf.watch", "GET", "posts")["items"]
    (well,) = [item for item in items if item["post"]["title"].startswith(WELL)]
    assert (well["status"], well["holders"]) == ("held", ["isf"])
