"""The same records by other ways of bringing them over, each with what it needs in a temporary folder.

- PouchDB, pulled from express-pouchdb (the CouchDB replication protocol), LevelDB on both sides, over a
  counting proxy; npm brings both. One document a record, its id the record's.
- git, fetched from `git daemon` over the same proxy; one file a record, one commit an hour of the seven days
  (what a script that commits hourly would leave), or all in one commit, which is the best git can do.
- MISP: one event a record as its sync sends it (POST /events/add), by the core format, with an object whose
  attributes are the record's fields. Counted from made-up requests with the smallest answers; nothing runs.
- zstd -19 of all bodies at once: what there is to be said at all, without ids, authors, times or proof.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from benchmarks._wire_counts import Proxy, Syncs, proxy
from benchmarks._wire_records import START, WEEK, Json

Documents = Sequence[tuple[str, Json]]
NPM = ["express-pouchdb@4.2.0", "pouchdb@9.0.0", "express@4.21.2"]
HOUR = 3_600_000

SERVER = """
const PouchDB = require('pouchdb').defaults({prefix: process.argv[2]})
const app = require('express')()
app.use('/', require('express-pouchdb')(PouchDB, {mode: 'minimumForPouchDB', inMemoryConfig: true,
  logPath: process.argv[2] + 'log.txt'}))
