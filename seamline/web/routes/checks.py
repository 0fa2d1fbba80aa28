"""What follows from the records: clashes, findings, gaps, attention. Nothing is ever "cleared" (law 7)."""

from __future__ import annotations

from typing import Any

from seamline import texts
from seamline.actions import read
from seamline.texts import dates
from seamline.web import shapes
from seamline.web.access import READ, route
from seamline.web.call import Call

Json = dict[str, Any]


@route("GET", "/api/clashes", READ, "Plans too near in space and time", answer=shapes.Clashes)
def list_clashes(call: Call) -> Json:
    """Among what this officer may see, his own party's unreleased plans included; by start."""
    return _worded(call, read.clashes(call.node, call.officer))


@route("GET", "/api/attention", READ, "What waits for this officer", answer=shapes.Attention)
def list_attention(call: Call) -> Json:
    """Urgent first, then what has waited longest."""
    return _worded(call, read.attention(call.node, call.officer))


@route("GET", "/api/findings", READ, "Facts against signed rules", answer=shapes.Computed)
def list_findings(call: Call) -> Json:
    """Empty until a rule is in force; the note says so."""
    return _nothing_yet(call, "note.no_rules_endorsed")


@route("GET", "/api/gaps", READ, "Watched ground that nobody covers", answer=shapes.Computed)
def list_gaps(call: Call) -> Json:
    """Empty until a watch list is endorsed; the note says so."""
    return _nothing_yet(call, "note.no_watch_list_endorsed")


def _nothing_yet(call: Call, key: str) -> Json:
    return _worded(call, {"items": [], "note": {"key": key, "last_contact": read.last_contact(call.node)}})


def _worded(call: Call, found: Json) -> Json:
    """The note also as a sentence, in the reader's language and the node's zone."""
    note, zone = found["note"], call.node.settings.zone
    said = texts.text(call.lang, note["key"])
    if note["last_contact"] is None:
        said = texts.text(call.lang, "note.no_contact", text=said)
    else:
        time = dates.moment(note["last_contact"], zone, call.lang)
        said = texts.text(call.lang, "note.last_contact", text=said, time=time)
    return found | {"note": note | {"text": said}}
