"""The duty room's part of the synthetic week: two accounts of one event, a complaint, a joint patrol.

Everything is invented and marked synthetic; nobody is named.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.demo.exercise import SHARED, Hours, Step, point, route

Items = Mapping[str, dict[str, Any]]


def week(at: Hours) -> list[Step]:
    """All steps, after those of the week itself; at(hours) is that hour of the week in ms."""
    return [*_accounts(at), *_complaints(at), *_joint(at)]


def _room(party: str, role: str, kind: str, body: dict[str, Any], lang: str = "en", **more: Any) -> Step:
    """Said in the room both sides share, under the officer's own signature."""
    return Step("kirkuk", party, role, kind, SHARED, body, lang, **more)


def _accounts(at: Hours) -> list[Step]:
    """Each side tells of the same exchange of fire; one event is linked, the other only suggested."""

    def incident(party: str, key: str, body: dict[str, Any], lang: str = "en") -> Step:
        return _room(party, "watch", "incident", body, lang, key=key)

    return [
        incident("isf", "bridge-isf", {
            "summary": "Exchange of fire at the Dibis bridge, two men wounded", "type": "fire_exchange",
            "precedence": "immediate", "occurred": {"start": at(53), "end": at(53.5)},
            "place": point(44.090, 35.672, "Dibis bridge", 200), "harm": {"wounded": 2},
            "narrative": "Fire from the north bank at the post on the bridge for half an hour. The post answered. Two men wounded."}),
        incident("ksf", "bridge-ksf", {
            "summary": "Exchange of fire near the Dibis bridge, one man wounded", "type": "fire_exchange",
            "precedence": "immediate", "occurred": {"start": at(53.25), "end": at(53.75)},
            "place": point(44.097, 35.679, "", 300), "harm": {"wounded": 1, "civilians": 0},
            "narrative": "Fire from the post on the bridge at a patrol on the north bank for half an hour. The patrol answered. One man wounded."}),
        _room("ksf", "watch", "same_event", {}, says=lambda said: {
            "incidents": sorted((said["bridge-isf"]["id"], said["bridge-ksf"]["id"]))}),
        _room("isf", "watch", "common_account", {
            "summary": "Exchange of fire at the Dibis bridge", "type": "fire_exchange",
            "occurred": {"start": at(53), "end": at(53.75)}, "place": point(44.093, 35.675, "Dibis bridge", 600),
            "harm": {"wounded": 3, "civilians": 0}, "left_open": "Who fired first."},
            says=_bridge, endorsers=("isf",)),
        incident("isf", "drone-isf", {
            "summary": "طائرة مسيرة فوق سهل قراج", "type": "drone", "occurred": {"start": at(62), "end": at(62.25)},
            "place": point(43.640, 35.625, "سهل قراج", 500)}, "ar"),
        incident("ksf", "drone-ksf", {
            "summary": "درۆنێک لە باشووری قەرەچووغ", "type": "drone", "occurred": {"start": at(62.1), "end": at(62.5)},
            "place": point(43.655, 35.632, "", 800)}, "ckb"),
    ]  # fmt: skip


def _bridge(said: Items) -> dict[str, Any]:
    both = sorted((said["bridge-isf"], said["bridge-ksf"]), key=lambda item: str(item["id"]))
    return {"accounts": [{"id": item["id"], "hash": item["hash"]} for item in both]}


