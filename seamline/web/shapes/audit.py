"""What the desk of audit shows: the trail of what was done, logs and who holds them, what parties state."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from seamline.web.shapes.base import Asked, Ms
from seamline.web.shapes.exports import Short, When


class TrailAsk(Asked, Struct, kw_only=True, rename={"from_": "from"}):
    """As in GET /api/audit; every given one must match."""

    kind: Annotated[str, Meta(max_length=4000, description="kinds, joined by commas")] | None = None
    party: Short | None = None
    by: Annotated[str, Meta(max_length=64, description="an officer's id")] | None = None
    channel: Short | None = None
    from_: When | None = None
    to: When | None = None


class About(Struct, kw_only=True):
    """The first record that it refers to."""

    id: str
    number: str | None
    kind: str
    title: str


class Deed(Struct, kw_only=True):
    """One revision, or one act on a record. to: the channel that a release went into."""

    id: str
    number: str | None
    kind: str
    title: str
    rev: int
    hash: str
    channel: str
    lane: str
    party: str
    node: str
    by: str
    at: Ms
    received_at: Ms
    attested: bool
    current: bool
    counts: bool
    about: About | None
    to: str | None


class TrailPage(Struct, kw_only=True):
    """next: the cursor to go on from; null at the end."""

    items: list[Deed]
    next: str | None


class HeldBy(Struct, kw_only=True):
    """A reader's receipt: how many entries it signed that it holds, and when this node had the receipt."""

    reader: str
    size: int
    received_at: Ms


class Log(Struct, kw_only=True):
    """One log as it stands here. signed: size of its newest signed head; two: its node told two stories."""

    node: str
    name: str
    here: bool
    channel: str
    lane: str
    size: int
    root: Annotated[str, Meta(description="SHA-256, hex")]
    signed: int
    two: bool
    receipts: list[HeldBy]


class Fault(Struct, kw_only=True):
    """index: of the entry, or of the first in doubt; null: the head. rule: of docs/spec/log.md."""

    index: int | None
    rule: str
    message: str


class CheckedLog(Log, kw_only=True):
    """A log that was just checked. Of each list the first 200; the counts are whole."""

    sound: bool
    faults: list[Fault]
    fault_count: int
    uncounted: list[Fault]
    uncounted_count: int
    destroyed: list[int]
    destroyed_count: int
    checked_at: Ms


class Stated(Struct, kw_only=True):
    """A party's numbered statement. name: an officer or node; since: when his signatures stop counting."""

    party: str
    no: int
    at: Ms
    what: str
    name: str | None
    title: str | None
    roles: list[str] | None
    since: int | None
    hash: str


class Logs(Struct, kw_only=True):
    """Every log that the reader may read."""

    items: list[Log]


class Statements(Struct, kw_only=True):
    """Newest first."""

    items: list[Stated]
