"""Is what this node holds sound? Each log against its signed head, its receipts and the roster."""

from __future__ import annotations

from typing import Any

from seamline.actions.node import Node
from seamline.actions.stories import stories
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.verifier import Item
from seamline.log.verifier import verify_log as verify
from seamline.store.ports import LogReader

BATCH = 1000


def verify_log(node: Node, log: LogId) -> dict[str, Any]:
    """What was found in one log: size, root (hex), faults with index and rule, destroyed bodies.

    note: its newest signed head, with which a node that was lost names what others hold of it (log 9.3).
    stories: what is left of two of them (actions.stories), if two are known.
    """
    head = node.log.head(log)
    public = _public(node, log)
    report: dict[str, Any] = {
        "node": log.node,
        "name": node.node_name(log.node),
        "channel": log.channel,
        "lane": log.lane,
        "size": head.size,
        "root": head.root.hex(),
        "destroyed": 0,
        "uncounted": 0,
        "faults": [],
    }
    note = node.log.checkpoint(log)
    report["note"] = note.decode() if note is not None else None
    if (told := stories(node, log)) is not None:
        report["stories"] = told
    if public is None or note is None:
        report["faults"] = ["no signed head" if note is None else "no roster here names its node"]
        return report
    found = verify(
        log,
        items(node.log, log),
        note,
        public,
        roster=node.trust.roster,
        heads=_heads(node, log),
        partial=log.node != node.key.fingerprint,
    )
    report["faults"] = [f"entry {f.index}: {f.rule}: {f.message}" for f in found.faults]
    report["destroyed"], report["uncounted"] = len(found.destroyed), len(found.uncounted)
    if found.root != head.root:
        report["faults"].append("log 4.2: the stored head is not the root of the stored entries")
    return report


def items(reader: LogReader, log: LogId) -> list[Item]:
    """A whole log as the verifier takes it."""
    out: list[Item] = []
    size = reader.head(log).size
    for start in range(0, size, BATCH):
        stop = min(size, start + BATCH)
        pairs = zip(reader.leaves(log, start, stop), reader.entries(log, start, stop), strict=True)
        out += [Item(leaf, data) for leaf, data in pairs]
    return out


def _public(node: Node, log: LogId) -> bytes | None:
    if log.node == node.key.fingerprint:
        return node.key.public
    info = node.trust.roster.node(log.node)
    return info.key if info else None


def _heads(node: Node, log: LogId) -> list[Checkpoint]:
    """The heads that receipts cover; each is a promise the log has to keep."""
    return [checkpoint.claimed(r.note) for r in node.log.receipts(log)]
