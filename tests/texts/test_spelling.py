"""One spelling for search: what a person would call the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.texts.spelling import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كركوك", "کرکوک"),  # Arabic and Kurdish keyboards
        ("أربيل", "اربیل"),
        ("إربيل", "اربيل"),
        ("آمرلي", "امرلی"),
        ("خانقين", "خانقین"),
        ("الحويجة", "الحويجه"),
        ("هەولێر", "ههولیر"),
        ("كــركوك", "كركوك"),  # tatweel
        ("مَخْمُور", "مخمور"),  # vowel signs
        ("طوز خورماتو", "طوز  خورماتو"),
        ("نقطة ١٢", "نقطة 12"),
        ("خاڵی ۱۲", "خالی 12"),
        ("Xaneqîn", "xaneqin"),
        ("KIRKUK", "Kirkuk"),
        ("ﻛﺮﻛﻮﻙ", "كركوك"),  # presentation forms, from PDFs
        ("قه\u200cره\u200cچوغ", "قەرەچوغ"),  # joiners, from older Sorani fonts
    ],
)
def test_variants_find_each_other(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("كركوك", "كركور"), ("بعقوبة", "بعقوب"), ("Tuz", "Taz"), ("12", "13")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_nothing_to_search_for_is_empty() -> None:
    assert normalise(" \u200f\u0640\u064b ") == ""


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(alphabet=st.characters(min_codepoint=0x600, max_codepoint=0x6FF)))
def test_no_mark_survives_in_arabic_script(text: str) -> None:
    assert not any("\u064b" <= c <= "\u065f" or c == "\u0640" for c in normalise(text))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_spelt_alike_among_others(text: str) -> None:
    """The short way for ASCII ends where the long way does."""
    assert normalise(f"ی{text}") == normalise(f"ی{normalise('a' + text)[1:]}")
    assert normalise(f"ی {text}").split()[1:] == normalise(text).split()
