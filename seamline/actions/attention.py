"""What waits for an officer, in order of urgency. Each desk registers its own below, one line each."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seamline.actions import read, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.waits import (
    alert,
    asked,
    blindly,
    complained,
    contact,
    declared,
    plans,
    posted,
    published,
    reports,
    trust,
    undertaken,
)
from seamline.actions.waits.index import Source
from seamline.actions.waits.trust import silent
from seamline.actions.waits.wait import Wait
from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.agreed import Agreed

__all__ = ["ORDER", "attention", "silent"]

LIMIT, MAX_LIMIT = 100, 1_000
Item = dict[str, Any]

ORDER = (
    "contact",
    "two_stories",
    "unacknowledged",
    "unopened_flash",
    "post_left",
    "post_left_untold",
    "unanswered",
    "answer_due",
    "changed_since",
    "overdue",
    "unclosed",
    "complaint_due",
    "request_due",
    "request_unanswered",
    "request_accepted",
    "request_offered",
    "request_delivered",
    "post_reserved",
    "handover_due",
    "clash",
    "blind_found",
    "gap",
    "blind_asked",
    "test_alert_due",
    "silent_link",
    "rule_broken",
    "milestone_late",
    "endorsement",
    "publication_due",
    "blind_consent",
    "milestone_due",
    "revocation",
)
"""In order of urgency (docs/watch.md); what is not named here comes after, by its name."""

ON_RECORDS: Mapping[str, tuple[Source, ...]] = {
    "contact": (contact.open_contact,),
    "alert": (alert.unacknowledged,),
    "incident": (reports.unopened,),
    "activity": (plans.clashing, declared.unanswered, declared.unclosed),
    "site": (plans.clashing,),
    "post": (plans.clashing, posted.registered),
    "post_left": (posted.left,),
    "complaint": (complained.due,),
    "blind_run": (blindly.unconsented,),
    "blind_learnt": (blindly.found,),
    "blind_proposal": (blindly.proposed,),
    "request": (asked.waiting,),
    **{name: (reports.unendorsed,) for name, kind in registry.KINDS.items() if issubclass(kind, Agreed)},
    "programme": (reports.unendorsed, undertaken.due),
    "public_statement": (reports.unendorsed, published.unpublished),
}
"""What waits on a record of a kind. Kept until the record, or what refers to it, changes."""

EACH_TIME: tuple[Callable[[Node, Officer], Iterable[Wait]], ...] = (
    plans.open_gaps,
    alert.test_due,
    trust.two_stories,
    trust.silent_links,
    trust.revoked,
    trust.refused,
)
"""What else waits: asked each time, so it must be cheap."""


def attention(node: Node, officer: Officer, limit: int = LIMIT) -> dict[str, Any]:
    """The first of what waits, how much there is of each kind, and whether there is more than is shown.

    Each item: what, record or about (who or what it is about, where there is no record), since, due, urgency.
    Where a rule was broken: rule, fault, and the id of the evidence file, if there is one. Times ms; since is
    None where this node did not keep when it began. Raises BadInput for a limit that cannot be.
    """
    officer.need(*READERS)
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput("limit", limit, f"from 1 to {MAX_LIMIT}")
    now, counts, first = node.clock.now(), dict[str, int](), list[Wait]()
    for what, waits in in_order(node, officer):
        # Wait.shown, written out: of ten thousand each call counts.
        inside = [one for one in waits if one.start <= now < one.end]
        shown = [one for one in inside if one.roles is None or one.roles & officer.roles]
        if shown:
            counts[what] = len(shown)
            first += shown[: limit - len(first)]
    items = [_item(node, officer, one) for one in first]
    more = sum(counts.values()) > len(items)
    return {"items": items, "more": more, "counts": counts, "note": read.note(node, items)}


def in_order(node: Node, officer: Officer) -> list[tuple[str, list[Wait]]]:
    """All that waits for officers of his party now or later, by what; in order of urgency."""
    groups = node.waits.read(node, officer.party, ON_RECORDS)
    asked = sorted((one for source in EACH_TIME for one in source(node, officer)), key=_place)
    for what in {one.what for one in asked}:
        here = (one for one in asked if one.what == what)
        groups[what] = list(heapq.merge(groups.get(what, []), here, key=_place))
    return sorted(groups.items(), key=lambda group: _rank(group[0]))


def _place(one: Wait) -> Any:
    return one.place


def _rank(what: str) -> tuple[int, str]:
    return (ORDER.index(what) if what in ORDER else len(ORDER)), what


def _item(node: Node, officer: Officer, one: Wait) -> Item:
    return {
        "what": one.what,
        "record": view.brief(node, officer, one.row) if one.row is not None else None,
        "about": one.about,
        "since": one.since,
        "due": one.due,
        "urgency": one.urgency,
        **one.more,
    }
