"""Every parser of foreign bytes: what was written reads back, anything else is refused with its paragraph."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind import bits, clash, commitment, gap
from seamline.errors import RuleBroken
from tests.blind.runs import A, B, Run, ground, seed, terms

SIZE = 300


@cache
def run(check: str) -> Run:
    return Run(terms(SIZE, check, cap=SIZE))


def plan() -> np.ndarray:
    return np.random.default_rng(3).random(SIZE) < 0.4


@cache
def written() -> dict[str, bytes]:
    both = run("clash")
    answer = both.answer(plan(), plan())
    assert answer.data is not None
    universe = ground()
    whole = np.random.default_rng(4).random(universe.size) < 0.1
    return {
        "clash share": both.side(A, plan()).share(),
        "clash answer": answer.data,
        "gap share": gap.share(run("gap").terms, A, run("gap").transcript, run("gap").keys[A], plan()),
        "opening": commitment.open_leaf(universe, whole, seed("o"), 1, 1).to_bytes(),
        "sealed": both.sealed(A, b"share"),
    }


def readers() -> dict[str, Callable[[bytes], Any]]:
    both, open_ = run("clash"), run("gap")
    return {
        "clash share": lambda d: clash.read_share(both.terms, A, both.transcript, d),
        "clash answer": lambda d: both.side(A, plan()).read(d),
        "gap share": lambda d: gap.read_share(open_.terms, A, open_.transcript, d),
        "opening": commitment.read_opening,
        "sealed": lambda d: both.opened(A, d),
    }


NAMES = ("clash share", "clash answer", "gap share", "opening", "sealed")


@pytest.mark.parametrize("name", NAMES)
def test_what_was_written_is_read(name: str) -> None:
    readers()[name](written()[name])


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_paragraph(name: str, data: bytes) -> None:
    with pytest.raises(RuleBroken, match="blind "):
        readers()[name](data)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_cut_or_longer_is_refused(name: str, data: st.DataObject) -> None:
    whole = written()[name]
    stop = data.draw(st.integers(0, len(whole) - 1))
    for changed in (whole[:stop], whole + data.draw(st.binary(min_size=1, max_size=40))):
        with pytest.raises(RuleBroken, match="blind "):
            readers()[name](changed)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_changed_byte_is_refused_or_says_something_else_that_can_be(name: str, data: st.DataObject) -> None:
    whole = bytearray(written()[name])
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    try:
        got = readers()[name](bytes(whole))
    except RuleBroken as fault:
        assert fault.rule.startswith("blind ")
        return
    # As many ones elsewhere, other digits, bits, salt: they can be. The seal, check cells or a proof tell.
    assert name in ("clash share", "gap share", "opening"), got


def test_a_share_of_the_other_side_or_another_run_is_refused() -> None:
    one, other = run("clash"), Run(terms(SIZE, cap=SIZE), salt="other")
    share = one.side(A, plan()).share()
    for read in (
        lambda: clash.read_share(one.terms, B, one.transcript, share),
        lambda: clash.read_share(one.terms, A, other.transcript, share),
        lambda: one.opened(B, one.sealed(A, share)),
        lambda: other.opened(A, one.sealed(A, share)),
    ):
        with pytest.raises(RuleBroken, match=r"blind (4\.6|5\.4)"):
            read()


@given(st.sets(st.integers(0, 20_000), max_size=200))
def test_steps_read_back(found: set[int]) -> None:
    given = np.array(sorted(found), dtype=np.int64)
    assert np.array_equal(bits.places(bits.steps(given), len(given), 20_001, "x"), given)


@given(st.lists(st.booleans(), max_size=100))
def test_bits_read_back_and_spare_bits_are_refused(flags: list[bool]) -> None:
    given = np.array(flags, dtype=bool)
    packed = bits.pack(given)
    assert np.array_equal(bits.unpack(packed, len(given), "x"), given)
    assert bits.popcount(packed) == sum(flags)
    if len(flags) % 8:
        with pytest.raises(RuleBroken):
            bits.unpack(packed[:-1] + bytes([packed[-1] | 1]), len(given), "x")


def test_a_frame_that_would_fill_the_memory_is_not_unpacked() -> None:
    bomb = bytes([bits.ZSTD]) + zstandard.ZstdCompressor(level=19).compress(bytes(50_000_000))
    with pytest.raises(RuleBroken, match="50000000"):
        bits.loosen(bomb, 756_000, "blind 5.4")
    no_size = zstandard.ZstdCompressor(level=1, write_content_size=False).compress(bytes(756_000))
    with pytest.raises(RuleBroken):
        bits.loosen(bytes([bits.ZSTD]) + no_size, 756_000, "blind 5.4")
