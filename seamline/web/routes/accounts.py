"""/api/accounts: who may sign in here. At a joint node, changes wait for the other owners."""

from __future__ import annotations

from typing import Any

from seamline.actions.accounts import need_own
from seamline.actions.proposals import AddAccount, SetDisabled, SetRoles
from seamline.store.ports import Account
from seamline.web.access import ADMINISTER, route
from seamline.web.call import Answer, Call
from seamline.web.routes.proposals import settled
from seamline.web.shapes import people

Json = dict[str, Any]


@route("GET", "/api/accounts", ADMINISTER, "Accounts", answer=people.Accounts)
def list_accounts(call: Call) -> Json:
    """Of every owner of this node."""
    ours_first = sorted(
        call.at.accounts.all(), key=lambda a: (a.party != call.officer.party, a.party, a.officer)
    )
    return {"items": [_account(a) for a in ours_first]}


@route("POST", "/api/accounts", ADMINISTER, "Add an account", answer=people.Proposed, faults=(202, 409))
def post_account(call: Call, body: people.NewAccount) -> Answer:
    """Without a password: an administrator of the officer's party sets one afterwards."""
    change = AddAccount(body.party or call.officer.party, body.officer, tuple(body.roles), body.lang)
    return settled(call.at.proposals.propose(call.officer, change))


@route(
    "POST", "/api/accounts/{party:str}/{officer:str}/roles", ADMINISTER, "Change roles",
    answer=people.Proposed, faults=(202, 409),
)  # fmt: skip
def post_roles(call: Call, party: str, officer: str, body: people.NewRoles) -> Answer:
    """In effect with the officer's next request."""
    return settled(call.at.proposals.propose(call.officer, SetRoles(party, officer, tuple(body.roles))))


@route(
    "POST", "/api/accounts/{party:str}/{officer:str}/disabled", ADMINISTER, "Close or open an account",
    answer=people.Proposed, faults=(202, 409),
)  # fmt: skip
def post_disabled(call: Call, party: str, officer: str, body: people.Disabled) -> Answer:
    """Closing ends its sessions, tokens and live screens at once."""
    return settled(call.at.proposals.propose(call.officer, SetDisabled(party, officer, body.disabled)))


@route(
    "POST",
    "/api/accounts/{party:str}/{officer:str}/password",
    ADMINISTER,
    "Set a password",
    status=204,
    slow=True,
)
def post_password(call: Call, party: str, officer: str, body: people.SetPassword) -> None:
    """For an officer of one's own party; ends what the old password opened."""
    need_own(call.officer, party)
    call.at.accounts.set_password(party, officer, body.password)


@route(
    "POST",
    "/api/accounts/{party:str}/{officer:str}/sign-out",
    ADMINISTER,
    "End all sessions and tokens",
    status=204,
)
def post_sign_out(call: Call, party: str, officer: str) -> None:
    """Of an officer of one's own party, at once and alone, also at a joint node."""
    need_own(call.officer, party)
    call.at.accounts.get(party, officer)
    call.at.accounts.sign_out_everywhere(party, officer)


def _account(account: Account) -> Json:
    return {
        "party": account.party,
        "officer": account.officer,
        "roles": list(account.roles),
        "lang": account.lang,
        "disabled": account.disabled,
        "password": account.secret is not None,
    }
