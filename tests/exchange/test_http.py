"""Two nodes in one process over real HTTP on loopback. Everything waits for events, never for time."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import Queue
from typing import Any

import httpx2
import pytest
import uvicorn

from seamline.exchange import envelope
from seamline.exchange.caller import Call, Caller
from seamline.exchange.endpoint import HELD, Endpoint
from seamline.exchange.links.http import Dialler
from seamline.exchange.ports import Limits
from seamline.log.checkpoint import LogId
from seamline.store.ports import LinkRow
from tests.exchange.test_fragments import noise
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

PATIENCE = 30.0
"""Seconds after which a test that waits for an event fails; none waits that long when all is well."""


@dataclass
class Served:
    """A node with its endpoint on a loopback port, and its dialler, on one event loop in a thread."""

    node: SimulatedNode
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    ready: threading.Event = field(default_factory=threading.Event)
    server: uvicorn.Server | None = None
    endpoint: Endpoint | None = None
    dialler: Dialler | None = None
    dialling: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread = threading.Thread(
            target=lambda: self.loop.run_until_complete(self._serve()), daemon=True
        )
        self.thread.start()
        assert self.ready.wait(PATIENCE)

    async def _serve(self) -> None:
        self.endpoint, self.dialler = Endpoint(self.node.exchange), Dialler(self.node.exchange)
        config = uvicorn.Config(
            self.endpoint, host="127.0.0.1", port=self.port, log_level="error", lifespan="off"
        )
        self.server = uvicorn.Server(config)
        self.dialling = asyncio.create_task(self.dialler.run())
        serving = asyncio.create_task(self.server.serve())
        while not self.server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]
        self.ready.set()
        await serving
        self.dialling.cancel()
        await asyncio.gather(self.dialling, return_exceptions=True)

    def wait_for(self, true: Callable[[], bool]) -> None:
        """Wait for something that happens on the event loop, a turn of it at a time."""

        async def look() -> None:
            async with asyncio.timeout(PATIENCE):
                while not true():  # noqa: ASYNC110 - what is waited for has no event
                    await asyncio.sleep(0.001)

        asyncio.run_coroutine_threadsafe(look(), self.loop).result(PATIENCE + 1)

    def stop(self) -> None:
        def ask() -> None:
            assert self.endpoint
            assert self.server
            assert self.dialling
            self.endpoint.close()
            self.dialling.cancel()
            self.server.should_exit = True

        self.loop.call_soon_threadsafe(ask)
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        self.loop.close()


def when(node: SimulatedNode, true: Callable[[], bool]) -> None:
    """Wait until it is so; looked at again whenever the node commits something."""
    changed = threading.Event()
    node.watchers.append(changed.set)
    try:
        while not true():
            assert changed.wait(PATIENCE), "it did not come"
            changed.clear()
    finally:
        node.watchers.remove(changed.set)


@contextmanager
def served(*nodes: SimulatedNode) -> Iterator[list[Served]]:
    running: list[Served] = []
    try:
        for node in nodes:
            running.append(Served(node))
            running[-1].start()
        yield running
    finally:
        for one in running:
            one.stop()


def dial(a: Served, b: Served) -> None:
    dial_at(a, b.node, b.url)


def dial_at(a: Served, b: SimulatedNode, url: str) -> None:
    a.node.local.put_link(LinkRow(b.key.fingerprint, b.name, url))
    assert a.dialler is not None
    a.dialler.refresh()


def pair(limits: Limits | None = None) -> tuple[SimulatedNode, SimulatedNode]:
    world = World(limits=limits)
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    return a, b


def size(node: SimulatedNode, log: LogId) -> int:
    return node.log.head(log).size


def receipt(node: SimulatedNode, log: LogId, reader: SimulatedNode) -> int:
    return node.receipts().get((log, reader.key.fingerprint), 0)


def test_a_commit_reaches_the_other_side_and_its_receipt_comes_back() -> None:
    a, b = pair()
    with served(a, b) as (one, two):
        dial(one, two)
        log = a.log_id("isf+ksf")
        a.say("isf+ksf", {"text": "first"})
        when(b, lambda: size(b, log) == 1)
        when(a, lambda: receipt(a, log, b) == 1)
        a.say("isf+ksf", {"text": "second"}, lane="flash")
        when(b, lambda: size(b, a.log_id("isf+ksf", "flash")) == 1)


def test_the_side_that_cannot_dial_is_heard_as_soon_as_it_says_something() -> None:
    a, b = pair()
    with served(a, b) as (one, two):
        dial(one, two)
        log = b.log_id("isf+ksf")
        for n in range(1, 4):
            b.say("isf+ksf", {"text": str(n)})
            when(a, lambda n=n: size(a, log) == n)
            when(b, lambda n=n: receipt(b, log, a) == n)


def test_both_dial_and_they_come_to_rest() -> None:
    a, b = pair(Limits(hold=0.2))
    with served(a, b) as (one, two):
        dial(one, two)
        dial(two, one)
        for n in range(1, 6):
            a.say("isf+ksf", {"text": f"a {n}"})
            b.say("isf+ksf", {"text": f"b {n}"})
        when(a, lambda: receipt(a, a.log_id("isf+ksf"), b) == 5 and size(a, b.log_id("isf+ksf")) == 5)
        when(b, lambda: receipt(b, b.log_id("isf+ksf"), a) == 5 and size(b, a.log_id("isf+ksf")) == 5)


def test_thousands_of_entries_arrive_after_a_cut() -> None:
    a, b = pair(Limits(part=64 * 1024))
    a.say("isf+ksf", *({"text": f"entry {n} " + "x" * 200} for n in range(3000)))
    b.say("isf+ksf", *({"text": f"entry {n}"} for n in range(1500)), lane="flash")
    with served(a, b) as (one, two):
        dial(one, two)
        when(b, lambda: size(b, a.log_id("isf+ksf")) == 3000)
        when(a, lambda: size(a, b.log_id("isf+ksf", "flash")) == 1500)
        when(a, lambda: receipt(a, a.log_id("isf+ksf"), b) == 3000)
        when(b, lambda: receipt(b, b.log_id("isf+ksf", "flash"), a) == 1500)
    assert a.heads() == b.heads()


@pytest.mark.parametrize("step", [1000, 1 << 20])
def test_the_side_that_is_dialled_measures_the_line_by_what_follows_the_first_of_a_message(step: int) -> None:
    a, b = pair()
    a.say("isf+ksf", {"text": noise(9000)})
    SimulatedLink(a, b).speak()  # a greeting, so that the next one carries something
    call = a.caller(b).speak(1 << 20)
    assert call is not None
    pieces = [call.data[at : at + step] for at in range(0, len(call.data), step)]
    coming = [{"type": "http.request", "body": p, "more_body": True} for p in pieces]
    coming += [{"type": "http.request", "body": b"", "more_body": False}]
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        answered.append(message)

    asyncio.run(Endpoint(b.exchange)({"type": "http", "method": "POST", "headers": []}, receive, send))
    assert answered[0]["status"] == 200
    rate = b.exchange.links()[0]["rate"]
    # On one heap it tells nothing: it may have waited in a buffer.
    assert (rate is None) == (step > len(call.data))


def test_a_peer_that_went_away_is_found_again() -> None:
    a, b = pair()
    with served(a) as (one,):
        with served(b) as (two,):
            port = two.port
            dial(one, two)
            a.say("isf+ksf", {"text": "before"})
            when(b, lambda: size(b, a.log_id("isf+ksf")) == 1)
        a.say("isf+ksf", {"text": "while away"})
        b.restart()
        again = Served(b, port)
        again.start()
        try:
            when(b, lambda: size(b, a.log_id("isf+ksf")) == 2)
        finally:
            again.stop()


def test_strangers_and_nonsense_are_refused_with_the_rule() -> None:
    _, b = pair()
    stranger = World(("isf", "ksf", "zzz")).node("nobody", "zzz")
    with served(b) as (two,):

        def post(data: bytes) -> httpx2.Response:
            return httpx2.post(two.url + "/exchange", content=data, trust_env=False)

        assert httpx2.get(two.url + "/exchange", trust_env=False).status_code == 405
        assert post(b"nonsense").json()["rule"] == "exchange 6.1"
        assert post(b"").status_code == 400
        call = stranger.exchange
        request = envelope.Request(call.house.me, b.key.fingerprint, 1)
        refused = post(envelope.write_request(request, stranger.key))
        assert (refused.status_code, refused.json()["rule"]) == (403, "exchange 6.2")
        large = httpx2.post(two.url, content=bytes(9_000_000), trust_env=False)
        assert large.status_code == 413
    assert not b.heads()


def carry(served: Served, caller: Caller, call: Call) -> bool:
    """One request over HTTP and its answer taken in; whether there is more to say."""
    response = httpx2.post(served.url, content=call.data, trust_env=False, timeout=PATIENCE)
    assert response.status_code == 200
    return caller.answered(call, response.content)


def test_no_peer_holds_many_requests_and_a_closing_node_lets_go_of_all() -> None:
    a, b = pair()
    caller = a.caller(b)
    with served(b) as (two,):
        while (call := caller.speak(1 << 20)) is not None:
            carry(two, caller, call)
        ended: Queue[int] = Queue()

        def listen(number: int, call: Call) -> None:
            carry(two, caller, call)
            ended.put(number)

        threads, peer = [], b.exchange.peer(a.key.fingerprint)
        for number in range(HELD + 1):
            threads.append(
                threading.Thread(target=listen, args=(number, caller.listen(1 << 20)), daemon=True)
            )
            threads[-1].start()
            two.wait_for(lambda number=number: len(peer.wakers) >= min(number + 1, HELD))
        assert ended.get(timeout=PATIENCE) == 0
        assert ended.empty()
    assert sorted(ended.get(timeout=PATIENCE) for _ in range(HELD)) == list(range(1, HELD + 1))


def test_a_link_that_is_switched_off_hangs_up_and_says_so() -> None:
    a, b = pair()
    with served(a, b) as (one, two):
        dial(one, two)
        a.say("isf+ksf", {"text": "first"})
        when(a, lambda: receipt(a, a.log_id("isf+ksf"), b) == 1)
        one.wait_for(lambda: a.exchange.links()[0]["state"] == "settled")
        link = a.exchange.links()[0]
        assert (link["waiting"], link["trouble"]) == ({"flash": 0, "routine": 0}, None)
        a.local.put_link(replace(a.local.links()[0], enabled=False))
        assert one.dialler is not None
        one.dialler.refresh()
        one.wait_for(lambda: a.exchange.peer(b.key.fingerprint).state.state == "stopped")
        assert a.exchange.links()[0]["state"] == "stopped"
        assert a.exchange.public_of(b.key.fingerprint) is None
        refused = b.caller(a).speak(1 << 20)
        assert (
            refused is None or httpx2.post(one.url, content=refused.data, trust_env=False).status_code == 403
        )


def test_an_answer_has_no_headers_that_say_nothing() -> None:
    a, b = pair()
    with served(b) as (two,):
        call = a.caller(b).speak(1 << 20)
        assert call is not None
        answer = httpx2.post(two.url + "/exchange", content=call.data, trust_env=False)
        assert answer.status_code == 200
        # What uvicorn adds on its own: `server` is switched off in wiring.
        assert set(answer.headers) - {"date", "server"} == {"content-type", "content-length"}
        assert httpx2.get(two.url + "/exchange", trust_env=False).headers["cache-control"] == "no-store"


def test_a_request_says_nothing_of_the_program_that_made_it() -> None:
    """Each header is paid for with every message of a thin line."""
    a, b = pair()
    with socket.create_server(("127.0.0.1", 0)) as door, served(a) as (one,):
        door.settimeout(PATIENCE)
        dial_at(one, b, f"http://127.0.0.1:{door.getsockname()[1]}")
        line, _ = door.accept()
        with line, line.makefile("rb") as told:
            head = list(iter(told.readline, b"\r\n"))[1:]
    assert {one.split(b":")[0].lower() for one in head} == {b"host", b"content-type", b"content-length"}


def test_a_dead_line_is_the_links_fault() -> None:
    a, b = pair()
    with served(a) as (one,):
        dial_at(one, b, "http://127.0.0.1:9")
        state = a.exchange.peer(b.key.fingerprint).state
        one.wait_for(lambda: state.trouble is not None)
        assert state.trouble is not None
        assert state.trouble.fault == "link"
        one.wait_for(lambda: state.state == "backing_off")
