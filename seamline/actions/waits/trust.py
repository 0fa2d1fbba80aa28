"""Links that are silent, rules that were broken, two stories of one log, nodes and officers revoked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seamline.actions import evidencing
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.waits.wait import DANGER, SOON, TODAY, Wait
from seamline.geo.window import DAY, HOUR

SILENT_AFTER = HOUR
NOT_HIS = frozenset({"exchange 2.4", "exchange 3.4", "exchange 4.2", "exchange 5.1"})
"""Refusals of what a peer may pass on in good faith: they accuse nobody."""


def silent(node: Node) -> dict[str, int | None]:
    """Links in use that were not heard for an hour, or not since this node started: when last (ms)."""
    now, found = node.clock.now(), dict[str, int | None]()
    for link in node.link_states():
        last = link.get("last_contact")
        heard = last if isinstance(last, int) else None
        if link.get("enabled", True) and (heard is None or now - heard > SILENT_AFTER):
            found[str(link.get("name") or link.get("peer"))] = heard
    return found


def silent_links(node: Node, officer: Officer) -> Iterator[Wait]:
    """Since when each was last heard."""
    for name, heard in silent(node).items():
        yield Wait("silent_link", TODAY, heard, about=name)


def revoked(node: Node, officer: Officer) -> Iterator[Wait]:
    """Nodes and officers whom their own party has revoked: what they said after that does not count."""
    roster = node.trust.roster
    for info in roster.nodes():
        if info.revoked:
            yield Wait("revocation", SOON, None, about=f"{info.name} ({'+'.join(info.owners)})")
    for one in roster.officers():
        if one.revoked:
            yield Wait("revocation", SOON, None, about=f"{one.officer} ({one.party})")


def two_stories(node: Node, officer: Officer) -> Iterator[Wait]:
    """Logs of which two histories were signed, in channels that he reads; parties with two statements."""
    for one in evidencing.evidence(node, officer):
        told: dict[str, Any] = dict(evidencing.told(one))
        yield Wait("two_stories", DANGER, one.since, about=told.pop("about", None), more=told)


def refused(node: Node, officer: Officer) -> Iterator[Wait]:
    """Peers that broke a rule in the last week, and the rule that they broke last."""
    since = node.clock.now() - 7 * DAY
    for link in node.link_states():
        rows = link.get("refusals")
        found = [r for r in rows if r["fault"] == "theirs"] if isinstance(rows, list) else []
        found = [r for r in found if r["when"] >= since and r["rule"] not in NOT_HIS]
        if found:
            about = f"{link.get('name') or link.get('peer')} · {found[0]['detail']}"
            told = {"rule": found[0]["rule"], "fault": "theirs"}
            yield Wait("rule_broken", TODAY, found[0]["first"], about=about, more=told)
