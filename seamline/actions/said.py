"""What is about to be said, as the desks' checks see it (seamline.actions.checking)."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.records.kind import Body
from seamline.store.ports import PictureReader


@dataclass(frozen=True, slots=True)
class Said:
    """party: whose word it will be; body: parsed; now: ms by this node's clock; held: the node's channels."""

    picture: PictureReader
    party: str
    channel: str
    body: Body
    now: int
    held: tuple[str, ...] = ()
