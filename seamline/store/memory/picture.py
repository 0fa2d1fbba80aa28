"""The picture port in memory: every question is answered by looking at every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from seamline.store import dump
from seamline.store.memory.layers import Table, Tables, View
from seamline.store.ports import ClashRow, PictureTx, Ref, Row, Search, SubjectRow, Trail
from seamline.store.spans import Box, boxes_overlap, widened, windows_overlap
from seamline.store.words import matches

Key = tuple[str, str]


@dataclass(slots=True)
class _State:
    """Keyed by (channel, id): revisions by hash, references, clashes (under both of the pair)."""

    rows: Table[Key, dict[str, Row]] = field(default_factory=Table)
    refs: Table[Key, tuple[Ref, ...]] = field(default_factory=Table)
    clashes: Table[Key, tuple[ClashRow, ...]] = field(default_factory=Table)
    subjects: Table[Key, SubjectRow] = field(default_factory=Table)
    folded: Table[str, int] = field(default_factory=Table)

    def tables(self) -> Tables:
        return Tables(self.rows, self.refs, self.clashes, self.subjects, self.folded)


class _Reads:
    def __init__(self, state: _State, view: View) -> None:
        self._state = state
        self._view = view

    def record(self, channel: str, id: str) -> Row | None:
        found = self._view.get(self._state.rows, (channel, id)) or {}
        return next((row for row in found.values() if row.current), None)

    def find(self, id: str, channels: Sequence[str]) -> list[Row]:
        found = (self.record(channel, id) for channel in sorted(set(channels)))
        return [row for row in found if row is not None]

    def revisions(self, channel: str, id: str) -> list[Row]:
        found = self._view.get(self._state.rows, (channel, id)) or {}
        return sorted(found.values(), key=lambda row: (row.current, dump.rank(row)), reverse=True)

    def search(self, search: Search) -> list[Row]:
        found = [row for row in self._standing(search.known_by) if _wanted(row, search)]
        found.sort(key=lambda row: (-row.stands_at, _descending(row.id), row.channel))
        return found[: max(search.limit, 0)]

    def trail(self, trail: Trail) -> list[Row]:
        everything = (row for found in self._view.all(self._state.rows).values() for row in found.values())
        found = [row for row in everything if _walked(row, trail)]
        found.sort(key=_place, reverse=True)
        return found[: max(trail.limit, 0)]

    def _standing(self, known_by: int | None) -> Iterator[Row]:
        for revisions in self._view.all(self._state.rows).values():
            standing = [row for row in revisions.values() if row.counts]
            if known_by is None:
                yield from (row for row in standing if row.current)
                continue
            # The owner's best revision by then (law 2); whoever owns the record now is its owner.
            owners = {row.party for row in revisions.values() if row.current}
            for party in {row.party for row in standing if row.at <= known_by}:
                if not owners or party in owners:
                    then = (row for row in standing if row.at <= known_by and row.party == party)
                    yield max(then, key=dump.rank)

    def candidates(self, box: Box, start: int, end: int, kinds: Sequence[str]) -> list[Row]:
        return [
            row
            for row in self._standing(None)
            if row.kind in kinds
            and row.box is not None
            and boxes_overlap(widened(row.box, row.reach_m), box)
            and windows_overlap((row.start, row.end), (start, end))
        ]

    def refs_to(self, to: str, relation: str | None = None) -> list[Ref]:
        everything = (ref for refs in self._view.all(self._state.refs).values() for ref in refs)
        found = [ref for ref in everything if ref.to == to and relation in (None, ref.relation)]
        return sorted(found, key=dump.ref_key)

    def refs_from(self, channel: str, id: str, relation: str | None = None) -> list[Ref]:
        found = self._view.get(self._state.refs, (channel, id)) or ()
        return [ref for ref in found if relation in (None, ref.relation)]

    def clashes(self, channels: Sequence[str], limit: int = 1000, ending_after: int = 0) -> list[ClashRow]:
        everything = {c for rows in self._view.all(self._state.clashes).values() for c in rows}
        found = [c for c in everything if c.a[0] in channels and c.b[0] in channels and c.end > ending_after]
        return sorted(found, key=_clash_order)[: max(limit, 0)]

    def clashes_of(self, channel: str, id: str) -> list[ClashRow]:
        found = self._view.get(self._state.clashes, (channel, id))
        return sorted(found or (), key=_clash_order)

    def subjects(self) -> Iterator[SubjectRow]:
        yield from sorted(self._view.all(self._state.subjects).values(), key=lambda s: (s.channel, s.id))

    def current_of_kind(self, kind: str, channels: Sequence[str] | None = None) -> Iterator[Row]:
        found = [
            row
            for row in self._standing(None)
            if row.kind == kind and (channels is None or row.channel in channels)
        ]
        yield from sorted(found, key=lambda row: (row.channel, row.id))

    def has_uncounted(self) -> bool:
        everything = self._view.all(self._state.rows).values()
        return any(not row.counts for revisions in everything for row in revisions.values())

    def folded(self) -> int:
        return self._view.get(self._state.folded, "seq") or 0

    def basis(self) -> int:
        return self._view.get(self._state.folded, "basis") or 0

    def dump(self) -> Iterator[str]:
        rows = [row for found in self._view.all(self._state.rows).values() for row in found.values()]
        yield from map(dump.row_line, sorted(rows, key=lambda row: (row.channel, row.id, row.hash)))
        refs = [ref for found in self._view.all(self._state.refs).values() for ref in found]
        yield from map(dump.ref_line, sorted(refs, key=dump.ref_key))
        clashes = {c for found in self._view.all(self._state.clashes).values() for c in found}
        yield from map(dump.clash_line, sorted(clashes, key=lambda c: (c.a, c.b)))


class _Tx(_Reads):
    def __init__(self, state: _State, tables: Tables) -> None:
        super().__init__(state, View(tables, inside=True))
        self._tables = tables

    def put(self, row: Row, *, first: bool = False) -> None:
        found = dict(self._state.rows.get((row.channel, row.id)) or {})
        found[row.hash] = row
        self._state.rows.put((row.channel, row.id), found)
        if row.current:
            self.set_current(row.channel, row.id, row.hash)

    def set_current(self, channel: str, id: str, hash: str) -> None:
        found = self._state.rows.get((channel, id)) or {}
        changed = {name: replace(row, current=name == hash) for name, row in found.items()}
        self._state.rows.put((channel, id), changed)

    def set_counts(self, channel: str, id: str, hash: str, counts: bool) -> None:
        found = dict(self._state.rows.get((channel, id)) or {})
        if hash in found:
            found[hash] = replace(found[hash], counts=counts)
            self._state.rows.put((channel, id), found)

    def remove(self, channel: str, id: str, hash: str) -> None:
        found = dict(self._state.rows.get((channel, id)) or {})
        row = found.pop(hash, None)
        if row is None:
            return
        if row.current:
            self.put_refs(channel, id, ())
            self.put_clashes(channel, id, ())
            self.put_subject(channel, id, None)
        self._state.rows.put((channel, id), found)

    def put_refs(self, channel: str, id: str, refs: Iterable[Ref]) -> None:
        self._state.refs.put((channel, id), tuple(sorted(set(refs), key=dump.ref_key)))

    def put_clashes(self, channel: str, id: str, clashes: Iterable[ClashRow]) -> None:
        key = (channel, id)
        for old in self._state.clashes.get(key) or ():
            other = old.b if old.a == key else old.a
            rest = tuple(c for c in self._state.clashes.get(other) or () if key not in (c.a, c.b))
            self._state.clashes.put(other, rest)
        pairs = {(clash.a, clash.b): clash for clash in clashes}
        self._state.clashes.put(key, tuple(pairs.values()))
        for clash in pairs.values():
            other = clash.b if clash.a == key else clash.a
            self._state.clashes.put(other, (*(self._state.clashes.get(other) or ()), clash))

    def put_subject(self, channel: str, id: str, subject: SubjectRow | None) -> None:
        if subject is None:
            self._state.subjects.drop((channel, id))
        else:
            self._state.subjects.put((channel, id), subject)

    def replace_clashes(self, clashes: Iterable[ClashRow]) -> None:
        for key in list(self._state.clashes.merged()):
            self._state.clashes.drop(key)
        for clash in clashes:
            for key in {clash.a, clash.b}:
                self._state.clashes.put(key, (*(self._state.clashes.get(key) or ()), clash))

    def set_folded(self, seq: int) -> None:
        self._state.folded.put("seq", seq)

    def set_basis(self, basis: int) -> None:
        self._state.folded.put("basis", basis)

    def savepoint(self) -> AbstractContextManager[None]:
        return self._tables.layer()

    def clear(self) -> None:
        for table in (self._state.rows, self._state.refs, self._state.clashes, self._state.subjects):
            for key in table.merged():
                table.drop(key)
        self._state.folded.drop("seq")
        self._state.folded.drop("basis")


class MemoryPicture(_Reads):
    """PictureStore in memory."""

    def __init__(self) -> None:
        state = _State()
        self._tables = state.tables()
        super().__init__(state, View(self._tables, inside=False))

    @contextmanager
    def transaction(self) -> Iterator[PictureTx]:
        with self._tables.transaction():
            yield _Tx(self._state, self._tables)

    def close(self) -> None:
        """Nothing to do."""


def _wanted(row: Row, search: Search) -> bool:
    return (
        row.channel in search.channels
        and (not search.kinds or row.kind in search.kinds)
        and search.party in (None, row.party)
        and (search.box is None or (row.box is not None and boxes_overlap(row.box, search.box)))
        and (_timeless(search) or windows_overlap((row.start, row.end), (search.start, search.end)))
        and (search.text is None or matches(row.text, search.text))
        and (search.after is None or (row.stands_at, row.id) < search.after)
    )


def _walked(row: Row, trail: Trail) -> bool:
    return (
        row.channel in trail.channels
        and (not trail.kinds or row.kind in trail.kinds)
        and trail.party in (None, row.party)
        and trail.by in (None, row.by)
        and (trail.start is None or row.stands_at >= trail.start)
        and (trail.end is None or row.stands_at < trail.end)
        and (trail.after is None or _place(row) < trail.after)
    )


def _place(row: Row) -> tuple[int, str, int, str]:
    return row.stands_at, row.id, row.rev, row.hash


def _timeless(search: Search) -> bool:
    return search.start is None and search.end is None


def _descending(id: str) -> tuple[int, ...]:
    """Sorts texts backwards, as SQL's DESC does (by code points; a longer text before its beginning)."""
    return (*(-ord(char) for char in id), 1)


def _clash_order(clash: ClashRow) -> tuple[int, tuple[str, str], tuple[str, str]]:
    return clash.start, clash.a, clash.b
