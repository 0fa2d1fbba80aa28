"""The screens and prints that are kept as pictures: where, in which language and light, how to get there."""

from __future__ import annotations

from typing import NamedTuple

WIDE, PHONE = (1440, 900), (390, 844)
# Who looks: the officer of the watch at a headquarters, who has both his own side's and shared records.
NODE, ROLE = "erbil", "watch"


class Look(NamedTuple):
    """One screen. click, then keys: what an officer presses there; wait: what stands there by then."""

    name: str
    path: str
    wait: str
    lang: str = "en"
    theme: str = "day"
    size: tuple[int, int] = WIDE
    click: str = ""
    keys: tuple[str, ...] = ()


class Print(NamedTuple):
    """The first page of a print: of the programme that is called so, or without one of the day."""

    name: str
    lang: str
    programme: str = ""


def one(desk: str, said: str = "") -> str:
    """The row of a desk that leads to what is called so, or its first."""
    row = f"main.open a[href^='#/{desk}/0']"
    return f"{row}:has-text('{said}')" if said else row


# By language: to change it is what costs most.
LOOKS = (
    Look("home", "attention", "aside .row"),
    Look("rules", "rules", "[data-fact]"),
    Look("agreement", "agreements", ".one [data-clause]", click=one("agreements", "four items (2021)")),
    Look("contact-night", "attention", "dialog form", theme="night", keys=("Control+F9",)),
    Look("phone-activity-night", "activities", "main article", "en", "night", PHONE, one("activities")),
    Look("red", "attention", "aside .row", theme="red"),
    Look("record-ckb", "records", "main article", "ckb", click="aside a.row:has-text('ERBIL-13')"),
    Look("posts-ckb", "posts", "main article", "ckb"),
    Look("complaints-ckb", "complaints", "li.next", "ckb", click=one("complaints", "KIRKUK-105")),
    Look("shift-ckb", "shift", "table td", "ckb"),
    Look("programme-ckb", "programmes", ".one [data-milestone]", "ckb", click=one("programmes")),
    Look("phone-home-ckb", "attention", "aside .row", "ckb", size=PHONE),
    Look("form-ar", "new/incident", "main form", "ar"),
    Look("activities-ar", "activities", "main a.row", "ar"),
    Look("accounts-ar", "events", "[data-field=summary]", "ar", click=one("events", "Dibis bridge")),
    Look("meeting-ar", "meetings", ".one section", "ar", click=one("meetings", "First meeting")),
    Look("statement-ar", "statements", ".one [lang]", "ar", click=one("statements")),
    Look("joint-night-ar", "joint", ".one h2", "ar", "night", click=one("joint", "KIRKUK-106")),
    Look("palette-ar", "records", "dialog [role=option]", "ar", keys=("Control+k",)),
    Look("phone-form-ar", "new/incident", "main form", "ar", size=PHONE),
)
PRINTS = (
    Print("print-day-ckb", "ckb"),
    Print("print-programme-ar", "ar", "Two joint brigades"),
)
