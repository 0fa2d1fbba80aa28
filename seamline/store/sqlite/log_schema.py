"""The tables of log.db. Old versions move up by steps: the log is the truth and is never rebuilt.

`entry_at` carries the leaf, so that proofs read leaves without touching bodies. tiles: roots of
complete subtrees of 256, 65,536 … leaves (level 8, 16 …), so that a proof over any size reads at
most 128 hashes a step. receipts: the newest of each reader; reaches: when each of them came.
"""

from __future__ import annotations

from seamline.store.sqlite.schema import Schema

TILE = 8

LOG_SCHEMA = Schema(
    name="log schema",
    version=1,
    whole="""
CREATE TABLE logs (
    n INTEGER PRIMARY KEY,
    node TEXT NOT NULL,
    channel TEXT NOT NULL,
    lane TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    UNIQUE (node, channel, lane)
) STRICT;
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    data BLOB
) STRICT;
CREATE UNIQUE INDEX entry_at ON entries (log, idx, leaf);
CREATE TABLE tiles (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    root BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (log INTEGER PRIMARY KEY, size INTEGER NOT NULL, note BLOB NOT NULL) STRICT;
CREATE TABLE receipts (
    log INTEGER NOT NULL,
    reader TEXT NOT NULL,
    size INTEGER NOT NULL,
    note BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (log, reader)
) STRICT, WITHOUT ROWID;
CREATE TABLE reaches (
    log INTEGER NOT NULL,
    reader TEXT NOT NULL,
    size INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (log, reader, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE numbers (channel TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
""",
)
