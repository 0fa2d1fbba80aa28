"""/api/proposals: changes of accounts and links that wait for another owner's administrator."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.proposals import Proposal
from seamline.web.access import ADMINISTER, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import people

Json = dict[str, Any]


def settled(proposal: Proposal) -> Answer:
    """200: it is done; 202: it waits."""
    return Answer(msgspec.to_builtins(proposal), 200 if proposal.state == "done" else 202)


@route("GET", "/api/proposals", ADMINISTER, "What waits", answer=people.ProposalList)
def list_proposals(call: Call) -> Json:
    """Oldest first; a proposal waits a week."""
    return {"items": msgspec.to_builtins(call.at.proposals.waiting(call.officer))}


@route(
    "POST", "/api/proposals/{id:str}/confirm", ADMINISTER, "Agree", answer=people.Proposed, faults=(202, 409)
)
def confirm_proposal(call: Call, id: str) -> Answer:
    """For one's own party; in effect once every owner agrees."""
    return settled(call.at.proposals.confirm(call.officer, id))


@route("DELETE", "/api/proposals/{id:str}", ADMINISTER, "Drop a proposal", status=204)
def drop_proposal(call: Call, id: str) -> None:
    """One's own, or another owner's."""
    call.at.proposals.refuse(call.officer, id)
