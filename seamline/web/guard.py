"""Around everything: which host names are ours, and what each reply forbids the browser.

DNS rebinding: a page of another site may point its own name at 127.0.0.1 and talk to us as "same
origin". It cannot choose a Host of ours, so requests for other names are refused. IP literals cannot be
rebound.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from seamline.settings import Settings
from seamline.web import problems

# MapLibre starts its worker from a file of ours or a blob, and paints from data: and blob: images; it
# sets style attributes on its own elements, which 'unsafe-inline' for styles alone covers.
POLICY = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "worker-src 'self' blob:; "
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
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


class Guard:
    """ASGI middleware. replied(status) is told of each reply."""

    def __init__(self, app: Any, settings: Settings, replied: Callable[[int], None]) -> None:
        self._app, self._replied = app, replied
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
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        headers = {k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"host", b"accept-language")}
        if self._is_ours(headers.get(b"host", "")):
            await self._app(scope, receive, guarded)
            return
        made = problems.wrong_host(problems.reader_lang(headers.get(b"accept-language", "")))
        kind = (b"content-type", problems.MEDIA_TYPE.encode())
        await guarded({"type": "http.response.start", "status": made.status, "headers": [kind]})
        await guarded({"type": "http.response.body", "body": problems.encode(made)})

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
