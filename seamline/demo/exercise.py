"""The synthetic week, on the public facts of October 2023. Every record is marked synthetic; nobody is named.

Steps are data: who says what, where, in which language, and whether it is released. Places are real
ground in degrees; posts on the ridge are invented. Hours count from the first midnight of the week.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HOUR = 3_600_000
SHARED, ALL = "isf+ksf", "isf+ksf+mag"

Hours = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class Step:
    """One record. role: who says it at node; release: (channel, mode); key: a name other steps refer to.

    endorsed: by a signatory of each owner of the node, at once; or by those named in `endorsers`.
    says: more of the body, from what was said before, by key. revises: the next revision of what has that key.
    """

    node: str
    party: str
    role: str
    kind: str
    channel: str
    body: dict[str, Any]
    lang: str = "en"
    lane: str = "routine"
    release: tuple[str, str] | None = None
    key: str = ""
    refers: dict[str, str] = field(default_factory=dict)
    endorsed: bool = False
    endorsers: tuple[str, ...] = ()
    says: Callable[[Mapping[str, dict[str, Any]]], dict[str, Any]] | None = None
    revises: str = ""


def point(lon: float, lat: float, name: str = "", accuracy: int = 100) -> dict[str, Any]:
    """A place as a person gives it."""
    return {"geometry": {"type": "Point", "coordinates": [lon, lat]}, "accuracy_m": accuracy, "name": name}


def route(*positions: tuple[float, float], name: str = "") -> dict[str, Any]:
    """A route through positions in degrees."""
    return {
        "geometry": {"type": "LineString", "coordinates": [list(map(float, p)) for p in positions]},
        "name": name,
    }


def area(west: float, south: float, east: float, north: float, name: str = "") -> dict[str, Any]:
    """A box in degrees."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, "name": name}


def hours_from(midnight: int) -> Hours:
    """Hours of the week as ms; midnight: its first, ms."""
    return lambda hours: midnight + int(hours * HOUR)


def week(at: Hours) -> list[Step]:
    """All steps; at(hours) is that hour of the week in ms."""
    return [*_ground(), *_before(at), *_first_clash(at), *_qarachogh(at), *_undertakings(at)]


def _ground() -> list[Step]:
    """Sectors, sites and posts that both sides hold."""

    def place(kind: str, node: str, party: str, body: dict[str, Any], lang: str, key: str = "") -> Step:
        return Step(node, party, "planner", kind, SHARED, body, lang, key=key, endorsed=kind == "sector")

    return [
        place("sector", "kirkuk", "ksf", {
            "name": "کەرتی مەخموور – قەرەچووغ", "place": area(43.40, 35.60, 43.90, 35.85),
            "undertakes": {"ksf": "چاودێریی لووتکەی قەرەچووغ", "isf": "مراقبة سهل قراج"}}, "ckb"),
        place("sector", "kirkuk", "isf", {
            "name": "قاطع كركوك – الدبس", "place": area(43.95, 35.40, 44.50, 35.75),
            "undertakes": {"isf": "تأمين طريق كركوك – الدبس", "ksf": "مراقبة الضفة الشمالية"}}, "ar"),
        place("site", "kirkuk", "ksf", {
            "name": "کەمپی مەخموور", "type": "camp", "place": point(43.6043616, 35.7579671, "Makhmour camp", 300),
            "buffer_m": 1000}, "ckb"),
        place("site", "kirkuk", "isf", {
            "name": "مستشفى الدبس", "type": "hospital", "place": point(44.0712, 35.6741, "Dibis"), "buffer_m": 500}, "ar"),
        place("post", "kirkuk", "ksf", {"name": "قەرەچووغ ١ / Qarachogh 1", "place": point(43.742, 35.716)}, "ckb", "q1"),
        place("post", "kirkuk", "isf", {"name": "قره جوغ ٢ / Qarachogh 2", "place": point(43.765, 35.701)}, "ar", "q2"),
        Step("kirkuk", "ksf", "watch", "holding", SHARED, {"status": "not_ours"}, "ckb", refers={"post": "q1"}),
        Step("kirkuk", "isf", "watch", "holding", SHARED, {"status": "not_ours"}, "ar", refers={"post": "q2"}),
    ]  # fmt: skip


