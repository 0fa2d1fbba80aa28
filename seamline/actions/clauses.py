"""Clauses and the rules they put in force: from a clause's date, on every node, until it ends (DESIGN §1).

The rule itself need not be endorsed: who endorses the agreement endorses the hash of the rule in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions.clashing import referrers, revisions_back, signers
from seamline.actions.said import Said
from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.agreed import reservations
from seamline.records.agreement import Agreement, Clause
from seamline.records.rule import Rule
from seamline.store.ports import PictureReader, Row


def standing_text(picture: PictureReader, current: Row, as_of: int) -> tuple[Row, Agreement] | None:
    """The newest revision of an agreement that all its parties have endorsed by as_of (ms)."""
    for row in revisions_back(picture, current):
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if isinstance(value, Agreement):
            told = referrers(picture, row)
            if value.standing(told, as_of, signers(picture, row, value, as_of)) == "in_force":
                return row, value
    return None


def states(picture: PictureReader, row: Row, value: Agreement, as_of: int) -> list[dict[str, Any]]:
    """{no, state} of each clause of this very revision at as_of (ms)."""
    told = referrers(picture, row)
    standing = value.standing(told, as_of, signers(picture, row, value, as_of))
    reserved = [one["clause"] for one in reservations(told, as_of)]
    return [
        {"no": clause.no, "state": value.clause_state(clause, standing, reserved, as_of)}
        for clause in value.clauses
    ]


def rule_in_force(picture: PictureReader, rule: Row, as_of: int) -> bool:
    """Does a clause in force at as_of put this very revision of a rule in force?"""
    return any(
        clause.rule_hash == rule.hash
        and value.clause_state(clause, "in_force", _reserved(picture, row, as_of), as_of) == "in_force"
        for row, value, clause in _clauses(picture, rule, as_of)
    )


def turns(picture: PictureReader, rule: Row, as_of: int) -> set[int]:
    """When what a clause says of this rule may change: acts up to as_of, and dates whenever they are; ms."""
    found: set[int] = set()
    for current in _agreements(picture, rule):
        for row in revisions_back(picture, current):
            value = registry.read(row.kind, msgspec.json.decode(row.body))
            if not isinstance(value, Agreement):
                continue
            found |= {told.at for told in referrers(picture, row) if told.at <= as_of}
            for clause in value.clauses:
                if clause.rule == rule.id:
                    found |= {at for at in value.span(clause) if at is not None}
    return found


def check(said: Said) -> None:
    """A clause names a rule of these parties in a revision that is there; BadInput otherwise."""
    if not isinstance(said.body, Agreement):
        return
    for index, clause in enumerate(said.body.clauses):
        if clause.rule is None:
            continue
        found = [r for r in said.picture.revisions(said.channel, clause.rule) if r.hash == clause.rule_hash]
        rule = registry.read(found[0].kind, msgspec.json.decode(found[0].body)) if found else None
        at = f"body.clauses[{index}]"
        if not isinstance(rule, Rule):
            raise BadInput(f"{at}.rule", clause.rule, "a rule of this channel, by the hash of its revision")
        if not set(rule.parties) <= set(said.body.parties):
            raise BadInput(f"{at}.rule", ", ".join(rule.parties), "a rule for parties of the agreement")


def _reserved(picture: PictureReader, row: Row, as_of: int) -> list[str]:
    return [one["clause"] for one in reservations(referrers(picture, row), as_of)]


def _clauses(picture: PictureReader, rule: Row, as_of: int) -> Iterator[tuple[Row, Agreement, Clause]]:
    """The clauses that name this rule, of texts that all have endorsed by as_of."""
    for current in _agreements(picture, rule):
        standing = standing_text(picture, current, as_of)
        if standing is None:
            continue
        row, value = standing
        for clause in value.clauses:
            if clause.rule == rule.id:
                yield row, value, clause


def _agreements(picture: PictureReader, rule: Row) -> list[Row]:
    """Agreements of the rule's own channel; a revision before the current one may be what stands."""
    return [
        row
        for row in picture.current_of_kind("agreement", (rule.channel,))
        if any(rule.id.encode() in one.body for one in revisions_back(picture, row))
    ]
