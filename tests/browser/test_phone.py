"""A telephone without a signal: reports wait, sealed, and go in order, once each; an upgrade is noticed."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Demo, Screens
from tests.browser.test_sharing import fill_incident

PHONE = (390, 844)
KEPT = """async () => {
  const of = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const shelves = await of(indexedDB.open('seamline.locker'));
  const read = (name) => of(shelves.transaction(name).objectStore(name).getAll());
  const rows = await Promise.all(['keys', 'waiting', 'photos'].map(read));
  shelves.close();
  const bytes = rows.flat().map((row) => new TextDecoder('latin1').decode(row.data ?? new Uint8Array()));
  const text = [...Object.entries(localStorage).flat(), ...bytes].join(' ');
  return { text, counts: rows.map((each) => each.length) };
}"""
"""What somebody finds who opens this browser's stores."""
HELP_KEPT = """async () => {
  for (let text = ''; !text.includes('"help.shift"'); await new Promise(requestAnimationFrame))
    text = (await (await caches.match('./api/texts/en'))?.text()) ?? '';
}"""
"""Once the words of help are kept with those of the screens."""


def write(page: Page, summary: str, *, more: bool = False) -> None:
    page.goto(page.url.split("#")[0] + "#/new/incident")
    fill_incident(page, summary)
    if more:
        page.get_by_title("Where this phone is").click()
        expect(page.locator("#f-place")).not_to_have_value("")
        page.locator("main details summary").first.click()
        picture = page.screenshot()
        page.locator("#f-photos").set_input_files(
            {"name": "p.png", "mimeType": "image/png", "buffer": picture}
        )
        expect(page.locator("form li canvas")).to_be_visible()


def send(page: Page) -> None:
    page.locator("form button[type=submit]").click()


def said(demo: Demo, words: str) -> list[dict[str, Any]]:
    found = demo.call("erbil", "watch", "GET", f"records?kind=incident&q={words}&limit=50")["items"]
    return sorted(found, key=lambda item: item["no"])


def ready(page: Page, context: BrowserContext) -> None:
    """The service worker has kept what opens the screens; after that there is no signal."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.set_offline(True)


def opens_over_any_screen(page: Page, context: BrowserContext) -> None:
    """Palette and help, in the very words, without a signal; loaded anew meanwhile."""
    page.evaluate(HELP_KEPT)
    ready(page, context)
    page.reload()
    expect(page.locator("aside .row").first).to_be_attached()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("help")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("All that was said and that you may see")
    page.keyboard.press("Escape")


def test_reports_wait_without_a_signal_and_go_in_order_once_each(screens: Screens, demo: Demo) -> None:
    page = screens.open("erbil", "watch", size=PHONE, worker=True)
    context = page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 35.5, "longitude": 44.1, "accuracy": 12})
    screens.offline = True
    opens_over_any_screen(page, context)
    write(page, "Bridgefirst seen broken", more=True)
    send(page)
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_have_count(1)
    expect(page.locator(".waiting")).to_contain_text("There is no signal")
    write(page, "Bridgesecond burns")
    page.reload()
    expect(page.locator("#f-summary")).to_have_value("Bridgesecond burns")
    send(page)
    expect(waiting).to_have_count(2)
    held = page.evaluate(KEPT)
    assert held["counts"] == [1, 2, 1]
    assert "Bridge" not in held["text"]

    # The answer to the first is lost on the way: it is sent again, and stays one record.
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        route.fetch()
        lost.append(json.loads(route.request.post_data)["id"])
        route.abort()

    page.route("**/api/records", lose)
    context.set_offline(False)
    expect(waiting).to_have_count(0, timeout=60_000)
    assert lost
    first, second = said(demo, "Bridgefirst"), said(demo, "Bridgesecond")
    assert [len(first), len(second)] == [1, 1]
    assert first[0]["no"] < second[0]["no"]
    assert first[0]["id"] == lost[0]
    assert first[0]["body"]["photos"][0]["hash"]
    assert first[0]["body"]["place"]["accuracy_m"] == 12


def test_what_was_typed_is_its_officers_alone(screens: Screens, demo: Demo) -> None:
    # What the screen asked for while its officer was leaving is refused.
    screens.provoked.add(401)
    page = screens.open("erbil", "watch", lang="ar", size=PHONE)
    write(page, "Canalword unfinished")
    page.goto(page.url.split("#")[0] + "#/shift")
    page.get_by_label("ما حدث في الغرفة").fill("Canalword in the log")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.includes('.typed.log'))")
    page.reload()
    expect(page.get_by_label("ما حدث في الغرفة")).to_have_value("Canalword in the log")
    page.locator("header .toggle").click()
    page.get_by_title("خروج").click()
    expect(page.locator("button[data-role=release]")).to_be_visible()
    held = page.evaluate(KEPT)
    assert held["counts"][0] == 0
    assert "Canalword" not in held["text"]
    page.locator("button[data-role=release]").click()
    page.goto(page.url.split("#")[0] + "#/new/incident")
    expect(page.locator("#f-summary")).to_have_value("")
    assert "Canalword" not in page.evaluate(KEPT)["text"]
    page.goto(page.url.split("#")[0] + "#/")
    page.locator("header .toggle").click()
    page.get_by_title("خروج").click()
    page.locator("button[data-role=watch]").click()
    page.goto(page.url.split("#")[0] + "#/new/incident")
    expect(page.locator("#f-summary")).to_have_value("Canalword unfinished")


def test_who_leaves_without_a_signal_has_left_once_the_node_is_heard(screens: Screens) -> None:
    screens.offline = True
    screens.provoked.add(401)
    page = screens.open("erbil", "watch")
    page.context.set_offline(True)
    page.get_by_title("Sign out").click()
    expect(page.locator("button[data-role=watch]")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("button[data-role=watch]")).to_be_visible()
    # The cookie that was left behind opens nothing any more.
    assert page.evaluate("fetch('./api/me').then((reply) => reply.status)") == 401


def test_a_page_from_before_an_upgrade_says_so(screens: Screens) -> None:
    page = screens.open("erbil", "watch")
    page.route("**/build.json", lambda route: route.fulfill(json={"build": "another"}))
    expect(page.get_by_role("status").filter(has_text="upgraded")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("status").filter(has_text="upgraded")).to_be_visible()


def test_what_a_telephone_installs_is_all_there(demo: Demo) -> None:
    def get(path: str) -> tuple[str, bytes]:
        with urllib.request.urlopen(f"{demo.url('erbil')}/{path.removeprefix('./')}", timeout=20) as reply:
            assert reply.status == 200
            return str(reply.headers["content-type"]), reply.read()

    kind, manifest = get("manifest.webmanifest")
    assert kind == "application/manifest+json"
    said = json.loads(manifest)
    assert (said["start_url"], said["scope"], said["display"]) == ("./", "./", "standalone")
    assert {get(icon["src"])[0] for icon in said["icons"]} == {"image/png", "image/svg+xml"}
    worker = get("sw.js")[1].decode()
    build = json.loads(get("build.json")[1])["build"]
    assert f'const BUILD = "{build}"' in worker
    assert f'<meta name="build" content="{build}"' in get("")[1].decode()
    kept = json.loads(worker.split("const FILES = ")[1].split(";\n")[0])
    assert all(get(path)[1] for path in kept)
    assert not any("/api/" in path for path in kept)
