"""Nobody is shut out: every screen against WCAG 2.2 AA; in every language and light on the long run.

Arabic by night at 320 px is in test_hostile.py, which visits every screen anyway.
"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.browser.axe import bring, faults
from tests.browser.conftest import Screens
from tests.browser.walk import settle, walk

LOOKS = [("erbil", "watch", "en", "day")]
if os.environ.get("SEAMLINE_SOAK"):
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
    for key, shown in (("Control+k", "[role=option]"), ("F1", ".what")):
        page.keyboard.press(key)
        expect(page.locator(f"dialog[open] {shown}").first).to_be_visible()
        found[key] = faults(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert {path: said for path, said in found.items() if said} == {}
    assert len(found) > 30
