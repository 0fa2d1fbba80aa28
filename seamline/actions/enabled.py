"""What the terms in force switch on, as far as one officer reads them: before that, it is off (DESIGN §2)."""

from __future__ import annotations

from seamline.actions.clashing import terms_in_force
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.records.terms import Terms

GOVERNORATES = "governorates"

BEGIN_WITH = ("activities", "posts", "contact", "hotline", "shift", "terms")
"""Desks that a room has from its first day, beside reports; every other one the terms enable (`desks`)."""


def terms(node: Node, officer: Officer) -> list[Terms]:
    """The terms in force in the channels he reads."""
    channels = node.readable(officer)
    rows = node.picture.current_of_kind("terms", channels) if channels else ()
    return [found for row in rows if (found := terms_in_force(node.picture, row)) is not None]


def layer(node: Node, officer: Officer, id: str) -> bool:
    """Do terms in force name this layer of the map?"""
    return any(id in found.layers for found in terms(node, officer))


def desks(node: Node, officer: Officer) -> list[str]:
    """The desks that are switched on for him: those to begin with, and what terms in force name."""
    named = (name for found in terms(node, officer) for name in found.desks)
    return list(dict.fromkeys((*BEGIN_WITH, *named)))


def lists(node: Node, officer: Officer) -> dict[str, set[str]]:
    """The coded lists that terms in force shorten, each to what any of them names."""
    found: dict[str, set[str]] = {}
    for one in terms(node, officer):
        for name, codes in one.lists.items():
            found.setdefault(name, set()).update(codes)
    return found
