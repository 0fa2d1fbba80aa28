"""Screens and prints look as they did when somebody looked at each of them and kept its picture.

`make snapshots` takes them again, to be looked at before they are committed (docs/design.md). Demonstration
and browser believe that it is the same minute of the same day, and the letters are the program's own, so that
a picture differs where the screens do.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from tests.browser import likeness
from tests.browser.conftest import HERE, ROOT, START, Demo, Screens, demonstration
from tests.browser.looks import LOOKS, NODE, PRINTS, ROLE, WIDE, Look
from tests.browser.walk import go, quiet, settle

KEPT = HERE / "snapshots"
RENEW = os.environ.get("SEAMLINE_SNAPSHOTS") == "write"
# Ten in the morning of a Wednesday, in Baghdad; the screens are looked at half a minute later, while links
# still count as heard.
BEGAN = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
NOW = BEGAN.replace(second=30)
SETTLING = (("erbil", "watch"), ("kirkuk", "isf.watch"), ("baghdad", "watch"), ("adviser", "watch"))
FONTS = ROOT / "seamline/texts/fonts"
# Letters that are the same on every machine; the net's figures are in the fixed pitch that Linux brings.
_LETTERS = """async () => {
  const faces = [[400, 'snapshot-400.ttf'], [700, 'snapshot-700.ttf']]
    .map(([weight, name]) => new FontFace('Snapshot', `url(./${name})`, { weight: String(weight) }));
  for (const face of await Promise.all(faces.map((face) => face.load()))) document.fonts.add(face);
  const { style } = document.documentElement;
  style.setProperty('--font', 'Snapshot, "Noto Sans Arabic", sans-serif');
  style.setProperty('--font-figures', '"DejaVu Sans Mono", monospace');
}"""
_SETTLED = """async () => {
  await document.fonts.ready;
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
}"""
QUALITY, SHARP = 60, 1.3


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration that began at that minute, whatever the time is."""
    folder = tmp_path_factory.mktemp("snapshots") / "demo"
    clock = {
        "PYTHONPATH": str(HERE / "fixed"),
        "SEAMLINE_TEST_SINCE": str(time.time_ns()),
        "SEAMLINE_TEST_BEGAN": str(int(BEGAN.timestamp()) * 1_000_000_000),
    }
    with demonstration(folder, **clock) as made:
        deadline = time.monotonic() + START
        while any(owes(made, node, role) for node, role in SETTLING):
            assert time.monotonic() < deadline, "the nodes do not come to an end"
            time.sleep(0.1)
        yield made


def owes(demo: Demo, node: str, role: str) -> bool:
    """Whether anything waits to be sent from there, or to be receipted, as far as that is known."""
    links = demo.call(node, role, "GET", "links")["items"]
    return any(link["waiting"] is None or sum(link["waiting"].values()) for link in links)


@pytest.fixture
def demo(began: Demo) -> Demo:
    """Screens open there, not at the one that the other tests share and change."""
    return began


def seat(screens: Screens) -> Page:
    """An officer's screen, in the program's own letters, once all other nodes are heard."""
    page = screens.open(NODE, ROLE, size=WIDE, home=True, still=True, at=NOW)
    fonts = "**/snapshot-*.ttf"
    page.route(fonts, lambda route: route.fulfill(path=FONTS / f"noto-sans-{route.request.url[-7:]}"))
    expect(page.locator("header .links li:not(.down)")).to_have_count(3)
    page.locator("p.notice button").click()
    page.locator(".offer button").last.click()
    page.evaluate(_LETTERS)
    settle(page)
    return page


