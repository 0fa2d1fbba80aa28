"""An ASGI application driven without a socket: one loop on a thread, requests, streams that can be cut."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote

T = TypeVar("T")
PATIENCE = 20.0


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def cookies(self) -> dict[str, str]:
        pairs = [v.split(";")[0].partition("=") for k, v in self.headers if k == "set-cookie"]
        return {name: value for name, _, value in pairs}


@dataclass
class Stream:
    """An open reply. events() ends when the application ends it; cut() is the client going away."""

    wire: Wire
    status: int = 0
    chunks: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    started: threading.Event = field(default_factory=threading.Event)
    rest: str = ""

    def event(self) -> dict[str, Any] | None:
        """The next event {id (0: none), event, data}, comments passed over; None at the end of the stream."""
        while True:
            while "\n\n" in self.rest:
                block, self.rest = self.rest.split("\n\n", 1)
                lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                if "event" in lines:
                    return {**lines, "id": int(lines.get("id", 0)), "data": json.loads(lines["data"])}
            chunk = self.chunks.get(timeout=PATIENCE)
            if chunk is None:
                return None
            self.rest += chunk.decode()

    def cut(self) -> None:
        self.wire.loop.call_soon_threadsafe(self.gone.set)


class Wire:
    """The application, started; use it as a context manager."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="wire", daemon=True)
        self._tasks: set[Any] = set()

    def __enter__(self) -> Wire:
        self._thread.start()
        self._events: asyncio.Queue[Any] = self.run(_queue())
        self._said: asyncio.Queue[Any] = self.run(_queue())
        self._lifespan = asyncio.run_coroutine_threadsafe(
            self.app(
                {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}},
                self._events.get,
                self._said.put,
            ),
            self.loop,
        )
        self._phase("startup")
        return self

    def __exit__(self, *exc: object) -> None:
        self._phase("shutdown")
        self._lifespan.result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    def _phase(self, name: str) -> None:
        async def step() -> Any:
            await self._events.put({"type": f"lifespan.{name}"})
            return await self._said.get()

        said = self.run(step())
        assert said["type"] == f"lifespan.{name}.complete", said

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, self.loop).result(PATIENCE)

    # ------------------------------------------------------------ requests

    def send(self, method: str, target: str, **how: Any) -> Reply:
        """One request. how: json, body, headers (dict), token, cookie (dict), client, host, scheme."""

        async def step() -> Reply:
            said: list[Any] = []
            scope, body = _request(method, target, **how)
            sent = iter([{"type": "http.request", "body": body, "more_body": False}])

            async def receive() -> Any:
                for message in sent:
                    return message
                await asyncio.Event().wait()
                return None

            async def send(message: Any) -> None:
                said.append(message)

            await self.app(scope, receive, send)
            headers = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in said[0]["headers"]]
            return Reply(said[0]["status"], headers, b"".join(m.get("body", b"") for m in said[1:]))

        return self.run(step())

    def get(self, target: str, **how: Any) -> Reply:
        return self.send("GET", target, **how)

    def post(self, target: str, json: Any = None, **how: Any) -> Reply:
        return self.send("POST", target, json=json, **how)

    def stream(self, target: str, **how: Any) -> Stream:
        stream = Stream(self)

        async def run() -> None:
            scope, body = _request("GET", target, **how)
            sent = iter([{"type": "http.request", "body": body, "more_body": False}])

            async def receive() -> Any:
                for message in sent:
                    return message
                await stream.gone.wait()
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    stream.status = message["status"]
                    stream.started.set()
                elif message.get("body"):
                    stream.chunks.put(message["body"])

            try:
                await self.app(scope, receive, send)
            finally:
                stream.started.set()
                stream.chunks.put(None)

        task = asyncio.run_coroutine_threadsafe(run(), self.loop)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        assert stream.started.wait(PATIENCE)
        return stream


async def _queue() -> asyncio.Queue[Any]:
    return asyncio.Queue()


def _request(method: str, target: str, **how: Any) -> tuple[dict[str, Any], bytes]:
    path, _, query = target.partition("?")
    body = how.get("body", b"")
    headers = {"host": how.get("host", "127.0.0.1:8800"), **how.get("headers", {})}
    if how.get("json") is not None:
        body = json.dumps(how["json"]).encode()
        headers.setdefault("content-type", "application/json")
    if body:
        headers.setdefault("content-length", str(len(body)))
    if how.get("token"):
        headers["authorization"] = f"Bearer {how['token']}"
    if how.get("cookie"):
        headers["cookie"] = "; ".join(f"{k}={v}" for k, v in how["cookie"].items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": how.get("scheme", "http"),
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in _pairs(headers)],
        "client": (how.get("client", "127.0.0.1"), 50_000),
        "server": ("127.0.0.1", 8800),
        "extensions": {},
        "state": {},
    }
    return scope, body


def _pairs(headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((k, v) for k, v in headers.items() if v is not None)
