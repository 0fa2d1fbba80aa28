"""The kinds: one line each. Unknown kinds from a newer node are kept and shown raw."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from seamline.errors import BadInput, Worded
from seamline.records import blind, meeting, programme
from seamline.records.account import CommonAccount, SameEvent
from seamline.records.activity import Activity
from seamline.records.acts import (
    Anchor,
    Destruction,
    Endorsement,
    Note,
    Objection,
    Opened,
    Regrade,
    Released,
    Standing,
    Withdrawal,
)
from seamline.records.agreement import Agreement
from seamline.records.alert import Acknowledgement, Alert
from seamline.records.answer import Answer
from seamline.records.call import Call
from seamline.records.complaint import Complaint, ComplaintOutcome, ComplaintStep
from seamline.records.contact import Contact, ContactAnswer, ContactClose, ContactStep
from seamline.records.exported import Export
from seamline.records.handover import Handover, PostLeft
from seamline.records.incident import Incident
from seamline.records.joint import JointPlan, JointReport
from seamline.records.kind import Body, fields
from seamline.records.minutes import ActionReport, Minutes
from seamline.records.places import Holding, Post, Sector, Site, Unit, Watch
from seamline.records.public_statement import Publication, PublicStatement
from seamline.records.remedies import REQUIRED, one_of, unfit
from seamline.records.request import Request, RequestStep
from seamline.records.roster import Roster
from seamline.records.rule import AgendaItem, Rule
from seamline.records.shift import HandoverSheet, LogEntry, OnWatch
from seamline.records.terms import Terms
from seamline.records.values import CODES

_ALL: tuple[type[Body], ...] = (
    Incident,
    SameEvent,
    CommonAccount,
    Complaint,
    ComplaintStep,
    ComplaintOutcome,
    JointPlan,
    JointReport,
    Activity,
    Answer,
    Rule,
    AgendaItem,
    Post,
    Holding,
    Handover,
    PostLeft,
    Site,
    Sector,
    Watch,
    Unit,
    Contact,
    ContactAnswer,
    ContactStep,
    ContactClose,
    Alert,
    Acknowledgement,
    Call,
    LogEntry,
    OnWatch,
    HandoverSheet,
    Note,
    Regrade,
    Withdrawal,
    Opened,
    Endorsement,
    Objection,
    Released,
    Standing,
    Destruction,
    Anchor,
    Export,
    Terms,
    Agreement,
    *meeting.KINDS,
    Minutes,
    ActionReport,
    *programme.KINDS,
    Request,
    RequestStep,
    PublicStatement,
    Publication,
    *blind.KINDS,
    Roster,
)
KINDS: dict[str, type[Body]] = {kind.KIND: kind for kind in _ALL}

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_AT = re.compile(r" - at `\$\.?(.*?)`$")


def kind_of(name: str) -> type[Body]:
    """The kind of that name; raises BadInput naming those there are."""
    try:
        return KINDS[name]
    except KeyError:
        raise BadInput("kind", name, "one of " + ", ".join(sorted(KINDS))) from None


def parse(kind: str, body: dict[str, Any]) -> Body:
    """A body as an author may write it: every field known, typed, coded and consistent; else BadInput."""
    cls = kind_of(kind)
    known = {f.name: f for f in fields(cls)}
    for name, given in body.items():
        if name not in known:
            raise BadInput(f"body.{name}", given, f"{kind} has no such field; it has {', '.join(known)}")
    if not _is_plain(body):
        _plain_text("body", body)
    value = _convert(cls, body)
    for field in known.values():
        codes = CODES.get(field.spec.values or "")
        given = getattr(value, field.name)
        for one in given if isinstance(given, list) else [given]:
            if codes and one is not None and one not in codes:
                raise BadInput(f"body.{field.name}", one, one_of(codes, field.spec.values))
    try:
        value.check()
    except BadInput as fault:
        raise fault.within("body") from None
    return value


def read(kind: str, body: dict[str, Any]) -> Body | None:
    """A body from the log, leniently: None when the kind is unknown or a newer node's fields do not fit."""
    cls = KINDS.get(kind)
    if cls is None:
        return None
    try:
        return msgspec.convert(body, cls)
    except msgspec.ValidationError:
        return None


def _is_plain(value: Any) -> bool:
    """Whether _plain_text has nothing to refuse, without its path to each value: a tenth of the price."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            if _HIDDEN.search(part):
                return False
        elif isinstance(part, dict):
            stack.extend(part.values())
        elif isinstance(part, list):
            # An area is thousands of numbers.
            stack.extend([one for one in part if type(one) is not int])
    return True


def _plain_text(field: str, value: Any) -> None:
    """Refuse what could make a text read other than it was written: control and direction-override marks."""
    if isinstance(value, dict):
        for name, part in value.items():
            _plain_text(f"{field}.{name}", part)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _plain_text(f"{field}[{index}]", part)
    elif isinstance(value, str) and (found := _HIDDEN.search(value)):
        raise BadInput(
            field,
            value,
            Worded(
                "remedy.invisible", "take out the invisible character {code}", code=f"U+{ord(found[0]):04X}"
            ),
        )


def _convert(cls: type[Body], body: dict[str, Any]) -> Body:
    try:
        return msgspec.convert(body, cls)
    except msgspec.ValidationError as fault:
        text = str(fault)
        at = _AT.search(text)
        path = at.group(1) if at else ""
        reason = _AT.sub("", text)
        missing = re.match(r"Object missing required field `(\w+)`", reason)
        if missing:
            path = f"{path}.{missing.group(1)}" if path else missing.group(1)
            raise BadInput(f"body.{path}", None, REQUIRED) from None
        raise BadInput(f"body.{path}" if path else "body", _dig(body, path), unfit(reason)) from None


def _dig(value: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return value
    return value
