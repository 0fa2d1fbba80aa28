"""Changes of accounts and links: alone where one party owns the node, together at a joint one."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from seamline.actions.accounts import Accounts
from seamline.actions.officer import Officer
from seamline.actions.passwords import Passwords
from seamline.actions.proposals import (
    WAITS,
    AddAccount,
    Proposals,
    SetDisabled,
    SetLink,
    SetRoles,
    administering,
)
from seamline.clock import ManualClock
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound
from seamline.store.memory import MemoryLocal
from seamline.store.ports import LinkRow

NEW = AddAccount("ksf", "watch", ("watch",))


class Setup:
    def __init__(self, *owners: str) -> None:
        self.clock, self.local = ManualClock(), MemoryLocal()
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.accounts = Accounts(self.local, self.clock, owners, passwords=quick)
        self.proposals = Proposals(self.local, self.clock, self.accounts)


def admin(party: str) -> Officer:
    return Officer(party, "admin", frozenset({"administrator"}))


@pytest.fixture
def joint() -> Setup:
    return Setup("isf", "ksf")


def test_one_owner_decides_at_once() -> None:
    at = Setup("ksf")
    assert at.proposals.propose(admin("ksf"), NEW).state == "done"
    assert at.accounts.get("ksf", "watch").roles == ("watch",)
    assert at.proposals.waiting(admin("ksf")) == []


@pytest.mark.parametrize(("first", "second"), [("isf", "ksf"), ("ksf", "isf")])
def test_a_joint_node_takes_an_administrator_of_each_owner(joint: Setup, first: str, second: str) -> None:
    proposal = joint.proposals.propose(admin(first), NEW)
    assert proposal.state == "waiting"
    assert joint.accounts.all() == []
    with pytest.raises(NotAllowed):
        joint.proposals.confirm(admin(first), proposal.id)
    assert [p.id for p in joint.proposals.waiting(admin(second))] == [proposal.id]
    assert joint.proposals.confirm(admin(second), proposal.id).state == "done"
    assert joint.accounts.get("ksf", "watch").secret is None
    assert joint.proposals.waiting(admin(first)) == []


def test_three_owners_take_three() -> None:
    at = Setup("isf", "ksf", "mag")
    proposal = at.proposals.propose(admin("mag"), NEW)
    assert at.proposals.confirm(admin("isf"), proposal.id).state == "waiting"
    assert at.accounts.all() == []
    assert at.proposals.confirm(admin("ksf"), proposal.id).state == "done"


def test_a_proposal_outlives_a_restart_and_not_a_week(joint: Setup) -> None:
    proposal = joint.proposals.propose(admin("isf"), NEW)
    again = Proposals(joint.local, joint.clock, joint.accounts)
    assert again.waiting(admin("ksf")) == [proposal]
    joint.clock.advance(WAITS)
    with pytest.raises(NotFound):
        again.confirm(admin("ksf"), proposal.id)
    assert joint.accounts.all() == []


def test_either_side_may_refuse(joint: Setup) -> None:
    proposal = joint.proposals.propose(admin("isf"), NEW)
    joint.proposals.refuse(admin("ksf"), proposal.id)
    with pytest.raises(NotFound):
        joint.proposals.confirm(admin("ksf"), proposal.id)


def test_every_change_takes_both(joint: Setup) -> None:
    joint.accounts.add("ksf", "watch", ["watch"])
    linked: list[LinkRow] = []
    joint.proposals.on_link(linked.append)
    changes = (
        SetRoles("ksf", "watch", ("planner",)),
        SetDisabled("ksf", "watch"),
        SetLink("0123abcd", "erbil", "https://erbil.example"),
    )
    before = (joint.accounts.all(), joint.local.links())
    waiting = [joint.proposals.propose(admin("isf"), change) for change in changes]
    assert (joint.accounts.all(), joint.local.links()) == before
    for proposal in waiting:
        joint.proposals.confirm(admin("ksf"), proposal.id)
    account = joint.accounts.get("ksf", "watch")
    assert (account.roles, account.disabled) == (("planner",), True)
    assert joint.local.links() == linked == [LinkRow("0123abcd", "erbil", "https://erbil.example")]


def test_the_same_change_waits_once(joint: Setup) -> None:
    joint.proposals.propose(admin("isf"), NEW)
    with pytest.raises(Conflict):
        joint.proposals.propose(admin("ksf"), NEW)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (AddAccount("mag", "watch", ("watch",)), BadInput),
        (AddAccount("isf", "X", ("watch",)), BadInput),
        (AddAccount("isf", "watch", ("king",)), BadInput),
        (SetRoles("isf", "nobody", ("watch",)), NotFound),
        (SetLink("0123abcd", "erbil", "file:///etc/passwd"), BadInput),
    ],
)
def test_what_cannot_be_done_is_not_proposed(
    joint: Setup, change: AddAccount, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        joint.proposals.propose(admin("isf"), change)
    assert joint.proposals.waiting(admin("isf")) == []


LAST = [SetDisabled("isf", "admin"), SetRoles("isf", "admin", ("watch", "release"))]


@pytest.mark.parametrize("change", LAST)
@pytest.mark.parametrize("owners", [("isf",), ("isf", "ksf")])
def test_the_last_administrator_of_an_owner_stays(
    change: SetDisabled | SetRoles, owners: tuple[str, ...]
) -> None:
    at = Setup(*owners)
    at.accounts.add("isf", "admin", ["administrator"], "a plain kettle of brass")
    # Neither who is closed, nor who cannot sign in, nor whose token may not administer stands in for him.
    at.accounts.add("isf", "closed", ["administrator"], "a plain kettle of brass")
    at.accounts.disable("isf", "closed")
    at.accounts.add("isf", "bare", ["administrator", "watch"])
    at.accounts.issue("isf", "bare", scopes=["watch"])
    with pytest.raises(Conflict) as refused:
        at.proposals.propose(admin("isf"), change)
    assert refused.value.code == "last_administrator"
    assert at.proposals.propose(admin("isf"), SetRoles("isf", "admin", ("watch", "administrator")))
    at.accounts.set_password("isf", "bare", "a plain kettle of brass")
    proposal = at.proposals.propose(admin("isf"), change)
    assert proposal.state == ("waiting" if len(owners) > 1 else "done")
    assert administering(at.accounts, "isf") == (["admin", "bare"] if len(owners) > 1 else ["bare"])


def test_two_administrators_cannot_take_each_other_away(joint: Setup) -> None:
    for officer in ("admin", "other"):
        joint.accounts.add("isf", officer, ["administrator"], "a plain kettle of brass")
    first, second = (
        joint.proposals.propose(admin("isf"), SetDisabled("isf", who)) for who in ("admin", "other")
    )
    joint.proposals.confirm(admin("ksf"), first.id)
    with pytest.raises(Conflict):
        joint.proposals.confirm(admin("ksf"), second.id)
    assert administering(joint.accounts, "isf") == ["other"]


@pytest.mark.parametrize(
    "by",
    [
        Officer("isf", "watch", frozenset({"watch", "release"})),
        Officer("mag", "admin", frozenset({"administrator"})),
    ],
)
def test_only_an_owners_administrator(joint: Setup, by: Officer) -> None:
    proposal = joint.proposals.propose(admin("isf"), NEW)
    for step in (
        lambda: joint.proposals.propose(by, SetDisabled("ksf", "watch")),
        lambda: joint.proposals.confirm(by, proposal.id),
        lambda: joint.proposals.refuse(by, proposal.id),
    ):
        with pytest.raises(NotAllowed):
            step()
