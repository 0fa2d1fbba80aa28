"""Judging 100,000 activities by 50 rules, beside a plain SQL query of the same meaning in the same run.

Synthetic, seeded: activities of two parties over a year, anywhere in a band of 600 km × 30 km; 20 rules of
notice near the line, 10 windows around places, 10 of closing and 10 of answering in time, each with its own
dates, types and hours. Seamline's answer is picture.findings.judge over the columns, from shapes in degrees,
as facts in a list. The query runs in SQLite on tables with the same rows, positions already in the plane, and
with indexes that help it; it gives the same (rule, activity, party). Both must agree on every one.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import apsw
import numpy as np
import shapely

from seamline.geo.frame import Frame
from seamline.picture.findings import NEVER, Plans, Rule, judge
from seamline.records.values import CODES

HOUR, YEAR_H = 3_600_000, 8_760
COUNT, ROUNDS, SEED = 100_000, 3, 20_261_121
FRAME = Frame(44.0, 35.5)
TYPES, SIDES = CODES["activity_type"], ("isf", "ksf")
LINE = shapely.LineString([(41.2, 36.3), (42.6, 35.9), (44.0, 35.5), (45.2, 35.0), (46.8, 34.4)])

Key = tuple[int, int, str]


def plans() -> tuple[Plans, Any]:
    """The activities in columns, and their positions in the plane (n, 2)."""
    dice = np.random.default_rng(SEED)
    at = np.column_stack((dice.uniform(-3e5, 3e5, COUNT), dice.uniform(-15e3, 15e3, COUNT)))
    degrees = FRAME.to_degrees_many(at) / 1e7
    start = dice.integers(0, YEAR_H * 60, COUNT) * 60_000
    end = start + dice.integers(1, 49, COUNT) * HOUR
    party = dice.integers(0, 2, COUNT)
    reached = {side: start - dice.integers(-6, 73, COUNT) * HOUR for side in SIDES}
    answered = {side: reached[side] + dice.integers(0, 25, COUNT) * HOUR for side in SIDES}
    closed = np.where(dice.random(COUNT) < 0.2, NEVER, end + dice.integers(0, 49, COUNT) * HOUR)
    made = Plans(
        types=[TYPES[n] for n in dice.integers(0, len(TYPES), COUNT)],
        parties=[SIDES[n] for n in party],
        shapes=shapely.points(degrees),
        start=start,
        end=end,
        closed=closed,
        reached=reached,
        answered=answered,
    )
    return made, FRAME.to_plane_points(degrees)


def rules() -> list[Rule]:
    """Fifty of four kinds, each for some types and part of the year."""
    dice = np.random.default_rng(SEED + 1)
    found = []
    for kind in ["notice"] * 20 + ["no_go"] * 10 + ["close_out"] * 10 + ["answer"] * 10:
        begin = int(dice.integers(0, YEAR_H // 2))
        types = frozenset(TYPES[n] for n in dice.integers(0, len(TYPES), 4))
        hours = None if kind == "no_go" else int(dice.integers(6, 49))
        within = {"notice": int(dice.integers(2_000, 15_000)), "no_go": 2_000}.get(kind)
        place = shapely.Point(float(dice.uniform(41.5, 46.5)), float(dice.uniform(35.4, 35.6)))
        shape = {"notice": LINE, "no_go": place}.get(kind)
        window = (begin * HOUR, (begin + YEAR_H // 2) * HOUR)
        found.append(Rule(kind, hours, within, shape, types, frozenset(SIDES), False, *window))
    return found


class Query:
    """The same rows and rules as tables, and one statement that finds the same."""

    def __init__(self, made: Plans, plane: Any, judged_by: list[Rule]) -> None:
        self.db = apsw.Connection(":memory:")
        self.db.execute(
            "create table plan(id integer primary key, type text, party text, start int, end int, closed int,"
            " x real, y real); create table told(plan int, party text, reached int, answered int,"
            " primary key(plan, party)) without rowid; create table rule(id integer primary key, kind text,"
            " start int, end int, needed int, within real); create table of_type(rule int, type text,"
            " primary key(rule, type)) without rowid; create table side(rule int, x1 real, y1 real, x2 real,"
            " y2 real, west real, south real, east real, north real)"
        )
        closed = made.closed if made.closed is not None else made.end
        columns = (made.start, made.end, closed, plane[:, 0], plane[:, 1])
        rows = zip(range(COUNT), made.types, made.parties, *(c.tolist() for c in columns), strict=True)
        with self.db:
            self.db.executemany("insert into plan values(?,?,?,?,?,?,?,?)", rows)
            for side in SIDES:
                told = (made.reached[side].tolist(), made.answered[side].tolist())
                self.db.executemany(
                    "insert into told values(?,?,?,?)",
                    ((n, side, *pair) for n, pair in enumerate(zip(*told, strict=True))),
                )
            for n, rule in enumerate(judged_by):
                needed = None if rule.hours is None else int(rule.hours * HOUR)
                values = (n, rule.kind, rule.start, rule.end, needed, rule.within_m)
                self.db.execute("insert into rule values(?,?,?,?,?,?)", values)
                self.db.executemany("insert into of_type values(?,?)", [(n, t) for t in sorted(rule.types)])
                self.db.executemany("insert into side values(?,?,?,?,?,?,?,?,?)", _sides(n, rule))
            self.db.execute("create index by_type on plan(type, start); create index by_rule on side(rule)")
            self.db.execute("analyze")

    def run(self) -> list[Key]:
        return [(rule, plan, party) for rule, plan, party in self.db.execute(SQL)]


def _sides(n: int, rule: Rule) -> list[tuple[float, ...]]:
    """The straight sides of the rule's shape in the plane, with the box that the rule reaches around each."""
    if rule.shape is None:
        return []
    at = shapely.get_coordinates(FRAME.to_plane(rule.shape)).tolist()
    pairs = list(pairwise(at)) or [(at[0], at[0])]
    far = rule.within_m or 0
    return [
        (n, *one, *other, min(one[0], other[0]) - far, min(one[1], other[1]) - far,
         max(one[0], other[0]) + far, max(one[1], other[1]) + far)
        for one, other in pairs
    ]  # fmt: skip