def show(page: Page, look: Look) -> None:
    """Goes there as an officer would, and until all has come and is drawn."""
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    if page.locator("html").get_attribute("lang") != look.lang:
        go(page, "records")
        page.locator(f".langs button[lang={look.lang}]").click()
        expect(page.locator("html")).to_have_attribute("lang", look.lang)
    while page.locator("html").get_attribute("data-theme") != look.theme:
        page.locator("header .lights").click()
    page.set_viewport_size({"width": look.size[0], "height": look.size[1]})
    go(page, look.path)
    if look.click:
        page.locator(look.click).first.click()
    for key in look.keys:
        page.keyboard.press(key)
    expect(page.locator(look.wait).first).to_be_visible()
    quiet(page)
    if look.size == WIDE and not page.locator(".shell.page").count():
        expect(page.locator(".still canvas[data-taken]:not(.busy)")).to_be_visible()
    page.evaluate(_SETTLED)


def differs(name: str, taken: bytes, folder: Path) -> str:
    """In what it differs from the picture that is kept, in words; "" if in nothing. Or it is kept now."""
    path = KEPT / f"{name}.webp"
    # As it would be kept: what compression takes away is taken from both.
    with Image.open(BytesIO(taken)) as picture:
        picture.convert("RGB").save(made := BytesIO(), "WEBP", quality=QUALITY)
    if RENEW:
        path.write_bytes(made.getvalue())
    if not path.exists():
        return "none is kept: make snapshots, look at it, commit it"
    now, kept = likeness.read(made.getvalue()), likeness.read(path.read_bytes())
    said = likeness.unlike(now, kept)
    if said:
        (folder / f"{name}.png").write_bytes(likeness.where(now, kept))
        said += f"; see {folder / name}.png"
    return said


def test_every_screen_looks_as_it_did(screens: Screens, tmp_path: Path) -> None:
    wrong: dict[str, str] = {}
    page = seat(screens)
    for look in LOOKS:
        show(page, look)
        if said := differs(look.name, page.screenshot(animations="disabled"), tmp_path):
            wrong[look.name] = said
        for _ in look.keys:
            page.keyboard.press("Escape")
    assert wrong == {}


def test_every_print_looks_as_it_did(demo: Demo, tmp_path: Path) -> None:
    wrong: dict[str, str] = {}
    for form in PRINTS:
        path = "day.pdf"
        if form.programme:
            asked = f"records?kind=programme&q={quote(form.programme)}"
            path = f"programmes/{demo.call(NODE, ROLE, 'GET', asked)['items'][0]['id']}/print.pdf"
        token = demo.nodes[NODE]["tokens"][ROLE]
        url = f"{demo.url(NODE)}/api/{path}?lang={form.lang}"
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=60) as reply:
            document = pypdfium2.PdfDocument(reply.read())
        page, out = document[0], BytesIO()
        page.render(scale=SHARP).to_pil().save(out, "PNG")
        page.close()
        document.close()
        if said := differs(form.name, out.getvalue(), tmp_path):
            wrong[form.name] = said
    assert wrong == {}


def faded(one: likeness.Picture, factor: float) -> likeness.Picture:
    """In another shade: what is white stays white."""
    return 255 - (255 - one) * factor


def test_what_a_person_would_see_is_seen_and_nothing_else() -> None:
    kept = likeness.read((KEPT / "rules.webp").read_bytes())
    moved, without, coloured, reworded = (kept.copy() for _ in range(4))
    moved[120:880, 820:] = kept[120:880, 808:-12]  # a panel twelve points aside
    without[240:270, 840:1060] = kept[244, 838]  # a title that is missing
    coloured[:52] = faded(kept[:52], 0.92)  # the bar in another shade
    reworded[255:282, 845:1150] = kept[375:402, 845:1150]  # a title that says something else
    for other in (moved, without, coloured, reworded):
        assert likeness.unlike(other, kept)
    assert likeness.unlike(kept[:-1], kept)
    # What another version of the browser, or of its letters, may do.
    picture = Image.fromarray(kept.astype(np.uint8))
    for same in (picture, picture.filter(ImageFilter.GaussianBlur(0.5))):
        assert likeness.unlike(np.asarray(same, dtype=np.float32), kept) == ""
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < 1_700_000
