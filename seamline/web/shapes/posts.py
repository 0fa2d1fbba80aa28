"""The register of posts: each party's own statement, and what they come to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class StatedHolding(Struct):
    """What a party states itself; record null: a hand-over in force stands for it. leaves: of vacating."""

    party: str
    status: str
    at: Ms
    received_at: Ms | None
    since: Ms | None
    leaves: Ms | None
    record: str | None
    attested: bool


class LeavingPost(Struct):
    """A party that leaves or has left: since when, until when a rule asks for a hand-over, when that came."""

    party: str
    since: Ms
    due: Ms | None
    handed: Ms | None


class HandingOver(Struct):
    """A hand-over; in_force: since both have endorsed it."""

    record: Record
    in_force: Ms | None


class LeftByThird(Struct):
    """A third party has left; waits_for: the parties that have stated nothing of the post since."""

    record: Record
    waits_for: list[str]


class PostChange(Struct):
    """What changed since the asked instant: a holding, a handover, a post_left."""

    id: str
    what: Literal["holding", "handover", "post_left"]
    party: str
    status: str
    at: Ms


class RegisteredPost(Struct):
    """status: held, vacating, shared, empty, reserved (the statements differ) or unstated.

    unreleased: what the reader's own side states of it and has not told; changed: the newest change.
    """

    post: Record
    status: str
    holders: list[str]
    silent: list[str]
    stated: list[StatedHolding]
    leaving: list[LeavingPost]
    handovers: list[HandingOver]
    left: list[LeftByThird]
    unreleased: list[Record]
    changed: Ms | None
    changes: list[PostChange]


class PostRegister(Struct):
    """What changed last first; since: from when on a change is named."""

    items: list[RegisteredPost]
    more: bool
    since: Ms
    note: Basis
