"""After its term a run leaves no key, salt, plan or share on this disk (docs/spec/blind.md 4.7)."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.blind import runs
from seamline.actions.blind.state import State
from seamline.actions.node import Node
from seamline.log import entry as entries
from seamline.records import registry
from seamline.records.blind import DAY, BlindOpening, BlindReceived
from seamline.store.ports import Row

_IN_AUDIT = (BlindOpening.KIND, BlindReceived.KIND)


def erase(node: Node) -> int:
    """Erase what is over by this node's clock; of how many runs there was something left."""
    now, state = node.clock.now(), State(node.local)
    for draft in state.drafts():
        if entries.from_bytes(draft.entry).at + DAY <= now:
            state.erase_draft(draft.run)
    over = {s.run for s in state.sides() if s.until <= now} | {s.run for s in state.hosts() if s.until <= now}
    for run in over:
        side = state.side(run)
        if side is not None and side.share:
            node.blobs.destroy(side.share)
        state.erase(run)
    ended = set(over)
    for one in runs.runs(node):
        if one.terms.until <= now:
            for channel, hash in shares(node, one):
                node.photos.end(channel, hash)
                if node.blobs.has(hash):
                    node.blobs.destroy(hash)
                    ended.add(one.id)
    return len(ended)


def shares(node: Node, run: runs.Run) -> list[tuple[str, str]]:
    """(channel, hash) of every blob of the run."""
    said: list[tuple[Row, Any]] = [*run.shares.values(), *run.answers.values()]
    for ref in node.picture.refs_to(run.id):
        row = node.picture.record(ref.channel, ref.id)
        if row is not None and row.kind in _IN_AUDIT:
            said.append((row, registry.read(row.kind, msgspec.json.decode(row.body))))
    return [(row.channel, share.hash) for row, body in said if body for share in body.shares]
