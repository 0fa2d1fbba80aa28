"""Up to which heads a revoked node's logs count: what its readers hold, or share of two stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from seamline.errors import BadInput
from seamline.log.merkle import MemoryTree, root
from seamline.log.statement import Head

VERIFIED = "give what `seamline verify FOLDER --json` printed"


class _Shared(Struct):
    size: int
    root: str


class _Stories(Struct):
    shared: _Shared
    leaves: list[str]


class _Log(Struct):
    node: str
    channel: str
    lane: str
    size: int
    root: str
    stories: _Stories | None = None


class _Report(Struct):
    logs: list[_Log]


def heads(files: Sequence[Path], node: str, *, shared: bool) -> tuple[Head, ...]:
    """What counts of each log of the node; a log of which nothing counts is left out.

    Of one story the longest that any file holds, of two what they share: by the leaf hashes of several files,
    of one file by the receipts in it. Raises BadInput for a file that is none, and with the proposal where
    there are two stories and shared is False.
    """
    held: dict[tuple[str, str], list[tuple[Path, _Log]]] = {}
    for path in files:
        for log in _read(path):
            if log.node == node:
                held.setdefault((log.channel, log.lane), []).append((path, log))
    chosen, proposed = [], []
    for _, told in sorted(held.items(), key=lambda one: one[0]):
        head = _of_two(told) if _differ(told) else _longest(told)
        if _differ(told):
            longest = max(log.size for _, log in told)
            proposed.append(f"{head.channel} {head.lane}: {head.size} of {longest} entries, root {head.root}")
        if head.size:
            chosen.append(head)
    if proposed and not shared:
        raise BadInput(
            "heads",
            ", ".join(str(path) for path in files),
            "two stories were told, and a head of one takes all from the readers of the other; "
            f"they share {'; '.join(proposed)}; add --shared to sign that",
        )
    return tuple(chosen)


def _read(path: Path) -> Iterator[_Log]:
    try:
        yield from msgspec.json.decode(path.read_bytes(), type=_Report).logs
    except (OSError, msgspec.MsgspecError):
        raise BadInput("heads", str(path), VERIFIED) from None


def _differ(told: Sequence[tuple[Path, _Log]]) -> bool:
    """Is there proof of two stories in a file, or do two files tell different ones at one size?"""
    roots: dict[int, set[str]] = {}
    for _, log in told:
        roots.setdefault(log.size, set()).add(log.root)
    return any(log.stories for _, log in told) or any(len(several) > 1 for several in roots.values())


def _longest(told: Sequence[tuple[Path, _Log]]) -> Head:
    log = max((log for _, log in told), key=lambda log: log.size)
    return Head(log.channel, log.lane, log.size, log.root)


def _of_two(told: Sequence[tuple[Path, _Log]]) -> Head:
    first = told[0][1]
    if len(told) == 1 and first.stories is not None:
        known = first.stories.shared
        return Head(first.channel, first.lane, known.size, known.root)
    leaves = []
    for path, log in told:
        if log.stories is None and log.size:
            raise BadInput(
                "heads",
                str(path),
                f"its node had not heard of both stories in {log.channel} {log.lane}; let the readers meet, "
                "then give what `seamline verify FOLDER --json` prints there",
            )
        leaves.append(log.stories.leaves if log.stories else [])
    same = 0
    for several in zip(*leaves, strict=False):
        if len(set(several)) > 1:
            break
        same += 1
    tree = MemoryTree(bytes.fromhex(leaf) for leaf in leaves[0][:same])
    return Head(first.channel, first.lane, same, root(tree, same).hex())
