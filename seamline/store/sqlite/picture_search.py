"""Search of the picture: from few hits of an index if there are few, else newest first until enough.

pick: a box, a window or words that few rows match are looked up in volume or words, and those rows are tried.
walk: rows are tried newest first along by_time or by_kind, one strand a channel (and kind), until
each strand has `limit`. Both try the same exact conditions, so the answer is the same.
"""

from __future__ import annotations

import json
from typing import Any

from seamline.store.ports import Row, Search
from seamline.store.spans import EVERYWHERE, TIME_MAX, TIME_MIN, box32, minutes, window
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Reader
from seamline.store.sqlite.picture_schema import ROW_COLUMNS, to_row
from seamline.store.words import words

FEW = 2000
MAX_STRANDS = 200

_WHAT = "search the picture"
_IN_VOLUME = Statement(
    "search by place and time",
    "SELECT n FROM volume WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?"
    " AND start < ? AND stop > ? LIMIT ?",
)
_WITH_WORDS = Statement("search by words", "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?")

_ORDER = "ORDER BY stands_at DESC, id DESC, channel LIMIT ?"
_STANDING = "counts = 1 AND current = 1"
# The owner's best revision by then (law 2); whoever owns the record now is its owner.
_STOOD = """counts = 1 AND at <= ? AND NOT EXISTS (
    SELECT 1 FROM records AS other INDEXED BY by_key
    WHERE other.channel = records.channel AND other.id = records.id AND other.counts = 1
    AND other.at <= ? AND other.party = records.party
    AND (other.rev, other.at, other.hash) > (records.rev, records.at, records.hash))
AND NOT EXISTS (
    SELECT 1 FROM records AS now INDEXED BY by_current
    WHERE now.channel = records.channel AND now.id = records.id AND now.current = 1
    AND now.party <> records.party)"""
_AMONG_KINDS = "kind IN (SELECT value FROM json_each(?)) AND"
_BOX = "west <= ? AND east >= ? AND south <= ? AND north >= ?"


def run(reader: Reader, search: Search) -> list[Row]:
    """The rows, newest first."""
    if not search.channels or search.limit <= 0:
        return []
    sql, args = _conditions(search)
    picks = _picks(reader, search) if search.known_by is None else None
    statement, bound = _walk(search, sql, args) if picks is None else _pick(search, picks, sql, args)
    return [to_row(values) for values in reader.rows(statement, bound)]


def _picks(reader: Reader, search: Search) -> list[int] | None:
    """Rows of which all answers are some; None if they are too many to try one by one."""
    if search.box is not None or search.start is not None or search.end is not None:
        west, south, east, north = EVERYWHERE if search.box is None else box32(search.box)
        start, stop = minutes(search.start, search.end)
        args: tuple[Any, ...] = (east, west, north, south, stop, start, FEW + 1)
        found = reader.rows(_IN_VOLUME, args)
        if len(found) <= FEW:
            return [row[0] for row in found]
    if search.text is not None and (wanted := match_all(search.text)):
        found = reader.rows(_WITH_WORDS, (wanted, FEW + 1))
        if len(found) <= FEW:
            return [row[0] for row in found]
    return None


def match_all(text: str) -> str:
    """The FTS5 query for rows in which each of these words begins a word; quoted, so no word is syntax."""
    return " ".join(f'"{word}"*' for word in words(text))


def _conditions(search: Search) -> tuple[str, list[Any]]:
    parts, args = [_STANDING], list[Any]()
    if search.known_by is not None:
        parts, args = [_STOOD], [search.known_by, search.known_by]
    if search.party is not None:
        parts.append("party = ?")
        args.append(search.party)
    if search.box is not None:
        west, south, east, north = search.box
        parts.append(_BOX)
        args += [east, west, north, south]
    if search.start is not None or search.end is not None:
        first, last = window(search.start, search.end)
        parts.append(f"coalesce(start, {TIME_MIN}) < ?")
        parts.append(f"max(coalesce(stop, {TIME_MAX}), coalesce(start, {TIME_MIN}) + 1) > ?")
        args += [last, first]
    if search.after is not None:
        parts.append("(stands_at, id) < (?, ?)")
        args += search.after
    if search.text is not None:
        parts.append("has_words(text, ?)")
        args.append(search.text)
    return " AND ".join(parts), args


def _pick(search: Search, picks: list[int], sql: str, args: list[Any]) -> tuple[Statement, list[Any]]:
    parts = [
        "SELECT",
        ROW_COLUMNS,
        ", stands_at FROM records WHERE n IN (SELECT value FROM json_each(?)) AND",
    ]
    bound: list[Any] = [json.dumps(picks)]
    parts.append("channel IN (SELECT value FROM json_each(?)) AND")
    bound.append(json.dumps(search.channels))
    if search.kinds:
        parts.append(_AMONG_KINDS)
        bound.append(json.dumps(search.kinds))
    return Statement(_WHAT, " ".join((*parts, sql, _ORDER))), [*bound, *args, search.limit]


def _walk(search: Search, sql: str, args: list[Any]) -> tuple[Statement, list[Any]]:
    kinds: list[str | None] = [*search.kinds] or [None]
    if len(kinds) * len(search.channels) > MAX_STRANDS or search.known_by is not None:
        kinds = [None]
    strands: list[str] = []
    bound: list[Any] = []
    for channel in sorted(set(search.channels)):
        for kind in sorted(set(kinds), key=str):
            parts = ["SELECT", ROW_COLUMNS, ", stands_at FROM records"]
            if kind is not None:
                parts.append("INDEXED BY by_kind WHERE channel = ? AND kind = ? AND")
                bound += [channel, kind]
            else:
                parts.append("INDEXED BY by_time WHERE channel = ? AND")
                bound.append(channel)
                if search.kinds:
                    parts.append(_AMONG_KINDS)
                    bound.append(json.dumps(search.kinds))
            strands.append(" ".join(("SELECT * FROM (", *parts, sql, _ORDER, ")")))
            bound += [*args, search.limit]
    return Statement(_WHAT, " ".join((" UNION ALL ".join(strands), _ORDER))), [*bound, search.limit]
