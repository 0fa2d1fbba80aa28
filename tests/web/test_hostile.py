"""Hostile words over the API: what may be said comes back as it was said, and nothing else is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.nodes import INCIDENT
from tests.web.desk import Desk, desk

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} ${7*7} &lt;b&gt;"


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


def say(here: Desk, body: dict[str, Any]) -> Any:
    record = {"kind": "incident", "channel": "isf", "body": {**INCIDENT, **body}}
    return here.wire.post("/api/records", record, token=here.token("watch"))


@pytest.mark.parametrize(
    "text", [MARKUP, "\u200fright\u200eleft", "\u061cنص", "W" * 200, "م" * 200, "👩‍👩‍👧‍👦" * 20]
)
def test_odd_words_come_back_letter_by_letter_as_data(here: Desk, text: str) -> None:
    said = say(here, {"summary": text, "narrative": text})
    assert said.status == 201, said.body
    found = here.wire.get(f"/api/records/{said.json['id']}", token=here.token("auditor"))
    assert (found.json["body"]["summary"], found.json["body"]["narrative"]) == (text, text)
    # Nothing that a browser could take for a page, wherever it is opened.
    assert found.header("content-type").startswith("application/json")
    assert found.header("x-content-type-options") == "nosniff"
    assert found.header("content-security-policy").startswith("default-src 'none';")


@pytest.mark.parametrize(
    "hidden", ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\x00", "\x07"]
)
@pytest.mark.parametrize("field", ["summary", "narrative"])
def test_what_turns_the_text_after_it_is_refused(here: Desk, field: str, hidden: str) -> None:
    refused = say(here, {field: f"pat{hidden}rol"})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (
        400,
        "bad_input",
        f"body.{field}",
    )


def test_a_word_of_sixty_thousand_letters_is_refused_in_few(here: Desk) -> None:
    refused = say(here, {"narrative": "W" * 60_000})
    assert (refused.status, refused.json["field"]) == (400, "body.narrative")
    assert len(refused.body) < 2_000
    assert say(here, {"narrative": "W" * 8_000}).status == 201


def test_hostile_words_are_searched_for_as_words(here: Desk) -> None:
    for asked in ('"', "' OR 1=1 --", "NEAR(", "*", "<script>", "\u200f"):
        found = here.wire.get(f"/api/records?q={quote(asked)}", token=here.token("auditor"))
        assert found.status == 200
