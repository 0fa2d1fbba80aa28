"""Changes of accounts and links: at once where one party owns the node, by each owner at a joint one.

At a joint node an administrator proposes, and it is done when an administrator of every other owner
has confirmed these same words (DESIGN §5). A proposal waits a week. Kept in LocalStore, on disk before
anybody is told of it; done and forgotten in this order, so that a crash between repeats a change that
is harmless to repeat. No change leaves an owner without an administrator who can sign in; where there is
none all the same (a forgotten password), `seamline officer add` on the machine itself makes one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from seamline.actions.accounts import Accounts
from seamline.actions.linking import LinkPolicy, check_via, policy, set_policy
from seamline.actions.linking import check as check_policy
from seamline.actions.officer import Officer
from seamline.clock import Clock
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound, Worded
from seamline.store.ports import Account, LinkRow, LocalStore

WAITS = 7 * 86_400_000
MAX_WAITING = 100
_PREFIX = "proposal."


class AddAccount(Struct, frozen=True, tag_field="what", tag="add_account"):
    """An account without a password: its party's own administrator sets one afterwards."""

    party: str
    officer: str
    roles: tuple[str, ...]
    lang: str = "en"


class SetRoles(Struct, frozen=True, tag_field="what", tag="set_roles"):
    """Other roles for an account."""

    party: str
    officer: str
    roles: tuple[str, ...]


class SetDisabled(Struct, frozen=True, tag_field="what", tag="set_disabled"):
    """Close an account, or open it again."""

    party: str
    officer: str
    disabled: bool = True


class SetLink(Struct, frozen=True, tag_field="what", tag="set_link"):
    """Talk to a peer node at this address (none: it dials us), or stop. What is None of the rest stays."""

    peer: str
    name: str
    url: str | None = None
    enabled: bool = True
    part: int | None = None
    blob: int | None = None
    dial: bool | None = None
    relay: bool | None = None
    via: str | None = None

    def policy(self, before: LinkPolicy) -> LinkPolicy:
        """The policy after it; blob -1 lifts the bound, via "" ends relaying."""
        return LinkPolicy(
            part=before.part if self.part is None else self.part,
            blob=before.blob if self.blob is None else (None if self.blob < 0 else self.blob),
            dial=before.dial if self.dial is None else self.dial,
            relay=before.relay if self.relay is None else self.relay,
            via=before.via if self.via is None else self.via or None,
        )


Change = AddAccount | SetRoles | SetDisabled | SetLink


class Proposal(Struct, frozen=True):
    """A change, who proposed it, and which owners' administrators agree so far. done: it is in effect."""

    id: str
    change: Change
    by: str
    at: int
    agreed: tuple[str, ...]
    state: Literal["waiting", "done"] = "waiting"


