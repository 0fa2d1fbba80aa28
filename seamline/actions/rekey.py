"""A node that comes back from a backup gets a new key; what its old logs came to (docs/spec/log.md 9)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from seamline.actions.node import Node
from seamline.errors import RuleBroken
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint, LogId, to_text
from seamline.log.keys import fingerprint
from seamline.log.statement import Head, Predecessor

ROUND = 8
_NOTE = "rekey.note."


def learn(node: Node, before: bytes, notes: Iterable[bytes]) -> int:
    """Keep what peers hold of the old node's logs: heads signed by its key; how many there are now.

    before: the old node's Ed25519 key. Nobody can make such a head up, so it does not matter who brings
    it. Heads of other nodes are passed over. Raises RuleBroken log 5.x for a forged one.
    """
    old = fingerprint(before)
    for note in notes:
        log = checkpoint.claimed(note).log
        if log.node == old:
            checkpoint.open(note, log, before)
            node.local.put(_NOTE + hashlib.sha256(note).hexdigest(), note)
    return len(node.local.keys(_NOTE))


def predecessor(node: Node, before: bytes) -> tuple[Predecessor, list[Checkpoint]]:
    """What the statement naming the successor says of the old node's logs, and the openings to keep at home.

    Of each log the furthest head known: of what is here, and of what was learnt. An entry beyond it
    counts nowhere, so whatever any reader holds should be within (log 9.3).
    Logs of the party's own channel are hidden, made up to a round number (log 8.12): every party
    reads the statement, and a size would tell how busy the party was.
    """
    shown, hidden = [], []
    for log, head in sorted(_furthest(node, before).items()):
        if log.channel == node.party and not node.joint:
            hidden.append(head)
        else:
            shown.append(Head(log.channel, log.lane, head.size, head.root.hex()))
    hashes = [hashlib.sha256(to_text(c)).hexdigest() for c in hidden]
    while len(hashes) % ROUND or not hashes:
        hashes.append(os.urandom(32).hex())
    return Predecessor(fingerprint(before), tuple(shown), tuple(sorted(hashes))), hidden


def _furthest(node: Node, before: bytes) -> dict[LogId, Checkpoint]:
    old = fingerprint(before)
    here = [(log, node.log.head(log)) for log in node.log.logs() if log.node == old]
    best = {log: Checkpoint(log, head.size, head.root) for log, head in here}
    for key in node.local.keys(_NOTE):
        told = checkpoint.claimed(node.local.get(key) or b"")
        known = best.get(told.log)
        if told.log.node != old:
            continue
        if known is not None and known.size == told.size and known.root != told.root:
            raise RuleBroken("log 5.8", f"the old node signed two heads of {told.size} entries in {told.log}")
        if known is None or told.size > known.size:
            best[told.log] = told
    return best
