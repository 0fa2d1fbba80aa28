"""Signing in, rights at each request, guessing, and what a revocation cuts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from seamline.actions import accounts as module
from seamline.actions.accounts import Accounts, Signed
from seamline.actions.passwords import Passwords
from seamline.clock import ManualClock
from seamline.errors import BadInput, NotFound, NotSignedIn, TooMany
from seamline.log.roster import OfficerInfo, Roster
from seamline.settings import Limits
from seamline.store.memory import MemoryLocal

GOOD = "three quiet hills at dawn"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
HERE = "127.0.0.1"
LIMITS = Limits()
FREE, IDLE = LIMITS.sign_in_attempts, LIMITS.session_hours * module.HOUR


class Setup:
    def __init__(self, *owners: str) -> None:
        self.clock, self.local = ManualClock(), MemoryLocal()
        self.roster = Roster()
        self.accounts = Accounts(
            self.local, self.clock, owners or ("isf",), roster=lambda: self.roster, passwords=QUICK
        )

    def name(self, officer: OfficerInfo) -> None:
        self.roster = Roster(_officers={(officer.party, officer.officer): officer})

    def fail(self, name: str, times: int = 1, address: str = HERE) -> None:
        for _ in range(times):
            with pytest.raises(NotSignedIn):
                self.accounts.sign_in(name, "not this one, surely", address)


@pytest.fixture
def at() -> Setup:
    setup = Setup()
    setup.accounts.add("isf", "watch", ["watch", "planner"], GOOD, "ar")
    return setup


# ---------------------------------------------------------------- sign-in


def test_a_session_says_who_and_in_which_language(at: Setup) -> None:
    secret, signed = at.accounts.sign_in("watch", GOOD, HERE)
    again = at.accounts.authenticate(secret, "session")
    assert again == signed
    assert (signed.officer.party, signed.officer.id, signed.lang) == ("isf", "watch", "ar")
    assert signed.officer.roles == {"watch", "planner"}


def test_only_the_digest_of_a_secret_is_kept(at: Setup) -> None:
    secret, signed = at.accounts.sign_in("isf/watch", GOOD, HERE)
    assert signed.token == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43
    kept = repr(vars(at.local))
    assert secret not in kept
    assert GOOD not in kept


def test_every_cause_of_refusal_reads_the_same(at: Setup) -> None:
    at.accounts.add("isf", "quiet", ["watch"], GOOD)
    at.accounts.disable("isf", "quiet")
    at.accounts.add("isf", "machine", ["watch"])
    said = set()
    for name in ("watch", "nobody", "ksf/watch", "quiet", "machine", "No Such", "", "x" * 4000, "isf/watch/"):
        with pytest.raises(NotSignedIn) as refused:
            at.accounts.sign_in(name, "not this one, surely", HERE)
        said.add((refused.value.code, refused.value.message))
    assert len(said) == 1


def test_unknown_accounts_cost_a_hash_too(at: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    fits = QUICK.fits

    def counted(secret: str | None, password: str) -> bool:
        asked.append(secret)
        return fits(secret, password)

    monkeypatch.setattr(QUICK, "fits", counted)
    at.fail("watch")
    at.fail("nobody")
    assert len(asked) == 2
    assert asked[1] is None


def test_a_joint_node_wants_the_party() -> None:
    at = Setup("ksf", "isf")
    at.accounts.add("isf", "watch", ["watch"], GOOD)
    at.fail("watch")
    assert at.accounts.sign_in("isf/watch", GOOD, HERE)[1].officer.party == "isf"


def test_accounts_exist_for_owners_only(at: Setup) -> None:
    with pytest.raises(BadInput) as refused:
        at.accounts.add("ksf", "watch", ["watch"])
    assert refused.value.field == "party"


@pytest.mark.parametrize(
    ("officer", "roles", "lang", "field"),
    [
        ("Watch", ["watch"], "en", "officer"),
        ("w", ["watch"], "en", "officer"),
        ("watch", ["watch"], "en", "officer"),
        ("other", ["general"], "en", "roles"),
        ("other", ["watch"], "de", "lang"),
    ],
)
def test_what_cannot_be_an_account(at: Setup, officer: str, roles: list[str], lang: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        at.accounts.add("isf", officer, roles, lang=lang)
    assert refused.value.field == field


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "a" * 30,
        "Password1234!",
        "isf-watch-isf-2026",
        "123456789012",
        "x" * 129 + GOOD,
        "ababababababab",
    ],
)
def test_weak_passwords_are_refused_without_showing_them(at: Setup, weak: str) -> None:
    with pytest.raises(BadInput) as refused:
        at.accounts.set_password("isf", "watch", weak)
    assert refused.value.field == "password"
    assert weak not in str(refused.value)
    at.accounts.sign_in("watch", GOOD, HERE)


@given(st.text(min_size=12, max_size=60))
def test_a_password_is_taken_and_fits_or_is_refused(password: str) -> None:
    try:
        secret = QUICK.seal(password)
    except BadInput:
        return
    assert QUICK.fits(secret, password)
    assert not QUICK.fits(secret, password + "x")


def test_composed_and_decomposed_letters_are_one_password() -> None:
    composed, apart = "m\u00e9ta-r\u00e9gion haute", "me\u0301ta-re\u0301gion haute"
    assert QUICK.fits(QUICK.seal(composed), apart)


def test_a_new_password_ends_old_sessions(at: Setup) -> None:
    secret, signed = at.accounts.sign_in("watch", GOOD, HERE)
    with pytest.raises(NotSignedIn):
        at.accounts.change_own_password(signed.officer, "wrong one entirely", "another good one here", HERE)
    at.accounts.change_own_password(signed.officer, GOOD, "another good one here", HERE)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "session")
    at.accounts.sign_in("watch", "another good one here", HERE)


def test_a_password_hashed_with_yesterdays_cost_is_hashed_again(at: Setup) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    later = Accounts(at.local, at.clock, ("isf",), passwords=stronger)
    before = at.accounts.get("isf", "watch").secret
    later.sign_in("watch", GOOD, HERE)
    after = at.accounts.get("isf", "watch").secret
    assert after
    assert after != before
    assert not stronger.is_stale(after)


# ---------------------------------------------------------------- guessing


def test_guessing_at_one_account_is_slowed_more_and_more(at: Setup) -> None:
    at.fail("watch", FREE)
    waits = []
    for _ in range(12):
        with pytest.raises(TooMany) as told:
            at.accounts.sign_in("watch", GOOD, HERE)
        waits.append(told.value.retry_after)
        at.clock.advance(told.value.retry_after * 1000)
        at.fail("watch")
    assert waits == sorted(waits)
    assert waits[0] == 2
    assert max(waits) == LIMITS.sign_in_minutes * 60


def test_the_wait_told_is_the_wait_left(at: Setup) -> None:
    at.fail("watch", FREE)
    at.clock.advance(1_000)
    with pytest.raises(TooMany) as told:
        at.accounts.sign_in("watch", GOOD, HERE)
    assert told.value.retry_after == 1
    at.clock.advance(1_000)
    at.accounts.sign_in("watch", GOOD, HERE)


def test_signing_in_forgets_the_accounts_failures(at: Setup) -> None:
    at.fail("watch", FREE - 1)
    at.accounts.sign_in("watch", GOOD, HERE)
    at.fail("watch", FREE - 1)
    at.accounts.sign_in("watch", GOOD, HERE)


def test_guessing_from_one_address_is_slowed_over_all_names(at: Setup) -> None:
    for n in range(FREE * module.PER_ADDRESS):
        at.fail(f"name-{n}", address="10.0.0.9")
    with pytest.raises(TooMany):
        at.accounts.sign_in("fresh", GOOD, "10.0.0.9")
    at.accounts.sign_in("watch", GOOD, HERE)


def test_guessing_from_elsewhere_does_not_lock_an_officer_out_at_his_desk(at: Setup) -> None:
    at.fail("watch", FREE, address="10.0.0.9")
    with pytest.raises(TooMany):
        at.accounts.sign_in("watch", GOOD, "10.0.0.9")
    at.accounts.sign_in("watch", GOOD, HERE)


def test_guessing_from_many_addresses_is_slowed_too(at: Setup) -> None:
    for n in range(FREE * module.PER_ACCOUNT):
        at.fail("watch", address=f"10.0.1.{n}")
    with pytest.raises(TooMany):
        at.accounts.sign_in("watch", GOOD, HERE)


def test_unknown_accounts_are_slowed_alike(at: Setup) -> None:
    at.fail("nobody", FREE)
    with pytest.raises(TooMany):
        at.accounts.sign_in("nobody", GOOD, HERE)


# ---------------------------------------------------------------- sessions and tokens


def test_a_session_ends_twelve_hours_after_its_last_use_and_after_a_week(at: Setup) -> None:
    secret, _ = at.accounts.sign_in("watch", GOOD, HERE)
    for _ in range(14):
        at.clock.advance(IDLE - 1)
        if at.clock.now() >= 1_760_000_000_000 + module.LONGEST * IDLE:
            break
        at.accounts.authenticate(secret, "session")
    at.clock.advance(IDLE)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "session")

    idle, _ = at.accounts.sign_in("watch", GOOD, HERE)
    at.clock.advance(IDLE)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(idle, "session")


def test_use_cannot_stretch_a_session_beyond_a_week(at: Setup) -> None:
    secret, signed = at.accounts.sign_in("watch", GOOD, HERE)
    for _ in range(7 * 24 - 1):
        at.clock.advance(module.HOUR)
        at.accounts.authenticate(secret, "session")
    at.clock.advance(module.HOUR)
    assert at.accounts.still(signed) is None


def test_a_session_is_no_token_and_a_token_no_session(at: Setup) -> None:
    session, _ = at.accounts.sign_in("watch", GOOD, HERE)
    token, _ = at.accounts.issue("isf", "watch")
    at.accounts.authenticate(token, "api")
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(session, "api")
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(token, "session")


def test_a_token_is_scoped_expires_and_can_be_revoked(at: Setup) -> None:
    secret, token = at.accounts.issue("isf", "watch", scopes=["planner", "release"], label="import", days=2)
    assert at.accounts.authenticate(secret, "api").officer.roles == {"planner"}
    assert [t.label for t in at.accounts.tokens("isf", "watch")] == ["import"]
    at.accounts.revoke(token.hash)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "api")
    assert at.accounts.tokens("isf", "watch") == []

    short, _ = at.accounts.issue("isf", "watch", days=1)
    at.clock.advance(module.DAY)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(short, "api")


@pytest.mark.parametrize(
    ("field", "asked"),
    [("days", {"days": 0}), ("label", {"label": "a\nb"}), ("scopes", {"scopes": ["king"]})],
)
def test_what_cannot_be_a_token(at: Setup, field: str, asked: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        at.accounts.issue("isf", "watch", **asked)  # type: ignore[arg-type] # on purpose
    assert refused.value.field == field


def test_tokens_are_for_accounts_and_sessions_are_not_listed(at: Setup) -> None:
    with pytest.raises(NotFound):
        at.accounts.issue("isf", "nobody")
    _, signed = at.accounts.sign_in("watch", GOOD, HERE)
    with pytest.raises(NotFound):
        at.accounts.token(signed.token)


@given(st.text(max_size=200))
def test_no_invented_secret_signs_in(secret: str) -> None:
    at = Setup()
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "api")


# ---------------------------------------------------------------- what is lost at once


LOSSES: dict[str, Callable[[Setup, Signed], object]] = {
    "disabled": lambda at, signed: at.accounts.disable("isf", "watch"),
    "signed out": lambda at, signed: at.accounts.sign_out(signed),
    "signed out everywhere": lambda at, signed: at.accounts.sign_out_everywhere("isf", "watch"),
    "password set": lambda at, signed: at.accounts.set_password("isf", "watch", "another good one here"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_streams_are_told_and_find_the_session_gone(at: Setup, loss: str) -> None:
    secret, signed = at.accounts.sign_in("watch", GOOD, HERE)
    told: list[Signed | None] = []
    at.accounts.on_cut(lambda: told.append(at.accounts.still(signed)))
    LOSSES[loss](at, signed)
    assert told == [None]
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "session")


def test_opening_an_account_again_brings_back_no_session(at: Setup) -> None:
    secret, _ = at.accounts.sign_in("watch", GOOD, HERE)
    at.accounts.disable("isf", "watch")
    at.accounts.disable("isf", "watch", disabled=False)
    with pytest.raises(NotSignedIn):
        at.accounts.authenticate(secret, "session")
    at.accounts.sign_in("watch", GOOD, HERE)


def test_roles_are_those_of_this_moment(at: Setup) -> None:
    _, signed = at.accounts.sign_in("watch", GOOD, HERE)
    at.accounts.set_roles("isf", "watch", ["auditor"])
    now = at.accounts.still(signed)
    assert now
    assert now.officer.roles == {"auditor"}


def test_the_roster_narrows_an_officer_it_names(at: Setup) -> None:
    _, signed = at.accounts.sign_in("watch", GOOD, HERE)
    at.name(OfficerInfo("isf", "watch", None, ("watch", "release"), "duty"))
    now = at.accounts.still(signed)
    assert now
    assert now.officer.roles == {"watch"}


def test_an_officer_revoked_in_the_roster_has_no_role_left(at: Setup) -> None:
    _, signed = at.accounts.sign_in("watch", GOOD, HERE)
    at.name(OfficerInfo("isf", "watch", None, ("watch",), "duty", revoked=True))
    now = at.accounts.still(signed)
    assert now
    assert now.officer.roles == frozenset()


def test_extending_a_session_does_not_revive_it(at: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revocation that falls between reading the token and extending it must win."""
    secret, signed = at.accounts.sign_in("watch", GOOD, HERE)
    at.clock.advance(module.HOUR)
    extended = at.accounts._extended

    def slow(*args: object) -> object:
        at.local.revoke_tokens("isf", "watch")
        return extended(*args)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(at.accounts, "_extended", slow)
    at.accounts.authenticate(secret, "session")
    assert at.accounts.still(signed) is None
