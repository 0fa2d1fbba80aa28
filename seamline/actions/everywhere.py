"""To say one thing in several channels at once: under one id, on disk together or not at all.

What is urgent goes to everybody one shares a channel with, and what is said on it goes where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import msgspec

from seamline.actions import checking, view, write
from seamline.actions.endorsing import signatories
from seamline.actions.fold import own_id
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.write import Attest, Saying
from seamline.actions.writer import Tx
from seamline.errors import BadInput, Conflict, NotAllowed
from seamline.log.channel import members
from seamline.log.entry import Sig, signing_bytes
from seamline.records import registry
from seamline.records.contact import Contact
from seamline.release.policy import may_write

Json = dict[str, Any]
KINDS = ("contact", "contact_answer", "contact_step", "contact_close", "on_watch")


@dataclass(frozen=True, slots=True)
class Wide:
    """What is asked. id, at, sigs (by channel): of a draft that the officer signed with his own key."""

    kind: str
    body: Json
    lang: str
    id: str | None = None
    at: int | None = None
    sigs: Mapping[str, Sig] = field(default_factory=dict)


def put(node: Node, officer: Officer, wide: Wide) -> Future[Json]:
    """{items, refused}: the record in each channel; where he may not say it, and why.

    Raises BadInput, Conflict; NotAllowed if he may say it in none of the channels.
    """
    sayings, refused = _sayings(node, officer, wide)
    id = wide.id or new_id(node, officer, sayings)

    def job(tx: Tx) -> None:
        for saying in sayings:
            if not _said_before(tx, saying, id):
                attest = _attest(wide, saying.channel)
                party, body = write.speaks(node, officer, attest), registry.parse(saying.kind, saying.body)
                now, held = node.clock.now(), node.channels()
                checking.check(checking.Said(tx.picture, party, saying.channel, body, now, held))
                entry = write.draft_entry(node, officer, saying, attest, id)
                write.append(node, tx, saying.channel, saying.lane, entry)

    def answer(_: None) -> Json:
        items = [view.by_id(node, officer, saying.channel, id) for saying in sayings]
        return {"items": items, "refused": refused}

    return node.then(node.writer.submit(job), answer)


def drafts(node: Node, officer: Officer, wide: Wide) -> tuple[str, int, dict[str, bytes]]:
    """The id and the time of what put would say, and by channel the bytes to sign for it."""
    sayings, _ = _sayings(node, officer, wide)
    id, at = wide.id or new_id(node, officer, sayings), node.clock.now()
    signing = {}
    for saying in sayings:
        entry, _ = write.draft(node, officer, saying)
        signing[saying.channel] = signing_bytes(msgspec.structs.replace(entry, id=id, at=at), saying.channel)
    return id, at, signing


def _said_before(tx: Tx, saying: Saying, id: str) -> bool:
    before = tx.picture.record(saying.channel, id)
    if before is not None and msgspec.json.decode(before.body) != saying.body:
        raise Conflict(f"the id {id} is taken by other content; send it with a new id", id=id)
    return before is not None


def may_alarm(node: Node, officer: Officer) -> bool:
    """May he say at once that there is contact, to anybody outside his party?"""
    rules = write.standing_rules(node)
    shared = [channel for channel in node.readable(officer) if len(members(channel)) > 1]
    return any(may_write(officer.party, officer.roles, Contact, c, "flash", rules) for c in shared)


def new_id(node: Node, officer: Officer, sayings: list[Saying]) -> str:
    """An id that stays its author's in all of these channels."""
    audience = set().union(*(members(saying.channel) for saying in sayings))
    return own_id(node.clock.new_id, officer.party if not node.joint else node.party, audience)


def _attest(wide: Wide, channel: str) -> Attest | None:
    sig = wide.sigs.get(channel)
    if sig is None:
        return None
    if wide.at is None or wide.id is None:
        raise BadInput("at" if wide.at is None else "id", None, "the id and time of the draft you signed")
    return Attest(wide.id, wide.at, sig)


def _sayings(node: Node, officer: Officer, wide: Wide) -> tuple[list[Saying], list[Json]]:
    if wide.kind not in KINDS:
        raise BadInput("kind", wide.kind, "one of " + ", ".join(KINDS))
    channels = _channels(node, officer, wide)
    lane = "flash" if wide.kind.startswith("contact") else "routine"
    said, refused = [], []
    for channel in channels:
        body = dict(wide.body)
        if wide.kind == "contact":
            body["parties"] = sorted(signatories(node.picture, channel, node.clock.now()))
        try:
            said.append(write.check(node, officer, Saying(wide.kind, channel, lane, wide.lang, body)))
        except NotAllowed as fault:
            refused.append({"channel": channel, "why": fault.message})
    if not said:
        raise NotAllowed(
            f"a {wide.kind} leaves the party: it needs the role release, or a standing rule for "
            + (registry.kind_of(wide.kind).UNDER or wide.kind)
        )
    return said, refused


def _channels(node: Node, officer: Officer, wide: Wide) -> list[str]:
    """Every shared channel; for what is said on a contact, where it stands; of a watch, all that he reads."""
    shared = [channel for channel in node.readable(officer) if len(members(channel)) > 1]
    about = wide.body.get("contact")
    if wide.kind != "contact" and wide.kind.startswith("contact_"):
        shared = [row.channel for row in node.picture.find(str(about), shared) if row.kind == "contact"]
        if not shared:
            raise BadInput("body.contact", about, "a contact in one of this node's channels")
    if wide.kind == "on_watch":
        # A room alone has a watch too, whoever else may hear of it.
        return list(node.readable(officer))
    if not shared:
        raise BadInput("channel", officer.party, "this node shares no channel with another party yet")
    return shared
