"""The API of records as scripts use it (DESIGN §9)."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.log.keys import to_base64
from seamline.records.registry import KINDS
from tests.nodes import INCIDENT, START, attested, officer, patrol, put
from tests.web.desk import Desk, desk


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


def incident(**more: Any) -> dict[str, Any]:
    return {"kind": "incident", "channel": "isf", "body": {**INCIDENT, **more}}


def say(here: Desk, **more: Any) -> dict[str, Any]:
    reply = here.wire.post("/api/records", incident(**more), token=here.token("watch"))
    assert reply.status == 201, reply.body
    item: dict[str, Any] = reply.json
    return item


def test_a_record_is_said_read_and_listed(here: Desk) -> None:
    item = say(here)
    assert item["number"] == "HERE-1"
    reply = here.wire.get(f"/api/records/{item['id']}", token=here.token("auditor"))
    assert reply.json["body"]["summary"] == "Shots heard"
    page = here.wire.get("/api/records?kind=incident&q=shots", token=here.token("auditor")).json
    assert ([i["id"] for i in page["items"]], page["next"]) == ([item["id"]], None)


def test_where_an_officer_may_not_write_he_is_told_who_may(here: Desk) -> None:
    def kinds(role: str) -> dict[str, Any]:
        items = here.wire.get("/api/kinds", token=here.token(role)).json["items"]
        return {one["kind"]: one for one in items}

    held = kinds("watch")
    assert held["incident"]["others"] == {"isf+ksf": ["release"]}
    assert held["activity"]["others"] == {"isf": ["planner", "release"], "isf+ksf": ["release"]}
    assert held["endorsement"]["others"] == {"isf": ["release", "signatory"], "isf+ksf": ["signatory"]}
    rule = {"role": "watch", "kind": "incident", "to": "isf+ksf"}
    body = {"kind": "standing", "channel": "isf", "body": rule}
    assert here.wire.post("/api/records", body, token=here.token("release")).status == 201
    assert kinds("planner")["incident"]["others"]["isf+ksf"] == ["watch", "release"]
    assert kinds("watch")["incident"]["others"] == {}
    told = {role: kinds(role) for role in ("watch", "planner", "release", "signatory", "auditor")}
    for role, items in told.items():
        for name, one in items.items():
            for channel, roles in one["others"].items():
                able = [other for other in told if channel in told[other][name]["puts"]]
                assert role not in able
                assert set(able) == set(roles) - {"administrator"}


def test_the_same_id_and_content_gets_the_first_answer_again(here: Desk) -> None:
    body = {**incident(), "id": "0199c82c-c000-7000-8000-0000000000aa"}
    first = here.wire.post("/api/records", body, token=here.token("watch"))
    again = here.wire.post("/api/records", body, token=here.token("watch"))
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert first.header("location") == f"/api/records/{body['id']}"
    body["body"] = {**INCIDENT, "summary": "Something else"}
    other = here.wire.post("/api/records", body, token=here.token("watch"))
    assert (other.status, other.json["code"]) == (409, "conflict")


def test_a_stale_revision_is_told_which_is_newest(here: Desk) -> None:
    item = say(here)
    path, body = f"/api/records/{item['id']}/revise", {"rev": 1, "body": {**INCIDENT, "summary": "Quiet"}}
    assert here.wire.post(path, body, token=here.token("watch")).json["rev"] == 2
    stale = here.wire.post(path, body, token=here.token("watch"))
    assert (stale.status, stale.json["rev"]) == (409, 2)
    history = here.wire.get(f"/api/records/{item['id']}/history", token=here.token("watch")).json["items"]
    assert [(h["rev"], h["current"]) for h in history] == [(2, True), (1, False)]


def test_a_revision_whose_answer_was_lost_is_said_once(here: Desk) -> None:
    item, token = say(here), here.token("watch")
    path, quiet = f"/api/records/{item['id']}/revise", {"rev": 1, "body": {**INCIDENT, "summary": "Quiet"}}
    never = here.wire.post(path, {**quiet, "again": True}, token=token)
    assert (never.status, never.json["rev"]) == (409, 1)
    first = here.wire.post(path, quiet, token=token).json
    again = here.wire.post(path, {**quiet, "again": True}, token=token)
    assert (again.status, again.json["hash"]) == (200, first["hash"])
    other = {"rev": 1, "body": {**INCIDENT, "summary": "Loud"}, "again": True}
    for who, words in (("watch", other), ("release", {**quiet, "again": True})):
        refused = here.wire.post(path, words, token=here.token(who))
        assert (refused.status, refused.json["rev"]) == (409, 2)
    third = here.wire.post(path, {"rev": 2, "body": {**INCIDENT, "summary": "Third"}}, token=token)
    assert (third.status, third.json["rev"]) == (200, 3)
    # By then it has moved on; it was said all the same.
    assert here.wire.post(path, {**quiet, "again": True}, token=token).json["rev"] == 3


def test_the_preview_is_what_is_released(here: Desk) -> None:
    item, token = say(here), here.token("release")
    path = f"/api/records/{item['id']}"
    shown = here.wire.get(f"{path}/preview?channel=isf+ksf&mode=tear", token=token).json
    released = here.wire.post(
        f"{path}/release", {"rev": 1, "channel": "isf+ksf", "mode": "tear"}, token=token
    )
    assert released.status == 201
    made = released.json
    for name in ("body", "title", "mode", "state", "channel", "party", "kind", "lane", "rev"):
        assert shown[name] == made[name]
    assert "unit" not in made["body"]
    assert (shown["id"], shown["links"]) == ("", {"source": None, "released_as": []})
    assert here.wire.get(path, token=token).json["links"]["released_as"][0]["id"] == made["id"]


def test_what_is_signed_and_sent_again_under_its_id_is_one_record(here: Desk) -> None:
    """A telephone that lost the answer drafts and signs anew: another time and signature, the same id."""
    token, key = here.token("watch"), here.world.officer_key("isf", "watch")
    id = here.node.clock.new_id()
    replies = []
    for _ in range(2):
        here.node.clock.advance(60_000)  # type: ignore[attr-defined] # the tests' own clock
        asked = {"id": id, **incident(summary="Once")}
        draft = here.wire.post("/api/records/draft", {"path": "records", **asked}, token=token).json
        assert draft["draft"]["id"] == id
        sig = {"key": key.fingerprint, "value": to_base64(key.sign(base64.b64decode(draft["signing"])))}
        replies.append(here.wire.post("/api/records", {**asked, **draft["draft"], "sig": sig}, token=token))
    assert [reply.status for reply in replies] == [201, 200]
    assert replies[0].json["hash"] == replies[1].json["hash"]


def test_an_officer_signs_with_his_own_key(here: Desk) -> None:
    """Draft, sign in the browser, send: then the record is attested, and a changed one is refused."""
    token, key = here.token("watch"), here.world.officer_key("isf", "watch")
    drafted = here.wire.post("/api/records/draft", {"path": "records", **incident()}, token=token).json
    sig = {"key": key.fingerprint, "value": to_base64(key.sign(base64.b64decode(drafted["signing"])))}
    forged = here.wire.post(
        "/api/records", {**incident(summary="x"), **drafted["draft"], "sig": sig}, token=token
    )
    assert (forged.status, forged.json["field"]) == (400, "sig.value")
    made = here.wire.post("/api/records", {**incident(), **drafted["draft"], "sig": sig}, token=token)
    assert (made.status, made.json["attested"]) == (201, True)

    path, change = f"records/{made.json['id']}/revise", {"rev": 1, "body": {**INCIDENT, "summary": "Quiet"}}
    drafted = here.wire.post("/api/records/draft", {"path": path, **change}, token=token).json
    sig = {"key": key.fingerprint, "value": to_base64(key.sign(base64.b64decode(drafted["signing"])))}
    revised = here.wire.post(f"/api/{path}", {**change, **drafted["draft"], "sig": sig}, token=token)
    assert (revised.json["rev"], revised.json["attested"]) == (2, True)


@pytest.mark.parametrize("act", ["release", "withdraw"])
def test_a_release_and_a_withdrawal_are_signed_alike(here: Desk, act: str) -> None:
    item, token, key = say(here), here.token("release"), here.world.officer_key("isf", "release")
    path = f"records/{item['id']}/{act}"
    ask = {"rev": 1, "channel": "isf+ksf", "mode": "whole"} if act == "release" else {"reason": "twice"}
    drafted = here.wire.post("/api/records/draft", {"path": path, **ask}, token=token).json
    sig = {"key": key.fingerprint, "value": to_base64(key.sign(base64.b64decode(drafted["signing"])))}
    reply = here.wire.post(f"/api/{path}", {**ask, **drafted["draft"], "sig": sig}, token=token)
    assert reply.status in (200, 201), reply.body
    if act == "release":
        assert reply.json["attested"] is True
    else:
        assert reply.json["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        ({"path": "records"}, "kind"),
        ({"path": "records", "kind": "incident"}, "channel"),
        ({"path": "records", "kind": "incident", "channel": "isf"}, "body"),
        ({"path": "records/{id}/release"}, "rev"),
        ({"path": "records/{id}/revise", "rev": 1}, "body"),
    ],
)
def test_half_a_draft_says_what_is_missing(here: Desk, ask: dict[str, Any], field: str) -> None:
    ask = {**ask, "path": ask["path"].replace("{id}", say(here)["id"])}
    reply = here.wire.post("/api/records/draft", ask, token=here.token("release"))
    assert (reply.status, reply.json["field"]) == (400, field)


def test_nothing_else_is_drafted(here: Desk) -> None:
    for path in ("accounts", "records/x/opened", "records/../session"):
        assert here.wire.post("/api/records/draft", {"path": path}, token=here.token("watch")).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "missile"}, "kind"),
        ({"channel": "ksf"}, None),
        ({"channel": "not a channel"}, "channel"),
        ({"lane": "express"}, "lane"),
        ({"lang": "de"}, "lang"),
        ({"id": "7"}, "id"),
        ({"body": {}}, "body.summary"),
        ({"body": {**INCIDENT, "type": "party"}}, "body.type"),
        ({"body": {**INCIDENT, "colour": "red"}}, "body.colour"),
        ({"body": {**INCIDENT, "tear": True}}, "body.tear"),
        ({"body": {**INCIDENT, "place": "99ZZZ"}}, None),
        ({"body": {**INCIDENT, "occurred": {"start": START, "end": START}}}, "body.occurred"),
        ({"body": []}, "body"),
        ({"extra": 1}, "extra"),
        ({"sig": {"key": "0" * 32, "value": ""}}, "at"),
    ],
)
def test_bad_input_names_the_field_and_saves_nothing(
    here: Desk, change: dict[str, Any], field: str | None
) -> None:
    before = here.node.log.last_seq()
    reply = here.wire.post("/api/records", {**incident(), **change}, token=here.token("watch"))
    assert 400 <= reply.status < 500, reply.body
    if field:
        assert (reply.status, reply.json["field"]) == (400, field)
        assert reply.json["remedy"]
    assert here.node.log.last_seq() == before


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"),
        ("bbox=1,2,3", "bbox"), ("bbox=a,b,c,d", "bbox"), ("bbox=44,35,43,36", "bbox"),
        ("bbox=0,0,0,91", "bbox"), ("bbox=1e9,0,1,1", "bbox"), ("bbox=nan,nan,nan,nan", "bbox"),
        ("from=yesterday", "from"),
        ("to=-1", "to"), ("as_of=99999999999999", "as_of"), ("cursor=x", "cursor"), ("kind=missile", "kind"),
        ("colour=red", "colour"), ("q=" + "x" * 300, "q"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_named(here: Desk, query: str, field: str) -> None:
    reply = here.wire.get(f"/api/records?{query}", token=here.token("watch"))
    assert (reply.status, reply.json["field"]) == (400, field)
    assert reply.json["remedy"]


def test_filters_by_place_and_time(here: Desk) -> None:
    who = officer("isf", "planner")
    near = put(here.node, who, "activity", "isf", patrol(43.74, 35.71, start=5))["id"]
    put(here.node, who, "activity", "isf", patrol(44.74, 36.71, start=500))

    def found(query: str) -> list[str]:
        reply = here.wire.get(f"/api/records?{query}", token=here.token("watch"))
        assert reply.status == 200, reply.body
        return [i["id"] for i in reply.json["items"]]

    assert found("bbox=43.7,35.7,43.8,35.8") == [near]
    assert found("bbox=43.74,35.71,43.74,35.71") == [near]
    assert found(f"from={START}&to={START + 48 * 3_600_000}") == [near]
    assert found("from=2025-10-09T08:53:20Z&to=2025-10-11T11:53:20+03:00") == [near]
    assert len(found("kind=activity,incident&party=isf&from=&q=")) == 2


def test_pages_join_without_gap_or_repeat(here: Desk) -> None:
    ids = {say(here, summary=f"number {n}")["id"] for n in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = here.wire.get(f"/api/records?limit=3&cursor={cursor}", token=here.token("watch")).json
        seen += [i["id"] for i in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == 7
    assert set(seen) == ids


@pytest.mark.parametrize(
    "id", ["x", "0199c82c-c000-7000-8000-0000000000aa", "%00", "a" * 65, "%D8%A7", "..%2Fme"]
)
def test_an_id_that_is_none_is_not_found(here: Desk, id: str) -> None:
    reply = here.wire.get(f"/api/records/{id}", token=here.token("watch"))
    assert reply.status == 404


def test_forbidden_reads_like_absent() -> None:
    """Law 3: an id in a channel that he may not read answers as an id that never was."""
    with desk("isf", channels=("isf+ksf",)) as here:
        private = put(here.node, officer("isf", "watch"), "incident", "isf", INCIDENT)["id"]
        here.node.readable = lambda who: ("isf+ksf",)  # type: ignore[method-assign] # a reader of the wider channel
        absent = private[:-1] + ("0" if private[-1] != "0" else "1")
        for tail in ("", "/history"):
            replies = [
                here.wire.get(f"/api/records/{id}{tail}", token=here.token("watch"))
                for id in (private, absent)
            ]
            assert replies[0].status == replies[1].status == 404
            assert replies[0].body.replace(private.encode(), b"ID") == replies[1].body.replace(
                absent.encode(), b"ID"
            )


def test_empty_answers_say_what_they_rest_on(here: Desk) -> None:
    token = here.token("watch")
    for target in ("clashes", "findings", "gaps", "attention"):
        answer = here.wire.get(f"/api/{target}", token=token, headers={"accept-language": "ar"}).json
        assert answer["items"] == []
        assert answer["note"]["last_contact"] is None
        assert "اتصال" in answer["note"]["text"]
    here.node.link_states = lambda: [{"peer": "erbil", "last_contact": START}]
    assert "11:53" in here.wire.get("/api/clashes", token=token).json["note"]["text"]


def test_every_kind_can_be_asked_for_at_once(here: Desk) -> None:
    """A screen leaves out a few kinds and names all the others."""
    every = ",".join(KINDS)
    assert here.wire.get(f"/api/records?kind={every}", token=here.token("planner")).status == 200


def test_layers_and_texts(here: Desk) -> None:
    token = here.token("planner")
    listed = here.wire.get("/api/layers", token=token).json["items"]
    assert {"id", "title", "attribution", "licence", "default_on", "mark", "needs", "group", "data"} == set(
        listed[0]
    )
    layer = here.wire.get("/api/layers/places", token=token)
    assert layer.header("content-type") == "application/geo+json"
    assert layer.json["type"] == "FeatureCollection"
    assert here.wire.get("/api/layers/..", token=token).status == 404
    assert here.wire.get("/api/texts/ckb").json["error.not_found"]
    assert here.wire.get("/api/texts/de").status == 404
    whole, screens, helped = (
        set(here.wire.get(f"/api/texts/ckb?part={part}").json) for part in ("all", "screens", "help")
    )
    assert screens | helped < whole
    assert not screens & helped
    assert {"ui.nav.home", "kind.incident"} <= screens
    assert "glossary.tear_line" in helped
    assert here.wire.get("/api/texts/ckb?part=half").status == 400
    small = here.wire.get("/api/texts/ckb", headers={"accept-encoding": "br, gzip"})
    assert (small.header("content-encoding"), small.header("cache-control")) == ("gzip", "no-cache")
    assert json.loads(gzip.decompress(small.body)) == here.wire.get("/api/texts/ckb").json
    again = here.wire.get("/api/texts/ckb", headers={"if-none-match": small.header("etag")})
    assert (again.status, again.body) == (304, b"")


def test_lines_and_their_layers_appear_once_all_parties_endorsed_them() -> None:
    terms = {
        "name": "Terms",
        "parties": ["isf", "ksf"],
        "lines": [
            {
                "id": "line-a",
                "names": {"isf": "A", "ksf": "B"},
                "geometry": {
                    "type": "LineString",
                    "coordinates": [[430_000_000, 350_000_000], [440_000_000, 360_000_000]],
                },
            }
        ],
    }
    with desk("isf", "ksf") as here:

        def shown(party: str) -> tuple[list[str], bool]:
            token = here.token("watch", party)
            names = [line["name"] for line in here.wire.get("/api/node", token=token).json["lines"]]
            offered = {layer["id"] for layer in here.wire.get("/api/layers", token=token).json["items"]}
            return names, len(offered) > base

        base = len(here.wire.get("/api/layers", token=here.token("watch", "isf")).json["items"])
        item = put(here.node, officer("isf", "signatory", "release"), "terms", "isf+ksf", terms)
        for party, names in (("isf", []), ("ksf", ["A"])):
            assert shown("isf") == ([], False), names
            body = {"of": item["id"], "hash": item["hash"]}
            attested(here.world, here.node, officer(party, "signatory"), "endorsement", "isf+ksf", body)
        assert shown("isf")[0] == ["A"]
        assert shown("ksf")[0] == ["B"]
        assert shown("isf")[1]
