"""Every route × role × party: who gets how far (DESIGN §8). And that no route can be forgotten."""

# ceiling: a row a route, one table for each house, read whole

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest

from seamline.actions.imports import Ask
from seamline.actions.officer import Officer
from seamline.actions.proposals import AddAccount
from seamline.web.access import READ, check_routes, route
from seamline.web.call import Call
from seamline.web.files import name_by_content
from seamline.web.layers import archive
from seamline.web.routes import ROUTES
from tests.codes import photo, screen
from tests.nodes import INCIDENT, START, attested, officer, patrol, put
from tests.release.photos import PNG as PHOTO
from tests.web.desk import PASSWORD, Desk, desk
from tests.web.permissions import ONE_OWNER, TWO_OWNERS, rows

Request = dict[str, Any]
FILE = b"summary,date,lat,lon\nShots heard,2026-11-20,35.7,43.7\n"
UPLOADS = {
    "POST /api/blobs": PHOTO,
    "POST /api/bundles": b"a file",
    "POST /api/codes": photo(screen(b"a file")),
    "POST /api/programmes/read": b"point,point_en,milestone,owners,step,due\n1,A,1.1,isf,funded,2026-11-21\n",
}
CONTACT = {"kind": "contact", "body": {"place": {"lon": 43.7, "lat": 35.7}, "heard": START}}
NO_RECORD = "0199c1de-7a00-7000-8000-000000000001"
NEW_PASSWORD = "another good one, written here"


