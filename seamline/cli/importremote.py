"""An import through the API of a node that is serving."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from seamline.actions.importing import Status
from seamline.actions.imports import Ask, Report
from seamline.errors import BadInput, CallerFault, Conflict, LinkFault, NotAllowed, NotFound, TooLarge

_PAUSE = 0.3
_LONG = httpx2.Timeout(30, write=None)


def run(url: str, token: str, file: Path, ask: Ask, progress: Callable[[int, int], None]) -> Report:
    """Bring the file to the node at url and import it there. Raises as the node refuses; LinkFault."""
    _check(url)
    with _client(url, token) as client, _failing(url):
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


def _check(url: str) -> None:
    """A token is not sent in clear over a network."""
    parts = urlsplit(url)
    try:
        near = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        near = False
    if parts.scheme != "https" and not (parts.scheme == "http" and near):
        raise BadInput("url", url, "https, or http on this machine only: a token is not sent in clear")


def _client(url: str, token: str) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.Client(base_url=url, headers=headers, timeout=_LONG, trust_env=False)


@contextmanager
def _failing(url: str) -> Iterator[None]:
    try:
        yield
    except httpx2.HTTPError as fault:
        raise LinkFault(f"{url} cannot be reached: {fault}") from None


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
    if reply.is_success:
        return msgspec.json.decode(reply.content, type=type)
    try:
        told = msgspec.json.decode(reply.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    detail = str(told.get("detail") or f"the node answered {reply.status_code}")
    if told.get("field"):
        kind = TooLarge if reply.status_code == 413 else BadInput
        raise kind(str(told["field"]), told.get("value"), str(told.get("remedy", "")))
    kinds = {401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict}
    raise kinds.get(reply.status_code, CallerFault)(detail)
