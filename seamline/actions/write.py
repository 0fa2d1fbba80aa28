"""To say something: put a record, revise it, say that it was opened, withdraw or destroy it.

docs/spec/release.md 1: writing to a channel wider than one's party is a release.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from seamline.actions import checking, view
from seamline.actions.endorsements import SIGNED
from seamline.actions.fold import own_id
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.writer import Tx
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken, Worded, Words
from seamline.log import entry as entries
from seamline.log.channel import LANES, members
from seamline.log.checkpoint import LogId
from seamline.log.entry import Entry, Sig
from seamline.log.keys import SigningKey
from seamline.records import registry
from seamline.records.coerce import coerce
from seamline.records.kind import Body
from seamline.records.remedies import one_of
from seamline.records.values import plain
from seamline.release.policy import StandingRule, may_write, who_may
from seamline.store.ports import PictureReader, Row

Json = dict[str, Any]
LANGS = ("en", "ar", "ckb")


@dataclass(frozen=True, slots=True)
class Attest:
    """An officer's own signature, made in his browser or from his key file, over a draft."""

    id: str
    at: int
    sig: Sig


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said, checked, before it has an id and a number."""

    kind: str
    channel: str
    lane: str
    lang: str
    body: Json


# ------------------------------------------------------------------ put


def put(
    node: Node,
    officer: Officer,
    saying: Saying,
    *,
    id: str | None = None,
    attest: Attest | None = None,
) -> Future[tuple[view.Item, bool]]:
    """Say something new; (its item, whether it is new). With an id seen before: the first answer again.

    Raises BadInput, NotAllowed, NotFound; the future raises Conflict when the id has other content.
    """
    checked = check(node, officer, saying)
    if attest is None and checked.kind in SIGNED:
        raise BadInput(
            "sig",
            None,
            Worded(
                "remedy.signed_endorse", "an endorsement or objection is signed with the signatory's own key"
            ),
        )
    given = attest.id if attest else id

    def job(tx: Tx) -> tuple[Row | None, str, bool]:
        if given is not None and (before := tx.picture.record(checked.channel, given)):
            _same(tx.picture, before, checked, speaks(node, officer, attest))
            return before, given, False
        _check_about(node, tx, speaks(node, officer, attest), checked)
        entry = draft_entry(node, officer, checked, attest, given)
        append(node, tx, checked.channel, checked.lane, entry)
        return None, entry.id, True

    def answer(done: tuple[Row | None, str, bool]) -> tuple[view.Item, bool]:
        _, made, created = done
        return view.by_id(node, officer, checked.channel, made), created

    return node.then(node.writer.submit(job), answer)


def check(node: Node, officer: Officer, saying: Saying) -> Saying:
    """The saying with its body canonical, if this officer may say it there; else raises."""
    kind = registry.kind_of(saying.kind)
    node.held(saying.channel)
    if officer.party not in members(saying.channel):
        raise NotFound(f"this node holds no channel {saying.channel!r} of {officer.party}")
    if saying.lane not in LANES:
        raise BadInput("lane", saying.lane, one_of(LANES, "lane"))
    if saying.lang not in LANGS:
        raise BadInput("lang", saying.lang, one_of(LANGS, "lang"))
    if saying.body.get("tear"):
        raise BadInput(
            "body.tear", True, Worded("remedy.only_release_tears", "only a release makes a tear line")
        )
    need_write(node, officer, kind, saying.channel, saying.lane)
    body = registry.parse(saying.kind, coerce(kind, saying.body))
    node.bringing.check(saying.channel, plain(body))
    return replace(saying, body=canonical_body(body))


def need_write(node: Node, officer: Officer, kind: type[Body], channel: str, lane: str) -> None:
    """Raises NotAllowed unless he may write this kind there (release 1.2)."""
    if kind.ALONE and node.joint:
        raise NotAllowed(f"a {kind.KIND} is said at a party's own node", code="blind_joint")
    if not may_write(officer.party, officer.roles, kind, channel, lane, rules := standing_rules(node)):
        raise NotAllowed(_needs(officer.party, kind, channel, lane, rules))


def _needs(party: str, kind: type[Body], channel: str, lane: str, rules: Iterable[StandingRule]) -> Worded:
    """Who would write it there, in words; into a wider channel that is a release."""
    name, roles = Words("kind", (kind.KIND,)), Words("value.role", who_may(party, kind, channel, lane, rules))
    if channel == party:
        return Worded("said.needs_writer", "writing {kind} needs the role {roles}", kind=name, roles=roles)
    return Worded(
        "said.needs_release",
        "writing {kind} into {channel} is a release; it needs the role {roles}, or a standing rule",
        kind=name,
        channel=channel,
        roles=roles,
    )


def standing_rules(node: Node) -> list[StandingRule]:
    """The standing rules that are switched on and hold at this node."""
    rules = []
    for row in node.picture.current_of_kind("standing"):
        body = msgspec.json.decode(row.body)
        if row.counts and body.get("active", True) and body.get("at") in (None, node.name):
            role = body.get("role", "watch")
            rules.append(StandingRule(row.party, role, body["kind"], body["to"], body.get("lane")))
    return rules


def _check_about(node: Node, tx: Tx, party: str, saying: Saying) -> None:
    body = registry.parse(saying.kind, saying.body)
    checking.check(checking.Said(tx.picture, party, saying.channel, body, node.clock.now(), node.channels()))


def _same(picture: PictureReader, before: Row, saying: Saying, party: str) -> None:
    first = min(picture.revisions(before.channel, before.id), key=lambda r: r.rev)
    said = (first.kind, first.lane, first.lang, first.party, msgspec.json.decode(first.body))
    if said != (saying.kind, saying.lane, saying.lang, party, saying.body):
        raise Conflict(f"the id {before.id} is taken by other content; send it with a new id", id=before.id)


# ------------------------------------------------------------------ entries


def canonical_body(body: Body) -> Json:
    """The body as it goes into an entry: builtins, defaults left out."""
    value: Json = msgspec.json.decode(msgspec.json.encode(body))
    return value


def draft(
    node: Node, officer: Officer, saying: Saying, before: Row | None = None, id: str | None = None
) -> tuple[Entry, bytes]:
    """The entry an officer may sign with his own key, and the bytes he signs (log 3.2).

    saying has been checked. The signature comes back as an Attest with the same id and time. id: as the
    request will have it, so that one whose answer was lost is the same record when it is signed again.
    """
    entry = _entry(node, officer, saying, officer.party, None, before.id if before else id, before)
    return entry, entries.signing_bytes(entry, saying.channel)


def attest(draft: Entry, channel: str, key: SigningKey) -> Attest:
    """The draft signed where the officer's key is in a file and not in his browser."""
    value = base64.b64encode(key.sign(entries.signing_bytes(draft, channel))).decode()
    return Attest(draft.id, draft.at, Sig(key.fingerprint, value))


