"""The rules as their desk shows them, and as the file that `seamline check --rules` takes."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions import read, ruling, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.records import registry
from seamline.records.places import Site
from seamline.records.values import plain

FORMAT = "seamline/rules/v1"
Item = dict[str, Any]


def rules(node: Node, officer: Officer, as_of: int | None = None) -> dict[str, Any]:
    """In force first, then what awaits endorsement, then what was; each by name."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    channels = node.readable(officer)
    held = ruling.over_time(node.picture, channels, moment)
    items: list[Item] = [
        {
            "rule": view.item(node, officer, one.row, moment),
            "start": one.start,
            "end": one.end,
            "in_force": one.start <= moment < one.end,
        }
        for one in held
    ]
    known = {one.row.hash for one in held}
    for row in node.picture.current_of_kind("rule", channels) if channels else ():
        if row.hash not in known:
            shown = view.item(node, officer, row, moment)
            items.append({"rule": shown, "start": None, "end": None, "in_force": False})
    items.sort(key=lambda i: (not i["in_force"], i["start"] is not None, i["rule"]["title"], i["rule"]["id"]))
    note = read.note(node, items)
    if not any(i["in_force"] for i in items):
        note["key"] = "note.no_rules_endorsed"
    return {"items": items, "note": note}


def file(node: Node, officer: Officer, as_of: int | None = None) -> dict[str, Any]:
    """The bodies of the rules in force at as_of; a protected site is written out as its place."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    bodies = []
    for one in ruling.over_time(node.picture, node.readable(officer), moment):
        if one.start <= moment < one.end:
            body = plain(one.value)
            if one.value.site is not None:
                row = node.picture.record(one.row.channel, one.value.site)
                site = registry.read(row.kind, msgspec.json.decode(row.body)) if row else None
                body |= {"place": plain(site.place)} if isinstance(site, Site) else {}
            bodies.append(body)
    return {"format": FORMAT, "rules": sorted(bodies, key=lambda b: (b["type"], b["name"]))}
