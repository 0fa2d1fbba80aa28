"""What is left of a log whose node told two stories: what its readers share, as far as one of them knows.

A revocation counts a log up to a size and a root. Named beyond the point where the stories part, it takes the
whole log from those who were told the other one (log 8.11).
"""

from __future__ import annotations

from typing import Any

from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.log import checkpoint, merkle
from seamline.log.checkpoint import LogId
from seamline.store.ports import StoredReceipt
from seamline.store.tree import LogTree


def stories(node: Node, log: LogId) -> dict[str, Any] | None:
    """None unless two stories are known here.

    leaves: the leaf hashes held here (hex), which show where another reader's part from them. shared: size
    and root of what every other reader in service has receipted of this story; 0 where one receipted none.
    """
    if EvidenceBook(node.local).of(log) is None:
        return None
    size = node.log.head(log).size
    tree = LogTree(node.log, log)
    receipts = {one.reader: one for one in node.log.receipts(log)}
    others = {one.fingerprint for one in node.trust.roster.readers(log.channel)}
    others -= {log.node, node.key.fingerprint}
    least = min((_agreed(tree, size, receipts.get(reader)) for reader in others), default=size)
    return {
        "shared": {"size": least, "root": merkle.root(tree, least).hex()},
        "leaves": [leaf.hex() for leaf in node.log.leaves(log, 0, size)],
    }


def _agreed(tree: LogTree, size: int, receipt: StoredReceipt | None) -> int:
    """How much of this story the reader has signed that it holds."""
    head = checkpoint.claimed(receipt.note) if receipt is not None else None
    if head is None or head.size > size or merkle.root(tree, head.size) != head.root:
        return 0
    return head.size
