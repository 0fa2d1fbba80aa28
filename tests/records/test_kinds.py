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
from tests.records.samples import COUNTRY, EMPTY, HASH, ID, NOW, POINT, SAMPLES


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
