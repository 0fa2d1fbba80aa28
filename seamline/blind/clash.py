"""Clash with a facilitator, the shared shuffle (docs/spec/blind.md 5): both sides permute alike.

- blind 5.1  M = N + 2·cap + 128 places: cells, a padding zone for each side, canaries
- blind 5.2  the permutation is drawn from the run key
- blind 5.3  a side sets its cells, padding of its own up to exactly cap ones, and all canaries
- blind 5.4  a share says what it is: format, transcript, side, M, then the bits
- blind 5.5  the facilitator takes a share only if exactly cap + 128 ones are in it
- blind 5.6  up to the result cap, the answer is the places where both have a one
- blind 5.7  above it, the answer says so and binds him by SHA-256(salt ‖ z), and says nothing else
- blind 5.8  an answer without every canary is false
- blind 5.9  an answer with a place in a padding zone is false
- blind 5.10 an answer with a place that this side did not set is false
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from seamline.blind import bits
from seamline.blind.run import Terms
from seamline.blind.shuffle import permutation
from seamline.errors import BadInput, RuleBroken

Array = np.ndarray[Any, Any]

CANARIES: Final = 128
_SHARE: Final = struct.Struct(">4s32sBI")
_ANSWER: Final = struct.Struct(">4s32sII")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the facilitator posts. data: the places, None when over the cap; digest: SHA-256(salt ‖ z)."""

    count: int
    data: bytes | None
    digest: bytes


def places(terms: Terms) -> int:
    """M (blind 5.1)."""
    return terms.cells + 2 * terms.cap + CANARIES


class Side:
    """One side of a run, from consent to result. It draws the permutation once, when it is first needed."""

    def __init__(self, terms: Terms, side: str, transcript: bytes, run_key: bytes, plan: Array) -> None:
        """plan: bool (N,). BadInput when it marks more than the cap (blind 5.3)."""
        if len(plan) != terms.cells:
            raise BadInput("plan", len(plan), f"{terms.cells} cell-hours")
        self.plan = plan
        self._own = np.flatnonzero(plan)
        if len(self._own) > terms.cap:
            remedy = f"at most {terms.cap} cell-hours may be marked"
            raise BadInput("plan", len(self._own), remedy, code="blind_over")
        self._terms, self._place, self._transcript, self._key = terms, terms.place(side), transcript, run_key

    @cached_property
    def order(self) -> Array:
        """Where each place goes (blind 5.2); it depends on the run key alone, so it can be drawn early."""
        order = permutation(self._key, places(self._terms))
        # Room for the plan of either message, made while there is time: memory costs most when first touched.
        self._flags = np.full(len(order), False)
        self._room = np.full(len(self._own), 0), np.full(len(self._own), False)
        return order

    @cached_property
    def _marked(self) -> Array:
        """Where the cells that this side marks go. `take` and `compress` cost half of what brackets do."""
        # "clip": all are inside, and numpy writes straight into the room it is given.
        return self.order.take(self._own, out=self._room[0], mode="clip")

    def share(self) -> bytes:
        """The share for the facilitator, to be sealed."""
        terms, order, out = self._terms, self.order, self._flags
        out.fill(False)
        out[self._marked] = True
        zone = terms.cells + self._place * terms.cap
        out[order[zone : zone + terms.cap - len(self._own)]] = True
        out[order[len(order) - CANARIES :]] = True
        head = _SHARE.pack(b"SBC1", self._transcript, self._place, len(out))
        return bits.squeeze(np.packbits(out).data, head)

    def read(self, answer: bytes) -> Array:
        """The cell-hours where both are, as indexes. RuleBroken blind 5.6, 5.8 to 5.10 for a false answer."""
        order, size, hit = self.order, places(self._terms), self._flags
        count, shuffled = read_answer(answer, self._transcript, size)
        hit.fill(False)
        hit[shuffled] = True
        met = hit.take(self._marked, out=self._room[1], mode="clip")
        if not hit[order[size - CANARIES :]].all():
            raise RuleBroken("blind 5.8", "canaries are missing: what both set was left out")
        if np.count_nonzero(met) != count:
            # Who added places knew not where: looked for only now, since it takes as long as all the rest.
            if hit[order[self._terms.cells : size - CANARIES]].any():
                raise RuleBroken("blind 5.9", "a place in a padding zone, where never both can be")
            raise RuleBroken("blind 5.10", "places that this side did not set")
        return self._own.compress(met)


def read_share(terms: Terms, side: str, transcript: bytes, share: bytes) -> bytes:
    """The bits of an opened share; RuleBroken blind 5.4, 5.5 for anything else."""
    size = places(terms)
    if len(share) < _SHARE.size:
        raise RuleBroken("blind 5.4", "the share was cut short")
    form, of, place, told = _SHARE.unpack_from(share)
    if (form, of, place, told) != (b"SBC1", transcript, terms.place(side), size):
        raise RuleBroken("blind 5.4", f"no clash share of {side} in this run")
    data = bits.loosen(memoryview(share)[_SHARE.size :], -(-size // 8), "blind 5.4")
    if size % 8 and data[-1] & (0xFF >> size % 8):
        raise RuleBroken("blind 5.4", "a spare bit is set")
    if bits.popcount(data) != terms.cap + CANARIES:
        raise RuleBroken("blind 5.5", f"{side} did not set exactly cap + {CANARIES} places")
    return data


def answer(terms: Terms, transcript: bytes, one: bytes, other: bytes, salt: bytes) -> Answer:
    """What the facilitator posts to both; one, other: what read_share gave (blind 5.6, 5.7)."""
    both = np.bitwise_and(np.frombuffer(one, dtype=np.uint8), np.frombuffer(other, dtype=np.uint8))
    count = bits.popcount(both) - CANARIES
    bound = hashlib.sha256(salt)
    bound.update(both.data)
    digest = bound.digest()
    if count > terms.result_cap:
        return Answer(count, None, digest)
    shuffled = bits.ones(both)
    # Honest sides share all canaries; fewer would be told as they are, and convict whoever it was.
    head = _ANSWER.pack(b"SBA1", transcript, places(terms), len(shuffled))
    return Answer(count, bits.squeeze(bits.steps(shuffled), head), digest)


def read_answer(data: bytes, transcript: bytes, size: int) -> tuple[int, Array]:
    """(how many cells, the shuffled places); RuleBroken blind 5.6 if it is no answer of this run."""
    if len(data) < _ANSWER.size:
        raise RuleBroken("blind 5.6", "the answer was cut short")
    form, of, told, count = _ANSWER.unpack_from(data)
    if (form, of, told) != (b"SBA1", transcript, size) or count > size:
        raise RuleBroken("blind 5.6", "no answer of this run")
    most = size // 255 + count + 1
    raw = bits.loosen(memoryview(data)[_ANSWER.size :], -most, "blind 5.6")
    return count - CANARIES, bits.places(raw, count, size, "blind 5.6")
