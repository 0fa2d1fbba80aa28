"""Answers on the wire: small, the same, told once; and no length tells of what another audience wrote."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.web import packed
from seamline.web.routes import ROUTES
from tests.nodes import INCIDENT
from tests.web.desk import Desk, desk

GZIP = {"accept-encoding": "gzip, br"}


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


def say(here: Desk, channel: str, summary: str, kind: str = "incident", **more: Any) -> Any:
    body = {**INCIDENT, "summary": summary} if kind == "incident" else more
    said = {"kind": kind, "channel": channel, "body": body}
    reply = here.wire.post("/api/records", said, token=here.token("release" if "+" in channel else "watch"))
    assert reply.status == 201, reply.body
    return reply.json


def test_a_list_is_the_same_packed_or_not_and_is_told_once(here: Desk) -> None:
    for n in range(4):
        say(here, ("isf", "isf+ksf")[n % 2], f"Shots heard {n}")
    token = here.token("auditor")
    whole = here.wire.get("/api/records", token=token)
    small = here.wire.get("/api/records", token=token, headers=GZIP)
    assert (whole.header("content-encoding"), small.header("content-encoding")) == (None, "gzip")
    assert gzip.decompress(small.body) == whole.body
    assert len(small.body) < len(whole.body)
    held = {"if-none-match": small.header("etag") or ""}
    again = here.wire.get("/api/records", token=token, headers=held)
    assert (again.status, again.body, again.header("cache-control")) == (304, b"", "no-store")
    say(here, "isf", "Something new")
    assert here.wire.get("/api/records", token=token, headers=held).status == 200


def test_who_does_not_take_gzip_gets_none(here: Desk) -> None:
    for asked in ("identity", "gzip;q=0", ""):
        reply = here.wire.get("/api/kinds", token=here.token("watch"), headers={"accept-encoding": asked})
        assert reply.header("content-encoding") is None
    reply = here.wire.get("/api/kinds", token=here.token("watch"), headers=GZIP)
    assert len(json.loads(gzip.decompress(reply.body))["items"]) > 10
    assert reply.header("cache-control") == "private, no-cache"


FLUSHED = b"\0\0\xff\xff"


def stretches(kept: str, guess: str) -> list[bytes]:
    """What goes over the wire of a list with what isf kept and what isf+ksf said, flush by flush."""
    items = [{"channel": "isf", "text": kept}, {"channel": "isf+ksf", "text": guess}]
    data = packed.by_audience({"items": items}, lambda item: str(item["channel"]))
    assert json.loads(gzip.decompress(data))["items"] == items
    return data.split(FLUSHED)


def test_no_length_tells_whether_another_audience_wrote_the_same() -> None:
    kept = "convoy of nine trucks through the gorge at first light"
    other = "meeting of the water board in the school on thursday.."
    guess = f"we think: {kept}"
    right, wrong = stretches(kept, guess), stretches(other, guess)
    assert len(right) == len(wrong) == 4
    assert right[2] == wrong[2]
    # Packed as one text it would tell: this is what the rule is for.
    told = [len(gzip.compress(json.dumps([text, guess]).encode())) for text in (kept, other)]
    assert told[0] + 20 < told[1]


def test_what_has_no_channel_of_its_own_stands_alone() -> None:
    items = [{"text": "the same words, many of them, again and again"}] * 6
    alone = packed.by_audience({"items": items}, lambda item: None)
    together = packed.by_audience({"items": items}, lambda item: "isf")
    assert gzip.decompress(alone) == gzip.decompress(together)
    assert len(alone) > 2 * len(together)
    assert (
        gzip.decompress(packed.by_audience({"items": [], "n": 1}, lambda item: None)) == b'{"items":[],"n":1}'
    )


def test_what_names_its_source_in_a_narrower_channel_stands_alone() -> None:
    (route,) = [one for one in ROUTES if (one.method, one.path) == ("GET", "/api/records")]
    assert route.audience is not None
    source = {"id": "0199c82c-c000-7000-8000-0000000000aa", "channel": "isf"}
    found = [route.audience({"channel": "isf+ksf", "links": {"source": one}}) for one in (None, source)]
    assert found == ["isf+ksf", None]


def test_after_an_event_what_it_touched_is_asked_for(here: Desk) -> None:
    first = say(here, "isf+ksf", "Shots heard")
    say(here, "isf", "Not about that")
    opened = here.wire.post(
        f"/api/records/{first['id']}/withdraw", {"reason": "Twice"}, token=here.token("release")
    )
    assert opened.status in (200, 201)
    token, act = here.token("watch"), opened.json["id"]
    found = here.wire.get(f"/api/records?about={act}", token=token).json["items"]
    assert {one["id"] for one in found} == {act, first["id"]}
    (only,) = here.wire.get(f"/api/records?kind=incident&about={act}", token=token).json["items"]
    assert (only["id"], only["state"]) == (first["id"], "withdrawn")
    # Absent and forbidden alike: nothing.
    absent = here.wire.get("/api/records?about=0199c82c-c000-7000-8000-0000000000aa", token=token)
    assert absent.json == {"items": [], "next": None}
    many = ",".join(first["id"] for _ in range(51))
    assert here.wire.get(f"/api/records?about={many}", token=here.token("watch")).status in (400, 413)
