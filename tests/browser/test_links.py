"""The page of links: what stands between two nodes, and what is carried by hand where no line is."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from seamline.log import keys, statement
from seamline.store.partybook import read_statements
from tests.browser.conftest import ROOT, Demo, Screens

PLACE = {"geometry": {"type": "Point", "coordinates": [437_420_123, 357_160_456]}}
WHEN = {"start": 1_795_250_000_000, "end": 1_795_250_600_000}


def say(demo: Demo, summary: str, **more: Any) -> dict[str, Any]:
    body = {"summary": summary, "type": "fire_exchange", "occurred": WHEN, "place": PLACE, **more}
    lane = "flash" if more.get("precedence") == "flash" else "routine"
    record = {"kind": "incident", "channel": "isf+ksf", "lane": lane, "lang": "en", "body": body}
    return dict(demo.call("erbil", "release", "POST", "records", record))


@contextmanager
def without_lines(demo: Demo, node: str) -> Iterator[None]:
    """Every link of a node switched off, and on again."""
    links = demo.call(node, "administrator", "GET", "links")["items"]

    def switch(enabled: bool) -> None:
        for one in links:
            link = {"peer": one["peer"], "name": one["name"], "url": one["url"], "enabled": enabled}
            demo.call(node, "administrator", "POST", "links", link)

    switch(False)
    try:
        yield
    finally:
        switch(True)


def to_links(page: Page, peer: str) -> Locator:
    page.locator(f"a[href='#/links/{peer}']").click()
    card = page.locator(f"article[data-peer={peer}]")
    expect(card).to_be_visible()
    return card


def counted(page: Page, what: str) -> Locator:
    return page.locator(f".report [data-count={what}] dd")


def download(page: Page, press: Locator, folder: Path) -> Path:
    with page.expect_download() as coming:
        press.click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


@pytest.mark.parametrize(("lang", "size"), [("en", (1280, 800)), ("ar", (390, 844)), ("ckb", (1440, 900))])
def test_each_other_node_with_what_it_has_owes_and_lacks(
    screens: Screens, lang: str, size: tuple[int, int]
) -> None:
    page = screens.open("erbil", "watch", lang=lang, size=size)
    card = to_links(page, "baghdad")
    expect(card).to_have_class(re.compile("chosen"))
    rows = card.locator("dl > div")
    assert rows.count() >= 6
    assert all("ui." not in text for text in page.locator(".body").all_inner_texts())
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_the_administrator_sets_what_a_link_carries(demo: Demo, screens: Screens) -> None:
    page = screens.open("erbil")
    page.locator("button[data-role=administrator]").click()
    card = to_links(page, "baghdad")
    card.locator("summary").click()
    card.get_by_label("Largest part").select_option("16384")
    card.get_by_label("Photos up to").select_option("50000")
    card.get_by_label("go by").select_option(label="adviser")
    card.get_by_label("Carry sealed packets").check()
    card.get_by_role("button", name="Set").click()
    expect(card.get_by_role("status")).to_have_text("Set")
    expect(card.locator("dl")).to_contain_text("by adviser; on their way: 0")
    links = {i["name"]: i for i in demo.call("erbil", "watch", "GET", "links")["items"]}
    link = links["baghdad"]
    assert (link["part"], link["blob"], link["relay"]) == (16384, 50000, True)
    assert link["via"] == links["adviser"]["peer"]
    card.get_by_label("go by").select_option("")
    card.get_by_label("Carry sealed packets").uncheck()
    card.get_by_label("Largest part").select_option("1056768")
    card.get_by_label("Photos up to").select_option("-1")
    card.get_by_role("button", name="Set").click()
    expect(card.get_by_role("status")).to_have_text("Set")


def test_a_file_is_carried_there_and_back(demo: Demo, screens: Screens, tmp_path: Path) -> None:
    erbil, baghdad = screens.open("erbil", "watch"), screens.open("baghdad", "watch")
    to_links(erbil, "baghdad")
    to_links(baghdad, "erbil")
    with without_lines(demo, "baghdad"):
        say(demo, "Carried by hand")
        erbil.locator("fieldset input[value=baghdad]").check()
        file = download(erbil, erbil.get_by_role("button", name="Write the file"), tmp_path)
        expect(erbil.locator(".wrote")).to_contain_text(file.name)
        baghdad.locator(".drop input").set_input_files(str(file))
        expect(counted(baghdad, "new")).to_have_text("1")
        back = download(baghdad, baghdad.get_by_role("button", name="take back to erbil"), tmp_path)
        erbil.locator(".drop input").set_input_files(str(back))
        expect(counted(erbil, "receipts")).not_to_have_text("0")
        erbil.locator(".drop input").set_input_files(str(file))
        screens.provoked.add(400)
        expect(erbil.locator(".problem")).to_contain_text("Not a file for this node")
        titles = [i["title"] for i in demo.call("baghdad", "watch", "GET", "records?limit=5")["items"]]
        assert "Carried by hand" in titles


def code_on(page: Page, within: str) -> FilePayload:
    """What a telephone's camera makes of the code on the screen."""
    drawn = page.locator(f"{within} figure svg")
    expect(drawn).to_be_visible()
    return {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": drawn.screenshot()}


def test_an_alert_goes_by_telephone_and_its_receipt_comes_back(demo: Demo, screens: Screens) -> None:
    erbil, baghdad = screens.open("erbil", "watch"), screens.open("baghdad", "watch")
    to_links(baghdad, "erbil")
    with without_lines(demo, "baghdad"):
        alert = say(demo, "Heavy fire at the crossing", precedence="flash")
        erbil.evaluate(f"location.hash = '#/records/{alert['id']}'")
        erbil.get_by_role("button", name="Show as a code").click()
        erbil.get_by_role("radio", name="baghdad").check()
        expect(erbil.locator("figcaption")).to_contain_text("Alert for baghdad")
        baghdad.locator(".photo input").set_input_files(code_on(erbil, "dialog"))
        expect(counted(baghdad, "new")).not_to_have_text("0")
        expect(baghdad.locator(".receipt figcaption")).to_contain_text("Receipt for erbil")
        receipt = code_on(baghdad, ".receipt")
        erbil.locator("dialog footer button").click()
        to_links(erbil, "baghdad")
        erbil.locator(".photo input").set_input_files(receipt)
        expect(counted(erbil, "receipts")).to_have_text("1")
        told = demo.call("erbil", "watch", "GET", f"records/{alert['id']}")["told"]
        assert next(t for t in told if t["node"] == "baghdad")["reached"] is not None


def test_a_proof_is_taken_from_the_page_and_verified_elsewhere(
    demo: Demo, screens: Screens, tmp_path: Path
) -> None:
    said = say(demo, "To be proved")
    page = screens.open("erbil", "watch")
    page.evaluate(f"location.hash = '#/records/{said['id']}'")
    file = download(page, page.get_by_role("button", name="Proof (file)"), tmp_path)
    form = download(page, page.get_by_role("button", name="Printed form"), tmp_path)
    assert form.read_bytes().startswith(b"%PDF-")
    words = [
        sys.executable,
        "-m",
        "seamline",
        "verify",
        str(file),
        "--key",
        f"ksf={fingerprint(demo, 'ksf')}",
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def fingerprint(demo: Demo, party: str) -> str:
    """As the party's key holder would read it out."""
    first = statement.read(read_statements(demo.folder / "parties" / f"{party}.statements.json")[0]).said
    assert isinstance(first, statement.Party)
    return keys.fingerprint(bytes.fromhex(first.key))
