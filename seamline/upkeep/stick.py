"""Blind checks by a stick (docs/blind.md): one folder that goes round between nodes without a network.

In it lie courier's files, one for each pair of nodes and always the newest (docs/courier.md), and beside them
the sealed bytes of runs under their hash: a share opens for the facilitator alone, an answer for both sides.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from seamline.actions.blind import erasing, runs
from seamline.actions.blobs import MAX_BLOB, SHARE
from seamline.actions.carrying import MAX_FILE, Carrier, ReadReport
from seamline.actions.node import Node
from seamline.errors import BadInput, OurFault


def take_in(node: Node, stick: Path) -> list[ReadReport]:
    """All that lies there for this node. BadInput for a file that cannot be read."""
    carrier = _carrier(node)
    mine = sorted(stick.glob(f"*-to-{node.name}.seamline"))
    reports = [carrier.read(_read(file, MAX_FILE)) for file in mine]
    node.photos.catch_up()
    for channel in node.channels():
        for named in node.photos.lacking(channel, 0):
            beside = stick / f"{named.hash}.share"
            if named.type != SHARE or not beside.is_file():
                continue
            data = _read(beside, MAX_BLOB)
            if hashlib.sha256(data).hexdigest() == named.hash and len(data) == named.size:
                node.photos.came(channel, named.hash, data)
    return reports


def write_out(node: Node, stick: Path) -> list[str]:
    """A file for every other node that shares a channel, and what is here of runs; for whom, by name."""
    written, carrier = [], _carrier(node)
    for reader in carrier.readers():
        made = carrier.write([reader.node])
        _save(stick / f"{node.name}-to-{reader.name}.seamline", made.data)
        written.append(reader.name)
    for run in runs.runs(node):
        for _, hash in erasing.shares(node, run):
            data = node.blobs.get(hash)
            if data is not None and not (stick / f"{hash}.share").exists():
                _save(stick / f"{hash}.share", data)
    return written


def _carrier(node: Node) -> Carrier:
    if node.carrier is None:
        raise OurFault("this node was opened without its file link")
    return node.carrier


def _read(file: Path, most: int) -> bytes:
    try:
        if file.stat().st_size > most:
            raise BadInput("stick", str(file), f"larger than {most} bytes")
        return file.read_bytes()
    except OSError as fault:
        raise BadInput("stick", str(file), f"cannot be read: {fault.strerror}") from None


def _save(file: Path, data: bytes) -> None:
    """Whole or not at all, and on the stick when this returns: it is pulled next."""
    fresh = file.with_name(file.name + ".part")
    try:
        with fresh.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        raise BadInput("stick", str(file), f"cannot be written: {fault.strerror}") from None
