"""What a bad line does to messages is the line's, until it is too often; and what TCP is asked for."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from seamline.exchange.links import http, sockets
from seamline.exchange.links.http import DOUBTS, IDLE_SECONDS, KEPT_SECONDS, HttpLink
from tests.exchange.test_http import pair
from tests.simulated_node import SimulatedNode


class Body(httpx2.AsyncByteStream):
    """An answer's bytes as they come from a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._data


def asked(a: SimulatedNode, b: SimulatedNode, status: int, data: bytes) -> list[tuple[str, str | None]]:
    """a asks b time and again, and hears this; whose fault it says each time, and which rule was broken."""
    state = a.exchange.peer(b.key.fingerprint).state
    found: list[tuple[str, str | None]] = []

    async def run() -> None:
        mock = httpx2.MockTransport(lambda request: httpx2.Response(status, stream=Body(data)))
        with ThreadPoolExecutor(1) as threads:
            async with httpx2.AsyncClient(transport=mock) as client:
                link = HttpLink(a.exchange, b.key.fingerprint, "http://b.example", client, threads)
                for _ in range(DOUBTS):
                    assert await link._ask(link._caller.listen(4096)) is None
                    assert state.trouble is not None
                    found.append((state.trouble.fault, state.trouble.rule))

    asyncio.run(run())
    return found


REFUSAL = json.dumps({"rule": "exchange 6.2", "detail": "the signature does not fit"}).encode()


@pytest.mark.parametrize(("status", "data"), [(403, REFUSAL), (200, bytes(300))])
def test_one_message_that_is_not_believed_was_perhaps_changed_on_the_way(status: int, data: bytes) -> None:
    """Found on a line with bits flipped behind good checksums: the peer was called a breaker of rules."""
    a, b = pair()
    told = asked(a, b, status, data)
    assert told[:-1] == [("link", None)] * (DOUBTS - 1)
    assert told[-1][0] == "theirs"
    assert str(told[-1][1]).startswith("exchange 6.")


def test_what_the_system_says_is_told() -> None:
    fault = httpx2.ReadError("")
    fault.__cause__ = ConnectionResetError(104, "Connection reset by peer")
    assert http._why(fault) == "ReadError Connection reset by peer"
    assert http._why(httpx2.ReadTimeout("")) == "ReadTimeout"


def test_the_dialled_side_keeps_a_connection_longer_than_the_one_that_dials() -> None:
    """Else each message after a pause runs into a closed door, and all of it is said again."""
    assert KEPT_SECONDS > IDLE_SECONDS + 20


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know fewer of them")
def test_what_is_accepted_inherits_what_the_listener_was_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sockets.harden(listener)
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            for level, name, value in sockets.known():
                assert accepted.getsockopt(level, name) == value, name
