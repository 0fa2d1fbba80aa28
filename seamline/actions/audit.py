"""Is what this node holds sound? Each log against its signed head, its receipts and the roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.stories import stories
from seamline.errors import NotFound
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.verifier import Fault, Item, Report
from seamline.log.verifier import verify_log as verify
from seamline.store.ports import Head, LogReader

BATCH = 1000
MOST_FAULTS = 200


def verify_log(node: Node, log: LogId) -> dict[str, Any]:
    """What was found in one log: size, root (hex), faults with index and rule, destroyed bodies.

    note: its newest signed head, with which a node that was lost names what others hold of it (log 9.3).
    stories: what is left of two of them (actions.stories), if two are known.
    """
    found, note = _verified(node, log), node.log.checkpoint(log)
    report: dict[str, Any] = {
        "node": log.node,
        "name": node.node_name(log.node),
        "channel": log.channel,
        "lane": log.lane,
        "size": found.size,
        "root": found.root.hex(),
        "destroyed": len(found.destroyed),
        "uncounted": len(found.uncounted),
        "faults": [_line(fault) for fault in found.faults],
        "note": note.decode() if note is not None else None,
    }
    if (told := stories(node, log)) is not None:
        report["stories"] = told
    return report


def logs(node: Node, officer: Officer) -> list[dict[str, Any]]:
    """Each log that the officer may read: its size and root here, and which readers hold how much of it.

    signed: the size of its newest signed head. two: its node told two stories.
    """
    officer.need(*READERS)
    readable = set(node.readable(officer))
    found = sorted((log for log in node.log.logs() if log.channel in readable), key=_by_name(node))
    return [_told(node, log) for log in found]


def check(node: Node, officer: Officer, log: LogId) -> dict[str, Any]:
    """One log checked now, from its first entry on. NotFound alike for absent and forbidden.

    Of each list the first MOST_FAULTS; the counts are whole.
    """
    officer.need(*READERS)
    if log.channel not in node.readable(officer) or log not in node.log.logs():
        raise NotFound("no such log")
    found = _verified(node, log)
    return _told(node, log) | {
        "size": found.size,
        "root": found.root.hex(),
        "sound": found.sound,
        "faults": [_fault(one) for one in found.faults[:MOST_FAULTS]],
        "fault_count": len(found.faults),
        "uncounted": [_fault(one) for one in found.uncounted[:MOST_FAULTS]],
        "uncounted_count": len(found.uncounted),
        "destroyed": list(found.destroyed[:MOST_FAULTS]),
        "destroyed_count": len(found.destroyed),
        "checked_at": node.clock.now(),
    }


def items(reader: LogReader, log: LogId, size: int | None = None) -> Iterator[Item]:
    """The first entries of a log (all, if size is None) as the verifier takes it, a batch at a time."""
    size = reader.head(log).size if size is None else size
    for start in range(0, size, BATCH):
        stop = min(size, start + BATCH)
        pairs = zip(reader.leaves(log, start, stop), reader.entries(log, start, stop), strict=True)
        yield from (Item(leaf, data) for leaf, data in pairs)


def _verified(node: Node, log: LogId) -> Report:
    (head, note), public = _steady(node.log, log), _public(node, log)
    if public is None or note is None:
        why = "no signed head" if note is None else "no roster here names its node"
        return Report(log, head.size, head.root, (Fault(None, "", why),))
    found = verify(
        log,
        items(node.log, log, head.size),
        note,
        public,
        roster=node.trust.roster,
        heads=_heads(node, log),
        partial=log.node != node.key.fingerprint,
    )
    if found.root == head.root:
        return found
    stored = Fault(None, "log 4.2", "the stored head is not the root of the stored entries")
    return replace(found, faults=(*found.faults, stored))


def _steady(reader: LogReader, log: LogId) -> tuple[Head, bytes | None]:
    """Head and signed head of one moment: they are written together, and the node goes on writing."""
    note = reader.checkpoint(log)
    while True:
        head, after = reader.head(log), reader.checkpoint(log)
        if after == note:
            return head, note
        note = after


def _told(node: Node, log: LogId) -> dict[str, Any]:
    head = node.log.head(log)
    readers = sorted(node.log.receipts(log), key=lambda one: node.node_name(one.reader))
    return {
        "node": log.node,
        "name": node.node_name(log.node),
        "here": log.node == node.key.fingerprint,
        "channel": log.channel,
        "lane": log.lane,
        "size": head.size,
        "root": head.root.hex(),
        "signed": node.log.checkpoint_size(log),
        "two": stories(node, log) is not None,
        "receipts": [
            {"reader": node.node_name(one.reader), "size": one.size, "received_at": one.received_at}
            for one in readers
        ],
    }


def _by_name(node: Node) -> Callable[[LogId], tuple[int, str, str, str, str]]:
    # By how many read it: the alphabet alone would put one party before another.
    return lambda log: (log.channel.count("+"), log.channel, node.node_name(log.node), log.node, log.lane)


def _fault(fault: Fault) -> dict[str, Any]:
    return {"index": fault.index, "rule": fault.rule, "message": fault.message}


def _line(fault: Fault) -> str:
    place = "" if fault.index is None else f"entry {fault.index}"
    return ": ".join(part for part in (place, fault.rule, fault.message) if part)


def _public(node: Node, log: LogId) -> bytes | None:
    if log.node == node.key.fingerprint:
        return node.key.public
    info = node.trust.roster.node(log.node)
    return info.key if info else None


def _heads(node: Node, log: LogId) -> list[Checkpoint]:
    """The heads that receipts cover; each is a promise the log has to keep."""
    return [checkpoint.claimed(r.note) for r in node.log.receipts(log)]
