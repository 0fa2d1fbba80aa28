"""Nobody is shut out: every screen against WCAG 2.2 AA by axe-core, in every language and light."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Screens
from tests.browser.walk import settle, walk

AXE = ROOT / "ui/node_modules/axe-core/axe.min.js"
# Every rule once; then, in another language and light, those that depend on them. The long run takes all.
VARY = ("color-contrast", "target-size", "valid-lang", "html-has-lang")
LOOKS: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    ("erbil", "watch", "en", "day", ()),
    ("kirkuk", "isf.planner", "ar", "night", VARY),
]
if os.environ.get("SEAMLINE_SOAK"):
    LOOKS = [
        (node, role, lang, light, ())
        for node, role in (("erbil", "watch"), ("kirkuk", "isf.planner"), ("baghdad", "administrator"))
        for lang in ("en", "ar", "ckb")
        for light in ("day", "night", "red")
    ]
# Only what is open is looked at where it stands beside the same list and bar as before.
RUN = """async ([whole, some]) => {
  const open = document.querySelector('dialog[open]') ?? document.querySelector('main.open');
  const seen = whole ? document : open ?? document.querySelector('aside.side');
  const every = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const runOnly = some.length ? { type: 'rule', values: some } : every;
  const { violations } = await axe.run(seen, { runOnly, preload: false, resultTypes: ['violations'] });
  return violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html, v.nodes[0].failureSummary]);
}"""


def faults(page: Page, some: tuple[str, ...], *, whole: bool = False) -> list[Any]:
    """What axe-core finds against WCAG 2.2 A and AA, or some rules: rule, count, first element, why."""
    return list(page.evaluate(RUN, [whole, list(some)]))


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is not installed: npm ci in ui/, or make ui")
    return AXE.read_text("utf-8")


@pytest.mark.parametrize(("node", "role", "lang", "light", "some"), LOOKS)
def test_every_screen_keeps_the_rules(
    screens: Screens, axe: str, node: str, role: str, lang: str, light: str, some: tuple[str, ...]
) -> None:
    page = screens.open(node, lang=lang)
    page.evaluate(f"localStorage.setItem('seamline.theme', '{light}')")
    page.reload()
    expect(page.locator(f"button[data-role='{role}']")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == light
    page.evaluate(axe)  # by the debugger: the policy of the page lets no script in
    found = {"sign-in": faults(page, some, whole=True)}
    page.locator(f"button[data-role='{role}']").click()
    expect(page.locator("header .me")).to_be_attached()
    settle(page)
    for path in walk(page):
        found[path] = faults(page, some, whole=path == "attention")
    for key, shown in (("Control+k", "[role=option]"), ("F1", ".what")):
        page.keyboard.press(key)
        expect(page.locator(f"dialog[open] {shown}").first).to_be_visible()
        found[key] = faults(page, some)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert {path: said for path, said in found.items() if said} == {}
    assert len(found) > 30