class Requests:
    """A good request for each route: about things that exist, new for each call."""

    def __init__(self, here: Desk) -> None:
        self.here, self._count = here, 0
        self.channel = here.node.party
        self.wider = self.channel + "+mag" if here.node.joint else "isf+ksf"
        self.photo = self._photo()

    def record(self) -> str:
        """A fresh incident of the node's own party (at a joint node, of the room)."""
        item = put(self.here.node, officer("isf", "release"), "incident", self.channel, INCIDENT)
        return str(item["id"])

    def activity(self) -> str:
        """A fresh plan of the node's own party (at a joint node, of the room)."""
        plan = patrol(43.74, 35.71, 1)
        return str(put(self.here.node, officer("isf", "release"), "activity", self.channel, plan)["id"])

    def _photo(self) -> str:
        """One that an incident of the node's own party names."""
        named = self.here.node.bringing.put(PHOTO)
        body = {**INCIDENT, "photos": [named]}
        put(self.here.node, officer("isf", "release"), "incident", self.channel, body)
        self.here.node.photos.catch_up()
        return str(named["hash"])

    def new(self) -> str:
        self._count += 1
        return f"officer-{self._count}"

    def proposal(self) -> str:
        if not self.here.node.joint:
            return "none"
        change = AddAccount("isf", self.new(), ("watch",))
        return self.here.app.proposals.propose(officer("isf", "administrator"), change).id

    def someone(self) -> str:
        name = self.new()
        self.here.accounts.add("isf", name, ["watch"])
        return name

    def brought(self, party: str, role: str) -> str:
        """A file that this officer brought and that was looked at."""
        who, imports = officer(party, role if role != "nobody" else "watch"), self.here.app.imports
        for job in list(imports._jobs.values()):
            owner = officer(job.owner[0], job.owner[1].removesuffix("-1"))
            imports.drop(owner, self.settled(owner, job.id))
        ask = Ask(kind="incident", source="list", dry_run=True)
        started = imports.start(who, ask, lambda: BytesIO(FILE), lambda: None)
        return self.settled(who, started.id)

    def settled(self, who: Officer, id: str) -> str:
        done = threading.Event()
        while self.here.app.imports.status(who, id).state == "running":
            self.here.app.imports._pool.submit(done.set)  # after the import: the desk has one thread
            assert done.wait(10)
        return id

    def make(self, key: str, party: str, role: str) -> tuple[str, Request]:
        """(the path filled in, what else to send)."""
        method, path = key.split(" ")
        body = self._body(key, role)
        for resource, made in self._made(party, role):
            if f"/{resource}/{{id}}" in path:
                path = path.replace("{id}", made())
        if path == "/map/{name}":
            path = "/map/" + name_by_content(archive("ground"))
        path = path.replace("{lang}", "ckb").replace("{party}", "isf").replace("{officer}", self.someone())
        path = self._pair(path.replace("{hash}", self.photo).replace("{form}", "increp"))
        if key in UPLOADS:
            return path + self._query(path), {"body": UPLOADS[key]}
        if key == "POST /api/imports":
            return path + "?kind=incident&source=list", {"body": FILE}
        path += self._query(path)
        return path, {"json": body} if method == "POST" else {}

    def _made(self, party: str, role: str) -> tuple[tuple[str, Callable[[], str]], ...]:
        """What an {id} stands for, by what it follows."""
        holder = f"{role if role != 'nobody' else 'watch'}-1"
        return (
            ("records", self.record),
            ("activities", self.activity),
            ("proposals", self.proposal),
            ("tokens", lambda: self.here.accounts.issue(party, holder)[1].hash),
            ("imports", lambda: self.brought(party, role)),
            ("layers", lambda: "places"),
        )

    def _pair(self, path: str) -> str:
        """Of two records, where a path names two."""
        if "{one}" not in path:
            return path
        return path.replace("{one}", self.record()).replace("{other}", self.record())

    def _query(self, path: str) -> str:
        if path == "/api/programmes/read":
            return "?track=unit&channel=isf%2Bksf"
        if path in ("/api/map.png", "/api/map.webp"):
            return "?bbox=43,35,44,36&width=240&height=240"
        if path == "/api/watch/suggest":
            return "?bbox=43.6,35.6,43.7,35.7"
        if path == "/api/audit/check":
            return f"?node={self.here.node.key.fingerprint}&channel={self.channel}&lane=routine"
        if path.endswith("/audit.pdf"):
            return "?day=1&sector=1"
        if path.endswith("/code"):
            return "?to=erbil"
        if path.endswith("/compare"):
            return f"?to={self.record()}"
        return f"?channel={self.wider}&mode=tear" if path.endswith("/preview") else ""

    def _body(self, key: str, role: str) -> Request:
        incident = {"kind": "incident", "channel": self.channel, "body": INCIDENT}
        return {
            "POST /api/records": incident,
            "POST /api/records/draft": {"path": "records", **incident},
            "POST /api/everywhere": CONTACT,
            "POST /api/everywhere/draft": CONTACT,
            "POST /api/meetings/{id}/reply": {"calendar": "none"},
            "POST /api/records/{id}/revise": {"rev": 1, "body": {**INCIDENT, "summary": "Quiet again"}},
            "POST /api/records/{id}/release": {"rev": 1, "channel": self.wider, "mode": "tear"},
            "POST /api/records/{id}/withdraw": {"reason": "entered twice"},
            "POST /api/imports/{id}": {"kind": "incident", "source": "list"},
            "POST /api/bundles/file": {"to": ["erbil"]},
            "POST /api/exports": {"format": "csv"},
            "POST /api/statements/{id}/export": {"format": "txt"},
            "POST /api/blind/universes": {
                "name": "Week",
                "other": "ksf",
                "facilitator": "mag",
                "areas": [NO_RECORD],
                "first": "2026-11-23",
            },
            "POST /api/blind/runs": {"universe": NO_RECORD},
            "POST /api/blind/{id}/consent": {
                "id": NO_RECORD,
                "at": 1,
                "sig": {"key": "ab" * 16, "value": "eA=="},
            },
            "POST /api/blind/{id}/propose": {"side": "isf", "spot": 0},
            "POST /api/links": {"peer": self.new(), "name": "erbil"},
            "POST /api/session": {"officer": "isf/watch-1", "password": PASSWORD},
            "POST /api/session/demo": {"role": "watch"},
            "POST /api/forms/read": {"text": "INCREP\n2 Type: raid"},
            "POST /api/forms/{form}/text": {"fields": {"summary": "Shots heard"}},
            "POST /api/forms/{form}/pdf": {"fields": {"summary": "Shots heard"}},
            "POST /api/me/lang": {"lang": "ar"},
            "POST /api/me/password": {"old": PASSWORD, "new": NEW_PASSWORD},
            "POST /api/tokens": {"label": "import"},
            "POST /api/accounts": {"party": "isf", "officer": self.new(), "roles": ["watch"]},
            "POST /api/accounts/{party}/{officer}/roles": {"roles": ["planner"]},
            "POST /api/accounts/{party}/{officer}/disabled": {"disabled": True},
            "POST /api/accounts/{party}/{officer}/password": {"password": NEW_PASSWORD},
        }.get(key, {})


