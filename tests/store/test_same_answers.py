"""Whatever is done to them and asked of them, both engines do and answer the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st

from seamline.log import merkle
from seamline.log.checkpoint import LogId
from seamline.store.memory import MemoryLog, MemoryPicture
from seamline.store.ports import (
    ClashRow,
    LogReader,
    LogStore,
    LogTx,
    PictureReader,
    PictureStore,
    PictureTx,
    Ref,
    Row,
    Search,
    StoredReceipt,
    SubjectRow,
    Trail,
)
from seamline.store.spans import boxes_overlap, windows_overlap
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture
from tests.store.contract_log import TreeOf, Trouble
from tests.store.rows import row

KEY = bytes(32)
# Thousands of commits, and none of them needs a disk.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
LOGS = [LogId(node * 32, "isf", lane) for node in "ab" for lane in ("flash", "routine")]


@contextmanager
def both_logs() -> Iterator[tuple[LogStore, LogStore]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        sqlite = SqliteLog(Path(folder) / "log.db", KEY)
        try:
            yield MemoryLog(), sqlite
        finally:
            sqlite.close()


@contextmanager
def both_pictures() -> Iterator[tuple[PictureStore, PictureStore]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        sqlite = SqlitePicture(Path(folder) / "picture.db", KEY)
        try:
            yield MemoryPicture(), sqlite
        finally:
            sqlite.close()


# ------------------------------------------------------------ log

LogStep = Callable[[LogTx], object]
logs = st.sampled_from(LOGS)
sizes = st.integers(0, 6)


def _append(log: LogId, count: int, at: int) -> LogStep:
    def step(tx: LogTx) -> object:
        start = tx.head(log).size
        return tx.append(log, start, [f"{start + n} {at}".encode() for n in range(count)], at)

    return step


def _receipt(log: LogId, reader: str, size: int, at: int) -> LogStep:
    return lambda tx: tx.put_receipt(StoredReceipt(log, reader, size, f"{size}".encode(), at))


log_steps: st.SearchStrategy[LogStep] = st.one_of(
    st.builds(_append, logs, st.integers(0, 300), st.integers(0, 99)),
    st.builds(lambda log, n: lambda tx: tx.put_checkpoint(log, n, b"%d" % n), logs, sizes),
    st.builds(_receipt, logs, st.sampled_from("xy"), sizes, st.integers(0, 99)),
    st.builds(lambda log, n: lambda tx: tx.destroy(log, n), logs, sizes),
    st.builds(lambda channel: lambda tx: tx.allot(channel), st.sampled_from(["isf", "ksf"])),
)
# A transaction: parts (savepoints) of steps, each kept or undone; the whole kept or undone.
transactions = st.tuples(st.lists(st.tuples(st.lists(log_steps, max_size=4), st.booleans())), st.booleans())


def _apply_log(store: LogStore, parts: list[tuple[list[LogStep], bool]], keep: bool) -> list[object]:
    said: list[object] = []
    with suppress(Trouble), store.transaction() as tx:
        for steps, keep_part in parts:
            with suppress(Trouble), tx.savepoint():
                said += [step(tx) for step in steps]
                if not keep_part:
                    raise Trouble
        said.append(_log_answers(tx))
        if not keep:
            raise Trouble
    return said


def _log_answers(reader: LogReader) -> list[object]:
    answers: list[object] = [reader.logs(), reader.last_seq(), reader.journal(0, 10_000), reader.receipts()]
    for log in LOGS:
        head = reader.head(log)
        assert merkle.root(TreeOf(reader, log), head.size) == head.root
        kept = (reader.entries(log, 1, 999), reader.leaves(log, 0, 5), reader.receipts(log))
        answers += [head, reader.checkpoint(log), reader.checkpoint_size(log), kept, reader.reached(log, 2)]
    return answers


@given(st.lists(transactions, max_size=5))
def test_logs(history: list[tuple[list[tuple[list[LogStep], bool]], bool]]) -> None:
    with both_logs() as stores:
        for parts, keep in history:
            one, two = (_apply_log(store, parts, keep) for store in stores)
            assert one == two
            one, two = (_log_answers(store) for store in stores)
            assert one == two


# ------------------------------------------------------------ picture

ids = st.sampled_from("abcde")
channels = st.sampled_from(["isf", "isf+ksf"])
kinds = st.sampled_from(["activity", "site"])
# Few different values near the edges of minutes and of each other, so that they often just touch.
instants = st.integers(-3, 3).map(lambda n: n * 59_999)
ends = st.none() | instants
coordinates = st.integers(-4, 4) | st.sampled_from([-1_800_000_000, 1_800_000_000])
texts = st.lists(st.sampled_from(["river", "RIVER", "road-block", "جسر", "ڕێگا", "b7", "_"]), max_size=3).map(
    " ".join
)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[int, int, int, int]:
    west, east = sorted((draw(coordinates), draw(coordinates)))
    south, north = sorted((draw(coordinates), draw(coordinates)))
    return west, south, east, north


@st.composite
def rows(draw: st.DrawFn) -> Row:
    id, rev, party = draw(ids), draw(st.integers(1, 3)), draw(st.sampled_from(["isf", "ksf"]))
    return row(
        id,
        rev=rev,
        party=party,
        hash=f"{id}{rev}{party}",
        channel=draw(channels),
        kind=draw(kinds),
        by=draw(st.sampled_from(["duty1", "duty2"])),
        at=draw(st.integers(0, 4)),
        start=draw(ends),
        end=draw(ends),
        box=draw(st.none() | boxes()),
        text=draw(texts),
        current=draw(st.booleans()),
        counts=draw(st.booleans()),
    )


PictureStep = Callable[[PictureTx], object]


def _refs(channel: str, id: str, targets: list[str]) -> PictureStep:
    return lambda tx: tx.put_refs(channel, id, [Ref(channel, id, "source", to) for to in targets])


def _clashes(channel: str, id: str, others: list[str]) -> PictureStep:
    pairs = [sorted([(channel, id), ("isf", other)]) for other in others if (channel, id) != ("isf", other)]
    found = [ClashRow(a, b, 1, 2, len(others), 9, (0, 0), True) for a, b in pairs]
    return lambda tx: tx.put_clashes(channel, id, found)


def _all_clashes(channel: str, pairs: list[tuple[str, str]]) -> PictureStep:
    kept = {tuple(sorted([(channel, a), ("isf", b)])) for a, b in pairs if (channel, a) != ("isf", b)}
    found = [ClashRow(a, b, 1, 2, 3, 9, (0, 0), True) for a, b in kept]
    return lambda tx: tx.replace_clashes(found)


def _subject(channel: str, id: str, shape: bytes | None) -> PictureStep:
    row = SubjectRow(channel, id, "isf", "site", "well", None, 4, 5, True, shape or b"")
    return lambda tx: tx.put_subject(channel, id, row if shape else None)


picture_steps: st.SearchStrategy[PictureStep] = st.one_of(
    rows().map(lambda r: lambda tx: tx.put(r)),
    rows().map(lambda r: lambda tx: tx.put(replace(r, current=True, counts=True))),
    rows().map(lambda r: lambda tx: tx.set_current(r.channel, r.id, r.hash)),
    rows().map(lambda r: lambda tx: tx.set_counts(r.channel, r.id, r.hash, r.counts)),
    rows().map(lambda r: lambda tx: tx.remove(r.channel, r.id, r.hash)),
    st.builds(
        _refs,
        channels,
        ids,
        st.lists(ids, max_size=3),
    ),
    st.builds(_clashes, channels, ids, st.lists(ids, max_size=3)),
    st.builds(_all_clashes, channels, st.lists(st.tuples(ids, ids), max_size=3)),
    st.builds(_subject, channels, ids, st.none() | st.binary(min_size=1, max_size=3)),
    st.just(lambda tx: tx.clear()),
)
searches = st.builds(
    Search,
    channels=st.lists(channels, max_size=3).map(tuple),
    kinds=st.lists(kinds, max_size=2).map(tuple),
    party=st.none() | st.sampled_from(["isf", "ksf"]),
    box=st.none() | boxes(),
    start=ends,
    end=ends,
    text=st.none() | texts,
    known_by=st.none() | st.integers(0, 4),
    after=st.none() | st.tuples(st.integers(0, 4), ids),
    limit=st.integers(0, 6),
)

trails = st.builds(
    Trail,
    channels=st.lists(channels, max_size=3).map(tuple),
    kinds=st.lists(kinds, max_size=2).map(tuple),
    party=st.none() | st.sampled_from(["isf", "ksf"]),
    by=st.none() | st.sampled_from(["duty1", "duty2"]),
    start=st.none() | st.integers(0, 4),
    end=st.none() | st.integers(0, 4),
    after=st.none() | st.tuples(st.integers(0, 4), ids, st.integers(1, 3), ids),
    limit=st.integers(0, 6),
)


def _apply_picture(store: PictureStore, parts: list[tuple[list[PictureStep], bool]]) -> None:
    with store.transaction() as tx:
        for steps, keep in parts:
            with suppress(Trouble), tx.savepoint():
                for step in steps:
                    step(tx)
                if not keep:
                    raise Trouble


def _picture_answers(reader: PictureReader) -> list[object]:
    answers: list[object] = [list(reader.dump()), reader.clashes(["isf", "isf+ksf"]), reader.clashes(["isf"])]
    for id in "abcde":
        answers += [reader.find(id, ["isf+ksf", "isf"]), reader.refs_to(id), reader.revisions("isf", id)]
        answers += [reader.record("isf", id), reader.refs_from("isf", id), reader.clashes_of("isf", id)]
    return [*answers, list(reader.current_of_kind("activity")), list(reader.subjects())]


filled = st.lists(st.tuples(st.lists(picture_steps, max_size=12), st.booleans()), min_size=1, max_size=4)


@given(filled, st.lists(searches, min_size=1, max_size=8), st.lists(trails, max_size=4))
def test_pictures(
    parts: list[tuple[list[PictureStep], bool]], asked: list[Search], walked: list[Trail]
) -> None:
    with both_pictures() as (memory, sqlite):
        _apply_picture(memory, parts)
        _apply_picture(sqlite, parts)
        assert _picture_answers(memory) == _picture_answers(sqlite)
        for search in asked:
            found = memory.search(search)
            event("found some" if found else "found none")
            assert sqlite.search(search) == found
        for trail in walked:
            passed = memory.trail(trail)
            event("passed some" if passed else "passed none")
            assert sqlite.trail(trail) == passed


@given(st.lists(rows(), max_size=15), boxes(), instants, st.integers(0, 200_000), st.lists(kinds, max_size=2))
def test_candidates_never_miss(
    put: list[Row], box: tuple[int, int, int, int], start: int, length: int, wanted: list[str]
) -> None:
    with both_pictures() as (memory, sqlite):
        for store in (memory, sqlite):
            with store.transaction() as tx:
                for each in put:
                    tx.put(each)
        standing = memory.search(Search(("isf", "isf+ksf")))
        must = {
            (r.channel, r.id)
            for r in standing
            if r.kind in wanted
            and r.box is not None
            and boxes_overlap(r.box, box)
            and windows_overlap((r.start, r.end), (start, start + length))
        }
        event("some" if must else "none")
        for store in (memory, sqlite):
            found = store.candidates(box, start, start + length, wanted)
            assert must <= {(r.channel, r.id) for r in found}
            # Extras come from rounding to minutes, never from another kind or from far away.
            assert all(r.kind in wanted and r.box and boxes_overlap(r.box, box) for r in found)
            assert all(
                windows_overlap((r.start, r.end), (start - 60_000, start + length + 60_000)) for r in found
            )
