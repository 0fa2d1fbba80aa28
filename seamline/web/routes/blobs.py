"""/api/blobs: photos and documents that records name."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar.response.base import ASGIResponse

from seamline.actions.blobs import MAX_BLOB
from seamline.errors import TooLarge, Worded
from seamline.release import paper
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Call
from seamline.web.shapes import traffic

_FILE = "application/octet-stream"
_HEADERS = {
    "cache-control": "private, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    # Whatever a browser makes of the bytes, it is no page of this node's, and runs nothing.
    "content-security-policy": "sandbox; default-src 'none'",
}


@route("POST", "/api/blobs", WRITE, "Bring a photo or PDF", answer=traffic.Blob, status=201, upload=True)
async def post_blob(call: Call) -> dict[str, Any]:
    """A JPEG or PNG is drawn anew: nothing but the picture is kept. A PDF is kept as it is, with what its
    program says of its author.

    Answers what a record's `photos` or `documents` needs to name it.
    """
    body = bytearray()
    async for chunk in call.http.stream():
        body += chunk
        if len(body) > MAX_BLOB:
            raise TooLarge(
                "file", f"more than {MAX_BLOB} bytes", Worded("remedy.save_smaller", "save it smaller")
            )
    return await asyncio.to_thread(call.node.bringing.put, bytes(body))


@route("GET", "/api/blobs/{hash:str}", READ, "A photo or PDF", media_type=_FILE, answer=bytes)
def get_blob(call: Call, hash: str) -> ASGIResponse:
    """If a record that you may read names it. One that is not here yet is asked for, and found later.

    A PDF comes as a file to save, never as a page.
    """
    data, named = call.node.photos.read(hash, call.node.readable(call.officer))
    if named.type != paper.PDF:
        return ASGIResponse(body=data, headers=_HEADERS, media_type=named.type)
    kept = {"content-disposition": f'attachment; filename="{hash[:12]}.pdf"'}
    return ASGIResponse(body=data, headers=_HEADERS | kept, media_type=paper.PDF)


@route("GET", "/api/blobs/{hash:str}/small", READ, "A photo, small", media_type=_FILE, answer=bytes)
def get_blob_small(call: Call, hash: str) -> ASGIResponse:
    """The small picture of a photo, if a record that you may read names the photo; a few kB."""
    data, media = call.node.photos.small(hash, call.node.readable(call.officer))
    return ASGIResponse(body=data, headers=_HEADERS, media_type=media)
