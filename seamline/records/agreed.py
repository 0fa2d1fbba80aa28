"""What counts only once the parties have endorsed the same bytes: terms, sectors, watch lists (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from seamline.records.kind import Body, Referrer, withdrawn


class Agreed(Body, kw_only=True):
    """A kind that is neither drawn as agreed nor used in a check before it is in force."""

    def standing(self, referrers: Sequence[Referrer], as_of: int, signatories: Collection[str]) -> str:
        """in_force, partly_endorsed, unendorsed (or withdrawn) at as_of (ms).

        signatories: the parties that must endorse; with none known it stays unendorsed. Referrers are
        of this revision's hash: a new revision must be endorsed anew.
        """
        if withdrawn(referrers, as_of):
            return "withdrawn"
        needed = set(signatories)
        done = endorsers(referrers, as_of) & needed
        if not done:
            return "unendorsed"
        return "in_force" if done == needed else "partly_endorsed"

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """As far as the record itself tells who must endorse it."""
        return self.standing(referrers, as_of, ())


def endorsers(referrers: Sequence[Referrer], as_of: int) -> set[str]:
    """The parties whose signatory endorsed, each with an officer's own signature (law 2)."""
    return {
        r.party
        for r in referrers
        if r.relation == "endorses"
        and r.at <= as_of
        and r.attested
        and r.body.get("part", "party") == "party"
    }
