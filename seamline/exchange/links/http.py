"""The dialling side over HTTP: the session's table at work, one task a peer (docs/spec/exchange.md 6, 7)."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import httpx2

from seamline.errors import LinkFault, RuleBroken, SeamlineError
from seamline.exchange.caller import Call, Caller, Took
from seamline.exchange.envelope import MAX_BODY, MEDIA_TYPE
from seamline.exchange.links import sockets
from seamline.exchange.pace import Pace
from seamline.exchange.session import LISTENING, Event, State, back_off, step
from seamline.exchange.talk import Exchange

T = TypeVar("T")
FLUSH_SECONDS: Final = 2.0
CONNECT_SECONDS: Final = 30.0
IDLE_SECONDS: Final = 60.0
"""A connection without a request is kept for so long; the dialled side keeps it longer (`KEPT_SECONDS`)."""
KEPT_SECONDS: Final = 90
DOUBTS: Final = 3
"""So often in a row a message must be refused, or not be believed, before that is called the peer's fault:
one may have been changed on the way.
"""


class HttpLink:
    """The link to one peer that can be dialled. `run` until cancelled."""

    def __init__(
        self,
        exchange: Exchange,
        peer: str,
        url: str,
        client: httpx2.AsyncClient,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._exchange, self._url = exchange, url.rstrip("/") + "/exchange"
        self._caller = Caller(exchange, peer)
        self._client, self._threads = client, threads
        self._state: State = "stopped"
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._owed_told = False
        self._failures = 0
        self._doubts = 0
        self._pace = Pace(exchange.limits.message)
        self._ear_pace = Pace(exchange.limits.message)
        self._mouth: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Keep the conversation going; a cancelled run hangs up."""
        loop = asyncio.get_running_loop()

        def waker() -> None:
            loop.call_soon_threadsafe(self._tell_owed)

        peer = self._caller.peer
        peer.wakers.append(waker)
        self._events.put_nowait("enabled")
        try:
            while True:
                event = await self._events.get()
                if event == "owed":
                    self._owed_told = False
                self._step(event)
        finally:
            peer.wakers.remove(waker)
            self._step("disabled")

    # ------------------------------------------------------------ the table at work

    def _tell_owed(self) -> None:
        # Many commits in a row are one reason to speak.
        if not self._owed_told:
            self._owed_told = True
            self._events.put_nowait("owed")

    def _step(self, event: Event) -> None:
        if event in ("answered", "answered_more"):
            self._failures = 0
        self._state, action = step(self._state, event)
        self._caller.peer.state.state = self._state
        match action:
            case "speak":
                self._mouth = self._start(self._speak())
            case "wait":
                self._hang_up()
                self._failures += 1
                seconds = back_off(self._failures, random.random())  # noqa: S311 - spreads knocks, hides nothing
                self._mouth = self._start(self._wake_after(seconds))
            case "hang_up":
                self._hang_up()
            case "nothing":
                pass
        if self._state in LISTENING and (self._ear is None or self._ear.done()):
            self._ear = self._start(self._listen())

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, Exception):
            # A fault of ours must not leave the link silent for ever: say so, and try again later.
            self._exchange.trouble(self._caller.peer, fault)
            self._events.put_nowait("failed")

    def _hang_up(self) -> None:
        for task in (self._mouth, self._ear):
            if task is not None:
                task.cancel()
        self._mouth = self._ear = None

    async def _wake_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._events.put_nowait("woke")

    # ------------------------------------------------------------ requests

    async def _speak(self) -> None:
        # While a request is held open there, bulk comes that way alone: a flash need not wait for two.
        back = 0 if self._ear is not None and not self._ear.done() else None
        call = await self._run(lambda: self._caller.speak(self._pace.room, back))
        if call is None:
            self._events.put_nowait("answered")
            return
        started = asyncio.get_running_loop().time()
        answer = await self._ask(call)
        if answer is None:
            self._pace.failed()
            self._events.put_nowait("failed")
            return
        size, told = answer
        took = asyncio.get_running_loop().time() - started
        self._pace.took(max(size, len(call.data)), took)
        self._caller.peer.state.moved(size + len(call.data), took)
        self._events.put_nowait("answered_more" if any(told) else "answered")

    async def _listen(self) -> None:
        at_once = False
        while True:
            call = await self._run(lambda: self._caller.listen(self._ear_pace.room))
            started = asyncio.get_running_loop().time()
            answer = await self._ask(call)
            if answer is None:
                self._ear_pace.failed()
                self._events.put_nowait("failed")
                return
            self._failures = 0
            size, told = answer
            if at_once:
                # He had more to say and waited for nothing, so the time is the line's.
                self._ear_pace.delay = self._pace.delay
                self._ear_pace.took(size, asyncio.get_running_loop().time() - started)
            at_once = told.there
            if any(told):
                self._tell_owed()

    async def _ask(self, call: Call) -> tuple[int, Took] | None:
        """Size of the answer, and who has more to say; None if it failed (kept for the officer)."""
        done = False
        try:
            data = await self._post(call)
            told = await self._run(lambda: self._caller.take(call, data))
            done = True
            self._doubts = 0
            return len(data), told
        except RuleBroken as fault:
            self._doubts += 1
            damaged = LinkFault(f"{self._url}: perhaps changed on the way: {fault.message}")
            self._exchange.trouble(self._caller.peer, fault if self._doubts >= DOUBTS else damaged)
            return None
        except SeamlineError as fault:
            self._exchange.trouble(self._caller.peer, fault)
            return None
        finally:
            if not done:
                # Also when cancelled: whether the request arrived is not known, so all of it is said again.
                self._caller.failed(call)

    async def _post(self, call: Call) -> bytes:
        """The answer's bytes. Raises LinkFault, or RuleBroken if the peer says that we broke a rule."""
        patience = self._pace.patience
        wait = patience + (self._exchange.limits.hold if call.hold else 0.0)
        # A request and its connection may have to wait behind another message, on a line that buffers much.
        timeout = httpx2.Timeout(
            connect=max(CONNECT_SECONDS, patience / 4), read=wait, write=patience, pool=30.0
        )
        headers = {"content-type": MEDIA_TYPE}
        try:
            async with self._client.stream(
                "POST", self._url, content=call.data, headers=headers, timeout=timeout
            ) as response:
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise RuleBroken("exchange 6.1", f"an answer of more than {MAX_BODY} bytes")
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as fault:
            raise LinkFault(f"{self._url}: {_why(fault)}") from None
        if response.status_code != 200:
            raise _refusal(self._url, response.status_code, bytes(body))
        return bytes(body)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def silence(client: httpx2.AsyncClient | httpx2.Client) -> None:
    """Without the headers that a browser sends of itself: they are a tenth of a small message.

    They are taken out one by one, since headers that are set are added to the client's own.
    """
    for name in list(client.headers):
        del client.headers[name]


