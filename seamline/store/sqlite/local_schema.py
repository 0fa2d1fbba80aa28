"""The tables of local.db. Old versions move up by steps: nothing here can be computed again."""

from __future__ import annotations

from seamline.store.sqlite.schema import Schema

LOCAL_SCHEMA = Schema(
    name="schema of local state",
    version=1,
    whole="""
CREATE TABLE named (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    party TEXT NOT NULL,
    officer TEXT NOT NULL,
    roles TEXT NOT NULL,
    secret TEXT,
    lang TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    PRIMARY KEY (party, officer)
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    party TEXT NOT NULL,
    officer TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    label TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_officer ON tokens (party, officer);
CREATE TABLE links (peer TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT, enabled INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE attempts (who TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX attempts_by_who ON attempts (who, at);
CREATE INDEX attempts_by_time ON attempts (at);
""",
)
