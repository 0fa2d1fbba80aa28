"""What waits on records, kept in memory and renewed for what has changed; a list costs no search.

What is kept follows from the picture alone and can be thrown away. Whoever asks pays for what was said since
he was here last: the entries of the journal name the records, and these the records that they refer to.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seamline.actions.waits.wait import Key, Wait
from seamline.log.channel import members
from seamline.log.checkpoint import LogId
from seamline.log.entry import from_bytes
from seamline.store.ports import Arrival, Row, Search

if TYPE_CHECKING:
    from seamline.actions.node import Node

Source = Callable[["Node", str, Row], Iterable[Wait]]
"""What waits for officers of a party on a record: (node, party, the record's current revision)."""

MOST_NEW = 2_000
"""So many new entries, and all is made anew: that is cheaper."""
PAGE = 1_000


class Waits:
    """The indexes of a node, one a party. Safe on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, _Index] = {}
        self._turn = 0

    def forget(self) -> None:
        """Everything may read otherwise: the roster has changed."""
        self._turn += 1

    def read(self, node: Node, party: str, sources: Mapping[str, Sequence[Source]]) -> dict[str, list[Wait]]:
        """By `what`, each list in order; the caller's to keep."""
        with self._lock:
            index, turn = self._of.get(party), (self._turn, node.writer.rebuilt)
            if index is None or index.turn != turn:
                index = self._of[party] = _Index(node, party, sources, turn)
            index.renew()
            return {what: list(waits) for what, waits in index.groups.items() if waits}

    def kept(
        self, party: str, name: str, kinds: Iterable[str], moment: int, make: Callable[[], list[Wait]]
    ) -> list[Wait]:
        """What make gave, until a record of one of these kinds changes or the moment is another.

        Of the party's list as it was last read, so that one is read first.
        """
        with self._lock:
            index = self._of[party]
            key = (index.turn, max((index.changed.get(kind, 0) for kind in kinds), default=0), moment)
            if name in index.made and index.made[name][0] == key:
                return index.made[name][1]
        found = make()
        with self._lock:
            index.made[name] = key, found
        return found


class _Index:
    def __init__(
        self, node: Node, party: str, sources: Mapping[str, Sequence[Source]], turn: tuple[int, int]
    ) -> None:
        self._node, self._party, self._sources, self.turn = node, party, sources, turn
        self.seen = -1
        self.groups: dict[str, list[Wait]] = {}
        self._clear()

    def _clear(self) -> None:
        self.groups = defaultdict(list)
        self._kept: dict[Key, tuple[Wait, ...]] = {}
        self._on: dict[Key, set[Key]] = defaultdict(set)
        self._receipts: dict[tuple[LogId, str], int] = {}
        self.changed: dict[str, int] = {}
        """When a record of a kind, or what refers to one, was last said: the arrival's sequence."""
        self.made: dict[str, tuple[Any, list[Wait]]] = {}

    # ------------------------------------------------------------ what has changed

    def renew(self) -> None:
        """Follow the picture up to where it is folded, and the receipts."""
        folded = self._node.picture.folded()
        arrivals = self._node.log.journal(self.seen, MOST_NEW + 1) if 0 <= self.seen < folded else []
        if self.seen < 0 or self.seen > folded or len(arrivals) > MOST_NEW:
            self._all(folded)
            return
        changed: set[Key] = set()
        for arrival in arrivals:
            if arrival.seq <= folded and arrival.data is not None and self._reads(arrival.log.channel):
                if self._turns_all(arrival):
                    self._all(folded)
                    return
                entry = from_bytes(arrival.data)
                self.changed[entry.kind] = arrival.seq
                changed |= self._touched(arrival.log.channel, entry.id)
        self.seen = folded
        receipted = self._receipted()
        if sum(high - low for low, high in receipted.values()) > MOST_NEW:
            self._all(folded)
            return
        changed |= set(self._said_in(receipted))
        others = {other for key in changed for other in self._on.get(key, ())}
        for key in changed | others:
            self._put(key, self._node.picture.record(*key))

    def _all(self, folded: int) -> None:
        self._clear()
        self.seen = folded
        self._receipted()
        channels = tuple(c for c in self._node.channels() if self._reads(c))
        after: tuple[int, str] | None = None
        while channels:
            search = Search(channels=channels, kinds=tuple(self._sources), after=after, limit=PAGE)
            rows = self._node.picture.search(search)
            for row in rows:
                self._put((row.channel, row.id), row)
            if len(rows) < PAGE:
                return
            after = (rows[-1].stands_at, rows[-1].id)

    def _reads(self, channel: str) -> bool:
        return self._party in members(channel)

    def _turns_all(self, arrival: Arrival) -> bool:
        entry = from_bytes(arrival.data or b"")
        if _judges(entry.kind):
            return True
        refs = self._node.picture.refs_from(arrival.log.channel, entry.id)
        targets = (self._node.picture.record(arrival.log.channel, ref.to) for ref in refs)
        return any(target is not None and _judges(target.kind) for target in targets)

    def _touched(self, channel: str, id: str, depth: int = 2) -> set[Key]:
        """The record and, twice over, what it refers to: a withdrawn answer opens what it answered."""
        found = {(channel, id)}
        if depth:
            for ref in self._node.picture.refs_from(channel, id):
                for row in self._node.picture.find(ref.to, self._node.channels()):
                    found |= self._touched(row.channel, row.id, depth - 1)
        if any(self._clashes(key) for key in found):
            for key in list(found):
                found |= set(self._clashes(key))
        return found

    def _clashes(self, key: Key) -> list[Key]:
        pairs = self._node.picture.clashes_of(*key)
        return [pair.b if pair.a == key else pair.a for pair in pairs]

    def _receipted(self) -> dict[LogId, tuple[int, int]]:
        """By log, the entries of which a reader's receipt has come since: hours there run from then."""
        grown: dict[LogId, tuple[int, int]] = {}
        for one in self._node.log.receipts():
            before = self._receipts.get((one.log, one.reader), 0)
            if one.size > before:
                self._receipts[one.log, one.reader] = one.size
                low, high = grown.get(one.log, (before, one.size))
                grown[one.log] = (min(low, before), max(high, one.size))
        return {log: span for log, span in grown.items() if self._reads(log.channel)}

    def _said_in(self, spans: Mapping[LogId, tuple[int, int]]) -> Iterator[Key]:
        for log, (low, high) in spans.items():
            for data in self._node.log.entries(log, low, high):
                if data is not None:
                    yield log.channel, from_bytes(data).id

    # ------------------------------------------------------------ what is kept

    def _put(self, key: Key, row: Row | None) -> None:
        for wait in self._kept.pop(key, ()):
            group = self.groups[wait.what]
            at = bisect_left(group, wait.place, key=lambda w: w.place)
            while group[at] is not wait:
                at += 1
            del group[at]
            if wait.other is not None:
                self._on[wait.other].discard(key)
        if row is None or not row.counts or not self._reads(row.channel):
            return
        sources = self._sources.get(row.kind, ())
        made = tuple(wait for source in sources for wait in source(self._node, self._party, row))
        for wait in made:
            insort(self.groups[wait.what], wait, key=lambda w: w.place)
            if wait.other is not None:
                self._on[wait.other].add(key)
        if made:
            self._kept[key] = made


def _judges(kind: str) -> bool:
    """Is it a kind by which others are judged, so that they may read otherwise after it?"""
    return kind == "terms" or kind.endswith("rule")
