"""One party's statements in their order: which count, where they stop, and why (log 8.2 to 8.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seamline.errors import RuleBroken
from seamline.log import keys, statement
from seamline.log.statement import Key, Party, Statement


@dataclass(frozen=True, slots=True)
class Held:
    """A statement as it came, and taken apart."""

    note: bytes
    statement: Statement


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more different statements of one party with one number, all validly signed: the evidence."""

    party: str
    no: int
    hashes: tuple[str, ...]
    notes: tuple[bytes, ...]


@dataclass(slots=True)
class Chain:
    """What counts of one party. key, next: in force after `no` statements; hash: of the last one."""

    party: str
    first: bytes
    key: bytes
    next: str = ""
    title: str = ""
    no: int = 0
    hash: str | None = None
    accepted: list[Statement] = field(default_factory=list)
    waiting: tuple[int, ...] = ()
    conflict: Conflict | None = None


def follow(party: str, first: bytes, held: Iterable[Held], cleared: Mapping[tuple[str, int], str]) -> Chain:
    """Accept statements 1, 2, 3 … until one is missing or has two stories. The order of `held` is nothing.

    first: the key confirmed in person. cleared: (party, no) → hash of the one that people settled on.
    """
    by_number: dict[int, list[Held]] = {}
    for one in held:
        by_number.setdefault(one.statement.no, []).append(one)
    chain = Chain(party, first, first)
    while (fitting := _fitting(chain, by_number.get(chain.no + 1, []))) and chain.conflict is None:
        chosen = cleared.get((party, chain.no + 1))
        if chosen in fitting:
            _accept(chain, fitting[chosen].statement)
        elif len(fitting) == 1:
            _accept(chain, next(iter(fitting.values())).statement)
        else:
            hashes = tuple(sorted(fitting))
            notes = tuple(fitting[h].note for h in hashes)
            chain.conflict = Conflict(party, chain.no + 1, hashes, notes)
    chain.waiting = tuple(sorted(n for n in by_number if n > chain.no))
    return chain


def signed_by_itself(held: Held) -> str | None:
    """The fingerprint of the key a number 1 introduces, if that key signed it; for people to compare."""
    said = held.statement.said
    if not isinstance(said, Party):
        return None
    public = bytes.fromhex(said.key)
    return keys.fingerprint(public) if _is_signed(held, public) else None


def _fitting(chain: Chain, candidates: list[Held]) -> dict[str, Held]:
    """By hash, the statements that may come next: they name the last one, and the right key signed."""
    fitting: dict[str, Held] = {}
    for one in sorted(candidates, key=lambda c: c.note):
        said = one.statement.said
        public = chain.key
        if isinstance(said, Key):
            public = bytes.fromhex(said.key)
            if statement.successor(public) != chain.next:
                continue
        elif isinstance(said, Party) and bytes.fromhex(said.key) != chain.first:
            continue
        if one.statement.prev == chain.hash and _is_signed(one, public):
            fitting.setdefault(one.statement.hash, one)
    return fitting


def _is_signed(held: Held, public: bytes) -> bool:
    try:
        statement.verify(held.note, held.statement.party, public)
    except RuleBroken:
        return False
    return True


def _accept(chain: Chain, one: Statement) -> None:
    chain.accepted.append(one)
    chain.no, chain.hash = one.no, one.hash
    if isinstance(one.said, Party | Key):
        chain.key, chain.next = bytes.fromhex(one.said.key), one.said.next
    if isinstance(one.said, Party):
        chain.title = one.said.title
