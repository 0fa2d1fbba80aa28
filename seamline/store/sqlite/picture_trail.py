"""The trail of the picture: every revision, along by_time; beside it the few that do not count."""

from __future__ import annotations

import json
from typing import Any

from seamline.store.ports import Row, Trail
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Reader
from seamline.store.sqlite.picture_schema import ROW_COLUMNS, to_row

_WHAT = "follow the trail"
_ORDER = "ORDER BY stands_at DESC, id DESC, rev DESC, hash DESC LIMIT ?"
_COUNTING = "INDEXED BY by_time WHERE counts = 1 AND channel = ?"
_OTHERS = "INDEXED BY uncounted WHERE counts = 0 AND channel IN (SELECT value FROM json_each(?))"


def run(reader: Reader, trail: Trail) -> list[Row]:
    """The rows, newest first."""
    channels = sorted(set(trail.channels))
    if not channels or trail.limit <= 0:
        return []
    sql, args = _conditions(trail)
    strands = [(_COUNTING, channel) for channel in channels] + [(_OTHERS, json.dumps(channels))]
    parts = []
    for where, _ in strands:
        strand = ["SELECT * FROM (SELECT", ROW_COLUMNS, ", stands_at FROM records", where, sql, _ORDER, ")"]
        parts.append(" ".join(strand))
    bound = [value for _, one in strands for value in (one, *args, trail.limit)]
    statement = Statement(_WHAT, " ".join((" UNION ALL ".join(parts), _ORDER)))
    return [to_row(values) for values in reader.rows(statement, [*bound, trail.limit])]


def _conditions(trail: Trail) -> tuple[str, list[Any]]:
    parts, args = [""], list[Any]()
    if trail.kinds:
        parts.append("kind IN (SELECT value FROM json_each(?))")
        args.append(json.dumps(trail.kinds))
    for condition, value in (
        ("party = ?", trail.party),
        ("made_by = ?", trail.by),
        ("stands_at >= ?", trail.start),
        ("stands_at < ?", trail.end),
    ):
        if value is not None:
            parts.append(condition)
            args.append(value)
    if trail.after is not None:
        # The first bound is what the index is entered by; the second is exact.
        parts.append("stands_at <= ? AND (stands_at, id, rev, hash) < (?, ?, ?, ?)")
        args += [trail.after[0], *trail.after]
    return " AND ".join(parts), args
