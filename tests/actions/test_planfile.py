"""Points as a table: out and back the same, nothing runs in a spreadsheet, each fault named by its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from seamline.actions import planfile, read
from seamline.actions.node import Node
from seamline.actions.read import RecordQuery
from seamline.errors import BadInput, TooLarge
from seamline.gateways import gateways
from tests.actions.test_programmes import brigade, units
from tests.nodes import World, officer, put

SHARED = "isf+ksf"
HEAD = "point,point_en,milestone,step,owners,due,after,planned\n"


@pytest.fixture
def node() -> Iterator[Node]:
    world = World()
    node = world.node("erbil", "ksf", channels=(SHARED,))
    node.gateways = gateways()
    world.meet()
    yield node
    world.close()


def taken(node: Node, data: str | bytes, track: str = "unit") -> planfile.PointsRead:
    raw = data.encode() if isinstance(data, str) else data
    return planfile.read(node, officer("ksf", "planner"), lambda: io.BytesIO(raw), track, SHARED)


def made(node: Node, *points: dict[str, Any]) -> planfile.Exported:
    item = put(node, officer("ksf", "release"), "programme", SHARED, units(*points))
    return planfile.points_file(node, officer("ksf", "watch"), item["id"], "en").result()


def test_out_and_back_it_is_the_same_and_the_export_is_in_the_log(node: Node) -> None:
    point = brigade("1") | {
        "title": {"en": "=1+1", "ar": "اللواء", "ckb": "لیوا"},
        "text": {"en": "@SUM(A1)"},
    }
    file = made(node, point, brigade("2"))
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    (told,) = read.records(node, officer("ksf", "auditor"), RecordQuery(kinds=("export",))).items
    assert (told["body"]["count"], told["body"]["form"]) == (12, "csv")
    back = taken(node, file.data)
    assert (back.rows, back.faults) == (12, [])
    sent = units(point, brigade("2"))["points"]
    assert [p.no for p in back.points] == ["1", "2"]
    assert msgspec.to_builtins(back.points[0])["title"] == point["title"]
    steps = [(m.no, m.step, m.owners, m.due, m.after, m.planned) for p in back.points for m in p.milestones]
    assert steps == [
        (m["no"], m["step"], m["owners"], m["due"], m.get("after", []), m.get("planned"))
        for p in sent
        for m in p["milestones"]
    ]


def test_every_cell_at_fault_is_named_and_nothing_is_taken(node: Node) -> None:
    lines = [
        "1,Brigade 1,1.1,التخويل,isf,=TODAY(),,",
        "1,,1.2,flown,isf,2026-02-30,,",
        "1,Brigade One,1.3,manned,ksf,2026-03-01,,=1750*2",
        ",,1.4,trained,isf,2026-05-01,,",
        '1,"open quote',
    ]
    back = taken(node, HEAD + "\n".join(lines))
    assert back.points == []
    told = [(f.line, f.column, f.value) for f in back.faults]
    assert told[:6] == [
        (2, "due", "=TODAY()"),
        (3, "due", "2026-02-30"),
        (3, "step", "flown"),
        (4, "point_en", "{'en': 'Brigade One'}"),
        (4, "planned", "=1750*2"),
        (5, "point", ""),
    ]
    assert all(f.remedy for f in back.faults)
    assert back.refused == len(back.faults) == 7


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        ("1,B,1.1,funded,mag,2026-01-01,,\n", 2, "owners"),
        ("1,B,1.1,funded,isf,2026-01-01,,\n1,,1.1,manned,isf,2026-01-02,,\n", 3, "milestone"),
        ("1,B,1.1,funded,isf,2026-01-01,,\n1,,1.2,manned,isf,2026-01-02,8,\n", 3, "after"),
        ("1,B,1.1,funded,isf,2026-01-01,,\n1,,1.2,manned,isf,2025-01-02,1.1,\n", 3, "due"),
    ],
)
def test_what_only_the_whole_can_say_names_its_line_too(
    node: Node, rows: str, line: int, column: str
) -> None:
    back = taken(node, HEAD + rows)
    assert [(f.line, f.column) for f in back.faults] == [(line, column)]


def test_steps_and_digits_are_read_in_every_language(node: Node) -> None:
    back = taken(node, HEAD + "1,B,1.1,پڕکردنەوەی کەسان,KSF,٢٠٢٦-٠٥-٠١,,١٧٥٠\n")
    (one,) = back.points[0].milestones
    assert (one.step, one.owners, one.planned) == ("manned", ["ksf"], 1750)


def test_a_file_of_a_hundred_thousand_formulas_is_refused_by_its_line(node: Node) -> None:
    data = HEAD + '1,"=HYPERLINK(""x"")",=A1,funded,isf,=TODAY(),,\n' * 100_000
    with pytest.raises(TooLarge) as fault:
        taken(node, data)
    assert (fault.value.field, fault.value.value, fault.value.where) == ("file", "100000 rows", "line 1002")
    assert "split it" in fault.value.remedy


@pytest.mark.parametrize(
    "head", ["point,due\n1,2026-01-01\n", HEAD.replace("step", "steps") + "1,,,,,,,\n", ""]
)
def test_a_table_with_other_columns_is_refused(node: Node, head: str) -> None:
    with pytest.raises(BadInput) as fault:
        taken(node, head)
    assert fault.value.field == "file"
