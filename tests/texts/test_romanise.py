"""Transliteration: letter for letter, the same everywhere, and nothing guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.texts.romanise import romanise, script

ARABIC = st.text(st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ ٣"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("name", "lang", "latin"),
    [
        ("كركوك", "ar", "Krkūk"),  # its vowels are not written, so they are not there
        ("الحويجة", "ar", "al-Ḩūījah"),
        ("قرية الوليد", "ar", "Qryah al-Wlīd"),
        ("تلعفر", "ar", "Tl‘fr"),
        ("سلێمانی", "ckb", "Slêmanî"),
        ("هەڵەبجە", "ckb", "Heḻebje"),
        ("دووزخورماتوو", "ckb", "Dûzkhurmatû"),
        ("ئاکرێ", "ckb", "Akrê"),
        ("گوێڕ ٣", "ckb", "Gwêṟ 3"),
        ("الـمـوصل", "ar", "al-Mūşl"),
    ],
)
def test_letter_for_letter(name: str, lang: str, latin: str) -> None:
    assert romanise(name, lang) == latin


def test_a_letter_that_no_table_knows_is_not_guessed() -> None:
    assert romanise("ټول", "ar") is None
    assert romanise("", "ar") is None


@given(ARABIC)
def test_no_arabic_letter_is_left(name: str) -> None:
    latin = romanise(name, "ar")
    assert latin is None or not any("\u0600" <= c <= "\u06ff" for c in latin)


@given(ARABIC)
def test_however_it_was_typed(name: str) -> None:
    assert romanise(unicodedata.normalize("NFD", name), "ar") == romanise(name, "ar")


@pytest.mark.parametrize(
    ("name", "told"), [("كركوك", "ar"), ("کەرکووک", "ckb"), ("Erbil", "latin"), ("12", None)]
)
def test_the_letters_tell_the_script(name: str, told: str | None) -> None:
    assert script(name) == told
