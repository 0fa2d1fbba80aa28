"""Around everything: which host names are ours, and what each reply forbids the browser.

DNS rebinding: a page of another site may point its own name at 127.0.0.1 and talk to us as "same
origin". It cannot choose a Host of ours, so requests for other names are refused. IP literals cannot be
rebound.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from litestar.exceptions import HTTPException

from seamline.settings import Settings
from seamline.web import problems

# Nothing inline at all: the map's worker is a file of ours, its pictures are drawn on canvases, and styles
# that a script of ours sets (element.style) are no inline styles to this policy.
POLICY = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "worker-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # The position is asked for by a button of a form, once; nothing follows anybody.
    (b"permissions-policy", b"camera=(), geolocation=(self), microphone=()"),
]
# What a browser draws no page from needs no more than this, and on a thin line half a kilobyte for each of
# thirty answers is felt. A script may be the map's worker, whose policy is its own.
_PLAIN = [(b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin")]
_SCRIPT = [(b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'"), *_PLAIN]
_DATA = [(b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"), *_PLAIN]
_KINDS = {
    b"text/javascript": _SCRIPT,
    b"text/css": _DATA,
    b"font/woff2": _DATA,
    b"text/event-stream": _DATA,
    b"application/json": _DATA,
    b"application/problem+json": _DATA,
    b"application/geo+json": _DATA,
    b"application/vnd.pmtiles": _DATA,
}


def forbidden(status: int, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What a reply with these headers forbids: all there is, unless it is known to be no page."""
    if status == 304:
        return []  # what is kept was sent with its own
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return _KINDS.get(kind.split(b";")[0].strip().lower(), HEADERS)


METHODS = frozenset({"GET", "HEAD", "POST", "DELETE"})
_WRONG_HOST = HTTPException(
    status_code=421, detail="this node does not answer to that name; its url setting says to which"
)


class Guard:
    """ASGI middleware. replied(status) is told of each reply; no_method(path): a wrong method's fault."""

    def __init__(
        self,
        app: Any,
        settings: Settings,
        replied: Callable[[int], None],
        no_method: Callable[[str], Exception],
    ) -> None:
        self._app, self._replied, self._no_method = app, replied, no_method
        self._names = {"localhost"}
        if settings.url:
            self._names.add(urlsplit(settings.url).hostname or "")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._replied(message["status"])
                said = list(message.get("headers", ()))
                message = {**message, "headers": [*said, *forbidden(message["status"], said)]}
            await send(message)

        headers = {k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"host", b"accept-language")}
        accept = headers.get(b"accept-language", "")
        if not self._is_ours(headers.get(b"host", "")):
            await problems.reply(_WRONG_HOST, accept, guarded)
        elif scope["method"] not in METHODS:  # OPTIONS too: Litestar would answer it on its own, and wrongly
            await problems.reply(self._no_method(scope["path"]), accept, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit("//" + host).hostname
        except ValueError:
            return False
        if not name:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True
