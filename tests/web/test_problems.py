"""One table from exception to reply; titles in three languages; nothing of ours leaks."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import HTTPException

from seamline import errors, texts
from seamline.web import problems
from tests.nodes import INCIDENT, START
from tests.web.desk import Desk, desk

ALL = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.SeamlineError)]


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf") as made:
        yield made


@pytest.mark.parametrize("fault", ALL)
def test_every_exception_has_a_status_and_a_title_in_each_language(fault: type[errors.SeamlineError]) -> None:
    status = problems.status_of(fault.__new__(fault))
    assert 400 <= status < 600
    assert (status >= 500) == issubclass(
        fault, errors.OurFault | errors.LinkFault
    ) or fault is errors.SeamlineError
    for lang in texts.LANGS:
        assert texts.text(lang, f"error.{fault.code}")


@pytest.mark.parametrize("code", problems._BY_ROUTER.values())
def test_what_the_router_finds_has_a_title_too(code: str) -> None:
    assert all(texts.text(lang, f"error.{code}") for lang in texts.LANGS)


def test_a_bad_field_is_named_with_its_remedy() -> None:
    made = problems.problem(errors.BadInput("place", "38X", "a grid reference"), "en")
    assert (made.status, made.field, made.value, made.remedy) == (400, "place", "38X", "a grid reference")
    assert made.type == "urn:seamline:problem:bad_input"


WRONG = {
    "missing": ({"summary": None}, "هذا الحقل مطلوب", "ئەم خانەیە پێویستە"),
    "too long": ({"summary": "x" * 9000}, "حرفاً على الأكثر", "لانیزۆر"),
    "not coded": ({"type": "picnic"}, "كمين", "بۆسە"),
    "backwards": ({"occurred": {"start": START, "end": START - 1}}, "بعد البداية", "دوای دەستپێک"),
    "no place": ({"place": {"mgrs": "38S"}}, "النطاق والحزمة", "ناوچە، باند"),
    "no number": ({"place": "x"}, "38SLE", "38SLE"),
    "a time of day": ({"known": "yesterday"}, "2026-11-21T14:30", "2026-11-21T14:30"),
    "hidden mark": ({"summary": "a\u202eb"}, "غير المرئي", "نەبینراو"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_an_officer_typed_is_mended_in_his_language(here: Desk, what: str) -> None:
    change, *expected = WRONG[what]
    body = {k: v for k, v in (INCIDENT | change).items() if v is not None}
    asked = {"kind": "incident", "channel": "isf", "body": body}
    for lang, words in zip(("ar", "ckb"), expected, strict=True):
        reply = here.wire.post(
            "/api/records", asked, token=here.token("watch"), headers={"accept-language": lang}
        )
        assert reply.status == 400
        assert words in reply.json["remedy"], reply.json
        assert reply.json["field"].removeprefix("body.").split(".")[0] in change


def test_who_may_not_is_told_who_may_in_his_language(here: Desk) -> None:
    asked = {"kind": "incident", "channel": "isf", "body": INCIDENT}
    told = {"en": "planner", "ar": "ضابط خفر", "ckb": "ئەفسەری نۆبەدار"}
    for lang, words in told.items():
        how: dict[str, Any] = {"headers": {"accept-language": lang}}
        reply = here.wire.post("/api/records", asked, token=here.token("auditor"), **how)
        assert reply.status == 403
        assert words in reply.json["detail"]


def test_a_broken_rule_is_named() -> None:
    assert problems.problem(errors.RuleBroken("log 3.2", "bad signature"), "en").rule == "log 3.2"


def test_waiting_says_how_long(here: Desk) -> None:
    made = problems.problem(errors.TooMany("wait", retry_after=7), "en")
    assert problems._headers(made, ValueError())["retry-after"] == "7"


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("the password is hunter2"),
        errors.StoreBroken("/srv/seamline/data.db: page 7"),
        KeyError("secret"),
    ],
)
def test_a_fault_of_ours_shows_an_id_and_nothing_else(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "seamline.web"):
        made = problems.problem(fault, "en")
    assert made.status >= 500
    assert made.id
    assert made.id in caplog.text
    assert str(fault) not in problems.msgspec.json.encode(made).decode()


def test_an_unforeseen_fault_of_a_route_is_a_500_problem(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise RuntimeError("a path: /srv")

    monkeypatch.setattr(here.node.log, "last_seq", broken)
    reply = here.wire.get("/healthz")
    assert reply.status == 500
    assert reply.header("content-type") == problems.MEDIA_TYPE
    assert b"/srv" not in reply.body


@pytest.mark.parametrize(
    ("method", "target", "how", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("GET", "/assets/nothing.js", {}, 404),
        ("DELETE", "/api/nothing", {}, 404),
        ("DELETE", "/api/records", {}, 405),
        ("PUT", "/api/records", {}, 405),
        ("OPTIONS", "/api/records", {}, 405),
        ("TRACE", "/", {}, 405),
        ("GET", "/api/records", {}, 401),
        ("POST", "/api/session", {"body": b"{}"}, 415),
        ("POST", "/api/session", {"body": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", "/api/session", {"body": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/api/session", {"json": {"officer": "x" * (1 << 20), "password": ""}}, 413),
        ("GET", "/api/node?x=1", {}, 400),
        ("GET", "/api/node?" + "q=" * 2000, {}, 413),
        ("GET", "/api/node", {"host": "evil.example"}, 421),
    ],
)
def test_every_refusal_is_a_problem(
    here: Desk, method: str, target: str, how: dict[str, object], status: int
) -> None:
    reply = here.wire.send(method, target, **how)
    assert reply.status == status
    assert reply.header("content-type") == problems.MEDIA_TYPE
    assert reply.header("cache-control") == "no-store"
    assert reply.json["status"] == status
    assert reply.json["title"]
    if status == 405:
        assert "GET" in (reply.header("allow") or "")


def test_a_body_longer_than_it_says_is_cut_off(here: Desk) -> None:
    reply = here.wire.post(
        "/api/session",
        body=b" " * (2 << 20),
        headers={"content-type": "application/json", "content-length": "2"},
    )
    assert reply.status == 413


@pytest.mark.parametrize("depth", [100_000, 400_000])
def test_deep_json_is_refused(here: Desk, depth: int) -> None:
    reply = here.wire.post(
        "/api/session", body=b"[" * depth + b"]" * depth, headers={"content-type": "application/json"}
    )
    assert (reply.status, reply.json["field"]) == (400, "body")


@pytest.mark.parametrize(
    ("accept", "lang"),
    [
        ("ar", "ar"), ("ckb,en;q=0.5", "ckb"), ("en;q=0.1,ar-IQ;q=0.9", "ar"), ("ku", "ckb"), ("de,fr", "en"),
        ("", "en"), ("ar;q=0", "en"), ("ar;q=x,ckb;q=0.2", "ckb"), ("*", "en"),
    ],
)  # fmt: skip
def test_the_title_is_in_the_readers_language(here: Desk, accept: str, lang: str) -> None:
    reply = here.wire.get("/api/me", headers={"accept-language": accept})
    assert reply.json["title"] == texts.text(lang, "error.not_signed_in")


def test_without_a_wish_it_is_the_accounts_language_or_the_nodes() -> None:
    with desk("isf", lang="ar") as here:
        assert here.wire.get("/api/me").json["title"] == texts.text("ar", "error.not_signed_in")
        here.accounts.set_lang("isf", "watch-1", "ckb")
        reply = here.wire.get("/api/records/none", token=here.token("watch"))
        assert reply.json["title"] == texts.text("ckb", "error.not_found")


@given(st.text(max_size=60))
def test_any_accept_language_gives_a_language(accept: str) -> None:
    assert problems.reader_lang(accept) in texts.LANGS


def test_the_routers_own_faults_keep_their_status() -> None:
    assert problems.problem(HTTPException(status_code=405, detail="no"), "ar").code == "method_not_allowed"
