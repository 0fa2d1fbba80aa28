"""Every address of the screens, one after the other on one page, each once nothing is being fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
DESKS = re.findall(r'\{ id: "([a-z]+)"', (ROOT / "ui/src/desks/index.ts").read_text("utf-8"))
LISTS = ("attention", "records", "clashes", "gaps")
FORMS = ("activity", "alert", "watch")
WAYS = ("watch", "links", "import", "audit/logs", "audit/stated", "new", *(f"new/{kind}" for kind in FORMS))

_COUNT = """() => {
  const real = window.fetch;
  window.asking = 0;
  window.fetch = (...words) => {
    window.asking += 1;
    return real(...words).finally(() => setTimeout(() => { window.asking -= 1; }));
  };
}"""
_GO = """async (path) => {
  const frame = () => new Promise(requestAnimationFrame);
  if (path) location.hash = path;
  for (let quiet = 0; quiet < 2; ) {
    await frame();
    quiet = window.asking || document.querySelector('.desk > .body:empty') ? 0 : quiet + 1;
  }
}"""
_FIRST = "path => document.querySelector(`main.open a[href^='#/${path}/']`)?.getAttribute('href').slice(2)"
_RECORD = "() => document.querySelector(\"a.row[href^='#/records/']\")?.getAttribute('href').slice(2)"
# With all its rows in the list beside it, each look would take three times as long.
_FEW = "دبس"
_NARROW = """async (few) => {
  const field = document.querySelector('aside input[type=search]');
  if (!field) return;
  field.value = few;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  while (document.querySelectorAll('aside a.row').length > 12) await new Promise(requestAnimationFrame);
}"""


def settle(page: Page) -> None:
    """Counts what the page fetches from now on, so that go() can wait for it."""
    page.evaluate(_COUNT)


def go(page: Page, path: str) -> None:
    """To that address, and until all it asks for has come."""
    page.evaluate(_GO, f"#/{path}")


def quiet(page: Page) -> None:
    """Until all that is being asked for has come."""
    page.evaluate(_GO, "")


def walk(page: Page) -> Iterator[str]:
    """Goes to every list, form and desk, and to the first thing that each list or desk leads to."""
    go(page, "records")
    page.evaluate(_NARROW, _FEW)
    for path in (*LISTS, *WAYS, *DESKS):
        go(page, path)
        yield path
        if path == "records":
            deeper = page.evaluate(_RECORD)
        elif path in LISTS:
            first = f"aside a.row[href^='#/{path}/']"
            deeper = page.evaluate("s => document.querySelector(s)?.getAttribute('href').slice(2)", first)
        else:
            deeper = page.evaluate(_FIRST, path)
        if deeper:
            go(page, deeper)
            yield deeper
