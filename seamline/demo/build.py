"""Make the exercise's folder: three parties, four nodes, their officers, links, terms and the week."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seamline import wiring
from seamline.actions import release, write
from seamline.actions.accounts import Accounts
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.demo import agreed, asked, blind, declared, duty, exercise, ground, programmes, reform, watch
from seamline.demo.exercise import ALL, HOUR, SHARED, Step
from seamline.log import statement
from seamline.log.keys import SigningKey
from seamline.records.values import CODES
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow

PARTIES = {
    "isf": "Iraqi Security Forces",
    "ksf": "Kurdistan Security Forces",
    "mag": "Military Advisory Group",
}
NODES = {"adviser": ("mag",), "baghdad": ("isf",), "erbil": ("ksf",), "kirkuk": ("isf", "ksf")}
CHANNELS = {"adviser": (ALL,), "baghdad": (SHARED, ALL), "erbil": (SHARED, ALL), "kirkuk": (SHARED, ALL)}
ROLES = CODES["role"]
DAY = 24 * HOUR
BAGHDAD = 3 * HOUR

# What the release officers of both sides let their officers write in the room they share.
ROOM_RULES = (
    ("incident", "watch"), ("holding", "watch"), ("note", "watch"), ("activity", "planner"),
    ("post", "planner"), ("site", "planner"), ("sector", "planner"), ("watch", "planner"),
    ("same_event", "watch"), ("common_account", "watch"), ("complaint", "watch"), ("complaint_step", "watch"),
    ("complaint_outcome", "watch"), ("joint_plan", "planner"), ("joint_report", "planner"),
    *declared.ROOM_RULES, *watch.ROOM_RULES, *agreed.ROOM_RULES, *programmes.ROOM_RULES, *asked.ROOM_RULES,
)  # fmt: skip


@dataclass(slots=True)
class Exercise:
    """What is known while the folder is made. keys: (party, officer) → his signing key."""

    folder: Path
    passphrase: str
    port: int
    say: Callable[[str], None]
    books: dict[str, PartyBook] = field(default_factory=dict)
    keys: dict[tuple[str, str], SigningKey] = field(default_factory=dict)
    seeds: dict[tuple[str, str], bytes] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)


def build(folder: Path, passphrase: str, port: int, now: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Make everything under folder; what goes into demo.json. say() gets a line for each step."""
    ex = Exercise(folder, passphrase, port, say)
    say("parties: isf, ksf, mag and their keys")
    _parties(ex, now)
    say("nodes: adviser, baghdad, erbil, kirkuk")
    for offset, (name, owners) in enumerate(NODES.items()):
        url = f"http://127.0.0.1:{port + offset}"
        made = wiring.init_node(
            folder / name, passphrase, name=name, owners=owners, port=port + offset, url=url,
            zone="Asia/Baghdad", demo=True,
        )  # fmt: skip
        card = wiring.read_card(made.card)
        for party in owners:
            ex.books[party].say(card, now)
    with _opened(ex):
        say("officers, roles and tokens")
        nodes = {name: _people(ex, node) for name, node in ex.nodes.items()}
        _links(ex)
        say("terms of reference, endorsed by both sides")
        _terms(ex)
        say("the synthetic week")
        _play(ex, now)
        _blind(ex, now)
    return {"nodes": nodes}


def officer_id(role: str) -> str:
    """The post of the one officer each role has in the exercise."""
    return f"{role}-1"


def _parties(ex: Exercise, now: int) -> None:
    (ex.folder / "parties").mkdir(parents=True, exist_ok=True)
    for party, title in PARTIES.items():
        book = PartyBook.create(ex.folder / "parties" / f"{party}.party", ex.passphrase, party, title, now)
        for role in ROLES:
            seed = os.urandom(32)
            key = SigningKey(seed)
            ex.keys[party, officer_id(role)], ex.seeds[party, officer_id(role)] = key, seed
            book.say(statement.Officer(officer_id(role), key.public.hex(), (role,), officer_id(role)), now)
        ex.books[party] = book


@contextmanager
def _opened(ex: Exercise) -> Iterator[None]:
    with ExitStack() as stack:
        for name in NODES:
            node = stack.enter_context(wiring.opened(ex.folder / name, ex.passphrase))
            for party, book in ex.books.items():
                node.trust.add(book.statements)
                node.trust.confirm(party, book.key.public, book.key.fingerprint)
            for channel in (*CHANNELS[name], *_pair(name)):
                node.open_channel(channel)
            ex.nodes[name] = node
        yield


def _pair(name: str) -> tuple[str, ...]:
    """The channel of the ministry and its partners, at their own nodes."""
    between = tuple(reform.NODES.values())
    return ("+".join(sorted({party for one in between for party in NODES[one]})),) if name in between else ()


def _people(ex: Exercise, node: Node) -> dict[str, Any]:
    accounts = Accounts(node.local, node.clock, node.owners, roster=lambda: node.trust.roster)
    tokens = {}
    for role in ROLES:
        for party in node.owners:
            officer = officer_id(role)
            accounts.add(party, officer, [role], lang="en")
            secret, _ = accounts.issue(party, officer, label="demo")
            tokens[f"{party}.{role}" if node.joint else role] = secret
            # One click signs in; the browser then needs the key that the officer would have brought.
            node.local.put(f"demo.key.{party}.{officer}", ex.seeds[party, officer])
    return {"url": node.settings.url, "party": node.party, "tokens": tokens}


def _links(ex: Exercise) -> None:
    """Every pair is linked; the first by name dials, the other waits to be dialled."""
    names = sorted(NODES)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            dials, waits = ex.nodes[one], ex.nodes[other]
            dials.local.put_link(LinkRow(waits.key.fingerprint, other, waits.settings.url))
            waits.local.put_link(LinkRow(dials.key.fingerprint, one, None))


