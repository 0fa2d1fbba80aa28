"""Every kind: typed, translated, releasable; input refused with the field named."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.agreed import Agreed
from seamline.records.coerce import coerce
from seamline.records.kind import Referrer, fields
from seamline.records.values import CODES, Release
from seamline.release.tearline import tear
from seamline.texts import LANGS, catalogue

NOW = 1_760_000_000_000
ID = "0199c1de-7a00-7000-8000-000000000001"
HASH = "ab" * 32
POINT = {"geometry": {"type": "Point", "coordinates": [437_420_000, 357_160_000]}, "mgrs": "38SME"}
AREA = {
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[437_000_000, 357_000_000], [438_000_000, 357_000_000], [438_000_000, 358_000_000],
                         [437_000_000, 357_000_000]]],
    }
}  # fmt: skip
COUNTRY = {
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[420_000_000, 330_000_000], [450_000_000, 330_000_000], [450_000_000, 360_000_000],
                         [420_000_000, 330_000_000]]],
    }
}  # fmt: skip
EMPTY = {"start": NOW + 5, "end": NOW + 5}
WINDOW = {"start": NOW + 1, "end": NOW + 3_600_001}

SHARES = [{"hash": HASH, "size": 9, "type": "application/x-seamline-blind"}]
SECTOR_DAY = {"run": ID, "day": 0, "area": 1}
SAMPLES: dict[str, dict[str, Any]] = {
    "universe": {
        "name": "n",
        "check_kind": "clash",
        "sides": ["isf", "ksf"],
        "facilitator": "mag",
        "areas": [AREA],
        "start": 0,
        "days": 1,
        "res": 8,
        "cells": 5_000,
        "digest": HASH,
        "cap": 50,
        "result_cap": 5,
    },
    "blind_run": {"universe": ID, "hash": HASH, "until": NOW},
    "blind_consent": {"run": ID, "terms": HASH, "commitment": HASH, "key": HASH},
    "blind_key": {"run": ID, "terms": HASH, "key": HASH},
    "blind_share": {"run": ID, "transcript": HASH, "shares": SHARES},
    "blind_answer": {"run": ID, "transcript": HASH, "verdict": "met", "count": 0, "shares": SHARES},
    "blind_outcome": {"run": ID, "transcript": HASH, "found": "sound", "count": 0},
    "blind_learnt": {"run": ID, "count": 0},
    "blind_proposal": {"run": ID, "place": POINT, "when": WINDOW},
    "blind_audit": SECTOR_DAY,
    "blind_opening": {**SECTOR_DAY, "shares": SHARES},
    "blind_received": {**SECTOR_DAY, "shares": SHARES},
    "same_event": {"incidents": [ID, ID[:-1] + "2"]},
    "common_account": {
        "summary": "s",
        "type": "raid",
        "occurred": WINDOW,
        "place": POINT,
        "accounts": [{"id": ID, "hash": HASH}, {"id": ID[:-1] + "2", "hash": HASH}],
    },
    "complaint": {
        "summary": "s",
        "allegation": "theft",
        "when": WINDOW,
        "place": POINT,
        "complainants": ["C-1"],
        "narrative": "n",
    },
    "complaint_step": {"complaint": ID, "step": "acknowledged"},
    "request": {
        "summary": "s",
        "ask": "support",
        "support": "radios",
        "needed_by": NOW,
        "place": POINT,
        "remarks": "r",
    },
    "request_step": {"request": ID, "step": "offered"},
    "public_statement": {
        "name": "n",
        "parties": ["isf", "ksf"],
        "languages": ["en"],
        "title_said": {"en": "t"},
        "text": {"en": "x"},
    },
    "publication": {"of": ID, "hash": HASH},
    "complaint_outcome": {"complaint": ID, "result": "agreed", "text": "t"},
    "joint_plan": {"activity": ID, "hash": HASH, "when": WINDOW, "parts": {"isf": "north", "ksf": "south"}},
    "joint_report": {"activity": ID, "hash": HASH, "summary": "s", "when": WINDOW},
    "incident": {
        "summary": "s",
        "type": "raid",
        "occurred": WINDOW,
        "place": POINT,
        "unit": "u",
        "grade": "A1",
    },
    "activity": {
        "title_text": "t",
        "type": "patrol",
        "when": WINDOW,
        "place": POINT,
        "unit": "u",
        "duty_number": "7",
    },
    "answer": {"of": ID, "hash": HASH, "answer": "request_change"},
    "rule": {"name": "r", "type": "notice", "parties": ["isf", "ksf"], "hours": 24, "valid": WINDOW},
    "agenda_item": {"title_text": "a", "about": ID, "rule": ID},
    "post": {"name": "p", "place": POINT},
    "holding": {"post": ID, "status": "held", "size": "company", "since": NOW + 5},
    "handover": {"post": ID, "giver": "isf", "taker": "ksf", "when": NOW},
    "post_left": {"name": "n", "place": POINT, "seen": NOW, "post": ID},
    "site": {"name": "h", "type": "hospital", "place": POINT},
    "sector": {"name": "s", "place": AREA, "undertakes": {"isf": "x"}},
    "watch": {"name": "w", "place": AREA, "hours": WINDOW},
    "unit": {"name": "u"},
    "contact": {"place": POINT, "heard": NOW, "parties": ["isf", "ksf"]},
    "contact_answer": {"contact": ID, "answer": "not_ours"},
    "contact_step": {"contact": ID, "step": "hold_fire", "said": "asked"},
    "contact_close": {"contact": ID},
    "alert": {"headline": "h", "expires": NOW + 5, "place": AREA},
    "acknowledgement": {"of": ID, "hash": HASH},
    "call": {"caller": "isf", "called": "ksf", "when": NOW, "outcome": "no_answer", "about": ID},
    "log_entry": {"when": NOW, "text": "t"},
    "on_watch": {"when": WINDOW},
    "handover_sheet": {"taken": NOW, "items": [{"what": "clash", "title": "t", "record": ID}]},
    "note": {"text": "n", "about": ID},
    "grade": {"of": ID, "grade": "C3"},
    "withdrawal": {"of": ID},
    "opened": {"of": ID, "hash": HASH},
    "endorsement": {"of": ID, "hash": HASH, "reservations": [{"clause": "2", "text": "r"}]},
    "agreement": {"name": "a", "parties": ["isf", "ksf"], "clauses": [{"no": "1", "title": {"en": "t"}}]},
    "series": {"name": "s", "parties": ["isf", "ksf"]},
    "meeting": {
        "name": "m",
        "series": ID,
        "when": WINDOW,
        "venue": "Erbil",
        "host": "mag",
        "chair": "ksf",
        "agenda": [{"no": "1", "by": "isf", "title": {"en": "t"}, "about": ID}],
    },
    "delegation": {"meeting": ID, "posts": [{"post": "I-2", "head": True}]},
    "secure_notice": {"meeting": ID, "to": "isf", "arrive": WINDOW, "where": "gate 2"},
    "attendance": {"meeting": ID, "post": "I-2", "reply": "accepted"},
    "minutes": {
        "name": "m",
        "meeting": ID,
        "parties": ["isf", "ksf"],
        "languages": ["en"],
        "outcomes": [{"no": "1", "outcome": "not_agreed", "text": {"en": "t"}, "about": ID}],
    },
    "action_report": {"minutes": ID, "action": "1"},
    "programme": {
        "name": "p",
        "parties": ["isf", "ksf"],
        "year": 2026,
        "points": [
            {
                "no": "1",
                "title": {"en": "t"},
                "awaits": f"{ID}/1",
                "milestones": [{"no": "1.1", "step": "drafted", "due": 5, "owners": ["isf"]}],
            }
        ],
    },
    "progress": {"programme": ID, "progress": [{"no": "1.1", "evidence": [ID]}]},
    "objection": {"of": ID, "hash": HASH, "reason": "r"},
    "release": {"of": ID, "hash": HASH, "channel": "isf+ksf", "released": ID, "mode": "tear"},
    "standing": {"kind": "incident", "to": "isf+ksf"},
    "export": {"form": "csv", "count": 3, "hash": HASH, "asked_for": "kind=incident"},
    "destruction": {"of": ID, "hash": HASH, "reason": "r"},
    "anchor": {"digest": HASH},
    "terms": {"name": "t", "parties": ["isf", "ksf"]},
    "roster": {"statement": "{}\n"},
}


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(SAMPLES) == set(registry.KINDS)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_kind_parses_its_sample_and_says_what_it_is_about(kind: str) -> None:
    body = registry.parse(kind, SAMPLES[kind])
    assert registry.read(kind, SAMPLES[kind]) == body
    assert isinstance(body.title(), str)
    assert isinstance(body.words(), str)
    assert body.state([], NOW) in {
        k.removeprefix("value.state.") for k in catalogue("en") if "value.state" in k
    }
    assert all(r.to[:-1] == ID[:-1] for r in body.references())


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_kind_is_translated(kind: str, lang: str) -> None:
    texts = catalogue(lang)
    names = [f"kind.{kind}"] + [f"field.{f.name}" for f in fields(registry.KINDS[kind])]
    for field in fields(registry.KINDS[kind]):
        names += [f"value.{field.spec.values}.{c}" for c in CODES.get(field.spec.values or "", ())]
    assert [n for n in names if not texts.get(n)] == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_field_that_a_tear_line_coarsens_can_be(kind: str) -> None:
    for field in fields(registry.KINDS[kind]):
        assert field.spec.release is not Release.COARSEN or field.spec.type in ("place", "window", "instant")


@pytest.mark.parametrize("kind", [k for k in SAMPLES if registry.KINDS[k].RELEASABLE])
def test_a_tear_line_parses_and_drops_what_identifies(kind: str) -> None:
    torn = tear(registry.KINDS[kind], SAMPLES[kind], cell=7, readable=lambda _: False)
    assert not torn.keys() & {
        "unit",
        "grade",
        "source",
        "narrative",
        "duty_number",
        "remarks",
        "size",
        "about",
    }
    if not {f.name for f in fields(registry.KINDS[kind]) if f.required} - torn.keys():
        assert registry.parse(kind, torn).tear


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("incident", {"type": "quarrel"}, "body.type"),
        ("incident", {"occurred": {"start": 5, "end": 5}}, "body.occurred"),
        ("incident", {"occurred": {"start": 5}}, "body.occurred.end"),
        ("incident", {"known": NOW - 5}, "body.known"),
        ("incident", {"weapons": "many"}, "body.weapons"),
        ("incident", {"summary": ""}, "body.summary"),
        ("incident", {"grade": "G7"}, "body.grade"),
        ("activity", {"mode": "joint"}, "body.parts"),
        ("activity", {"buffer_m": 5_001}, "body.buffer_m"),
        ("activity", {"when": {"start": NOW, "end": NOW}}, "body.when"),
        ("answer", {"answer": "approved"}, "body.answer"),
        ("answer", {"answer": "object", "counters": ID}, "body.counters"),
        ("rule", {"valid": None}, "body.valid"),
        ("rule", {"valid": {"start": NOW, "end": NOW}}, "body.valid"),
        ("rule", {"parties": ["ksf", "isf"]}, "body.parties"),
        ("rule", {"parties": ["isf"]}, "body.parties"),
        ("rule", {"hours": None}, "body.hours"),
        ("rule", {"site": ID}, "body.site"),
        ("rule", {"types": ["march"]}, "body.types"),
        ("rule", {"line": "line-1"}, "body.within_m"),
        ("rule", {"type": "no_go", "hours": None, "place": POINT}, "body.within_m"),
        ("rule", {"type": "entry", "place": POINT}, "body.place"),
        ("holding", {"leaves": NOW}, "body.leaves"),
        ("handover", {"taker": "isf"}, "body.taker"),
        ("watch", {"place": POINT}, "body.place"),
        ("same_event", {"incidents": [ID, ID]}, "body.incidents"),
        ("common_account", {"accounts": [{"id": ID, "hash": HASH}] * 2}, "body.accounts"),
        ("complaint", {"concerns": ["ksf", "isf"]}, "body.concerns"),
        ("complaint", {"complainants": ["Somebody's name"]}, "body.complainants[0]"),
        ("complaint", {"name": "x"}, "body.name"),
        ("complaint_step", {"step": "team", "team": {"isf": "duty-3"}}, "body.team"),
        ("complaint_step", {"step": "visit"}, "body.when"),
        ("request", {"support": "mortars"}, "body.support"),
        ("request", {"support": None}, "body.support"),
        ("request", {"ask": "information"}, "body.question"),
        ("request", {"addressees": ["ksf", "isf"]}, "body.addressees"),
        ("request_step", {"step": "accepted"}, "body.offer"),
        ("request_step", {"step": "accepted", "offer": ID}, "body.hash"),
        ("request_step", {"step": "answered"}, "body.text"),
        ("request_step", {"step": "declined", "partial": True}, "body.partial"),
        ("public_statement", {"languages": ["ar", "en"]}, "body.title_said.ar"),
        ("public_statement", {"text": {"en": "x", "ckb": "x"}}, "body.text.ckb"),
        ("public_statement", {"parties": ["ksf", "isf"]}, "body.parties"),
        ("public_statement", {"prevails": "ar"}, "body.prevails"),
        ("complaint_step", {"step": "measure"}, "body.text"),
        ("complaint_outcome", {"result": "split", "views": {"isf": "x"}}, "body.views"),
        ("joint_report", {"when": {"start": NOW, "end": NOW}}, "body.when"),
        ("joint_plan", {"parts": {"isf": "x"}}, "body.parts"),
        ("joint_plan", {"leaders": {"mag": "adviser-1"}}, "body.leaders"),
        ("joint_plan", {"meetings": [{"place": POINT, "at": NOW}]}, "body.meetings[0].at"),
        ("joint_plan", {"duties": [{"party": "isf", "post": "d", "when": EMPTY}]}, "body.duties[0].when"),
        ("activity", {"place": COUNTRY}, "body.place"),
        ("terms", {"parties": ["ksf", "isf"]}, "body.parties"),
        ("terms", {"facilitators": ["isf"]}, "body.facilitators"),
        ("opened", {"hash": "xyz"}, "body.hash"),
        ("contact", {"parties": ["ksf", "isf"]}, "body.parties"),
        ("contact_step", {"said": "confirmed"}, "body.of"),
        ("contact_step", {"of": ID}, "body.of"),
        ("call", {"called": "isf"}, "body.called"),
        ("call", {"read_back": True}, "body.read_back"),
        ("call", {"outcome": "reached", "read_back": True}, "body.said"),
        ("alert", {"within_min": 0}, "body.within_min"),
        ("on_watch", {"when": {"start": NOW, "end": NOW + 90_000_000}}, "body.when"),
    ],
)
def test_bad_input_names_the_field_and_says_what_to_do(kind: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        registry.parse(kind, SAMPLES[kind] | change)
    assert caught.value.field == field
    assert len(caught.value.remedy) > 5


GEOJSON = {"type": "Point", "coordinates": [43.742, 35.716]}


@pytest.mark.parametrize(
    "place",
    [
        "38S LE 86000 53000",
        {"mgrs": "38SLE8600053000"},
        {"lon": 43.742, "lat": 35.716},
        {"geometry": GEOJSON},
        GEOJSON,
    ],
)
def test_a_place_may_be_given_as_people_give_it(place: Any) -> None:
    cls = registry.KINDS["incident"]
    body = registry.parse("incident", coerce(cls, SAMPLES["incident"] | {"place": place}))
    west = body.geometry().coordinates[0]  # type: ignore[union-attr] # the sample is placed
    assert 430_000_000 < west < 440_000_000


@pytest.mark.parametrize("given", [[44, 36], [44.0, 36], [440_000_000, 360_000_000]])
def test_whole_degrees_are_degrees(given: list[Any]) -> None:
    """JSON writes 44.0 as 44; it must not land in the sea."""
    sample = SAMPLES["incident"] | {"place": {"geometry": {"type": "Point", "coordinates": given}}}
    body = coerce(registry.KINDS["incident"], sample)
    assert body["place"]["geometry"]["coordinates"] == [440_000_000, 360_000_000]
    assert coerce(registry.KINDS["incident"], body) == body


def test_a_time_may_be_given_as_rfc_3339() -> None:
    cls = registry.KINDS["incident"]
    given = {"start": "2026-11-21T10:00:00+03:00", "end": "2026-11-21T07:30:00Z"}
    body = coerce(cls, SAMPLES["incident"] | {"occurred": given})
    assert body["occurred"]["end"] - body["occurred"]["start"] == 1_800_000


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u2066"])
def test_a_text_cannot_hide_how_it_reads(hidden: str) -> None:
    with pytest.raises(BadInput) as caught:
        registry.parse("incident", SAMPLES["incident"] | {"summary": f"shots {hidden} heard"})
    assert caught.value.field == "body.summary"
    assert f"U+{ord(hidden):04X}" in caught.value.remedy
    place = SAMPLES["incident"]["place"] | {"name": f"the {hidden} bridge"}
    with pytest.raises(BadInput) as caught:
        registry.parse("incident", SAMPLES["incident"] | {"place": place})
    assert caught.value.field == "body.place.name"
    registry.parse(
        "incident", SAMPLES["incident"] | {"narrative": "two\nlines\tand a zero-width\u200c joiner"}
    )


def test_an_activity_does_not_come_back_from_closed() -> None:
    closed = registry.parse("activity", SAMPLES["activity"] | {"status": "closed"})
    planned = registry.parse("activity", SAMPLES["activity"])
    closed.revises(planned)
    with pytest.raises(BadInput):
        planned.revises(closed)


def test_an_activity_s_state_follows_its_window_by_as_of() -> None:
    body = registry.parse("activity", SAMPLES["activity"])
    states = [body.state([], t) for t in (NOW, NOW + 1, NOW + 3_600_000, NOW + 3_600_001)]
    assert states == ["draft", "active", "active", "expired"]


def test_terms_are_in_force_when_all_their_parties_signed() -> None:
    body = registry.parse("terms", SAMPLES["terms"])

    def by(party: str, *, attested: bool = True, part: str = "party") -> Referrer:
        return Referrer("endorses", "endorsement", party, NOW, HASH, attested, {"part": part})

    assert body.state([], NOW) == "unendorsed"
    assert body.state([by("isf")], NOW) == "partly_endorsed"
    assert body.state([by("isf"), by("ksf", attested=False)], NOW) == "partly_endorsed"
    assert body.state([by("isf"), by("ksf", part="witness")], NOW) == "partly_endorsed"
    assert body.state([by("isf"), by("ksf")], NOW) == "in_force"
    assert body.state([by("isf"), by("ksf")], NOW - 1) == "unendorsed"


@pytest.mark.parametrize("kind", ["watch", "sector"])
def test_a_watch_list_or_sector_is_in_force_when_all_who_must_signed(kind: str) -> None:
    body = registry.parse(kind, SAMPLES[kind])
    assert isinstance(body, Agreed)

    def by(party: str, *, relation: str = "endorses", attested: bool = True) -> Referrer:
        return Referrer(relation, "endorsement", party, NOW, HASH, attested, {})

    both = ("isf", "ksf")
    assert body.standing([], NOW, both) == body.state([by("isf")], NOW) == "unendorsed"
    assert body.standing([by("isf"), by("mag")], NOW, both) == "partly_endorsed"
    assert body.standing([by("isf"), by("ksf", attested=False)], NOW, both) == "partly_endorsed"
    assert body.standing([by("isf"), by("ksf")], NOW, both) == "in_force"
    assert body.standing([by("isf"), by("ksf")], NOW - 1, both) == "unendorsed"
    assert body.standing([by("isf"), by("ksf"), by("isf", relation="withdraws")], NOW, both) == "withdrawn"


def test_a_newer_nodes_fields_are_kept_and_its_kinds_shown_raw() -> None:
    assert registry.read("incident", SAMPLES["incident"] | {"newer": 1}) is not None
    assert registry.read("minutes_of_2031", {"x": 1}) is None


def test_a_field_tells_what_is_meant_where_nothing_is_said() -> None:
    told = {f.name: f.default for f in fields(registry.KINDS["terms"]) if not f.required}
    assert (told["zone"], told["released_cell"], told["languages"]) == (
        "Asia/Baghdad", 7, ("en", "ar", "ckb"),
    )  # fmt: skip
    said = registry.parse("terms", {"name": "t", "parties": ["isf"], "zone": told["zone"]})
    assert said == registry.parse("terms", {"name": "t", "parties": ["isf"]})
