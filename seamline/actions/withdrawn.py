"""Whether a record was taken back: by its own party, in its own channel, by what counts (law 6)."""

from __future__ import annotations

from seamline.store.ports import PictureReader, Row


def withdrawn(picture: PictureReader, row: Row, as_of: int | None = None) -> bool:
    """Has its author asked that it be disregarded? as_of: by then (ms); else as it is known now."""
    acts = (picture.record(ref.channel, ref.id) for ref in picture.refs_to(row.id, "withdraws"))
    return any(
        act is not None
        and act.counts
        and (act.party, act.channel) == (row.party, row.channel)
        and (as_of is None or act.at <= as_of)
        for act in acts
    )
