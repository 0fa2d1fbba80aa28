"""The pictures of the manuals, from a fresh demonstration: docs/pictures/*.png, and ar/ and ckb/ in it.

python scripts/pictures.py [en|ar|ckb] [NAME…]     all of them, or those named; needs Chromium and the
                                                   built screens
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from browser import HOW_TO_GET_ONE, executable
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "docs" / "pictures"
LANGS = ("en", "ar", "ckb")
PORT, START, PATIENCE = 8870, 90, 60_000
WIDE, PHONE = (1280, 800), (390, 844)
ARGS = ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# Few colours are on a screen; so a picture of it is a tenth of the size.
COLOURS = 96


class Shot(NamedTuple):
    """One picture. wait: what is on screen when it is taken; keys: pressed before, one after the other."""

    name: str
    node: str
    role: str
    path: str
    wait: str
    keys: tuple[str, ...] = ()
    lang: str = "en"
    theme: str = "day"
    size: tuple[int, int] = WIDE
    click: str = ""


SHOTS = (
    Shot("first-screen", "kirkuk", "isf.watch", "clashes", "main.open dl", click="aside a.row"),
    Shot("home", "erbil", "watch", "attention", "aside a.row"),
    Shot("record", "kirkuk", "ksf.watch", "records", "main article", click="aside a.row:nth-of-type(2)"),
    Shot("form", "erbil", "watch", "new/incident", "main form"),
    Shot(
        "release",
        "erbil",
        "release",
        "records",
        "dialog[open]",
        ("r",),
        click="aside a.row:has(.chip.closed)",
    ),
    Shot("activities", "baghdad", "planner", "activities", "main a.row", lang="ar"),
    Shot("posts", "kirkuk", "isf.watch", "posts", "main article"),
    Shot("contact", "erbil", "watch", "attention", "dialog[open]", ("Control+F9",)),
    Shot("shift", "erbil", "watch", "shift", "main.open .body *", lang="ckb"),
    Shot(
        "meeting",
        "kirkuk",
        "isf.signatory",
        "meetings",
        "main.open h2",
        click="main.open a[href^='#/meetings/0'] >> nth=1",
    ),
    Shot("blind", "baghdad", "release", "blind", "[data-universe]"),
    Shot("links", "baghdad", "watch", "links", "main.open .body, main.open article"),
    Shot("audit", "baghdad", "auditor", "audit", "[data-deed]", lang="ar"),
    Shot("palette", "kirkuk", "isf.watch", "records", "dialog [role=option]", ("Control+k",)),
    Shot("help", "kirkuk", "isf.watch", "meetings", "dialog .what", ("F1",)),
    Shot("red", "kirkuk", "isf.watch", "attention", "aside a.row", theme="red"),
    Shot("phone", "baghdad", "watch", "new/incident", "main form", lang="ar", size=PHONE),
    Shot("steward", "erbil", "administrator", "", "main h1"),
    Shot("glossary", "erbil", "watch", "glossary", "dl div", lang="ckb"),
)


MANUALS = ROOT / "docs" / "manual"


def shots(langs: list[str]) -> list[tuple[Path, Shot]]:
    """Where each belongs: in English those of every document, else those that its manuals show."""
    found = [(TO / f"{shot.name}.png", shot) for shot in SHOTS if "en" in langs]
    for lang in langs:
        pages = "".join(path.read_text("utf-8") for path in sorted(MANUALS.glob(f"*.{lang}.md")))
        shown = set(re.findall(rf"pictures/(?:{lang}/)?([\w-]+)\.png", pages))
        named = (shot for shot in SHOTS if shot.name in shown)
        found += ((TO / lang / f"{shot.name}.png", shot._replace(lang=lang)) for shot in named)
    return found


def main(words: list[str]) -> int:
    """Take them and return the exit code."""
    langs = [word for word in words if word in LANGS] or list(LANGS)
    names = [word for word in words if word not in LANGS]
    wanted = [(path, shot) for path, shot in shots(langs) if not names or shot.name in names]
    browser = executable()
    if browser is None or not wanted:
        print(HOW_TO_GET_ONE if wanted else __doc__, file=sys.stderr)
        return 2
    with demo() as urls, sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=ARGS)
        for path, shot in wanted:
            data = small(take(started, urls[shot.node], shot))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{path.relative_to(TO)}: {len(data) // 1000} kB", flush=True)
        started.close()
    return 0


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Addresses of the nodes of a demonstration that has just begun; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="seamline-pictures-") as folder:
        log = Path(folder, "log.txt")
        words = [sys.executable, "-m", "seamline", "demo", "--dir", f"{folder}/demo", "--no-browser"]
        with log.open("w") as output:
            running = subprocess.Popen([*words, "--port", str(PORT)], cwd=ROOT, stdout=output, stderr=output)
        try:
            yield _ready(running, log, Path(folder, "demo", "demo.json"))
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(30)


def _ready(running: subprocess.Popen[bytes], log: Path, card: Path) -> dict[str, str]:
    deadline = time.monotonic() + START
    while "\nready" not in (said := log.read_text()):
        if running.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the demonstration did not start:\n{said}")
        time.sleep(0.2)
    return {name: node["url"] for name, node in json.loads(card.read_text())["nodes"].items()}


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """The picture as the browser writes it."""
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    held = {"seamline.lang": shot.lang, "seamline.theme": shot.theme, "seamline.tour": "seen"}
    context.add_init_script("".join(f"localStorage.setItem('{k}', '{v}');" for k, v in held.items()))
    page = context.new_page()
    page.goto(url)
    page.locator(f"button[data-role='{shot.role}']").click()
    page.locator(".me").first.wait_for(state="attached")
    page.goto(f"{url}#/{shot.path}")
    _act(page, shot)
    page.locator(shot.wait).first.wait_for()
    page.wait_for_timeout(6_000)  # the map draws when it has its tiles, and says nothing of it
    data = page.screenshot()
    context.close()
    return data


def _act(page: Page, shot: Shot) -> None:
    if shot.click:
        page.locator(shot.click).first.click()
        page.locator("main.open :is(article, dl, h2)").first.wait_for()
    elif shot.role != "administrator":
        page.locator(".live[data-state=connected]").wait_for(state="attached")
    if shot.keys:  # what takes them comes after the first list
        page.wait_for_timeout(3_000)
    for key in shot.keys:
        if len(key) == 1:  # a letter works once what it presses is there
            page.locator(f"[data-key={key}]").first.wait_for()
        page.keyboard.press(key)


def small(png: bytes) -> bytes:
    """The same picture in few colours."""
    out = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
