"""seamline blind: find where plans meet without showing them, by a stick between machines (docs/blind.md)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from seamline import wiring
from seamline.actions import signing, write
from seamline.actions.blind import auditing, desk, erasing, sheet, steps
from seamline.actions.blind import status as telling
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.cli import blindwords as words
from seamline.cli.node import Json
from seamline.cli.say import answer, node_language, passphrase
from seamline.errors import BadInput, NotAllowed
from seamline.geo.window import parse_rfc3339
from seamline.log.keys import SigningKey
from seamline.store import disk
from seamline.texts import text
from seamline.upkeep import agreeing, stick

app = App(name="blind", help="Find where plans meet, or what nobody watches, without showing a plan.")
Stick = Annotated[Path | None, Parameter(name="--stick")]
READER = frozenset({"auditor"})
_MAY_NOT = frozenset({"blind_spent", "blind_both", "blind_stale"})


@dataclass(slots=True)
class At:
    """A node that is open for one command, who acts, and with which key."""

    node: Node
    who: Officer
    key: SigningKey | None
    lang: str

    def sign(self, channel: str, entry: Any) -> write.Attest:
        if self.key is None:
            raise BadInput("key", None, "the signatory's own key file: --officer PARTY/POST --key FILE")
        return write.attest(entry, channel, self.key)


@app.command
def agree(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    *,
    officer: str,
    key: Path,
    stick: Stick = None,
    sector: Annotated[list[str], Parameter(negative="")] = [],  # noqa: B006  only read
    first: Annotated[str | None, Parameter(name="--from")] = None,
    days: int = 7,
    other: Annotated[str | None, Parameter(name="--with")] = None,
    facilitator: str | None = None,
    name: str = "Blind check",
    check: str = "clash",
    res: int = 8,
    cap: int | None = None,
    result_cap: int | None = None,
    yes: bool = False,
    passphrase_file: Path | None = None,
    key_passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """Propose a universe (--sector ID …, --from 2026-11-23, --with, --facilitator), or sign what is proposed.

    A side endorses, the facilitator witnesses. --check gap takes watch lists for sectors. --officer
    PARTY/POST signs with his own --key; a proposal takes the release role too.
    """
    with _at(folder, stick, officer, key, passphrase_file, key_passphrase_file, lang) as at:
        if sector:
            wish = desk.Wish(
                name, check, other or "", facilitator or "", tuple(sector), _midnight(first), days, res,
                cap, result_cap,
            )  # fmt: skip
            desk.propose(at.node, at.who, wish).result()
        signed = [_endorse(at, one, yes=yes) for one in _unsigned(at)]
        found = telling.status(at.node, at.who)["universes"]
    lines = [*words.universes(found, at.lang), text(at.lang, "cli.blind.signed", n=len(signed))]
    answer({"signed": signed, "universes": found}, lines, as_json=as_json)
    return 0


@app.command
def start(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    *,
    officer: str,
    key: Path,
    universe: str | None = None,
    amends: str | None = None,
    stick: Stick = None,
    yes: bool = False,
    passphrase_file: Path | None = None,
    key_passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """Start a run over the universe that was agreed (--universe, if there are several), and consent to it.

    Shows in numbers what the other side and the facilitator can learn, and asks before anything is signed.
    """
    with _at(folder, stick, officer, key, passphrase_file, key_passphrase_file, lang) as at:
        # A consent that was kept before the power went goes out as it was.
        steps.advance(at.node)
        item, _ = desk.start(at.node, at.who, _universe(at, universe), amends).result()
        waits = at.node.party in telling.one(at.node, at.who, item["id"])["waits_for"]
        numbers = _consent(at, item["id"], yes=yes) if waits else {}
        steps.advance(at.node)
        told = telling.one(at.node, at.who, item["id"])
    answer({"run": told, "numbers": numbers}, [words.stage(told, at.lang)], as_json=as_json)
    return 0


@app.command(name="answer")
def answer_(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    *,
    officer: str | None = None,
    key: Path | None = None,
    stick: Stick = None,
    yes: bool = False,
    passphrase_file: Path | None = None,
    key_passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """Do what is waited for here: consent as the other side (--officer, --key), send a share, host, answer.

    The facilitator's node and a side that has consented need nobody's key.
    """
    with _at(folder, stick, officer, key, passphrase_file, key_passphrase_file, lang) as at:
        # A consent that was kept before the power went goes out as it was.
        steps.advance(at.node)
        numbers, refused = _consents(at, yes=yes) if at.key is not None else ({}, [])
        said = steps.advance(at.node)
        found = telling.status(at.node, at.who)["runs"]
    lines = [words.stage(run, at.lang) for run in found] or [text(at.lang, "cli.blind.no_run")]
    answer({"said": said, "numbers": numbers, "runs": found}, [*lines, *refused], as_json=as_json)
    return 0


@app.command
def finish(
    folder: Path,
    *,
    stick: Stick = None,
    passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """Read the answers that came, and say where and when plans meet; at the facilitator, what nobody watches.

    Exit 0 nothing met, 1 something did, 3 no answer is here yet or one is false.
    """
    with _at(folder, stick, None, None, passphrase_file, None, lang) as at:
        steps.advance(at.node)
        erasing.erase(at.node)
        listed = telling.status(at.node, at.who)["runs"]
        found = [telling.one(at.node, at.who, run["id"]) for run in listed]
    answer({"runs": found}, [line for run in found for line in words.result(run, at.lang)], as_json=as_json)
    return words.exit_code(found)


@app.command
def audit(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    run: str,
    *,
    day: int,
    sector: int,
    pdf: Path | None = None,
    officer: str | None = None,
    key: Path | None = None,
    stick: Stick = None,
    passphrase_file: Path | None = None,
    key_passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """Open one sector-day of RUN together (both count from 1), or print the outcome on one page.

    With --officer and --key the signatory wishes it; both sides do, then the nodes open it and the
    facilitator says what he received. --pdf FILE writes the page for those who sign it. Exit 0 all are
    sound, 1 somebody is not, 3 not complete.
    """
    with _at(folder, stick, officer, key, passphrase_file, key_passphrase_file, lang) as at:
        leaf = (day - 1, sector - 1)
        if at.key is not None:
            saying = auditing.wishing(at.node, at.who, run, leaf)
            entry, _ = write.draft(at.node, at.who, saying)
            auditing.wish(at.node, at.who, saying, at.sign(saying.channel, entry)).result()
        steps.advance(at.node)
        loaded = desk.find(at.node, at.who, run)
        found = [one for one in auditing.audits(at.node, loaded) if one.leaf == leaf]
        if pdf is not None:
            disk.write_whole(pdf, sheet.page(at.node, at.who, run, leaf, at.lang))
    lines = [text(at.lang, "blind.audit"), *(f"{k}: {v}" for k, v in sheet.head(loaded, leaf, at.lang))]
    lines += sheet.outcome(loaded, found[0], at.lang) if found else [text(at.lang, "blind.audit.nobody")]
    outcomes = found[0].outcomes if found else None
    told = [{"party": o.party, "code": o.code, "cells": o.cells} for o in outcomes or ()]
    answer({"run": run, "day": day, "sector": sector, "outcomes": told}, lines, as_json=as_json)
    if outcomes is None:
        return 3
    return 0 if all(one.code == "sound" for one in outcomes) else 1


@app.command
def status(
    folder: Path,
    *,
    stick: Stick = None,
    passphrase_file: Path | None = None,
    lang: str | None = None,
    as_json: Json = False,
) -> int:
    """How far each universe and run is, and who is waited for."""
    with _at(folder, stick, None, None, passphrase_file, None, lang) as at:
        found = telling.status(at.node, at.who)
    lines = words.universes(found["universes"], at.lang) + [words.stage(r, at.lang) for r in found["runs"]]
    answer(found, lines or [text(at.lang, "cli.blind.nothing")], as_json=as_json)
    return 0


# ------------------------------------------------------------ the node, opened for one command


@contextmanager
def _at(
    folder: Path,
    carried: Path | None,
    officer: str | None,
    key: Path | None,
    passphrase_file: Path | None,
    key_passphrase_file: Path | None,
    lang: str | None = None,
) -> Iterator[At]:
    """Take in what the stick brings, act, go on by itself, and write what the others need onto the stick."""
    spoken = node_language(folder, lang)
    if carried is not None and not carried.is_dir():
        raise BadInput("stick", str(carried), "a folder on the stick")
    with wiring.opened(folder, passphrase(passphrase_file, str(folder), lang=spoken)) as node:
        if node.joint:
            raise NotAllowed("a joint node takes no part in blind checks", code="blind_joint")
        held = None
        if key is not None:
            asked = passphrase(key_passphrase_file or passphrase_file, str(key), lang=spoken)
            held = agreeing.officer_key(key, asked)
        accounts = wiring.accounts_of(node)
        who = accounts.officer(*accounts.split(officer)) if officer else Officer(node.party, "reader", READER)
        if carried is not None:
            stick.take_in(node, carried)
        yield At(node, who, held, spoken)
        steps.advance(node)
        if carried is not None:
            stick.write_out(node, carried)


def _unsigned(at: At) -> list[dict[str, Any]]:
    found = telling.status(at.node, at.who)["universes"]
    party = at.node.party
    return [
        u
        for u in found
        if (u["part"] == "party" and party not in u["endorsed"])
        or (u["part"] == "witness" and not u["witnessed"])
    ]


def _endorse(at: At, universe: dict[str, Any], *, yes: bool) -> str:
    _confirmed(words.universes([universe], at.lang), at.lang, yes=yes)
    saying = signing.endorsing(at.node, at.who, universe["id"], universe["hash"], universe["part"])
    entry, _ = write.draft(at.node, at.who, saying)
    signing.put_signed(at.node, at.who, saying, at.sign(saying.channel, entry)).result()
    return str(universe["id"])


def _consents(at: At, *, yes: bool) -> tuple[dict[str, Any], list[str]]:
    """To every run that waits for him: the numbers of each; and of each that may not be, why."""
    numbers: dict[str, Any] = {}
    refused = []
    for run in telling.status(at.node, at.who)["runs"]:
        if run["stage"] != "consent" or at.node.party not in run["waits_for"]:
            continue
        try:
            numbers[run["id"]] = _consent(at, run["id"], yes=yes)
        except BadInput as fault:
            if fault.code not in _MAY_NOT:
                raise
            # One that may not be keeps no other from going on.
            why = text(at.lang, f"error.{fault.code}", **fault.params)
            refused.append(text(at.lang, "cli.blind.not_consented", id=run["id"], why=why))
    return numbers, refused


def _consent(at: At, run: str, *, yes: bool) -> dict[str, Any]:
    asked = desk.draft_consent(at.node, at.who, run)
    told = telling.one(at.node, at.who, run)
    _confirmed(words.consent(told, asked.numbers, at.node.party, at.lang), at.lang, yes=yes)
    channel = desk.find(at.node, at.who, run).channel
    desk.consent(at.node, at.who, run, at.sign(channel, asked.entry)).result()
    return asked.numbers


def _confirmed(lines: list[str], lang: str, *, yes: bool) -> None:
    """He reads it, and says so; NotAllowed otherwise."""
    print("\n".join(lines), file=sys.stderr)
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("yes", None, "read the numbers above and give --yes")
    if input(text(lang, "cli.blind.ask") + " ").strip().lower() != "yes":
        raise NotAllowed("nothing was signed")


def _universe(at: At, id: str | None) -> str:
    found = [u["id"] for u in telling.status(at.node, at.who)["universes"] if u["agreed"]]
    if id is not None:
        return id
    if len(found) != 1:
        raise BadInput(
            "universe", f"{len(found)} are agreed", "name one: --universe ID (seamline blind status)"
        )
    return str(found[0])


def _midnight(text: str | None) -> int:
    if text is None:
        raise BadInput("from", None, "the first day, such as 2026-11-23; days are those of UTC")
    return parse_rfc3339(f"{text}T00:00:00Z" if len(text) == 10 else text, "from")
