"""Whether something can be said about the records it names: asked in the writer, when nothing can change.

A kind checks itself (records); here is what only the picture knows. One line a kind.
"""

from __future__ import annotations

from collections.abc import Callable

from seamline.actions import (
    alerts,
    answers,
    calls,
    clauses,
    contacts,
    delegations,
    endorsements,
    programmes,
    publishing,
    referring,
    requested,
)
from seamline.actions.said import Said

__all__ = ["CHECKS", "Said", "check"]

CHECKS: dict[str, Callable[[Said], None]] = {
    "answer": answers.check,
    "contact": contacts.check,
    "contact_answer": contacts.check,
    "contact_step": contacts.check,
    "contact_close": contacts.check,
    "alert": alerts.check,
    "acknowledgement": alerts.check,
    "call": calls.check,
    "agreement": clauses.check,
    "secure_notice": delegations.check,
    "attendance": delegations.check,
    "request": requested.check,
    "request_step": requested.check,
    "publication": publishing.check,
    "public_statement": publishing.check,
    "progress": programmes.check,
    "endorsement": endorsements.check,
    "objection": endorsements.check,
}


def check(said: Said) -> None:
    """Raises BadInput or Conflict, naming the field, where what it refers to does not bear it."""
    if said.body.HERE:
        referring.check(said)
    asked = CHECKS.get(said.body.KIND)
    if asked is not None:
        asked(said)
