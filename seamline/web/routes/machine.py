"""/healthz, /metrics, /api/openapi.json: for programs that watch or use this one."""

from __future__ import annotations

from typing import Any

from seamline.web import metrics
from seamline.web.access import ANYONE, MEASURE, route
from seamline.web.call import Call


@route("GET", "/healthz", ANYONE, "Is it up?", media_type="text/plain", answer=str)
def healthz(call: Call) -> bytes:
    """Says ok when requests are answered and the log can be read."""
    call.node.log.last_seq()
    return b"ok\n"


@route("GET", "/metrics", MEASURE, "Measurements", media_type=metrics.MEDIA_TYPE, answer=str)
def get_metrics(call: Call) -> bytes:
    """Prometheus text; numbers of the machine, never of what was said."""
    states = call.node.link_states()
    return call.at.metrics.render(
        {
            "live_screens": len(call.at.hub),
            "links": len(states),
            "links_up": sum(bool(s.get("up")) for s in states),
            "journal_entries": call.node.log.last_seq(),
            "folded_entries": call.node.picture.folded(),
        }
    )


@route("GET", "/api/openapi.json", ANYONE, "This document", answer=dict[str, Any])
def get_openapi(call: Call) -> bytes:
    """OpenAPI 3.1, drawn from the routes and the record structs."""
    return call.at.openapi()
