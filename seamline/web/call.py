"""One request: authenticated, permitted, read, answered. Every route goes through `Desk.serve`."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.response.base import ASGIResponse

from seamline.actions.accounts import Accounts, Signed
from seamline.actions.importing import ImportDesk
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.proposals import Proposals
from seamline.errors import NotAllowed, NotSignedIn, TooLarge
from seamline.web import packed, reading
from seamline.web.access import Route
from seamline.web.events import EventHub
from seamline.web.metrics import Metrics
from seamline.web.problems import reader_lang

T = TypeVar("T")
Http = Request[Any, Any, Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back when it is more than content for a 200."""

    content: Any = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with.

    Reads run on one pool of threads, password hashes on another, writes on the node's own.
    """

    node: Node
    accounts: Accounts
    proposals: Proposals
    hub: EventHub
    metrics: Metrics
    imports: ImportDesk
    openapi: Callable[[], bytes] = lambda: b"{}"
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16, "web"))
    slow: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "sign-in"))
    # One picture at a time: a dozen of them must not keep everybody else waiting.
    drawing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "drawing"))
    # So is a log of a hundred thousand entries, which is hashed from its first one on.
    checking: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "checking"))

    def close(self) -> None:
        """Let no thread of ours outlive the program."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.slow.shutdown(wait=False, cancel_futures=True)
        self.drawing.shutdown(wait=False, cancel_futures=True)
        self.checking.shutdown(wait=False, cancel_futures=True)
        self.imports.close()

    @property
    def cookie(self) -> str:
        """The name of the session cookie: one a node, so that four nodes on one host do not mix."""
        return f"seamline_{self.node.name}"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may go on."""

    at: Services
    http: Http
    signed: Signed | None

    @property
    def node(self) -> Node:
        return self.at.node

    @property
    def who(self) -> Signed:
        """Who asks; NotSignedIn on an open route when nobody is signed in."""
        if self.signed is None:
            raise NotSignedIn("sign in, or send a valid token")
        return self.signed

    @property
    def officer(self) -> Officer:
        return self.who.officer

    @property
    def lang(self) -> str:
        """The reader's language: what his screen asks for, else his account's, else the node's."""
        otherwise = self.signed.lang if self.signed else self.node.settings.lang
        return reader_lang(self.http.headers.get("accept-language", ""), otherwise)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        client = self.http.client
        return client.host if client else ""

    async def written(self, step: Callable[..., Future[T]], *args: Any, **rest: Any) -> T:
        """The result of a write action (it takes node and officer first) once it is on disk.

        What the action checks beforehand runs on a thread; none is held while the writer works.
        """
        begin = functools.partial(step, self.node, self.officer, *args, **rest)
        future = await asyncio.get_running_loop().run_in_executor(self.at.pool, begin)
        return await asyncio.wrap_future(future)

    @property
    def from_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return False


