"""Where a request stands: computed from what each party said itself, each about its own part alone.

An offer goes its way: offered (or answered), accepted, delivered, confirmed. Only the party that offered says
that it delivered; only the party that asked accepts and confirms. What anybody else says changes nothing.
Until the time by which it is needed nobody is late; after it, the time runs once more before all are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from seamline.geo.window import HOUR

_FARTHER: Final = ("offered", "answered", "accepted", "delivered")
OPEN: Final = frozenset({"asked", *_FARTHER, "partly_confirmed"})


@dataclass(frozen=True, slots=True)
class Word:
    """A step as it reads now. parties: whose word it is; hash: of its own revision; at, when: ms."""

    id: str
    parties: frozenset[str]
    step: str
    at: int
    hash: str
    offer: str | None = None
    offer_hash: str | None = None
    partial: bool = False
    when: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer or answer and what became of it.

    state: offered, answered, accepted, delivered, confirmed or declined. partial: of what was offered, or of
    what was received once that is confirmed. changed: it was accepted in other words than it has now.
    """

    word: Word
    state: str
    partial: bool
    changed: bool
    steps: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """state: of the whole. declined: the words of parties that will not. waits: who is asked now."""

    state: str
    offers: tuple[Offer, ...]
    declined: tuple[Word, ...]
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """due: until when it is asked for; later: when that time is over twice; None: no clock runs. ms."""

    due: int | None
    later: int | None

    def level(self, as_of: int) -> int:
        """0: there is time; 1: it is over; 2: over twice."""
        return sum(at is not None and as_of >= at for at in (self.due, self.later))


def clock(needed_by: int, reached: int | None) -> Clock:
    """The time of a party that has had the request since `reached` (None: not known here; nobody is late).

    What came after the time by which it was needed is due at once: the delay on the way is nobody's.
    """
    if reached is None:
        return Clock(None, None)
    due = max(needed_by, reached)
    return Clock(due, due + max(HOUR, due - reached))


def standing(words: Iterable[Word], asker: Collection[str], asked: Collection[str]) -> Standing:
    """What has become of a request of `asker` to the parties `asked`, neither withdrawn."""
    said = sorted(words, key=lambda w: (w.at, w.hash))
    asks, gives = frozenset(asker), frozenset(asked)
    offers = [
        _offer(word, said, asks)
        for word in said
        if word.step in ("offered", "answered") and word.parties <= gives
    ]
    declined = [w for w in said if w.step == "declined" and w.offer is None and w.parties <= gives]
    state = _state(offers, declined, gives)
    return Standing(state, tuple(offers), tuple(declined), _waits(state, offers, declined, gives))


def _offer(word: Word, said: Sequence[Word], asks: frozenset[str]) -> Offer:
    about = [w for w in said if w.offer == word.id]
    theirs = [w for w in about if w.step == "delivered" and w.parties == word.parties]
    ours = [w for w in about if w.step in ("accepted", "declined", "confirmed") and w.parties <= asks]
    kept = tuple(w for w in about if w in theirs or w in ours)
    confirmed = [w for w in ours if w.step == "confirmed"]
    if confirmed:
        return Offer(word, "confirmed", confirmed[-1].partial, False, kept)
    if theirs:
        return Offer(word, "delivered", word.partial or theirs[-1].partial, False, kept)
    last = next((w for w in reversed(ours)), None)
    if last is None:
        return Offer(word, word.step, word.partial, False, kept)
    if last.step == "declined":
        return Offer(word, "declined", word.partial, False, kept)
    if last.offer_hash != word.hash:
        return Offer(word, word.step, word.partial, True, kept)
    return Offer(word, "accepted", word.partial, False, kept)


def _state(offers: Sequence[Offer], declined: Sequence[Word], asked: frozenset[str]) -> str:
    received = [one for one in offers if one.state == "confirmed"]
    if any(not one.partial for one in received):
        return "confirmed"
    going = [one.state for one in offers if one.state in _FARTHER]
    if going:
        return max(going, key=_FARTHER.index)
    if received:
        return "partly_confirmed"
    refused = {party for word in declined for party in word.parties}
    return "declined" if asked and asked <= refused else "asked"


def _waits(
    state: str, offers: Sequence[Offer], declined: Sequence[Word], asked: frozenset[str]
) -> tuple[str, ...]:
    """The parties that have yet to say something; of what came in part, also those that sent it."""
    covered = any(one.state in ("accepted", "delivered") and not one.partial for one in offers)
    if state not in OPEN or covered:
        return ()
    silent = set(asked)
    silent -= {party for word in declined for party in word.parties}
    silent -= {party for one in offers if one.state != "confirmed" for party in one.word.parties}
    return tuple(sorted(silent))
