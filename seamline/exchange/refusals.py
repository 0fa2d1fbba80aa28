"""What peers said that broke a rule, and what this node said that they refused: the last few of each, kept.

Kept on disk, since a peer that lied and went silent is still the one who lied; told apart by rule and side,
and written at most once a minute for each, so that nobody fills the disk by repeating himself.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from msgspec import Struct

from seamline.actions.receive import Fault, Refusal
from seamline.store.ports import LocalStore

MOST: Final = 12
MINUTE: Final = 60_000
EARLY: Final = frozenset({"exchange 3.3", "exchange 4.3"})
"""Came before what it builds on, if it may come again: harmless, and nothing to trouble an officer with."""
_KEY: Final = "refused."
_RULE: Final = re.compile(r"(log|exchange) \d{1,2}\.\d{1,2}")
"""A peer may write anything where a rule is to stand."""
_OTHER: Final[dict[Fault, Fault]] = {"ours": "theirs", "theirs": "ours", "link": "link"}


class Refused(Struct, kw_only=True):
    """A rule that was broken on a link. by: who refused. fault: whose it is, from where this node stands.

    kept: entries of it that were taken all the same. first, when: the first and the last time, ms; count:
    times, of which the newest may be missing after a crash. detail: of the last time.
    """

    rule: str
    by: Literal["us", "them"]
    fault: Fault
    detail: str
    kept: int
    first: int
    when: int
    count: int = 1


class Refusals:
    """Of all peers. Any thread."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local
        self._guard = threading.Lock()
        self._held: dict[str, list[Refused]] = {}
        self._saved: dict[tuple[str, str, str], int] = {}

    def note(self, peer: str, refusals: Iterable[Refusal], now: int, *, by_us: bool) -> None:
        """Keep these; what only came early is left out."""
        for one in refusals:
            if not is_early(one):
                self._add(peer, one, now, by_us=by_us)

    def of(self, peer: str) -> list[Refused]:
        """The last few, the newest first."""
        with self._guard:
            return [msgspec.structs.replace(row) for row in reversed(self._of(peer))]

    def _add(self, peer: str, one: Refusal, now: int, *, by_us: bool) -> None:
        by: Literal["us", "them"] = "us" if by_us else "them"
        # Whose fault is said from where the refusing node stands.
        whose = one.fault if by_us else _OTHER[one.fault]
        rule, detail = one.rule if _RULE.fullmatch(one.rule) else "", one.detail[:300]
        with self._guard:
            held = self._of(peer)
            row = next((r for r in held if (r.rule, r.by, r.fault) == (rule, by, whose)), None)
            if row is None:
                row = Refused(
                    rule=rule, by=by, fault=whose, detail=detail, kept=0, first=now, when=now, count=0
                )
            else:
                held.remove(row)
            # In the order in which they came, since a clock may jump.
            held.append(row)
            del held[:-MOST]
            row.when, row.detail = now, detail
            row.count, row.kept = row.count + 1, row.kept + one.kept
            saved = self._saved.get((peer, rule, by))
            if saved is None or not 0 <= now - saved < MINUTE:
                self._saved[peer, rule, by] = now
                self._local.put(_KEY + peer, msgspec.json.encode(held))

    def _of(self, peer: str) -> list[Refused]:
        if peer not in self._held:
            kept = self._local.get(_KEY + peer)
            self._held[peer] = msgspec.json.decode(kept, type=list[Refused]) if kept else []
        return self._held[peer]


def is_early(one: Refusal) -> bool:
    """Whether it will be welcome by itself later."""
    return one.again and one.rule in EARLY
