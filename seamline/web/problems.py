"""What went wrong, as RFC 9457 problem+json: the one table from exception to HTTP status.

Handlers never build error replies. The title is the catalogue's, in the reader's language; the detail
is the exception's own sentence. Of a fault of ours a caller learns an id that stands in the log.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import Struct

from seamline import errors, texts

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("seamline.web")

STATUS: dict[type[Exception], int] = {
    errors.BadInput: 400,
    errors.TooLarge: 413,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.CallerFault: 400,
    errors.PeerFault: 422,
    errors.LinkFault: 502,
    errors.StoreFull: 507,
    errors.StoreBusy: 503,
    errors.Locked: 503,
    errors.Behind: 503,
    errors.OurFault: 500,
    errors.SeamlineError: 500,
}

# Faults that a caller finds before any of our code sees the request, by the status Litestar gives them.
_BY_ROUTER = {
    400: "bad_input",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type",
    416: "no_such_part",
    421: "wrong_host",
}


class Problem(Struct, omit_defaults=True):
    """RFC 9457. code: a stable word for programs; field, value, remedy: what to change; id: in our log."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    value: str | None = None
    remedy: str | None = None
    rule: str | None = None
    rev: int | None = None
    retry_after: int | None = None
    id: str | None = None


def status_of(fault: Exception) -> int:
    """The HTTP status of an exception: its row in the table or its nearest parent's, else 500."""
    if isinstance(fault, HTTPException):
        return fault.status_code
    return next((STATUS[c] for c in type(fault).__mro__ if c in STATUS), 500)


def problem(fault: Exception, lang: str) -> Problem:
    """The problem a caller gets for an exception; faults of ours go to the log under an id."""
    status = status_of(fault)
    if isinstance(fault, errors.SeamlineError) and status < 500:
        return _ours(fault, status, lang)
    if isinstance(fault, HTTPException) and status < 500:
        return _of(_BY_ROUTER.get(status, "refused"), status, lang, fault.detail)
    code = fault.code if isinstance(fault, errors.SeamlineError) else "our_fault"
    id = secrets.token_hex(4)
    _log.error("fault %s: %s", id, fault, exc_info=fault)
    made = _of(code, status, lang, f"the node's log has it under {id}")
    made.id = id
    return made


def _ours(fault: errors.SeamlineError, status: int, lang: str) -> Problem:
    made = _of(fault.code, status, lang, _worded(fault.said, lang, fault.message))
    if isinstance(fault, errors.BadInput):
        made.detail = f"{fault.field}: {fault.value}"
        made.field, made.value, made.remedy = fault.field, fault.value, _remedy(fault, lang)
    elif isinstance(fault, errors.RuleBroken):
        made.rule = fault.rule
    elif isinstance(fault, errors.TooMany):
        made.retry_after = fault.retry_after
    elif isinstance(fault, errors.Conflict):
        made.rev = fault.params.get("rev")
    return made


def _remedy(fault: errors.BadInput, lang: str) -> str:
    """What to change, in the reader's language where there are words for it."""
    key = f"remedy.{fault.code}"
    if fault.worded is None and lang != "en" and key in texts.catalogue(lang):
        return texts.text(lang, key, **fault.params)
    return _worded(fault.worded, lang, fault.remedy)


def _worded(said: errors.Worded | None, lang: str, english: str) -> str:
    """By its key, where it has one that is known; else the English as it is."""
    if said is None or lang == "en" or said.key not in texts.catalogue(lang):
        return english
    return texts.text(lang, said.key, **{name: _named(value, lang) for name, value in said.params.items()})


def _named(value: object, lang: str) -> object:
    if not isinstance(value, errors.Words):
        return value
    known = texts.catalogue(lang)
    return texts.text(lang, "ui.list.and").join(
        known.get(f"{value.prefix}.{name}", name) for name in value.names
    )


def _of(code: str, status: int, lang: str, detail: str) -> Problem:
    return Problem(f"urn:seamline:problem:{code}", texts.text(lang, f"error.{code}"), status, detail, code)


def _headers(made: Problem, fault: Exception) -> dict[str, str]:
    """What the status asks for besides the body."""
    headers = {"cache-control": "no-store"}
    if isinstance(fault, HTTPException) and fault.headers:
        headers |= fault.headers
    if made.status == 401:
        headers["www-authenticate"] = "Bearer"
    if made.retry_after is not None:
        headers["retry-after"] = str(made.retry_after)
    return headers


def handle(request: Request[Any, Any, Any], fault: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    accept = request.headers.get("accept-language", "")
    made = problem(fault, reader_lang(accept, request.state.get("lang", "en")))
    headers = _headers(made, fault)
    return Response(
        msgspec.json.encode(made), status_code=made.status, media_type=MEDIA_TYPE, headers=headers
    )


async def reply(fault: Exception, accept: str, send: Any) -> None:
    """The same, below Litestar: straight to an ASGI send."""
    made = problem(fault, reader_lang(accept))
    headers = {"content-type": MEDIA_TYPE, **_headers(made, fault)}
    pairs = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": made.status, "headers": pairs})
    await send({"type": "http.response.body", "body": msgspec.json.encode(made)})


def reader_lang(accept: str, otherwise: str = "en") -> str:
    """The language of ours that an Accept-Language header (RFC 9110 §12.5.4) likes best, else `otherwise`."""
    best, weight = otherwise, 0.0
    for part in accept[:200].split(","):
        tag, _, parameter = part.partition(";")
        lang = tag.strip().lower().split("-")[0]
        lang = "ckb" if lang == "ku" else lang
        try:
            q = float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
        except ValueError:
            continue
        if lang in texts.LANGS and q > weight:
            best, weight = lang, q
    return best
