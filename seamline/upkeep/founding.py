"""A working room from nothing: node, keys, first officers, what they endorse, past events; in one go.

Everything is looked at before anything is made. What a cut-off set-up left of the node is removed; the key
of a party or an officer, once made, stays and is used again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from seamline import wiring
from seamline.actions import imports, write
from seamline.actions.importing import open_source
from seamline.actions.imports import Ask
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.passwords import Passwords
from seamline.clock import SystemClock
from seamline.errors import BadInput, Conflict
from seamline.log import statement
from seamline.log.channel import is_id
from seamline.log.keys import SigningKey
from seamline.store import keyfile
from seamline.store.partybook import PartyBook
from seamline.upkeep import agreeing

ROLES = ("administrator", "planner", "release", "signatory", "watch")
"""Of the first officer. A party that has more people gives each his own (`seamline officer add`)."""

AT_ONCE = (
    ("contact", None),
    ("incident", "flash"),
    ("alert", "flash"),
    ("call", None),
    ("on_watch", None),
    ("log_entry", None),
)
"""What the watch of a joint room may say there without the release officer, kind and lane (DESIGN §8)."""

Say = Callable[[str, dict[str, object]], None]
"""Is told each step that is done: a code (catalogue setup.done.<code>) and its values."""


class PartyPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """One owner. book: its key file, on its own stick; made there if it is not there yet."""

    id: str
    book: Path
    title: str = ""

    @property
    def officer_key(self) -> Path:
        """Beside the party's key; the officer takes it to himself."""
        return self.book.with_name(f"{self.id}-{OFFICER}.key")


OFFICER = "duty-1"


class RoomPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be made. terms, watch, history: files to begin with, none if None (`seamline setup`).

    at_once: each side's standing rules for its watch in a joint room (AT_ONCE); its release officer may
    switch them off later.
    """

    name: str
    parties: Annotated[list[PartyPlan], Meta(min_length=1)]
    lang: str = "en"
    zone: str = "UTC"
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8800
    terms: Path | None = None
    watch: Path | None = None
    history: Path | None = None
    at_once: bool = True


class Secrets(Struct, frozen=True):
    """The node's passphrase; per party its key's, and its first officer's password (also on his key file)."""

    node: str
    books: dict[str, str]
    officers: dict[str, str]


