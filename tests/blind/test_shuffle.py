"""The permutation is one, and uniform (blind 5.2). Levels are stated; seeds are fixed."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind.keys import Stream
from seamline.blind.shuffle import INDEX_BITS, draw, permutation
from tests.blind.runs import seed

# A sound shuffle exceeds these with a chance of 1 in 10,000 (chi-squared, 119 and 63 degrees of freedom).
LIMIT_119, LIMIT_63 = 182.9, 110.8


def chi_squared(counts: Counter, cells: int) -> float:
    expected = counts.total() / cells
    return sum((n - expected) ** 2 / expected for n in counts.values()) + (cells - len(counts)) * expected


@given(st.binary(min_size=32, max_size=32), st.integers(1, 3_000))
def test_it_is_a_permutation_and_the_same_for_both(key: bytes, size: int) -> None:
    drawn = permutation(key, size)
    assert np.array_equal(np.sort(drawn), np.arange(size))
    assert np.array_equal(drawn, permutation(key, size))


@pytest.mark.parametrize("low", [INDEX_BITS, 61, 63], ids=["40-bit keys", "3-bit keys", "1-bit keys"])
def test_each_order_of_five_is_as_likely(low: int) -> None:
    # With keys of one bit nearly all places are settled by the keys drawn again.
    stream = Stream(seed("shuffle", str(low)), "test")
    counts = Counter(tuple(draw(stream, 5, low).tolist()) for _ in range(24_000))
    assert set(counts) == set(permutations(range(5)))
    assert chi_squared(counts, factorial(5)) < LIMIT_119


def test_each_place_goes_everywhere_as_often() -> None:
    stream = Stream(seed("places"), "test")
    drawn = np.array([draw(stream, 64, INDEX_BITS) for _ in range(6_400)])
    for place in (0, 1, 31, 62, 63):
        assert chi_squared(Counter(drawn[:, place].tolist()), 64) < LIMIT_63


def test_ties_left_in_the_order_of_their_numbers_would_be_seen() -> None:
    rng = np.random.default_rng(1)
    counts = Counter(tuple(np.argsort(rng.integers(0, 8, 5), kind="stable").tolist()) for _ in range(24_000))
    assert chi_squared(counts, factorial(5)) > LIMIT_119


def test_another_key_another_permutation() -> None:
    assert not np.array_equal(permutation(seed("a"), 1_000), permutation(seed("b"), 1_000))


def test_the_stream_is_aes_ctr_however_it_is_asked_for() -> None:
    whole = Stream(seed("s"), "x").take(3_000_000)
    parts = Stream(seed("s"), "x")
    assert np.array_equal(whole[:1_000_001], parts.take(1_000_001))
    assert np.array_equal(whole[1_000_001:], parts.take(1_999_999))
    numbers = Stream(seed("s"), "y").below(7, 7_000)
    assert chi_squared(Counter(numbers.tolist()), 7) < 27.9  # 6 degrees of freedom, 1 in 10,000
