"""Programmes as their desk shows them: the plan that stands, what each owner states, and what holds it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import followup, read, view
from seamline.actions.agreements import told_differences
from seamline.actions.clashing import referrers, revisions_back
from seamline.actions.endorsing import needed_for
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.said import Said
from seamline.errors import BadInput, NotFound, Worded
from seamline.geo.window import DAY
from seamline.picture import programme as plan
from seamline.records import registry
from seamline.records.kind import withdrawn
from seamline.records.programme import Programme, Progress
from seamline.store.ports import PictureReader, Row

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A programme as it is read: what stands of it, else the newest; and its baselines, newest first."""

    row: Row
    shown: Row
    value: Programme
    baselines: tuple[tuple[Row, Programme], ...]

    @property
    def first(self) -> Programme:
        """The baseline it began with."""
        return self.baselines[-1][1] if self.baselines else self.value


def of(picture: PictureReader, row: Row, as_of: int) -> Plan | None:
    """The programme; None where a newer node wrote what cannot be read here."""
    found = []
    for one in revisions_back(picture, row):
        value = registry.read(one.kind, msgspec.json.decode(one.body))
        if isinstance(value, Programme):
            needed = needed_for(picture, one, value, as_of)
            if value.standing(referrers(picture, one), as_of, needed) == "in_force":
                found.append((one, value))
    current = registry.read(row.kind, msgspec.json.decode(row.body))
    if found:
        return Plan(row, *found[0], tuple(found))
    return Plan(row, row, current, ()) if isinstance(current, Programme) else None


def reports(picture: PictureReader, row: Row, as_of: int) -> list[plan.Report]:
    """What was stated of the programme in its own channel and not withdrawn, oldest first."""
    found = []
    for ref in picture.refs_to(row.id, "progress"):
        by = picture.record(ref.channel, ref.id)
        value = registry.read(by.kind, msgspec.json.decode(by.body)) if by and by.counts else None
        if by is None or by.channel != row.channel or not isinstance(value, Progress) or by.at > as_of:
            continue
        if not withdrawn(referrers(picture, by), as_of):
            found.append(plan.Report(by.party, by.at, by.hash, by.id, value))
    return sorted(found, key=lambda r: (r.at, r.hash))


def desk(node: Node, officer: Officer, as_of: int | None = None) -> Item:
    """Every programme with how much of it was planned by now, how much is done, and what is late."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    channels = node.readable(officer)
    rows = node.picture.current_of_kind("programme", channels) if channels else ()
    items = [one for row in rows if (one := _line(node, officer, row, moment)) is not None]
    items.sort(key=lambda i: (i["record"]["title"], i["record"]["id"]))
    return {"items": items, "note": read.note(node, items)}


def programme(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Item:
    """One programme in full. NotFound alike for absent and forbidden."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    found = find(node, officer, id, moment)
    told = reports(node.picture, found.row, moment)
    standing = plan.stands(found.value, told, moment)
    period, rows = plan.curve(found.value, found.first, standing, moment)
    before, after = (msgspec.json.decode(row.body) for row in (found.shown, found.row))
    records = (node.picture.record(found.row.channel, one.id) for one in reversed(told))
    return {
        "record": view.item(node, officer, found.row, moment),
        "stands": _stands(found),
        "body": before,
        "baselines": [{"rev": r.rev, "year": v.year, "at": r.at, "why": v.why} for r, v in found.baselines],
        "summary": _summary(found.value, standing, moment),
        "points": [_point(node, officer, found, point.no, standing, moment) for point in found.value.points],
        "period": period,
        "curve": [{"at": m.at, "planned": m.planned, "first": m.first, "actual": m.actual} for m in rows],
        "reports": [view.brief(node, officer, row, moment) for row in records if row],
        "changes": told_differences(before, after),
    }


def find(node: Node, officer: Officer, id: str, as_of: int) -> Plan:
    """The programme that this officer may read, or NotFound."""
    row = view.find(node, officer, node.picture, id)
    found = of(node.picture, row, as_of) if row.kind == "programme" else None
    if found is None:
        raise NotFound(f"no programme {id}")
    return found


def overdue(picture: PictureReader, channel: str, as_of: int) -> Iterator[tuple[Plan, plan.Stand]]:
    """The milestones past their day, of programmes in force in a channel, the longest first."""
    found = []
    for row in picture.current_of_kind("programme", (channel,)):
        one = of(picture, row, as_of)
        if one is not None and one.baselines:
            standing = plan.stands(one.value, reports(picture, row, as_of), as_of)
            found += [(one, stand) for stand in standing if stand.state == "late"]
    yield from sorted(found, key=lambda f: (f[1].milestone.due, f[0].row.id, f[1].milestone.no))


