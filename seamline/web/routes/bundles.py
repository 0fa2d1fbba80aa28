"""/api/bundles: files that a courier carries to other nodes and back."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msgspec

from seamline.actions import carrying
from seamline.actions.carrying import CARRIERS, MAX_FILE, Carrier, ReadReport
from seamline.errors import NotFound, TooLarge, Worded
from seamline.web.access import Permission, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import base, traffic

_CARRY = Permission("carry", CARRIERS)
_FILE = "application/octet-stream"


@route("POST", "/api/bundles", _CARRY, "Take a courier's file in", answer=ReadReport, upload=True)
async def post_bundle(call: Call) -> ReadReport:
    """What was new, already known, missing and refused. What could be taken is on disk when this answers."""
    body = bytearray()
    async for chunk in call.http.stream():
        body += chunk
        if len(body) > MAX_FILE:
            raise TooLarge(
                "file",
                f"more than {MAX_FILE} bytes",
                Worded("remedy.smaller_files", "carry several smaller files"),
            )
    return await asyncio.to_thread(_carrier(call).read, bytes(body))


@route("GET", "/api/bundles", _CARRY, "Whom a file may be written for", answer=base.Items)
def list_readers(call: Call) -> dict[str, Any]:
    """Every other node in service that shares a channel with this one: also those without a link."""
    return {"items": msgspec.to_builtins(_carrier(call).readers())}


@route("POST", "/api/bundles/file", _CARRY, "A file for a courier", media_type=_FILE, answer=bytes)
def post_bundle_file(call: Call, body: traffic.BundleAsk) -> Answer:
    """What those nodes are not known to have, sealed to them. For several parties `max` is needed."""
    made = _carrier(call).write(body.to, body.max)
    name = "-".join([call.node.name, "to", *made.to, str(made.written // 1000)])
    headers: dict[str, Any] = {
        "content-disposition": f'attachment; filename="{re.sub("[^a-z0-9-]", "", name)}.seamline"',
        "x-seamline-entries": str(made.entries),
        "x-seamline-more": "1" if made.more else "0",
    }
    return Answer(made.data, headers=tuple(headers.items()))


def _carrier(call: Call) -> Carrier:
    carrying.need(call.officer)
    if call.node.carrier is None:
        raise NotFound("this node carries no files")
    return call.node.carrier
