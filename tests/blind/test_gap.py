"""One message each over F₃: the plain AND of what is open, and a view that tells nothing else."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind import gap
from seamline.errors import RuleBroken
from tests.blind.runs import A, B, Run, terms


@given(st.integers(1, 3_000), st.integers(0, 2**32 - 1))
def test_it_is_the_plain_and_of_what_is_open(size: int, number: int) -> None:
    rng = np.random.default_rng(number)
    x, y = rng.random(size) < 0.8, rng.random(size) < 0.8
    assert np.array_equal(Run(terms(size, "gap")).gap(x, y), np.flatnonzero(x & y))


@pytest.mark.parametrize("size", [1, 5, 6, 99_991, 4_032_000, 5_000_000])
def test_sizes(size: int) -> None:
    rng = np.random.default_rng(size)
    x, y = rng.random(size) < 0.8, rng.random(size) < 0.8
    assert np.array_equal(Run(terms(size, "gap")).gap(x, y), np.flatnonzero(x & y))


def test_the_pair_is_uniform_over_all_unequal_pairs_whatever_the_plans() -> None:
    """Exhaustively over s, q, x and y (blind 6.2)."""
    unequal = {(u, v) for u, v in product(range(3), repeat=2) if u != v}
    for x, y in product((0, 1), repeat=2):
        seen = Counter(
            (int(pair[0][0]), int(pair[1][0]))
            for s, q in product((0, 1, 2), (1, 2))
            for pair in (
                tuple(
                    gap.mask(*(np.array([v], dtype=np.uint8) for v in (s, q, bit)), place)
                    for place, bit in ((0, x), (1, y))
                ),
            )
        )
        if (x, y) == (1, 1):
            assert seen == Counter({(s, s): 2 for s in range(3)})
        else:
            assert seen == Counter(dict.fromkeys(unequal, 1))


def test_masks_are_uniform_and_independent() -> None:
    """Chi-squared at 1 in 10,000, 5 degrees of freedom, over the six pairs (s, q)."""
    s, q = gap._masks(bytes(range(32)), 24_000)
    assert set(np.unique(s)) == {0, 1, 2}
    assert set(np.unique(q)) == {1, 2}
    counts = Counter((s * 2 + q - 1).tolist())
    expected = len(s) / 6
    assert sum((n - expected) ** 2 / expected for n in counts.values()) < 25.7


def test_digits_and_bytes() -> None:
    packed = np.arange(243, dtype=np.uint8)
    digits = gap._unpack(packed)
    assert digits.max() == 2
    assert gap._pack(digits.reshape(-1)) == packed.tobytes()


def test_check_cells_are_distinct_and_the_same_for_both() -> None:
    for total in (129, 5_000, 4_032_128):
        places = gap.check_places(bytes(32), total)
        assert len(set(places.tolist())) == 128
        assert places.max() < total
        assert np.array_equal(places, gap.check_places(bytes(32), total))


def test_keys_that_differ_give_no_result() -> None:
    run, other = Run(terms(5_000, "gap")), Run(terms(5_000, "gap"), salt="x")
    x = np.zeros(5_000, dtype=bool)
    one = gap.share(run.terms, A, run.transcript, run.keys[A], x)
    two = gap.share(run.terms, B, run.transcript, other.keys[B], x)
    read = [gap.read_share(run.terms, s, run.transcript, d) for s, d in ((A, one), (B, two))]
    with pytest.raises(RuleBroken, match=r"blind 6\.5"):
        gap.open_for_both(run.terms, read[0], read[1])


def test_a_side_that_names_the_others_check_cells_is_caught_by_the_cells() -> None:
    run, other = Run(terms(5_000, "gap")), Run(terms(5_000, "gap"), salt="x")
    x = np.zeros(5_000, dtype=bool)
    head = gap._HEAD.size + 8 * gap.CHECKS
    one = gap.share(run.terms, A, run.transcript, run.keys[A], x)
    two = gap.share(run.terms, B, run.transcript, other.keys[B], x)
    names = gap._HEAD.size
    forged = two[:names] + one[names:head] + two[head:]
    read = [gap.read_share(run.terms, s, run.transcript, d) for s, d in ((A, one), (B, forged))]
    with pytest.raises(RuleBroken, match=r"blind 6\.5"):
        gap.open_for_both(run.terms, read[0], read[1])
