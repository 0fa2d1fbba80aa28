"""Who may sign in here: accounts, passwords, sessions, API tokens; what they lose is lost at once.

- A secret is 256 random bits, shown once; only its SHA-256 is kept.
- An unknown account, a wrong password and a disabled account get the same answer in the same time.
- Rights are worked out anew at each request: account's roles, less what the party's roster does not
  grant, less what the token is not scoped to. So a revocation needs no clean-up to take effect.
- Guessing is slowed per account and per address. The bound for an account from one address is much
  lower than for the account from all, so that a stranger does not lock an officer out from elsewhere.

At a joint node, changes of accounts go through actions/proposals.py.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from seamline.actions.officer import Officer
from seamline.actions.passwords import Passwords
from seamline.clock import Clock
from seamline.errors import BadInput, NotAllowed, NotFound, NotSignedIn, TooMany, Worded
from seamline.log.channel import is_id
from seamline.log.roster import Roster
from seamline.records.remedies import one_of
from seamline.records.values import CODES
from seamline.settings import Limits
from seamline.store.ports import Account, LocalStore, Token
from seamline.texts import LANGS

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
LONGEST = 14
"""A session ends session_hours after its last use, and after so many times as long in any case."""
_EXTEND_AFTER = 10 * MINUTE
MAX_TOKEN_DAYS = 366
MAX_TOKENS = 100

# Of how many times sign_in_attempts one address may fail over all names, and one account over all addresses.
PER_ADDRESS, PER_ACCOUNT = 4, 10
# For how many times the longest wait a failure counts, so that waiting once does not start afresh.
REMEMBERED = 4

Kind = Literal["session", "api"]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is asking and by which token (its SHA-256, hex)."""

    officer: Officer
    token: str
    kind: str
    lang: str
    expires: int