def speaks(node: Node, officer: Officer, attest: Attest | None) -> str:
    """Whose word it is. At a joint node an unsigned entry speaks for the room only (log 3)."""
    return officer.party if attest or not node.joint else node.party


def draft_entry(
    node: Node,
    officer: Officer,
    saying: Saying,
    attest: Attest | None = None,
    id: str | None = None,
    before: Row | None = None,
) -> Entry:
    """The entry this saying becomes, unnumbered. Clock and id are decided here, once (law 5)."""
    known = attest.id if attest else id or (before.id if before else None)
    entry = _entry(node, officer, saying, speaks(node, officer, attest), attest, known, before)
    if attest:
        _check_attest(node, officer, entry, saying.channel)
    return entry


def _entry(
    node: Node,
    officer: Officer,
    saying: Saying,
    party: str,
    attest: Attest | None,
    id: str | None,
    before: Row | None,
) -> Entry:
    return Entry(
        id=id or own_id(node.clock.new_id, party, set(members(saying.channel))),
        kind=saying.kind,
        party=party,
        by=officer.id,
        at=attest.at if attest else node.clock.now(),
        body=saying.body,
        lang=saying.lang,
        rev=before.rev + 1 if before else 1,
        prev=before.hash if before else None,
        sig=attest.sig if attest else None,
    )


def _check_attest(node: Node, officer: Officer, entry: Entry, channel: str) -> None:
    info = node.trust.roster.officer(officer.party, officer.id)
    if info is None or info.key is None:
        raise BadInput(
            "sig.key",
            entry.sig and entry.sig.key,
            Worded("remedy.party_key", "your party's roster certifies no key of yours"),
        )
    if abs(entry.at - node.clock.now()) > 15 * 60_000:
        raise BadInput(
            "at",
            entry.at,
            Worded("remedy.draft_15", "a draft is signed within 15 minutes; ask for a new one"),
        )
    signer = entry.sig and node.trust.roster.signer(officer.party, officer.id, entry.sig.key)
    if signer and signer.own is not None and node.joint:
        raise BadInput("sig.key", node.name, f"{officer.party} has you sign at its own nodes only")
    try:
        entries.check_signature(entry, channel, info.key)
    except RuleBroken as fault:
        raise BadInput("sig.value", "(signature)", f"it does not fit what was sent ({fault.rule})") from None


def append(node: Node, tx: Tx, channel: str, lane: str, entry: Entry, no: int | None = None) -> None:
    """Number the entry and append it to this node's log; inside the writer only."""
    number = tx.log.allot(channel) if no is None else no
    data = entries.to_bytes(msgspec.structs.replace(entry, no=number))
    log = LogId(node.key.fingerprint, channel, lane)
    tx.log.append(log, tx.log.head(log).size, [data], node.clock.now())


# ------------------------------------------------------------------ revise, and acts about a record


def own_row(node: Node, officer: Officer, picture: PictureReader, id: str) -> Row:
    """The current revision of a record that this officer's party (or the room) owns; NotFound, NotAllowed."""
    row = view.find(node, officer, picture, id)
    if row.party not in (officer.party, node.party):
        raise NotAllowed(
            Worded(
                "said.only_author",
                "only {party} revises this record; answer it with one of your own",
                party=row.party,
            )
        )
    return row


