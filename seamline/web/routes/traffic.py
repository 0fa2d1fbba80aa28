"""/api/links, /api/receipts: what the lines are doing, and who holds what."""

from __future__ import annotations

from typing import Any

from seamline.actions import read, unread
from seamline.actions.proposals import SetLink
from seamline.web.access import ADMINISTER, READ, SIGNED_IN, route
from seamline.web.call import Answer, Call
from seamline.web.routes.proposals import settled
from seamline.web.shapes import base, people, traffic

Json = dict[str, Any]


@route("GET", "/api/links", SIGNED_IN, "Links to other nodes", answer=base.Items)
def list_links(call: Call) -> Json:
    """Last contact, what the peer has, owes and lacks, how fast, what is unread there, the last fault."""
    return unread.added(call.node, call.officer, read.links(call.node))


@route("POST", "/api/links", ADMINISTER, "Add or change a link", answer=people.Proposed, faults=(202, 409))
def post_link(call: Call, body: traffic.NewLink) -> Answer:
    """At a joint node this waits for an administrator of each other owner."""
    used = body.part, body.blob, body.dial, body.relay, body.via
    change = SetLink(body.peer, body.name, body.url, body.enabled, *used)
    return settled(call.at.proposals.propose(call.officer, change))


@route("GET", "/api/receipts", READ, "Who holds which head", answer=base.Items)
def list_receipts(call: Call) -> Json:
    """Of the logs that this officer may read."""
    return read.receipts(call.node, call.officer)
