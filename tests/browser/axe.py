"""axe-core on a page: what it finds against WCAG 2.2 A and AA."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT

AXE = ROOT / "ui/node_modules/axe-core/axe.min.js"
# Rules whose answer depends on language, light or width; the others need one look only.
VARY = ("color-contrast", "target-size", "valid-lang", "html-has-lang")
# Only what is open is looked at where it stands beside the same list and bar as before.
_RUN = """async ([whole, some]) => {
  const open = document.querySelector('dialog[open]') ?? document.querySelector('main.open');
  const seen = whole ? document : open ?? document.querySelector('aside.side');
  const every = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const runOnly = some.length ? { type: 'rule', values: some } : every;
  const { violations } = await axe.run(seen, { runOnly, preload: false, resultTypes: ['violations'] });
  return violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html, v.nodes[0].failureSummary]);
}"""


def bring(page: Page) -> None:
    """Puts axe-core into the page, by the debugger: its policy lets no foreign script in."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: npm ci in ui/, or make ui")
    page.evaluate(AXE.read_text("utf-8"))


def faults(page: Page, some: tuple[str, ...] = (), *, whole: bool = False) -> list[Any]:
    """Rule, count, first element and why, of every violation; some: of these rules only."""
    return list(page.evaluate(_RUN, [whole, list(some)]))
