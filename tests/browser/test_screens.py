"""Sign-in, languages, the map, forms, small screens, old browsers, hostile words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import Seat

RAW_KEY = re.compile(r"\b(?:ui|kind|field|value|error|note)\.[a-z_]+\b")
# Where the first sign of life of the map is: something other than bare ground has been drawn.
DRAWN = "() => document.querySelector('canvas.maplibregl-canvas')?.width > 300"


def words(page: Page) -> str:
    return page.locator("body").inner_text()


def test_desks_stand_in_the_order_of_the_alphabet(screens: Screens) -> None:
    page = screens.open("kirkuk")
    expect(page.get_by_role("heading", level=1)).to_have_text("kirkuk", ignore_case=True)
    parties = [text.strip() for text in page.locator(".desk .badge").all_inner_texts()]
    assert parties == ["ISF", "KSF"]
    assert page.locator(".desk").nth(0).locator("button").all_inner_texts() == (
        page.locator(".desk").nth(1).locator("button").all_inner_texts()
    )


def test_a_wrong_password_is_refused_in_words_and_signing_out_closes_the_screen(screens: Screens) -> None:
    screens.provoked = {401}
    page = screens.open("erbil")
    page.get_by_label("Officer (post and number)").fill("watch-1")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not RAW_KEY.search(words(page))
    page.locator("button[data-role=watch]").click()
    expect(page.locator("a.row").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("button[data-role=watch]")).to_be_visible()


@pytest.mark.parametrize(("node", "lang"), [("baghdad", "ar"), ("erbil", "ckb")])
def test_right_to_left_is_mirrored_and_complete(screens: Screens, node: str, lang: str) -> None:
    page = screens.open(node, "watch", lang=lang, chart=True)
    page.locator("a.row").first.click()
    expect(page.locator("main article")).to_be_visible()
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", lang]
    side, chart, record = (page.locator(s).bounding_box() for s in ("aside.side", "section.map", "main.open"))
    assert record
    assert chart
    assert side
    assert (record["x"], chart["x"] < side["x"]) == (0, True)
    assert not RAW_KEY.search(words(page))
    # Latin figures keep their own order inside the sentence.
    assert page.locator("main bdi.fig").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    page.goto(page.url.split("#")[0] + "#/new/incident")
    expect(page.locator("#f-type option")).not_to_have_count(0)
    assert not RAW_KEY.search(words(page))
    assert not re.search(
        r"\b(?:fire_exchange|infiltration|Summary|Occurred)\b", page.locator("main").inner_text()
    )


def test_the_map_draws_and_takes_a_place(screens: Screens) -> None:
    page = screens.open("erbil", "watch", chart=True)
    page.wait_for_function(DRAWN)
    expect(page.locator(".credit")).to_contain_text("OpenStreetMap")
    page.get_by_role("button", name="Layers").click()
    expect(page.get_by_text("Coordination line, without prejudice (schematic)")).to_be_visible()
    page.get_by_role("button", name="Layers").click()
    page.goto(page.url.split("#")[0] + "#/new/incident")
    page.get_by_role("button", name="On the map").click()
    expect(page.get_by_text("Click the map to set the place.")).to_be_visible()
    page.locator("canvas.maplibregl-canvas").click(position={"x": 150, "y": 300})
    expect(page.locator("#f-place")).to_have_value(re.compile(r"^3[78][ST] "))
    # By name, in any spelling of the keyboard.
    page.locator("#f-place").fill("مخمو")
    page.locator(".found button").first.click()
    expect(page.locator(".place .state .fig")).to_contain_text("38S LE")


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(screens: Screens) -> None:
    screens.provoked = {400}
    seat = Seat(screens.open("erbil", "watch", lang="ckb"), "ckb")
    page = seat.page
    page.goto(page.url.split("#")[0] + "#/new/incident")
    page.locator("#f-summary").fill("Half a report")
    page.locator("#f-type").select_option("ied")
    page.locator("button.save").click()
    seat.reads(page.locator("#f-place-e"), "remedy.required")
    expect(page.locator("#f-place")).to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(page.get_by_text(seat.texts["ui.form.restored"])).to_be_visible()
    expect(page.locator("#f-summary")).to_have_value("Half a report")
    seat.press("ui.form.discard")
    expect(page.locator("#f-summary")).to_have_value("")


def test_filters_search_and_follow(screens: Screens) -> None:
    page = screens.open("erbil", "watch", chart=True)
    page.wait_for_function(DRAWN)
    everything = page.locator("aside a.row")
    expect(everything.first).to_be_visible()
    page.get_by_role("searchbox").fill("دبس")
    expect(page.locator("aside a.row", has_text="دەوریەی ڕێگای دبس")).to_be_visible()
    page.get_by_role("searchbox").fill("no such thing anywhere")
    expect(page.locator("aside").get_by_role("status")).to_contain_text(
        "None in what was shared; last contact "
    )
    page.get_by_role("button", name="Clear filter").click()
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Kind").select_option("incident")
    expect(page.locator("aside a.row", has_text="Activity")).to_have_count(0)
    expect(everything.first).to_contain_text("Incident")


def test_a_phone_shows_one_thing_at_a_time(screens: Screens) -> None:
    page = screens.open("erbil", "watch", size=(390, 844), chart=True)
    page.locator("a.row").first.click()
    expect(page.locator("main article")).to_be_visible()
    expect(page.locator("aside.side")).to_be_hidden()
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.locator("section.map")).to_be_visible()
    expect(page.locator("main.open")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_webgl_the_lists_work(screens: Screens) -> None:
    page = screens.open("erbil", "watch", chart=False)
    expect(page.get_by_text("This browser cannot draw the map")).to_be_visible()
    page.locator("a.row").first.click()
    expect(page.locator("main article")).to_be_visible()


def test_by_keyboard_alone(screens: Screens) -> None:
    page = screens.open("erbil")
    page.locator("button[data-role=auditor]").focus()
    page.keyboard.press("Enter")
    row = page.locator("a.row").first
    expect(row).to_be_visible()
    row.focus()
    # Of the row that has the focus: another may have come to stand before it.
    expect(page.locator("a.row:focus")).not_to_have_css("outline-style", "none")
    page.keyboard.press("Enter")
    expect(page.locator("main article")).to_be_visible()
    # An auditor reads all of the party's and changes nothing: there is nothing to press.
    expect(page.locator("main footer")).to_have_count(0)
    expect(page.get_by_role("link", name="New record")).to_have_count(0)


def test_hostile_words_are_words(demo: Demo, screens: Screens) -> None:
    nasty = "<img src=x onerror=alert(1)> \u200fevil\u200e " + "W" * 150
    body = {
        "text": "<script>document.title='taken'</script>" + "\u200f" + "x" * 7_000,
    }
    incident = {
        "summary": nasty,
        "type": "other",
        "occurred": {"start": 1_790_000_000_000, "end": 1_790_000_060_000},
        "place": {"lon": 43.9, "lat": 35.9, "name": "<b>here</b>"},
    }
    ids = []
    for kind, said in (("note", body), ("incident", incident)):
        record = {"kind": kind, "channel": "ksf", "body": said}
        ids.append(demo.call("erbil", "watch", "POST", "records", record)["id"])
    page = screens.open("erbil", "watch")
    for id in ids:
        page.goto(demo.url("erbil") + f"/#/records/{id}")
        expect(page.locator("main article")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    assert page.locator("main img, main script, main dd b").count() == 0
    assert page.title() == "erbil · Seamline"
    panel = page.locator("main.open")
    assert panel.evaluate("e => e.scrollWidth <= e.clientWidth + 1")


def test_the_policy_allows_no_script_but_ours(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil")
    policy = page.request.get(demo.url("erbil")).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'; style-src 'self'; img-src 'self';" in policy
    assert page.evaluate("document.querySelectorAll('script:not([src]), style, [style]').length") == 0
