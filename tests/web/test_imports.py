"""Bringing a file over HTTP: bounded, one's own, looked at before it is imported; and layers on the map."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.errors import StoreBroken, TooLarge
from seamline.store.spool import Spool
from tests.web.desk import Desk, desk

FILE = b"id,summary,date,lat,lon,where\n1,Shots heard,2026-11-20,35.7,43.7,\n2,Mine,2026-11-20,,,Xanadu\n"
LAYER = b"name,lat,lon,side_a\nCamp,35.7,43.7,Somebody\n"


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf") as made:
        yield made


def settled(here: Desk, id: str, token: str) -> dict[str, Any]:
    """The import once its thread has done with it."""
    while True:
        told = here.wire.get(f"/api/imports/{id}", token=token).json
        if told["state"] != "running":
            return dict(told)
        idle = threading.Event()
        here.app.imports._pool.submit(idle.set)
        assert idle.wait(10)


def bring(here: Desk, query: str, body: bytes = FILE, role: str = "watch") -> dict[str, Any]:
    reply = here.wire.send("POST", f"/api/imports?{query}", body=body, token=here.token(role))
    assert reply.status == 202, reply.body
    return settled(here, reply.json["id"], here.token(role))


def test_looked_at_decided_imported(here: Desk) -> None:
    told = bring(here, "kind=incident&source=list")
    assert (told["state"], told["report"]["new"], told["report"]["dry_run"]) == ("checked", 1, True)
    assert told["report"]["uncertain"] == [] or told["report"]["uncertain"][0]["name"] == "Xanadu"
    assert here.wire.get("/api/records", token=here.token("watch")).json["items"] == []
    ask = {"kind": "incident", "source": "list", "decisions": {"Xanadu": "36, 43"}, "dry_run": False}
    token = here.token("watch")
    assert here.wire.post(f"/api/imports/{told['id']}", ask, token=token).status == 202
    done = settled(here, told["id"], token)
    assert (done["state"], done["report"]["new"], done["done"], done["of"]) == ("done", 2, 2, 2)
    assert len(here.wire.get("/api/records", token=token).json["items"]) == 2
    assert here.wire.send("DELETE", f"/api/imports/{told['id']}", token=token).status == 204
    assert here.wire.get(f"/api/imports/{told['id']}", token=token).status == 404


def test_nobody_sees_what_another_brought(here: Desk) -> None:
    told = bring(here, "kind=incident&source=list")
    other = here.token("release")
    assert here.wire.get(f"/api/imports/{told['id']}", token=other).status == 404
    assert here.wire.send("DELETE", f"/api/imports/{told['id']}", token=other).status == 404


def test_a_file_that_cannot_be_read_says_why(here: Desk) -> None:
    told = bring(here, "kind=incident&source=list", "a,b\nالحويجة,1\n".encode("cp1256"))
    assert told["state"] == "failed"
    assert (told["fault"]["field"], "1256" in told["fault"]["value"]) == ("file", True)
    assert "UTF-8" in told["fault"]["remedy"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("kind=terms&source=x", "as"), ("kind=incident", "source"), ("kind=layer&source=x", "attribution"),
     ("kind=incident&source=x&map=nonsense", "map"), ("kind=incident&source=x&preset=acled", "preset")],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused_at_once(here: Desk, query: str, field: str) -> None:
    reply = here.wire.send("POST", f"/api/imports?{query}", body=FILE, token=here.token("watch"))
    assert (reply.status, reply.json["field"]) == (400, field)


def test_too_large(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seamline.web.routes.imports.MAX_BYTES", 20)
    reply = here.wire.send(
        "POST", "/api/imports?kind=incident&source=x", body=FILE, token=here.token("watch")
    )
    assert reply.status == 413


def test_only_so_many_wait_and_the_oldest_of_ones_own_makes_room(here: Desk) -> None:
    first, *_, last = [bring(here, "kind=incident&source=list")["id"] for _ in range(3)]
    assert here.wire.get(f"/api/imports/{first}", token=here.token("watch")).status == 404
    assert here.wire.get(f"/api/imports/{last}", token=here.token("watch")).status == 200


def test_a_layer_is_on_the_map_of_everybody_here(here: Desk) -> None:
    about = "kind=layer&source=Camps&attribution=A+survey&licence=CC0-1.0&dry_run=false"
    assert bring(here, about, LAYER)["report"]["layer"] == "import_camps"
    token = here.token("auditor")
    listed = here.wire.get("/api/layers", token=token).json["items"][-1]
    assert (listed["id"], listed["name"], listed["attribution"]) == ("import_camps", "Camps", "A survey")
    told = here.wire.get("/api/layers/import_camps", token=token)
    assert json.loads(told.body)["features"][0]["properties"] == {"name": "Camp"}
    assert here.wire.send("DELETE", "/api/layers/import_camps", token=here.token("watch")).status == 204
    assert here.wire.get("/api/layers/import_camps", token=token).status == 404


def test_what_waits_on_disk_cannot_be_read_there() -> None:
    spool = Spool(1_000_000)
    data = bytes(range(256)) * 1000
    for start in range(0, len(data), 7777):
        spool.write(data[start : start + 7777])
    spool.finish()
    with spool.open() as one, spool.open() as two:
        assert (one.read(100_000), two.read()) == (data[:100_000], data)
        assert one.read() == data[100_000:]
    spool._file.seek(0)
    assert b"\x01\x02\x03\x04\x05\x06" not in spool._file.read()
    spool._file.seek(10)
    spool._file.write(b"x")
    spool._file.flush()
    with pytest.raises(StoreBroken):
        spool.open().read()
    spool.close()
    small = Spool(10)
    with pytest.raises(TooLarge):
        small.write(b"x" * 11)
    small.close()
