"""What is wrong with an installation, and what to do: every check, the machine first, then the node.

Each check yields findings; nothing here mends anything. A finding is a code with values; its words are
`doctor.what.<code>` and `doctor.do.<code>` in the catalogues.
"""

from __future__ import annotations

import os
import shutil
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Literal

import apsw

from seamline import wiring
from seamline.actions import audit
from seamline.actions.node import Node
from seamline.clock import SystemClock
from seamline.errors import BadInput, BadSettings, Behind, Locked, OurFault, RuleBroken, StoreBusy
from seamline.log import entry, merkle
from seamline.log.checkpoint import claimed
from seamline.settings import Settings, is_loopback
from seamline.store import keyfile
from seamline.store.highwater import HighWater
from seamline.store.keyfile import NodeSecrets
from seamline.store.open import open_node_store
from seamline.store.tree import LogTree

Severity = Literal["fault", "warning", "note"]
PYTHON = (3, 11)
SQLITE = (3, 54)
LOW, VERY_LOW = 1 << 30, 100 << 20
SILENT_MS = 24 * 3_600_000
SKEW_MS = 5 * 60_000
OLDEST_MS = 1_793_491_200_000
"""2026-11-01: no clock that is right shows an earlier time to this program."""


@dataclass(frozen=True, slots=True)
class Finding:
    """fault: something does not work or is not safe; warning: it will not, soon; note: good to know."""

    severity: Severity
    code: str
    values: dict[str, object] = field(default_factory=dict)


def examine(folder: Path, passphrase: str, *, full: bool = False) -> list[Finding]:
    """Every finding about the node in folder. full: also verify each entry and signature (takes longer).

    Raises BadInput when there is no node, Locked for a wrong passphrase: then nothing can be looked at.
    """
    if not (folder / "node.toml").exists():
        raise BadInput("folder", str(folder), "holds no node: node.toml is not there")
    secrets = None
    if wiring.key_path(folder).exists():
        secrets = NodeSecrets.from_bytes(keyfile.open_file(wiring.key_path(folder), passphrase, "node"))
    found = [*_program(), *_files(folder)]
    try:
        settings = wiring.read_settings(folder)
    except BadSettings as fault:
        found += [Finding("fault", "settings", {"detail": one.message}) for one in fault.faults]
        return found
    found += [*_machine(settings)]
    if secrets is None:
        return [*found, Finding("fault", "key_missing", {"path": wiring.key_path(folder)})]
    try:
        found += _stores(folder, settings, passphrase, secrets, full)
    except StoreBusy:
        found.append(Finding("note", "serving", {"folder": folder}))
    except Locked:
        raise
    except OurFault as fault:
        found.append(Finding("fault", "store", {"detail": fault.message}))
    else:
        found += _port(settings)
    return found


def examine_machine(folder: Path) -> list[Finding]:
    """What can be said before there is a node: the program, the clock, the room on the disk of folder."""
    return [*_program(), *_disk(folder), *_port(Settings(name="node", owners=()))]


# ---------------------------------------------------------------- the machine


def _program() -> Iterator[Finding]:
    now = SystemClock().now()
    if now < OLDEST_MS:
        yield Finding("fault", "clock_unset", {"now": _utc(now)})
    if sys.version_info[:2] < PYTHON:
        yield Finding("fault", "python", {"version": sys.version.split()[0]})
    sqlite = apsw.sqlite_lib_version()
    if tuple(map(int, sqlite.split(".")[:2])) < SQLITE:
        yield Finding("fault", "sqlite", {"version": sqlite})
    package = resources.files("seamline")
    if not (package / "web" / "static" / "index.html").is_file():
        yield Finding("fault", "screens")
    if not (package / "web" / "layers" / "data" / "manifest.json").is_file():
        yield Finding("warning", "map")
    try:
        zoneinfo.ZoneInfo("Asia/Baghdad")
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        yield Finding("fault", "zones")


def _files(folder: Path) -> Iterator[Finding]:
    for path in (folder, folder / "data", folder / "keys"):
        if path.exists() and not os.access(path, os.W_OK):
            yield Finding("fault", "read_only", {"path": path})
    for path in (wiring.key_path(folder), folder / "data"):
        # Windows keeps other users out by the folder's inheritance, and its mode bits say nothing.
        if os.name != "nt" and path.exists() and path.stat().st_mode & 0o077:
            yield Finding("warning", "readable", {"path": path})
    if not (folder / wiring.CARD).exists():
        yield Finding("warning", "card", {"path": folder / wiring.CARD})
    if (folder / ".restoring").exists():
        yield Finding("warning", "restoring", {"path": folder / ".restoring"})
    yield from _disk(folder)


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < LOW:
        severity: Severity = "fault" if free < VERY_LOW else "warning"
        yield Finding(severity, "disk", {"mb": free >> 20, "path": folder})


