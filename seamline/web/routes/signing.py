"""/api/records/draft: the bytes an officer signs with his own key, which never leaves his browser."""

from __future__ import annotations

import base64
import re
from typing import Any

from seamline.actions import release, write
from seamline.errors import BadInput, NotFound, Worded
from seamline.web.access import WRITE, route
from seamline.web.call import Call
from seamline.web.shapes import records as records_shapes

Json = dict[str, Any]
_PATH = re.compile(r"records(?:/([^/]{1,64})/(revise|release|withdraw))?")


@route("POST", "/api/records/draft", WRITE, "Bytes to sign", answer=records_shapes.Draft, faults=(404, 409))
def draft_record(call: Call, body: records_shapes.DraftRequest) -> Json:
    """Sign `signing` with the officer's Ed25519 key; send the request with `draft` and `sig` added."""
    match = _PATH.fullmatch(body.path)
    if match is None:
        raise NotFound(f"nothing is drafted for {body.path}")
    id, act = match.groups()
    if act == "revise":
        entry, signing = _revision(call, id, body)
    elif act == "release":
        rev, channel = _given("rev", body.rev), _given("channel", body.channel)
        ask = release.Release(id, rev, channel, body.mode, body.body)
        entry, signing = release.draft(call.node, call.officer, ask)
    elif act == "withdraw":
        saying = write.withdrawing(call.node, call.officer, id, body.reason or "")
        entry, signing = write.draft(call.node, call.officer, saying)
    else:
        entry, signing = write.draft(call.node, call.officer, _saying(call, body), id=body.id)
    return {"signing": base64.b64encode(signing).decode(), "draft": {"id": entry.id, "at": entry.at}}


def _saying(call: Call, body: records_shapes.DraftRequest) -> write.Saying:
    kind, channel = _given("kind", body.kind), _given("channel", body.channel)
    saying = write.Saying(kind, channel, body.lane, body.lang or call.lang, _given("body", body.body))
    return write.check(call.node, call.officer, saying)


def _revision(call: Call, id: str, body: records_shapes.DraftRequest) -> tuple[Any, bytes]:
    row, saying = write.revision(
        call.node, call.officer, id, _given("rev", body.rev), _given("body", body.body), lang=body.lang
    )
    return write.draft(call.node, call.officer, saying, row)


def _given(field: str, value: Any) -> Any:
    if value is None:
        raise BadInput(field, None, Worded("remedy.required", "this field is required"))
    return value
