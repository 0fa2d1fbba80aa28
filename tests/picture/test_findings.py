"""Findings: which activities fall under a rule, and by how much; each kind of rule, and each of its edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from seamline.geo.frame import Frame
from seamline.picture.findings import KINDS, NEVER, Found, Plans, Rule, judge

HOUR = 3_600_000
BEGIN = 1_000 * HOUR
FRAME = Frame(44.0, 36.0)
LINE = shapely.LineString([(43.0, 36.0), (45.0, 36.0)])
AREA = shapely.box(43.9, 35.9, 44.1, 36.1)


def plans(*rows: dict[str, Any]) -> Plans:
    """Each: party, type, lat, begins (hours after BEGIN); told (before), closed, answered, consented."""

    def column(name: str, before: bool = False) -> Any:
        values = []
        for row in rows:
            begin, value = BEGIN + row.get("begins", 0) * HOUR, row.get(name)
            hours = None if value is None else round(value * HOUR)
            values.append(NEVER if hours is None else begin - hours if before else begin + hours)
        return np.array(values, dtype=np.int64)

    start = np.array([BEGIN + r.get("begins", 0) * HOUR for r in rows], dtype=np.int64)
    return Plans(
        types=[r.get("type", "patrol") for r in rows],
        parties=[r.get("party", "ksf") for r in rows],
        shapes=np.array([shapely.Point(44.0, r.get("lat", 36.0)) for r in rows], dtype=object),
        start=start,
        end=start + 6 * HOUR,
        closed=column("closed"),
        reached={"isf": column("told", before=True)},
        answered={"isf": column("answered")},
        consented={"isf": column("consented")},
    )


def judged(rule: Rule, *rows: dict[str, Any]) -> list[Found]:
    return list(judge(plans(*rows), [rule], FRAME))


def facts(rule: Rule, *rows: dict[str, Any]) -> list[tuple[int, float | None]]:
    """(which plan, hours given or None)."""
    return [(f.plan, None if f.given is None else f.given / HOUR) for f in judged(rule, *rows)]


def test_notice_in_hours_from_arrival_at_the_other_side() -> None:
    rule = Rule("notice", 24)
    rows = [{"told": 24}, {"told": 23.5}, {"told": -1}, {}, {"told": 1, "party": "isf"}]
    assert facts(rule, *rows) == [(1, 23.5), (2, -1), (3, None)]
    (first, *_) = judged(rule, *rows)
    assert (first.to, first.needed, first.distance_m) == ("isf", 24 * HOUR, None)
    # It is a fact once the hours can no longer be kept.
    assert first.since == BEGIN - 24 * HOUR


def test_types_distance_and_whom_it_binds() -> None:
    near = Rule("notice", 24, 5_000, LINE, frozenset({"patrol"}), frozenset({"isf", "ksf"}))
    rows = [{"told": 6, "lat": 36.04}, {"told": 6, "lat": 36.05}, {"told": 6, "type": "works"}, {"lat": 36.2}]
    (found,) = judged(near, *rows)
    assert (found.plan, 4_400 < (found.distance_m or 0) < 4_500) == (0, True)
    assert judged(near, {"told": 6, "party": "mag"}) == []
    # A plan of both is told to neither of them.
    assert judged(near, {"told": 6, "party": "isf+ksf"}) == []


def test_a_plan_is_judged_by_the_rules_of_its_day() -> None:
    rule = Rule("notice", 24, start=BEGIN, end=BEGIN + HOUR)
    rows = [{"told": 1, "begins": hours} for hours in (-1, 0, 1)]
    assert [plan for plan, _ in facts(rule, *rows)] == [1]


def test_to_enter_an_area_by_consent_or_by_notice_as_the_clause_says() -> None:
    inside, outside = {"lat": 36.0}, {"lat": 36.2}
    consent = Rule("entry", shape=AREA, consent=True, parties=frozenset({"isf", "ksf"}))
    rows = [{**inside, "consented": -1}, {**inside, "consented": 2}, inside, outside]
    assert facts(consent, *rows) == [(1, -2), (2, None)]
    assert {f.since for f in judged(consent, *rows)} == {BEGIN}
    notice = Rule("entry", 12, shape=AREA)
    assert facts(notice, {**inside, "told": 6}, {**outside, "told": 6}) == [(0, 6)]


def test_a_window_around_a_site_in_which_nobody_goes() -> None:
    camp = shapely.Point(44.0, 36.01)
    rule = Rule("no_go", within_m=2_000, shape=camp, start=BEGIN + HOUR, end=BEGIN + 2 * HOUR)
    found = judged(rule, {}, {"lat": 36.5}, {"begins": 2}, {"begins": -5}, {"begins": -4}, {"type": "convoy"})
    assert [f.plan for f in found] == [0, 4, 5]
    assert 1_050 < (found[0].distance_m or 0) < 1_150


def test_closing_within_hours_of_the_end() -> None:
    rule = Rule("close_out", 12)
    assert facts(rule, {"closed": 18}, {"closed": 19}, {}) == [(1, 13), (2, None)]
    assert judged(rule, {})[0].since == BEGIN + 18 * HOUR


def test_answering_within_hours_of_arrival() -> None:
    rule = Rule("answer", 6)
    rows = [{"told": 20, "answered": -14}, {"told": 20, "answered": -10}, {"told": 20}, {}]
    assert facts(rule, *rows) == [(1, 10), (2, None)]
    assert {(f.to, f.since) for f in judged(rule, *rows)} == {("isf", BEGIN - 14 * HOUR)}


def test_no_plans_give_no_findings() -> None:
    rules = [Rule(kind, 1, 1, AREA) for kind in KINDS]
    assert list(judge(plans(), rules, FRAME)) == []


def test_many_rules_find_what_each_finds_alone() -> None:
    dice = np.random.default_rng(5)
    rows = [
        {"told": float(dice.integers(-5, 48)), "lat": 36 + float(dice.uniform(-0.2, 0.2)), "begins": int(n)}
        for n in range(60)
    ]
    rules = [
        Rule("notice", 24, 5_000, LINE),
        Rule("entry", 12, shape=AREA, start=BEGIN, end=BEGIN + 30 * HOUR),
        Rule("close_out", 3, types=frozenset({"patrol"})),
    ]
    together = list(judge(plans(*rows), rules, FRAME))
    alone = [(f.plan, number, f.given) for number, rule in enumerate(rules) for f in judged(rule, *rows)]
    assert [(f.plan, f.rule, f.given) for f in together] == alone
    assert len(alone) > 60
