"""A node that comes back from a backup gets a new key; what its old logs came to (docs/spec/log.md 9)."""

from __future__ import annotations

import hashlib
import os

from seamline.actions.node import Node
from seamline.log.checkpoint import Checkpoint, to_text
from seamline.log.statement import Head, Predecessor

ROUND = 8


def predecessor(node: Node) -> tuple[Predecessor, list[Checkpoint]]:
    """What the statement naming the successor says of this node's logs, and the openings to keep at home.

    Logs of the party's own channel are hidden, made up to a round number (log 8.12): every party
    reads the statement, and a size would tell how busy the party was.
    """
    shown, hidden = [], []
    for log in sorted(node.log.logs()):
        if log.node != node.key.fingerprint:
            continue
        head = node.log.head(log)
        if log.channel == node.party and not node.joint:
            hidden.append(Checkpoint(log, head.size, head.root))
        else:
            shown.append(Head(log.channel, log.lane, head.size, head.root.hex()))
    hashes = [hashlib.sha256(to_text(c)).hexdigest() for c in hidden]
    while len(hashes) % ROUND or not hashes:
        hashes.append(os.urandom(32).hex())
    return Predecessor(node.key.fingerprint, tuple(shown), tuple(sorted(hashes))), hidden
