"""Records as the API takes and gives them.

One envelope struct per record kind, tagged with the kind, is made from records.registry: a new kind
needs no line here.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from seamline.log.entry import Sig
from seamline.records.registry import KINDS
from seamline.records.values import PartyRef, RecordId
from seamline.web.shapes.base import Asked, Ms


class Written(Asked, kw_only=True):
    """What every request that writes may carry. at, sig: an officer's own signature over a draft."""

    lang: Annotated[str, Meta(description="en, ar or ckb")] | None = None
    at: Ms | None = None
    sig: Sig | None = None


class NewRecord(Written, kw_only=True):
    """A record to be said. id: the same id and content again gets the first answer again."""

    kind: str
    channel: PartyRef
    body: dict[str, Any]
    lane: str = "routine"
    id: RecordId | None = None


class Revision(Written, kw_only=True):
    """The whole body anew, after revision rev. again: it was sent before, and the answer was lost."""

    rev: int
    body: dict[str, Any]
    id: RecordId | None = None
    again: bool = False


class NewRelease(Written, kw_only=True):
    """Revision rev into a wider channel, whole or as a tear line; body: an edited tear line."""

    rev: int
    channel: PartyRef
    mode: str = "whole"
    body: dict[str, Any] | None = None
    id: RecordId | None = None


class Withdraw(Written, kw_only=True):
    """A request that one's own record be disregarded."""

    reason: Annotated[str, Meta(max_length=8000)] = ""
    id: RecordId | None = None


class DraftRequest(Asked, kw_only=True):
    """path: where the signed request will go: "records", "records/<id>/revise", "…/release", "…/withdraw".

    The rest as that request has it.
    """

    path: Annotated[str, Meta(max_length=120)]
    kind: str | None = None
    channel: PartyRef | None = None
    body: dict[str, Any] | None = None
    lane: str = "routine"
    lang: str | None = None
    id: RecordId | None = None
    rev: int | None = None
    mode: str = "whole"
    reason: str | None = None


class Draft(Struct):
    """signing: the bytes to sign, base64. draft: what to add to the request, beside sig."""

    signing: str
    draft: DraftOf


class DraftOf(Struct):
    """The id and time that the signed bytes name."""

    id: str
    at: Ms


class Target(Struct):
    """A record elsewhere; mode and at of a release."""

    id: str
    channel: str
    mode: str | None = None
    at: Ms | None = None


class Links(Struct):
    """Where it came from and where it went, as far as the reader may know."""

    source: Target | None
    released_as: list[Target]


class Told(Struct):
    """The times of law 7 for one other node; null: not known here to have happened."""

    node: str
    party: str
    sent: Ms | None
    reached: Ms | None
    opened: Ms | None
    answered: Ms | None
    answer: str | None


class Endorsed(Struct):
    """Of what is agreed: the parties whose endorsement this revision needs, and those who gave it.

    stands: the revision that is in force meanwhile, this one or an earlier one; null if none is.
    """

    needed: list[str]
    by: list[str]
    witnesses: list[str] = []
    objections: list[Objected] = []
    reservations: list[Reserved] = []
    given: list[Given] = []
    stands: int | None = None


class Given(Struct):
    """An endorsement, or as part "witness" a witnessing, of these bytes."""

    party: str
    part: str
    at: Ms


class Objected(Struct):
    """A party's no to these bytes, which it has not endorsed since."""

    party: str
    reason: str
    at: Ms


class Reserved(Struct):
    """What a party's endorsement leaves out: a clause by its number, or a field by its name."""

    party: str
    clause: str
    text: str


class Envelope(Struct, kw_only=True):
    """What every record shows beside its kind and body."""

    id: str
    no: int
    number: str | None
    channel: str
    lane: str
    party: str
    node: str
    by: str
    rev: int
    at: Ms
    received_at: Ms | None
    lang: str
    hash: str
    prev: str | None
    state: str
    attested: bool
    current: bool
    counts: bool
    title: str
    mode: str | None
    links: Links | None = None
    told: list[Told] | None = None
    endorsed: Endorsed | None = None


def _said(name: str, body: type) -> type[Struct]:
    fields = [("body", body)]
    title = f"{body.__name__}Record"
    return msgspec.defstruct(title, fields, bases=(Envelope,), tag_field="kind", tag=name, kw_only=True)


def _asked(name: str, body: type) -> type[Struct]:
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("channel", PartyRef),
        ("body", body),
        ("lane", str, "routine"),
        ("id", RecordId | None, None),
    ]
    title = f"New{body.__name__}"
    return msgspec.defstruct(title, fields, bases=(Written,), tag_field="kind", tag=name, kw_only=True)


# Kinds with routes of their own, or with none for anybody: not among what POST /api/records documents.
_APART = frozenset({"opened", "withdrawal", "release", "anchor", "roster"})
RECORDS: dict[str, type[Struct]] = {name: _said(name, kind) for name, kind in KINDS.items()}
NEW_RECORDS = {name: _asked(name, kind) for name, kind in KINDS.items() if name not in _APART}


class OtherRecord(Envelope):
    """A record of a kind that this node does not know yet, from a newer one; shown as it is."""

    kind: str
    body: dict[str, Any]


class Record(Envelope):
    """Stands for the union of RECORDS and OtherRecord in the structs below; openapi.py puts it in."""


class RecordPage(Struct):
    """items, newest first; next: the cursor of the page after, null at the end."""

    items: list[Record]
    next: str | None


class RecordList(Struct):
    """Revisions of one record."""

    items: list[Record]
