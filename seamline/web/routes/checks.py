"""What follows from the records: clashes, findings, gaps, attention. Nothing is ever "cleared" (law 7)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline import texts
from seamline.actions import attention, gaps, read, suggesting
from seamline.picture.kernel import BANDWIDTH_M
from seamline.texts import dates
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.records import When
from seamline.web.shapes import checks

Json = dict[str, Any]


class GapsQuery(msgspec.Struct, rename={"from_": "from"}):
    """The hours to look at: from now (or as_of) on, if `from` is absent."""

    from_: When = None
    to: When = None
    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=gaps.MAX_LIMIT)] = gaps.LIMIT


class ClashesQuery(msgspec.Struct, rename={"from_": "from"}):
    """Those that end after `from`; a week ago if it is absent."""

    from_: When = None


@route("GET", "/api/clashes", READ, "Plans too near in space and time", answer=checks.Clashes)
def list_clashes(call: Call, query: ClashesQuery) -> Json:
    """Among what this officer may see, his own party's unreleased plans included; by start."""
    return worded(call, read.clashes(call.node, call.officer, reading.instant("from", query.from_)))


class AttentionQuery(msgspec.Struct):
    """How many at most."""

    limit: Annotated[int, Meta(ge=1, le=attention.MAX_LIMIT)] = attention.LIMIT


def _channel(item: Json) -> str | None:
    return str(item["record"]["channel"]) if item["record"] else None


@route(
    "GET", "/api/attention", READ, "What waits for this officer", answer=checks.Attention, audience=_channel
)
def list_attention(call: Call, query: AttentionQuery) -> Json:
    """In order of urgency: of one kind, what is due first, then what has waited longest."""
    return worded(call, attention.attention(call.node, call.officer, query.limit))


@route("GET", "/api/gaps", READ, "Watched ground that nobody covers", answer=checks.Gaps)
def list_gaps(call: Call, query: GapsQuery) -> Json:
    """On watch lists in force, what no undertaking that he may see covers; by weight × length × hours."""
    asked = gaps.Asked(
        reading.instant("from", query.from_),
        reading.instant("to", query.to),
        reading.instant("as_of", query.as_of),
        query.limit,
    )
    return worded(call, gaps.found(call.node, call.officer, asked))


class SuggestQuery(msgspec.Struct, rename={"from_": "from"}):
    """A line in force or a bbox; from, to: of the incidents that count; the rest has defaults."""

    line: Annotated[str, Meta(max_length=20, description="id of a line in force")] | None = None
    bbox: Annotated[str, Meta(max_length=120, description="west,south,east,north in degrees")] | None = None
    from_: When = None
    to: When = None
    hours: (
        Annotated[str, Meta(max_length=5, description="hours of day, such as 18-6, in the node's zone")]
        | None
    ) = None
    bandwidth_m: Annotated[int, Meta(ge=1_000, le=50_000)] = BANDWIDTH_M
    stretch_m: Annotated[int, Meta(ge=2_000, le=50_000)] = suggesting.STRETCH_M
    past: Annotated[int, Meta(ge=0, le=100)] = suggesting.SHARES["past"]
    relief: Annotated[int, Meta(ge=0, le=100)] = suggesting.SHARES["relief"]
    roads: Annotated[int, Meta(ge=0, le=100)] = suggesting.SHARES["roads"]
    limit: Annotated[int, Meta(ge=1, le=suggesting.MAX_LIMIT)] = suggesting.LIMIT


@route(
    "GET",
    "/api/watch/suggest",
    READ,
    "Ground a watch list might name",
    answer=checks.Suggestions,
    faults=(404,),
)
def suggest_watch(call: Call, query: SuggestQuery) -> Json:
    """From past incidents, relief and roads, each shown apart; nothing is saved, a person decides."""
    wish = suggesting.Wish(
        line=query.line,
        box=reading.bbox(query.bbox),
        start=reading.instant("from", query.from_),
        end=reading.instant("to", query.to),
        hours=reading.hours(query.hours),
        bandwidth_m=query.bandwidth_m,
        stretch_m=query.stretch_m,
        past=query.past,
        relief=query.relief,
        roads=query.roads,
        limit=query.limit,
    )
    return worded(call, suggesting.suggest(call.node, call.officer, wish))


def worded(call: Call, found: Json) -> Json:
    """The note also as a sentence, in the reader's language and the node's zone."""
    note, zone = found["note"], call.node.settings.zone
    said = texts.text(call.lang, note["key"])
    if note["last_contact"] is None:
        said = texts.text(call.lang, "note.no_contact", text=said)
    else:
        time = dates.moment(note["last_contact"], zone, call.lang)
        said = texts.text(call.lang, "note.last_contact", text=said, time=time)
    return found | {"note": note | {"text": said}}