class Accounts:
    """Over a node's LocalStore. owners: the parties that own the node; accounts exist for these only."""

    def __init__(
        self,
        local: LocalStore,
        clock: Clock,
        owners: Iterable[str],
        *,
        roster: Callable[[], Roster] = Roster,
        passwords: Passwords | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._local, self._clock, self._limits = local, clock, limits or Limits()
        self.owners = tuple(sorted(owners))
        self._roster = roster
        self._passwords = passwords or Passwords()
        # A session that is being extended must not bring back a token that is being revoked.
        self._lock = threading.Lock()
        self._idle = self._limits.session_hours * HOUR
        self._listeners: list[Callable[[], None]] = []

    def on_cut(self, listener: Callable[[], None]) -> None:
        """listener() after somebody may have lost something: who holds a stream asks `still` again."""
        self._listeners.append(listener)

    def cut(self) -> None:
        """Tell the listeners; wiring calls it when the roster changes."""
        for listener in self._listeners:
            listener()

    # ------------------------------------------------------------ accounts

    def all(self, party: str | None = None) -> list[Account]:
        """Accounts, or one party's, by party, then officer."""
        return [a for a in self._local.accounts() if party in (None, a.party)]

    def get(self, party: str, officer: str) -> Account:
        """The account; NotFound when there is none."""
        account = self._local.account(party, officer)
        if account is None:
            raise NotFound(f"no account {party}/{officer} here")
        return account

    def check_new(self, party: str, officer: str, roles: Iterable[str], lang: str = "en") -> Account:
        """The account these would make, without a password; BadInput for what cannot be."""
        if party not in self.owners:
            raise BadInput(
                "party",
                party,
                Worded(
                    "remedy.owners",
                    "accounts exist for the node's owners: {parties}",
                    parties=", ".join(self.owners),
                ),
            )
        if not is_id(officer):
            raise BadInput(
                "officer",
                officer,
                Worded("remedy.post_not_name", "2 to 16 of a-z, 0-9 and -; a post, not a name"),
            )
        if lang not in LANGS:
            raise BadInput("lang", lang, one_of(LANGS, "lang"))
        return Account(party, officer, check_roles("roles", roles), None, lang)

    def add(
        self, party: str, officer: str, roles: Iterable[str], password: str | None = None, lang: str = "en"
    ) -> Account:
        """Add an account; without a password it has tokens only. BadInput if there is one already."""
        account = self.check_new(party, officer, roles, lang)
        if password is not None:
            account = replace(account, secret=self._passwords.seal(password, party, officer))
        with self._lock:
            if self._local.account(party, officer) is not None:
                raise BadInput(
                    "officer",
                    f"{party}/{officer}",
                    Worded("remedy.account_there", "there is such an account already"),
                )
            self._local.put_account(account)
        return account

    def set_roles(self, party: str, officer: str, roles: Iterable[str]) -> Account:
        """Replace the roles; takes effect with the next request, and streams are cut."""
        checked = check_roles("roles", roles)
        return self._change(party, officer, lambda account: replace(account, roles=checked))

    def disable(self, party: str, officer: str, disabled: bool = True) -> Account:
        """Close the account and revoke its sessions and tokens; or open it again (with none of them)."""
        return self._change(party, officer, lambda a: replace(a, disabled=disabled), revoke=disabled)

    def set_password(self, party: str, officer: str, password: str) -> None:
        """A new password ends the sessions that the old one opened; API tokens too."""
        secret = self._passwords.seal(password, party, officer)
        self._change(party, officer, lambda account: replace(account, secret=secret), revoke=True)

    def change_own_password(self, officer: Officer, old: str, new: str, address: str) -> None:
        """As set_password, by the officer himself; NotSignedIn when the old one is wrong."""
        self._check_password(officer.party, officer.id, old, address)
        self.set_password(officer.party, officer.id, new)

    def set_lang(self, party: str, officer: str, lang: str) -> Account:
        """The language in which this officer reads."""
        if lang not in LANGS:
            raise BadInput("lang", lang, one_of(LANGS, "lang"))
        return self._change(party, officer, lambda account: replace(account, lang=lang), tell=False)

    def sign_out_everywhere(self, party: str, officer: str) -> int:
        """Revoke all sessions and tokens of an account; how many there were."""
        with self._lock:
            count = self._local.revoke_tokens(party, officer)
        self.cut()
        return count

    def _change(
        self,
        party: str,
        officer: str,
        step: Callable[[Account], Account],
        *,
        revoke: bool = False,
        tell: bool = True,
    ) -> Account:
        with self._lock:
            account = step(self.get(party, officer))
            self._local.put_account(account)
            if revoke:
                self._local.revoke_tokens(party, officer)
        if tell:
            self.cut()
        return account

    # ------------------------------------------------------------ signing in

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Signed]:
        """A session for who gives the account's password; (its secret, who he is).

        name: "watch" at a node of one party, "isf/watch" at any. address: where the request came from.
        Raises NotSignedIn with one message for every cause, TooMany after repeated failures.
        """
        party, officer = self.split(name)
        account = self._check_password(party, officer, password, address)
        if account.secret and self._passwords.is_stale(account.secret):
            fresh = self._passwords.reseal(password)
            self._change(party, officer, lambda a: replace(a, secret=fresh), tell=False)
        return self.open_session(party, officer)

    def split(self, name: str) -> tuple[str, str]:
        """("isf", "watch") of "isf/watch"; a node with one owner needs no party."""
        party, slash, officer = name.partition("/")
        if slash:
            return party, officer
        return (self.owners[0] if len(self.owners) == 1 else ""), name

    def open_session(self, party: str, officer: str) -> tuple[str, Signed]:
        """A session without a password: for the demo's one-click sign-in, and for sign_in."""
        self.get(party, officer)
        now = self._clock.now()
        return self._new(Token("", "session", party, officer, (), now, now + self._idle))

    def sign_out(self, signed: Signed) -> None:
        """End one session."""
        self.revoke(signed.token)

    def _check_password(self, party: str, officer: str, password: str, address: str) -> Account:
        # Counted whether or not there is such an account; bounded, since a stranger wrote it.
        who, where = f"account {party[:40]}/{officer[:40]}", f"address {address[:64]}"
        both, free = f"{who} from {address[:64]}", self._limits.sign_in_attempts
        for counted, times in ((both, 1), (who, PER_ACCOUNT), (where, PER_ADDRESS)):
            self._slow_down(counted, free * times)
        # Counted before it is checked, so that guesses sent side by side all count.
        for counted in (both, who):
            self._local.add_attempt(counted, self._clock.now())
        account = self._local.account(party, officer) if party in self.owners and is_id(officer) else None
        if account is not None and account.disabled:
            account = None
        if not self._passwords.fits(account.secret if account else None, password) or account is None:
            self._local.add_attempt(where, self._clock.now())
            raise NotSignedIn("no account with this name and password", code="wrong_password")
        for counted in (both, who):
            self._local.clear_attempts(counted)
        return account

    def _slow_down(self, who: str, free: int) -> None:
        """After `free` failures: 2, 4, 8 … seconds from the last one, up to sign_in_minutes."""
        now, longest = self._clock.now(), self._limits.sign_in_minutes * 60
        over = self._local.attempts(who, now - REMEMBERED * longest * 1000) - free
        if over < 0:
            return
        wait = min(2 << min(over, 16), longest)
        left = _seconds_left(lambda since: self._local.attempts(who, since), now, wait)
        if left:
            raise TooMany(
                Worded("said.try_again", "too many failed sign-ins; try again in {n} seconds", n=left),
                retry_after=left,
            )

    # ------------------------------------------------------------ tokens

    def issue(
        self, party: str, officer: str, *, scopes: Iterable[str] = (), label: str = "", days: int = 90
    ) -> tuple[str, Token]:
        """An API token; (its secret, shown this once, what is kept). scopes: roles it is limited to."""
        self.get(party, officer)
        if not 1 <= days <= MAX_TOKEN_DAYS:
            raise BadInput("days", days, f"from 1 to {MAX_TOKEN_DAYS}")
        if len(label) > 80 or not label.isprintable():
            raise BadInput("label", label, "one line of at most 80 characters")
        if len(self.tokens(party, officer)) >= MAX_TOKENS:
            raise BadInput("officer", officer, f"at most {MAX_TOKENS} tokens at once; revoke some first")
        now = self._clock.now()
        limited = check_roles("scopes", scopes) if scopes else ()
        token = Token("", "api", party, officer, limited, now, now + days * DAY, label=label)
        secret, signed = self._new(token)
        return secret, replace(token, hash=signed.token)

    def tokens(self, party: str, officer: str) -> list[Token]:
        """The API tokens of an account that still count, oldest first."""
        now = self._clock.now()
        held = self._local.tokens(party, officer)
        return [t for t in held if t.kind == "api" and not t.revoked and t.expires > now]

    def token(self, hash: str) -> Token:
        """The API token with this hash; NotFound when there is none."""
        token = self._local.token(hash)
        if token is None or token.kind != "api":
            raise NotFound("no such token")
        return token

    def revoke(self, hash: str) -> None:
        """End one session or token, and whatever streams it holds open."""
        with self._lock:
            token = self._local.token(hash)
            if token is not None and not token.revoked:
                self._local.put_token(replace(token, revoked=True))
        self.cut()

    def _new(self, token: Token) -> tuple[str, Signed]:
        secret = secrets.token_urlsafe(32)
        token = replace(token, hash=_digest(secret))
        account = self.get(token.party, token.officer)
        self._local.put_token(token)
        officer = self._officer(account, token)
        return secret, Signed(officer, token.hash, token.kind, account.lang, token.expires)

    # ------------------------------------------------------------ each request

    def authenticate(self, secret: str, kind: Kind) -> Signed:
        """Who this secret belongs to, with the roles he has at this moment; NotSignedIn if it counts no more.

        A session counts as a cookie only, an API token as a bearer token only.
        """
        if not 20 <= len(secret) <= 100:
            raise NotSignedIn("sign in, or send a valid token")
        signed = self._signed(_digest(secret), kind, extend=True)
        if signed is None:
            raise NotSignedIn("the session has ended or the token counts no more; sign in again")
        return signed

    def still(self, signed: Signed) -> Signed | None:
        """The same, for a connection that stays open; None when it must be closed. Extends nothing."""
        return self._signed(signed.token, signed.kind, extend=False)

    def _signed(self, hash: str, kind: str, *, extend: bool) -> Signed | None:
        now = self._clock.now()
        token = self._local.token(hash)
        if token is None or token.kind != kind or token.revoked or token.expires <= now:
            return None
        account = self._local.account(token.party, token.officer)
        if account is None or account.disabled or account.party not in self.owners:
            return None
        if extend and kind == "session":
            token = self._extended(token, now)
        return Signed(self._officer(account, token), hash, kind, account.lang, token.expires)

    def _extended(self, token: Token, now: int) -> Token:
        until = min(now + self._idle, token.created + LONGEST * self._idle)
        if until - token.expires < _EXTEND_AFTER:  # one fsync in ten minutes, not one a request
            return token
        with self._lock:
            current = self._local.token(token.hash)
            if current is not None and not current.revoked:
                self._local.put_token(replace(current, expires=until))
        return replace(token, expires=until)

    def officer(self, party: str, officer: str) -> Officer:
        """Him, as a command on the machine itself acts in his name; NotFound, NotAllowed if closed."""
        account = self.get(party, officer)
        if account.disabled or party not in self.owners:
            raise NotAllowed(f"the account {party}/{officer} is closed")
        return self._officer(account)

    def _officer(self, account: Account, token: Token | None = None) -> Officer:
        roles = frozenset(account.roles)
        named = self._roster().officer(account.party, account.officer)
        if named is not None:
            roles &= frozenset(() if named.revoked else named.roles)
        if token is not None and token.scopes:
            roles &= frozenset(token.scopes)
        return Officer(account.party, account.officer, roles)


def check_roles(field: str, roles: Iterable[str]) -> tuple[str, ...]:
    """Roles once each, in the order of the coded list; BadInput naming one that is none."""
    given = list(roles)
    for role in given:
        if role not in CODES["role"]:
            raise BadInput(field, role, one_of(CODES["role"], "role"))
    return tuple(r for r in CODES["role"] if r in given)


def need_own(by: Officer, party: str) -> None:
    """Raises NotAllowed unless `by` administers accounts of that party."""
    by.need("administrator")
    if by.party != party:
        raise NotAllowed(Worded("said.own_admin", "only an administrator of {party} does this", party=party))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _seconds_left(attempts: Callable[[int], int], now: int, wait: int) -> int:
    """Whole seconds until `wait` seconds have passed since the newest attempt; 0 when they have.

    The store counts attempts since a time and does not list them, so the newest is found by halving.
    """
    if not attempts(now - wait * 1000 + 1):
        return 0
    passed, none = wait, 0  # an attempt within the last `passed` seconds; `none` within the last `none`
    while passed - none > 1:
        middle = (passed + none) // 2
        if attempts(now - middle * 1000 + 1):
            passed = middle
        else:
            none = middle
    return wait - none
