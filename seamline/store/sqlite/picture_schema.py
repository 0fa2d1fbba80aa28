"""The tables of picture.db, and how a row of records is written and read.

The picture is computed from the log: another version means another file, so there are no steps.
volume and words hold the current revisions that count, and no others; volume.n and words.rowid are
records.n.

volume: 1e-7 degrees and minutes, whole numbers, so that nothing is rounded inwards; a box is widened by
its row's reach, so that a search looks no farther than its own; a row without a
box stands at spans.NOWHERE, so that a search by time alone finds it there.
subjects: what clashes are computed from, apart from the records, because all of it is read at once.
words: split by seamline.store.words, so its tokenizer has only to cut at blanks; it keeps no text of
its own, and secure-delete takes a removed word out of its pages at once (law 6).
"""

from __future__ import annotations

from typing import Any

from seamline.store.ports import ClashRow, Ref, Row, SubjectRow
from seamline.store.sqlite.schema import Schema

PICTURE_SCHEMA = Schema(
    name="picture schema",
    version=5,
    whole="""
CREATE TABLE records (
    n INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    party TEXT NOT NULL,
    node TEXT NOT NULL,
    lane TEXT NOT NULL,
    idx INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    no INTEGER NOT NULL,
    hash TEXT NOT NULL,
    prev TEXT,
    made_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    lang TEXT NOT NULL,
    start INTEGER,
    stop INTEGER,
    west INTEGER,
    south INTEGER,
    east INTEGER,
    north INTEGER,
    text TEXT NOT NULL,
    body BLOB NOT NULL,
    signer TEXT,
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    current INTEGER NOT NULL,
    counts INTEGER NOT NULL,
    reach INTEGER NOT NULL,
    stands_at INTEGER NOT NULL GENERATED ALWAYS AS (min(at, received_at)) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX by_key ON records (channel, id, hash);
CREATE UNIQUE INDEX by_current ON records (channel, id) WHERE current = 1;
CREATE INDEX by_time ON records (channel, stands_at, id, current) WHERE counts = 1;
CREATE INDEX by_kind ON records (kind, channel, stands_at, id) WHERE counts = 1 AND current = 1;
CREATE INDEX uncounted ON records (n) WHERE counts = 0;
CREATE TABLE refs (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    relation TEXT NOT NULL,
    target TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (channel, id, relation, target, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX refs_by_target ON refs (target, relation);
CREATE TABLE clashes (
    a_channel TEXT NOT NULL,
    a_id TEXT NOT NULL,
    b_channel TEXT NOT NULL,
    b_id TEXT NOT NULL,
    distance_m INTEGER NOT NULL,
    needed_m INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    lon INTEGER NOT NULL,
    lat INTEGER NOT NULL,
    possible INTEGER NOT NULL,
    PRIMARY KEY (a_channel, a_id, b_channel, b_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX clashes_by_b ON clashes (b_channel, b_id);
CREATE INDEX clashes_by_start ON clashes (start);
CREATE TABLE subjects (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    start INTEGER,
    stop INTEGER,
    buffer INTEGER,
    tear INTEGER NOT NULL,
    shape BLOB NOT NULL,
    PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE volume USING rtree_i32 (n, west, east, south, north, start, stop);
CREATE VIRTUAL TABLE words USING fts5 (text, content='', columnsize=0, detail=none, tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
""",
)

CELL = 8 + 6 * 4
"""Bytes of one row in a node of volume: its number, then six sides of 32 bits."""

ROW_COLUMNS = (
    "channel, id, kind, party, node, lane, idx, rev, no, hash, prev, made_by, at, lang, records.start,"
    " records.stop, records.west, records.south, records.east, records.north, text, body, signer, seq,"
    " received_at, current, counts, reach"
)
REF_COLUMNS = "channel, id, relation, target, hash"
CLASH_COLUMNS = "a_channel, a_id, b_channel, b_id, distance_m, needed_m, start, stop, lon, lat, possible"

SUBJECT_COLUMNS = "channel, id, party, kind, type, start, stop, buffer, tear, shape"


def to_row(values: tuple[Any, ...]) -> Row:
    """A Row from ROW_COLUMNS."""
    box = values[16:20] if values[16] is not None else None
    flags = values[25] == 1, values[26] == 1
    return Row(*(*values[:16], box, *values[20:25], *flags, values[27]))


def from_row(row: Row) -> tuple[Any, ...]:
    """The values of ROW_COLUMNS."""
    return (
        row.channel,
        row.id,
        row.kind,
        row.party,
        row.node,
        row.lane,
        row.index,
        row.rev,
        row.no,
        row.hash,
        row.prev,
        row.by,
        row.at,
        row.lang,
        row.start,
        row.end,
        *(row.box or (None, None, None, None)),
        row.text,
        row.body,
        row.signer,
        row.seq,
        row.received_at,
        int(row.current),
        int(row.counts),
        row.reach_m,
    )


def to_ref(values: tuple[Any, ...]) -> Ref:
    """A Ref from REF_COLUMNS."""
    return Ref(*(*values[:4], values[4] or None))


def from_ref(ref: Ref) -> tuple[Any, ...]:
    """The values of REF_COLUMNS."""
    return ref.channel, ref.id, ref.relation, ref.to, ref.hash or ""


def to_clash(values: tuple[Any, ...]) -> ClashRow:
    """A ClashRow from CLASH_COLUMNS."""
    return ClashRow(*(values[0:2], values[2:4], *values[4:8], values[8:10], values[10] == 1))


def from_clash(clash: ClashRow) -> tuple[Any, ...]:
    """The values of CLASH_COLUMNS."""
    metres = (clash.distance_m, clash.needed_m)
    return (*clash.a, *clash.b, *metres, clash.start, clash.end, *clash.where, int(clash.possible))


def from_subject(subject: SubjectRow) -> tuple[Any, ...]:
    """The values of SUBJECT_COLUMNS."""
    return (*subject[:8], int(subject.tear), subject.shape)
