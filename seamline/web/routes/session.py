"""/api/session, /api/me: signing in and out, and who one is."""

from __future__ import annotations

import base64
from typing import Any

from litestar.datastructures import Cookie

from seamline.actions import locker
from seamline.actions.accounts import Signed
from seamline.errors import NotFound
from seamline.web.access import ANYONE, SIGNED_IN, route
from seamline.web.call import Answer, Call
from seamline.web.shapes import people

Json = dict[str, Any]

# RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS#8.
_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


@route(
    "POST", "/api/session", ANYONE, "Sign in", answer=people.SessionOpened, faults=(401, 403, 429), slow=True
)
def sign_in(call: Call, body: people.SignIn) -> Answer:
    """Sets the session cookie. Every cause of refusal reads the same; repeated failures have to wait."""
    name = f"{body.party}/{body.officer}" if body.party and "/" not in body.officer else body.officer
    secret, signed = call.at.accounts.sign_in(name, body.password, call.address)
    return Answer(_me(call, signed), headers=(_cookie(call, secret),))


@route(
    "POST",
    "/api/session/demo",
    ANYONE,
    "Sign in at the demonstration",
    answer=people.SessionOpened,
    faults=(403, 404),
)
def demo_sign_in(call: Call, body: people.DemoSignIn) -> Answer:
    """One click, no password: only where the node's settings say demo, and only from this very machine."""
    if not (call.node.settings.demo and call.from_this_machine):
        raise NotFound("there is no demonstration here")
    party, _, role = body.role.rpartition(".")
    for account in call.at.accounts.all(party or None):
        if role in (account.officer, *account.roles) and not account.disabled:
            secret, signed = call.at.accounts.open_session(account.party, account.officer)
            key = call.node.local.get(f"demo.key.{account.party}.{account.officer}")
            shown = {"officer_key": base64.b64encode(_PKCS8 + key).decode()} if key else {}
            return Answer(_me(call, signed) | shown, headers=(_cookie(call, secret),))
    raise NotFound("nobody has that role in this demonstration")


@route("DELETE", "/api/session", SIGNED_IN, "Sign out", status=204)
def sign_out(call: Call) -> Answer:
    """Ends the session, or revokes the token that was sent."""
    call.at.accounts.sign_out(call.who)
    return Answer(headers=(_cookie(call, ""),))


@route("GET", "/api/me", SIGNED_IN, "Who one is", answer=people.Me)
def get_me(call: Call) -> Json:
    """With the roles of this moment: the account's, less what the roster does not grant."""
    return _me(call, call.who)


@route("POST", "/api/me/lang", SIGNED_IN, "Choose one's language", answer=people.Me)
def set_lang(call: Call, body: people.SetLang) -> Json:
    """en, ar or ckb."""
    call.at.accounts.set_lang(call.officer.party, call.officer.id, body.lang)
    return _me(call, call.who) | {"lang": body.lang}


@route("POST", "/api/me/password", SIGNED_IN, "Change one's password", status=204, faults=(429,), slow=True)
def change_password(call: Call, body: people.NewPassword) -> Answer:
    """Ends all other sessions and tokens; this one gets a new cookie."""
    accounts, who = call.at.accounts, call.officer
    accounts.change_own_password(who, body.old, body.new, call.address)
    secret, _ = accounts.open_session(who.party, who.id)
    return Answer(headers=(_cookie(call, secret),))


@route("POST", "/api/me/locker", SIGNED_IN, "The key of what one's browser keeps", answer=people.Locker)
def open_locker(call: Call) -> Json:
    """For drafts and reports that wait on a phone: the same key each time, and nobody else's."""
    return {"key": base64.b64encode(locker.key(call.node.local, call.officer)).decode()}


def _me(call: Call, signed: Signed) -> Json:
    named = call.node.trust.roster.officer(signed.officer.party, signed.officer.id)
    return {
        "party": signed.officer.party,
        "officer": signed.officer.id,
        "roles": sorted(signed.officer.roles),
        "lang": signed.lang,
        "title": named.title if named else "",
        "kind": signed.kind,
        "expires": signed.expires,
    }


def _cookie(call: Call, secret: str) -> tuple[str, str]:
    """The session cookie, for as long as the browser runs; the server decides when it ends."""
    cookie = Cookie(
        key=call.at.cookie,
        value=secret,
        max_age=None if secret else 0,
        path="/",
        httponly=True,
        samesite="strict",
        secure="https" in (call.http.url.scheme, (call.node.settings.url or "").split(":", 1)[0]),
    )
    return "set-cookie", cookie.to_header(header="")
