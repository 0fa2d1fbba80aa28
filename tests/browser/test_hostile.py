"""Words meant to break a screen are words on every screen, down to the narrowest (WCAG 2.2, 1.4.10).

On the same way: what axe-core finds in Arabic, by night, at 320 px.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.axe import VARY, bring, faults
from tests.browser.conftest import Demo, Screens
from tests.browser.walk import go, settle, walk

MARKUP = "<img src=x onerror=\"document.title='taken'\"><script>1</script>"
# Marks that turn the direction of what follows, as far as records may hold them; then a word without end.
NASTY = MARKUP + " \u200f{{7*7}} ${7*7} \u061cevil\u200e " + "W" * 400
LINE, TEXT = NASTY[:200], NASTY + "م" * 7_000
DAY = {"start": 1_795_240_800_000, "end": 1_795_242_600_000}
PLACE = {
    "geometry": {"type": "Point", "coordinates": [438_412_000, 354_512_000]},
    "accuracy_m": 100,
    "name": "<b>" + "م" * 150,
}
HAPPENED = {"type": "other", "occurred": DAY, "place": PLACE, "narrative": TEXT}
PLANNED = {"type": "patrol", "when": DAY, "place": PLACE, "remarks": TEXT}
ALLEGED = {"allegation": "other", "when": DAY, "place": PLACE, "narrative": TEXT}
RECORDS: list[tuple[str, str, dict[str, Any]]] = [
    ("watch", "incident", {"summary": LINE, **HAPPENED}),
    ("planner", "activity", {"title_text": LINE, **PLANNED}),
    ("watch", "site", {"name": LINE, "type": "school", "place": PLACE, "remarks": TEXT}),
    ("watch", "post", {"name": LINE, "place": PLACE, "remarks": TEXT}),
    ("watch", "complaint", {"summary": LINE, **ALLEGED}),
    ("watch", "agenda_item", {"title_text": LINE, "text": TEXT}),
    ("watch", "log_entry", {"when": DAY["start"], "text": TEXT}),
    ("watch", "note", {"text": TEXT}),
]
# What reaches past the edge of the window. Tables and what else runs along the line may scroll in their
# box, and a name may be cut short with its three points.
OUTSIDE = """() => [...document.querySelectorAll('body *')].filter((e) => {
  const within = (box) => box.left >= -1 && box.right <= innerWidth + 1;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || within(box) || e.closest('.map, .sr')) return false;
  const wide = e.closest('table, pre, .links') !== null;
  for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
    const { overflowX, textOverflow } = getComputedStyle(up);
    const keeps = overflowX !== 'visible' && (wide || textOverflow === 'ellipsis');
    if (keeps && within(up.getBoundingClientRect())) return false;
  }
  return true;
}).slice(0, 3).map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`)"""
TAKEN = """() => document.title === 'taken' ||
  document.querySelectorAll('#app img[src=x], #app script, #app bdi b').length > 0"""


def seed(demo: Demo) -> list[str]:
    """The records, kept within one side; their ids."""
    said = []
    for role, kind, body in RECORDS:
        record = {"kind": kind, "channel": "ksf", "body": {**body, "synthetic": True}}
        said.append(demo.call("erbil", role, "POST", "records", record)["id"])
    return said


def look(page: Page, path: str) -> list[str]:
    """What is wrong with the screen at that address."""
    wrong = [f"{path}: {what}" for what in page.evaluate(OUTSIDE)]
    return [*wrong, f"{path}: markup was taken for markup"] if page.evaluate(TAKEN) else wrong


def test_hostile_words_are_harmless_on_every_screen_of_320_points(demo: Demo, screens: Screens) -> None:
    ids = seed(demo)
    page = screens.open("erbil", lang="ar", size=(320, 640))
    page.evaluate("localStorage.setItem('seamline.theme', 'night')")
    page.reload()
    page.locator("button[data-role=watch]").click()
    expect(page.locator("a.row").first).to_be_visible()
    bring(page)
    settle(page)
    wrong, found = [], {}
    for path in walk(page):
        wrong += look(page, path)
        found[path] = faults(page, VARY)
    for one in ids:
        go(page, f"records/{one}")
        wrong += look(page, f"records/{one}")
    assert wrong == []
    assert {path: said for path, said in found.items() if said} == {}
