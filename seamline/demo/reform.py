"""The exercise's reform file: 35 points, 17 of the ministry and 18 of its partners, in their own channel alone.

Public are the number of points and how they are shared out; their wording, days and what is stated of them are the
exercise's own, and marked synthetic.
"""

# ruff: noqa: E501  texts in three scripts, one point a line, are read best whole

from __future__ import annotations

from typing import Any

from seamline.demo.exercise import Hours, Step
from seamline.demo.programmes import DAY, day, said

MINISTRY, PARTNERS = "ksf", "mag"
CHANNEL = "ksf+mag"
NODES = {"ksf": "erbil", "mag": "adviser"}

OWN = (
    said("One ministry over all brigades", "وزارة واحدة لجميع الألوية", "یەک وەزارەت بۆ هەموو لیواکان"),
    said(
        "One structure of the general staff", "هيكل واحد لرئاسة الأركان", "یەک پێکهاتە بۆ سەرۆکایەتیی ئەرکان"
    ),
    said("One roll of all personnel", "سجل واحد لجميع المنتسبين", "یەک تۆماری هەموو کارمەندان"),
    said("Salaries through banks", "الرواتب عبر المصارف", "مووچە لە ڕێگەی بانکەوە"),
    said("A law on service and retirement", "قانون الخدمة والتقاعد", "یاسای خزمەت و خانەنشینی"),
    said(
        "Retirement of those past their age",
        "إحالة المتجاوزين للسن إلى التقاعد",
        "خانەنشینکردنی ئەوانەی تەمەنیان تێپەڕیوە",
    ),
    said("One budget, published each year", "ميزانية واحدة تُنشر سنوياً", "یەک بودجە کە ساڵانە بڵاو دەکرێتەوە"),
    said("Rules of procurement", "ضوابط المشتريات", "ڕێسای کڕین"),
    said("A register of weapons", "سجل للأسلحة", "تۆماری چەک"),
    said("A register of vehicles", "سجل للآليات", "تۆماری ئۆتۆمبێل"),
    said("Safe stores of ammunition", "مخازن آمنة للعتاد", "عەمباری پارێزراوی تەقەمەنی"),
    said("A joint operations room", "غرفة عمليات مشتركة", "ژووری ئۆپەراسیۆنی هاوبەش"),
    said("Inspection by an office of its own", "مفتشية مستقلة", "نووسینگەیەکی سەربەخۆی پشکنین"),
    said(
        "An office for the law of armed conflict",
        "مكتب لقانون النزاعات المسلحة",
        "نووسینگەی یاسای ململانێی چەکدار",
    ),
    said("Women in the staff and the schools", "المرأة في الأركان والمدارس", "ژنان لە ئەرکان و قوتابخانەکان"),
    said("A code of conduct", "مدونة سلوك", "ڕێسای ڕەفتار"),
    said("Promotion by rule", "الترقية وفق ضوابط", "پلەبەرزکردنەوە بە ڕێسا"),
)
OTHERS = (
    said("Advisers to the staff", "مستشارون لدى الأركان", "ڕاوێژکار بۆ ئەرکان"),
    said("Training of trainers", "تدريب المدربين", "ڕاهێنانی ڕاهێنەران"),
    said("A school for sergeants", "مدرسة لضباط الصف", "قوتابخانەی پلەداران"),
    said("A curriculum for the academy", "منهاج للأكاديمية", "پڕۆگرامی خوێندن بۆ ئەکادیمیا"),
    said("A school of logistics", "مدرسة للإسناد اللوجستي", "قوتابخانەی لۆجیستی"),
    said("Workshops for maintenance", "ورش للصيانة", "کارگەی چاککردنەوە"),
    said("Training of medics", "تدريب المسعفين", "ڕاهێنانی فریاگوزاران"),
    said("Clearing of explosive remnants", "إزالة المخلفات المتفجرة", "پاککردنەوەی پاشماوەی تەقینەوە"),
    said("Radios for the brigades", "أجهزة لاسلكية للألوية", "ئامێری بێتەل بۆ لیواکان"),
    said("Software for the roll of personnel", "برنامج لسجل المنتسبين", "بەرنامە بۆ تۆماری کارمەندان"),
    said("Software for the budget", "برنامج للميزانية", "بەرنامە بۆ بودجە"),
    said(
        "Equipment for regional guard brigades",
        "تجهيز ألوية حرس الإقليم",
        "کەرەستە بۆ لیواکانی پاسەوانی هەرێم",
    ),
    said("Equipment for support commands", "تجهيز قيادات الإسناد", "کەرەستە بۆ فەرماندەییەکانی پشتیوانی"),
    said("Exercises of command posts", "تمارين لمراكز القيادة", "ڕاهێنانی بنکەکانی فەرماندەیی"),
    said("Courses in languages", "دورات في اللغات", "خولی زمان"),
    said(
        "Advice on the law of armed conflict",
        "مشورة في قانون النزاعات المسلحة",
        "ڕاوێژ لە یاسای ململانێی چەکدار",
    ),
    said("Stores that are safe to visit", "مخازن آمنة للزيارة", "عەمباری سەلامەت بۆ سەردان"),
    said("A review each year", "مراجعة سنوية", "پێداچوونەوەی ساڵانە"),
)
_WHY = (
    ("law", "The law is before parliament."),
    ("funds", "The year's share has not come."),
    ("people", "The posts are not filled."),
    ("decision", "It waits for the committee."),
)


