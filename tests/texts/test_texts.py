"""Messages, their fall-backs, and plural forms of all three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline import texts
from seamline.texts import plurals


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of two messages, one of them in English only."""
    table = {
        "en": {
            "greet": "Hello {name}",
            "only": "English only",
            "x.one": "{n} record",
            "x.other": "{n} records",
        },
        "ar": {"greet": "مرحبا {name}"},
        "ckb": {"greet": "سڵاو {name}"},
    }
    monkeypatch.setattr(texts, "catalogue", table.__getitem__)


@pytest.mark.usefixtures("messages")
def test_parameters_fill_their_places() -> None:
    assert texts.text("en", "greet", name="ERBIL-12") == "Hello ERBIL-12"


@pytest.mark.usefixtures("messages")
def test_parameters_keep_their_own_order_in_right_to_left_messages() -> None:
    assert texts.text("ar", "greet", name="12:00–13:00") == "مرحبا \u206812:00–13:00\u2069"


@pytest.mark.usefixtures("messages")
def test_a_value_is_never_read_as_a_pattern() -> None:
    assert texts.text("en", "greet", name="{name} {n!r} \\1") == "Hello {name} {n!r} \\1"


@pytest.mark.usefixtures("messages")
def test_at_a_node_a_missing_message_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "STRICT", False)
    assert texts.text("ckb", "only") == "English only"
    assert texts.text("fr", "greet", name="A") == "Hello A"
    assert texts.text("ar", "nowhere") == "nowhere"
    assert texts.text("en", "greet") == "Hello {name}"


@pytest.mark.usefixtures("messages")
def test_in_tests_it_does_not() -> None:
    with pytest.raises(KeyError):
        texts.text("ckb", "only")
    with pytest.raises(KeyError):
        texts.text("en", "greet")


@pytest.mark.usefixtures("messages")
def test_counted_messages_choose_their_form() -> None:
    assert texts.plural("en", "x", 1) == "1 record"
    assert texts.plural("en", "x", 2) == "2 records"
    assert texts.plural("en", "x", 2, n="2+") == "2+ records"


def test_catalogues_are_read_only_and_only_of_the_three_languages() -> None:
    with pytest.raises(TypeError):
        texts.catalogue("en")["month.1"] = "?"  # type: ignore[index]  # the point of the test
    with pytest.raises(KeyError):
        texts.catalogue("../en")


# The samples of CLDR 48's plurals.json for integers.
@pytest.mark.parametrize(
    ("lang", "form", "numbers"),
    [
        ("en", "one", [1]),
        ("en", "other", [0, 2, 16, 100, 1_000_000]),
        ("ckb", "one", [1]),
        ("ckb", "other", [0, 2, 16, 100, 1_000_000]),
        ("ar", "zero", [0]),
        ("ar", "one", [1]),
        ("ar", "two", [2]),
        ("ar", "few", [3, 10, 103, 110, 1003]),
        ("ar", "many", [11, 26, 99, 111, 1011]),
        ("ar", "other", [100, 102, 200, 202, 1000, 1_000_000]),
    ],
)
def test_plural_forms_are_those_of_cldr(lang: str, form: str, numbers: list[int]) -> None:
    assert [plurals.form(lang, n) for n in numbers] == [form] * len(numbers)


@given(st.sampled_from(texts.LANGS), st.integers())
def test_every_number_has_a_form_of_its_language(lang: str, n: int) -> None:
    assert plurals.form(lang, n) in plurals.FORMS[lang]


def test_direction() -> None:
    assert [texts.direction(lang) for lang in texts.LANGS] == ["ltr", "rtl", "rtl"]
