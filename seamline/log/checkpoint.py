"""Checkpoints (C2SP tlog-checkpoint): the signed head of one log, and the log's identity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seamline.errors import RuleBroken
from seamline.log import keys, note
from seamline.log.channel import LANES, is_channel
from seamline.log.merkle import MAX_SIZE

_ORIGIN = re.compile(r"seamline/v1/([0-9a-f]{32})/([a-z0-9.-]+)/([a-z]+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True, order=True)
class LogId:
    """One log: node is its key's fingerprint; channel a channel id; lane "flash" or "routine"."""

    node: str
    channel: str
    lane: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first `size` entries of the log have this Merkle root (32 bytes)."""

    log: LogId
    size: int
    root: bytes


def origin(log: LogId) -> str:
    """The log's name in a checkpoint, also the key name: "+" may not stand there, so "." does."""
    return f"seamline/v1/{log.node}/{log.channel.replace('+', '.')}/{log.lane}"


def read_origin(text: str) -> LogId:
    """The log an origin names; RuleBroken log 5.3 if it names none."""
    match = _ORIGIN.fullmatch(text)
    channel = match[2].replace(".", "+") if match else ""
    if match is None or not is_channel(channel) or match[3] not in LANES:
        raise RuleBroken("log 5.3", "the origin is not seamline/v1/NODE/CHANNEL/LANE")
    return LogId(match[1], channel, match[3])


def to_text(checkpoint: Checkpoint) -> bytes:
    """The three lines that are signed."""
    return f"{origin(checkpoint.log)}\n{checkpoint.size}\n{keys.to_base64(checkpoint.root)}\n".encode()


def read_text(text: bytes) -> Checkpoint:
    """A checkpoint from its three lines; RuleBroken log 5.3 to 5.5. Says nothing of who signed it."""
    lines = text.decode("utf-8", "replace").split("\n")
    if len(lines) != 4 or lines[3]:
        raise RuleBroken("log 5.5", "a checkpoint has three lines; extension lines are refused")
    log = read_origin(lines[0])
    if _SIZE.fullmatch(lines[1]) is None or int(lines[1]) > MAX_SIZE:
        raise RuleBroken("log 5.4", "the size is a decimal without leading zeroes below 2^53")
    root = keys.from_base64(lines[2], rule="log 5.4")
    if len(root) != 32:
        raise RuleBroken("log 5.4", "the root has 32 bytes")
    return Checkpoint(log, int(lines[1]), root)


def sign(checkpoint: Checkpoint, key: keys.SigningKey) -> bytes:
    """The checkpoint as a signed note. Duty of the caller: it extends every head signed before (5.6)."""
    if key.fingerprint != checkpoint.log.node:
        raise RuleBroken("log 5.2", "only the log's own node signs its head")
    return note.sign(to_text(checkpoint), origin(checkpoint.log), key)


def open(data: bytes, log: LogId, public: bytes) -> Checkpoint:
    """The checkpoint of this log in a note, signed by the log's node; else RuleBroken log 5.x."""
    if keys.fingerprint(public) != log.node:
        raise RuleBroken("log 5.2", f"key {keys.fingerprint(public)} is not the key of log {origin(log)}")
    checkpoint = read_text(note.open(data, origin(log), public))
    if checkpoint.log != log:
        raise RuleBroken("log 5.3", f"a head of {origin(checkpoint.log)}, not of {origin(log)}")
    return checkpoint


def claimed(data: bytes) -> Checkpoint:
    """What a note says it is the head of. Nothing is verified: use it only to choose the key for `open`."""
    return read_text(note.parse(data).text)