def fresh(here: Desk, role: str, party: str) -> str:
    """A token of its own for each call: some of the routes end the token they are asked with."""
    return here.accounts.issue(party, f"{role}-1")[0]


def ask(requests: Requests, key: str, party: str, role: str) -> int:
    here = requests.here
    path, more = requests.make(key, party, role)
    if role != "nobody":
        more["token"] = fresh(here, role, party)
    if key == "GET /api/events":
        stream = here.wire.stream(path, **more)
        stream.cut()
        return stream.status
    reply = here.wire.send(key.split(" ", maxsplit=1)[0], path, **more)
    if role != "nobody":
        here.accounts.set_password(party, f"{role}-1", PASSWORD)
    return reply.status


@pytest.fixture(scope="module")
def single() -> Iterator[Requests]:
    with desk("isf", channels=("isf+ksf",)) as here:
        yield Requests(here)


@pytest.fixture(scope="module")
def joint() -> Iterator[Requests]:
    with desk("isf", "ksf", channels=("isf+ksf+mag",)) as here:
        yield Requests(here)


@pytest.mark.parametrize(("key", "party", "role", "status"), rows(ONE_OWNER, ("isf",)))
def test_at_a_headquarters(single: Requests, key: str, party: str, role: str, status: int) -> None:
    assert ask(single, key, party, role) == status


@pytest.mark.parametrize(("key", "party", "role", "status"), rows(TWO_OWNERS, ("isf", "ksf")))
def test_in_a_joint_room(joint: Requests, key: str, party: str, role: str, status: int) -> None:
    assert ask(joint, key, party, role) == status


@pytest.mark.parametrize("table", [ONE_OWNER, TWO_OWNERS])
def test_the_tables_name_every_route(table: str) -> None:
    named = [" ".join(line.split()[:2]) for line in table.strip().splitlines()]
    assert named == [f"{r.method} {r.path.replace(':str', '')}" for r in ROUTES]


def test_a_route_without_a_permission_stops_the_program() -> None:
    def forgotten(call: Call) -> None: ...

    with pytest.raises(TypeError):
        route("GET", "/api/forgotten", summary="no permission")(forgotten)  # type: ignore[call-arg] # on purpose
    with pytest.raises(TypeError, match="names no permission"):
        check_routes([route("GET", "/api/forgotten", None, "none")(forgotten)])  # type: ignore[arg-type] # on purpose
    with pytest.raises(TypeError, match="registered twice"):
        check_routes([route("GET", "/api/twice", READ, "one")(forgotten) for _ in range(2)])


def test_a_handler_that_wants_what_no_request_has_is_refused() -> None:
    def wants(call: Call, weather: str) -> None: ...

    with pytest.raises(TypeError, match="weather"):
        route("GET", "/api/weather", READ, "weather")(wants)


def test_a_party_whose_officer_is_not_here_is_nobody(single: Requests) -> None:
    """Another party's officer has no account at a headquarters, whatever he sends."""
    good = fresh(single.here, "watch", "isf")
    for token in ("", "x" * 43, ("A" if good[0] != "A" else "B") + good[1:]):
        reply = single.here.wire.get("/api/records", headers={"authorization": f"Bearer {token}"})
        assert reply.status == 401


def test_an_own_record_in_the_room_is_its_partys_alone(joint: Requests) -> None:
    """Signed by an isf officer, it speaks for isf: ksf reads it and does not revise it."""
    here = joint.here
    item = attested(here.world, here.node, officer("isf", "release"), "incident", "isf+ksf", INCIDENT)
    path, body = f"/api/records/{item['id']}", {"rev": 1, "body": INCIDENT}
    assert here.wire.get(path, token=fresh(here, "watch", "ksf")).json["party"] == "isf"
    assert here.wire.post(f"{path}/revise", body, token=fresh(here, "release", "ksf")).status == 403
    assert here.wire.post(f"{path}/withdraw", {}, token=fresh(here, "release", "ksf")).status == 403


def test_an_administrator_sees_no_channel(single: Requests) -> None:
    reply = single.here.wire.get("/api/node", token=fresh(single.here, "administrator", "isf"))
    assert reply.json["channels"] == []
