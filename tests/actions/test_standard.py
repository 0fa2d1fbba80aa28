"""Standard texts of records: who may hear them, what a SITREP draws on, what comes back of a pasted one."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from seamline.actions import standard
from seamline.actions.node import Node
from seamline.documents.standard_form import standard_form
from seamline.errors import BadInput, NotFound
from tests.nodes import INCIDENT, START, World, let_go, officer, patrol, put

SHARED = "isf+ksf"
WATCH = officer("ksf", "watch")


@pytest.fixture
def erbil() -> Iterator[Node]:
    world = World()
    node = world.node("erbil", "ksf", channels=(SHARED,))
    world.meet()
    yield node
    world.close()


def test_a_record_says_who_may_hear_it(erbil: Node) -> None:
    kept = put(erbil, WATCH, "incident", "ksf", INCIDENT)
    released = let_go(erbil, "ksf", kept, SHARED)
    for item, heard in ((kept, "FOR: KSF\n"), (released, "FOR: KSF + ISF\n")):
        text = standard.written(standard.of_record(erbil, WATCH, item["id"], None), "en")["text"]
        assert text.startswith("INCREP · Incident report\n" + heard)
        assert "5 Summary: Shots heard" in text
        assert text.endswith("END\n")
    with pytest.raises(NotFound):
        standard.of_record(erbil, officer("isf", "watch"), kept["id"], None)
    note = put(erbil, WATCH, "note", "ksf", {"text": "n"})
    for id, form in ((note["id"], None), (kept["id"], "patrol"), (kept["id"], "letter")):
        with pytest.raises(BadInput):
            standard.of_record(erbil, WATCH, id, form)


def test_what_was_read_out_comes_back_as_what_a_form_begins_with(erbil: Node) -> None:
    plan = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.75, 35.7, 4))
    text = standard.written(standard.of_record(erbil, WATCH, plan["id"], None), "ckb")["text"]
    found = standard.understood(text, None)
    assert (found["kind"], found["doubts"], found["rest"]) == ("activity", {}, [])
    again = put(erbil, officer("ksf", "planner"), "activity", "ksf", found["body"])
    assert again["title"] == plan["title"]


def test_what_is_invented_says_so_on_every_way(erbil: Node) -> None:
    kept = put(erbil, WATCH, "incident", "ksf", INCIDENT | {"synthetic": True})
    told = standard.of_record(erbil, WATCH, kept["id"], None)
    for lang, word in (("en", "EXERCISE"), ("ar", "تمرين"), ("ckb", "ڕاهێنان")):
        text = standard.written(told, lang)["text"]
        assert text.split("\n")[2] == word
        assert standard.understood(text, None)["body"]["synthetic"] is True
    assert standard.sitrep(erbil, WATCH, None, 48, "en").exercise
    page = standard_form(told.form, told.fields, "en", exercise=True)
    assert "EXERCISE" in str(PdfReader(io.BytesIO(page)).pages[0].extract_text())


def test_a_sitrep_is_drawn_from_one_channel_alone(erbil: Node) -> None:
    soon = {"occurred": {"start": START - 3_600_000, "end": START}}
    put(erbil, WATCH, "incident", "ksf", INCIDENT | soon | {"summary": "kept at home"})
    shared = put(erbil, WATCH, "incident", "ksf", INCIDENT | soon | {"summary": "told to both"})
    let_go(erbil, "ksf", shared, SHARED)
    post = put(erbil, WATCH, "post", "ksf", {"name": "Hill", "place": {"lon": 43.7, "lat": 35.7}})
    put(erbil, WATCH, "holding", "ksf", {"post": post["id"], "status": "held"})
    own = standard.written(standard.sitrep(erbil, WATCH, None, 12, "en"), "en")
    assert "kept at home" in own["fields"]["incidents"]
    assert "Hill: KSF" in own["fields"]["posts"]
    assert "FOR: KSF\n" in own["text"]
    both = standard.written(standard.sitrep(erbil, WATCH, SHARED, 12, "en"), "en")
    assert "told to both" in both["fields"]["incidents"]
    assert "kept at home" not in both["fields"]["incidents"]
    assert "FOR: KSF + ISF\n" in both["text"]
    with pytest.raises(NotFound):
        standard.sitrep(erbil, WATCH, "isf", 12, "en")


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("salute", {"time": {"start": START, "end": START}}),
        ("salute", {"time": "today"}),
        ("increp", {"type": "quarrel"}),
        ("increp", {"killed": -1}),
        ("increp", {"location": {"geometry": {"type": "Point", "coordinates": [1]}}}),
        ("increp", {"weather": "fair"}),
        ("letter", {}),
    ],
)
def test_a_line_that_cannot_be_written_is_named(form: str, fields: dict[str, object]) -> None:
    with pytest.raises(BadInput) as caught:
        standard.given(form, fields, WATCH, None)
    assert caught.value.field.startswith("fields." if form != "letter" else "form")


def test_the_printed_form_has_every_language_and_what_was_said(erbil: Node) -> None:
    kept = put(erbil, WATCH, "incident", "ksf", INCIDENT)
    told = standard.of_record(erbil, WATCH, kept["id"], None)
    page = standard_form(told.form, told.fields, "ar", told.audience, told.number)
    assert page == standard_form(told.form, told.fields, "ar", told.audience, told.number)
    pages = PdfReader(io.BytesIO(page)).pages
    said = str(pages[0].extract_text())
    assert len(pages) == 1
    for word in ("INCREP", "ERBIL-1", "Shots", "heard", "Incident", "report", "تقرير", "ڕاپۆرتی"):
        assert word in said


def test_each_page_of_a_form_is_numbered_and_says_who_may_hear_it(erbil: Node) -> None:
    fields = {"narrative": "\n".join(f"Line {n} of many." for n in range(90))}
    told = standard.given("increp", fields, WATCH, SHARED, exercise=True)
    data = standard_form(told.form, told.fields, "en", told.audience, exercise=True, foot="Printed by ksf/w")
    pages = [str(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
    assert len(pages) > 1
    assert sum(page.count(" of many.") for page in pages) == 90
    for at, said in enumerate(pages, 1):
        assert f"{at} / {len(pages)}" in said
        assert "Printed by ksf/w" in said
        assert said.count("EXERCISE") == 2
        assert said.count("For KSF + ISF only") == 2
