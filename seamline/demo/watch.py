"""The watch of the exercise: who has it, what the room wrote down, calls as each side logged them, a contact drill."""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from typing import Any

from seamline.demo.exercise import ALL, SHARED, Hours, Step, point

# What follows on a contact is covered by the rule for contact.
_AT_ONCE = ("contact", "on_watch", "alert", "call")
ROOM_RULES = (("call", "watch"), ("log_entry", "watch"), ("alert", "watch"), ("handover_sheet", "watch"))


def rules() -> list[Step]:
    """Each side's release officer lets its watch say at once, on the day they set up, what cannot wait."""
    steps = []
    for node, party in (("baghdad", "isf"), ("erbil", "ksf")):
        steps += [_rule(node, party, party, kind, to) for kind in _AT_ONCE for to in (SHARED, ALL)]
    for party in ("isf", "ksf"):
        steps += [
            _rule("kirkuk", party, SHARED, kind, to)
            for kind in ("contact", "on_watch")
            for to in (SHARED, ALL)
        ]
    return steps


def _rule(node: str, party: str, channel: str, kind: str, to: str) -> Step:
    return Step(
        node, party, "release", "standing", channel, {"kind": kind, "to": to, "role": "watch", "at": node}
    )


def week(at: Hours) -> list[Step]:
    """All steps; at(hours) is that hour of the week in ms."""
    return [*_watches(at), *_log(at), *_calls(at), *_drill(at)]


def _watches(at: Hours) -> list[Step]:
    day = {"start": at(72), "end": at(96)}
    return [
        Step("baghdad", "isf", "watch", "on_watch", SHARED, {"when": day, "reach": "هاتف 21"}, "ar"),
        Step("kirkuk", "isf", "watch", "on_watch", SHARED, {"when": day, "reach": "104"}, "ar"),
        Step("kirkuk", "ksf", "watch", "on_watch", SHARED, {"when": day, "reach": "105"}, "ckb"),
    ]


def _log(at: Hours) -> list[Step]:
    def line(party: str, hour: float, type: str, text: str, lang: str) -> Step:
        return Step(
            "kirkuk",
            party,
            "watch",
            "log_entry",
            SHARED,
            {"when": at(hour), "type": type, "text": text},
            lang,
        )

    return [
        line("isf", 54, "message", "انقطع خط بغداد من 0540 إلى 0610، وجرّبنا الهاتف الفضائي.", "ar"),
        line("ksf", 66, "event", "مۆلیدەکە گۆڕدرا؛ ژوورەکە دە خولەک لەسەر باتری بوو.", "ckb"),
        line("ksf", 71, "decision", "هەردوو ئەفسەر ڕێککەوتن هەر سێ کاتژمێر جارێک پەیوەندی تاقی بکەنەوە.", "ckb"),
    ]  # fmt: skip


def _calls(at: Hours) -> list[Step]:
    def call(party: str, lang: str, body: dict[str, Any]) -> Step:
        told = {"caller": "isf", "called": "ksf", "means": "hotline", "outcome": "reached"} | body
        return Step("kirkuk", party, "watch", "call", SHARED, told, lang)

    return [
        call("isf", "ar", {
            "when": at(53), "caller_post": "watch-1", "outcome": "line_dead", "said": "محاولة إبلاغ عن دورية الدبس"}),
        call("isf", "ar", {
            "when": at(62), "caller_post": "watch-1", "called_post": "watch-1", "read_back": True,
            "said": "Patrol Dibis road, 0800 to 1400", "reply": "Read back, correct"}),
        call("ksf", "ckb", {
            "when": at(62) + 60_000, "caller_post": "watch-1", "called_post": "watch-1", "read_back": True,
            "said": "Patrol Dibis road, 0900 to 1400", "reply": "Read back, correct"}),
    ]  # fmt: skip


def _drill(at: Hours) -> list[Step]:
    """A contact drill in the room, from the first question to both having closed it."""

    def on(party: str, kind: str, body: dict[str, Any], key: str = "", **refers: str) -> Step:
        names = {"contact": "drill", **refers}
        return Step("kirkuk", party, "watch", kind, SHARED, body, lane="flash", key=key, refers=names)

    where = point(44.07, 35.69, "Dibis", 1000)
    contact = {
        "place": where,
        "heard": at(70),
        "what": "Drill: bursts north of the weir",
        "drill": True,
        "parties": ["isf", "ksf"],
    }
    return [
        Step("kirkuk", "ksf", "watch", "contact", SHARED, contact, lane="flash", key="drill"),
        on("ksf", "contact_answer", {"answer": "not_ours"}),
        on("isf", "contact_answer", {"answer": "unknown"}),
        on("ksf", "contact_step", {"step": "hold_fire", "said": "asked", "whom": "isf"}, "drill-fire"),
        on("isf", "contact_step", {"step": "hold_fire", "said": "confirmed"}, of="drill-fire"),
        on("isf", "contact_answer", {"answer": "not_ours"}),
        on("isf", "contact_close", {}),
        on("ksf", "contact_close", {}),
    ]  # fmt: skip