class Proposals:
    """The only way for administrators to change accounts and links of a running node."""

    def __init__(self, local: LocalStore, clock: Clock, accounts: Accounts) -> None:
        self._local, self._clock, self._accounts = local, clock, accounts
        self._owners = accounts.owners
        self._lock = threading.Lock()
        self._linked: list[Callable[[LinkRow], None]] = []

    def on_link(self, listener: Callable[[LinkRow], None]) -> None:
        """listener(link) after a link was changed."""
        self._linked.append(listener)

    def waiting(self, by: Officer) -> list[Proposal]:
        """Proposals that wait for somebody, oldest first."""
        by.need("administrator")
        return self._waiting()

    def propose(self, by: Officer, change: Change) -> Proposal:
        """Do it (one owner) or have it wait (several). Raises BadInput for a change that cannot be done,
        Conflict for what is proposed already or would leave an owner without an administrator.
        """
        self._may(by)
        with self._lock:
            self._check(change)
            waiting = self._waiting()
            if len(waiting) >= MAX_WAITING:
                raise Conflict(f"{MAX_WAITING} proposals wait; settle some first")
            if any(p.change == change for p in waiting):
                raise Conflict(Worded("said.proposed", "this is proposed already; confirm that"))
            now = self._clock.now()
            proposal = Proposal(self._clock.new_id(), change, f"{by.party}/{by.id}", now, (by.party,))
            return self._settle(proposal)

    def confirm(self, by: Officer, id: str) -> Proposal:
        """Agree for one's own party; done when all owners agree. NotAllowed if it agreed already."""
        self._may(by)
        with self._lock:
            proposal = self._get(id)
            if by.party in proposal.agreed:
                raise NotAllowed(
                    Worded("said.other_confirms", "an administrator of the other owner confirms this")
                )
            self._check(proposal.change)
            agreed = tuple(sorted((*proposal.agreed, by.party)))
            return self._settle(msgspec.structs.replace(proposal, agreed=agreed))

    def refuse(self, by: Officer, id: str) -> None:
        """Drop a proposal, one's own or another owner's."""
        self._may(by)
        with self._lock:
            self._get(id)
            self._local.put(_PREFIX + id, None)

    def _settle(self, proposal: Proposal) -> Proposal:
        if set(proposal.agreed) >= set(self._owners):
            self._apply(proposal.change)
            self._local.put(_PREFIX + proposal.id, None)
            return msgspec.structs.replace(proposal, state="done")
        self._local.put(_PREFIX + proposal.id, msgspec.json.encode(proposal))
        return proposal

    def _apply(self, change: Change) -> None:
        if isinstance(change, AddAccount):
            self._accounts.add(change.party, change.officer, change.roles, lang=change.lang)
        elif isinstance(change, SetRoles):
            self._accounts.set_roles(change.party, change.officer, change.roles)
        elif isinstance(change, SetDisabled):
            self._accounts.disable(change.party, change.officer, change.disabled)
        else:
            link = LinkRow(change.peer, change.name, change.url, change.enabled)
            # First what the link is to keep to, then the link: it is not dialled before.
            set_policy(self._local, change.peer, change.policy(policy(self._local, change.peer)))
            self._local.put_link(link)
            for listener in self._linked:
                listener(link)

    def _check(self, change: Change) -> None:
        if isinstance(change, SetLink):
            if change.url is not None and not change.url.startswith(("http://", "https://")):
                raise BadInput(
                    "url", change.url, Worded("remedy.https", "an address that begins with https://")
                )
            check_policy(change.policy(policy(self._local, change.peer)))
            check_via(self._local, change.peer, change.via)
            return
        known = {(a.party, a.officer) for a in self._accounts.all()}
        if isinstance(change, AddAccount):
            self._accounts.check_new(change.party, change.officer, change.roles, change.lang)
            if (change.party, change.officer) in known:
                raise BadInput("officer", f"{change.party}/{change.officer}", "there is such an account")
        elif (change.party, change.officer) not in known:
            raise NotFound(f"no account {change.party}/{change.officer} here")
        else:
            self._keep_one(change)

    def _keep_one(self, change: SetRoles | SetDisabled) -> None:
        """Nobody on screen could undo what the last administrator of an owner does to himself."""
        stays = not change.disabled if isinstance(change, SetDisabled) else "administrator" in change.roles
        if not stays and administering(self._accounts, change.party) == [change.officer]:
            raise Conflict(
                f"{change.party}/{change.officer} is the last open administrator of {change.party}; "
                "make another officer administrator first",
                code="last_administrator",
            )

    def _may(self, by: Officer) -> None:
        by.need("administrator")
        if by.party not in self._owners:
            raise NotAllowed("only an administrator of an owner of this node does this")

    def _get(self, id: str) -> Proposal:
        found = next((p for p in self._waiting() if p.id == id), None)
        if found is None:
            raise NotFound(f"no proposal {id} waits here")
        return found

    def _waiting(self) -> list[Proposal]:
        oldest = self._clock.now() - WAITS
        found = []
        for key in self._local.keys(_PREFIX):
            data = self._local.get(key)
            proposal = msgspec.json.decode(data, type=Proposal) if data else None
            if proposal is not None and proposal.at > oldest:
                found.append(proposal)
        return sorted(found, key=lambda p: (p.at, p.id))


def administering(accounts: Accounts, party: str) -> list[str]:
    """Officers of that party who can administer: open, with the role, and a way to sign in."""
    found = [a for a in accounts.all(party) if not a.disabled and (a.secret or _has_token(accounts, a))]
    return [a.officer for a in found if "administrator" in accounts.officer(party, a.officer).roles]


def _has_token(accounts: Accounts, account: Account) -> bool:
    """One that administers: not limited, or to that role among others."""
    held = accounts.tokens(account.party, account.officer)
    return any(not token.scopes or "administrator" in token.scopes for token in held)
