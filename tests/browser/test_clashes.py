"""Both clashes of the exercise: the released one in the room, the other at the mover's headquarters alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Screens

PATROL, CLEARING = "دەوریەی ڕێگای دبس", "تطهير بساتين شمال الدبس"
MOVE, RIDGE = "إشغال مواقع قره جوغ الخالية", "دەوریەی لووتکەی قەرەچووغ"


def test_the_room_shows_the_clash_of_released_plans_and_no_other(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", chart=True)
    page.get_by_role("link", name="Clashes").first.click()
    clash = page.locator("aside a.row")
    expect(clash).to_have_count(1)
    expect(clash).to_contain_text(PATROL)
    expect(clash).to_contain_text(CLEARING)
    expect(clash).to_contain_text("Seen by ISF, KSF")
    clash.click()
    expect(page.get_by_text("Both plan to be here at the same time")).to_be_visible()
    expect(page.locator("main .fig", has_text="38S ME").first).to_be_visible()
    expect(page.get_by_text(MOVE)).to_have_count(0)


def test_the_qarachogh_clash_shows_to_its_owner_alone(screens: Screens) -> None:
    page = screens.open("baghdad", "planner")
    page.goto(page.url.split("#")[0] + "#/clashes")
    expect(page.locator("aside a.row")).to_have_count(2)
    alone = page.locator("aside a.row", has_text=MOVE)
    expect(alone).to_contain_text(RIDGE)
    expect(alone).to_contain_text("Seen by ISF alone")


def test_no_clash_is_never_safe(screens: Screens) -> None:
    page = screens.open("adviser", "watch")
    page.goto(page.url.split("#")[0] + "#/clashes")
    expect(page.locator("aside").get_by_role("status")).to_contain_text("None in what was shared; ")
