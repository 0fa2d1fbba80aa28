"""The kinds of the duty room: what their states follow from, and what they refuse to become."""

from __future__ import annotations

import pytest

from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.kind import Referrer
from tests.records.samples import ID, NOW, SAMPLES


def by(party: str, relation: str, at: int = NOW) -> Referrer:
    return Referrer(relation, relation, party, at, None, False, {})


def test_a_contact_is_open_until_every_party_asked_has_closed_it() -> None:
    body = registry.parse("contact", SAMPLES["contact"])
    isf, ksf = by("isf", "contact_close"), by("ksf", "contact_close", NOW + 10)
    assert body.state([], NOW) == "open"
    assert body.state([isf, by("mag", "contact_close")], NOW) == "open"
    assert body.state([isf, by("isf+ksf", "contact_close")], NOW) == "open"
    assert body.state([isf, ksf], NOW + 9) == "open"
    assert body.state([isf, ksf], NOW + 10) == "closed"


def test_a_call_names_what_was_spoken_of_and_the_other_side_s_entry() -> None:
    said = SAMPLES["call"] | {"same_as": ID}
    assert [r.relation for r in registry.parse("call", said).references()] == ["call", "same_call"]


def test_an_alert_ends_by_its_hour_or_by_being_cancelled_for_good() -> None:
    body = registry.parse("alert", SAMPLES["alert"])
    cancelled = registry.parse("alert", SAMPLES["alert"] | {"cancelled": True})
    assert [body.state([], t) for t in (NOW, NOW + 4, NOW + 5)] == ["active", "active", "expired"]
    assert cancelled.state([], NOW) == "cancelled"
    cancelled.revises(body)
    with pytest.raises(BadInput):
        body.revises(cancelled)
    with pytest.raises(BadInput):
        registry.parse("alert", SAMPLES["alert"] | {"status": "test"}).revises(body)


def test_a_watch_ends_with_its_hours() -> None:
    body = registry.parse("on_watch", SAMPLES["on_watch"])
    assert [body.state([], t) for t in (NOW, NOW + 1, NOW + 3_600_001)] == ["planned", "active", "expired"]
