"""/api/evidence: that a node or a party told two stories, as a file to show them."""

from __future__ import annotations

from typing import Any

from seamline.actions import evidencing
from seamline.actions.evidencing import Against
from seamline.errors import NotFound
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import checks


@route("GET", "/api/evidence", READ, "Who told two stories", answer=checks.EvidenceList)
def list_evidence(call: Call) -> dict[str, list[Against]]:
    """Of nodes in channels that this officer reads, and of the parties in them; the newest first."""
    return {"items": evidencing.evidence(call.node, call.officer)}


@route("GET", "/api/evidence/{id:str}", READ, "Evidence, as a file", answer=dict[str, Any])
def get_evidence(call: Call, id: str) -> Answer:
    """Two signed words that cannot both be true, and the statements that name the signer.

    `seamline verify` checks it offline, with nothing but the fingerprint of a party's key.
    """
    if not (len(id) == 32 and id.isascii() and id.isalnum()):
        raise NotFound(f"no evidence {id[:40]!r}")
    data = evidencing.evidence_file_of(call.node, call.officer, id)
    return Answer(data, headers=(("content-disposition", f'attachment; filename="{id}.evidence"'),))
