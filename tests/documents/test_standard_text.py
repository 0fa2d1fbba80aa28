"""Standard texts: what is written is read back, whatever mail and keyboards do; what is not is marked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seamline.documents.standard_forms import FORMS, Form, LineDef, body_of, fields_of
from seamline.documents.standard_text import read_text, write_text
from seamline.documents.standard_values import canonical
from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.values import CODES, plain
from seamline.texts import LANGS
from tests.nodes import INCIDENT, START, patrol

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
KEYBOARD = str.maketrans({"ی": "ي", "ک": "ك", "ە": "ه"})

words = st.lists(
    st.sampled_from(
        ["shots", "تەقە", "إطلاق", "ridge", "٣", "12", "كركوك", "(north)", "—", "a/b", "¶", "C-12"]
    ),
    min_size=1,
    max_size=14,
)
positions = st.tuples(st.integers(430_000_000, 450_000_000), st.integers(345_000_000, 365_000_000)).map(list)
instants = st.integers(START, START + 10**10)


def places() -> st.SearchStrategy[Any]:
    point = positions.map(lambda p: {"type": "Point", "coordinates": p})
    route = st.lists(positions, min_size=2, max_size=4, unique_by=lambda p: p[0] // 10_000).map(
        lambda ps: {"type": "LineString", "coordinates": ps}
    )
    box = st.tuples(positions, st.integers(20_000, 300_000)).map(
        lambda t: {"type": "Polygon", "coordinates": [[
            t[0], [t[0][0] + t[1], t[0][1]], [t[0][0] + t[1], t[0][1] + t[1]], t[0]]]}
    )  # fmt: skip
    return st.fixed_dictionaries(
        {"geometry": point | route | box},
        optional={"accuracy_m": st.integers(2, 5000), "name": st.sampled_from(["Dibis bridge", "پردی دبس"])},
    )


def values(line: LineDef) -> st.SearchStrategy[Any]:
    match line.type:
        case "instant":
            return instants
        case "window":
            spans = st.tuples(instants, st.integers(1, 10**8))
            return spans.map(lambda t: {"start": t[0], "end": t[0] + t[1]})
        case "place":
            return places()
        case "code":
            return st.sampled_from(CODES[line.list])
        case "count":
            return st.integers(0, 900)
        case "text":
            return st.lists(words.map(" ".join), min_size=1, max_size=3).map("\n".join)
        case _:
            return words.map(" ".join)


@st.composite
def said(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    form = draw(st.sampled_from(list(FORMS.values())))
    fields = {line.name: draw(values(line)) for line in form.lines if draw(st.booleans())}
    assume(fields)
    return form, fields


def expected(form: Form, fields: dict[str, Any]) -> dict[str, Any]:
    return {line.name: canonical(line, fields[line.name]) for line in form.lines if line.name in fields}


def quoted(text: str) -> str:
    return "\r\n".join("> " + line for line in text.split("\n"))


def marked(text: str) -> str:
    """Direction marks as right-to-left mail puts them in, and hard spaces."""
    return "\u200f" + text.replace(": ", ":\u00a0\u200e").replace("\n", "\u200f\n\u202b")


def rewrapped(text: str) -> str:
    """Broken again at 40, as a telephone shows it."""
    out = []
    for line in text.split("\n"):
        now = ""
        for word in line.split():
            if now and len(now) + len(word) > 40 and not re.match(r"\S{1,20}:|\d{1,2}$", word):
                out.append(now)
                now = ""
            now = f"{now} {word}".strip()
        out.append(now)
    return "\n".join(out)


MANGLED = [lambda t: t, quoted, marked, rewrapped, lambda t: "Dear colleague,\n\n" + t + "\n-- \nduty-3"]


@settings(max_examples=70)
@given(said(), st.sampled_from(LANGS), st.sampled_from(range(len(MANGLED))))
def test_what_is_written_is_read_back(one: tuple[Form, dict[str, Any]], lang: str, how: int) -> None:
    form, fields = one
    written = write_text(form, fields, lang, ("ISF", "KSF"), exercise=bool(how % 2))
    found = read_text(MANGLED[how](written))
    assert found.exercise == bool(how % 2)
    assert found.form == form.name
    assert found.fields == expected(form, fields)
    assert found.doubts == {}
    assert found.unsure == []


@settings(max_examples=40)
@given(said(), st.sampled_from(LANGS))
def test_other_digits_and_another_keyboard_change_nothing_of_what_is_counted_or_coded(
    one: tuple[Form, dict[str, Any]], lang: str
) -> None:
    form, fields = one
    found = read_text(write_text(form, fields, lang).translate(EASTERN).translate(KEYBOARD))
    wanted = expected(form, fields)
    for line in form.lines:
        if line.type in ("instant", "window", "code", "count") and line.name in wanted:
            assert found.fields[line.name] == wanted[line.name]
        if line.type == "place" and line.name in wanted:
            assert found.fields[line.name]["geometry"] == wanted[line.name]["geometry"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_record_goes_out_by_voice_and_comes_in_as_the_same_form(lang: str) -> None:
    incident = INCIDENT | {"harm": {"wounded": 2}, "precedence": "immediate"}
    for name, kind, body in (("increp", "incident", incident), ("patrol", "activity", patrol(43.7, 35.7, 4))):
        form = FORMS[name]
        value = registry.parse(kind, _coerced(kind, body))
        fields = fields_of(form, kind, plain(value))
        found = read_text(write_text(form, fields, lang))
        made = registry.parse(kind, body_of(form, found.fields))
        assert made.title() == value.title()
        assert plain(made.window()) == canonical(LineDef("time", "window"), plain(value.window()))


def _coerced(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    from seamline.records.coerce import coerce

    return coerce(registry.KINDS[kind], body)


def test_what_is_not_understood_is_kept_beside_what_is() -> None:
    found = read_text(
        "INCREP\n1 Precedence: rather soon\n2 Type: raid\n3 Time: 211430 NOV\n"
        "4 Locatoin: 38S ME 17644 47950\n"
        "6 Killed: two\n7 Wounded: ٣\nEND\nBest regards"
    )
    assert found.fields["type"] == "raid"
    assert found.fields["wounded"] == 3
    assert found.fields["location"]["geometry"]["type"] == "Point"
    assert found.doubts == {"precedence": "rather soon", "time": "211430 NOV", "killed": "two"}
    assert found.unsure == ["location"]
    assert found.rest == ["Best regards"]


def test_a_text_without_a_name_is_all_rest() -> None:
    found = read_text("two shots\nnorth of the bridge")
    assert (found.form, found.fields, found.rest) == (None, {}, ["two shots", "north of the bridge"])
    assert read_text("Type: raid", "increp").fields == {"type": "raid"}


def test_no_two_codes_of_a_list_are_called_the_same() -> None:
    from seamline.documents.standard_values import _labels

    for form in FORMS.values():
        for line in form.lines:
            if line.type == "code":
                assert set(_labels(line.list).values()) == set(CODES[line.list]), line.list


def test_a_line_that_the_form_has_not_is_refused() -> None:
    with pytest.raises(BadInput):
        write_text(FORMS["salute"], {"names": "x"}, "en")


def test_a_route_that_goes_nowhere_is_a_doubt_and_no_place() -> None:
    found = read_text("PATROL NOTICE\n5 Location: Route: 38S ME 17644 47950 - 38S ME 17644 47950")
    assert "location" in found.doubts
