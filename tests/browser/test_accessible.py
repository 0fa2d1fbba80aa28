"""Nobody is shut out: every screen against WCAG 2.2 AA; in every language and light on the long run.

Arabic by night at 320 px is in test_hostile.py, which visits every screen anyway.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import bring, faults
from tests.browser.conftest import Demo, Screens
from tests.browser.seats import TEXTS, Seat
from tests.browser.walk import go, settle, walk

LOOKS = [("erbil", "watch", "en", "day")]
SOAK = bool(os.environ.get("SEAMLINE_SOAK"))
if SOAK:
    LOOKS = [
        (node, role, lang, light)
        for node, role in (("erbil", "watch"), ("kirkuk", "isf.planner"), ("baghdad", "administrator"))
        for lang in ("en", "ar", "ckb")
        for light in ("day", "night", "red")
    ]


@pytest.mark.parametrize(("node", "role", "lang", "light"), LOOKS)
def test_every_screen_keeps_the_rules(screens: Screens, node: str, role: str, lang: str, light: str) -> None:
    page = screens.open(node, lang=lang, size=(1280, 640))
    page.evaluate(f"localStorage.setItem('seamline.theme', '{light}')")
    page.reload()
    expect(page.locator(f"button[data-role='{role}']")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == light
    bring(page)
    found = {"sign-in": faults(page, whole=True)}
    page.locator(f"button[data-role='{role}']").click()
    expect(page.locator("header .me")).to_be_attached()
    settle(page)
    for path in walk(page):
        found[path] = faults(page, whole=path == "attention")
    found |= dialogs(page, lang)
    found["wall"] = wall(page)
    assert {path: said for path, said in found.items() if said} == {}
    assert len(found) > 35


def dialogs(page: Page, lang: str) -> dict[str, list[Any]]:
    """What opens over the screens: palette, help, settings, contact now, and a print."""
    words = json.loads((TEXTS / f"{lang}.json").read_text("utf-8"))
    found = {}

    def look(name: str, shown: str) -> None:
        expect(page.locator(f"dialog[open] {shown}").first).to_be_visible()
        found[name] = faults(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)

    go(page, "shift")
    for key, shown in (("Control+k", "[role=option]"), ("F1", ".what")):
        page.keyboard.press(key)
        look(key, shown)
    page.keyboard.press("Control+k")
    page.locator("dialog input[role=combobox]").fill(words["ui.settings.title"])
    page.locator("[data-entry='settings']").click()
    look("settings", "[data-setting]")
    if page.locator("header [aria-keyshortcuts='Control+F9']").count():
        page.keyboard.press("Control+F9")
        look("contact now", "form")
    if (button := page.get_by_role("button", name=words["ui.print.day"])).count():
        button.click()
        look("print", "fieldset")
    return found


def wall(page: Page) -> list[Any]:
    """The room's screen, all of it: nothing else is on it."""
    if page.locator("aside.side").count() == 0:  # an administrator reads no records, and has none
        return []
    go(page, "wall")
    expect(page.locator("main.wall footer")).to_be_visible()
    said = faults(page, whole=True)
    page.keyboard.press("Escape")
    expect(page.locator("main.wall")).to_have_count(0)
    return said


@pytest.mark.parametrize("lang", ["ckb"] if not SOAK else ["en", "ar", "ckb"])
def test_forms_of_what_is_there_and_the_node_s_own_desk_keep_the_rules(
    demo: Demo, screens: Screens, lang: str
) -> None:
    """What the walk does not pass: the next revision of a record, and who looks after the node."""
    screens.provoked.add(401)
    seat = Seat(screens.open("erbil", "watch", lang=lang, size=(1280, 640)), lang)
    page = seat.page
    bring(page)
    settle(page)
    own = demo.call("erbil", "watch", "GET", "records?kind=incident&party=ksf&limit=1")["items"][0]
    go(page, f"records/{own['id']}/revise")
    expect(page.locator("main.open form")).to_be_visible()
    found = {"revise": faults(page)}
    asked = demo.call("erbil", "watch", "GET", "requests")["items"]
    waits = next(one for one in asked if any(turn["party"] == "ksf" for turn in one["turns"]))
    go(page, f"requests/{waits['record']['id']}")
    expect(page.locator("[data-who=release]")).to_contain_text(seat.texts["value.role.release"])
    found["whose turn"] = faults(page)
    page.get_by_role("button", name=seat.texts["ui.sign_out"]).click()
    page.locator("button[data-role=administrator]").click()
    expect(page.locator("main h1")).to_be_visible()
    found["administrator"] = faults(page, whole=True)
    go(page, "links")
    found["his links"] = faults(page, whole=True)
    assert {path: said for path, said in found.items() if said} == {}
