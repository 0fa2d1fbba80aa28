"""Every address of the screens, one after the other on one page, each once nothing is being fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
DESKS = re.findall(r'\{ id: "([a-z]+)"', (ROOT / "ui/src/desks/index.ts").read_text("utf-8"))
LISTS = ("attention", "records", "clashes", "gaps")
FORMS = ("incident", "activity", "alert", "post", "watch", "complaint")
WAYS = ("watch", "links", "import", "new", *(f"new/{kind}" for kind in FORMS))

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
  location.hash = path;
  for (let quiet = 0; quiet < 3; ) {
    await frame();
    quiet = window.asking || document.querySelector('.desk > .body:empty') ? 0 : quiet + 1;
  }
}"""
_FIRST = "path => document.querySelector(`main.open a[href^='#/${path}/']`)?.getAttribute('href').slice(2)"
_RECORD = "() => document.querySelector(\"a.row[href^='#/records/']\")?.getAttribute('href').slice(2)"
# The list beside the rest has been looked at by then; with all its rows each later look takes far longer.
_NARROW = """() => {
  const field = document.querySelector('aside input[type=search]');
  field.value = 'no such words';
  field.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def settle(page: Page) -> None:
    """Counts what the page fetches from now on, so that go() can wait for it."""
    page.evaluate(_COUNT)


def go(page: Page, path: str) -> None:
    """To that address, and until all it asks for has come."""
    page.evaluate(_GO, f"#/{path}")


def walk(page: Page) -> Iterator[str]:
    """Goes to every list, form and desk, and to the first thing that each list or desk leads to."""
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
        if path == "records":
            go(page, path)
            page.evaluate(_NARROW)
            page.locator("aside a.row").first.wait_for(state="detached")