def file(at: Hours) -> list[Step]:
    """The file as the ministry says it. Endorsed by each at its own node, once it is there."""
    points = [
        {"no": str(n), "title": title, "owners": [owner], "milestones": _steps(n, n - 1 if owner == MINISTRY else n - 1 - len(OWN))}
        for n, (owner, title) in enumerate([*((MINISTRY, t) for t in OWN), *((PARTNERS, t) for t in OTHERS)], 1)
    ]  # fmt: skip
    body = {
        "name": "Reform file", "parties": [MINISTRY, PARTNERS], "track": "points", "year": 2022, "points": points,
        "source": "Public reports: 35 points, 17 of the ministry and 18 of its partners; the wording is the exercise's own",
    }  # fmt: skip
    return [
        Step(
            NODES[MINISTRY],
            MINISTRY,
            "release",
            "programme",
            CHANNEL,
            body,
            "en",
            key="reform",
            endorsers=(MINISTRY,),
        )
    ]


def progress(at: Hours, party: str) -> Step:
    """What one of the two states of its own points."""
    count, first = (len(OWN), 1) if party == MINISTRY else (len(OTHERS), 1 + len(OWN))
    lines = [line for i in range(count) for line in _lines(at, first + i, i)]
    body = {"progress": lines}
    return Step(
        NODES[party], party, "release", "progress", CHANNEL, body, "en", refers={"programme": "reform"}
    )


def _steps(no: int, i: int) -> list[dict[str, Any]]:
    due = day(2022, 10) + i * 84 * DAY
    return [
        {"no": f"{no}.1", "step": "adopted", "due": due},
        {"no": f"{no}.2", "step": "in_use", "due": due + 240 * DAY, "weight": 2, "after": [f"{no}.1"]},
    ]


def _lines(at: Hours, no: int, i: int) -> list[dict[str, Any]]:
    """The same pattern for both: most is done somewhat late, some of it slips and says why."""
    found = []
    for n, one in enumerate(_steps(no, i)):
        on = one["due"] + (i % 4) * 35 * DAY
        if on < at(0) - 5 * DAY and (i + n) % 5 != 4:
            found.append({"no": one["no"], "status": "done", "on": on})
        elif one["due"] < at(0) + 30 * DAY:
            why, text = _WHY[(i + n) % len(_WHY)]
            found.append({"no": one["no"], "expected": at(0) + (90 + 30 * i) * DAY, "why": why, "text": text})
    return found
