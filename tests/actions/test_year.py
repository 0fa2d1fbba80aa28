"""A year of meeting and agreeing: each step changes what the software does, on both sides alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import agreements, enabled, meetings, programmes, read, statements, write
from seamline.actions import series as followed
from tests.actions.test_clauses import clause
from tests.actions.test_findings import NOTICE, declared, endorse, found, spread
from tests.nodes import World, attested, officer

SHARED, HOUR = "isf+ksf", 3_600_000
DAY = 24 * HOUR
SIDES = (("erbil", "ksf"), ("baghdad", "isf"))
PARTIES = ["isf", "ksf"]
TERMS = {"name": "Terms", "parties": PARTIES, "desks": ["meetings", "agreements"], "chair": "alternates"}
SERIES = {"name": "Area", "parties": PARTIES, "venues": ["erbil", "baghdad"], "chairs": ["ksf", "isf"]}


def spoken(text: str) -> dict[str, str]:
    return {"en": text, "ar": f"ع {text}", "ckb": f"ک {text}"}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


class Year:
    """Both sides in the room they share, month after month."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.room = world.nodes["kirkuk"]

    def says(self, party: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        item = attested(self.world, self.room, officer(party, "release"), kind, SHARED, body)
        spread(self.world)
        return item

    def both(self, item: dict[str, Any]) -> dict[str, Any]:
        endorse(self.world, item, "isf", "ksf")
        return item

    def corrects(self, party: str, item: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        who = officer(party, "release")
        row, checked = write.revision(self.room, who, item["id"], item["rev"], body)
        entry, _ = write.draft(self.room, who, checked, row)
        signed = write.attest(entry, SHARED, self.world.officer_key(party, "release"))
        done = write.revise(self.room, who, item["id"], item["rev"], body, attest=signed).result()
        spread(self.world)
        return done

    def passes(self, days: float) -> None:
        spread(self.world, days * 24)

    def now(self) -> int:
        return self.room.clock.now()

    def meets(self, series: dict[str, Any], venue: str, host: str, *agenda: dict[str, Any]) -> dict[str, Any]:
        when = {"start": self.now() + DAY, "end": self.now() + DAY + 3 * HOUR}
        body = {
            "name": f"Meeting in {venue}", "series": series["id"], "when": when, "venue": venue, "host": host,
            "chair": host, "agenda": list(agenda),
        }  # fmt: skip
        meeting = self.says(host, "meeting", body)
        for party, post in (("isf", "I-2"), ("ksf", "K-2")):
            comes = {"meeting": meeting["id"], "posts": [{"post": post, "head": True}]}
            self.says(party, "delegation", comes)
        return meeting

    def settles(self, meeting: dict[str, Any], *outcomes: dict[str, Any]) -> dict[str, Any]:
        body = {
            "name": "Minutes", "meeting": meeting["id"], "parties": PARTIES, "languages": ["en", "ar", "ckb"],
            "heads": {"isf": "I-2", "ksf": "K-2"}, "outcomes": list(outcomes),
        }  # fmt: skip
        return self.says("ksf", "minutes", body)

    def seen(self, meeting: dict[str, Any]) -> list[dict[str, Any]]:
        """The meeting as each side has it."""
        return [
            meetings.meeting(self.world.nodes[name], officer(party, "watch"), meeting["id"])
            for name, party in SIDES
        ]


def agree_in_erbil(year: Year, series: dict[str, Any]) -> dict[str, Any]:
    """A clause with a rule from next week on; what the brigades are for is taken back. The minutes."""
    rule = year.says("ksf", "rule", NOTICE)
    begins = year.now() + 7 * DAY
    linked = clause("1", rule=rule["id"], rule_hash=rule["hash"], start=begins)
    text = year.both(
        year.says("isf", "agreement", {"name": "Notice", "parties": PARTIES, "clauses": [linked]})
    )
    line = {"no": "1", "by": "isf", "title": {"en": "Notice"}, "about": text["id"]}
    meeting = year.meets(series, "Erbil", "ksf", line)
    decided = {
        "no": "1",
        "outcome": "decided",
        "owner": "isf",
        "text": spoken("24 hours"),
        "about": text["id"],
    }
    answer = {"isf": begins + 20 * DAY, "ksf": begins + 20 * DAY}
    back = {"no": "2", "outcome": "taken_back", "text": spoken("The joint brigades"), "answer_by": answer}
    return year.both(year.settles(meeting, decided, back))


def take_up_in_baghdad(
    year: Year, series: dict[str, Any], first: dict[str, Any], late: dict[str, Any]
) -> dict[str, Any]:
    """What was taken back has returned by itself; a side puts the fact on the agenda. The minutes."""
    meeting = year.meets(series, "Baghdad", "isf")
    for side in year.seen(meeting):
        assert [(o["what"], o["no"]) for o in side["opens_with"]] == [("taken_back", "2")]
    known = [(s["what"], s["about"]) for s in year.seen(meeting)[1]["suggested"]]
    assert ("finding", late["id"]) in known
    line = {"no": "1", "by": "isf", "title": {"en": "Late"}, "about": late["id"], "what": "finding"}
    year.corrects("isf", meeting, meeting["body"] | {"agenda": [line]})
    for side in year.seen(meeting):
        assert late["id"] not in [s["about"] for s in side["suggested"]]
        assert [a["about"] for a in side["record"]["body"]["agenda"]] == [late["id"]]
    said = {"no": "1", "outcome": "not_agreed", "text": spoken("Late notice"), "about": late["id"]}
    filled = {"no": "2", "outcome": "decided", "owner": "ksf", "text": spoken("They are filled up")}
    return year.both(year.settles(meeting, said, filled | {"takes_up": f"{first['id']}/2"}))


def tell_the_public(year: Year, minutes: dict[str, Any]) -> None:
    """A statement goes out in every language once both have signed and let it out; and again, corrected."""
    said = {
        "name": "Statement", "parties": PARTIES, "languages": ["en", "ar", "ckb"], "about": minutes["id"],
        "title_said": spoken("The brigades"), "text": spoken("They are filled up this month"),
    }  # fmt: skip
    item = year.says("isf", "public_statement", said)
    goes_out(year, item)
    mended = said | {"text": spoken("They are filled up next month"), "correction": spoken("The month")}
    item = year.corrects("isf", item, mended)
    goes_out(year, item)
    for paper in papers(year, item):
        assert 0 < paper.index("next month") < paper.index("The month") < paper.index("this month")


def goes_out(year: Year, item: dict[str, Any]) -> None:
    year.both(item)
    assert all(paper.startswith("*** ") for paper in papers(year, item))
    for party in PARTIES:
        year.says(party, "publication", {"of": item["id"], "hash": item["hash"]})
    assert not any("***" in paper for paper in papers(year, item))


def papers(year: Year, item: dict[str, Any]) -> list[str]:
    """As either side takes it, in each language."""
    return [
        statements.exported(year.world.nodes[name], officer(party, "watch"), item["id"], "txt", lang)
        .result()
        .data.decode()
        for name, party in SIDES
        for lang in ("en", "ar", "ckb")
    ]


def brigade(first: dict[str, Any], begins: int) -> dict[str, Any]:
    """One joint brigade, half from each side; what it is for is the outcome that both took back."""
    manned = {"step": "manned", "due": begins + 30 * DAY, "planned": 1750, "after": ["1.1"]}
    steps = [
        {"no": "1.1", "step": "funded", "due": begins + 10 * DAY, "owners": ["isf"]},
        {"no": "1.2", "owners": ["isf"], **manned},
        {"no": "1.3", "owners": ["ksf"], **manned},
    ]
    point = {"no": "1", "title": spoken("Joint brigade"), "milestones": steps, "awaits": f"{first['id']}/2"}
    told = {"name": "Joint brigade", "parties": PARTIES, "track": "unit", "year": 2025}
    return told | {"points": [point]}


def slip(year: Year, series: dict[str, Any], plan: dict[str, Any]) -> None:
    """Its funds do not come: the owner says why, and the next meeting opens with all that waits for it."""
    lines = [{"no": "1.1", "expected": year.now() + 90 * DAY, "why": "law", "text": "No budget yet"}]
    year.says("isf", "progress", {"programme": plan["id"], "progress": lines})
    year.says("ksf", "progress", {"programme": plan["id"], "progress": [{"no": "1.3", "count": 900}]})
    year.passes(40)
    meeting = year.meets(series, "Erbil", "ksf")
    for (name, party), side in zip(SIDES, year.seen(meeting), strict=True):
        late = [
            (o["what"], o["no"], o["sides"], o["why"], o["said"], o["blocked_by"]) for o in side["opens_with"]
        ]
        assert late == [
            ("milestone", "1.1", ["isf"], ["law"], ["No budget yet"], []),
            ("milestone", "1.2", ["isf"], [], [], ["1.1"]),
            ("milestone", "1.3", ["ksf"], [], [], ["1.1"]),
        ]
        told = programmes.programme(year.world.nodes[name], officer(party, "watch"), plan["id"])
        assert {c["party"]: c["count"] for c in told["points"][0]["counted"]} == {"isf": None, "ksf": 900}
        # What was taken back is settled by now, and the point says by which words.
        awaits = told["points"][0]["awaits"]
        assert (awaits["open"], awaits["outcome"]) == (False, "decided")
    day = year.now()
    for party, numbers in (("isf", ("1.1", "1.2")), ("ksf", ("1.3",))):
        done = [{"no": no, "status": "done", "on": day} for no in numbers]
        year.says(party, "progress", {"programme": plan["id"], "progress": done})


def test_a_year(world: World) -> None:
    year = Year(world)
    # Only once both have endorsed the terms are the desks there.
    watch = officer("isf", "watch")
    assert "meetings" not in enabled.desks(world.nodes["baghdad"], watch)
    year.both(year.says("ksf", "terms", TERMS))
    assert "meetings" in enabled.desks(world.nodes["baghdad"], watch)
    series = year.says("isf", "series", SERIES)
    first = agree_in_erbil(year, series)
    assert [found(world, *side) for side in SIDES] == [[], []]
    plan = year.both(year.says("ksf", "programme", brigade(first, year.now())))
    # The clause comes into force; in the next week its rule states a fact.
    year.passes(8)
    for name, party in SIDES:
        (told,) = agreements.agreements(world.nodes[name], officer(party, "watch"))["items"]
        assert [c["state"] for c in told["clauses"]] == ["in_force"]
    late = declared(world, 6)
    year.passes(1)
    assert [f["record"]["id"] for f in found(world, "baghdad", "isf")] == [late["id"]]
    second = take_up_in_baghdad(year, series, first, late)
    # A correction stands once both have signed it again.
    words = [second["body"]["outcomes"][0], second["body"]["outcomes"][1] | {"owner": "isf"}]
    third = year.corrects("ksf", second, second["body"] | {"outcomes": words, "correction": "the owner"})
    for name, party in SIDES:
        told = read.record(world.nodes[name], officer(party, "watch"), second["id"])
        assert (told["state"], told["endorsed"]["stands"]) == ("unendorsed", 1)
    year.both(third)
    for name, party in SIDES:
        assert read.record(world.nodes[name], officer(party, "watch"), second["id"])["state"] == "in_force"
    tell_the_public(year, third)
    slip(year, series, plan)
    for name, party in SIDES:
        told = followed.series(world.nodes[name], officer(party, "watch"), series["id"])
        assert told["not_done"] == []
        since = {o["no"]: [s["how"] for s in o["since"]] for o in told["agreed"][-1]["outcomes"]}
        assert since == {"1": ["about"], "2": ["awaits", "takes_up"]}
    year.passes(60)
    assert [side["opens_with"] for side in year.seen(year.meets(series, "Erbil", "ksf"))] == [[], []]