def _complaints(at: Hours) -> list[Step]:
    """One on its way to an outcome, one that nobody has acknowledged yet. Persons are numbers of a paper list."""

    def step(party: str, name: str, **more: Any) -> Step:
        return _room(
            party, "watch", "complaint_step", {"step": name, **more}, refers={"complaint": "orchard"}
        )

    return [
        _room("isf", "watch", "complaint", {
            "summary": "Orchard entered and trees cut near Dibis", "allegation": "property",
            "when": {"start": at(20), "end": at(23)}, "place": point(44.083, 35.690, "Orchard north of Dibis", 300),
            "concerns": ["ksf"], "complainants": ["C-12", "C-13"], "witnesses": ["W-4"],
            "narrative": "Twelve trees were cut at night along the track. C-12 says that a vehicle stood there until morning."},
            key="orchard"),
        step("ksf", "acknowledged", text="Taken down. A team is named today."),
        step("isf", "team", team={"isf": "duty-3, duty-4", "ksf": "liaison-2"}, due=at(96)),
        step("ksf", "visit", when={"start": at(68), "end": at(70)}, text="Stumps counted together: twelve. Tyre tracks end at the road."),
        _room("isf", "watch", "complaint_outcome", {
            "result": "split", "text": "Twelve trees were cut in that night. Who cut them was not found.",
            "views": {"isf": "The tracks are of a military vehicle.", "ksf": "No vehicle of ours was there; the log of that night was shown."}},
            refers={"complaint": "orchard"}, endorsers=("ksf",)),
        _room("ksf", "watch", "complaint", {
            "summary": "شوانێک و مێگەلەکەی لە بازگەیەک ڕاگیران", "allegation": "movement_denied",
            "when": {"start": at(60), "end": at(65)}, "place": point(43.90, 35.63, "", 500),
            "concerns": ["isf"], "complainants": ["C-14"]}, "ckb"),
    ]  # fmt: skip


BANKS = ((44.25, 35.840), (44.29, 35.830), (44.33, 35.828), (44.37, 35.839))


def _joint(at: Hours) -> list[Step]:
    """A patrol on both banks of one river, whose plan one side has endorsed; and one of yesterday, reported."""

    def line(*positions: tuple[float, float]) -> dict[str, Any]:
        geometry: dict[str, Any] = route(*positions)["geometry"]
        return geometry

    def named(key: str) -> Any:
        return lambda said: {"activity": said[key]["id"], "hash": said[key]["hash"]}

    parts = {"isf": "south bank, one section", "ksf": "north bank, one section"}
    leaders = {"isf": "planner-1", "ksf": "planner-1"}
    hours, past = {"start": at(98), "end": at(104)}, {"start": at(50), "end": at(56)}
    across = ((44.29, 35.840), (44.31, 35.838), (44.32, 35.822), (44.34, 35.838))
    return [
        _room("isf", "planner", "activity", {
            "title_text": "Joint patrol on both banks above Altun Kupri", "type": "patrol", "mode": "joint", "parts": parts,
            "when": hours, "place": route(*BANKS, name="Lesser Zab above Altun Kupri")}, key="banks"),
        _room("ksf", "planner", "joint_plan", {
            "when": hours, "parts": parts, "leaders": leaders, "abort_word": "HEATHER",
            "recognition": "Two green lamps, answered by one. By day a white cloth at the shoulder.",
            "meetings": [
                {"place": point(44.25, 35.840, "West ford"), "at": at(98), "text": "Briefing, radio check"},
                {"place": point(44.37, 35.839, "East ford"), "at": at(103.5), "text": "Report written together"}],
            "tracks": [
                {"party": "isf", "line": line((44.25, 35.832), (44.31, 35.822), (44.37, 35.829)), "when": hours},
                {"party": "ksf", "line": line((44.25, 35.848), *across, (44.37, 35.849)), "when": hours}],
            "boundaries": [{"line": line(*BANKS), "parties": ["isf", "ksf"], "text": "the river, but at the fords"}],
            "duties": [
                {"party": "isf", "post": "duty-3", "when": {"start": at(98), "end": at(101)}, "text": "radio at the west ford"},
                {"party": "ksf", "post": "duty-8", "when": {"start": at(101), "end": at(104)}, "text": "radio at the east ford"}]},
            says=named("banks"), endorsers=("isf",)),
        _room("ksf", "planner", "activity", {
            "title_text": "پشکنینی هاوبەشی پردی دبس", "type": "checkpoint", "mode": "joint", "parts": parts,
            "when": past, "place": point(44.090, 35.672, "پردی دبس")}, "ckb", key="bridge"),
        _room("isf", "planner", "joint_report", {
            "summary": "Bridge watched together, the two accounts of the night were taken down", "when": past,
            "text": "Both sections stayed until the relief. No vehicle was stopped."},
            says=lambda said: {**named("bridge")(said), "incidents": [said["bridge-isf"]["id"]]}, endorsers=("isf", "ksf")),
    ]  # fmt: skip
