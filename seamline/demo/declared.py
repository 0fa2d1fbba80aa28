"""The exercise's rules in force, plans declared and answered in the room, and posts whose statements differ.

Everything is invented and marked synthetic; nobody is named.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.demo.exercise import HOUR, SHARED, Hours, Step, area, point, route

Items = Mapping[str, dict[str, Any]]

ROOM_RULES = (
    ("rule", "planner"), ("agenda_item", "watch"), ("answer", "watch"), ("answer", "planner"), ("handover", "watch"),
    ("post_left", "watch"),
)  # fmt: skip
YEAR = 365 * 24 * HOUR


def week(at: Hours) -> list[Step]:
    """All steps, after those of the week itself; at(hours) is that hour of the week in ms."""
    return [*_rules(at), *_plans(at), *_posts(at)]


def _room(party: str, role: str, kind: str, body: dict[str, Any], lang: str = "en", **more: Any) -> Step:
    return Step("kirkuk", party, role, kind, SHARED, body, lang, **more)


def _rules(at: Hours) -> list[Step]:
    """What both sides agreed on, clause by clause; of the last, one side has yet to endorse."""
    valid = {"start": at(0), "end": at(0) + YEAR}

    def rule(type: str, name: str, clause: str, *by: str, **says: Any) -> Step:
        body = {
            "name": name,
            "type": type,
            "clause": clause,
            "parties": ["isf", "ksf"],
            "valid": valid,
            **says,
        }
        return _room("ksf", "planner", "rule", body, endorsers=by)

    both = ("isf", "ksf")
    return [
        rule("notice", "Notice of movements near the line", "4.1", *both, hours=24, within_m=15_000, types=["movement", "patrol", "clearing", "convoy"]),
        rule("answer", "Answer to what is declared", "4.3", *both, hours=6),
        rule("close_out", "Report at the end of an activity", "4.5", *both, hours=12),
        rule("handover", "Hand-over of a post", "5.2", *both, hours=12),
        rule("no_go", "Ground kept around Makhmour camp", "6.1", *both, within_m=1_500, place=point(43.6043616, 35.7579671, "Makhmour camp", 300)),
        rule("entry", "To enter the orchards north of Dibis", "6.4", "ksf", consent=True, place=area(44.06, 35.685, 44.12, 35.715, "Orchards north of Dibis")),
    ]  # fmt: skip


def _plans(at: Hours) -> list[Step]:
    """Declared by one side, answered by the other: seen, countered, not yet."""

    def plan(
        party: str, key: str, title: str, start: float, hours: float, lang: str = "en", **says: Any
    ) -> Step:
        window = {"start": at(start), "end": at(start + hours)}
        return _room(
            party, "planner", "activity", {"title_text": title, "when": window, **says}, lang, key=key
        )

    def answer(party: str, to: str, code: str, text: str, lang: str = "en", counters: str = "") -> Step:
        def says(said: Items) -> dict[str, Any]:
            named = {"of": said[to]["id"], "hash": said[to]["hash"]}
            return named | ({"counters": said[counters]["id"]} if counters else {})

        return _room(party, "planner", "answer", {"answer": code, "remarks": text}, lang, says=says)

    return [
        plan("isf", "convoy", "قافلة إمداد إلى الدبس", 104, 3, "ar", type="convoy", place=route((44.36, 35.47), (44.22, 35.58), (44.13, 35.63)), room_number="I-11"),
        answer("ksf", "convoy", "no_conflict_seen", "Nothing of ours on that road before noon."),
        plan("ksf", "survey", "Survey of the track south of Makhmour", 106, 5, type="patrol", place=route((43.60, 35.74), (43.64, 35.70), (43.69, 35.66)), room_number="K-31"),
        plan("isf", "survey-isf", "Survey of the track, the southern half", 112, 4, type="patrol", place=route((43.64, 35.70), (43.69, 35.66)), room_number="I-12"),
        answer("isf", "survey", "request_change", "Our engineers are on the southern half in the morning. We take it in the afternoon.", counters="survey-isf"),
        plan("ksf", "bridge", "پشکنینی پردی دبس", 110, 6, "ckb", type="works", place=point(44.090, 35.672, "Dibis bridge", 100), room_number="K-32"),
        plan("isf", "breakdown", "Recovery of a broken-down lorry", 98, 4, type="movement", place=point(43.92, 35.62, "", 200), emergency=True, reason="The lorry blocks the road and carries fuel.", room_number="I-13"),
    ]  # fmt: skip


def _posts(at: Hours) -> list[Step]:
    """One that both state they hold, one being handed over, one that a third party has left."""

    def post(key: str, name: str, lon: float, lat: float) -> Step:
        return _room("ksf", "planner", "post", {"name": name, "place": point(lon, lat)}, key=key)

    def hold(party: str, key: str, status: str, lang: str = "en", **says: Any) -> Step:
        return _room(party, "watch", "holding", {"status": status, **says}, lang, refers={"post": key})

    return [
        post("well", "Well post / نقطة البئر", 43.985, 35.655),
        hold("ksf", "well", "held", "ckb"),
        hold("isf", "well", "held", "ar"),
        post("mill", "Mill post / نقطة الطاحونة", 44.020, 35.600),
        hold("ksf", "mill", "held"),
        hold("isf", "mill", "not_ours", "ar"),
        hold("ksf", "mill", "vacating", leaves=at(100)),
        _room("ksf", "watch", "handover", {"giver": "ksf", "taker": "isf", "when": at(101), "text": "Two huts and the water tank stay."}, refers={"post": "mill"}, endorsers=("ksf",)),
        post("hill", "Hill 412 / تل 412", 43.835, 35.675),
        _room("isf", "watch", "post_left", {"name": "Hill 412 found empty at first light", "place": point(43.835, 35.675, "Hill 412"), "seen": at(69), "by": "a third party"}, lane="flash", refers={"post": "hill"}),
        hold("isf", "hill", "not_ours"),
    ]  # fmt: skip
