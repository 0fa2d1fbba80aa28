"""The exercise's agreements and meetings: the four items of 2021, as public reports tell them, and two meetings.

The texts are ours, after public facts; dates within the exercise are invented and everything is marked synthetic.
"""

# ruff: noqa: E501  texts in three scripts, one record a step, are read best whole

from __future__ import annotations

from typing import Any

from seamline.demo.exercise import HOUR, SHARED, Hours, Step

ROOM_RULES = (
    ("agreement", "planner"), ("series", "planner"), ("meeting", "planner"), ("delegation", "planner"),
    ("attendance", "planner"), ("minutes", "planner"), ("action_report", "planner"),
)  # fmt: skip
DAY = 24 * HOUR
JUNE_2021 = 1_622_505_600_000
"""1 June 2021, 00:00 UTC."""


def week(at: Hours) -> list[Step]:
    """What both endorsed, and one side's other words for the second item."""
    text = Step(
        "kirkuk", "isf", "planner", "agreement", SHARED, _four_items(), "en", key="four_items", endorsed=True
    )
    counter = Step(
        "kirkuk", "ksf", "planner", "agreement", SHARED, _counter(at), "en",
        says=lambda said: {"counters": said["four_items"]["id"]}, endorsers=("ksf",),
    )  # fmt: skip
    return [text, counter, *_meetings(at)]


def _clause(
    no: str, stated: str, en: str, ar: str, ckb: str, text: tuple[str, str, str], **more: Any
) -> dict[str, Any]:
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
    return body | {
        "name": "Agreement of four items: another text for the second",
        "clauses": [body["clauses"][0], second, *body["clauses"][2:]],
    }


def _room(party: str, kind: str, body: dict[str, Any], **more: Any) -> Step:
    return Step("kirkuk", party, "planner", kind, SHARED, body, "en", **more)


def _meetings(at: Hours) -> list[Step]:
    """One held a month ago, whose minutes both heads endorsed; the next is called, and opens with what is open."""
    series = {
        "name": "Area committee", "parties": ["isf", "ksf"], "tier": "area", "venues": ["erbil", "baghdad"], "chairs": ["ksf", "isf"],
        "every_days": 30, "quorum": 2,
    }  # fmt: skip

    def of(
        key: str, name: str, start: int, venue: str, host: str, status: str, agenda: list[dict[str, Any]]
    ) -> Step:
        body = {
            "name": name, "when": {"start": start, "end": start + 3 * HOUR}, "venue": venue, "host": host, "chair": host, "quorum": 2,
            "status": status, "agenda": agenda,
        }  # fmt: skip
        return _room("ksf", "meeting", body, key=key, refers={"series": "series"})

    def coming(meeting: str, party: str, *posts: str) -> Step:
        named = [{"post": post, "head": n == 0} for n, post in enumerate(posts)]
        return _room(party, "delegation", {"posts": named}, refers={"meeting": meeting})

    gaps = {
        "en": "Cover the gaps (item 2 of 2021)",
        "ar": "سدّ الثغرات (البند 2 من 2021)",
        "ckb": "پڕکردنەوەی بۆشاییەکان (بڕگەی ٢ی ٢٠٢١)",
    }
    brigades = {
        "en": "The future of the two joint brigades",
        "ar": "مستقبل اللواءين المشتركين",
        "ckb": "داهاتووی دوو لیوا هاوبەشەکە",
    }
    return [
        _room("ksf", "series", series, key="series"),
        of("erbil_meeting", "First meeting of the area committee", at(0) - 30 * DAY + 6 * HOUR, "Erbil", "ksf", "held",
           [{"no": "1", "by": "ksf", "title": gaps}, {"no": "2", "by": "isf", "title": brigades}]),
        coming("erbil_meeting", "isf", "I-2", "I-14"),
        coming("erbil_meeting", "ksf", "K-2", "K-9"),
        _room("ksf", "minutes", _minutes(at), key="minutes", refers={"meeting": "erbil_meeting"}, endorsed=True),
        of("baghdad_meeting", "Second meeting of the area committee", at(0) + 7 * DAY + 6 * HOUR, "Baghdad", "isf", "called",
           [{"no": "1", "by": "isf", "title": brigades}]),
        coming("baghdad_meeting", "ksf", "K-2", "K-9"),
    ]  # fmt: skip


def _minutes(at: Hours) -> dict[str, Any]:
    return {
        "name": "Minutes of the first meeting of the area committee",
        "parties": ["isf", "ksf"],
        "languages": ["en", "ar", "ckb"],
        "heads": {"isf": "I-2", "ksf": "K-2"},
        "outcomes": [
            {"no": "1", "outcome": "decided", "owner": "ksf", "text": {
                "en": "Each side names the cells of the gap below Qarachogh that it will watch.",
                "ar": "يسمّي كل جانب خلايا الثغرة أسفل قره جوغ التي سيراقبها.",
                "ckb": "هەر لایەک ئەو خانانەی بۆشایی خوارووی قەرەچووغ ناو دەبات کە چاودێرییان دەکات."},
             "actions": [
                {"no": "1.1", "side": "isf", "due": at(0) - 10 * DAY, "text": {"en": "Name the cells on the plain", "ar": "تسمية الخلايا في السهل", "ckb": "خانەکانی دەشت ناو ببات"}},
                {"no": "1.2", "side": "ksf", "due": at(0) + 20 * DAY, "text": {"en": "Name the cells on the ridge", "ar": "تسمية الخلايا على السفح", "ckb": "خانەکانی لووتکە ناو ببات"}}]},
            {"no": "2", "outcome": "taken_back", "answer_by": {"isf": at(0) + 5 * DAY, "ksf": at(0) + 5 * DAY}, "text": {
                "en": "Whether the two joint brigades, about 3,500 each and half from each side, are filled up or given another task.",
                "ar": "هل يُستكمل اللواءان المشتركان، وقوام كل منهما نحو 3500 نصفهم من كل جانب، أم يُسند إليهما واجب آخر.",
                "ckb": "ئایا دوو لیوا هاوبەشەکە، کە هەریەکەیان نزیکەی ٣٥٠٠ و نیوەی لە هەر لایەکە، پڕ بکرێنەوە یان ئەرکێکی دیکەیان پێ بدرێت."}},
            {"no": "3", "outcome": "not_agreed", "text": {
                "en": "Joint checkpoints on the Kirkuk–Dibis road.",
                "ar": "نقاط تفتيش مشتركة على طريق كركوك – الدبس.",
                "ckb": "خاڵی پشکنینی هاوبەش لەسەر ڕێگای کەرکووک – دبس."}},
        ],
    }  # fmt: skip
