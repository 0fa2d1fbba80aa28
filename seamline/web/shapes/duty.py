"""The duty room: contact now, alerts, the hotline log, who has the watch."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from seamline.log.entry import Sig
from seamline.records.values import RecordId
from seamline.web.shapes.base import Asked, Ms
from seamline.web.shapes.checks import Basis, Near
from seamline.web.shapes.records import Record


class NewEverywhere(Asked, kw_only=True):
    """One thing said in every shared channel; what is said on a contact, where that stands.

    kind: contact (its parties are filled in), contact_answer, contact_step, contact_close or on_watch.
    id, at, sigs (by channel): of a draft that the officer signed with his own key.
    """

    kind: str
    body: dict[str, Any]
    lang: Annotated[str, Meta(description="en, ar or ckb")] | None = None
    id: RecordId | None = None
    at: Ms | None = None
    sigs: dict[str, Sig] = {}


class RefusedChannel(Struct):
    """A channel in which he may not say it, and why."""

    channel: str
    why: str


class Everywhere(Struct):
    """The record in each channel, one id."""

    items: list[Record]
    refused: list[RefusedChannel]


class EverywhereDraft(Struct):
    """signing: by channel, the bytes to sign, base64. id, at: to be sent along with the signatures."""

    id: str
    at: Ms
    signing: dict[str, str]


class AskedParty(Struct):
    """One party that was asked. due null: not known here to have it; closed: when it said it is over."""

    party: str
    reached: Ms | None
    due: Ms | None
    overdue: bool
    answer: str | None
    remarks: str
    first: Ms | None
    answered: Ms | None
    closed: Ms | None


class RoomAnswer(Struct):
    """An answer of a room for itself, or of a party that was not asked."""

    party: str
    answer: str
    at: Ms


class StepReply(Struct):
    """What was said to a request. call: the logged call by which it was."""

    party: str
    said: str
    at: Ms
    call: str | None
    remarks: str


class ContactStepDone(Struct):
    """A request: hold fire, help, casualty evacuation or passage."""

    id: str
    step: str
    party: str
    whom: str | None
    at: Ms
    call: str | None
    remarks: str
    replies: list[StepReply]


class ContactTime(Struct):
    """A line of the report of the times. after_ms: since it began; waited_ms: since it was asked there."""

    what: str
    party: str
    at: Ms
    after_ms: int
    step: str | None
    waited_ms: int | None
    late: bool


class ToldContact(Struct):
    """The times of law 7 for one other node."""

    node: str
    party: str
    sent: Ms | None
    reached: Ms | None
    opened: Ms | None
    answered: Ms | None
    answer: str | None = None


class ContactThread(Struct):
    """A contact as it stands; all times are arrivals at this node."""

    contact: Record
    channels: list[str]
    state: Literal["open", "closed", "withdrawn"]
    began: Ms
    closed: Ms | None
    parties: list[AskedParty]
    others: list[RoomAnswer]
    steps: list[ContactStepDone]
    told: list[ToldContact]
    times: list[ContactTime]
    mgrs: str
    place: Near | None


class Contacts(Struct):
    """Open ones first. may: this officer may say at once that there is contact."""

    items: list[ContactThread]
    may: bool
    note: Basis


class AlertTold(Struct):
    """The four times of a room. level, while it waits: 0 its watch, 1 the next officer, 2 the next level."""

    node: str
    party: str
    sent: Ms | None
    reached: Ms | None
    opened: Ms | None
    acknowledged: Ms | None
    by: str | None
    due: Ms | None
    level: int | None


class AlertTimes(Struct):
    """waits: this room has not acknowledged it, and it stands."""

    alert: Record
    told: list[AlertTold]
    waits: bool


class Alerts(Struct):
    """Active ones first."""

    items: list[AlertTimes]
    more: bool
    note: Basis


class CallField(Struct):
    """One field of two entries: values in the order of `entries`, null for nothing."""

    field: str
    verdict: Literal["agreed", "differs", "one_side"]
    values: tuple[Any, Any]
    apart_ms: int | None


class CallPair(Struct):
    """One call as each side wrote it. linked: its author named the other's entry; else by the hour."""

    entries: list[Record]
    linked: bool
    fields: list[CallField]
    differs: int


class Calls(Struct):
    """Newest first."""

    items: list[CallPair]
    more: bool
    note: Basis


class OnDuty(Struct):
    """Who has the watch at a node. over: his hours have ended, and no other was heard of."""

    party: str
    node: str
    here: bool
    by: str
    start: Ms
    end: Ms
    over: bool
    reach: str
    record: str
    attested: bool


class Duty(Struct):
    """The reader's own first."""

    items: list[OnDuty]


class Sheet(Struct):
    """The body of a handover_sheet as it would be signed now, and the channel it belongs in."""

    body: dict[str, Any]
    channel: str
