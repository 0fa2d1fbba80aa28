"""The document says what the program does: every route, kind, permission and problem; its examples work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.records.registry import KINDS
from seamline.records.values import CODES
from seamline.web import examples, openapi
from seamline.web.routes import ROUTES
from seamline.web.shapes import records
from tests.web.desk import Desk, desk

DOCUMENT: dict[str, Any] = json.loads(openapi.document(ROUTES))
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_every_route_is_documented() -> None:
    said = {(m.upper(), p) for p, item in DOCUMENT["paths"].items() for m in item}
    assert said == {(r.method, r.path.replace(":str", "")) for r in ROUTES}


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_says_what_it_needs_and_how_it_fails(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert re.search(r"Open to everybody|signed in|Roles:", operation["description"])
    named = set(re.findall(r"{(\w+)}", path))
    assert {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"} == named
    responses = operation["responses"]
    assert {"400", "default"} <= responses.keys()
    assert ("401" in responses) or operation["security"] == [] or path == "/api/session"
    for status, response in responses.items():
        if status == "default" or int(status) >= 400:
            (content,) = response["content"].items()
            assert content[0] == "application/problem+json"
            assert content[1]["schema"] == {"$ref": "#/components/schemas/Problem"}


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            elif key == "mapping":
                yield from inner.values()
            else:
                yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def test_every_reference_leads_somewhere() -> None:
    assert {r.rsplit("/", 1)[1] for r in refs(DOCUMENT)} <= SCHEMAS.keys()


def test_a_record_is_told_apart_by_its_kind() -> None:
    for name, structs in (("Record", records.RECORDS), ("NewRecord", records.NEW_RECORDS)):
        discriminator = SCHEMAS[name]["discriminator"]
        assert discriminator["propertyName"] == "kind"
        assert discriminator["mapping"].keys() == structs.keys()
    assert records.RECORDS.keys() == KINDS.keys()


def test_coded_lists_are_spelled_out_for_who_writes_and_open_for_who_reads() -> None:
    assert SCHEMAS["IncidentForm"]["properties"]["type"]["enum"] == list(CODES["incident_type"])
    assert "enum" not in SCHEMAS["Incident"]["properties"]["type"]
    assert SCHEMAS["IncidentForm"]["additionalProperties"] is False
    assert "tear" not in SCHEMAS["IncidentForm"]["properties"]


def test_the_examples_are_accepted() -> None:
    with desk("isf", channels=("isf+ksf",)) as here:
        for name in ("incident", "activity"):
            role = {"incident": "watch", "activity": "planner"}[name]
            request = examples.REQUESTS[records.NewRecord][name]
            reply = here.wire.post("/api/records", request, token=here.token(role))
            assert reply.status == 201, reply.body
        id = here.wire.get("/api/records?kind=incident", token=here.token("watch")).json["items"][0]["id"]
        acts = (("revise", records.Revision), ("release", records.NewRelease), ("withdraw", records.Withdraw))
        for act, struct in acts:
            (request,) = examples.REQUESTS[struct].values()
            if act == "release":
                request = {**request, "rev": 2}
            reply = here.wire.post(f"/api/records/{id}/{act}", request, token=here.token("release"))
            assert reply.status in (200, 201), reply.body


def test_the_example_problem_is_one() -> None:
    assert examples.PROBLEM.keys() <= SCHEMAS["Problem"]["properties"].keys()


def test_the_document_is_served(here: Desk) -> None:
    assert here.wire.get("/api/openapi.json").json == DOCUMENT


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf") as made:
        yield made
