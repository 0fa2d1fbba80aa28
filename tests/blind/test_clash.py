"""The shared shuffle gives the plain AND, and the facilitator's view does not depend on the plans."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind import bits, clash
from tests.blind.runs import A, B, Run, patrols, seed, terms

FOUR_MILLION = 4_032_000


def met(run: Run, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What both sides find; they find the same."""
    answer = run.answer(x, y)
    assert answer.data is not None
    found = run.side(A, x).read(answer.data)
    assert np.array_equal(found, run.side(B, y).read(answer.data))
    assert answer.count == len(found)
    return found


@given(st.integers(1, 2_000), st.integers(0, 2**32 - 1), st.booleans())
def test_it_is_the_plain_and(size: int, number: int, walked: bool) -> None:
    rng = np.random.default_rng(number)
    x, y = (
        patrols(size, 0.2 * rng.random(), rng) if walked else rng.random(size) < rng.random()
        for _ in range(2)
    )
    assert np.array_equal(met(Run(terms(size, cap=size)), x, y), np.flatnonzero(x & y))


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 63, 64, 65, 255, 256, 5_000, 99_991, 1_000_003])
def test_sizes_at_the_edges_of_bytes_and_words(size: int) -> None:
    rng = np.random.default_rng(size)
    x, y = rng.random(size) < 0.5, rng.random(size) < 0.5
    assert np.array_equal(met(Run(terms(size, cap=size)), x, y), np.flatnonzero(x & y))


@pytest.mark.parametrize("shape", ["random", "patrols"])
def test_a_week_on_a_line_of_600_km(shape: str) -> None:
    rng = np.random.default_rng(7)
    x, y = (
        rng.random(FOUR_MILLION) < 0.2 if shape == "random" else patrols(FOUR_MILLION, 0.1, rng)
        for _ in range(2)
    )
    assert np.array_equal(met(Run(terms(FOUR_MILLION, cap=FOUR_MILLION // 4)), x, y), np.flatnonzero(x & y))


def test_five_million_and_nothing_in_common() -> None:
    size = 5_000_000
    x, y = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    x[: size // 8], y[size // 2 : size // 2 + 5] = True, True
    run = Run(terms(size, cap=size // 8))
    answer = run.answer(x, y)
    assert answer.count == 0
    assert answer.data is not None
    assert len(run.side(A, x).read(answer.data)) == 0
    assert len(answer.data) < 1_000


def test_the_facilitator_sees_the_same_number_of_ones_whatever_the_plans() -> None:
    for marks in (0, 1, 40, 100):
        x = np.zeros(400, dtype=bool)
        x[:marks] = True
        run = Run(terms(400, cap=100))
        assert bits.popcount(run.bits(A, run.side(A, x).share())) == 100 + clash.CANARIES


@pytest.mark.parametrize("kept", [0, 3])
def test_the_view_of_the_facilitator_depends_on_the_count_alone(kept: int) -> None:
    """Chi-squared at 1 in 10,000 (191 degrees of freedom): where ones fall tells nothing of the plans."""
    limit, size, runs = 268.5, 40, 6_000
    first: Counter[int] = Counter()
    for number in range(runs):
        x, y = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        x[:10], y[10 - kept : 20 - kept] = True, True
        run = Run(terms(size, cap=12, run=f"r{number}"))
        one, other = (
            bits.unpack(run.bits(s, run.side(s, p).share()), clash.places(run.terms), "test")
            for s, p in ((A, x), (B, y))
        )
        assert np.count_nonzero(one & other) == kept + clash.CANARIES
        first.update(np.flatnonzero(one & ~other).tolist())
    places = clash.places(run.terms)
    expected = first.total() / places
    # Ones of a run exclude each other, which makes the sum smaller than that of independent draws.
    statistic = sum((first[p] - expected) ** 2 / expected for p in range(places))
    assert statistic < limit


def test_a_share_that_was_not_shuffled_would_be_seen() -> None:
    x, y = np.zeros(40, dtype=bool), np.zeros(40, dtype=bool)
    x[:10] = True
    seen = Counter(np.flatnonzero(x & ~y).tolist() * 6_000)
    expected = seen.total() / 192
    assert sum((seen[p] - expected) ** 2 / expected for p in range(192)) > 268.5


def test_above_the_result_cap_nothing_but_that_is_said() -> None:
    run = Run(terms(1_000, cap=250, result_cap=20))
    x = np.zeros(1_000, dtype=bool)
    x[:21] = True
    over, under = run.answer(x, x), run.answer(x[::-1], x)
    assert over.data is None
    assert len(over.digest) == 32
    assert under.data is not None
    x[20] = False
    assert np.array_equal(met(run, x, x), np.arange(20))


def test_the_digest_binds_and_hides() -> None:
    run = Run(terms(1_000, cap=250))
    x = np.zeros(1_000, dtype=bool)
    got = [run.bits(s, run.side(s, x).share()) for s in (A, B)]
    made = {clash.answer(run.terms, run.transcript, *got, salt=seed(w)).digest for w in ("a", "a", "b")}
    assert len(made) == 2
