"""Live events: GET /api/events, server-sent (WHATWG HTML §9.2), from a commit to every screen that may know.

An event's id is the reader's own sequence: how many entries the channels he may read held when it came.
It is counted from the heads of those logs alone, so what is in other channels moves nothing in it
(law 3), and it survives a restart, so a screen resumes with Last-Event-ID.

Everything here runs on the event loop's thread, except where a method says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from seamline.actions import attention
from seamline.actions.accounts import Signed
from seamline.actions.node import Node
from seamline.errors import BadInput, TooMany
from seamline.store.ports import Arrival

HEARTBEAT = 15.0
QUEUE = 256
"""Events that may wait for a slow client; then it is cut off and resumes by itself."""
REPLAY = 1_000
"""Events sent again at most; who missed more is told to load his lists anew."""

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Watchman(Protocol):
    """Who tells whether a reader may still read: Accounts."""

    def still(self, signed: Signed) -> Signed | None: ...
    def on_cut(self, listener: Callable[[], None]) -> None: ...


class _Line(msgspec.Struct):
    """What an event says of an entry."""

    id: str
    kind: str
    rev: int


@dataclass(eq=False, slots=True)
class Client:
    """One open stream. None in the queue ends it."""

    signed: Signed
    channels: tuple[str, ...]
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    ended: bool = False

    def put(self, data: bytes) -> None:
        """Queue, or end the stream if the client is too slow for it."""
        if self.ended:
            return
        try:
            self.queue.put_nowait(data)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Nothing more; what waits is dropped, the client asks for it again when it comes back."""
        if not self.ended:
            self.ended = True
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class EventHub:
    """All open streams of a node."""

    def __init__(self, node: Node, watchman: Watchman) -> None:
        self._node, self._watchman = node, watchman
        self._limit = max(1, node.settings.limits.event_streams // len(node.owners))
        self._clients: set[Client] = set()
        self._counts: Counter[str] = Counter()
        self._seq = 0
        self._silent: dict[str, int | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._checks: set[asyncio.Task[None]] = set()
        node.on_commit(self._committed)
        watchman.on_cut(self._cut)

    async def start(self) -> None:
        """Begin to announce; called once, when the application starts."""
        self._loop = asyncio.get_running_loop()
        self._seq, self._counts = await asyncio.to_thread(self._standing)
        self._pulse = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """End every stream, so that the server can stop."""
        self.end_all()
        self._loop = None
        tasks = [task for task in (self._pulse, *self._checks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def end_all(self) -> None:
        """End every stream; also before the server waits for open connections to finish."""
        for client in list(self._clients):
            client.end()

    def __len__(self) -> int:
        return len(self._clients)

    def _standing(self) -> tuple[int, Counter[str]]:
        log = self._node.log
        while True:
            seq = log.last_seq()
            counts: Counter[str] = Counter()
            for name in log.logs():
                counts[name.channel] += log.head(name).size
            if log.last_seq() == seq:
                return seq, counts

    # ------------------------------------------------------------ what happens

    def _committed(self, arrivals: list[Arrival]) -> None:
        """On the writer's thread."""
        self._from_elsewhere(self._announce, arrivals)

    def _cut(self) -> None:
        """On any thread."""
        self._from_elsewhere(self._recheck_soon)

    def _from_elsewhere(self, step: Callable[..., None], *args: Any) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed between the two lines
                loop.call_soon_threadsafe(step, *args)

    def _announce(self, arrivals: list[Arrival]) -> None:
        audiences: dict[tuple[str, ...], list[Client]] = {}
        for client in self._clients:
            audiences.setdefault(client.channels, []).append(client)
        for arrival in arrivals:
            if arrival.seq <= self._seq:  # counted already by _standing
                continue
            self._seq = arrival.seq
            self._counts[arrival.log.channel] += 1
            for channels, clients in audiences.items():
                if arrival.log.channel in channels and arrival.data is not None:
                    data = _event(self._count(channels), arrival)
                    for client in clients:
                        client.put(data)

    def _count(self, channels: tuple[str, ...]) -> int:
        return sum(self._counts[c] for c in channels)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            for client in list(self._clients):
                client.put(b": still here\n\n")
            await self.tell_silence()
            await self._recheck()

    async def tell_silence(self) -> None:
        """`link` {link, silent, since} when a link falls silent and when it is heard again.

        It has no id, since nobody resumes from it: who comes later reads the list.
        """
        now = await asyncio.to_thread(attention.silent, self._node)
        changed = [(name, name in now) for name in sorted(now.keys() ^ self._silent.keys())]
        since = dict.fromkeys(self._silent) | now
        self._silent = now
        for name, silent in changed:
            said = msgspec.json.encode({"link": name, "silent": silent, "since": since[name]})
            for client in list(self._clients):
                client.put(b"event: link\ndata: %s\n\n" % said)

    def _recheck_soon(self) -> None:
        task = asyncio.create_task(self._recheck())
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _recheck(self) -> None:
        """End the streams of whoever may read less, or more, than when he opened them."""
        clients = list(self._clients)
        for client, now in zip(clients, await asyncio.to_thread(self._readable, clients), strict=True):
            if now != client.channels:
                client.end()

    def _readable(self, clients: list[Client]) -> list[tuple[str, ...] | None]:
        found = []
        for client in clients:
            signed = self._watchman.still(client.signed)
            found.append(self._node.readable(signed.officer) if signed else None)
        return found

    # ------------------------------------------------------------ one stream

    def open(self, signed: Signed, channels: tuple[str, ...], last: str | None) -> Stream:
        """A stream for a reader of these channels, from after event id `last`. TooMany, BadInput."""
        after = _last(last)
        party = signed.officer.party
        if sum(c.signed.officer.party == party for c in self._clients) >= self._limit:
            raise TooMany("too many live screens are open at this node", retry_after=30)
        return Stream(self, Client(signed, channels), after)

    def join(self, client: Client) -> tuple[int, int]:
        """Take a client in; (the arrival sequence, his own sequence) from which on he is told live."""
        self._clients.add(client)
        return self._seq, self._count(client.channels)

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    def replay(self, channels: tuple[str, ...], after: int, seq: int, count: int) -> list[bytes]:
        """The events after id `after` up to arrival `seq`, which is event `count`; on any thread.

        Reads the journal backward; more than REPLAY of them, or an id that never was: one `reset`.
        """
        if not count - REPLAY <= after <= count:
            return [b"id: %d\nevent: reset\ndata: {}\n\n" % count]
        events: list[bytes] = []
        stop, number = seq, count
        while number > after and stop > 0:
            start = max(0, stop - 500)
            for arrival in reversed(self._node.log.journal(start, limit=stop - start)):
                if arrival.log.channel in channels and number > after:
                    if arrival.data is not None:
                        events.append(_event(number, arrival))
                    number -= 1
            stop = start
        return events[::-1]


@dataclass(slots=True)
class Stream:
    """The ASGI answer of one stream."""

    hub: EventHub
    client: Client
    after: int | None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        seq, count = self.hub.join(self.client)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            first = b"retry: 2000\n\n"
            if self.after is not None:
                missed = await asyncio.to_thread(
                    self.hub.replay, self.client.channels, self.after, seq, count
                )
                first += b"".join(missed)
            else:
                first += b"id: %d\nevent: ready\ndata: {}\n\n" % count
            await _say(send, first)
            await self._forward(send, gone)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # the client went away while we wrote
            return
        finally:
            self.hub.leave(self.client)
            gone.cancel()

    async def _forward(self, send: Any, gone: asyncio.Future[None]) -> None:
        while not gone.done():
            waiting = asyncio.ensure_future(self.client.queue.get())
            either: set[asyncio.Future[Any]] = {waiting, gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                return
            data = waiting.result()
            if data is None:
                return
            while not self.client.queue.empty() and not self.client.ended:
                data += self.client.queue.get_nowait() or b""
            await _say(send, data)


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Any, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


def _event(number: int, arrival: Arrival) -> bytes:
    line = msgspec.json.decode(arrival.data or b"{}", type=_Line)
    said = {"id": line.id, "kind": line.kind, "rev": line.rev, "channel": arrival.log.channel}
    return b"id: %d\nevent: record\ndata: %s\n\n" % (number, msgspec.json.encode(said))


def _last(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 16):
        raise BadInput("Last-Event-ID", text, "the id of the last event received, or none")
    return int(text)
