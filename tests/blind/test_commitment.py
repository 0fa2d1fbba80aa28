from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seamline.blind.commitment import check_opening, commit, judge, open_leaf, read_opening
from seamline.errors import RuleBroken
from tests.blind.runs import A, B, F, ground, seed

U = ground()
X = np.random.default_rng(1).random(U.size) < 0.2
Y = np.random.default_rng(2).random(U.size) < 0.2


def test_each_sector_day_opens_by_itself_and_only_as_it_was() -> None:
    root = commit(U, X, seed("s"))
    for day in range(U.days):
        for area in range(U.areas):
            opening = read_opening(open_leaf(U, X, seed("s"), day, area).to_bytes())
            check_opening(U, root, opening)
            assert np.array_equal(opening.flags, X[U.leaf(day, area)])
            changed = opening.flags.copy()
            changed[0] ^= True
            for false in (
                replace(opening, flags=changed),
                replace(opening, salt=seed("t")),
                replace(opening, day=1 - day),
                replace(opening, area=1 - area),
                replace(opening, proof=opening.proof[:-1]),
                replace(opening, day=9),
            ):
                with pytest.raises(RuleBroken, match=r"blind 7\.3"):
                    check_opening(U, root, false)


def test_a_commitment_hides_equal_plans_and_binds_every_bit() -> None:
    changed = X.copy()
    changed[-1] ^= True
    assert commit(U, X, seed("s")) != commit(U, X, seed("t"))
    assert commit(U, X, seed("s")) != commit(U, changed, seed("s"))
    salts = {open_leaf(U, X, seed("s"), d, a).salt for d in range(2) for a in range(2)}
    assert len(salts) == 4


def verdicts(**changes: np.ndarray) -> dict[str, tuple[str, int]]:
    roots = {A: commit(U, X, seed(A)), B: commit(U, Y, seed(B))}
    openings = {A: open_leaf(U, X, seed(A), 0, 1), B: open_leaf(U, Y, seed(B), 0, 1)}
    where = U.leaf(0, 1)
    received = {A: changes.get("a", X[where]), B: changes.get("b", Y[where])}
    answered = changes.get("answer", received[A] & received[B])
    if "plan" in changes:
        openings[A] = open_leaf(U, changes["plan"], seed(A), 0, 1)
    return {o.party: (o.code, o.cells) for o in judge(U, roots, openings, received, F, answered)}


def test_an_audit_clears_who_was_honest() -> None:
    assert verdicts() == {A: ("sound", 0), B: ("sound", 0), F: ("sound", 0)}


def test_an_audit_finds_a_side_that_sent_other_than_it_signed() -> None:
    sent = X[U.leaf(0, 1)].copy()
    sent[:3] ^= True
    assert verdicts(a=sent)[A] == ("differs", 3)


def test_an_audit_finds_a_side_that_opens_another_plan() -> None:
    assert verdicts(plan=~X)[A] == ("unopened", 0)


def test_an_audit_finds_a_facilitator_that_left_something_out() -> None:
    where = U.leaf(0, 1)
    answer = X[where] & Y[where]
    answer[np.flatnonzero(answer)[:2]] = False
    assert verdicts(answer=answer)[F] == ("differs", 2)
