"""To export: a log as static files that any transparency-log tool reads (C2SP tlog-tiles)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict
from seamline.log import checkpoint, note, tiles
from seamline.log.channel import LANES
from seamline.log.checkpoint import LogId
from seamline.store.tree import LogTree


def log_named(node: Node, channel: str, lane: str, of: str | None = None) -> LogId:
    """The log of a node (this one if `of`, a name or fingerprint, is None) in a channel and lane."""
    if channel not in node.channels():
        raise BadInput("channel", channel, f"one of those held here: {', '.join(node.channels())}")
    if lane not in LANES:
        raise BadInput("lane", lane, " or ".join(LANES))
    if of is None:
        return LogId(node.key.fingerprint, channel, lane)
    info = node.trust.roster.node(of) or node.trust.roster.node_named(of)
    if info is None:
        raise BadInput("node", of, "the name or fingerprint of a node on the roster")
    return LogId(info.fingerprint, channel, lane)


def tile_files(node: Node, log: LogId) -> tuple[dict[str, Any], Iterator[tuple[str, bytes]]]:
    """What is exported (origin, size, vkey: how Go's note names the key), and its files: path, content.

    Raises Conflict where no signed head is held in full, or (while files are read) a body was destroyed.
    """
    signed = node.log.checkpoint(log)
    info = node.trust.roster.node(log.node)
    public = node.key.public if log.node == node.key.fingerprint else info.key if info else None
    if signed is None or public is None or checkpoint.claimed(signed).size > node.log.head(log).size:
        raise Conflict(
            "no signed head of that log is held here in full yet; try again after the next exchange"
        )
    head = checkpoint.open(signed, log, public)
    name = checkpoint.origin(log)
    told = {"origin": name, "size": head.size, "root": head.root.hex(),
            "vkey": note.vkey(name, note.ED25519, public)}  # fmt: skip
    return told, _files(node, log, head.size, signed)


def _files(node: Node, log: LogId, size: int, signed: bytes) -> Iterator[tuple[str, bytes]]:
    yield from tiles.entry_bundles(lambda start, stop: node.log.entries(log, start, stop), size)
    yield from tiles.hash_tiles(LogTree(node.log, log), size)
    # Last: a folder with a checkpoint is a whole log.
    yield "checkpoint", signed
