"""What waits for an officer: not opened, clashing, unwatched, to endorse, silent, revoked, contradicted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import activities, evidencing, gaps, read, view
from seamline.actions.endorsing import endorsed, state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.geo.window import DAY, HOUR
from seamline.records import registry
from seamline.records.agreed import Agreed
from seamline.store.ports import Search

# 4: trust is broken; 3: answer at once; 2: today; 1: soon.
TWO_STORIES, FLASH, TODAY, SOON = 4, 3, 2, 1
SILENT_AFTER = HOUR
NOT_HIS = frozenset({"exchange 2.4", "exchange 3.4", "exchange 4.2", "exchange 5.1"})
"""Refusals of what a peer may pass on in good faith: they accuse nobody."""

Item = dict[str, Any]

ORDER = (
    "contact",
    "two_stories",
    "unacknowledged",
    "unopened_flash",
    "unanswered",
    "overdue",
    "clash",
    "gap",
    "silent_link",
    "rule_broken",
    "endorsement",
    "revocation",
)
"""In order of urgency (docs/watch.md); what is not named here comes after, by its name."""

ON_RECORDS: Mapping[str, tuple[Source, ...]] = {
    "incident": (reports.unopened,),
    "activity": (plans.clashing,),
    "site": (plans.clashing,),
    "post": (plans.clashing,),
    **{name: (reports.unendorsed,) for name, kind in registry.KINDS.items() if issubclass(kind, Agreed)},
}
"""What waits on a record of a kind. Kept until the record, or what refers to it, changes."""

EACH_TIME: tuple[Callable[[Node, Officer], Iterable[Wait]], ...] = (
    plans.open_gaps,
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
    None where this node did not keep when it began.
    """
    officer.need(*READERS)
    items = [
        *_two_stories(node, officer),
        *_flash(node, officer),
        *_answers(node, officer),
        *_clashes(node, officer),
        *_gaps(node, officer),
        *_unendorsed(node, officer),
        *_silent(node),
        *_revoked(node),
        *_refused(node),
    ]
    items.sort(key=lambda i: (-i["urgency"], i["since"] or 0, i["what"], i["about"] or ""))
    return {"items": items, "note": read.note(node, items)}


def _item(what: str, urgency: int, since: int | None, **more: Any) -> Item:
    item: Item = {
        "what": what,
        "record": None,
        "about": None,
        "since": since,
        "due": None,
        "urgency": urgency,
    }
    return item | more


def _flash(node: Node, officer: Officer) -> Iterator[Item]:
    search = Search(channels=node.readable(officer), kinds=("incident",), limit=read.MAX_LIMIT)
    ours = (officer.party, node.party)
    for row in node.picture.search(search):
        if row.lane != "flash" or row.party in ours:
            continue
        by = [node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, "opened")]
        if not any(b and b.party in ours for b in by):
            yield _item("unopened_flash", FLASH, row.received_at, record=view.brief(node, officer, row))


def _answers(node: Node, officer: Officer) -> Iterator[Item]:
    """Declared activities without an answer; more urgent as their time runs out."""
    for one in activities.waiting(node, officer):
        urgency = (TODAY, FLASH, FLASH)[one.asked.level]
        record = view.brief(node, officer, one.row)
        yield _item(one.what, urgency, one.asked.reached, record=record, due=one.asked.due)


def _clashes(node: Node, officer: Officer) -> Iterator[Item]:
    for pair in read.clashes(node, officer)["items"]:
        since = max(pair["a"]["received_at"], pair["b"]["received_at"])
        yield _item("clash", TODAY, since, record=pair["a"], due=pair["start"])


def _gaps(node: Node, officer: Officer) -> Iterator[Item]:
    now = node.clock.now()
    for gap in gaps.open_now(node, officer):
        urgency = TODAY if gap.start < now + DAY else SOON
        record = view.brief(node, officer, gap.watch)
        yield _item("gap", urgency, gap.watch.received_at, record=record, due=gap.start)


def _unendorsed(node: Node, officer: Officer) -> Iterator[Item]:
    """For a signatory: what needs his party's endorsement and has not got it; not once its hours are over."""
    if "signatory" not in officer.roles:
        return
    now = node.clock.now()
    kinds = tuple(name for name, kind in registry.KINDS.items() if issubclass(kind, Agreed))
    search = Search(channels=node.readable(officer), kinds=kinds, limit=read.MAX_LIMIT)
    for row in node.picture.search(search):
        asked, value = (
            endorsed(node.picture, row, now),
            registry.read(row.kind, msgspec.json.decode(row.body)),
        )
        window = value.window() if value else None
        over = window is not None and window.end <= now
        if asked is None or value is None or over or officer.party not in {*asked["needed"]} - {*asked["by"]}:
            continue
        if state_of(node.picture, row, value, now) == "withdrawn":
            continue
        due = window.start if window else None
        urgency = TODAY if due is not None and due < now + DAY else SOON
        yield _item("endorsement", urgency, row.received_at, record=view.brief(node, officer, row), due=due)


def silent(node: Node) -> dict[str, int | None]:
    """Links in use that were not heard for an hour, or not since this node started: when last (ms)."""
    now, found = node.clock.now(), dict[str, int | None]()
    for link in node.link_states():
        last = link.get("last_contact")
        heard = last if isinstance(last, int) else None
        if link.get("enabled", True) and (heard is None or now - heard > SILENT_AFTER):
            found[str(link.get("name") or link.get("peer"))] = heard
    return found


def _silent(node: Node) -> Iterator[Item]:
    for name, heard in silent(node).items():
        yield _item("silent_link", TODAY, heard, about=name)


def _revoked(node: Node) -> Iterator[Item]:
    """Nodes and officers whom their own party has revoked: what they said after that does not count."""
    roster = node.trust.roster
    for info in roster.nodes():
        if info.revoked:
            yield _item("revocation", SOON, None, about=f"{info.name} ({'+'.join(info.owners)})")
    for officer in roster.officers():
        if officer.revoked:
            yield _item("revocation", SOON, None, about=f"{officer.officer} ({officer.party})")


def _two_stories(node: Node, officer: Officer) -> Iterator[Item]:
    """Logs of which two histories were signed, in channels that he reads; parties with two statements."""
    for one in evidencing.evidence(node, officer):
        yield _item("two_stories", TWO_STORIES, one.since, **evidencing.told(one))


def _refused(node: Node) -> Iterator[Item]:
    """Peers that broke a rule in the last week, and the rule that they broke last."""
    since = node.clock.now() - 7 * DAY
    for link in node.link_states():
        rows = link.get("refusals")
        found = [r for r in rows if r["fault"] == "theirs"] if isinstance(rows, list) else []
        found = [r for r in found if r["when"] >= since and r["rule"] not in NOT_HIS]
        if found:
            about = f"{link.get('name') or link.get('peer')} · {found[0]['detail']}"
            told = {"rule": found[0]["rule"], "fault": "theirs", "about": about}
            yield _item("rule_broken", TODAY, found[0]["first"], **told)
