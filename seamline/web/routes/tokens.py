"""/api/tokens: an officer's own API tokens. Nobody issues one for another: it would read as he reads."""

from __future__ import annotations

from typing import Any

from seamline.errors import NotAllowed, NotFound
from seamline.store.ports import Token
from seamline.web.access import SIGNED_IN, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import people

Json = dict[str, Any]


@route("GET", "/api/tokens", SIGNED_IN, "One's own tokens", answer=people.Tokens)
def list_tokens(call: Call) -> Json:
    """Without their secrets, which are nowhere."""
    held = call.at.accounts.tokens(call.officer.party, call.officer.id)
    return {"items": [_token(t) for t in held]}


@route(
    "POST", "/api/tokens", SIGNED_IN, "Issue a token", answer=people.IssuedToken, status=201, faults=(403,)
)
def post_token(call: Call, body: people.NewToken) -> Answer:
    """From a session only, so that a stolen token cannot make more of itself."""
    if call.who.kind != "session":
        raise NotAllowed("sign in with a password to issue a token")
    secret, token = call.at.accounts.issue(
        call.officer.party, call.officer.id, scopes=body.scopes, label=body.label, days=body.days
    )
    return Answer(_token(token) | {"secret": secret}, 201)


@route("DELETE", "/api/tokens/{id:str}", SIGNED_IN, "Revoke a token", status=204)
def delete_token(call: Call, id: str) -> None:
    """One's own; streams it holds open are cut."""
    token = call.at.accounts.token(id)
    if (token.party, token.officer) != (call.officer.party, call.officer.id):
        raise NotFound("no such token")
    call.at.accounts.revoke(id)


def _token(token: Token) -> Json:
    return {
        "id": token.hash,
        "party": token.party,
        "officer": token.officer,
        "label": token.label,
        "scopes": list(token.scopes),
        "created": token.created,
        "expires": token.expires,
    }
