"""An import through the API of a node that is serving."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from seamline.actions.importing import Status
from seamline.actions.imports import Ask, Report
from seamline.cli import remote
from seamline.errors import BadInput, CallerFault

_PAUSE = 0.3


def run(url: str, token: str, file: Path, ask: Ask, progress: Callable[[int, int], None]) -> Report:
    """Bring the file to the node at url and import it there. Raises as the node refuses; LinkFault."""
    with remote.client(url, token) as client:
        first = msgspec.structs.replace(ask, dry_run=True)
        query = {k: v for k, v in _said(first).items() if k not in ("map", "decisions")}
        with file.open("rb") as data:
            reply = client.post("/api/imports", params=query, content=_chunks(data))
        id = _read(reply, Status).id
        # Only dry, and read once: what is wrong with it under the full mapping is said by the next step.
        _wait(client, id, progress)
        _read(client.post(f"/api/imports/{id}", json=_said(ask)), Status)
        ended = _wait(client, id, progress)
        client.delete(f"/api/imports/{id}")
    if ended.report is None:
        fault = ended.fault
        if fault and fault.field:
            raise BadInput(fault.field, fault.value, fault.remedy or "", code=fault.code)
        raise CallerFault(
            fault.detail if fault else "the node says no more", code=fault.code if fault else None
        )
    return ended.report


def _said(ask: Ask) -> dict[str, Any]:
    given = msgspec.to_builtins(ask)
    given["dry_run"] = "true" if ask.dry_run else "false"
    given = {k: v for k, v in given.items() if v not in ("", None, {}) and k != "lang"}
    return given | {"dry_run": ask.dry_run}


def _chunks(data: Any) -> Iterator[bytes]:
    while chunk := data.read(1 << 16):
        yield chunk


def _wait(client: httpx2.Client, id: str, progress: Callable[[int, int], None]) -> Status:
    while True:
        status = _read(client.get(f"/api/imports/{id}"), Status)
        progress(status.done, status.of)
        if status.state != "running":
            return status
        time.sleep(_PAUSE)


def _read(reply: httpx2.Response, type: type[Status]) -> Status:
    return msgspec.json.decode(remote.taken(reply), type=type)
