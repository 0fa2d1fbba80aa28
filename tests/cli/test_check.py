"""`seamline check`: what it finds and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from seamline.cli import check as module
from seamline.cli import checkreport
from seamline.cli.check import check
from seamline.cli.planfile import shown
from tests.cli.plans import feature, run, run_json, written

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("qarachogh-isf.geojson", "qarachogh-ksf.geojson", "qarachogh-watch.geojson")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(written, tmp_path)


# ---------------------------------------------------------------- what is found


def test_two_patrols_of_different_parties(write: Write) -> None:
    a = feature(title="Ridge")
    b = feature(
        party="ksf", coordinates=[43.605, 35.7], start="2026-11-22T08:00:00Z", end="2026-11-22T20:00:00Z"
    )
    code, found = run_json(write(a, b))
    assert code == 1
    (clash,) = found["clashes"]
    assert (clash["a"]["party"], clash["b"]["party"]) == ("isf", "ksf")
    assert (clash["start"], clash["end"]) == ("2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z")
    assert clash["distance_m"] == pytest.approx(452.6, abs=0.5)
    assert (clash["needed_m"], clash["possible"]) == (1_000, False)
    assert clash["mgrs"].startswith("38SLE735")
    assert clash["near"]["distance_m"] < 10_000
    assert found["gaps"] == found["findings"] == found["not_judged"] == []


def test_files_are_checked_against_each_other(write: Write) -> None:
    code, found = run_json(write(feature(), name="a.geojson"), write(feature(party="ksf"), name="b.geojson"))
    assert code == 1
    assert [Path(found["clashes"][0][side]["file"]).name for side in "ab"] == ["a.geojson", "b.geojson"]


@pytest.mark.parametrize("swap", [False, True])
def test_no_party_comes_first(write: Write, swap: bool) -> None:
    """The plan that starts earlier does; of two at the same time, the one that was given first."""
    pair = [feature(), feature(party="ksf")]
    _, found = run_json(write(*reversed(pair) if swap else pair))
    assert [found["clashes"][0][side]["party"] for side in "ab"] == (
        ["ksf", "isf"] if swap else ["isf", "ksf"]
    )
    pair[0]["properties"]["start"] = "2026-11-22T05:59:00+03:00"
    _, found = run_json(write(*reversed(pair) if swap else pair))
    assert found["clashes"][0]["a"]["party"] == "isf"


def test_who_clashes_with_whom(write: Write) -> None:
    joint = feature(party="isf+ksf")
    site = {"kind": "site", "type": "well", "party": ..., "start": ..., "end": ...}
    assert run_json(write(feature(), feature()))[0] == 0
    assert run_json(write(feature(), joint))[0] == 1
    assert run_json(write(joint, joint))[0] == 0
    assert run_json(write(feature(), feature(**site)))[0] == 1
    assert run_json(write(feature(**site), feature(**site)))[0] == 0
    post = {
        "type": "Feature",
        "geometry": feature()["geometry"],
        "properties": {"party": "isf", "kind": "post"},
    }
    assert run_json(write(feature(), post))[0] == 0
    assert run_json(write(feature(party="ksf"), post))[0] == 1


def test_windows_that_touch_do_not_clash(write: Write) -> None:
    after = feature(party="ksf", start="2026-11-22T12:00:00+03:00", end="2026-11-22T13:00:00+03:00")
    assert run_json(write(feature(), after))[0] == 0


def test_buffers_own_terms_default(write: Write, tmp_path: Path) -> None:
    near = feature(party="ksf", coordinates=[43.62, 35.7])  # 1,810 m
    assert run_json(write(feature(), near))[0] == 0
    near["properties"]["buffer_m"] = 1_400
    assert run_json(write(feature(), near))[1]["clashes"][0]["needed_m"] == 1_900
    del near["properties"]["buffer_m"]
    terms = tmp_path / "terms.json"
    terms.write_text(
        '{"buffers": {"patrol": 950}, "frame": {"lon": 436000000, "lat": 357000000}, "quorum": 2}'
    )
    code, found = run_json(write(feature(), near), terms=terms)
    assert (code, found["clashes"][0]["needed_m"], found["frame"]) == (1, 1_900, {"lon": 43.6, "lat": 35.7})


def test_gaps_and_what_covers_them(write: Write) -> None:
    square = [[[43.6, 35.7], [43.7, 35.7], [43.7, 35.8], [43.6, 35.8], [43.6, 35.7]]]
    watch = feature("Polygon", square, kind="watch", party=..., type=..., weight=3)
    code, found = run_json(write(watch))
    assert code == 1
    (gap,) = found["gaps"]
    assert gap["unit"] == "km2"
    assert gap["size_hours"] == pytest.approx(gap["size"] * 6, rel=1e-3)
    assert run_json(write(watch, feature("Polygon", square)))[0] == 1  # presence is no undertaking
    assert run_json(write(watch, feature("Polygon", square, undertaking=True)))[0] == 0


def test_an_undertaking_covers_as_far_as_it_states(write: Write) -> None:
    """By the rule of a node: the sight; in a plan file the buffer stands for a sight that is not stated."""
    square = [[[43.6, 35.7], [43.61, 35.7], [43.61, 35.71], [43.6, 35.71], [43.6, 35.7]]]
    watch = feature("Polygon", square, kind="watch", party=..., type=...)

    def size(**stated: int) -> float:
        found = run_json(write(watch, feature(undertaking=True, **stated)))[1]
        return sum(gap["size"] for gap in found["gaps"])

    # A point with no sight covers nothing, whatever distance its type keeps from others.
    assert size() == size(sight_m=0, buffer_m=5_000) > size(sight_m=700) > size(sight_m=900)
    assert size(buffer_m=700) == size(sight_m=700, buffer_m=0) == size(sight_m=700)
    assert size(sight_m=20_000) == 0


def test_ground_behind_a_ridge_is_open_and_marked(write: Write) -> None:
    """Qarachogh, by the relief that is shipped: from the plain before it, what lies behind is hidden."""
    behind = [[[43.82, 35.78], [43.88, 35.78], [43.88, 35.82], [43.82, 35.82], [43.82, 35.78]]]
    watch = feature("Polygon", behind, kind="watch", party=..., type=...)

    def covered(*position: float) -> Path:
        return write(watch, feature(coordinates=list(position), undertaking=True, sight_m=60_000))

    code, found = run_json(covered(43.60, 35.68))
    assert code == 1
    assert all(gap["cut_by_relief"] for gap in found["gaps"])
    assert "(indicative)" in run(covered(43.60, 35.68))[1]
    assert run_json(covered(43.755, 35.752))[0] == 0  # from the top of the ridge all of it is seen
    assert not run_json(write(watch))[1]["gaps"][0]["cut_by_relief"]


def test_notice(write: Write, tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text('{"rules": [{"kind": "notice", "types": ["patrol"], "hours": 24}]}')
    late = feature(declared="2026-11-22T00:00:00+03:00")
    in_time = feature(declared="2026-11-20T00:00:00+03:00")
    code, found = run_json(write(late, in_time, feature(), feature(type="works")), rules=rules)
    assert code == 1
    (finding,) = found["findings"]
    assert (finding["notice_h"], finding["needed_h"], finding["activity"]["feature"]) == (6, 24, 0)
    assert [item["activity"]["feature"] for item in found["not_judged"]] == [2]


def test_the_rules_a_node_writes_are_applied_as_they_are(write: Write, tmp_path: Path) -> None:
    """Each in its days; what plan files do not say enough for is named, not passed over."""
    rules = tmp_path / "rules.json"
    place = {"geometry": {"type": "Point", "coordinates": [437_420_000, 357_160_000]}}
    day, other = ({"start": f"2026-11-{d}T00:00:00Z", "end": f"2026-11-{d + 1}T00:00:00Z"} for d in (22, 25))
    listed = [
        {"type": "notice", "name": "n", "parties": ["isf", "ksf"], "hours": 24, "valid": day},
        {"type": "notice", "name": "later", "parties": ["isf", "ksf"], "hours": 24, "valid": other},
        {"type": "no_go", "name": "camp", "within_m": 2_000, "place": place, "valid": day},
        {"type": "close_out", "name": "report", "hours": 12, "valid": day},
        {"type": "entry", "name": "consent", "consent": True, "place": place, "valid": day},
    ]
    rules.write_text(json.dumps({"rules": listed}))
    late = feature(declared="2026-11-22T00:00:00+03:00", coordinates=[43.75, 35.716])
    code, found = run_json(write(late), rules=rules)
    assert code == 1
    facts = {one["kind"]: one for one in found["findings"]}
    assert sorted(facts) == ["no_go", "notice"]
    assert (facts["notice"]["rule"], facts["notice"]["notice_h"]) == (0, 6)
    assert (facts["no_go"]["rule"], facts["no_go"]["needed_m"]) == (2, 2_000)
    assert facts["no_go"]["distance_m"] == pytest.approx(725, abs=10)
    assert found["not_applied"] == [{"rule": 3, "kind": "close_out"}, {"rule": 4, "kind": "entry"}]
    said = run(write(late), rules=rules)[1]
    assert "rules[3] (close_out), rules[4] (entry)" in said
    assert "to be kept 2,000 m" in said


def test_the_examples_and_their_exit_codes() -> None:
    code, found = run_json(EXAMPLES / "two-patrols.geojson")
    assert (code, len(found["clashes"])) == (1, 1)
    code, found = run_json(
        *(EXAMPLES / n for n in NAMES), terms=EXAMPLES / "terms.json", rules=EXAMPLES / "rules.json"
    )
    assert (code, len(found["clashes"]), len(found["findings"]), len(found["gaps"])) == (1, 3, 1, 1)
    assert run_json(EXAMPLES / NAMES[0])[0] == 0


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize("lang", ["en", "ar", "ckb"])
def test_the_table_says_who_what_where_when_and_how_close(lang: str) -> None:
    code, said = run(
        *(EXAMPLES / n for n in NAMES),
        rules=EXAMPLES / "rules.json",
        terms=EXAMPLES / "terms.json",
        lang=lang,
    )
    assert code == 1
    for expected in ("isf", "ksf", "38S LE", "230200Z NOV 26", "1,200", "qarachogh-isf.geojson"):
        assert expected in said
    if lang == "en":
        assert "05:00 to" in said
        assert "km north-west of" in said
        assert "notice 6 h, needed 24 h" in said


def test_an_empty_result_is_no_more_than_empty(write: Write) -> None:
    code, said = run(write(feature()))
    assert code == 0
    assert "No clash in what was given." in said
    assert "were not looked at" in said
    for word in ("safe", "clear", "ok"):
        assert word not in said.lower().split()


def test_local_time_is_the_authors_own_without_terms(write: Write) -> None:
    _, said = run(write(feature(), feature(party="ksf", start="2026-11-22T06:30:00+03:00")))
    assert "06:30 to 12:00" in said
    assert "UTC+03:00" in said


def test_long_lists_are_cut_and_say_so(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkreport, "MAX_ROWS", 2)
    _, said = run(write(feature(), *(feature(party="ksf") for _ in range(5))))
    assert "5 clashes" in said
    assert "and 3 more" in said


def test_a_check_without_end_is_stopped(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CLASHES", 3)
    path = write(feature(), *(feature(party="ksf") for _ in range(5)))
    code, found = run_json(path)
    assert (code, len(found["clashes"]), found["stopped"]) == (1, 3, True)
    assert "there may be more" in run(path)[1]


def test_text_from_a_file_cannot_steer_the_terminal(write: Write) -> None:
    wild = "\x1b[2J\u202egoz [red]\ud800"
    _, said = run(write(feature(title=wild), feature(party="ksf", title="قەرە\u200cچوغ")))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "[red]" in said
    said.encode("utf-8")
    assert shown("ا\u200cب\x00") == "ا\u200cب\ufffd"


def test_a_terminal_without_the_letters_still_gets_an_answer() -> None:
    raw = BytesIO()
    narrow = TextIOWrapper(raw, encoding="ascii")
    assert check([EXAMPLES / "two-patrols.geojson"], None, None, False, narrow) == 1
    narrow.flush()
    assert b"38S LE" in raw.getvalue()
