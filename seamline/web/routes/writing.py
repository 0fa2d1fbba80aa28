"""/api/records: saying something. An answer comes when it is on disk (law 4)."""

from __future__ import annotations

from typing import Any

from seamline.actions import release, write
from seamline.errors import BadInput
from seamline.web.access import RELEASE, WRITE, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import records as records_shapes

Json = dict[str, Any]


def attest(asked: records_shapes.Written, id: str | None) -> write.Attest | None:
    """The officer's own signature, if the request carries one; then also the draft's id and time."""
    if asked.sig is None:
        return None
    if asked.at is None or id is None:
        raise BadInput(
            "at" if asked.at is None else "id", None, "give the id and time of the draft you signed"
        )
    return write.Attest(id, asked.at, asked.sig)


@route(
    "POST",
    "/api/records",
    WRITE,
    "Say something new",
    answer=records_shapes.Record,
    status=201,
    faults=(200, 409),
)
async def post_record(call: Call, body: records_shapes.NewRecord) -> Answer:
    """201 for a new record; 200 and the first answer again for the same id and content, otherwise 409."""
    saying = write.Saying(body.kind, body.channel, body.lane, body.lang or call.lang, body.body)
    item, created = await call.written(write.put, saying, id=body.id, attest=attest(body, body.id))
    return Answer(item, 201 if created else 200, (("location", f"/api/records/{item['id']}"),))


@route("POST", "/api/records/{id:str}/revise", WRITE, "Revise", answer=records_shapes.Record, faults=(409,))
async def revise_record(call: Call, id: str, body: records_shapes.Revision) -> Json:
    """The whole body anew; 409 if rev is no longer the newest. again: what was said then, or 409."""
    if body.again:
        return await call.written(write.revised, id, body.rev, body.body, lang=body.lang)
    signed = attest(body, body.id or id)
    return await call.written(write.revise, id, body.rev, body.body, lang=body.lang, attest=signed)


@route(
    "POST",
    "/api/records/{id:str}/release",
    WRITE,
    "Release",
    answer=records_shapes.Record,
    status=201,
    faults=(409,),
)
async def release_record(call: Call, id: str, body: records_shapes.NewRelease) -> Json:
    """A new record in the wider channel: by the release role, or by its standing rule."""
    ask = release.Release(id, body.rev, body.channel, body.mode, body.body)
    return await call.written(release.release, ask, attest(body, body.id))


@route(
    "POST", "/api/records/{id:str}/withdraw", RELEASE, "Withdraw", answer=records_shapes.Record, faults=(409,)
)
async def withdraw_record(call: Call, id: str, body: records_shapes.Withdraw) -> Json:
    """A request that it be disregarded; everybody keeps it (law 6)."""
    return await call.written(write.withdraw, id, body.reason, attest=attest(body, body.id))


@route("POST", "/api/records/{id:str}/opened", WRITE, "Say that it was opened", answer=records_shapes.Record)
async def open_record(call: Call, id: str) -> Json:
    """Once per party and revision; the author's side sees when (law 7)."""
    return await call.written(write.opened, id)
