"""Terms and agreements as their desks show them: what stands, what is proposed instead, and what differs."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions import clauses, read, view
from seamline.actions.endorsing import standing_revision
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import NotFound
from seamline.records import registry
from seamline.records.agreement import Agreement
from seamline.records.compare import differences
from seamline.store.ports import Row

Item = dict[str, Any]


def terms(node: Node, officer: Officer, as_of: int | None = None) -> Item:
    """Terms of reference: in force first, then what awaits endorsement, newest first."""
    return _texts(node, officer, "terms", as_of)


def agreements(node: Node, officer: Officer, as_of: int | None = None) -> Item:
    """Agreements, each with the state of its clauses in the revision that stands, or else in the newest."""
    return _texts(node, officer, "agreement", as_of)


def compared(
    node: Node, officer: Officer, one: str, other: str, revs: tuple[int | None, int | None] = (None, None)
) -> Item:
    """What the second text says otherwise than the first. NotFound alike for absent and forbidden."""
    officer.need(*READERS)
    rows = [_revision(node, officer, id, rev) for id, rev in zip((one, other), revs, strict=True)]
    before, after = (msgspec.json.decode(row.body) for row in rows)
    return {
        "before": view.brief(node, officer, rows[0]),
        "after": view.brief(node, officer, rows[1]),
        "differences": told_differences(before, after),
    }


def _texts(node: Node, officer: Officer, kind: str, as_of: int | None) -> Item:
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    channels = node.readable(officer)
    rows = node.picture.current_of_kind(kind, channels) if channels else ()
    items = [_item(node, officer, row, moment) for row in rows]
    items.sort(key=lambda i: (i["stands"] is None, -i["record"]["at"], i["record"]["id"]))
    return {"items": items, "note": read.note(node, items)}


def _item(node: Node, officer: Officer, row: Row, as_of: int) -> Item:
    """The record, what of it stands, the clauses of that, and what the newest revision would change."""
    found = standing_revision(node.picture, row, as_of)
    stands = found[0] if found else None
    shown = stands or row
    value = registry.read(shown.kind, msgspec.json.decode(shown.body))
    told = clauses.states(node.picture, shown, value, as_of) if isinstance(value, Agreement) else []
    before, after = (msgspec.json.decode(one.body) for one in (shown, row))
    return {
        "record": view.item(node, officer, row, as_of),
        "stands": {"rev": stands.rev, "hash": stands.hash, "at": stands.at} if stands else None,
        "body": before,
        "clauses": told,
        "changes": told_differences(before, after),
    }


def told_differences(before: Item, after: Item) -> list[Item]:
    """What the second says otherwise, as a screen shows it."""
    return [
        {"path": list(d.path), "how": d.how, "before": d.before, "after": d.after}
        for d in differences(before, after)
    ]


def _revision(node: Node, officer: Officer, id: str, rev: int | None) -> Row:
    current = view.find(node, officer, node.picture, id)
    if rev is None or rev == current.rev:
        return current
    for row in node.picture.revisions(current.channel, id):
        if row.rev == rev and row.counts:
            return row
    raise NotFound(f"record {id} has no revision {rev}")
