"""The desk of audit: who did what, whether the logs are sound, and who stands behind the names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Screens
from tests.browser.seats import Seat, go


@pytest.mark.parametrize(
    ("node", "role", "lang", "size"),
    [("erbil", "auditor", "en", (1280, 800)), ("kirkuk", "isf.auditor", "ar", (390, 844))],
)
def test_an_auditor_follows_an_officer_and_checks_the_logs(
    demo: Demo, screens: Screens, tmp_path: Path, node: str, role: str, lang: str, size: tuple[int, int]
) -> None:
    page = screens.open(node, role, lang=lang, size=size)
    seat = Seat(page, lang)
    go(page, "audit")
    told = demo.call(node, role, "GET", "audit?by=signatory-1&kind=endorsement")["items"]
    assert told
    if size[0] < 800:
        seat.press("ui.filter.filter", page.locator(".acts"))
    seat.label("ui.audit.by").fill("signatory-1")
    page.locator("form[role=search] select").first.select_option("endorsement")
    expect(page.locator("[data-deed]")).to_have_count(len(told))
    first = page.locator(f"[data-deed='{told[0]['hash']}']")
    seat.reads(first, "kind.endorsement")
    expect(first).to_contain_text(told[0]["about"]["number"])
    with page.expect_download() as coming:
        seat.press("ui.audit.save")
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["hash"] for row in rows] == [deed["hash"] for deed in told]
    seat.press("ui.audit.logs")
    logs = demo.call(node, role, "GET", "audit/logs")["items"]
    seat.press("ui.audit.check_all")
    expect(page.get_by_text(seat.texts["ui.audit.sound"], exact=True)).to_have_count(len(logs))
    expect(
        page.get_by_role("status").filter(has_text=seat.words("ui.audit.all_sound", n=len(logs)))
    ).to_be_visible()
    seat.press("ui.audit.stated")
    expect(page.locator("tbody tr").filter(has_text="signatory-1").first).to_contain_text(
        seat.texts["value.stated.officer"]
    )
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_whoever_reads_finds_it_by_the_palette(screens: Screens) -> None:
    page = screens.open("erbil", "watch")
    assert page.locator("nav a[href='#/audit']").count() == 0
    page.keyboard.press("Control+k")
    page.locator("dialog input[role=combobox]").fill("audit")
    page.locator("[data-entry='go/audit']").click()
    expect(page.locator("[data-deed]").first).to_be_visible()