def at_revision(row: Row, rev: int) -> None:
    """Raises Conflict unless rev is the current one."""
    if row.rev != rev:
        raise Conflict(
            Worded(
                "said.stale",
                "revision {rev} is no longer the newest; it is {newest}",
                rev=rev,
                newest=row.rev,
            ),
            rev=row.rev,
        )


def revise(
    node: Node,
    officer: Officer,
    id: str,
    rev: int,
    body: Json,
    *,
    lang: str | None = None,
    attest: Attest | None = None,
) -> Future[view.Item]:
    """The whole body anew, as revision rev + 1. The future raises Conflict if rev is stale."""
    row, checked = revision(node, officer, id, rev, body, lang=lang)

    def job(tx: Tx) -> None:
        now = own_row(node, officer, tx.picture, id)
        at_revision(now, rev)
        _check_about(node, tx, now.party, checked)
        entry = draft_entry(node, officer, checked, attest, None, now)
        if entry.party != now.party:
            raise NotAllowed(f"this record is {now.party}'s; sign with your own key to revise it")
        append(node, tx, now.channel, now.lane, entry, no=now.no)

    return node.then(node.writer.submit(job), lambda _: view.by_id(node, officer, row.channel, id))


def revision(
    node: Node, officer: Officer, id: str, rev: int, body: Json, *, lang: str | None = None
) -> tuple[Row, Saying]:
    """The row that is revised and what the revision would say, checked; for revise and for its draft."""
    row = own_row(node, officer, node.picture, id)
    at_revision(row, rev)
    checked = check(node, officer, Saying(row.kind, row.channel, row.lane, lang or row.lang, body))
    old = registry.read(row.kind, msgspec.json.decode(row.body))
    new = registry.parse(row.kind, checked.body)
    if old is not None:
        if old.tear:
            checked = replace(checked, body=checked.body | {"tear": True})
        new.revises(old)
    return row, checked


def revised(
    node: Node, officer: Officer, id: str, rev: int, body: Json, *, lang: str | None = None
) -> Future[view.Item]:
    """What stands, if this officer said this very revision before and the answer was lost; else Conflict."""
    row = own_row(node, officer, node.picture, id)
    asked = check(node, officer, Saying(row.kind, row.channel, row.lane, lang or row.lang, body))
    said = (rev + 1, officer.id, asked.lang, asked.body)
    before = node.picture.revisions(row.channel, id)
    if not any((r.rev, r.by, r.lang, msgspec.json.decode(r.body)) == said for r in before):
        at_revision(row, rev)
        raise Conflict(f"revision {rev + 1} has not been said", rev=row.rev)
    return node.then(
        node.writer.submit(lambda tx: None), lambda _: view.by_id(node, officer, row.channel, id)
    )


def opened(node: Node, officer: Officer, id: str) -> Future[view.Item]:
    """Say once per party and revision that an officer opened it (law 7); a party's own records need none."""
    row = view.find(node, officer, node.picture, id)
    if row.party == officer.party or row.channel == officer.party:
        return node.then(node.writer.submit(lambda tx: None), lambda _: view.item(node, officer, row))
    saying = Saying("opened", row.channel, row.lane, "en", {"of": id, "hash": row.hash})
    checked = check(node, officer, saying)

    def job(tx: Tx) -> None:
        for ref in tx.picture.refs_to(id, "opened"):
            by = tx.picture.record(ref.channel, ref.id)
            if ref.hash == row.hash and by and by.party in (officer.party, node.party):
                return
        append(node, tx, row.channel, row.lane, draft_entry(node, officer, checked), no=0)

    return node.then(node.writer.submit(job), lambda _: view.by_id(node, officer, row.channel, id))


def withdrawing(node: Node, officer: Officer, id: str, reason: str) -> Saying:
    """The withdrawal of one's own record, checked; for withdraw and for its draft."""
    row = own_row(node, officer, node.picture, id)
    body = {"of": id, "reason": reason} if reason else {"of": id}
    return check(node, officer, Saying("withdrawal", row.channel, row.lane, "en", body))


def withdraw(
    node: Node, officer: Officer, id: str, reason: str, *, attest: Attest | None = None
) -> Future[view.Item]:
    """Ask that one's own record be disregarded; the other side keeps it (law 6)."""
    row = own_row(node, officer, node.picture, id)
    checked = withdrawing(node, officer, id, reason)

    def job(tx: Tx) -> None:
        if any(r.channel == row.channel for r in tx.picture.refs_to(id, "withdraws")):
            raise Conflict(Worded("said.withdrawn", "it is withdrawn already"), id=id)
        append(node, tx, row.channel, row.lane, draft_entry(node, officer, checked, attest), no=0)

    return node.then(node.writer.submit(job), lambda _: view.by_id(node, officer, row.channel, id))
