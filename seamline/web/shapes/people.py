"""Sign-in, accounts, tokens, and what waits for a second administrator."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from seamline.records.values import Ident
from seamline.web.shapes.base import Asked, Ms, Password, Role


class SignIn(Asked, kw_only=True):
    """officer: "watch"; at a joint node "isf/watch", or party beside it."""

    officer: Annotated[str, Meta(max_length=80)]
    password: Password
    party: Annotated[str, Meta(max_length=80)] | None = None


class DemoSignIn(Asked, kw_only=True):
    """role: as the demonstration's token names have it, "watch" or at a joint node "isf.watch"."""

    role: Annotated[str, Meta(max_length=80)]


class Me(Struct):
    """Who asks."""

    party: str
    officer: str
    roles: list[Role]
    lang: str
    title: str
    kind: str
    expires: Ms


class Locker(Struct):
    """key: 32 bytes in base64, for AES-256-GCM in the browser."""

    key: str


class SessionOpened(Me):
    """A session was opened; its secret is in the cookie. officer_key: the demonstration's, PKCS#8 base64."""

    officer_key: str | None = None


class NewPassword(Asked, kw_only=True):
    """By the officer himself."""

    old: Password
    new: Password


class SetPassword(Asked, kw_only=True):
    """By an administrator of the officer's party."""

    password: Password


class SetLang(Asked, kw_only=True):
    """en, ar or ckb."""

    lang: str


class Account(Struct):
    """An account as administrators see it."""

    party: str
    officer: str
    roles: list[Role]
    lang: str
    disabled: bool
    password: bool


class Accounts(Struct):
    """By party, then officer."""

    items: list[Account]


class NewAccount(Asked, kw_only=True):
    """party: the administrator's own if absent."""

    officer: Ident
    roles: list[Role]
    party: Ident | None = None
    lang: str = "en"


class NewRoles(Asked, kw_only=True):
    """Replaces the roles."""

    roles: list[Role]


class Disabled(Asked, kw_only=True):
    """false opens the account again."""

    disabled: bool = True


class Token(Struct):
    """An API token, without its secret. id: SHA-256 of the secret."""

    id: str
    party: str
    officer: str
    label: str
    scopes: list[Role]
    created: Ms
    expires: Ms


class Tokens(Struct):
    """Oldest first."""

    items: list[Token]


class NewToken(Asked, kw_only=True):
    """scopes: roles it is limited to, none for all of one's own. days: how long it counts."""

    label: Annotated[str, Meta(max_length=80)] = ""
    scopes: list[Role] = []
    days: Annotated[int, Meta(ge=1, le=366)] = 90


class IssuedToken(Token):
    """secret: shown this once."""

    secret: str = ""


class Proposed(Struct):
    """A change of accounts or links. state: waiting for agreed to hold every owner, or done."""

    id: str
    change: dict[str, Any]
    by: str
    at: Ms
    agreed: list[str]
    state: str


class ProposalList(Struct):
    """Oldest first."""

    items: list[Proposed]