def _terms(ex: Exercise) -> None:
    body = ground.terms()
    step = Step("adviser", "mag", "release", "terms", ALL, body, key="terms")
    hash = _say(ex, step)["hash"]
    _carry(ex, "adviser", "baghdad", "erbil")
    for name, party in (("baghdad", "isf"), ("erbil", "ksf")):
        endorse = {"of": ex.ids["terms"], "hash": hash}
        _say(ex, Step(name, party, "signatory", "endorsement", ALL, endorse))
    witness = {"of": ex.ids["terms"], "hash": hash, "part": "witness"}
    _say(ex, Step("adviser", "mag", "signatory", "endorsement", ALL, witness))


def _carry(ex: Exercise, source: str, *targets: str) -> None:
    """A courier brings what one node has to say: nobody endorses what he does not hold."""
    for target in targets:
        sends, takes = ex.nodes[source].carrier, ex.nodes[target].carrier
        if sends is not None and takes is not None:
            takes.read(sends.write([target]).data)


def _play(ex: Exercise, now: int) -> None:
    midnight = (now + BAGHDAD) // DAY * DAY - BAGHDAD - 3 * DAY
    for party in NODES["kirkuk"]:
        for kind, role in ROOM_RULES:
            _say(
                ex,
                Step(
                    "kirkuk",
                    party,
                    "release",
                    "standing",
                    SHARED,
                    {"kind": kind, "to": SHARED, "role": role, "at": "kirkuk"},
                ),
            )
    hours = exercise.hours_from(midnight)
    more = (
        *declared.week(hours),
        *watch.rules(),
        *watch.week(hours),
        *agreed.week(hours),
        *programmes.week(hours),
    )
    for step in (*exercise.week(hours), *duty.week(hours), *more, *asked.week(hours)):
        _say(ex, step)
    _reform(ex, hours)


def _reform(ex: Exercise, hours: exercise.Hours) -> None:
    """Said by the ministry, endorsed by both, each at its own node; each states its own points."""
    for step in reform.file(hours):
        item = _say(ex, step)
        _carry(ex, "erbil", "adviser")
        yes = {"of": item["id"], "hash": item["hash"]}
        _say(ex, Step("adviser", reform.PARTNERS, "signatory", "endorsement", reform.CHANNEL, yes))
    for party in (reform.MINISTRY, reform.PARTNERS):
        _say(ex, reform.progress(hours, party))


def _blind(ex: Exercise, now: int) -> None:
    """Two plans nobody else has, and a universe that both sides endorsed and the adviser witnessed."""
    for step in blind.plans(now):
        _say(ex, step)
    sector = next(s.body for s in exercise.week(lambda hours: 0) if s.kind == "sector" and s.party == "isf")
    item = _say(ex, blind.universe(now, sector))
    _carry(ex, "baghdad", "erbil", "adviser")
    for node, party, part in (
        ("baghdad", "isf", "party"),
        ("erbil", "ksf", "party"),
        ("adviser", "mag", "witness"),
    ):
        body = {"of": item["id"], "hash": item["hash"], "part": part}
        _say(ex, Step(node, party, "signatory", "endorsement", ALL, body))


def _say(ex: Exercise, step: Step) -> dict[str, Any]:
    """Write one step as its officer would, and release it if it says so."""
    node = ex.nodes[step.node]
    officer = Officer(step.party, officer_id(step.role), frozenset({step.role}))
    refers: dict[str, Any] = {name: ex.ids[key] for name, key in step.refers.items()}
    refers |= step.says(ex.items) if step.says else {}
    body = step.body | refers if step.kind in ("endorsement", "terms", "standing") else {
        **step.body, **refers, "synthetic": True,
    }  # fmt: skip
    item = _put(ex, node, officer, step, body)
    if step.key:
        ex.ids[step.key], ex.items[step.key] = item["id"], item
    if step.endorsed or step.endorsers:
        for party in step.endorsers or NODES[step.node]:
            yes = {"of": item["id"], "hash": item["hash"]}
            _say(ex, Step(step.node, party, "signatory", "endorsement", step.channel, yes))
    if step.release:
        channel, mode = step.release
        desk = Officer(step.party, officer_id("release"), frozenset({"release"}))
        release.release(node, desk, release.Release(item["id"], item["rev"], channel, mode)).result()
    return item


def _put(ex: Exercise, node: Node, officer: Officer, step: Step, body: dict[str, Any]) -> dict[str, Any]:
    """Signed with the officer's own key where that is asked."""
    key = ex.keys[officer.party, officer.id]
    if step.revises:
        before = ex.items[step.revises]
        row, saying = write.revision(node, officer, before["id"], before["rev"], body)
        entry, _ = write.draft(node, officer, saying, row)
        attest = write.attest(entry, step.channel, key)
        return write.revise(node, officer, before["id"], before["rev"], body, attest=attest).result()
    saying = write.check(node, officer, write.Saying(step.kind, step.channel, step.lane, step.lang, body))
    if node.joint or step.kind == "endorsement":
        entry, _ = write.draft(node, officer, saying)
        signed = write.attest(entry, step.channel, key)
        return write.put(node, officer, saying, attest=signed).result()[0]
    return write.put(node, officer, saying).result()[0]


def save(folder: Path, told: dict[str, Any]) -> None:
    """Write demo.json, readable by its owner only: it holds tokens."""
    path = folder / "demo.json"
    fresh = folder / "demo.json.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    fresh.replace(path)
