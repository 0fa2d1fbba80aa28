"""Codes on a screen, which a telephone carries to another node as a photo."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta

from seamline.actions import coding
from seamline.actions.carrying import CARRIERS
from seamline.actions.coding import Code, CodeRead
from seamline.documents.code import MOST_PIXELS
from seamline.errors import TooLarge
from seamline.web.access import READ, Permission, route
from seamline.web.call import Call
from seamline.web.routes.records import record_id

_CARRY = Permission("carry", CARRIERS)
_HEAD = 32


class CodeQuery(msgspec.Struct):
    """to: the node that is to read it, by name or fingerprint; absent: a receipt, for the record's node."""

    to: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


@route(
    "GET", "/api/records/{id:str}/code", READ, "A record for one node, as a code", answer=Code, faults=(409,)
)
def get_code(call: Call, id: str, query: CodeQuery) -> Code:
    """A sealed part that fits one QR code; only that node opens it. At a reader's node: the receipt."""
    return coding.code(call.node, call.officer, record_id(id), query.to)


@route("POST", "/api/codes", _CARRY, "Take a photo of a code in", answer=CodeRead, upload=True)
async def post_code(call: Call) -> CodeRead:
    """A grey picture as binary PGM of 8 bits: the browser that took the photo has decoded it."""
    body = bytearray()
    async for chunk in call.http.stream():
        body += chunk
        if len(body) > MOST_PIXELS + _HEAD:
            raise TooLarge("picture", f"more than {MOST_PIXELS} bytes", f"at most {MOST_PIXELS} pixels")
    return await asyncio.to_thread(coding.read, call.node, call.officer, bytes(body))
