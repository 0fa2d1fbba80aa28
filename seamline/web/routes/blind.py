"""/api/blind: find where plans meet, or what nobody watches, without showing a plan (docs/spec/blind.md)."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import write
from seamline.actions.blind import auditing, desk, sheet, status
from seamline.geo.window import parse_rfc3339
from seamline.web.access import READ, RELEASE, WRITE, route
from seamline.web.call import Answer, Call
from seamline.web.routes.prints import Lang, printed
from seamline.web.routes.records import record_id
from seamline.web.shapes import blind as shapes
from seamline.web.shapes import records as records_shapes

Json = dict[str, Any]


@route("GET", "/api/blind", READ, "Blind checks", answer=shapes.Status)
def list_blind(call: Call) -> Json:
    """Universes, runs and proposals that he may read; the newest first."""
    return status.status(call.node, call.officer)


@route("GET", "/api/blind/{id:str}", READ, "One blind check", answer=shapes.Run, faults=(404,))
def get_blind(call: Call, id: str) -> Json:
    """With the places and times that his own party learnt, and with audits."""
    known = record_id(id)
    told = status.one(call.node, call.officer, known)
    return told | {"audits": auditing.listed(call.node, call.officer, known)}


class SheetQuery(msgspec.Struct):
    """day, sector: from 1. lang: the reader's own if absent."""

    day: Annotated[int, Meta(ge=1, le=31)]
    sector: Annotated[int, Meta(ge=1, le=1000)]
    lang: Lang = None


@route(
    "GET",
    "/api/blind/{id:str}/audit.pdf",
    READ,
    "The outcome of an audit, printed",
    answer=bytes,
    media_type="application/pdf",
    faults=(404,),
)
async def print_audit(call: Call, id: str, query: SheetQuery) -> Answer:
    """One page for those who sign beneath it. The wish for an audit is a signed record: blind_audit."""
    known, lang = record_id(id), query.lang or call.lang
    name = f"audit-{known}-{query.day}-{query.sector}-{lang}.pdf"
    return await printed(call, name, sheet.page, known, (query.day - 1, query.sector - 1), lang)


@route(
    "POST",
    "/api/blind/universes",
    RELEASE,
    "Propose a universe",
    answer=records_shapes.Record,
    status=201,
    faults=(404,),
)
async def propose_universe(call: Call, body: shapes.NewUniverse) -> Json:
    """In force once both sides endorse the record; runs are possible once the facilitator witnesses it."""
    start = parse_rfc3339(f"{body.first}T00:00:00Z", "first")
    wish = desk.Wish(
        body.name, body.check, body.other, body.facilitator, tuple(body.areas), start, body.days, body.res,
        body.cap, body.result_cap, body.term_days,
    )  # fmt: skip
    item, _ = await call.written(desk.propose, wish)
    return item


@route(
    "POST",
    "/api/blind/runs",
    WRITE,
    "Start a blind check",
    answer=records_shapes.Record,
    status=201,
    faults=(404, 409),
)
async def start_blind(call: Call, body: shapes.NewRun) -> Json:
    """Over a universe that was agreed. Nothing of a plan leaves before the consent is signed."""
    item, _ = await call.written(desk.start, body.universe, body.amends)
    return item


@route(
    "POST",
    "/api/blind/{id:str}/draft",
    WRITE,
    "A consent in numbers",
    answer=shapes.Consent,
    faults=(404, 409),
)
def draft_consent(call: Call, id: str) -> Json:
    """What the other side and the facilitator can learn, and the bytes that the signatory signs."""
    asked = desk.draft_consent(call.node, call.officer, record_id(id))
    return {
        "signing": base64.b64encode(asked.signing).decode(),
        "draft": {"id": asked.entry.id, "at": asked.entry.at},
        "numbers": asked.numbers,
    }


@route(
    "POST",
    "/api/blind/{id:str}/consent",
    WRITE,
    "Consent",
    answer=records_shapes.Record,
    status=201,
    faults=(404, 409),
)
async def consent_blind(call: Call, id: str, body: shapes.Signed) -> Answer:
    """Signed; once for each run, and for the plan as it stood when it was drafted."""
    attest = write.Attest(body.id, body.at, body.sig)
    item, _ = await call.written(desk.consent, record_id(id), attest)
    return Answer(item, 201)


@route(
    "POST",
    "/api/blind/{id:str}/propose",
    RELEASE,
    "Ask one side about a gap",
    answer=records_shapes.Record,
    status=201,
    faults=(404,),
)
async def suggest_blind(call: Call, id: str, body: shapes.Suggestion) -> Json:
    """By the facilitator, in the channel of that side and himself: it proposes and orders nothing."""
    item, _ = await call.written(desk.suggest, record_id(id), body.side, body.spot, body.remarks)
    return item
