"""What a run is, before anything secret is said: its terms, who consented, the transcript.

- blind 4.1  the terms name run, check, sides, facilitator, universe, caps, term, and a run it amends
- blind 4.2  a consent is one side's commitment and key for these very terms; one for each side
- blind 4.5  three keys, none of them given by two parties
- blind 4.3  the transcript is the hash of terms, the facilitator's key and both consents
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from seamline.errors import BadInput, RuleBroken
from seamline.log.canonical import encode

CLASH: Final = "clash"
GAP: Final = "gap"


@dataclass(frozen=True, slots=True)
class Terms:
    """universe: the record's entry hash, digest: of its cell-hours (hex); until: ms, when all is erased."""

    run: str
    check: str
    sides: tuple[str, str]
    facilitator: str
    universe: str
    digest: str
    cells: int
    cap: int
    result_cap: int
    until: int
    amends: str | None = None

    def __post_init__(self) -> None:
        if self.check not in (CLASH, GAP):
            raise BadInput("check", self.check, "clash or gap")
        if len({*self.sides, self.facilitator}) != 3 or tuple(sorted(self.sides)) != self.sides:
            raise BadInput(
                "sides", "+".join(self.sides), "two sides, sorted, and a facilitator that is neither"
            )

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self._bytes()).digest()

    def _bytes(self) -> bytes:
        return encode(asdict(self) | {"seamline": "blind/terms/1", "sides": list(self.sides)})

    def place(self, side: str) -> int:
        """0 or 1: by the order of names, which gives neither an advantage."""
        if side not in self.sides:
            raise RuleBroken("blind 4.2", f"{side} is no side of this run")
        return self.sides.index(side)

    def other(self, side: str) -> str:
        return self.sides[1 - self.place(side)]


@dataclass(frozen=True, slots=True)
class Consent:
    """commitment: Merkle root over the side's plan; key: its X25519 key for this run; 32 bytes each."""

    commitment: bytes
    key: bytes


def transcript(terms: Terms, facilitator_key: bytes, consents: Mapping[str, Consent]) -> bytes:
    """32 bytes that differ if anything either side agreed to does (blind 4.3)."""
    if set(consents) != set(terms.sides):
        raise RuleBroken("blind 4.2", "both sides consent, and nobody else")
    given = {}
    for side, consent in sorted(consents.items()):
        if len(consent.commitment) != 32 or len(consent.key) != 32:
            raise RuleBroken("blind 4.2", f"{side}: a commitment and a key have 32 bytes")
        given[side] = {"commitment": consent.commitment.hex(), "key": consent.key.hex()}
    if len(facilitator_key) != 32:
        raise RuleBroken("blind 4.5", "the facilitator's key has 32 bytes")
    keys = {consents[side].key for side in terms.sides} | {facilitator_key}
    if len(keys) != 3:
        raise RuleBroken("blind 4.5", "one key was given by two parties")
    said = {
        "seamline": "blind/transcript/1",
        "terms": terms.hash.hex(),
        "facilitator": facilitator_key.hex(),
        "consents": given,
    }
    return hashlib.sha256(encode(said)).digest()
