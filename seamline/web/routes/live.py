"""/api/events: what was committed, as it happens."""

from __future__ import annotations

import asyncio

from seamline.web.access import READ, route
from seamline.web.call import Answer, Call


@route("GET", "/api/events", READ, "Live events", media_type="text/event-stream", answer=str, faults=(429,))
async def events(call: Call) -> Answer:
    """`record` {id, kind, rev, channel}; the event's id is the reader's own sequence, for Last-Event-ID.

    `link` {link, silent, since}: a link was not heard for an hour, or is heard again; it has no id.
    `ready` opens a stream that resumes nothing; `reset`: too much was missed, load the lists anew.
    """
    channels = await asyncio.to_thread(call.node.readable, call.officer)
    return Answer(call.at.hub.open(call.who, channels, call.http.headers.get("last-event-id")))