def _before(at: Hours) -> list[Step]:
    """What the first days brought: some shared, some not."""

    def incident(node: str, party: str, body: dict[str, Any], lang: str, **more: Any) -> Step:
        return Step(node, party, "watch", "incident", more.pop("channel", party), body, lang, **more)

    return [
        incident("erbil", "ksf", {
            "summary": "جووڵەی شەوانە لە باشووری مەخموور", "type": "movement",
            "occurred": {"start": at(21), "end": at(22)}, "place": point(43.55, 35.66, "", 500),
            "grade": "B3", "source": "چاودێری", "narrative": "سێ ئۆتۆمبێل بێ ڕووناکی بەرەو باشوور."},
            "ckb", release=(SHARED, "tear")),
        incident("baghdad", "isf", {
            "summary": "عبوة ناسفة على طريق داقوق", "type": "ied", "precedence": "immediate",
            "occurred": {"start": at(30), "end": at(30.5)}, "place": point(44.43, 35.12, "داقوق"),
            "harm": {"wounded": 2}, "asked": "information", "grade": "A1"},
            "ar", release=(SHARED, "whole")),
        incident("kirkuk", "isf", {
            "summary": "Shots heard north of Dibis, direction unknown", "type": "fire_exchange",
            "precedence": "flash", "asked": "information",
            "occurred": {"start": at(50), "end": at(50.25)}, "place": point(44.05, 35.70, "Dibis", 1000)},
            "en", channel=SHARED, lane="flash"),
        incident("erbil", "ksf", {
            "summary": "ئاگرکەوتنەوە لە نزیک گوندێک", "type": "fire",
            "occurred": {"start": at(44), "end": at(46)}, "place": point(43.62, 35.74)}, "ckb"),
        Step("adviser", "mag", "release", "note", ALL, {
            "text": "Line test between all rooms at 0600Z: four of four answered. (Synthetic.)"}),
    ]  # fmt: skip


def _first_clash(at: Hours) -> list[Step]:
    """Two released plans that meet: Kirkuk sees it."""
    return [
        Step("erbil", "ksf", "planner", "activity", "ksf", {
            "title_text": "دەوریەی ڕێگای دبس", "type": "patrol", "unit": "تیپی ٢", "size": "platoon",
            "when": {"start": at(80), "end": at(86)}, "duty_number": "K-114", "room_number": "K-22",
            "place": route((44.120, 35.690), (44.166, 35.713), (44.210, 35.740))},
            "ckb", release=(SHARED, "whole")),
        Step("baghdad", "isf", "planner", "activity", "isf", {
            "title_text": "تطهير بساتين شمال الدبس", "type": "clearing", "unit": "اللواء ٤٥", "size": "company",
            "when": {"start": at(83), "end": at(90)}, "duty_number": "I-387", "room_number": "I-07",
            "place": area(44.175, 35.718, 44.205, 35.734)},
            "ar", release=(SHARED, "whole")),
    ]  # fmt: skip


def _qarachogh(at: Hours) -> list[Step]:
    """A third party leaves posts; one side means to move in and has not said so; the other patrols there."""
    return [
        Step("baghdad", "isf", "watch", "incident", "isf", {
            "summary": "جهة ثالثة أخلت مواقع على سفح قره جوغ", "type": "post_left",
            "occurred": {"start": at(66), "end": at(72)}, "place": area(43.735, 35.695, 43.775, 35.722),
            "grade": "B2"}, "ar"),
        Step("baghdad", "isf", "planner", "activity", "isf", {
            "title_text": "إشغال مواقع قره جوغ الخالية", "type": "movement", "unit": "اللواء ٥٠", "size": "company",
            "when": {"start": at(100), "end": at(106)}, "duty_number": "I-391",
            "place": area(43.738, 35.698, 43.770, 35.720)}, "ar"),
        Step("erbil", "ksf", "planner", "activity", "ksf", {
            "title_text": "دەوریەی لووتکەی قەرەچووغ", "type": "patrol", "unit": "تیپی ٧", "size": "section",
            "when": {"start": at(101), "end": at(107)}, "duty_number": "K-119", "room_number": "K-24",
            "place": route((43.715, 35.735), (43.745, 35.715), (43.768, 35.699))},
            "ckb", release=(SHARED, "whole")),
    ]  # fmt: skip


def _undertakings(at: Hours) -> list[Step]:
    """What is watched, and a plan that both endorse."""
    return [
        Step("kirkuk", "ksf", "planner", "watch", SHARED, {
            "name": "دۆڵی باشووری قەرەچووغ", "place": area(43.60, 35.58, 43.80, 35.68), "weight": 5,
            "hours": {"start": at(96), "end": at(120)}}, "ckb", endorsed=True),
        Step("baghdad", "isf", "planner", "activity", "isf", {
            "title_text": "مراقبة سهل قراج", "type": "observation", "mode": "undertaking", "sight_m": 3000,
            "when": {"start": at(96), "end": at(108)}, "place": point(43.65, 35.62), "room_number": "I-09"},
            "ar", release=(SHARED, "tear")),
        Step("kirkuk", "ksf", "planner", "activity", SHARED, {
            "title_text": "Joint checkpoint, Kirkuk–Dibis road", "type": "checkpoint", "mode": "joint",
            "parts": {"isf": "north lane, one section", "ksf": "south lane, one section"},
            "when": {"start": at(72), "end": at(144)}, "place": point(44.20, 35.58)}, "en"),
    ]  # fmt: skip
