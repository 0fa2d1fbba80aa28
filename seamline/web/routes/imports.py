"""/api/imports: a foreign file is brought, looked at, decided about, and becomes records or a layer."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from seamline.actions import imports
from seamline.actions.importing import Status
from seamline.actions.imports import Ask
from seamline.actions.source import MAX_BYTES
from seamline.errors import BadInput
from seamline.store.spool import Spool
from seamline.web.access import WRITE, route
from seamline.web.call import Call
from seamline.web.shapes import imports as imports_shapes

_PATH = "/api/imports/{id:str}"
_MORE: dict[str, Any] = {"answer": imports_shapes.ImportStatus, "status": 202}


@route("POST", "/api/imports", WRITE, "Bring a file", **_MORE, upload=True, faults=(404, 429))
async def post_import(call: Call, query: imports_shapes.ImportQuery) -> Status:
    """CSV or GeoJSON, at most 100 MB, as the body. Dry unless dry_run=false: nothing is written.

    Answers at once; ask GET how far it is, and for the report. The file waits an hour.
    """
    asked = _ask(call, msgspec.structs.asdict(query) | {"map": _map(query.map)})
    await asyncio.to_thread(imports.check, call.node, call.officer, asked)
    call.at.imports.room(call.officer)
    spool = await asyncio.to_thread(Spool, MAX_BYTES)
    try:
        async for chunk in call.http.stream():
            await asyncio.to_thread(spool.write, chunk)
        await asyncio.to_thread(spool.finish)
        return call.at.imports.start(call.officer, asked, spool.open, spool.close)
    except BaseException:
        spool.close()
        raise


@route("GET", _PATH, WRITE, "How far an import is", answer=imports_shapes.ImportStatus)
def get_import(call: Call, id: str) -> Status:
    """`running`, `checked` (dry), `done` or `failed`; the report once it is checked or done."""
    return call.at.imports.status(call.officer, id)


@route("POST", _PATH, WRITE, "The same file again", **_MORE, faults=(409,))
def post_import_again(call: Call, id: str, body: imports_shapes.ImportAgain) -> Status:
    """With another mapping, with decisions, or no longer dry. Rows that are here already stay as they are."""
    asked = _ask(call, msgspec.structs.asdict(body))
    imports.check(call.node, call.officer, asked)
    return call.at.imports.again(call.officer, id, asked)


@route("DELETE", _PATH, WRITE, "Forget a brought file", status=204, faults=(409,))
def delete_import(call: Call, id: str) -> None:
    """What was imported from it stays."""
    call.at.imports.drop(call.officer, id)


def _ask(call: Call, given: dict[str, Any]) -> Ask:
    return Ask(**given, lang=call.lang)


def _map(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        raise BadInput("map", text, 'JSON such as {"Village": "where"}') from None
