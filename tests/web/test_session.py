"""Cookies, tokens, forged requests, other people's host names, the demonstration."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.log import statement
from seamline.web.guard import HEADERS, forbidden
from tests.nodes import INCIDENT
from tests.web.desk import PASSWORD, Desk, desk

SAME = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


# ---------------------------------------------------------------- cookie


def test_the_cookie_is_the_nodes_own_and_out_of_reach(here: Desk) -> None:
    reply = here.wire.post("/api/session", {"officer": "watch-1", "password": PASSWORD})
    assert reply.json["officer"] == "watch-1"
    cookie = reply.header("set-cookie") or ""
    assert cookie.startswith("seamline_here=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes
    assert "secure" not in attributes
    secure = here.wire.post("/api/session", {"officer": "watch-1", "password": PASSWORD}, scheme="https")
    assert "; secure" in (secure.header("set-cookie") or "").lower()


def test_signing_out_ends_the_session(here: Desk) -> None:
    cookie = here.session("watch-1")
    assert here.wire.get("/api/me", cookie=cookie).status == 200
    gone = here.wire.send("DELETE", "/api/session", cookie=cookie, headers=SAME)
    assert gone.status == 204
    assert "max-age=0" in (gone.header("set-cookie") or "").lower()
    assert here.wire.get("/api/me", cookie=cookie).status == 401


def test_a_new_password_leaves_only_the_new_cookie(here: Desk) -> None:
    old, other = here.session("watch-1"), here.session("watch-1")
    body = {"old": PASSWORD, "new": "another good one, written here"}
    reply = here.wire.post("/api/me/password", body, cookie=old, headers=SAME)
    assert reply.status == 204
    assert here.wire.get("/api/me", cookie=reply.cookies()).status == 200
    assert [here.wire.get("/api/me", cookie=c).status for c in (old, other)] == [401, 401]


def test_an_old_cookie_does_not_stand_in_the_way_of_signing_in(here: Desk) -> None:
    stale = {"seamline_here": "x" * 43}
    body = {"officer": "watch-1", "password": PASSWORD}
    assert here.wire.post("/api/session", body, cookie=stale, headers=SAME).status == 200
    assert here.wire.get("/api/node", cookie=stale).status == 200


def test_guessing_is_told_to_wait(here: Desk) -> None:
    body = {"officer": "watch-1", "password": "not this one, surely"}
    statuses = [here.wire.post("/api/session", body).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    reply = here.wire.post("/api/session", body)
    assert int(reply.header("retry-after") or 0) > 0


def test_an_unknown_account_reads_like_a_wrong_password(here: Desk) -> None:
    asked = [{"officer": name, "password": "not this one, surely"} for name in ("watch-1", "nobody")]
    known, unknown = (here.wire.post("/api/session", body) for body in asked)
    assert (known.status, known.body) == (unknown.status, unknown.body)


# ---------------------------------------------------------------- forged requests


def incident() -> dict[str, Any]:
    return {"kind": "incident", "channel": "isf", "body": INCIDENT}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://127.0.0.1:8800"}, 201),
        ({"origin": "http://127.0.0.1:8801"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:8800", "sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_what_a_cookie_pays_for_comes_from_our_own_page(
    here: Desk, headers: dict[str, str], status: int
) -> None:
    cookie = here.session("watch-1")
    reply = here.wire.post("/api/records", incident(), cookie=cookie, headers=headers)
    assert reply.status == status
    if status == 403:
        assert reply.json["code"] == "cross_site"


def test_a_script_with_a_token_needs_no_origin(here: Desk) -> None:
    foreign = {"origin": "http://evil.example"}
    assert (
        here.wire.post("/api/records", incident(), token=here.token("watch"), headers=foreign).status == 201
    )


def test_nobody_is_signed_in_from_another_site(here: Desk) -> None:
    body, foreign = {"officer": "watch-1", "password": PASSWORD}, {"origin": "http://evil.example"}
    assert here.wire.post("/api/session", body, headers=foreign).status == 403
    assert here.wire.post("/api/session", body).status == 200


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8800", True), ("localhost:8800", True), ("[::1]:8800", True), ("10.1.2.3", True),
        ("room.example", True), ("room.example:443", True), ("evil.example", False), ("", False),
        ("[", False), ("127.0.0.1.evil.example", False),
    ],
)  # fmt: skip
def test_only_our_own_names_are_answered(host: str, ours: bool) -> None:
    with desk("isf", url="https://room.example") as here:
        assert here.wire.get("/healthz", host=host).status == (200 if ours else 421)


def test_every_reply_forbids_what_a_page_of_ours_never_does(here: Desk) -> None:
    page = here.wire.get("/")
    policy = page.header("content-security-policy") or ""
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert page.header("referrer-policy") == "no-referrer"
    for target in ("/", "/api/node", "/api/nothing"):
        reply = here.wire.get(target)
        assert reply.header("x-content-type-options") == "nosniff"
        assert reply.header("cross-origin-resource-policy") == "same-origin"
        if target != "/":  # no page: nothing in it may be loaded or run at all
            assert reply.header("content-security-policy") == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/pdf", "anything/else", ""])
def test_what_might_be_opened_as_a_page_bears_all_that_a_page_bears(kind: str) -> None:
    said = dict(forbidden(200, [(b"content-type", kind.encode())]))
    assert said == dict(HEADERS)
    script = dict(forbidden(200, [(b"Content-Type", b"text/javascript; charset=utf-8")]))
    assert script[b"content-security-policy"].startswith(b"default-src 'self';")
    assert forbidden(304, []) == []


# ---------------------------------------------------------------- tokens and rights


def test_a_token_is_issued_in_a_session_and_revoked(here: Desk) -> None:
    cookie = here.session("planner-1")
    issued = here.wire.post("/api/tokens", {"label": "import", "days": 3}, cookie=cookie, headers=SAME)
    assert issued.status == 201
    secret, id = issued.json["secret"], issued.json["id"]
    assert here.wire.get("/api/me", token=secret).json["roles"] == ["planner"]
    listed = here.wire.get("/api/tokens", cookie=cookie)
    assert secret not in listed.body.decode()
    assert id in [t["id"] for t in listed.json["items"]]
    assert here.wire.send("DELETE", f"/api/tokens/{id}", token=here.token("watch")).status == 404
    assert here.wire.send("DELETE", f"/api/tokens/{id}", cookie=cookie, headers=SAME).status == 204
    assert here.wire.get("/api/me", token=secret).status == 401


def test_another_scheme_than_bearer_is_refused(here: Desk) -> None:
    assert here.wire.get("/api/node", headers={"authorization": "Basic d2F0Y2g6eA=="}).status == 401


def test_an_officer_revoked_in_the_roster_loses_all_at_once(here: Desk) -> None:
    token = here.token("watch")
    assert here.wire.get("/api/records", token=token).status == 200
    note = here.world.say("isf", statement.RevokeOfficer("watch-1", here.node.clock.now()))
    here.node.trust.add([note])
    assert here.wire.get("/api/records", token=token).status == 403
    assert here.wire.get("/api/me", token=token).json["roles"] == []


def test_metrics_want_an_administrators_token_and_no_cookie(here: Desk) -> None:
    cookie = here.session("administrator-1")
    assert here.wire.get("/metrics", cookie=cookie).status == 401
    reply = here.wire.get("/metrics", token=here.token("administrator"))
    assert reply.status == 200
    assert b'seamline_replies_total{status="2xx"}' in reply.body
    assert b"isf" not in reply.body


def test_two_administrators_for_a_joint_room() -> None:
    with desk("isf", "ksf") as here:
        isf, ksf = (here.token("administrator", party) for party in ("isf", "ksf"))
        body = {"officer": "night", "roles": ["watch"], "party": "ksf"}
        asked = here.wire.post("/api/accounts", body, token=isf)
        assert (asked.status, asked.json["state"]) == (202, "waiting")
        confirm = f"/api/proposals/{asked.json['id']}/confirm"
        assert here.wire.post(confirm, token=isf).status == 403
        assert here.wire.post(confirm, token=ksf).json["state"] == "done"
        assert "night" in [a["officer"] for a in here.wire.get("/api/accounts", token=isf).json["items"]]
        password = "/api/accounts/ksf/night/password"
        assert here.wire.post(password, {"password": PASSWORD}, token=isf).status == 403
        assert here.wire.post(password, {"password": PASSWORD}, token=ksf).status == 204
        assert here.wire.post("/api/session", {"officer": "ksf/night", "password": PASSWORD}).status == 200
        assert here.wire.post(
            "/api/session", {"party": "ksf", "officer": "night", "password": PASSWORD}
        ).status == 200  # fmt: skip


def test_the_last_administrator_can_neither_close_himself_nor_give_up_his_role(here: Desk) -> None:
    admin = here.token("administrator")
    accounts = here.wire.get("/api/accounts", token=admin).json["items"]
    (mine,) = [one for one in accounts if "administrator" in one["roles"]]
    path = f"/api/accounts/{mine['party']}/{mine['officer']}"
    for act, body in (("disabled", {"disabled": True}), ("roles", {"roles": ["watch"]})):
        reply = here.wire.post(f"{path}/{act}", body, token=admin, headers={"accept-language": "ar"})
        assert (reply.status, reply.json["code"]) == (409, "last_administrator")
        assert "مدير نظام" in reply.json["title"]
    assert here.wire.get("/api/accounts", token=admin).json["items"] == accounts


# ---------------------------------------------------------------- the demonstration


def test_one_click_at_the_demonstration() -> None:
    with desk("isf", "ksf", demo=True) as here:
        here.node.local.put("demo.key.ksf.watch-1", bytes(range(32)))
        assert "ksf.watch" in here.wire.get("/api/node").json["demo_roles"]
        reply = here.wire.post("/api/session/demo", {"role": "ksf.watch"})
        assert (reply.json["party"], reply.json["roles"]) == ("ksf", ["watch"])
        assert reply.json["officer_key"]
        assert here.wire.get("/api/me", cookie=reply.cookies()).json["officer"] == "watch-1"
        assert here.wire.post("/api/session/demo", {"role": "mag.watch"}).status == 404


def test_one_click_is_for_this_machine_only() -> None:
    with desk("isf", demo=True) as here:
        for client in ("10.0.0.7", "::ffff:10.0.0.7", "", "somewhere"):
            assert here.wire.post("/api/session/demo", {"role": "watch"}, client=client).status == 404
        foreign = {"sec-fetch-site": "cross-site"}
        assert here.wire.post("/api/session/demo", {"role": "watch"}, headers=foreign).status == 403
        assert here.wire.post("/api/session/demo", {"role": "watch"}, client="::1").status == 200


def test_the_key_of_what_a_browser_keeps_is_ones_own_and_stays_the_same(here: Desk) -> None:
    def asked(party: str, role: str) -> str:
        head = {"authorization": f"Bearer {here.tokens[party, role]}"}
        reply = here.wire.post("/api/me/locker", {}, headers=head)
        assert reply.status == 200
        return str(reply.json["key"])

    keys = [asked("isf", "watch"), asked("isf", "watch"), asked("isf", "release")]
    assert keys[0] == keys[1] != keys[2]
    assert len(base64.b64decode(keys[0])) == 32
