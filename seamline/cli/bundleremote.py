"""A courier's file through the API of a node that is serving."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from seamline.actions.carrying import ReadReport, Wrote
from seamline.cli import remote
from seamline.errors import LinkFault


def write(url: str, token: str, to: Sequence[str], most: int | None) -> Wrote:
    """Have the node at url write a file. Raises as the node refuses; LinkFault."""
    with remote.client(url, token) as client:
        reply = client.post("/api/bundles/file", json={"to": list(to), "max": most})
        data, said = remote.taken(reply), reply.headers
    return Wrote(
        data=data,
        to=tuple(to),
        entries=int(said.get("x-seamline-entries", 0)),
        parts=0,
        more=said.get("x-seamline-more") == "1",
        written=time.time_ns() // 1_000_000,
    )


def read(url: str, token: str, data: bytes) -> ReadReport:
    """Have the node at url take a file in."""
    with remote.client(url, token) as client:
        answer = remote.taken(client.post("/api/bundles", content=data))
    try:
        return msgspec.json.decode(answer, type=ReadReport)
    except msgspec.MsgspecError:
        raise LinkFault(f"{url} answered something that is no report") from None
