"""/api/records/{id}/proof: a record as a file that anybody checks with nothing but a party's public key."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import proving
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes.records import record_id


class ProofQuery(msgspec.Struct):
    """rev: the current one if absent. anchor: a wider channel, whose anchor is opened too (release role)."""

    rev: Annotated[int, Meta(ge=1)] | None = None
    anchor: Annotated[str, Meta(max_length=300)] | None = None


@route(
    "GET",
    "/api/records/{id:str}/proof",
    READ,
    "The record's proof, as a file",
    answer=dict[str, Any],
    faults=(409,),
)
def get_proof(call: Call, id: str, query: ProofQuery) -> Answer:
    """Entry, place in the signed log, receipts and statements; `seamline verify` checks it offline."""
    known = record_id(id)
    data = proving.prove(call.node, call.officer, known, query.rev, reading.parties(query.anchor))
    return _named(data, f"{known}.proof")


@route(
    "GET",
    "/api/records/{id:str}/proof.pdf",
    READ,
    "The record's proof, printed",
    answer=bytes,
    media_type="application/pdf",
    faults=(409,),
)
def get_proof_form(call: Call, id: str, query: ProofQuery) -> Answer:
    """One page in three languages with the hashes of the record and of its proof file, and a QR code."""
    known = record_id(id)
    page = proving.printed(call.node, call.officer, known, query.rev, reading.parties(query.anchor))
    return _named(page, f"{known}.pdf")


def _named(data: bytes, name: str) -> Answer:
    return Answer(data, headers=(("content-disposition", f'attachment; filename="{name}"'),))