const server = app.listen(0, '127.0.0.1', async () => {
  const db = new PouchDB('records'), docs = JSON.parse(require('fs').readFileSync(process.argv[1]))
  for (let n = 0; n < docs.length; n += 500) {
    const done = await db.bulkDocs(docs.slice(n, n + 500))
    if (done.some(one => one.error)) throw new Error(JSON.stringify(done))
  }
  console.log(server.address().port)
})
"""
CLIENT = """
const PouchDB = require('pouchdb')
const run = async () => {
  const db = new PouchDB(process.argv[2] + 'copy')
  const options = {batch_size: Number(process.argv[3])}
  const done = await PouchDB.replicate(new PouchDB(process.argv[1] + '/records'), db, options)
  console.log(JSON.stringify({docs: (await db.info()).doc_count, ok: done.ok}))
}
run().catch(fault => { console.error(fault); process.exit(1) })
"""


class Missing(Exception):
    """What the comparison needs cannot be had on this machine."""


@dataclass(frozen=True)
class Counted:
    """Bytes there (from who asks) and back, turns on the line, fsyncs of both sides (None: not counted)."""

    name: str
    there: int
    back: int
    turns: int
    syncs: int | None = None

    @property
    def size(self) -> int:
        return self.there + self.back

    def seconds(self, bits: int, delay: float) -> float:
        """Over a line of so many bits a second each way, and a delay of so many seconds one way."""
        return self.size * 8 / bits + self.turns * 2 * delay


def floor(bodies: Sequence[bytes]) -> int:
    """Bytes of all at once."""
    return len(zstandard.ZstdCompressor(level=19).compress(b"\n".join(bodies)))


# ---------------------------------------------------------------- PouchDB


def pouch(folder: Path, documents: Documents, counted: Syncs, batch: int = 100) -> Counted:
    """One pull into an empty database. batch: documents asked for at once (100 is PouchDB's own choice)."""
    home = _npm(folder / "npm")
    data = folder / f"pouch {batch}"
    data.mkdir()
    (data / "records.json").write_text(json.dumps([{"_id": id, **record} for id, record in documents]))
    node, env = (
        str(shutil.which("node")),
        os.environ | counted.env | {"NODE_PATH": str(home / "node_modules")},
    )
    server = [node, "-e", SERVER, "--", str(data / "records.json"), f"{data}/server-"]
    with _process(server, env) as out:
        told = out().strip()
        if not told:
            raise Missing("express-pouchdb did not start")
        port = int(told)
        before = counted.count()
        with proxy(port) as line:
            words = [node, "-e", CLIENT, "--", f"http://127.0.0.1:{line.port}", f"{data}/client-", str(batch)]
            done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        if done.returncode or json.loads(done.stdout)["docs"] != len(documents):
            raise Missing(f"PouchDB: {done.stdout[-200:]} {done.stderr[-300:]}")
        return _counted(f"PouchDB, batches of {batch}", line, counted, before)


def _npm(home: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Missing("PouchDB needs node and npm")
    if not home.exists():
        home.mkdir()
        (home / "package.json").write_text('{"private": true}')
        words = [npm, "install", "--silent", "--no-audit", "--no-fund", *NPM]
        done = subprocess.run(words, cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"npm: {done.stderr[-300:]}")
    return home


# ---------------------------------------------------------------- git


def git(folder: Path, documents: Documents, counted: Syncs, *, hourly: bool) -> Counted:
    """One fetch of everything into an empty repository, smart protocol version 2."""
    words = shutil.which("git")
    if words is None:
        raise Missing("there is no git")
    name = "git, a commit an hour" if hourly else "git, one commit"
    home = folder / name
    source, copy = home / "source", home / "copy"
    env = os.environ | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(home)}
    _run([words, "init", "-q", "--bare", "-b", "main", str(source)], env)
    _run([words, "-C", str(source), "fast-import", "--quiet"], env, _history(documents, hourly=hourly))
    # Packed as well as git can, once, which a server does not do for each who asks.
    _run([words, "-C", str(source), "repack", "-adfq", "--depth=50", "--window=250"], env)
    _run([words, "init", "-q", "--bare", str(copy)], env)
    port = _free_port()
    daemon = [words, "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}"]
    with _process([*daemon, f"--base-path={home}", str(home)], env | counted.env, ready=port):
        before = counted.count()
        with proxy(port) as line:
            url = f"git://127.0.0.1:{line.port}/source"
            _run([words, "-C", str(copy), "fetch", "-q", url, "main:main"], env | counted.env)
        held = _run([words, "-C", str(copy), "ls-tree", "-r", "--name-only", "main"], env)
        if held.count(b"\n") != len(documents):
            raise Missing("git did not bring all files")
        return _counted(name, line, counted, before)


def _history(documents: Documents, *, hourly: bool) -> bytes:
    """For git fast-import: each record a file named by its id, in a folder by the id's first digits."""
    out, last = [], -1
    for id, record in documents:
        hour = (record["at"] - START) // HOUR if hourly else 0
        if hour != last:
            second = (START + (hour if hourly else WEEK // HOUR) * HOUR) // 1000
            out.append(f"commit refs/heads/main\ncommitter node <node@node> {second} +0000\ndata 5\nhour\n\n")
            last = hour
        data = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        out.append(f"M 644 inline {id[:2]}/{id}.json\ndata {len(data.encode())}\n{data}\n")
    return "".join(out).encode()


# ---------------------------------------------------------------- MISP


def misp(documents: Documents, *, packed: bool) -> Counted:
    """One request an event. packed: each body compressed by gzip, which newer versions may."""
    there = back = 0
    for id, record in documents:
        body = json.dumps({"Event": misp_event(id, record)}).encode()
        if packed:
            body = gzip.compress(body)
        there += len(_misp_head(len(body), packed=packed)) + len(body)
        back += len(_MISP_REPLY)
    return Counted("MISP, gzip" if packed else "MISP", there, back, len(documents))


_MISP_REPLY = (
    b"HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nServer: Apache\r\n"
    b'Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{"saved": true}'
)
_SPACE = uuid.UUID("5ea31111-0000-4000-8000-000000000000")


def _misp_head(size: int, *, packed: bool) -> bytes:
    lines = [
        "POST /events/add/metadata:0 HTTP/1.1",
        "Host: misp.example",
        "Authorization: " + "k" * 40,
        "Accept: application/json",
        "Content-Type: application/json",
        "MISP-version: 2.4.190",
        f"Content-Length: {size}",
        *(["Content-Encoding: gzip"] if packed else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def misp_event(id: str, record: Json) -> Json:
    """A record as an event of the core format (draft-dulaunoy-misp-core-format), its fields as attributes."""
    second, body = str(record["at"] // 1000), record["body"]
    day = time.strftime("%Y-%m-%d", time.gmtime(record["at"] // 1000))
    attributes = [_attribute(id, name, value, second) for name, value in _fields("", body)]
    whole = {
        "uuid": str(uuid.uuid5(_SPACE, id)),
        "name": record["kind"],
        "meta-category": "misc",
        "description": record["kind"],
        "template_uuid": str(uuid.uuid5(_SPACE, record["kind"])),
        "template_version": "1",
        "timestamp": second,
        "distribution": "5",
        "comment": "",
        "deleted": False,
        "Attribute": attributes,
    }
    org = {"name": record["party"], "uuid": str(uuid.uuid5(_SPACE, record["party"]))}
    return {
        "uuid": id,
        "info": body.get("summary") or body.get("title_text", ""),
        "date": day,
        "timestamp": second,
        "publish_timestamp": second,
        "published": True,
        "analysis": "2",
        "threat_level_id": "4",
        "distribution": "1",
        "extends_uuid": "",
        "Org": org,
        "Orgc": org,
        "Attribute": [],
        "Object": [whole],
        "Tag": [{"name": "tlp:amber", "colour": "#ffc000", "exportable": True}],
    }


def _attribute(id: str, name: str, value: str, second: str) -> Json:
    return {
        "uuid": str(uuid.uuid5(_SPACE, id + name)),
        "type": "text",
        "category": "Other",
        "to_ids": False,
        "distribution": "5",
        "timestamp": second,
        "comment": "",
        "deleted": False,
        "disable_correlation": False,
        "object_relation": name,
        "value": value,
    }


def _fields(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and prefix != ".place.geometry":
        for name, inner in value.items():
            yield from _fields(f"{prefix}.{name}", inner)
    else:
        # A geometry is one attribute, as GeoJSON.
        yield prefix[1:], value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# ---------------------------------------------------------------- processes


def _counted(name: str, line: Proxy, counted: Syncs, before: int | None) -> Counted:
    after = counted.count()
    synced = None if before is None or after is None else after - before
    return Counted(name, line.there, line.back, line.turns, synced)


def _run(words: list[str], env: dict[str, str], given: bytes | None = None) -> bytes:
    done = subprocess.run(words, env=env, input=given, capture_output=True, check=False)
    if done.returncode:
        raise Missing(f"{words[0]}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout


@contextmanager
def _process(words: list[str], env: dict[str, str], ready: int | None = None) -> Iterator[Callable[[], str]]:
    """A server while the block runs. ready: the port on which it answers, if it says nothing itself."""
    with subprocess.Popen(
        words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            if ready is not None:
                _wait_for(ready, process)
            yield lambda: process.stdout.readline() if process.stdout is not None else ""
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise Missing(f"nothing listens on port {port}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
