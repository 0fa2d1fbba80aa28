"""Programmes: each owner states his own, what is late says why, baselines follow each other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from seamline.actions import attention, meetings, printing, programmes, series, write
from seamline.errors import BadInput, NotFound
from seamline.picture import programme as plan
from seamline.records import registry
from seamline.records.programme import Programme, Progress
from tests.actions.test_findings import endorse, spread
from tests.nodes import START, World, attested, officer

SHARED, HOUR = "isf+ksf", 3_600_000
DAY = 24 * HOUR
STEPS = ("authorised", "funded", "manned", "manned", "trained", "deployed")
NOBODY = "01920000-0000-7000-8000-000000000000"
SIDES = (("erbil", "ksf"), ("baghdad", "isf"))


def step(no: str, name: str, days: float, *owners: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "step": name, "due": START + int(days * DAY), "owners": list(owners), **more}


def brigade(no: str) -> dict[str, Any]:
    """A joint unit, half from each side."""
    steps = [
        step(f"{no}.1", "authorised", 10, "isf"),
        step(f"{no}.2", "funded", 20, "isf", after=[f"{no}.1"]),
        step(f"{no}.3", "manned", 40, "isf", planned=1750, after=[f"{no}.2"]),
        step(f"{no}.4", "manned", 40, "ksf", planned=1750, after=[f"{no}.2"]),
        step(f"{no}.5", "trained", 60, "isf", "ksf", after=[f"{no}.3", f"{no}.4"]),
        step(f"{no}.6", "deployed", 80, "isf", "ksf", after=[f"{no}.5"]),
    ]
    return {"no": no, "title": {"en": f"Brigade {no}"}, "milestones": steps}


def units(*points: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"name": "Joint brigades", "parties": ["isf", "ksf"], "track": "unit", "year": 2025}
    return told | {"points": list(points)} | more


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.node("adviser", "mag", channels=("ksf+mag",))
    world.nodes["erbil"].open_channel("ksf+mag")
    world.meet()
    for late, name in enumerate(world.nodes):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def say(world: World, party: str, kind: str, body: dict[str, Any], node: str = "kirkuk", **more: Any) -> Any:
    channel = more.get("channel", SHARED)
    item = attested(world, world.nodes[node], officer(party, "release"), kind, channel, body)
    spread(world)
    return item


def states(world: World, party: str, programme: dict[str, Any], *lines: dict[str, Any]) -> dict[str, Any]:
    body = {"programme": programme["id"], "progress": list(lines)}
    return say(world, party, "progress", body)  # type: ignore[no-any-return] # an item


def done(no: str, days: float) -> dict[str, Any]:
    return {"no": no, "status": "done", "on": START + int(days * DAY)}


def seen(world: World, name: str, party: str, id: str, at: int | None = None) -> dict[str, Any]:
    return programmes.programme(world.nodes[name], officer(party, "watch"), id, at)


def by_no(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["no"]: one for point in told["points"] for one in point["milestones"]}


def test_each_states_its_own_and_a_joint_step_is_done_once_both_have_said_so(world: World) -> None:
    made = say(world, "ksf", "programme", units(brigade("1")))
    endorse(world, made, "isf", "ksf")
    spread(world, 24 * 11)
    states(world, "isf", made, done("1.1", 9), {"no": "1.3", "count": 800}, done("1.5", 10))
    with pytest.raises(BadInput, match="of your own: isf") as fault:
        states(world, "ksf", made, done("1.1", 9))
    assert fault.value.field == "body.progress[0].no"
    for name, party in SIDES:
        told = seen(world, name, party, made["id"])
        one = by_no(told)
        assert [one[f"1.{n}"]["state"] for n in range(1, 7)] == [
            "done", "not_begun", "under_way", "not_begun", "under_way", "not_begun",
        ]  # fmt: skip
        assert one["1.5"]["blocked_by"] == ["1.3", "1.4"]
        # Of equals the reader's own comes first; nobody has stated a number for the other yet.
        counts = {c["party"]: (c["planned"], c["count"]) for c in told["points"][0]["counted"]}
        assert counts == {"isf": (1750, 800), "ksf": (1750, None)}
        assert told["points"][0]["counted"][0]["party"] == party
    states(world, "ksf", made, done("1.5", 11))
    assert by_no(seen(world, "baghdad", "isf", made["id"]))["1.5"]["done"] == START + 11 * DAY
    # As of an hour before, it was not.
    before = world.nodes["erbil"].clock.now() - HOUR
    assert by_no(seen(world, "erbil", "ksf", made["id"], before))["1.5"]["done"] is None


def test_what_slips_says_why_and_what_is_late_waits_for_its_owner_and_the_next_meeting(world: World) -> None:
    group = say(world, "ksf", "series", {"name": "Area", "parties": ["isf", "ksf"]})
    made = say(world, "ksf", "programme", units(brigade("1")))
    endorse(world, made, "isf", "ksf")
    spread(world, 24 * 11)
    line = {"no": "1.2", "expected": START + 50 * DAY}
    with pytest.raises(BadInput, match="say why"):
        states(world, "isf", made, line)
    slips = line | {"why": "law", "text": "The budget is not passed"}
    states(world, "isf", made, done("1.1", 10), slips)
    told = by_no(seen(world, "erbil", "ksf", made["id"]))["1.2"]
    assert (told["state"], told["told"][0]["said"]["why"]) == ("slips", "law")
    spread(world, 24 * 10)
    assert by_no(seen(world, "erbil", "ksf", made["id"]))["1.2"]["state"] == "late"
    for name, party in SIDES:
        waits = attention.attention(world.nodes[name], officer(party, "planner"))["items"]
        late = [w["count"] for w in waits if w["what"] == "milestone_late"]
        assert late == ([1] if party == "isf" else [])
        found = series.series(world.nodes[name], officer(party, "watch"), group["id"])["not_done"]
        assert [(o["what"], o["no"], o["why"], o["said"], o["sides"]) for o in found] == [
            ("milestone", "1.2", ["law"], ["The budget is not passed"], ["isf"])
        ]
        (turn,) = meetings.desk(world.nodes[name], officer(party, "watch"))["items"]
        assert turn["next"]["open"] == 1
    states(world, "isf", made, done("1.2", 21))
    waits = attention.attention(world.nodes["baghdad"], officer("isf", "planner"))["items"]
    assert "milestone_late" not in [w["what"] for w in waits]


def test_a_programme_prints_with_its_chart_and_what_each_owner_states(world: World) -> None:
    made = say(world, "ksf", "programme", units(brigade("1"), synthetic=True))
    endorse(world, made, "isf", "ksf")
    spread(world, 24 * 11)
    states(world, "isf", made, done("1.1", 9), {"no": "1.3", "count": 800, "text": "The school is full."})
    read = {
        lang: PdfReader(
            io.BytesIO(printing.programme(world.nodes["erbil"], officer("ksf", "watch"), made["id"], lang))
        )
        for lang in ("en", "ar")
    }
    words = [" ".join(page.extract_text().split()) for page in read["en"].pages]
    assert all(page.count("For KSF + ISF only") == 2 and page.count("EXERCISE") == 2 for page in words)
    assert f"1 / {len(words)}" in words[0]
    whole = " ".join(words)
    parts = (
        "Joint brigades",
        "17 % done",
        "Plan against actual",
        "Until the end of",
        "ISF: 800 of 1750",
        "1.1 Authorised",
    )
    assert sorted(map(whole.index, parts)) == [whole.index(part) for part in parts]
    assert "The school is full." in whole
    assert "فقط" in read["ar"].pages[0].extract_text()
    box = read["ar"].pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    with pytest.raises(NotFound):
        printing.programme(world.nodes["adviser"], officer("mag", "watch"), made["id"], "en")


def test_what_waits_is_the_same_kept_or_made_anew(world: World) -> None:
    """Whatever is stated, taken back or endorsed in between."""
    baghdad, who = world.nodes["baghdad"], officer("isf", "planner", "signatory")

    def waiting() -> list[tuple[str, Any]]:
        kept = [(what, [one.place for one in waits]) for what, waits in attention.in_order(baghdad, who)]
        baghdad.waits.forget()
        assert kept == [(w, [one.place for one in waits]) for w, waits in attention.in_order(baghdad, who)]
        return [(w["what"], w.get("count")) for w in attention.attention(baghdad, who)["items"]]

    made = say(world, "ksf", "programme", units(brigade("1")))
    assert waiting() == [("endorsement", None)]
    endorse(world, made, "isf", "ksf")
    assert waiting() == [("milestone_due", None)]
    spread(world, 24 * 41)
    assert waiting()[0] == ("milestone_late", 3)
    told = states(world, "isf", made, done("1.1", 10), done("1.2", 11))
    assert waiting()[0] == ("milestone_late", 1)
    # What is taken back is disregarded: they are late again.
    attested(
        world, world.nodes["kirkuk"], officer("isf", "release"), "withdrawal", SHARED, {"of": told["id"]}
    )
    spread(world)
    assert waiting()[0] == ("milestone_late", 3)


def test_what_is_said_of_another_sides_milestone_counts_for_nothing() -> None:
    value = registry.read("programme", units(brigade("1")))
    assert isinstance(value, Programme)

    def told(party: str, at: int, *lines: dict[str, Any]) -> plan.Report:
        body = registry.read("progress", {"programme": NOBODY, "progress": list(lines)})
        assert isinstance(body, Progress)
        return plan.Report(party, at, f"{at}", "x", body)

    said = [told("ksf", 5, done("1.1", 1)), told("mag", 6, done("1.3", 1)), told("ksf", 7, done("9.9", 1))]
    assert {s.state for s in plan.stands(value, said, START)} == {"not_begun"}
    # Of two of the owner's own the newer counts, in whatever order they came.
    both = [told("isf", 9, done("1.1", 3)), told("isf", 8, {"no": "1.1", "status": "stopped", "why": "law"})]
    assert [plan.stands(value, order, START)[0].done for order in (both, both[::-1])] == [START + 3 * DAY] * 2


def test_a_rebaseline_is_endorsed_anew_and_shows_what_moved(world: World) -> None:
    made = say(world, "ksf", "programme", units(brigade("1")))
    endorse(world, made, "isf", "ksf")
    later = brigade("1")
    for one in later["milestones"][1:]:
        one["due"] += 100 * DAY
    body = units(later, year=2026, why="No budget in 2025")
    kirkuk, who = world.nodes["kirkuk"], officer("ksf", "release")
    row, checked = write.revision(kirkuk, who, made["id"], 1, body)
    entry, _ = write.draft(kirkuk, who, checked, row)
    signed = write.attest(entry, SHARED, world.officer_key("ksf", "release"))
    second = write.revise(kirkuk, who, made["id"], 1, body, attest=signed).result()
    spread(world)
    told = seen(world, "erbil", "ksf", made["id"])
    # Nothing moves before both have endorsed it.
    assert (told["stands"]["rev"], by_no(told)["1.2"]["due"]) == (1, START + 20 * DAY)
    assert told["changes"]
    endorse(world, second, "isf", "ksf")
    told = seen(world, "baghdad", "isf", made["id"])
    assert [(b["year"], b["why"]) for b in told["baselines"]] == [(2026, "No budget in 2025"), (2025, "")]
    one = by_no(told)["1.2"]
    assert (one["due"], one["first_due"]) == (START + 120 * DAY, START + 20 * DAY)
    planned = [(m["planned"], m["first"]) for m in told["curve"]]
    assert planned[-1] == (1000, 1000)
    assert any(now < first for now, first in planned)
    with pytest.raises(BadInput, match="not before 2026"):
        write.revision(kirkuk, who, made["id"], 2, units(later, year=2025))


def test_a_file_between_two_parties_is_read_by_nobody_else(world: World) -> None:
    point = {
        "no": "1",
        "title": {"en": "Payroll"},
        "owners": ["ksf"],
        "milestones": [step("1.1", "adopted", 9)],
    }
    body = {"name": "Reform", "parties": ["ksf", "mag"], "year": 2025, "points": [point]}
    made = say(world, "ksf", "programme", body, "erbil", channel="ksf+mag")
    assert seen(world, "adviser", "mag", made["id"])["record"]["state"] == "unendorsed"
    for name, party in (("kirkuk", "ksf"), ("kirkuk", "isf"), ("baghdad", "isf")):
        assert programmes.desk(world.nodes[name], officer(party, "watch"))["items"] == []
        with pytest.raises(NotFound):
            seen(world, name, party, made["id"])


def test_plan_and_actual_are_exact_shares() -> None:
    value = registry.read("programme", units(brigade("1"), brigade("2") | {"weight": 3}))
    assert isinstance(value, Programme)
    parts = plan.weights(value)
    assert sum(parts.values()) == 1
    assert parts["2.1"] == 3 * parts["1.1"]
    period, ends = plan.periods(START, START + 80 * DAY)
    assert (period, ends[0] <= START, ends[-1] > START + 80 * DAY) == ("month", True, True)
    assert plan.periods(START, START + 3650 * DAY)[0] == "half"
    assert len(plan.periods(0, START)[1]) <= 60


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"step": "site"}, "points[0].milestones[1].step"),
        ({"owners": ["mag"]}, "points[0].milestones[1].owners"),
        ({"owners": []}, "points[0].milestones[1].owners"),
        ({"owners": ["isf", "ksf"], "planned": 5}, "points[0].milestones[1].planned"),
        ({"after": ["9.9"]}, "points[0].milestones[1].after"),
        ({"due": START}, "points[0].milestones[1].due"),
        ({"no": "1.1"}, "points"),
        ({"step": None}, "points[0].milestones[1].title"),
    ],
)
def test_what_a_programme_cannot_say(change: dict[str, Any], field: str) -> None:
    point = brigade("1")
    point["milestones"][1] |= change
    point["milestones"] = point["milestones"][:2]
    with pytest.raises(BadInput) as fault:
        registry.parse("programme", units(point))
    assert fault.value.field == f"body.{field}"


def test_milestones_that_wait_for_each_other_are_refused() -> None:
    point = brigade("1")
    for one in point["milestones"]:
        one["due"] = START
    point["milestones"][0]["after"] = ["1.6"]
    with pytest.raises(BadInput, match="in a circle"):
        registry.parse("programme", units(point))
