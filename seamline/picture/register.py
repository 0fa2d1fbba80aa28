"""The register of a post: what follows from what each party states of it itself (DESIGN §2).

- newest     of each party its newest statement counts
- handover   in force, it counts as the giver's "handed over" and the taker's "held" of that moment
- differs    two hold it; one holds it that another calls empty or shared; one calls it shared that another
             does not; somebody handed it over and nobody has it: the post is reserved, for both sides

Nothing here decides who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HOLDING = frozenset({"held", "vacating"})
LEAVING = frozenset({"vacating", "handed_over", "empty", "not_ours"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a party states. at: ms; key: an entry's hash, breaks ties alike everywhere; leaves: until when.

    said: by its author's clock (ms), which orders his own statements where one courier brought several.
    """

    party: str
    status: str
    at: int
    key: str = ""
    leaves: int | None = None
    said: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over that both have endorsed; at: when the second did, ms."""

    giver: str
    taker: str
    at: int


@dataclass(frozen=True, slots=True)
class Entry:
    """status: held, vacating, shared, empty, reserved or unstated; holders: who states that he has it.

    stated: each party's newest statement, by party; silent: the parties that stated nothing.
    """

    status: str
    holders: tuple[str, ...]
    stated: tuple[Statement, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A party that leaves or has left what it held: since its first such statement; handed: when, or None."""

    party: str
    since: int
    key: str
    handed: int | None


def entry(statements: Iterable[Statement], handed: Iterable[Handed], parties: Sequence[str]) -> Entry:
    """The register's line of one post; parties: who may state something of it."""
    newest: dict[str, Statement] = {}
    for one in [*statements, *_as_statements(handed)]:
        best = newest.get(one.party, one)
        newest[one.party] = max(best, one, key=lambda s: (s.at, s.key))
    stated = tuple(newest[party] for party in sorted(newest))
    silent = tuple(party for party in parties if party not in newest)
    says = {one.party: one.status for one in stated}
    status = _status(says)
    holders = tuple(party for party, said in says.items() if said in HOLDING or said == "shared")
    return Entry(status, holders, stated, silent)


def _status(says: dict[str, str]) -> str:
    hold = [said for said in says.values() if said in HOLDING]
    rest = {said for said in says.values() if said not in HOLDING}
    if not says:
        return "unstated"
    if hold:
        return "reserved" if len(hold) > 1 or rest & {"shared", "empty"} else hold[0]
    if "shared" in rest:
        return "shared" if rest == {"shared"} else "reserved"
    return "reserved" if "handed_over" in rest else "empty"


def leaving(statements: Iterable[Statement], handed: Iterable[Handed]) -> list[Leaving]:
    """Parties whose newest statements say that they leave, or have left, what they had held; by party.

    since: when the post is or was to be left; of a vacating that names no time, when that was stated.
    """
    said, given, found = list(statements), list(handed), []
    for party in sorted({one.party for one in said}):
        held, first = 0, None
        for one in sorted((one for one in said if one.party == party), key=lambda s: (s.at, s.said, s.key)):
            if one.status in ("held", "shared"):
                held, first = one.at, None
            elif first is None and (held or one.status == "vacating"):
                first = one
        if first is not None:
            after = [one.at for one in given if one.giver == party and one.at >= held]
            found.append(Leaving(party, first.leaves or first.at, first.key, min(after, default=None)))
    return found


def _as_statements(handed: Iterable[Handed]) -> Iterable[Statement]:
    for one in handed:
        yield Statement(one.giver, "handed_over", one.at, "~")
        yield Statement(one.taker, "held", one.at, "~")
