"""The exercise's agreements: the four items of 2021, as public reports tell them, clause by clause.

The texts are ours, after public facts; dates within the exercise are invented and everything is marked synthetic.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from typing import Any

from seamline.demo.exercise import HOUR, SHARED, Hours, Step

ROOM_RULES = (("agreement", "planner"),)
JUNE_2021 = 1_622_505_600_000
"""1 June 2021, 00:00 UTC."""


def week(at: Hours) -> list[Step]:
    """What both endorsed, and one side's other words for the second item."""
    text = Step("kirkuk", "isf", "planner", "agreement", SHARED, _four_items(), "en", key="four_items", endorsed=True)
    counter = Step(
        "kirkuk", "ksf", "planner", "agreement", SHARED, _counter(at), "en",
        says=lambda said: {"counters": said["four_items"]["id"]}, endorsers=("ksf",),
    )  # fmt: skip
    return [text, counter]


def _clause(no: str, stated: str, en: str, ar: str, ckb: str, text: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    said = dict(zip(("en", "ar", "ckb"), text, strict=True))
    return {"no": no, "stated": stated, "title": {"en": en, "ar": ar, "ckb": ckb}, "text": said, **more}


def _four_items() -> dict[str, Any]:
    owners = {"isf": "Joint operations, post I-2", "ksf": "Joint operations, post K-2"}
    return {
        "name": "Agreement of four items (2021)",
        "parties": ["isf", "ksf"],
        "start": JUNE_2021,
        "source": "Public reports of 2021; the wording is the exercise's own",
        "clauses": [
            _clause("1", "agreed", "Open the joint coordination centres", "افتتاح مراكز التنسيق المشترك", "کردنەوەی ناوەندەکانی هەماهەنگیی هاوبەش", (
                "The joint coordination centres open, and officers of both sides work in them.",
                "تُفتتح مراكز التنسيق المشترك ويعمل فيها ضباط من الجانبين.",
                "ناوەندەکانی هەماهەنگیی هاوبەش دەکرێنەوە و ئەفسەرانی هەردوو لا تێیاندا کار دەکەن."), owners=owners),
            _clause("2", "in_negotiation", "Cover the gaps", "سدّ الثغرات", "پڕکردنەوەی بۆشاییەکان", (
                "The gaps between the lines are covered by both sides.",
                "يغطي الجانبان الثغرات بين الخطوط.",
                "هەردوو لا بۆشاییەکانی نێوان هێڵەکان دادەپۆشن."), owners=owners),
            _clause("3", "in_negotiation", "Joint checkpoints", "نقاط تفتيش مشتركة", "خاڵی پشکنینی هاوبەش", (
                "Checkpoints on the roads between the lines are manned together.",
                "تُدار نقاط التفتيش على الطرق بين الخطوط بصورة مشتركة.",
                "خاڵەکانی پشکنین لەسەر ڕێگاکانی نێوان هێڵەکان بە هاوبەشی بەڕێوە دەبرێن.")),
            _clause("4", "in_negotiation", "Joint clearing and exchange of information", "تطهير مشترك وتبادل المعلومات", "پاکسازیی هاوبەش و ئاڵوگۆڕی زانیاری", (
                "Both sides clear the ground together and tell each other what they know of it.",
                "يطهّر الجانبان المنطقة معاً ويتبادلان ما يعرفانه عنها.",
                "هەردوو لا پێکەوە ناوچەکە پاک دەکەنەوە و ئەوەی دەیزانن بە یەکتری ڕادەگەیەنن.")),
        ],
    }  # fmt: skip


def _counter(at: Hours) -> dict[str, Any]:
    """The same, with other words for the second item and a day from which it is to hold."""
    body = _four_items()
    second = {
        **body["clauses"][1],
        "start": at(0) + 60 * 24 * HOUR,
        "text": body["clauses"][1]["text"] | {
            "en": "The gaps on the agreed watch list are covered by both sides, each in the hours it undertakes.",
            "ckb": "هەردوو لا بۆشاییەکانی لیستی چاودێریی ڕێککەوتوو دادەپۆشن، هەریەکە لەو کاتژمێرانەی کە بەڵێنی داوە.",
        },
    }  # fmt: skip
    return body | {"name": "Agreement of four items: another text for the second", "clauses": [body["clauses"][0], second, *body["clauses"][2:]]}