class Dialler:
    """The links of a node to all peers it can dial; follows what is switched on and off."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="dial")
        self._links: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def refresh(self) -> None:
        """Links or the roster changed. Any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def run(self) -> None:
        """Dial until cancelled; then hang up everywhere."""
        self._loop = asyncio.get_running_loop()
        limits = httpx2.Limits(
            max_connections=None, max_keepalive_connections=64, keepalive_expiry=IDLE_SECONDS
        )
        # No proxy from the environment: where a node dials is in its links and nowhere else.
        transport = httpx2.AsyncHTTPTransport(
            limits=limits, trust_env=False, socket_options=await asyncio.to_thread(sockets.known)
        )
        async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
            silence(client)
            try:
                while True:
                    self._follow(client)
                    self._changed.clear()
                    try:
                        await asyncio.wait_for(self._changed.wait(), FLUSH_SECONDS)
                    except TimeoutError:
                        await self._loop.run_in_executor(self._threads, self._exchange.book.flush)
            finally:
                await self._hang_up(list(self._links.values()))
                self._links.clear()
                self._exchange.book.flush()
                self._loop = None

    def _follow(self, client: httpx2.AsyncClient) -> None:
        wanted = set(self._exchange.dialled())
        for place, task in list(self._links.items()):
            if place not in wanted:
                task.cancel()
                del self._links[place]
        for peer, url in wanted - self._links.keys():
            link = HttpLink(self._exchange, peer, url, client, self._threads)
            self._links[peer, url] = asyncio.create_task(link.run(), name=f"link {peer[:8]}")

    async def _hang_up(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _why(fault: BaseException) -> str:
    """What the system said, if it said something: the client's own words are often empty."""
    said: BaseException | None = fault
    while said is not None and not (isinstance(said, OSError) and said.strerror):
        said = said.__cause__ or said.__context__
    words = said.strerror if isinstance(said, OSError) else str(fault)
    return f"{type(fault).__name__} {words or ''}".rstrip()


def _refusal(url: str, status: int, body: bytes) -> SeamlineError:
    """What a status other than 200 means. Nothing in it is signed, so it is only shown, never acted upon."""
    try:
        problem = json.loads(body[:4096])
        detail, rule = str(problem.get("detail", "")), problem.get("rule")
    except (ValueError, AttributeError):
        detail, rule = "", None
    if status in (400, 403) and isinstance(rule, str):
        return RuleBroken(rule[:40], f"the other node refused: {detail[:200]}")
    if status == 503:
        return LinkFault(f"{url}: the other node cannot save now; it is offered again")
    return LinkFault(f"{url}: answered {status} {detail[:200]}".rstrip())
