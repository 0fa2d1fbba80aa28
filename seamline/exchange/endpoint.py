"""POST /exchange as a plain ASGI app; wiring mounts it beside the web app (docs/spec/exchange.md 6)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

from seamline.errors import OurFault, RuleBroken
from seamline.exchange.answerer import Answerer, Heard
from seamline.exchange.envelope import MAX_BODY, MEDIA_TYPE
from seamline.exchange.talk import Exchange

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Moved: TypeAlias = tuple[int, float]
"""Bytes of a request that came after its first, and seconds they took."""

READ_SECONDS: Final = 300.0
"""How long a request's body may take: 8 MiB at 230 kbit/s; a thinner link says so in its requests' room."""
BODIES: Final = 16
"""Bodies read at once, so that strangers cannot fill the memory."""
HELD: Final = 4
"""Requests of one peer held at once; the oldest is answered when another comes."""

_STILL: Final[Moved] = (0, 0.0)


class Endpoint:
    """The app. `close` before shutdown: requests that are held are answered at once."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._answerer = exchange, Answerer(exchange)
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="exchange")
        self._reading = asyncio.Semaphore(BODIES)
        self._held: dict[str, list[asyncio.Event]] = {}
        self._closing = False

    def close(self) -> None:
        """Answer what is held and hold nothing more. Call on the event loop's thread."""
        self._closing = True
        for events in self._held.values():
            for event in events:
                event.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; any other method than POST is refused."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await _refuse(send, 405, "only POST is taken here", allow="POST")
            return
        try:
            async with self._reading, asyncio.timeout(READ_SECONDS):
                body, moved = await _read_body(scope, receive)
        except TimeoutError:
            await _refuse(send, 408, f"the message took longer than {READ_SECONDS:.0f} s")
            return
        if body is None:
            await _refuse(send, 413, f"a message has at most {MAX_BODY} bytes")
            return
        await self._answer(body, moved, receive, send)

    async def _answer(self, body: bytes, moved: Moved, receive: Receive, send: Send) -> None:
        try:
            heard = await self._run(lambda: self._answerer.hear(body))
            heard.peer.state.moved(*moved)
            data = await self._hold(heard, receive)
        except RuleBroken as fault:
            status = 403 if fault.rule == "exchange 6.2" else 400
            await _refuse(send, status, str(fault.params["detail"]), rule=fault.rule, fault="theirs")
        except OurFault:
            # Which fault is for this side's officers alone. Nothing was kept, so it is offered again.
            await _refuse(send, 503, "this node cannot save it now; nothing was kept", fault="ours")
        else:
            if data is not None:
                await _reply(send, 200, MEDIA_TYPE, data)

    async def _hold(self, heard: Heard, receive: Receive) -> bytes | None:
        """The answer, once there is something to say or the wait is over; None if the peer hung up."""
        loop = asyncio.get_running_loop()
        end = loop.time() + (self._exchange.limits.hold if heard.request.hold else 0)
        event = asyncio.Event()

        def waker() -> None:
            loop.call_soon_threadsafe(event.set)

        gone = asyncio.ensure_future(_hung_up(receive))
        held = self._held.setdefault(heard.peer.conversation.peer, [])
        heard.peer.wakers.append(waker)
        held.append(event)
        try:
            while not gone.done():
                event.clear()
                final = self._closing or loop.time() >= end or event not in held[-HELD:]
                data = await self._run(partial(self._answerer.answer, heard, final=final))
                if data is not None:
                    return data
                if len(held) > HELD:
                    held[0].set()
                waiting = asyncio.ensure_future(event.wait())
                await asyncio.wait({waiting, gone}, timeout=end - loop.time(), return_when="FIRST_COMPLETED")
                waiting.cancel()
            return None
        finally:
            gone.cancel()
            heard.peer.wakers.remove(waker)
            held.remove(event)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _read_body(scope: Scope, receive: Receive) -> tuple[bytes | None, Moved]:
    """The body; None if it is larger than a message may be (it is not read on). And how fast it came."""
    headers = dict(scope["headers"])
    stated = headers.get(b"content-length", b"0")
    if not stated.isdigit() or int(stated) > MAX_BODY:
        return None, _STILL
    body, more, first = bytearray(), True, 0
    clock = asyncio.get_running_loop().time
    began = clock()
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"", _STILL
        if not body:
            # What comes first waited for nobody: the line is measured by what follows it.
            began, first = clock(), len(message.get("body", b""))
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None, _STILL
        more = message.get("more_body", False)
    return bytes(body), (len(body) - first, clock() - began)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, detail: str, *, allow: str | None = None, **extra: str) -> None:
    problem = {
        "type": "about:blank",
        "title": "exchange refused",
        "status": status,
        "detail": detail,
        **extra,
    }
    headers = [(b"allow", allow.encode())] if allow else []
    await _reply(send, status, "application/problem+json", json.dumps(problem).encode(), headers)


async def _reply(
    send: Send, status: int, kind: str, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    about = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    if status != 200:
        # An answer to POST is kept by nobody (RFC 9111, 3): there it would be paid for with each message.
        about.append((b"cache-control", b"no-store"))
    about += headers or []
    await send({"type": "http.response.start", "status": status, "headers": about})
    await send({"type": "http.response.body", "body": body})
