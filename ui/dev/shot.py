"""Pictures of the screens, for looking at. python ui/dev/shot.py OUT.png [--url U] [--lang ar] [--size 1440x900] [--theme night] [--go HASH] [--role R] [--js JS]"""

from __future__ import annotations

import argparse
import shutil

from playwright.sync_api import sync_playwright

ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip


def main() -> None:
    """One picture."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--url", default="http://127.0.0.1:8890/")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--theme", default="day")
    parser.add_argument("--go", default="")
    parser.add_argument("--role", default="release")
    parser.add_argument("--click", action="append", default=[])
    parser.add_argument("--wait", type=int, default=2500)
    parser.add_argument("--dpr", type=float, default=1)
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=given.dpr)
        page.on(
            "console", lambda m: print("console", m.type, m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda e: print("pageerror", e))
        page.add_init_script(
            f"localStorage.setItem('seamline.lang','{given.lang}');localStorage.setItem('seamline.theme','{given.theme}')"
        )
        page.goto(given.url)
        page.wait_for_timeout(600)
        if given.role:
            button = page.locator(f"button[data-role='{given.role}']")
            if button.count():
                button.click()
                page.wait_for_timeout(500)
        if given.go:
            page.evaluate(f"location.hash = '#/{given.go}'")
        page.wait_for_timeout(given.wait)
        for selector in given.click:
            page.click(selector)
            page.wait_for_timeout(700)
        page.screenshot(path=given.out)
        browser.close()


if __name__ == "__main__":
    main()
