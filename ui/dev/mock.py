"""A stand-in for the node while the screens are drawn: the API's shapes, no rules, nothing kept.

    python ui/dev/mock.py [--port 8890] [--node erbil|kirkuk]

Never shipped. Serves the built bundle too, under the strictest content security policy the screens must stand.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from seamline.records import registry  # after the path is set
from seamline.records.kind import fields
from seamline.records.values import CODES
from seamline.web import layers
from ui.dev.week import clashes, records

STATIC = ROOT / "seamline" / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
changed = threading.Condition()
events: list[dict[str, Any]] = []


class World:
    """All the state of the mock."""

    def __init__(self, node: str) -> None:
        joint = node == "kirkuk"
        self.own = "isf" if joint else "ksf"
        owners = ["isf", "ksf"] if joint else ["ksf"]
        channels = ["isf+ksf", "isf+ksf+mag"] if joint else ["isf+ksf", "isf+ksf+mag", "ksf"]
        self.node = {
            "name": node, "party": "+".join(owners), "owners": owners, "channels": channels, "lines": ["kcl"],
            "langs": ["en", "ar", "ckb"], "zone": "Asia/Baghdad", "demo": True, "version": "0.1.0",
        }  # fmt: skip
        self.me: dict[str, Any] | None = None
        self.items = [r for r in records() if r["channel"] in channels]
        self.clashes = clashes(self.items)

    def kinds(self) -> list[dict[str, Any]]:
        out = []
        for name, kind in registry.KINDS.items():
            listed = [
                {"name": f.name, "type": f.spec.type, "required": f.required, "read_only": f.spec.read_only,
                 "list": f.spec.values, "values": list(CODES.get(f.spec.values or "", ()))}
                for f in fields(kind)
            ]  # fmt: skip
            channels = self.node["channels"] if kind.BY_FORM else []
            out.append({"kind": name, "writable": bool(channels), "channels": channels, "fields": listed,
                        "placed": kind.PLACED, "releasable": kind.RELEASABLE})  # fmt: skip
        return out

    def find(self, id: str) -> dict[str, Any] | None:
        return next((r for r in self.items if r["id"] == id), None)

    def add(self, item: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time() * 1000)
        item = {
            "id": str(uuid.uuid4()), "no": 90, "number": f"{self.node['name'].upper()}-90", "lane": "routine",
            "party": self.own, "node": self.node["name"], "by": "duty-3", "rev": 1, "at": now, "received_at": now,
            "lang": "en", "hash": uuid.uuid4().hex * 2, "prev": None, "state": "reported", "attested": True,
            "current": True, "mode": None, "links": {}, "told": [], **item,
        }  # fmt: skip
        item["title"] = (
            item["body"].get("summary") or item["body"].get("title_text") or item["body"].get("name", "")
        )
        self.items = [r for r in self.items if r["id"] != item["id"]] + [item]
        with changed:
            events.append(
                {"id": item["id"], "kind": item["kind"], "rev": item["rev"], "channel": item["channel"]}
            )
            changed.notify_all()
        return item


class Handler(BaseHTTPRequestHandler):
    """Answers as the node would, without its judgement."""

    world: World
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not url.path.startswith("/api/"):
            return self.static(url.path)
        q = {k: v[0] for k, v in parse_qs(url.query).items()}
        return self.api_get(url.path.removeprefix("/api/").split("/"), q)

    # ceiling: the answers of a stand-in, as a table
    def api_get(self, path: list[str], q: dict[str, str]) -> None:
        w = self.world
        match path:
            case ["node"]:
                self.reply(w.node)
            case ["me"]:
                self.reply(w.me or {"title": "Sign in"}, 200 if w.me else 401)
            case ["kinds"]:
                self.reply({"items": w.kinds()})
            case ["texts", lang]:
                self.reply(json.loads((ROOT / f"seamline/texts/{lang}.json").read_text()))
            case ["layers"]:
                self.reply({"items": [{"id": x.id, "title": x.title, "attribution": x.attribution,
                                       "licence": x.licence, "default_on": x.default_on}
                                      for x in layers.manifest() if not (x.needs or "").startswith("terms")]})  # fmt: skip
            case ["layers", id]:
                self.send(layers.read(id), "application/geo+json")
            case ["links"]:
                now = int(time.time() * 1000)
                self.reply({"items": [
                    {"peer": "adviser", "party": "mag", "up": False, "last_contact": now - 9_400_000, "waiting": 3},
                    {"peer": "baghdad", "party": "isf", "up": True, "last_contact": now - 4_000, "waiting": 0},
                    {"peer": "kirkuk", "party": "isf+ksf", "up": True, "last_contact": now - 2_000, "waiting": 0}]})  # fmt: skip
            case ["clashes"]:
                self.reply({"items": w.clashes, "note": {}})
            case ["events"]:
                self.stream()
            case ["records"]:
                found = [
                    r for r in w.items if all(q.get(k, r[k]) == r[k] for k in ("kind", "party", "channel"))
                ]
                found = [r for r in found if q.get("q", "").lower() in json.dumps(r).lower()]
                self.reply({"items": found, "next": None})
            case ["records", id]:
                item = w.find(id)
                self.reply(item or {"title": "No such record", "status": 404}, 200 if item else 404)
            case ["records", id, "history"]:
                self.reply({"items": [w.find(id)]})
            case ["records", id, "preview"]:
                source = w.find(id) or {}
                keep = dict(source["body"])
                if q.get("mode") == "tear":
                    keep = {
                        k: v for k, v in keep.items() if k not in ("unit", "source", "grade", "narrative")
                    } | {"tear": True}
                self.reply(
                    source
                    | {"body": keep, "channel": q["channel"], "mode": q["mode"], "number": None, "links": {}}
                )
            case _:
                self.reply({"title": "Not there", "status": 404}, 404)

    def do_POST(self) -> None:
        w = self.world
        path = urlsplit(self.path).path.removeprefix("/api/").split("/")
        data = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        match path:
            case ["session"] | ["session", "demo"]:
                role = str(data.get("role", "watch")).split(".")[-1]
                w.me = {"party": w.own, "officer": "duty-3", "roles": ["watch", "planner", role]}
                self.reply({})
            case ["records"]:
                if not data["body"].get("place") and data["kind"] == "incident":
                    return self.reply({"title": "Bad input", "status": 422, "field": "body.place", "value": None,
                                       "detail": "this field is required", "remedy": "point at the map"}, 422)  # fmt: skip
                self.reply(w.add(data), 201)
            case ["records", id, "release"]:
                source = w.find(id) or {}
                made = w.add({"kind": source["kind"], "channel": data["channel"], "body": source["body"] | {"tear": data["mode"] == "tear"},
                              "links": {"source": {"id": id, "channel": source["channel"]}}})  # fmt: skip
                source["links"] = {"released_as": [{"id": made["id"], "channel": made["channel"]}]}
                self.reply(made, 201)
            case ["records", id, "revise"]:
                source = w.find(id) or {}
                self.reply(w.add(source | {"rev": source["rev"] + 1, "body": data["body"]}))
            case ["records", _, "opened"]:
                self.reply({})
            case _:
                self.reply({"title": "Not there", "status": 404}, 404)
        return None

    def do_DELETE(self) -> None:
        self.world.me = None
        self.send(b"", "text/plain", 204)

    def stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = int(self.headers.get("Last-Event-ID") or len(events))
        try:
            while True:
                self.wfile.write(b": here\n\n")
                for number, event in list(enumerate(events, 1))[seen:]:
                    self.wfile.write(f"event: record\nid: {number}\ndata: {json.dumps(event)}\n\n".encode())
                    seen = number
                self.wfile.flush()
                with changed:
                    changed.wait(10)
        except OSError:
            return

    def static(self, path: str) -> None:
        file = STATIC / (path.strip("/") or "index.html")
        if not file.is_file():
            return self.send(b"", "text/plain", 404)
        return self.send(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")

    def reply(self, value: Any, status: int = 200) -> None:
        kind = "application/json" if status < 400 else "application/problem+json"
        self.send(json.dumps(value).encode(), kind, status)

    def send(self, data: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8890)
    parser.add_argument("--node", default="erbil")
    given = parser.parse_args()
    Handler.world = World(given.node)
    ThreadingHTTPServer(("127.0.0.1", given.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
