"""One run between two sides and a facilitator, without records: keys, terms, shares."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seamline.blind import clash, gap, keys
from seamline.blind.run import Consent, Terms, transcript
from seamline.blind.universe import Universe, build

Array = np.ndarray[Any, Any]
A, B, F = "isf", "ksf", "mag"
DAY = 86_400_000
MONDAY = 20_000 * DAY


def seed(*words: str) -> bytes:
    return hashlib.sha256(" ".join(words).encode()).digest()


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle in degrees as a place."""
    w, s, e, n = (round(v * 10_000_000) for v in (west, south, east, north))
    return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}


def ground(days: int = 2, res: int = 8) -> Universe:
    """Two sectors that touch, near Makhmour."""
    return build([box(43.4, 35.6, 43.6, 35.8), box(43.6, 35.6, 43.8, 35.8)], res, MONDAY, days)


def terms(cells: int, check: str = "clash", run: str = "run-1", **more: Any) -> Terms:
    cap = more.pop("cap", max(1, cells // 4))
    given = Terms(run, check, (A, B), F, "u" * 64, "d" * 64, cells, cap, more.pop("result_cap", cap), MONDAY)
    return replace(given, **more)


@dataclass
class Run:
    """Both sides' and the facilitator's keys of one run, and what follows from them."""

    terms: Terms
    salt: str = ""

    def __post_init__(self) -> None:
        self.seeds = {who: seed(self.terms.run, who, self.salt) for who in (A, B, F)}
        self.consents = {
            side: Consent(seed("plan", side, self.salt), keys.public(self.seeds[side])) for side in (A, B)
        }
        self.transcript = transcript(self.terms, keys.public(self.seeds[F]), self.consents)
        self.keys = {
            side: keys.run_key(self.seeds[side], self.consents[self.terms.other(side)].key, self.transcript)
            for side in (A, B)
        }

    def side(self, side: str, plan: Array) -> clash.Side:
        return clash.Side(self.terms, side, self.transcript, self.keys[side], plan)

    def sealed(self, side: str, data: bytes) -> bytes:
        return keys.seal(keys.public(self.seeds[F]), self.transcript, side, data)

    def opened(self, side: str, data: bytes) -> bytes:
        return keys.unseal(self.seeds[F], self.transcript, side, data)

    def bits(self, side: str, share: bytes) -> bytes:
        return clash.read_share(self.terms, side, self.transcript, share)

    def answer(self, x: Array, y: Array) -> clash.Answer:
        """What an honest facilitator posts."""
        got = [
            self.bits(side, self.opened(side, self.sealed(side, self.side(side, plan).share())))
            for side, plan in ((A, x), (B, y))
        ]
        return clash.answer(self.terms, self.transcript, got[0], got[1], seed("salt"))

    def gap(self, x: Array, y: Array) -> Array:
        """Where neither covers, as an honest facilitator finds it. x, y: True where open."""
        read = []
        for side, plan in ((A, x), (B, y)):
            share = gap.share(self.terms, side, self.transcript, self.keys[side], plan)
            opened = self.opened(side, self.sealed(side, share))
            read.append(gap.read_share(self.terms, side, self.transcript, opened))
        return gap.open_for_both(self.terms, read[0], read[1])


def patrols(size: int, part: float, rng: np.random.Generator) -> Array:
    """Plans as they are: stretches of cell-hours in a row."""
    plan = np.zeros(size, dtype=bool)
    while plan.mean() < part:
        start = int(rng.integers(size))
        plan[start : start + int(rng.integers(1, max(2, size // 20)))] = True
    return plan
