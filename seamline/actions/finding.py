"""Facts against signed rules, as one officer may see them; either side may put one on an agenda (DESIGN §7).

What an instant is by: arrival at the other side's node, as this node knows it (seamline.actions.arriving).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from seamline.actions import activities, answers, posts, read, ruling, view
from seamline.actions.arriving import arrivals
from seamline.actions.clashing import policy_in_force, referrers
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.ruling import InForce
from seamline.errors import BadInput, Worded
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.window import DAY, HOUR
from seamline.log.channel import members
from seamline.picture.findings import KINDS, NEVER, Found, Plans, judge
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.agreed import endorsers
from seamline.records.kind import withdrawn
from seamline.store.ports import Row

LIMIT, MAX_LIMIT = 200, 1_000
# Rules on activities; a hand-over is judged on posts.
JUDGED = frozenset(KINDS)
MONTH = 30 * DAY
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What GET /api/findings asks, ms: activities that end after start (a month ago if None)."""

    start: int | None = None
    end: int | None = None
    as_of: int | None = None
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class Stated:
    """An activity and what this node knows of it by party: when it came there, was answered, consented to."""

    row: Row
    value: Activity
    reached: dict[str, int]
    answered: dict[str, int]
    consented: dict[str, int]
    closed: int


@dataclass(frozen=True, slots=True)
class _Left:
    """The statement that a post is left."""

    row: Row


@dataclass(frozen=True, slots=True)
class _Fact:
    rule: InForce
    about: Stated | _Left
    found: Found


def findings(node: Node, officer: Officer, asked: Asked | None = None) -> dict[str, Any]:
    """By when it became a fact, the newest first. Raises BadInput for hours that cannot be."""
    officer.need(*READERS)
    asked = asked or Asked()
    moment = node.clock.now() if asked.as_of is None else asked.as_of
    start = moment - MONTH if asked.start is None else asked.start
    if asked.end is not None and asked.end <= start:
        raise BadInput("to", asked.end, Worded("remedy.after_from", "it must be later than `from`"))
    rules = ruling.over_time(node.picture, node.readable(officer), moment)
    wish = activities.Wish(start, asked.end, asked.as_of)
    shown = activities.stated(node, officer, wish) if rules else ()
    stated = [one for row, value in shown if (one := _stated(node, row, value, moment)) is not None]
    found = [_Fact(*one) for one in _judged(node, rules, stated, moment)]
    end = asked.end or NEVER
    found += [f for f in _handovers(node, officer, rules, moment) if start <= f.found.since < end]
    found.sort(key=lambda f: (-f.found.since, f.about.row.id, f.rule.row.id, f.found.to or ""))
    items = [_item(node, officer, one) for one in found[: asked.limit]]
    note = read.note(node, items)
    if not rules:
        note["key"] = "note.no_rules_endorsed"
    return {"items": items, "more": len(found) > asked.limit, "note": note}


