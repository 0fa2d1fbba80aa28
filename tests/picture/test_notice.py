"""Notice: which activities fall under a rule, and by how much they are late."""

from __future__ import annotations

import shapely

from seamline.geo.frame import Frame
from seamline.picture.notice import Declared, Late, NoticeRule, Unknown, judge

HOUR = 3_600_000
FRAME = Frame(44.0, 36.0)
LINE = shapely.LineString([(43.0, 36.0), (45.0, 36.0)])


def judged(rule: NoticeRule, *activities: Declared) -> list[Late | Unknown]:
    return list(judge(activities, [rule], FRAME))


def activity(hours: float | None, lat: float = 36.0, kind: str = "patrol") -> Declared:
    start = 1_000 * HOUR
    return Declared(
        kind, shapely.Point(44.0, lat), start, None if hours is None else start - round(hours * HOUR)
    )


def test_notice_in_hours() -> None:
    rule = NoticeRule(frozenset(), 24)
    late = judged(rule, activity(24), activity(23.5), activity(-1), activity(None))
    assert [(type(f), f.index) for f in late] == [(Late, 1), (Late, 2), (Unknown, 3)]
    assert isinstance(late[0], Late)
    assert (late[0].given_ms, late[0].needed_ms, late[0].distance_m) == (int(23.5 * HOUR), 24 * HOUR, None)


def test_types_and_distance() -> None:
    near_line = NoticeRule(frozenset({"patrol"}), 24, 5_000, LINE)
    found = judged(
        near_line, activity(6, 36.04), activity(6, 36.05), activity(6, kind="works"), activity(None, 36.2)
    )
    assert [f.index for f in found] == [0]
    assert isinstance(found[0], Late)
    assert found[0].distance_m is not None
    assert 4_400 < found[0].distance_m < 4_500
