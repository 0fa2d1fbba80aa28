"""The daily anchor: a salted hash of the internal heads into each shared channel, busy day or idle.

The random bytes and the heads they cover stay at home, so that an internal record can be shown
later to have existed on that day, and nobody learns anything before.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future

from seamline.actions.node import Node
from seamline.actions.write import append
from seamline.actions.writer import Tx
from seamline.log.canonical import encode
from seamline.log.entry import Entry

DAY = 86_400_000
_LAST, _KEPT = "anchor.last", "anchor.kept."


def due(node: Node) -> bool:
    """Is this UTC day still without an anchor? A joint node has nothing internal to anchor."""
    last = node.local.get(_LAST)
    return not node.joint and (last is None or int(last) < node.clock.now() // DAY)


def anchor(node: Node) -> Future[str]:
    """Write today's anchor into every channel wider than the party; the digest, hex."""
    now = node.clock.now()
    heads = encode(
        [
            [log.node, log.channel, log.lane, head.size, head.root.hex()]
            for log in sorted(node.log.logs())
            if log.channel == node.party
            for head in [node.log.head(log)]
        ],
        limit=1 << 20,
    )
    salt = os.urandom(32)
    digest = hashlib.sha256(salt + heads).hexdigest()
    # Kept before it is said: an anchor that nobody can open proves nothing.
    node.local.put(_KEPT + digest, salt + heads)
    node.local.put(_LAST, str(now // DAY).encode())

    def job(tx: Tx) -> str:
        for channel in node.channels():
            if channel != node.party:
                body = {"digest": digest}
                entry = Entry(node.clock.new_id(), "anchor", node.party, "node", now, body)
                append(node, tx, channel, "routine", entry, no=0)
        return digest

    return node.writer.submit(job)


def opening(node: Node, digest: str) -> bytes | None:
    """The 32 random bytes and the heads behind an anchor of this node, or None."""
    return node.local.get(_KEPT + digest)
