"""Everything by keyboard: palette, letters, rows, help; in any script, and off for who wants none."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo, Screens

ARABIC_K = (
    "dispatchEvent(new KeyboardEvent('keydown', {key: 'ن', code: 'KeyK', ctrlKey: true, cancelable: true}))"
)


def palette(page: Page, typed: str) -> None:
    """Opens it, types, and waits until something is chosen."""
    page.keyboard.press("Control+k")
    page.locator("dialog input[role=combobox]").fill(typed)
    expect(page.locator("dialog [aria-selected=true]")).to_be_visible()


def at(page: Page, path: str) -> None:
    expect(page).to_have_url(re.compile(f"#/{path}"))


def looks_at(url: str, east: float, north: float) -> bool:
    """Whether a still picture of less than half a degree around that point is asked for."""
    box = parse_qs(urlsplit(url).query).get("bbox")
    if not box:
        return False
    x0, y0, x1, y1 = (float(edge) for edge in box[0].split(","))
    return x0 < east < x1 < x0 + 0.5 and y0 < north < y1


def test_the_palette_goes_anywhere_and_does_anything(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil", "watch", home=True)
    palette(page, "post")
    page.keyboard.press("Enter")
    at(page, "posts")
    palette(page, "new incid")
    page.keyboard.press("Enter")
    at(page, "new/incident")
    # A number counts within its channel: another may have the same.
    found = demo.call("erbil", "watch", "GET", "records?kind=incident&limit=500")["items"]
    number = found[0]["number"]
    palette(page, number.lower())
    expect(page.locator("dialog [aria-selected=true]")).to_contain_text(number)
    page.keyboard.press("Enter")
    at(page, "records/(" + "|".join(one["id"] for one in found if one["number"] == number) + ")")
    # From a desk without a map, a grid reference and a name lead to the picture, and the map looks there.
    page.goto(page.url.split("#")[0] + "#/alerts")
    with page.expect_request(lambda asked: looks_at(asked.url, 44.088, 35.663)):
        palette(page, "38S ME 1764 4795")
        page.keyboard.press("Enter")
    expect(page.locator("section.map")).to_be_visible()
    # What was gone to stands out, until its card is closed.
    expect(page.locator("[data-found]")).to_be_visible()
    expect(page.locator("aside.card")).to_contain_text("38S ME 1764 4795")
    page.locator("aside.card button").click()
    expect(page.locator("[data-found]")).to_have_count(0)
    palette(page, "مخمو")
    expect(page.locator("[data-entry^='place/']").first).to_contain_text("38S LE")
    page.keyboard.press("Escape")
    palette(page, "night col")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "night"
    palette(page, "contact now")
    expect(page.locator("dialog [aria-selected=true] kbd")).to_have_text(["Ctrl", "F9"])
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is heard or seen")).to_be_visible()
    page.keyboard.press("Escape")


def test_the_palette_loses_no_letter_and_calls_records_by_what_they_say(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil", "watch")
    # Whoever types on while it is still fetched loses no letter of it, and none goes elsewhere.
    fetched: list[Route] = []

    def hold(route: Route) -> None:
        fetched.append(route)

    page.route(re.compile(r"/Palette-"), hold)
    page.locator("input[type=search], aside.side a.row").first.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("pox")
    page.keyboard.press("Backspace")
    page.keyboard.type("st")
    for held in fetched:
        held.continue_()
    page.unroute_all(behavior="wait")
    expect(page.locator("dialog input[role=combobox]")).to_have_value("post")
    page.keyboard.press("Escape")
    # Kinds without a title of their own say what they say in words, and no page shows how it is kept.
    palette(page, "patrol dibis road")
    calls = page.locator("[data-entry^='record/']").filter(has_text="ISF → KSF")
    expect(calls.first).to_be_visible()
    page.keyboard.press("Escape")
    (universe,) = demo.call("erbil", "watch", "GET", "records?kind=universe")["items"]
    page.goto(page.url.split("#")[0] + f"#/records/{universe['id']}")
    expect(page.locator("main [data-field=areas]")).to_have_text(re.compile("38S.*Area"))
    expect(page.locator("main [data-field=facilitator] dd")).to_have_text("MAG")


def test_letters_move_and_open_and_can_be_switched_off(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", home=True)
    rows = page.locator("aside.side a.row")
    expect(rows.nth(1)).to_be_visible()
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    href = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    at(page, str(href).removeprefix("#/"))
    page.keyboard.press("g")
    page.keyboard.press("m")
    at(page, "meetings")
    page.keyboard.press("?")
    expect(page.locator("dialog .what")).to_contain_text("agenda from what is open")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    at(page, "attention")
    # Tab stops once at the rail; arrows go along it, and round.
    page.locator(".rail a[aria-current=page]").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#/activities"
    assert page.locator(".rail a[tabindex='0']").count() == 1
    palette(page, "this screen")
    page.keyboard.press("Enter")
    page.locator("[data-setting=letters] input[value=off]").check()
    page.keyboard.press("Escape")
    page.locator("h1, h2").first.click()
    page.keyboard.press("n")
    page.keyboard.press("1")
    at(page, "attention")
    page.keyboard.press("F1")
    expect(page.get_by_text("Single letters are switched off")).to_be_visible()


def test_a_flash_incident_takes_at_most_25_keys_beside_its_text(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil", "watch", home=True)
    expect(page.locator("aside.side .row").first).to_be_visible()
    struck = 0

    def strike(*keys: str) -> None:
        nonlocal struck
        for key in keys:
            page.keyboard.press(key)
            struck += 1

    strike("Control+k")
    expect(page.locator("dialog input[role=combobox]")).to_be_focused()
    strike(*"inc")
    expect(page.locator("dialog [aria-selected=true]")).to_have_text(re.compile("incident", re.IGNORECASE))
    strike("Enter")
    expect(page.locator("#f-summary")).to_be_focused()
    page.keyboard.type("The reeds burn north of the weir")
    strike("Control+ArrowDown", "f", "Control+ArrowDown", "Control+ArrowDown", *"makh")
    expect(page.locator("#f-place-found button").first).to_be_visible()
    while not page.evaluate("document.activeElement.closest('#f-place-found') !== null"):
        strike("Tab")
    strike("Enter", "Control+ArrowDown", "ArrowLeft", "Control+Enter")
    at(page, "records/")
    said = demo.call("erbil", "watch", "GET", f"records/{page.url.rsplit('/', 1)[1]}")
    assert (said["lane"], said["body"]["type"]) == ("flash", "fire")
    assert said["body"]["place"]["name"]
    assert struck <= 25


def test_in_arabic_keys_go_by_their_place_and_an_officer_finds_his_language_again(screens: Screens) -> None:
    screens.provoked = {401}
    page = screens.open("baghdad", "watch", lang="ar", home=True)
    offer = page.locator(".offer")
    offer.get_by_role("button").first.click()
    expect(page.locator("#tour-title")).to_be_visible()
    page.keyboard.press("ArrowLeft")  # ahead, where the text runs that way
    expect(page.locator("dialog .cap")).to_contain_text("2")
    page.keyboard.press("Escape")
    expect(page.locator("#tour-title")).to_have_count(0)
    page.reload()
    expect(page.locator("aside.side .row").first).to_be_visible()
    expect(offer).to_have_count(0)
    page.evaluate(ARABIC_K)
    page.locator("dialog input[role=combobox]").fill("هذه الشاشة")
    page.keyboard.press("Enter")
    page.locator("[data-setting=digits] input[value=eastern]").check()
    page.locator("[data-setting=theme] input[value=red]").check()
    page.keyboard.press("Escape")
    expect(page.locator(".clock .local")).to_have_text(re.compile(r"[٠-٩]{2}:[٠-٩]{2}"))
    # Grid references and date-time groups are read out in one set of figures everywhere.
    expect(page.locator(".beside time bdi.fig").first).to_have_text(re.compile(r"^\d{6}[A-Z]$"))
    colour = "getComputedStyle(document.querySelector('aside.side .row')).color"
    assert page.evaluate(colour) == "rgb(255, 0, 0)"
    page.locator(".langs button[lang=ckb]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ckb")
    page.locator(".end button").last.click()
    expect(page.locator("button[data-role=watch]")).to_be_visible()
    page.locator(".langs button[lang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("button[data-role=watch]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ckb")