def check(said: Said) -> None:
    """Progress is of milestones of the author's own, of a plan that is there; late is said with a reason."""
    body = said.body
    if not isinstance(body, Progress):
        return
    row = next(iter(said.picture.find(body.programme, [said.channel])), None)
    found = of(said.picture, row, said.now) if row is not None and row.kind == "programme" else None
    if found is None:
        raise BadInput("body.programme", body.programme, f"a programme of the channel {said.channel}")
    known = {one.no: (point, one) for point, one in found.value.milestones()}
    for index, line in enumerate(body.progress):
        at = f"body.progress[{index}]"
        if line.no not in known:
            raise BadInput(
                f"{at}.no",
                line.no,
                Worded("remedy.milestone_number", "the number of a milestone of this programme"),
            )
        owners = found.value.owners(*known[line.no])
        if said.party not in owners:
            raise BadInput(
                f"{at}.no", line.no, f"a milestone of your own: {', '.join(owners)} state this one"
            )
        if line.on is not None and line.on > said.now + DAY:
            raise BadInput(
                f"{at}.on",
                line.on,
                Worded("remedy.not_to_come", "not a day to come: say when it is expected"),
            )
        late = line.expected is not None and line.expected > known[line.no][1].due
        if late and line.why is None and not line.text:
            raise BadInput(
                f"{at}.why", None, Worded("remedy.later_why", "it is expected later than planned: say why")
            )
        strange = sorted(set(line.blocked_by) - set(known))
        if strange:
            raise BadInput(f"{at}.blocked_by", ", ".join(strange), "milestones of this programme")


def _line(node: Node, officer: Officer, row: Row, as_of: int) -> Item | None:
    found = of(node.picture, row, as_of)
    if found is None:
        return None
    standing = plan.stands(found.value, reports(node.picture, row, as_of), as_of)
    return {
        "record": view.brief(node, officer, row, as_of),
        "stands": _stands(found),
        "track": found.value.track,
        "year": found.value.year,
        "summary": _summary(found.value, standing, as_of),
        "counted": _counted(officer, standing),
    }


def _stands(found: Plan) -> Item | None:
    row = found.shown
    return {"rev": row.rev, "hash": row.hash, "at": row.at} if found.baselines else None


def _summary(value: Programme, standing: Sequence[plan.Stand], as_of: int) -> Item:
    parts = plan.weights(value)
    done = {s.milestone.no: s.done for s in standing if s.done is not None}
    states = [s.state for s in standing]
    return {
        "milestones": len(states),
        "states": {state: states.count(state) for state in plan.STATES},
        "blocked": sum(bool(s.blocked_by) for s in standing),
        "planned": plan.share(parts, value.dues(), as_of),
        "actual": plan.share(parts, done, as_of),
    }


def _counted(officer: Officer, standing: Sequence[plan.Stand]) -> list[Item]:
    """The numbers of each side, summed over the programme; the reader's own first (law 8)."""
    sums: dict[str, list[int]] = {}
    for one in plan.counted(standing):
        both = sums.setdefault(one.party, [0, 0, 0])
        both[0] += one.planned
        both[1] += one.count or 0
        both[2] += one.count is not None
    return [
        {"party": party, "planned": planned, "count": count if told else None}
        for party, (planned, count, told) in sorted(sums.items(), key=lambda s: (s[0] != officer.party, s[0]))
    ]


def _point(
    node: Node, officer: Officer, found: Plan, no: str, standing: Sequence[plan.Stand], as_of: int
) -> Item:
    here = [s for s in standing if s.point.no == no]
    point = here[0].point
    return {
        "no": point.no,
        "title": point.title,
        "text": point.text,
        "owners": point.owners,
        "weight": point.weight,
        "awaits": _awaits(node, officer, point.awaits, as_of),
        "counted": _counted(officer, here),
        "milestones": [_milestone(officer, found, one) for one in here],
    }


def _awaits(node: Node, officer: Officer, place: str | None, as_of: int) -> Item | None:
    """The outcome that must be settled first, as it stands now."""
    id, _, no = (place or "").partition("/")
    row = next(iter(node.picture.find(id, node.readable(officer))), None) if id else None
    return followup.outcome(node.picture, row, no, as_of) if row is not None else None


def _milestone(officer: Officer, found: Plan, one: plan.Stand) -> Item:
    own = sorted(one.told, key=lambda t: (t.party != officer.party, t.party))
    return {
        "no": one.milestone.no,
        "step": one.milestone.step,
        "title": one.milestone.title,
        "owners": list(one.owners),
        "weight": one.milestone.weight,
        "due": one.milestone.due,
        "first_due": found.first.dues().get(one.milestone.no),
        "after": one.milestone.after,
        "planned": one.milestone.planned,
        "state": one.state,
        "done": one.done,
        "expected": one.expected,
        "blocked_by": list(one.blocked_by),
        "told": [
            {"party": t.party, "at": t.at, "record": t.record, "said": msgspec.to_builtins(t.said)}
            for t in own
        ],
    }
