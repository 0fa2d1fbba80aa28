"""On paper: every kind, each language, who may read it on each page, in order, and no more than that."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from seamline.actions import printing
from seamline.geo.place import SCALE
from seamline.records.registry import KINDS
from tests.nodes import INCIDENT, START, let_go, officer, put
from tests.web.desk import Desk, desk

JOINT = "isf+ksf"
WATCH, PLANNER = officer("isf", "watch"), officer("isf", "planner")
DAY = "2025-10-09"


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf", channels=(JOINT,)) as made:
        yield made


def pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def plan(title: str, start: int = 0) -> dict[str, Any]:
    at = {"type": "Point", "coordinates": [int(43.9 * SCALE), int(35.6 * SCALE)]}
    hours = {"start": START + start * 3_600_000, "end": START + (start + 2) * 3_600_000}
    return {"title_text": title, "type": "patrol", "when": hours, "place": {"geometry": at}}


def test_a_record_tells_its_fields_in_order_and_who_may_read_it_on_every_page(here: Desk) -> None:
    said = put(here.node, WATCH, "incident", "isf", {**INCIDENT, "narrative": "Two bursts.\n" * 120})
    found = pages(printing.record(here.node, WATCH, said["id"], "en"))
    assert len(found) > 1
    for at, page in enumerate(found, 1):
        assert page.count("For ISF only") == 2
        assert f"{at} / {len(found)}" in page
        assert "by isf/watch-1 at" in page
    whole = " ".join(found)
    order = [
        whole.index(word)
        for word in ("Shots heard", "second company", "Two bursts.", "Said by", "Revision 1")
    ]
    assert order == sorted(order)


def test_the_language_is_chosen_for_the_print_and_runs_its_way(here: Desk) -> None:
    said = put(here.node, WATCH, "incident", "isf", INCIDENT)
    head = {"authorization": f"Bearer {here.tokens['isf', 'watch']}"}
    words = {"en": "For ISF only", "ar": "فقط", "ckb": "تەنها"}
    for lang, word in words.items():
        reply = here.wire.get(f"/api/records/{said['id']}/print.pdf?lang={lang}", headers=head)
        assert reply.status == 200
        reader = PdfReader(io.BytesIO(reply.body))
        box = reader.pages[0].mediabox
        assert (round(box.width), round(box.height)) == (595, 842)
        assert word in reader.pages[0].extract_text()
        assert "Shots heard" in reader.pages[0].extract_text()


def test_what_is_released_is_marked_for_its_readers_and_names_no_source(here: Desk) -> None:
    said = put(here.node, WATCH, "incident", "isf", INCIDENT)
    copy = let_go(here.node, "isf", said, JOINT, "tear")
    (page,) = pages(printing.record(here.node, WATCH, copy["id"], "en"))
    assert page.count("For ISF + KSF only") == 2
    assert "second company" not in page
    assert said["number"] not in page


def test_an_invented_record_says_so_above_and_below(here: Desk) -> None:
    said = put(
        here.node, WATCH, "log_entry", "isf", {"when": START, "text": "Shift begins", "synthetic": True}
    )
    (page,) = pages(printing.record(here.node, WATCH, said["id"], "en"))
    assert page.count("EXERCISE") == 2


def test_the_sheet_of_a_shift_prints_line_by_line(here: Desk) -> None:
    lines = [{"what": "gap", "title": "Ford north"}, {"what": "clash", "title": "Two patrols", "due": START}]
    body = {"taken": START, "gives": "watch-2", "items": lines, "remarks": "Quiet."}
    said = put(here.node, WATCH, "handover_sheet", "isf", body)
    (page,) = pages(printing.record(here.node, WATCH, said["id"], "en"))
    assert page.index("watch-2") < page.index("Quiet.") < page.index("Ford north") < page.index("Two patrols")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_kind_can_be_written(kind: str) -> None:
    from seamline.documents.record_values import Values
    from seamline.records.kind import fields
    from seamline.texts import LANGS

    samples: dict[str, Any] = {
        "window": {"start": START, "end": START + 1}, "instant": START, "grade": "B2", "flag": True,
        "place": {"geometry": INCIDENT["place"]["geometry"], "mgrs": "38SME1234"},
        "photos": [{"hash": "0" * 64, "size": 3, "type": "image/jpeg"}], "parties": ["isf", "ksf"],
    }  # fmt: skip
    for lang in LANGS:
        values = Values(lang, "Asia/Baghdad", str)
        for field in fields(KINDS[kind]):
            value = samples.get(
                field.spec.type, [{"text": {"en": "x"}}] if field.spec.type == "parts" else "x1"
            )
            assert values.label(field.name)
            assert all(line.text for line in values.lines(field, value))


def test_the_day_of_a_channel_holds_what_that_channel_holds_and_no_more(here: Desk) -> None:
    put(here.node, PLANNER, "activity", "isf", plan("Kept at home", 2))
    shared = let_go(here.node, "isf", put(here.node, PLANNER, "activity", "isf", plan("Told", 3)), JOINT)
    asked = printing.DayAsked(DAY, JOINT, "en")
    found = printing.day(here.node, WATCH, asked)
    assert [item["id"] for item in found.items if item["kind"] == "activity"] == [shared["id"]]
    assert found.readers == ["isf", "ksf"]
    own = printing.day(here.node, WATCH, printing.DayAsked(DAY, None, "en"))
    assert own.readers == ["isf"]
    assert {"Kept at home", "Told"} <= {item["title"] for item in own.items}


def test_the_picture_of_the_day_has_its_map_and_marking_over_the_wire(here: Desk) -> None:
    put(here.node, PLANNER, "activity", "isf", plan("Along the canal", 4))
    head = {"authorization": f"Bearer {here.tokens['isf', 'watch']}"}
    reply = here.wire.get(f"/api/day.pdf?date={DAY}&lang=ckb", headers=head)
    assert reply.status == 200
    reader = PdfReader(io.BytesIO(reply.body))
    assert all(page.extract_text().count("ISF") >= 2 for page in reader.pages)
    assert reader.pages[0].images
    assert "Along the canal" in "".join(page.extract_text() for page in reader.pages)
    assert here.wire.get("/api/day.pdf?date=yesterday", headers=head).status == 400
    assert here.wire.get("/api/day.pdf?channel=ksf%2Bmag", headers=head).status == 404