def about(node: Node, officer: Officer, id: str, as_of: int | None = None) -> list[Item]:
    """The facts about one activity that he may read, as findings(); none where it is no activity."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    row = view.find(node, officer, node.picture, id)
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    one = _stated(node, row, value, moment) if isinstance(value, Activity) else None
    rules = ruling.over_time(node.picture, node.readable(officer), moment) if one else []
    found = _judged(node, rules, [one], moment) if one else ()
    return [_item(node, officer, _Fact(*each)) for each in found]


# ------------------------------------------------------------------ what is judged


def _stated(node: Node, row: Row, value: Activity, as_of: int) -> Stated | None:
    """None: only its own side knows it, or it was cancelled or taken back."""
    found = referrers(node.picture, row)
    if len(members(row.channel)) == 1 or value.status == "cancelled" or withdrawn(found, as_of):
        return None
    answered: dict[str, int] = {}
    for one in answers.all_given(node.picture, row, as_of):
        answered[one.party] = min(one.received_at, answered.get(one.party, NEVER))
    consented: dict[str, int] = {}
    for party in endorsers(found, as_of):
        signed = (node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, "endorses"))
        at = [by.received_at for by in signed if by and by.party == party and by.channel == row.channel]
        consented[party] = min(at, default=NEVER)
    closed = NEVER
    if value.status == "closed":
        said = node.picture.revisions(row.channel, row.id)
        at = [r.received_at for r in said if r.counts and b'"status":"closed"' in r.body]
        closed = min(at, default=row.received_at)
    return Stated(row, value, arrivals(node, row), answered, consented, closed)


def _judged(
    node: Node, rules: Sequence[InForce], stated: Sequence[Stated], as_of: int
) -> Iterator[tuple[InForce, Stated, Found]]:
    """The rules of each channel against the activities that all its readers know of."""
    by_channel: dict[str, list[InForce]] = defaultdict(list)
    for one in rules:
        by_channel[one.row.channel].append(one)
    for channel, held in sorted(by_channel.items()):
        told = [s for s in stated if set(members(channel)) <= set(members(s.row.channel))]
        known = [(one, rule) for one in held if (rule := ruling.judged_by(node, one)) and rule.kind in JUDGED]
        if not told or not known:
            continue
        boxes = [s.row.box for s in told if s.row.box]
        frame = policy_in_force(node.picture).frame or Frame.centred_on(boxes)
        for fact in judge(_columns(told, channel), [rule for _, rule in known], frame):
            if fact.since <= as_of:
                yield known[fact.rule][0], told[fact.plan], fact


def _handovers(node: Node, officer: Officer, rules: Sequence[InForce], as_of: int) -> Iterator[_Fact]:
    """Posts that were left later, or so far not, with a hand-over that both endorsed."""
    held = [one for one in rules if one.value.type == "handover"]
    for row in node.picture.current_of_kind("post", node.readable(officer)) if held else ():
        kept = posts.kept(node.picture, row, as_of)
        for gone in kept.leaving:
            said = next((s.row for s in kept.said if s.row.hash == gone.key), row)
            for one in held:
                binds = one.start <= gone.since < one.end and gone.party in one.value.parties
                if not binds or not set(members(one.row.channel)) <= set(members(row.channel)):
                    continue
                needed = (one.value.hours or 0) * HOUR
                given = None if gone.handed is None else gone.handed - gone.since
                if (given is None or given > needed) and gone.since + needed <= as_of:
                    fact = Found(0, 0, None, given, needed, None, gone.since + needed)
                    yield _Fact(one, _Left(said), fact)


def _columns(told: Sequence[Stated], channel: str) -> Plans:
    def instants(by_party: Iterable[dict[str, int]], party: str) -> Any:
        return np.array([one.get(party, NEVER) for one in by_party], dtype=np.int64)

    parties = members(channel)
    return Plans(
        types=[s.value.type for s in told],
        parties=[s.row.party for s in told],
        shapes=np.array(
            [place.to_shapely(msgspec.to_builtins(s.value.place.geometry)) for s in told], dtype=object
        ),
        start=np.array([s.value.when.start for s in told], dtype=np.int64),
        end=np.array([s.value.when.end for s in told], dtype=np.int64),
        closed=np.array([s.closed for s in told], dtype=np.int64),
        reached={p: instants((s.reached for s in told), p) for p in parties},
        answered={p: instants((s.answered for s in told), p) for p in parties},
        consented={p: instants((s.consented for s in told), p) for p in parties},
    )


# ------------------------------------------------------------------ what is shown


def _item(node: Node, officer: Officer, fact: _Fact) -> Item:
    """party: of whose act it is a fact; link_ms: what of the notice was spent on the link, nobody's."""
    rule, one, found = fact.rule, fact.about, fact.found
    reached = one.reached.get(found.to) if found.to and isinstance(one, Stated) else None
    told = rule.value.type in ("notice", "entry") and not rule.value.consent
    seen_by = view.audience(node, officer, one.row) & set(members(rule.row.channel))
    activity = one.value if isinstance(one, Stated) else None
    return {
        "id": f"{rule.row.id}~{one.row.id}~{found.to or ''}",
        "kind": rule.value.type,
        "consent": rule.value.consent,
        "rule": view.brief(node, officer, rule.row),
        "record": view.brief(node, officer, one.row),
        "party": found.to if rule.value.type == "answer" else one.row.party,
        "to": found.to,
        "given_ms": found.given,
        "needed_ms": found.needed,
        "distance_m": None if found.distance_m is None else round(found.distance_m),
        "within_m": rule.value.within_m,
        "reached": reached,
        "link_ms": max(0, reached - one.row.stands_at) if told and reached is not None else None,
        "emergency": activity is not None and activity.emergency,
        "reason": activity.reason if activity else "",
        "since": found.since,
        "agenda": _agenda(node, officer, one.row.id, rule.row.id),
        "seen_by": sorted(seen_by, key=lambda party: (party != officer.party, party)),
    }


def _agenda(node: Node, officer: Officer, record: str, rule: str) -> list[Item]:
    """Where it was proposed for a meeting already, as far as he may read that."""
    found = []
    readable = node.readable(officer)
    for ref in node.picture.refs_to(record, "agenda"):
        row = node.picture.record(ref.channel, ref.id) if ref.channel in readable else None
        if row and row.counts and any(r.to == rule for r in node.picture.refs_from(row.channel, row.id)):
            found.append({"id": row.id, "party": row.party, "number": view.number(node, row)})
    return found