def _machine(settings: Settings) -> Iterator[Finding]:
    if not is_loopback(settings.listen_host):
        yield Finding("note", "proxy", {"host": settings.listen_host})
    if settings.url is not None and settings.url.startswith("http://"):
        host = settings.url.removeprefix("http://").rpartition(":")[0] or settings.url[7:]
        if not is_loopback(host.strip("[]")):
            yield Finding("warning", "certificate", {"url": settings.url})


def _port(settings: Settings) -> Iterator[Finding]:
    try:
        wiring.check_port(settings)
    except BadInput:
        yield Finding("fault", "port", {"port": settings.listen_port})


# ---------------------------------------------------------------- the node


def _stores(
    folder: Path, settings: Settings, passphrase: str, secrets: NodeSecrets, full: bool
) -> Iterator[Finding]:
    stores = open_node_store(folder / "data", secrets.store_key)
    try:
        mark = wiring.high_water_path(folder, settings)
        if not mark.exists() and stores.log.last_seq():
            yield Finding("warning", "no_mark", {"path": mark})
        try:
            HighWater(mark).check(stores.log)
        except Behind as fault:
            yield Finding("fault", "behind", {"detail": fault.message})
        missing = stores.log.last_seq() - stores.picture.folded()
        if missing:
            yield Finding("note", "picture", {"n": missing})
    finally:
        stores.close()
    parts = wiring.assemble(folder, passphrase, guard=False)
    try:
        yield from _clock(parts.node)
        yield from _logs(parts.node, full)
        yield from _roster(parts.node)
        yield from _links(parts.node)
    finally:
        parts.close()


def _logs(node: Node, full: bool) -> Iterator[Finding]:
    for log in node.log.logs():
        name = f"{node.node_name(log.node)} {log.channel}/{log.lane}"
        if full:
            for detail in audit.verify_log(node, log)["faults"]:
                yield Finding("fault", "log", {"log": name, "detail": detail})
            continue
        head, note = node.log.head(log), node.log.checkpoint(log)
        tree = LogTree(node.log, log)
        if merkle.root(tree, head.size) != head.root:
            yield Finding("fault", "log", {"log": name, "detail": "log 4.2"})
        elif note and (told := claimed(note)).size <= head.size and told.root != merkle.root(tree, told.size):
            yield Finding("fault", "log", {"log": name, "detail": "log 5.6"})


def _clock(node: Node) -> Iterator[Finding]:
    seq, now = node.log.last_seq(), node.clock.now()
    last = max((a.received_at for a in node.log.journal(max(0, seq - 100))), default=0)
    if last > now + SKEW_MS:
        yield Finding("warning", "clock_back", {"now": _utc(now), "last": _utc(last)})


def _utc(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"


def _roster(node: Node) -> Iterator[Finding]:
    roster = node.trust.roster
    own = roster.node(node.key.fingerprint)
    if own is None:
        yield Finding("warning", "unnamed", {"owners": ", ".join(node.owners)})
    elif own.revoked:
        yield Finding("fault", "revoked")
    elif not own.counts:
        lacking = [party for party in node.owners if party not in own.named_by]
        yield Finding("warning", "unnamed", {"owners": ", ".join(lacking or node.owners)})
    for party, info in sorted(roster.parties.items()):
        if info.conflict is not None:
            yield Finding("fault", "dispute", {"party": party, "no": info.conflict.no})
        elif info.waiting:
            yield Finding("warning", "waiting", {"party": party, "no": info.no + 1})
    for party in sorted(roster.untrusted.keys() - roster.parties.keys()):
        yield Finding("warning", "unconfirmed", {"party": party})


def _links(node: Node) -> Iterator[Finding]:
    """By what came from each peer last: the process that knows more is the one that serves."""
    now, heard = node.clock.now(), {row.peer: _heard(node, row.peer) for row in node.local.links()}
    for row in node.local.links():
        info = node.trust.roster.node(row.peer)
        if row.enabled and info is not None and info.revoked:
            yield Finding("note", "link_ended", {"peer": row.name})
            continue
        last, ahead = heard[row.peer]
        if row.enabled and (last is None or now - last > SILENT_MS):
            yield Finding("note", "silent", {"peer": row.name, "hours": _hours(now, last)})
        if ahead > SKEW_MS:
            yield Finding("warning", "clock", {"peer": row.name, "minutes": ahead // 60_000})


def _heard(node: Node, peer: str) -> tuple[int | None, int]:
    """When something of the peer's last came (ms), and how far its clock was ahead of ours then."""
    times = [r.received_at for r in node.log.receipts() if r.reader == peer]
    ahead = 0
    for log in node.log.logs():
        if log.node == peer and (size := node.log.head(log).size):
            last = node.log.entries(log, size - 1, size)[0]
            arrival = max((at for _, at in node.log.reached(log, size - 1)), default=None)
            if last is not None and arrival is not None:
                times.append(arrival)
                ahead = max(ahead, _at(last) - arrival)
    return max(times, default=None), ahead


def _at(data: bytes) -> int:
    try:
        return entry.from_bytes(data).at
    except RuleBroken:
        return 0


def _hours(now: int, last: int | None) -> str:
    return "–" if last is None else str((now - last) // 3_600_000)
