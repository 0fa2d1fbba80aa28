"""The exercise's requests between the sides, and what they tell the public: one text of both, one of one side.

Everything is invented and marked synthetic; nobody is named.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from typing import Any

from seamline.demo.exercise import HOUR, SHARED, Hours, Step, point

ROOM_RULES = (("request", "watch"), ("request_step", "watch"), ("public_statement", "planner"))
DAY = 24 * HOUR


def week(at: Hours) -> list[Step]:
    """Support that is on its way, a question that waits for its answer, and two statements."""
    return [*_requests(at), *_statements(at)]


def _room(party: str, role: str, kind: str, body: dict[str, Any], lang: str, **more: Any) -> Step:
    return Step("kirkuk", party, role, kind, SHARED, body, lang, **more)


def _requests(at: Hours) -> list[Step]:
    def step(
        party: str, name: str, text: str, lang: str, key: str = "", offer: str = "", **more: Any
    ) -> Step:
        return _room(
            party, "watch", "request_step", {"step": name, "text": text, **more}, lang, key=key,
            refers={"request": "radios", **({"offer": offer} if offer else {})},
            says=(lambda said: {"hash": said[offer]["hash"]}) if name == "accepted" else None,
        )  # fmt: skip

    return [
        _room("ksf", "watch", "request", {
            "summary": "ئامێری بێتەل بۆ خاڵی پشکنینی هاوبەش لە ڕێگای دبس", "ask": "support", "support": "radios", "quantity": "٤",
            "needed_by": at(130), "place": point(44.20, 35.58, "Kirkuk–Dibis road", 500)}, "ckb", key="radios"),
        step("isf", "offered", "جهازان من مستودعنا غداً صباحاً.", "ar", key="two_sets", partial=True, quantity="2", when=at(120)),
        step("ksf", "accepted", "", "ckb", offer="two_sets"),
        _room("isf", "watch", "request", {
            "summary": "حالة الجسر شمال الدبس", "ask": "information", "question": "هل الجسر صالح لمرور الآليات الثقيلة، ومتى جرى فحصه؟",
            "needed_by": at(99), "place": point(44.09, 35.72, "Bridge north of Dibis", 200)}, "ar"),
        _room("isf", "watch", "request", {
            "summary": "Engineers to look at a culvert on the Makhmour road", "ask": "support", "support": "engineers", "quantity": "one team, half a day",
            "needed_by": at(150), "place": point(43.70, 35.70, "Culvert", 100)}, "en"),
    ]  # fmt: skip


def _statements(at: Hours) -> list[Step]:
    joint = {
        "name": "Joint statement on the first meeting",
        "parties": ["isf", "ksf"],
        "languages": ["en", "ar", "ckb"],
        "dated": at(-24 * 28),
        "title_said": {
            "en": "The area committee has met in Erbil",
            "ar": "اجتماع لجنة القاطع في أربيل",
            "ckb": "لیژنەی ناوچە لە هەولێر کۆبووەوە",
        },
        "text": {
            "en": "The two sides met in Erbil and went through what they agreed before.\nEach names the ground below Qarachogh that it will watch. They meet again in Baghdad.",
            "ar": "اجتمع الجانبان في أربيل وراجعا ما اتفقا عليه سابقاً.\nويسمّي كل جانب الأرض أسفل قره جوغ التي سيراقبها. ويجتمعان ثانيةً في بغداد.",
            "ckb": "هەردوو لا لە هەولێر کۆبوونەوە و بەو شتانەدا چوونەوە کە پێشتر لەسەری ڕێککەوتبوون.\nهەر لایەک ئەو زەوییەی خوارووی قەرەچووغ ناو دەبات کە چاودێریی دەکات. جارێکی دیکە لە بەغدا کۆدەبنەوە.",
        },
    }  # fmt: skip
    alone = {
        "name": "On the fire near a village",
        "parties": ["ksf"],
        "languages": ["en", "ckb"],
        "dated": at(48),
        "title_said": {"en": "Fire near a village was put out", "ckb": "ئاگرەکەی نزیک گوندێک کوژێنرایەوە"},
        "text": {
            "en": "A fire on the ridge was put out by the fire service. Nobody was hurt.",
            "ckb": "ئاگرێک لەسەر لووتکەکە لەلایەن ئاگرکوژێنەوەوە کوژێنرایەوە. کەس زیانی پێ نەگەیشت.",
        },
    }
    out = Step(
        "kirkuk", "isf", "release", "publication", SHARED, {},
        says=lambda said: {"of": said["joint_statement"]["id"], "hash": said["joint_statement"]["hash"]},
    )  # fmt: skip
    return [
        _room("isf", "planner", "public_statement", joint, "en", key="joint_statement", endorsed=True),
        out,
        _room("ksf", "planner", "public_statement", alone, "ckb", endorsers=("ksf",)),
    ]