def check(folder: Path, plan: RoomPlan) -> None:
    """Raises BadInput or Conflict for whatever can be told before anybody thinks of a passphrase."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is not empty; a room is set up in a new folder")
    ids = [party.id for party in plan.parties]
    for value, field in ((plan.name, "name"), *((id, "party") for id in ids)):
        if not is_id(value):
            raise BadInput(field, value, "2 to 16 of a-z, 0-9 and -, a letter first")
    if len(set(ids)) != len(ids):
        raise BadInput("party", "+".join(ids), "name each party once")
    for file in (plan.terms, plan.watch, plan.history):
        if file is not None and not file.is_file():
            raise BadInput("file", str(file), "there is no such file")


def found(folder: Path, plan: RoomPlan, secrets: Secrets, say: Say = lambda code, values: None) -> str:
    """Make the room; its address. Raises as check, and Locked where a key has another passphrase."""
    check(folder, plan)
    for party in plan.parties:
        Passwords().seal(secrets.officers[party.id], party.id, OFFICER)
    books = {party.id: _book(party, secrets.books[party.id], say) for party in plan.parties}
    keys = {party.id: _officer_key(party, secrets.officers[party.id]) for party in plan.parties}
    try:
        made = wiring.init_node(
            folder,
            secrets.node,
            name=plan.name,
            owners=tuple(books),
            port=plan.port,
            zone=plan.zone,
            lang=plan.lang,
        )
        card, now = wiring.read_card(made.card), SystemClock().now()
        for party in plan.parties:
            book = books[party.id]
            book.say(card, now)
            held = statement.Officer(OFFICER, keys[party.id].public.hex(), ROLES, OFFICER)
            book.say(held, now)
        say("node", {"name": plan.name, "folder": folder})
        with wiring.opened(folder, secrets.node) as node:
            _fill(node, plan, secrets, books, keys, say)
            return f"http://{node.settings.listen_host}:{node.settings.listen_port}"
    except BaseException:
        # Half a room would stand in the way of the next try; the folder was empty before.
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _book(party: PartyPlan, passphrase: str, say: Say) -> PartyBook:
    if party.book.exists():
        book = PartyBook.load(party.book, passphrase)
        if book.party != party.id:
            raise BadInput("book", str(party.book), f"is the key of {book.party}")
        return book
    party.book.parent.mkdir(parents=True, exist_ok=True)
    book = PartyBook.create(party.book, passphrase, party.id, party.title or party.id, SystemClock().now())
    say("party", {"party": party.id, "path": party.book})
    return book


def _officer_key(party: PartyPlan, password: str) -> SigningKey:
    if not party.officer_key.exists():
        keyfile.seal_file(party.officer_key, password, os.urandom(32), "officer")
    return agreeing.officer_key(party.officer_key, password)


def _fill(
    node: Node,
    plan: RoomPlan,
    secrets: Secrets,
    books: dict[str, PartyBook],
    keys: dict[str, SigningKey],
    say: Say,
) -> None:
    for book in books.values():
        node.trust.add(book.statements)
        node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
    accounts = wiring.accounts_of(node)
    for party, password in sorted(secrets.officers.items()):
        accounts.add(party, OFFICER, ROLES, password, plan.lang)
        say("officer", {"officer": f"{party}/{OFFICER}"})
    officers = {party: accounts.officer(party, OFFICER) for party in sorted(books)}
    if node.joint and plan.at_once:
        _at_once(node, officers, keys)
        say("at_once", {})
    for file in (plan.terms, plan.watch):
        if file is not None:
            _agree(node, officers, keys, file, say)
    if plan.history is not None:
        _history(node, next(iter(officers.values())), plan.history, say)


def _at_once(node: Node, officers: dict[str, Officer], keys: dict[str, SigningKey]) -> None:
    """Standing rules of each owner, signed by its release officer: each side sees what the other lets out."""
    for party, officer in officers.items():
        for kind, lane in AT_ONCE:
            rule = {"kind": kind, "to": node.party, "role": "watch", "at": node.name}
            rule |= {"lane": lane} if lane else {}
            said = write.Saying("standing", node.party, "routine", "en", rule)
            saying = write.check(node, officer, said)
            entry, _ = write.draft(node, officer, saying)
            write.put(node, officer, saying, attest=write.attest(entry, node.party, keys[party])).result()


def _agree(
    node: Node, officers: dict[str, Officer], keys: dict[str, SigningKey], file: Path, say: Say
) -> None:
    """Every owner's officer in turn, each with his own key; after the last it is in force."""
    for party, officer in officers.items():
        agreed = agreeing.agree(node, officer, keys[party], file)
    for one in agreed:
        say("agreed", {"title": one.title, "state": one.state, "kind": one.kind})


def _history(node: Node, officer: Officer, file: Path, say: Say) -> None:
    ask = Ask(kind="layer", preset="ucdp")
    report = imports.run(node, officer, open_source(node, lambda: file.open("rb")), ask)
    say("history", {"n": report.new, "refused": report.refused})


def read_plan(path: Path) -> RoomPlan:
    """A set-up file (TOML, fields of RoomPlan; paths from where it lies). BadInput."""
    try:
        plan = msgspec.toml.decode(path.read_bytes(), type=RoomPlan, dec_hook=lambda kind, given: kind(given))
    except OSError as fault:
        raise BadInput("answers", str(path), f"cannot be read: {fault.strerror}") from None
    except (msgspec.MsgspecError, ValueError) as fault:
        raise BadInput("answers", str(path), f"is no set-up file: {fault}") from None
    base = path.parent
    return msgspec.structs.replace(
        plan,
        parties=[msgspec.structs.replace(p, book=base / p.book) for p in plan.parties],
        **{k: base / v for k in ("terms", "watch", "history") if (v := getattr(plan, k)) is not None},
    )
