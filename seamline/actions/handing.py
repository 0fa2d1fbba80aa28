"""The hand-over sheet: what is open at a change of watch, as the one who takes over sees it."""

from __future__ import annotations

from typing import Any

from seamline.actions import duty, view
from seamline.actions.attention import in_order
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.waits.wait import Wait
from seamline.records.shift import MOST_ITEMS

Json = dict[str, Any]


def sheet(node: Node, officer: Officer) -> Json:
    """The body of a handover_sheet as it would be signed now; gives: who has had the watch until now."""
    officer.need(*READERS)
    now = node.clock.now()
    before = duty.own(node, officer)
    found = [one for _, waits in in_order(node, officer) for one in waits if one.shown(now, READERS)]
    body: Json = {"taken": now, "items": [_line(node, officer, one) for one in found[:MOST_ITEMS]]}
    if before is not None:
        body["gives"] = before.by
    if len(found) > MOST_ITEMS:
        body["more"] = len(found) - MOST_ITEMS
    return {"body": body, "channel": node.party if node.joint else officer.party}


def _line(node: Node, officer: Officer, one: Wait) -> Json:
    brief = view.brief(node, officer, one.row) if one.row is not None else None
    line: Json = {"what": one.what, "title": (brief["title"] if brief else one.about or "")[:200]}
    if brief is not None:
        line["record"] = brief["id"]
        if brief["number"]:
            line["number"] = brief["number"]
    return line | {name: at for name, at in (("since", one.since), ("due", one.due)) if at is not None}
