"""The API held to its own document by schemathesis: no 5xx, no status and no body that is not documented.

Requests are drawn from the document, right and wrong ones, by an officer who has every role.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
import requests
import schemathesis
import urllib3
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from seamline.web import examples, openapi
from seamline.web.routes import ROUTES
from tests.nodes import ROLES, officer, put
from tests.web.desk import Desk, desk
from tests.wire import Wire

# Good requests, and bad ones, for each operation.
EXAMPLES = 200 if os.environ.get("SEAMLINE_SOAK") else 8
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.allow_header_conformance,
]


class ByWire(requests.adapters.BaseAdapter):
    """What `requests` would send goes to the application without a socket, always with this token."""

    def __init__(self, wire: Wire, token: str) -> None:
        super().__init__()
        self._wire, self._token = wire, token

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        body = request.body or b""
        target = request.path_url
        reply = self._wire.send(
            request.method or "",
            target,
            body=body.encode() if isinstance(body, str) else body,
            headers={k.lower(): _latin(v) for k, v in request.headers.items()} | {"host": "127.0.0.1"},
            token=self._token,
        )
        made = requests.Response()
        made.status_code, made.url, made.request = reply.status, request.url or "", request
        made.headers.update(dict(reply.headers))
        made.raw = urllib3.HTTPResponse(
            BytesIO(reply.body), headers=reply.headers, status=reply.status, preload_content=False
        )
        return made

    def close(self) -> None:
        """Nothing to close."""


def _latin(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class Officer:
    """Sends what schemathesis draws, with a good token, and every other time about a record that exists."""

    def __init__(self, made: Desk) -> None:
        made.accounts.add("isf", "duty", ROLES)
        token = made.accounts.issue("isf", "duty")[0]
        who = officer("isf", *ROLES)
        kinds = (examples.INCIDENT, examples.ACTIVITY)
        items = [put(made.node, who, r["kind"], r["channel"], r["body"]) for r in kinds]
        self._known = cycle([items[0]["id"], None, items[1]["id"]])
        self._session = requests.Session()
        self._session.mount("http://", ByWire(made.wire, token))
        self.answers: Counter[tuple[str, int]] = Counter()

    def send(self, case: Any) -> None:
        known = next(self._known)
        if known and "id" in case.path_parameters and case.path.startswith("/api/records"):
            case.path_parameters["id"] = known
        reply = case.call_and_validate(
            base_url="http://127.0.0.1",
            session=self._session,
            checks=CHECKS,
        )
        self.answers[case.operation.label, reply.status_code] += 1


@pytest.fixture(scope="module")
def made() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


@pytest.fixture(scope="module")
def duty(made: Desk) -> Officer:
    return Officer(made)


# An open stream never ends; signing out would revoke the token that all this is asked with.
schema = (
    schemathesis.openapi.from_dict(json.loads(openapi.document(ROUTES)))
    .exclude(path="/api/events")
    .exclude(path="/api/session", method="DELETE")
)


OPERATIONS = {found.ok().label: found.ok() for found in schema.get_all_operations()}


def _ask(duty: Officer, drawn: Any, examples: int) -> None:
    """Send what is drawn; the same in every run."""

    @settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(drawn)
    def ask(case: Any) -> None:
        duty.send(case)

    ask()


# One test an operation, named by pytest: what schemathesis' own parametrize collects, xdist takes for one.
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_to_its_document(label: str, duty: Officer) -> None:
    operation = OPERATIONS[label]
    for example in operation.get_strategies_from_examples():
        _ask(duty, example, 2)
    _ask(duty, operation.as_strategy(GenerationMode.POSITIVE), EXAMPLES)
    # An operation that takes nothing cannot be asked wrongly.
    with contextlib.suppress(Unsatisfiable):
        _ask(duty, operation.as_strategy(GenerationMode.NEGATIVE), EXAMPLES)


def test_the_officer_was_heard(duty: Officer) -> None:
    """The test above would find nothing if all its requests had been turned away at the door."""
    turned_away = {label for label, status in duty.answers if status == 401}
    assert turned_away <= {"POST /api/session", "POST /api/me/password"}
    for label in ("GET /api/records", "GET /api/records/{id}", "POST /api/records/{id}/revise"):
        assert duty.answers[label, 200] > 0, f"{label}: {duty.answers}"
    assert duty.answers["POST /api/records", 201] > EXAMPLES // 3
