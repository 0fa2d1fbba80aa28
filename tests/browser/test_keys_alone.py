"""No mouse at all: each desk is reached, its rows walked, its act begun and left or saved, by keys alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Screens
from tests.browser.seats import TEXTS
from tests.browser.walk import DESKS, quiet, settle

KEYS = (ROOT / "ui/src/lib/keys.svelte.ts").read_text("utf-8")
LETTERS = {desk: letter for letter, desk in re.findall(r'\b([a-z]): "([a-z]+)"', KEYS)}
# What the officer of the watch begins at a desk, as the catalogue calls it, and what comes of it; at the
# other desks he reads, and Tab leads on from stop to stop.
ACTS = {
    "rules": ("ui.rules.propose", "form"),
    "posts": ("ui.posts.left", "form"),
    "complaints": ("ui.complaints.new", "form"),
    "requests": ("ui.requests.new_support", "form"),
    "alerts": ("ui.alert.new", "dialog"),
    "contact": ("ui.contact.now", "dialog"),
    "hotline": ("ui.hotline.new", "dialog"),
    "shift": ("ui.shift.take", "dialog"),
}
SAID = "Two lorries at 0600, said twice"
MANY, SOME = 90, 12
WORDS = json.loads((TEXTS / "en.json").read_text("utf-8"))
# What has the focus: its words, where it stands, and whether a frame shows that it has it.
_HELD = """() => {
  const held = document.activeElement;
  const frame = (e) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  };
  const box = held.getBoundingClientRect();
  return {
    words: (held.textContent || held.getAttribute('aria-label') || held.id || held.tagName).trim(),
    framed: [held, held.parentElement, ...held.querySelectorAll('*')].some((e) => e && frame(e)),
    shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    open: held.closest('main.open') !== null,
    nowhere: held === document.body,
    html: held.outerHTML.slice(0, 120),
  };
}"""
_MARK = "() => { document.activeElement.dataset.marked = ''; }"
_MARKED = "[data-marked]"


def held(page: Page) -> dict[str, Any]:
    """What has the focus; a frame shows it, on the screen."""
    found: dict[str, Any] = page.evaluate(_HELD)
    assert found["nowhere"] or (found["framed"] and found["shown"]), found
    return found


def reach(page: Page, words: str) -> None:
    """By Tab to what is called so, in what is open."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        now = held(page)
        if now["open"] and now["words"].startswith(words):
            return
    raise AssertionError(f"Tab never comes to {words}")


def finds(page: Page, desk: str) -> None:
    """By the palette, which opens over a form as well."""
    page.keyboard.press("Control+k")
    expect(page.locator("dialog input[role=combobox]")).to_be_focused()
    page.keyboard.type(WORDS[f"ui.desk.{desk}"])
    expect(page.locator(f"dialog [aria-selected=true][data-entry='go/{desk}']")).to_be_visible()
    page.keyboard.press("Enter")


def opens(page: Page, desk: str) -> None:
    """By its letter, or by its name in the palette: in a field a letter is a letter."""
    if desk in LETTERS and not page.locator(":is(input, textarea, select):focus").count():
        page.keyboard.press("g")
        page.keyboard.press(LETTERS[desk])
    else:
        finds(page, desk)
    expect(page).to_have_url(re.compile(f"#/{desk}$"))
    quiet(page)


@pytest.mark.soak
def test_every_desk_by_keys_alone(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.watch", size=(1280, 900))
    settle(page)
    for desk in DESKS:
        opens(page, desk)
        rows = page.locator(f"main.open a.row[href^='#/{desk}/']")
        if rows.count():
            page.keyboard.press("j")
            expect(rows.first).to_be_focused()
            held(page)
            page.keyboard.press("Enter")
            expect(page).to_have_url(re.compile(f"#/{desk}/."))
            quiet(page)
        if desk in ACTS:
            begins(page, desk, *ACTS[desk])
        else:
            for _ in range(SOME):
                page.keyboard.press("Tab")
                held(page)
    assert set(ACTS) <= set(DESKS)


def begins(page: Page, desk: str, key: str, what: str) -> None:
    """Begins the act and leaves it, and is where he was; a call he says and saves."""
    reach(page, WORDS[key])
    page.evaluate(_MARK)
    page.keyboard.press("Enter")
    if what == "form":
        expect(page.locator("main.open form")).to_be_visible()
        page.keyboard.press("Tab")
        assert not held(page)["nowhere"]
        finds(page, desk)
        expect(page).to_have_url(re.compile(f"#/{desk}$"))
        return
    expect(page.locator("dialog:focus-within")).to_be_visible()
    if desk == "hotline":
        says(page)
        expect(page.locator("main.open li", has_text=SAID).first).to_be_visible()
    else:
        page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(_MARKED)).to_be_focused()
    page.evaluate("() => { delete document.activeElement.dataset.marked; }")


def says(page: Page) -> None:
    """Fills the one field that must be filled, and sends it off."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        if page.locator("dialog textarea:focus").count():
            page.keyboard.type(SAID)
        if page.locator("dialog button[type=submit]:focus").count():
            page.keyboard.press("Enter")
            return
    raise AssertionError("Tab never comes to the button that saves")
