"""The canonical dump of a picture (law 1): one JSON line a row, the same for every engine."""

from __future__ import annotations

import msgspec

from seamline.store.ports import ClashRow, Ref, Row


def row_line(row: Row) -> str:
    """Everything of a revision but seq and received_at, which are this node's own."""
    return _line(
        "record",
        {
            "channel": row.channel,
            "id": row.id,
            "hash": row.hash,
            "kind": row.kind,
            "party": row.party,
            "node": row.node,
            "lane": row.lane,
            "index": row.index,
            "rev": row.rev,
            "no": row.no,
            "prev": row.prev,
            "by": row.by,
            "at": row.at,
            "lang": row.lang,
            "start": row.start,
            "end": row.end,
            "box": row.box,
            "text": row.text,
            "body": row.body.decode("utf-8", "backslashreplace"),
            "signer": row.signer,
            "reach": row.reach_m,
            "current": row.current,
            "counts": row.counts,
        },
    )


def ref_line(ref: Ref) -> str:
    """One reference."""
    return _line(
        "ref",
        {"channel": ref.channel, "id": ref.id, "relation": ref.relation, "to": ref.to, "hash": ref.hash},
    )


def clash_line(clash: ClashRow) -> str:
    """One pair that clashes."""
    return _line(
        "clash",
        {
            "a": clash.a,
            "b": clash.b,
            "distance_m": clash.distance_m,
            "needed_m": clash.needed_m,
            "start": clash.start,
            "end": clash.end,
            "where": clash.where,
            "possible": clash.possible,
        },
    )


def ref_key(ref: Ref) -> tuple[str, str, str, str, str]:
    """The order of references everywhere; no two references of one record share it."""
    return ref.channel, ref.id, ref.relation, ref.to, ref.hash or ""


def rank(row: Row) -> tuple[int, int, str]:
    """Law 2: of two revisions of one record the one with the greater rank wins."""
    return row.rev, row.at, row.hash


def _line(table: str, fields: dict[str, object]) -> str:
    return msgspec.json.encode({"table": table, **fields}).decode()
