"""Revisions and answers without a signal: they wait, go once each, and say so where the record moved on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import go
from tests.browser.test_sharing import fill_incident

HELP = "**/assets/Help-*.js"


def said(page: Page, summary: str) -> str:
    """An incident of one's own, entered at the screen; its id."""
    go(page, "new/incident")
    fill_incident(page, summary)
    page.locator("form button[type=submit]").click()
    expect(page.locator("main article")).to_contain_text(summary)
    return page.url.rsplit("/", 1)[1]


def words_of(demo: Demo, id: str) -> list[str]:
    """What each revision says, the oldest first."""
    history = demo.call("erbil", "release", "GET", f"records/{id}/history")["items"]
    return [one["body"]["summary"] for one in sorted(history, key=lambda one: one["rev"])]


def revise(page: Page, id: str, summary: str) -> None:
    go(page, f"records/{id}/revise")
    page.locator("#f-summary").fill(summary)


def opens_once_there_is_a_signal(page: Page) -> None:
    """What was never fetched says so over what stands there, and opens by itself; nothing typed is lost."""
    page.keyboard.press("F1")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("the node cannot be reached now")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("alert")).to_contain_text("as soon as there is a signal")
    page.unroute(HELP)
    page.context.set_offline(False)
    expect(dialog).to_contain_text("Write a record")
    page.keyboard.press("Escape")
    expect(page.locator("#f-summary")).to_have_value("Weirfirst loud")
    page.context.set_offline(True)


def test_a_revision_and_an_answer_wait_and_go_once_each(screens: Screens, demo: Demo) -> None:
    screens.offline = True
    screens.provoked.add(409)
    page = screens.open("erbil", "release")
    page.route(HELP, lambda route: route.abort())  # however soon it is fetched ahead
    plain, moved = said(page, "Weirfirst quiet"), said(page, "Weirsecond quiet")
    todo = [
        one["activity"]
        for one in demo.call("erbil", "release", "GET", "activities?limit=200")["items"]
        if one["may_answer"]
    ]
    revise(page, plain, "Weirfirst loud")
    page.context.set_offline(True)
    opens_once_there_is_a_signal(page)
    page.locator("form button[type=submit]").click()
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("Incident, revised")
    page.context.set_offline(False)
    expect(waiting).to_have_count(0, timeout=60_000)
    assert words_of(demo, plain) == ["Weirfirst quiet", "Weirfirst loud"]

    # An answer, and a revision of a record that moves on meanwhile.
    go(page, f"activities/{todo[0]['id']}")
    page.get_by_role("button", name="No conflict seen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Remarks").fill("Read at the weir")
    page.context.set_offline(True)
    dialog.locator("footer .main").click()
    expect(page.get_by_text("Your answer waits for a signal")).to_be_visible()
    page.context.set_offline(False)
    expect(waiting).to_have_count(0, timeout=60_000)
    answers = demo.call("erbil", "release", "GET", "records?kind=answer&q=weir&limit=10")["items"]
    assert [one["body"]["remarks"] for one in answers] == ["Read at the weir"]

    revise(page, moved, "Weirsecond by me")
    page.context.set_offline(True)
    page.locator("form button[type=submit]").click()
    expect(waiting).to_have_count(1)
    body = demo.call("erbil", "release", "GET", f"records/{moved}")["body"] | {
        "summary": "Weirsecond by them"
    }
    demo.call("erbil", "release", "POST", f"records/{moved}/revise", {"rev": 1, "body": body})
    page.context.set_offline(False)
    expect(waiting).to_contain_text("revision 2 stands now", timeout=60_000)
    waiting.get_by_role("button").click()
    expect(page.locator("#f-summary")).to_have_value("Weirsecond by me")
    expect(page.get_by_text("revision 2 stands now")).to_be_visible()
    page.locator("form button[type=submit]").click()
    expect(page.locator("main article")).to_contain_text("Weirsecond by me")
    assert words_of(demo, moved) == ["Weirsecond quiet", "Weirsecond by them", "Weirsecond by me"]
