"""An officer's seat at one screen: he changes desks, not screens, and reads his own language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

import seamline.texts

SHARED = "isf+ksf"
TEXTS = Path(seamline.texts.__file__).parent


def go(page: Page, path: str) -> None:
    """To a desk or a record, as its link in the rail would."""
    page.goto(page.url.split("#")[0] + "#/" + path)


def sign_what_was_read(page: Page, button: str, read: str, text: str) -> None:
    """A signatory's word on the record that is open: read in full, then signed."""
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(text)
    dialog.get_by_label(read).check()
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_have_count(0)


@dataclass
class Seat:
    """One screen and who sits at it. prefix: the party, where both sides have desks at one node."""

    page: Page
    lang: str
    prefix: str = ""

    def __post_init__(self) -> None:
        self.texts: dict[str, str] = json.loads((TEXTS / f"{self.lang}.json").read_text())

    def sits(self, role: str, path: str) -> None:
        """Signs out, signs in at another desk of his own, and goes to a page of it."""
        self.page.get_by_role("button", name=self.texts["ui.sign_out"]).click()
        self.page.locator(f"button[data-role='{self.prefix}{role}']").click()
        expect(self.page.locator(".live[data-state=connected]")).to_be_attached()
        go(self.page, path)

    def words(self, key: str, **words: object) -> str:
        """What the catalogue has under that key; in right-to-left texts, what is put in stands on its own."""
        mark = "{}" if self.lang == "en" else "\u2068{}\u2069"
        return self.texts[key].format(**{name: mark.format(word) for name, word in words.items()})

    def press(self, key: str, within: Page | Locator | None = None, **words: str) -> None:
        """The button or link that the catalogue calls so."""
        name = self.words(key, **words)
        found = within or self.page
        found.get_by_role("button", name=name).or_(found.get_by_role("link", name=name)).first.click()

    def label(self, key: str, within: Page | Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(self.texts[key])

    def reads(self, found: Locator, key: str) -> None:
        """It says, in his language, what the catalogue has under that key."""
        expect(found).to_contain_text(self.texts[key])

    def among(self, channel: str) -> None:
        """Chooses who will be able to see what he is about to write."""
        self.page.locator(f"input[name=channel][value='{channel}']").check(force=True)

    def saves(self) -> None:
        self.page.locator("button.save").click()
        expect(self.page.locator("main article").first).to_be_visible()
        expect(self.page.locator("button.save")).to_have_count(0)

    def releases(self, title: str, mode: str = "whole") -> None:
        """His release officer opens the record that is open, and lets it go."""
        self.sits("release", self.page.url.split("#/")[1])
        self.lets_go(title, mode)

    def lets_go(self, title: str, mode: str = "whole") -> None:
        """Reads what the other side will see of it, and releases it to both."""
        self.press("ui.act.release")
        dialog = self.dialog()
        dialog.locator(f"input[name=channel][value='{SHARED}']").check()
        self.label(f"ui.release.{mode}", dialog).check()
        expect(dialog.locator("article")).to_contain_text(title)
        dialog.locator("footer .main").click()
        expect(dialog).to_have_count(0)

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")
