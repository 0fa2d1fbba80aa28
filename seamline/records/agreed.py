"""What counts only once the parties have endorsed the same bytes: terms, sectors, watch lists (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

from seamline.records.kind import Body, Referrer, fields, withdrawn


class Agreed(Body, kw_only=True):
    """A kind that is neither drawn as agreed nor used in a check before it is in force.

    BINDING: what all have endorsed is not undone by its author's withdrawal, which is a request.
    """

    BINDING: ClassVar[bool] = False

    def parties_named(self) -> Collection[str] | None:
        """The parties that must endorse it, if it names them itself; None: those of its channel."""
        return None

    def clauses_named(self) -> Collection[str]:
        """What a reservation may name: its clauses by number; where it has none, its fields."""
        return [f.name for f in fields(type(self)) if f.name not in ("tear", "synthetic")]

    def standing(self, referrers: Sequence[Referrer], as_of: int, signatories: Collection[str]) -> str:
        """in_force, partly_endorsed, unendorsed (or withdrawn) at as_of (ms).

        signatories: the parties that must endorse; with none known it stays unendorsed. Referrers are
        of this revision's hash: a new revision must be endorsed anew.
        """
        needed = set(signatories)
        done = endorsers(referrers, as_of) & needed
        if withdrawn(referrers, as_of) and not (self.BINDING and needed and done == needed):
            return "withdrawn"
        if not done:
            return "unendorsed"
        return "in_force" if done == needed else "partly_endorsed"

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """As far as the record itself tells who must endorse it."""
        return self.standing(referrers, as_of, self.parties_named() or ())


def endorsers(referrers: Sequence[Referrer], as_of: int) -> set[str]:
    """The parties whose signatory endorsed, each with an officer's own signature (law 2)."""
    return {r.party for r in yeses(referrers, as_of, "party")}


def witnesses(referrers: Sequence[Referrer], as_of: int) -> set[str]:
    """The parties whose signatory witnessed it: seen, not agreed to."""
    return {r.party for r in yeses(referrers, as_of, "witness")}


def yeses(referrers: Sequence[Referrer], as_of: int, part: str) -> Iterator[Referrer]:
    """The endorsements (or, part "witness", witnessings) that count at as_of (ms)."""
    for r in referrers:
        if r.relation == "endorses" and r.at <= as_of and r.attested and r.body.get("part", "party") == part:
            yield r


def given(referrers: Sequence[Referrer], as_of: int) -> list[dict[str, Any]]:
    """{party, part, at} of each endorsement and witnessing that counts, by time."""
    found = [
        {"party": r.party, "part": part, "at": r.at}
        for part in ("party", "witness")
        for r in yeses(referrers, as_of, part)
    ]
    return sorted(found, key=lambda one: (one["at"], one["party"]))


def reservations(referrers: Sequence[Referrer], as_of: int) -> list[dict[str, Any]]:
    """{party, clause, text} of what the endorsements leave out, by clause, then party."""
    found = [
        {"party": r.party, "clause": str(one.get("clause")), "text": str(one.get("text"))}
        for r in yeses(referrers, as_of, "party")
        for one in r.body.get("reservations", ())
    ]
    return sorted(found, key=lambda one: (one["clause"], one["party"]))


def objections(referrers: Sequence[Referrer], as_of: int) -> list[dict[str, Any]]:
    """{party, reason, at} of the parties that said no to these bytes and have not endorsed them since."""
    newest: dict[str, Referrer] = {}
    for r in referrers:
        if r.relation == "objects" and r.at <= as_of and r.attested:
            newest[r.party] = max(newest.get(r.party, r), r, key=lambda one: one.at)
    for r in yeses(referrers, as_of, "party"):
        if r.party in newest and r.at >= newest[r.party].at:
            del newest[r.party]
    return [
        {"party": party, "reason": str(r.body.get("reason", "")), "at": r.at}
        for party, r in sorted(newest.items())
    ]
