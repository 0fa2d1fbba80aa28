"""/api/blobs: photos that records name."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar.response.base import ASGIResponse

from seamline.actions.blobs import MAX_BLOB
from seamline.errors import TooLarge
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Call
from seamline.web.shapes import traffic


@route("POST", "/api/blobs", WRITE, "Bring a photo", answer=traffic.Blob, status=201, upload=True)
async def post_blob(call: Call) -> dict[str, Any]:
    """JPEG or PNG. Kept without place, time, device and everything else the camera says of itself.

    Answers what a record's `photos` needs to name it.
    """
    body = bytearray()
    async for chunk in call.http.stream():
        body += chunk
        if len(body) > MAX_BLOB:
            raise TooLarge("photo", f"more than {MAX_BLOB} bytes", "save it smaller")
    return await asyncio.to_thread(call.node.photos.put, bytes(body))


@route("GET", "/api/blobs/{hash:str}", READ, "A photo", media_type="application/octet-stream", answer=bytes)
def get_blob(call: Call, hash: str) -> ASGIResponse:
    """If a record that you may read names it. One that is not here yet is asked for, and found later."""
    data, named = call.node.photos.read(hash, call.node.readable(call.officer))
    headers = {"cache-control": "private, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    return ASGIResponse(body=data, headers=headers, media_type=named.type)