# The nearest position of a side: t from 0 to 1 along it.
_T = "max(0, min(1, ifnull(((p.x-s.x1)*(s.x2-s.x1)+(p.y-s.y1)*(s.y2-s.y1))/nullif({l}, 0), 0)))".format(
    l="((s.x2-s.x1)*(s.x2-s.x1)+(s.y2-s.y1)*(s.y2-s.y1))"
)
_DX, _DY = f"(p.x-s.x1-{_T}*(s.x2-s.x1))", f"(p.y-s.y1-{_T}*(s.y2-s.y1))"
_BOX = "p.x >= s.west and p.x <= s.east and p.y >= s.south and p.y <= s.north"
_DIST = f"{_DX}*{_DX}+{_DY}*{_DY} <= r.within*r.within"
_NEAR = f"exists(select 1 from side s where s.rule=r.id and {_BOX} and {_DIST})"
_FROM = "from rule r join of_type o on o.rule=r.id join plan p on p.type=o.type"
_DAY = "p.start >= r.start and p.start < r.end"
_TOLD = "join told t on t.plan=p.id and t.party<>p.party"
SQL = f"""
select r.id, p.id, t.party {_FROM} {_TOLD}
 where r.kind='notice' and {_DAY} and p.start - t.reached < r.needed and {_NEAR}
union all
select r.id, p.id, '' {_FROM} where r.kind='no_go' and p.start < r.end and p.end > r.start and {_NEAR}
union all
select r.id, p.id, '' {_FROM} where r.kind='close_out' and {_DAY} and p.closed - p.end > r.needed
union all
select r.id, p.id, t.party {_FROM} {_TOLD}
 where r.kind='answer' and {_DAY} and t.answered - t.reached > r.needed
"""


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the best of some rounds in ms of processor time: both use one thread."""
    best, found = float("inf"), None
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        found = run()
        best = min(best, (time.process_time() - began) * 1_000)
    return found, best


def main() -> None:
    """Both, the best of a few rounds each, and whether they agree."""
    made, plane = plans()
    judged_by = rules()
    query = Query(made, plane, judged_by)
    facts, ours = timed(lambda: list(judge(made, judged_by, FRAME)))
    rows, theirs = timed(query.run)
    one, other = {(f.rule, f.plan, f.to or "") for f in facts}, set(rows)
    size = f"{COUNT:,} activities, {len(judged_by)} rules, {len(one):,} facts"
    print(f"{size}; processor time, best of {ROUNDS}")
    print(f"  picture.findings.judge   {ours:8.0f} ms")
    print(f"  SQLite, one statement    {theirs:8.0f} ms   ({theirs / ours:.1f} times as long)")
    print(f"  the same facts: {'yes' if one == other else f'NO, {len(one ^ other)} differ'}")
    assert one == other


if __name__ == "__main__":
    main()
