"""The API of a node that is serving, for commands: never a token in clear, and its refusals as our faults."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from seamline.errors import BadInput, CallerFault, Conflict, LinkFault, NotAllowed, NotFound, TooLarge

_LONG = httpx2.Timeout(30, write=None)


@contextmanager
def client(url: str, token: str) -> Iterator[httpx2.Client]:
    """A client of the node at url. BadInput for a url in clear, LinkFault when the node is not reached."""
    _check(url)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx2.Client(base_url=url, headers=headers, timeout=_LONG, trust_env=False) as made:
            yield made
    except httpx2.HTTPError as fault:
        raise LinkFault(f"{url} cannot be reached: {fault}") from None


def taken(reply: httpx2.Response) -> bytes:
    """What the node answered; its problem as the exception it was over there."""
    if reply.is_success:
        return reply.content
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


def _check(url: str) -> None:
    """A token is not sent in clear over a network."""
    parts = urlsplit(url)
    try:
        near = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        near = False
    if parts.scheme != "https" and not (parts.scheme == "http" and near):
        raise BadInput("url", url, "https, or http on this machine only: a token is not sent in clear")
