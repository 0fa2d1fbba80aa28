"""An officer makes his signing key in his own browser; only its public half can be read."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from seamline.log import keys
from tests.browser.conftest import Screens

FORGET = """() => new Promise((done, failed) => {
  const asked = indexedDB.deleteDatabase("seamline");
  asked.onsuccess = () => done(); asked.onerror = asked.onblocked = () => failed(new Error("kept"));
})"""
TAKE_OUT = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("seamline", 1); asked.onsuccess = () => done(asked.result);
  });
  const held = await new Promise((done) => {
    const asked = db.transaction("officer-keys").objectStore("officer-keys").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  db.close();
  return crypto.subtle.exportKey("pkcs8", held[0].key).then(() => "taken out", (fault) => fault.name);
}"""


def test_a_key_is_made_here_and_stays_here(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.signatory")
    page.evaluate(FORGET)
    page.locator("button.me").click()
    expect(page.get_by_text("holds no signing key of yours")).to_be_visible()
    page.get_by_role("button", name="Make a key here").click()
    line = page.get_by_label("Command for the key holder").input_value()
    found = re.search(r"certify-officer BOOK (\S+) --role signatory --key ([0-9a-f]{64})$", line)
    assert found is not None, line
    shown = page.locator(".print bdi").inner_text().replace(" ", "")
    assert shown == keys.fingerprint(bytes.fromhex(found[2]))
    assert page.evaluate(TAKE_OUT) == "InvalidAccessError"
    page.keyboard.press("Escape")
    page.locator("button.me").click()
    expect(page.get_by_text("This browser holds your key")).to_be_visible()