@dataclass(slots=True)
class Desk:
    """Serves routes."""

    services: Services

    async def serve(self, route: Route, http: Http) -> Any:
        """The answer to one request, an ASGI app. Raises what problems.py turns into a reply."""
        started = time.perf_counter()
        http.state.lang = self.services.node.settings.lang
        signed = await self._run(self.services.pool, self._who, route, http)
        if signed is not None:
            http.state.lang = signed.lang
        route.permission.check(signed)
        _check_origin(http, signed)
        call = Call(self.services, http, signed)
        given = await self._given(route, http, call)
        if route.is_async:
            answer = await route.handler(**given)
        else:
            pool = self.services.slow if route.slow else self.services.pool
            answer = await self._run(pool, functools.partial(route.handler, **given))
        self.services.metrics.answered(time.perf_counter() - started)
        return respond(route, answer, http.headers)

    async def _run(self, pool: ThreadPoolExecutor, step: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, step, *args)

    def _who(self, route: Route, http: Http) -> Signed | None:
        """Whose request this is. A token that counts no more is refused even where nobody need sign in."""
        accounts = self.services.accounts
        header = http.headers.get("authorization", "")
        scheme, _, secret = header.partition(" ")
        if header:
            if scheme.lower() != "bearer":
                raise NotSignedIn("send Authorization: Bearer TOKEN")
            return accounts.authenticate(secret.strip(), "api")
        cookie = http.cookies.get(self.services.cookie)
        if not cookie:
            return None
        try:
            return accounts.authenticate(cookie, "session")
        except NotSignedIn:
            if route.permission.open:  # an old cookie must not stand in the way of signing in again
                return None
            raise

    async def _given(self, route: Route, http: Http, call: Call) -> dict[str, Any]:
        wanted = route.hints.keys()
        given: dict[str, Any] = {"call": call} if "call" in wanted else {}
        given |= {name: _path(http.path_params, name) for name in route.path_names if name in wanted}
        pairs = http.query_params.multi_items()
        found = reading.query(pairs, http.scope["query_string"], route.query or Nothing)
        if route.query:
            given["query"] = found
        if route.body:
            given["body"] = reading.body(await self._read(http), route.body)
        return given

    async def _read(self, http: Http) -> bytes:
        limit = self.services.node.settings.limits.request_bytes
        if http.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(status_code=415, detail="send Content-Type: application/json")
        length = http.headers.get("content-length", "0")
        data = bytearray()
        if not length.isdecimal() or int(length) <= limit:
            async for chunk in http.stream():
                data += chunk
                if len(data) > limit:
                    break
            else:
                return bytes(data)
        raise TooLarge("body", f"more than {limit} bytes", f"at most {limit} bytes")


class Nothing(msgspec.Struct):
    """The query of a route that takes none."""


def _path(params: Mapping[str, Any], name: str) -> str:
    return str(params[name])


def _check_origin(http: Http, signed: Signed | None) -> None:
    """Against forged requests from other sites: what a cookie pays for must come from our own page.

    Fetch metadata decides where the browser sends it, else Origin; a cookie with neither is no browser
    of ours. Requests without a cookie are refused only if they say themselves that they are foreign.
    """
    if http.method in SAFE or (signed is not None and signed.kind == "api"):
        return
    site, origin = http.headers.get("sec-fetch-site"), http.headers.get("origin")
    if site is not None:
        same = site == "same-origin"
    elif origin is not None:
        same = urlsplit(origin).netloc.lower() == http.headers.get("host", "").lower()
    else:
        same = signed is None
    if not same:
        raise NotAllowed("this request came from another site's page", code="cross_site")


def respond(route: Route, answer: Any, asked: Any) -> Any:
    """The ASGI reply: bytes as they are, an ASGI app as it is, everything else as JSON.

    asked: the request's headers. What was read bears a tag, and whoever names it is told that it still holds.
    """
    status, headers = route.status, [("cache-control", "private, no-cache" if route.kept else "no-store")]
    if isinstance(answer, Answer):
        status, answer, extra = answer.status or status, answer.content, answer.headers
        headers += extra
    if callable(answer):
        return answer
    body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
    if status == 204:
        return ASGIResponse(body=b"", status_code=204, headers=headers)
    if (route.method, status, isinstance(answer, bytes)) == ("GET", 200, False):
        tag = packed.tag(body)
        headers += [("etag", f"W/{tag}"), ("vary", "accept-encoding, accept-language")]
        if packed.known(asked, tag):
            return ASGIResponse(body=b"", status_code=304, headers=headers)
        small = _smaller(route, answer, body, asked)
        if small is not None:
            body, headers = small, [*headers, ("content-encoding", "gzip")]
    return ASGIResponse(body=body, status_code=status, headers=headers, media_type=route.media_type)


def _smaller(route: Route, answer: Any, body: bytes, asked: Any) -> bytes | None:
    """The body by gzip; None where it goes as it is."""
    if len(body) < packed.SMALLEST or "gzip" not in packed.taken(asked):
        return None
    if route.program:
        return packed.whole(body)
    return packed.by_audience(answer, route.audience) if route.audience else None
