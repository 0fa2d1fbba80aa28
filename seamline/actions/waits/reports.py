"""Flash alerts that nobody opened; what a signatory has yet to read and endorse."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seamline.actions.clashing import FOREVER
from seamline.actions.endorsing import endorsed, state_of
from seamline.actions.node import Node
from seamline.actions.waits.wait import AT_ONCE, NEVER, SOON, TODAY, Wait
from seamline.geo.window import DAY
from seamline.records import registry
from seamline.store.ports import Row

_SIGNATORY = frozenset({"signatory"})


def unopened(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """Another side's flash, until an officer of this party or of the room has opened it."""
    ours = (party, node.party)
    if row.lane != "flash" or row.party in ours:
        return
    by = [node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, "opened")]
    if not any(b and b.party in ours for b in by):
        yield Wait("unopened_flash", AT_ONCE, row.received_at, row=row)


def unendorsed(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For a signatory: what needs his party's endorsement and has not got it; not once its hours are over."""
    # Whether, never when: what is kept must hold at any later moment.
    asked = endorsed(node.picture, row, FOREVER[1])
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if asked is None or value is None or party not in {*asked["needed"]} - {*asked["by"]}:
        return
    if state_of(node.picture, row, value, FOREVER[1]) == "withdrawn":
        return
    window = value.window()
    due, end = (window.start, window.end) if window else (None, NEVER)
    soon = NEVER if due is None else due - DAY
    said = (row.received_at, due, row, None)
    yield Wait("endorsement", SOON, *said, end=min(soon, end), roles=_SIGNATORY)
    if soon < end:
        yield Wait("endorsement", TODAY, *said, start=soon, end=end, roles=_SIGNATORY)
