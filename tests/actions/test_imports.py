"""Import: what becomes of each row, that a second time adds nothing, and that nothing is guessed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline import wiring
from seamline.actions import imports, layers
from seamline.actions.importing import open_source
from seamline.actions.imports import Ask, Report
from seamline.actions.node import Node
from seamline.actions.shaping import LEAVE
from seamline.actions.source import Ground
from seamline.errors import BadInput, NotAllowed, NotFound
from seamline.gateways import gateways
from seamline.geo.areas import GOVERNORATE, circle
from seamline.store.ports import Search
from tests.nodes import World, attested, officer, put

SHIPPED = wiring._ground()
REAL = Path(__file__).resolve().parents[1] / "gateways" / "samples" / "ucdp_ged.csv"
CLERK = officer("isf", "watch")
LIST = """id,summary,date,where,lat,lon,type
1,Shots heard,2026-11-01,,35.7,43.7,fire_exchange
2,Mine found,٢٠٢٦-١١-٠٢,زمار,,,عبوة ناسفة
3,Late,2026-11-31,,35.7,43.7,other
4,Nowhere,2026-11-04,Xanadu,,,other
5,Far,2026-11-05,,۳۵٫۷,143.7x,other
"""


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def a_node(world: World, *owners: str, channels: tuple[str, ...] = ()) -> Node:
    node = world.node("here", *(owners or ("isf",)), channels=channels)
    node.gateways, node.ground = gateways(), lambda: SHIPPED
    world.meet()
    return node


def bring(node: Node, data: str | bytes, who: Any = CLERK, **ask: Any) -> Report:
    raw = data.encode() if isinstance(data, str) else data
    source = open_source(node, lambda: io.BytesIO(raw))
    return imports.run(node, who, source, Ask(**({"kind": "incident", "source": "list"} | ask)))


def bodies(node: Node, kind: str = "incident", channel: str = "isf") -> list[dict[str, Any]]:
    rows = node.picture.search(Search(channels=(channel,), kinds=(kind,), limit=5000))
    return [json.loads(r.body) for r in sorted(rows, key=lambda r: (r.start or 0, r.id))]


def tally(report: Report) -> tuple[int, ...]:
    return report.new, report.present, report.changed, report.refused, report.waiting


def test_each_row_is_taken_refused_or_put_aside(world: World) -> None:
    node = a_node(world)
    report = bring(node, LIST)
    assert tally(report) == (2, 0, 0, 2, 1)
    assert [(f.line, f.column, f.value) for f in report.faults] == [
        (4, "date", "2026-11-31"),
        (6, "lon", "143.7x"),
    ]
    assert all(f.remedy for f in report.faults)
    assert [(u.name, u.sure, u.rows, u.first_line) for u in report.uncertain] == [("Xanadu", "unknown", 1, 5)]
    first, second = bodies(node)
    assert first["place"]["geometry"] == {"type": "Point", "coordinates": [437_000_000, 357_000_000]}
    assert first["occurred"]["end"] - first["occurred"]["start"] == 86_400_000
    assert (second["type"], second["place"]["name"], second["place"]["accuracy_m"]) == ("ied", "زمار", 1000)


def test_a_second_time_adds_nothing(world: World) -> None:
    node = a_node(world)
    bring(node, LIST)
    before = node.log.last_seq()
    again = bring(node, LIST)
    assert (tally(again), node.log.last_seq()) == ((0, 2, 0, 2, 1), before)
    changed = bring(node, LIST.replace("Shots heard", "Shots and smoke"))
    assert (tally(changed), node.log.last_seq()) == ((0, 1, 1, 2, 1), before)
    assert [(f.line, "revise" in f.remedy) for f in changed.faults] == [(2, True), (4, False), (6, False)]


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    node = a_node(world)
    dry = bring(node, LIST, dry_run=True)
    assert (tally(dry), node.log.last_seq()) == ((2, 0, 0, 2, 1), 0)
    assert dry.preview[0]["value"]["summary"] == "Shots heard"


def test_a_person_decides(world: World) -> None:
    node = a_node(world)
    bring(node, LIST)
    assert tally(bring(node, LIST, decisions={"xanadu ": "36.1, 43.2"})) == (1, 2, 0, 2, 0)
    assert bodies(node)[-1]["place"]["geometry"]["coordinates"] == [432_000_000, 361_000_000]
    left = bring(node, LIST, decisions={"Xanadu": LEAVE})
    assert (left.left_out, left.waiting) == (1, 0)


def test_rows_without_an_id_are_known_by_their_content(world: World) -> None:
    node = a_node(world)
    text = "summary,date,lat,lon\nA,2026-01-01,35,43\nA,2026-01-01,35,43\nB,2026-01-01,35,43\n"
    assert tally(bring(node, text)) == (2, 1, 0, 0, 0)
    assert tally(bring(node, text)) == (0, 3, 0, 0, 0)
    assert tally(bring(node, text, source="another list")) == (2, 1, 0, 0, 0)


def test_one_id_for_two_rows_is_refused(world: World) -> None:
    node = a_node(world)
    report = bring(node, "id,summary,date,lat,lon\n7,A,2026-01-01,35,43\n7,B,2026-01-01,35,43\n")
    assert tally(report) == (1, 0, 0, 1, 0)
    assert report.faults[0].column == "id"


def test_days_before_months_only_when_the_mapping_says_so(world: World) -> None:
    node = a_node(world)
    text = "summary,day,lat,lon\nA,03/04/2025,35,43\n"
    assert tally(bring(node, text, map={"day": "date"})) == (0, 0, 0, 1, 0)
    assert tally(bring(node, text, map={"day": "date:dmy"})) == (1, 0, 0, 0, 0)
    assert bodies(node)[0]["occurred"]["start"] == 1_743_627_600_000  # 3 April, midnight in Baghdad


@pytest.mark.parametrize("kind", ["site", "post", "activity"])
def test_the_other_kinds(world: World, kind: str) -> None:
    node = a_node(world)
    planner = officer("isf", "planner")
    text = "name,mgrs,start,end\nGate,38SMD1234567890,2026-11-01 08:00,2026-11-01 12:00\n"
    report = bring(node, text, planner, kind=kind)
    assert tally(report) == (1, 0, 0, 0, 0), report.faults
    (body,) = bodies(node, kind)
    assert body["place"]["mgrs"] == "38SMD1234567890"
    if kind == "activity":
        assert body["when"]["end"] - body["when"]["start"] == 4 * 3_600_000


def test_poor_precision_is_never_a_point(world: World) -> None:
    node = a_node(world)
    rows = "".join(f"{p},P{p},2010-01-01,{p},35.5,43.6\n" for p in range(1, 8))
    bring(node, "id,summary,date,precision,lat,lon\n" + rows)
    shapes = [b["place"]["geometry"]["type"] for b in sorted(bodies(node), key=lambda b: b["summary"])]
    assert shapes[:2] == ["Point", "Point"]
    assert "Point" not in shapes[2:]
    node.ground = Ground  # an unknown ground: circles
    assert tally(bring(node, "id,summary,date,precision,lat,lon\n" + rows, source="b")) == (7, 0, 0, 0, 0)


def test_outlines_of_governorates_wait_for_the_terms(world: World) -> None:
    """Until then a radius around the position stands in, and a name alone is no place."""
    node = a_node(world, "isf", "ksf")
    clerk, ask = officer("isf", "watch", "release"), {"channel": "isf+ksf"}
    rows = ("1,A,2010-01-01,4,35.5,43.6,Erbil", "2,B,2010-01-01,4,35.5,43.6,", "3,C,2010-01-01,4,,,Erbil")
    text = "\n".join(("id,summary,date,precision,lat,lon,governorate", *rows, ""))
    assert SHIPPED.areas is not None
    around = SHIPPED.areas.around(436_000_000, 355_000_000, GOVERNORATE)
    named = SHIPPED.areas.named("Erbil", GOVERNORATE)
    assert around is not None
    assert named is not None
    before = bring(node, text, clerk, **ask)
    assert tally(before) == (2, 0, 0, 1, 0)
    assert [(f.line, f.column, f.code) for f in before.faults] == [(4, "governorate", "import_governorate")]
    drawn = circle(436_000_000, 355_000_000, 90_000)
    assert [b["place"]["geometry"] for b in bodies(node, **ask)] == [drawn, drawn]

    terms = {"name": "Terms", "parties": ["isf", "ksf"], "layers": ["governorates"]}
    item = put(node, officer("isf", "signatory", "release"), "terms", "isf+ksf", terms)
    for party in ("isf", "ksf"):
        yes = {"of": item["id"], "hash": item["hash"]}
        attested(world, node, officer(party, "signatory"), "endorsement", "isf+ksf", yes)
    assert tally(bring(node, text, clerk, source="later", **ask)) == (3, 0, 0, 0, 0)
    shapes = [b["place"]["geometry"] for b in sorted(bodies(node, **ask), key=lambda b: b["summary"])]
    assert [s for s in shapes if s != drawn] == [named.geometry, around.geometry, named.geometry]


def test_who_may(world: World) -> None:
    node = a_node(world, channels=("isf+ksf",))
    for who in (officer("isf", "planner"), officer("isf", "auditor"), officer("isf", "administrator")):
        with pytest.raises(NotAllowed):
            bring(node, LIST, who)
    with pytest.raises(NotAllowed):
        bring(node, LIST, channel="isf+ksf")
    with pytest.raises(NotFound):
        bring(node, LIST, channel="isf+mag")
    assert bring(node, LIST, officer("isf", "release"), channel="isf+ksf").channel == "isf+ksf"
    with pytest.raises(NotAllowed):
        bring(node, LIST, officer("isf", "auditor"), kind="layer", attribution="x", licence="y")


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        ({"kind": "terms"}, "as"),
        ({"preset": "acled"}, "preset"),
        ({"preset": "ucdp"}, "preset"),
        ({"source": ""}, "source"),
        ({"map": {"nothing": "date"}}, "map"),
        ({"map": {"date": "weather"}}, "map"),
        ({"map": {"id": "id:dmy"}}, "map"),
        ({"kind": "layer"}, "attribution"),
    ],
)
def test_what_is_asked_wrongly_is_refused_whole(world: World, ask: dict[str, Any], field: str) -> None:
    node = a_node(world)
    with pytest.raises(BadInput) as fault:
        bring(node, LIST, **ask)
    assert fault.value.field == field


def test_a_layer_is_of_this_node_and_says_nothing_of_who(world: World) -> None:
    node = a_node(world)
    text = "id,name,lat,lon,side_a,people\n1,Camp,35,43,Somebody,1200\n"
    about = {"kind": "layer", "attribution": "A survey", "licence": "CC0-1.0"}
    assert tally(bring(node, text, map={"people": "keep"}, **about)) == (1, 0, 0, 0, 0)
    assert (node.log.last_seq(), [h.id for h in layers.held(node)]) == (0, ["import_list"])
    (feature,) = layers.features(node, "import_list")
    assert feature["properties"] == {"people": 1200, "name": "Camp", "id": "1"}
    assert tally(bring(node, text, map={"people": "keep"}, **about)) == (0, 1, 0, 0, 0)
    layers.remove(node, CLERK, "import_list")
    with pytest.raises(NotFound):
        layers.read(node, "import_list")


def test_the_real_file(world: World) -> None:
    """2,462 events of UCDP GED as published: all of them, each once, the poorly placed as areas."""
    node = a_node(world)
    report = bring(node, REAL.read_bytes(), preset="ucdp")
    assert (tally(report), report.areas) == ((2462, 0, 0, 0, 0), 285)
    assert tally(bring(node, REAL.read_bytes(), preset="ucdp")) == (0, 2462, 0, 0, 0)
    found = bodies(node)
    assert len(found) == 2462
    assert not [b for b in found if "Government" in str(b) or "Ansar" in str(b)]
    points = [b for b in found if b["place"]["geometry"]["type"] == "Point"]
    assert len(points) == 2177
    assert all(b["place"]["accuracy_m"] in (2_000, 25_000) for b in points)
    layer = bring(node, REAL.read_bytes(), preset="ucdp", kind="layer", source="")
    assert (layer.new, layer.areas, layer.layer) == (2462, 285, "import_ucdp_ged")


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=10)
_ROW = st.fixed_dictionaries(
    {
        "id": _TEXT,
        "summary": _TEXT,
        "date": st.sampled_from(["2026-11-01", "2026-13-01", "", "٢٠٢٦-١١-٠٢", "2026-11-01T10:00:00Z"])
        | _TEXT,
        "lat": st.floats().map(str) | _TEXT,
        "lon": st.floats(-200, 200).map(str),
        "precision": st.sampled_from(["", "1", "3", "5", "9"]),
        "where": st.sampled_from(["", "زمار", "موصل"]) | _TEXT,
        "killed": st.integers().map(str) | _TEXT,
    }
)


@given(st.lists(_ROW, max_size=6))
def test_any_rows_are_accounted_for(rows: list[dict[str, str]]) -> None:
    """Every row ends in exactly one count, and what is new is all there is."""
    world = World()
    try:
        node = a_node(world)
        features = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
        data = json.dumps({"type": "FeatureCollection", "features": features})
        report = bring(node, data)
        assert report.rows == len(rows) == sum(tally(report)) + report.left_out
        assert report.new == len(bodies(node))
        again = bring(node, data)
        assert (again.new, again.present + again.changed) == (0, report.new + report.present + report.changed)
    finally:
        world.close()
