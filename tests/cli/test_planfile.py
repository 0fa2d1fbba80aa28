"""Plan files, terms and rules that cannot be used: every fault of every file is named at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.cli import checkreport
from seamline.cli.planfile import load_json, read_plans
from seamline.errors import BadInput
from tests.cli.plans import feature, run, run_json, written

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(written, tmp_path)


RING = [[43.6, 35.7], [43.7, 35.8], [43.7, 35.7], [43.6, 35.8], [43.6, 35.7]]


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (feature(party=...), "properties.party", "plan_missing"),
        (feature(party="ISF"), "properties.party", "plan_party"),
        (feature(party=7), "properties.party", "plan_party"),
        (feature(party="ksf+isf"), "properties.party", "plan_party_order"),
        (feature(party="isf+isf"), "properties.party", "plan_party_order"),
        (feature(type=...), "properties.type", "plan_missing"),
        (feature(type="Patrol!"), "properties.type", "plan_type"),
        (feature(kind="strike"), "properties.kind", "plan_kind"),
        (feature(kind=["site"]), "properties.kind", "plan_kind"),
        (feature(start=...), "properties.start", "plan_missing"),
        (feature(end=None), "properties.end", "plan_missing"),
        (feature(start="2026-11-22T06:00:00"), "properties.start", "time_offset"),
        (feature(start="tomorrow"), "properties.start", "time_form"),
        (feature(end="2026-11-22T06:00:00+03:00"), "properties.end", "time_order"),
        (feature(end="2028-11-22T06:00:00+03:00"), "properties.end", "time_long"),
        (feature(declared="x"), "properties.declared", "time_form"),
        (feature(title=3), "properties.title", "plan_text"),
        (feature(title="x" * 201), "properties.title", "plan_text"),
        (feature(undertaking="yes"), "properties.undertaking", "plan_flag"),
        (feature(undertaking=1), "properties.undertaking", "plan_flag"),
        (feature(buffer_m=-1), "properties.buffer_m", "plan_whole"),
        (feature(buffer_m=5_001), "properties.buffer_m", "plan_whole"),
        (feature(buffer_m=1.5), "properties.buffer_m", "plan_whole"),
        (feature(buffer_m=True), "properties.buffer_m", "plan_whole"),
        (feature(sight_m=-1), "properties.sight_m", "plan_whole"),
        (feature(sight_m=100_001), "properties.sight_m", "plan_whole"),
        (feature(weight=0), "properties.weight", "plan_whole"),
        (feature(kind="watch"), "geometry", "plan_watch_point"),
        (feature(coordinates=[43.6, 35.7, 300]), "geometry.coordinates", "place_flat"),
        (feature(coordinates=[43.6]), "geometry.coordinates", "place_position"),
        (feature(coordinates=[43.60000001, 35.7]), "geometry.coordinates", "place_decimals"),
        (feature(coordinates=[35.7, 143.6]), "geometry.coordinates", "place_range"),
        (feature("LineString", [[43.6, 35.7], [43.6, 35.7]]), "geometry", "place_length"),
        (feature("Polygon", [RING]), "geometry", "place_crossing"),
        (feature("Polygon", [RING[:-1]]), "geometry.coordinates[0]", "place_ring"),
        (feature("Curve"), "geometry", "place_type"),
        ({**feature(), "geometry": None}, "geometry", "place_type"),
        ({**feature(), "properties": None}, "properties", "plan_feature"),
        ({**feature(), "type": "feature"}, "type", "plan_feature"),
        (17, "type", "plan_feature"),
    ],
)
def test_one_bad_feature(write: Write, bad: Any, field: str, code: str) -> None:
    exit_code, found = run_json(write(feature(), bad))
    assert exit_code == 2
    (fault,) = found["faults"]
    assert (fault["feature"], fault["field"], fault["code"]) == (1, field, code)
    assert fault["remedy"]
    assert fault["file"].endswith("plans.geojson")


def test_every_fault_of_every_file_at_once(write: Write, tmp_path: Path) -> None:
    first = write(feature(party="X", start="?", buffer_m=-1), feature("Polygon", [RING]), name="a.geojson")
    broken = tmp_path / "b.geojson"
    broken.write_text('{"type": "FeatureCollection",\n "features": [,]}')
    code, found = run_json(first, broken, tmp_path / "none.geojson", terms=broken)
    assert code == 2
    assert [(Path(f["file"]).name, f["feature"], f["code"]) for f in found["faults"]] == [
        ("b.geojson", None, "plan_json"),
        ("a.geojson", 0, "plan_party"),
        ("a.geojson", 0, "plan_whole"),
        ("a.geojson", 0, "time_form"),
        ("a.geojson", 1, "place_crossing"),
        ("b.geojson", None, "plan_json"),
        ("none.geojson", None, "plan_file"),
    ]
    assert found["faults"][0]["value"].startswith("line 2, column 15")


@pytest.mark.parametrize("lang", ["en", "ar", "ckb"])
def test_faults_for_people(write: Write, lang: str) -> None:
    code, said = run(write(feature(party="ksf+isf", buffer_m=-1)), lang=lang)
    assert code == 2
    assert "features[0].properties.party: ksf+isf" in said
    assert "isf+ksf" in said.replace("\u2068", "").splitlines()[0].split("ksf+isf")[1]
    assert "5000" in said
    assert len(said.splitlines()) == 3


def test_many_faults_are_cut_for_people_only(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkreport, "MAX_FAULTS", 3)
    path = write(*(feature(party=...) for _ in range(5)))
    assert "and 2 more" in run(path)[1]
    assert len(run_json(path)[1]["faults"]) == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "plan_json"),
        (b"\xff\xfe{}", "plan_utf8"),
        (b"[]", "plan_collection"),
        (b'{"type": "Feature"}', "plan_collection"),
        (b'{"type": "FeatureCollection"}', "plan_collection"),
        (b'{"type": "FeatureCollection", "features": {}}', "plan_collection"),
        (b'{"type": "FeatureCollection", "features": [], "features": []}', "plan_twice"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "plan_constant"),
        (b'{"type": "FeatureCollection", "features": [Infinity]}', "plan_constant"),
        (b'{"a": ' * 3_000 + b"1" + b"}" * 3_000, "plan_depth"),
        (b"[" * 100_000, "plan_depth"),
        (b"1" * 5_000, "plan_number"),
        (b"[]," * 8_000_001, "plan_large"),
        (
            b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:32638"}}}',
            "plan_crs",
        ),
        (b'{"type": "FeatureCollection", "features": [], "crs": {"properties": 3}}', "plan_crs"),
    ],
    ids=range(15),
)
def test_files_that_are_no_plan_file(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "plans.geojson"
    path.write_bytes(data)
    exit_code, found = run_json(path)
    assert (exit_code, [fault["code"] for fault in found["faults"]]) == (2, [code])


def test_an_empty_collection_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "plans.geojson"
    path.write_bytes(b'\xef\xbb\xbf{"type": "FeatureCollection", "features": [], "crs": null}')
    assert run_json(path)[0] == 0


def test_bounds(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("seamline.cli.planfile.MAX_FEATURES", 2)
    assert run_json(write(feature(), feature(), feature()))[1]["faults"][0]["code"] == "plan_large"
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    assert run_json(tmp_path / "large")[1]["faults"][0]["code"] == "plan_large"
    assert run_json(tmp_path)[1]["faults"][0]["code"] == "plan_file"
    assert run_json()[1]["faults"][0]["code"] == "plan_none"


def test_plans_across_the_world_are_refused(write: Write) -> None:
    code, found = run_json(write(feature(), feature(party="ksf", coordinates=[-70.0, 10.0])))
    assert (code, found["faults"][0]["code"]) == (2, "frame_width")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ("[]", "terms"),
        ('{"buffers": []}', "buffers"),
        ('{"buffers": {"patrol": 5001}}', "buffers.patrol"),
        ('{"frame": 3}', "frame"),
        ('{"frame": {"lon": 4}}', "frame.coordinates"),
        ('{"zone": "Mars/Olympus"}', "zone"),
        ('{"zone": 3}', "zone"),
        ('{"lines": {}}', "lines"),
        ('{"lines": [3]}', "lines[0]"),
        ('{"lines": [{"geometry": {"type": "Point", "coordinates": [43.6, 35.7]}}]}', "lines[0].geometry"),
        (
            '{"lines": [{"geometry": {"type": "LineString", "coordinates": [[[43.6]], []]}}]}',
            "lines[0].geometry.coordinates[0]",
        ),
    ],
)  # fmt: skip
def test_bad_terms(write: Write, tmp_path: Path, terms: str, field: str) -> None:
    path = tmp_path / "terms.json"
    path.write_text(terms)
    code, found = run_json(write(feature()), terms=path)
    assert (code, [fault["field"] for fault in found["faults"]]) == (2, [field])


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ("[]", "rules"),
        ("{}", "rules"),
        ('{"rules": [3]}', "rules[0].kind"),
        ('{"rules": [{"kind": "consent"}]}', "rules[0].kind"),
        ('{"rules": [{"kind": "notice"}]}', "rules[0].hours"),
        ('{"rules": [{"kind": "notice", "hours": true}]}', "rules[0].hours"),
        ('{"rules": [{"kind": "notice", "hours": 24, "types": "patrol"}]}', "rules[0].types"),
        ('{"rules": [{"kind": "notice", "hours": 24, "within_m": 5000}]}', "rules[0].within_m"),
        ('{"rules": [{"kind": "notice", "hours": 24, "within_m": -1}]}', "rules[0].within_m"),
        ('{"rules": [{"kind": "notice", "hours": 24, "line": 3}]}', "rules[0].line"),
    ],
)
def test_bad_rules(write: Write, tmp_path: Path, rules: str, field: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(rules)
    code, found = run_json(write(feature()), rules=path)
    assert (code, [fault["field"] for fault in found["faults"]]) == (2, [field])


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_bad_input(data: bytes) -> None:
    try:
        load_json(data, "file")
    except BadInput as fault:
        assert fault.code.startswith("plan_")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAMED = [
    "kind",
    "party",
    "type",
    "start",
    "end",
    "title",
    "undertaking",
    "buffer_m",
    "sight_m",
    "declared",
    "weight",
]


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NAMED), values), values, st.booleans())
def test_any_feature_is_a_plan_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, properties: dict[str, Any], odd: Any, place: bool
) -> None:
    written = feature(**properties)
    if place:
        written["geometry"] = odd
    else:
        written["id"] = odd
    path = tmp_path_factory.mktemp("any") / "plans.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [written]}))
    found = read_plans([path])
    assert bool(found.plans) != bool(found.faults)
    code, said = run(path, lang="ckb")
    assert code in (0, 1, 2)
    said.encode("utf-8")
