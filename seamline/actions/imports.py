"""Import: rows of a foreign file become records of the officer's party, or one reference layer of this node.

A row's record id follows from the source's name and the row's own id (else its content), so that a second
import of the same file adds nothing. Each row is checked whole before any of it is written; rows are written
in batches, and a batch is saved as a whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from seamline.actions import enabled, layers, mapping, write
from seamline.actions.fold import own_id
from seamline.actions.mapping import LAYER
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.shaping import LeftOut, Shaped, Shaper, Undecided
from seamline.actions.source import Preset, Source, SourceRow
from seamline.actions.writer import Tx
from seamline.clock import uuid7
from seamline.errors import BadInput, NotFound
from seamline.geo import gridref
from seamline.geo.place import SCALE
from seamline.log import entry as entries
from seamline.log.channel import members
from seamline.log.checkpoint import LogId
from seamline.records import registry

BATCH = 200
"""Rows saved at once: few enough that a flash report never waits long for its turn."""
AHEAD = 3
MAX_LISTED = 200
PREVIEW = 5
Json = dict[str, Any]


class Ask(Struct, frozen=True, kw_only=True):
    """What is to be imported, and how. See docs/import.md.

    map: {column: target}; decisions: {name of a place: position or "leave"}; source: a name for the file that
    stays the same when it comes again; channel: the party's own if None.
    """

    kind: str
    preset: str | None = None
    map: dict[str, str] = {}
    decisions: dict[str, str] = {}
    source: str = ""
    channel: str | None = None
    lang: str = "en"
    attribution: str = ""
    licence: str = ""
    dry_run: bool = False


class Refused(Struct, frozen=True):
    """A row that was not taken: where it is, what is wrong, what would help; error.<code> says it too."""

    line: int
    column: str
    value: str
    remedy: str
    code: str = "bad_input"


class Candidate(Struct, frozen=True):
    """A place that a name may mean; lat, lon in degrees as a decision writes them."""

    name: str
    lat: float
    lon: float
    mgrs: str


class Uncertain(Struct):
    """A name that a person must decide, the rows that wait for it, and what it may mean."""

    name: str
    column: str
    sure: str
    rows: int
    first_line: int
    candidates: list[Candidate]


class Report(Struct, kw_only=True):
    """What became of each row: rows = new + present + changed + refused + waiting + left_out.

    present: imported before; changed: imported before with other content, and not touched; waiting: the
    name of its place must be decided. faults and uncertain list at most 200; the counts are of all.
    """

    kind: str
    source: str
    unit: str
    dry_run: bool
    channel: str = ""
    rows: int = 0
    new: int = 0
    present: int = 0
    changed: int = 0
    refused: int = 0
    waiting: int = 0
    left_out: int = 0
    areas: int = 0
    names: dict[str, int] = {}
    mapped: dict[str, str] = {}
    not_mapped: list[str] = []
    targets: list[str] = []
    faults: list[Refused] = []
    uncertain: list[Uncertain] = []
    preview: list[Json] = []
    layer: str | None = None


Progress = Callable[[int, int], None]


def run(
    node: Node, officer: Officer, source: Source, ask: Ask, progress: Progress = lambda done, of: None
) -> Report:
    """Import, or with ask.dry_run only say what would become of each row. It blocks.

    progress(rows done, rows in all) after each batch. Raises BadInput, NotAllowed, NotFound before anything
    is written, and what the store raises; batches saved until then stay, and importing again goes on there.
    """
    preset, name, channel = check(node, officer, ask)
    plan = mapping.plan(ask.kind, source.columns, preset, ask.map)
    outlines = enabled.layer(node, officer, enabled.GOVERNORATES)
    zone = ZoneInfo(node.settings.zone)
    shaper = Shaper(ask.kind, plan, preset, zone, node.ground(), ask.decisions, governorates=outlines)
    report = Report(kind=ask.kind, source=name, unit=source.unit, dry_run=ask.dry_run, channel=channel)
    report.mapped = {column: target for column, (target, _) in plan.items()}
    report.not_mapped = mapping.not_mapped(source.columns, plan)
    report.targets = list(mapping.targets(ask.kind))
    if ask.kind == LAYER:
        about = layers.about(name, ask.attribution, ask.licence, preset)
        kept = _Features(node, officer, about, report)
        _through(source, shaper, report, kept, progress)
        kept.finish()
    else:
        _through(source, shaper, report, _Records(node, officer, ask, name, channel, report), progress)
    return report


def check(node: Node, officer: Officer, ask: Ask) -> tuple[Preset | None, str, str]:
    """(preset, source's name, channel) of what is asked; BadInput, NotAllowed, NotFound before any row."""
    channel = _channel(node, officer, ask)
    preset = _preset(node, ask)
    name = source_name(ask, preset)
    if ask.kind == LAYER:
        layers.about(name, ask.attribution, ask.licence, preset)
    return preset, name, channel


def source_name(ask: Ask, preset: Preset | None) -> str:
    """What the rows' ids follow from: the same for the same file, whoever brings it."""
    name = ask.source.strip() or (preset.source if preset else "")
    if not name or len(name) > 120:
        raise BadInput("source", name, "a name for where the rows come from, the same each time")
    return name


def _preset(node: Node, ask: Ask) -> Preset | None:
    if not ask.preset:
        return None
    known = node.gateways.presets
    if ask.preset not in known:
        raise BadInput("preset", ask.preset, "one of " + ", ".join(sorted(known)))
    return known[ask.preset]


def _channel(node: Node, officer: Officer, ask: Ask) -> str:
    """Where the records go, if he may write there; a layer goes nowhere, it stays at this node."""
    if ask.kind not in mapping.KINDS:
        raise BadInput("as", ask.kind, "one of " + ", ".join(mapping.KINDS))
    if ask.kind == LAYER:
        layers.need(node, officer)
        return ""
    channel = node.held(ask.channel or node.party)
    if officer.party not in members(channel):
        raise NotFound(f"this node holds no channel {channel!r} of {officer.party}")
    if ask.lang not in write.LANGS:
        raise BadInput("lang", ask.lang, "one of " + ", ".join(write.LANGS))
    write.need_write(node, officer, registry.kind_of(ask.kind), channel, "routine")
    return channel


# ------------------------------------------------------------------ row by row


def _through(
    source: Source, shaper: Shaper, report: Report, sink: _Records | _Features, progress: Progress
) -> None:
    waiting: dict[str, Uncertain] = {}
    names: Counter[str] = Counter()
    for row in source.rows():
        report.rows += 1
        try:
            shaped = shaper.shape(row)
            sink.take(row, shaped)
            report.areas += shaped.area
            if shaped.sure:
                names[shaped.sure] += 1
            if len(report.preview) < PREVIEW:
                report.preview.append({"line": row.line, "value": shaped.value})
        except BadInput as fault:
            refuse(report, row.line, fault)
        except Undecided as asked:
            report.waiting += 1
            names[asked.match.sure] += 1
            _wait(waiting, row.line, asked)
        except LeftOut:
            report.left_out += 1
        if report.rows % BATCH == 0:
            progress(report.rows, source.count)
    sink.flush()
    report.faults.sort(key=lambda fault: fault.line)
    report.names = dict(sorted(names.items()))
    report.uncertain = sorted(waiting.values(), key=lambda u: (-u.rows, u.first_line))[:MAX_LISTED]
    progress(report.rows, source.count)


def refuse(report: Report, line: int, fault: BadInput) -> None:
    """Count a refused row, and list it while there is room."""
    report.refused += 1
    if len(report.faults) < MAX_LISTED:
        report.faults.append(Refused(line, fault.field, fault.value, fault.remedy, fault.code))


def _wait(waiting: dict[str, Uncertain], line: int, asked: Undecided) -> None:
    if asked.name in waiting:
        waiting[asked.name].rows += 1
        return
    if len(waiting) >= 100 * MAX_LISTED:
        return
    found = [
        Candidate(c.name, c.lat / SCALE, c.lon / SCALE, gridref.to_mgrs(c.lon, c.lat))
        for c in asked.match.candidates
    ]
    waiting[asked.name] = Uncertain(asked.name, asked.column, asked.match.sure, 1, line, found)


@dataclass(slots=True)
class _Records:
    """Rows into the log: checked here, written in batches by the node's writer."""

    node: Node
    officer: Officer
    ask: Ask
    source: str
    channel: str
    report: Report
    _batch: list[tuple[int, str, Json]] = field(default_factory=list)
    _seen: dict[str, bytes] = field(default_factory=dict)
    _running: list[tuple[list[tuple[int, str, Json]], Future[list[str]]]] = field(default_factory=list)

    def take(self, row: SourceRow, shaped: Shaped) -> None:
        id = self._id(row, shaped)
        digest = hashlib.blake2b(msgspec.json.encode(shaped.value), digest_size=8).digest()
        if (before := self._seen.get(id)) is not None:
            if before != digest:
                column = next((c for c, t in self.report.mapped.items() if t == "id"), "id")
                raise BadInput(
                    column, shaped.key, "another row has this id and other content", code="import_twice"
                )
            self.report.present += 1
            return
        self._seen[id] = digest
        self._batch.append((row.line, id, shaped.value))
        if len(self._batch) >= BATCH:
            self.flush(wait=False)

    def flush(self, *, wait: bool = True) -> None:
        if self._batch:
            batch, self._batch = self._batch, []
            if self.ask.dry_run:
                self._count(batch, [self._before(self.node.picture, id, body) for _, id, body in batch])
            else:
                self._running.append((batch, self.node.writer.submit(lambda tx: self._save(tx, batch))))
        # A few batches ahead of the writer, so that it never waits, and memory stays bounded.
        while self._running and (wait or len(self._running) > AHEAD):
            done, future = self._running.pop(0)
            self._count(done, future.result())

    def _save(self, tx: Tx, batch: list[tuple[int, str, Json]]) -> list[str]:
        """On the writer's thread: the new rows, numbered, appended at once."""
        node, fates, data = self.node, [], []
        log = LogId(node.key.fingerprint, self.channel, "routine")
        for _, id, body in batch:
            fate = self._before(tx.picture, id, body)
            fates.append(fate)
            if fate == "new":
                saying = write.Saying(self.ask.kind, self.channel, "routine", self.ask.lang, body)
                made = write.draft_entry(node, self.officer, saying, None, id)
                numbered = msgspec.structs.replace(made, no=tx.log.allot(self.channel))
                data.append(entries.to_bytes(numbered))
        if data:
            tx.log.append(log, tx.log.head(log).size, data, node.clock.now())
        return fates

    def _before(self, picture: Any, id: str, body: Json) -> str:
        # Also those that do not count yet: at a node that is not on its party's roster so far, none does.
        revisions = picture.revisions(self.channel, id)
        if not revisions:
            return "new"
        first = min(revisions, key=lambda r: r.rev)
        return "present" if msgspec.json.decode(first.body) == body else "changed"

    def _count(self, batch: list[tuple[int, str, Json]], fates: list[str]) -> None:
        for (line, _, _), fate in zip(batch, fates, strict=True):
            setattr(self.report, fate, getattr(self.report, fate) + 1)
            if fate == "changed" and len(self.report.faults) < MAX_LISTED:
                remedy = "imported before with other content; revise that record by hand if this is right"
                self.report.faults.append(Refused(line, "", "", remedy, "import_changed"))

    def _id(self, row: SourceRow, shaped: Shaped) -> str:
        """A UUIDv7 of the row's own day and a hash of where it comes from, drawn until it is the party's."""
        own = shaped.key or _content(row)
        party = write.speaks(self.node, self.officer, None)
        seed = msgspec.json.encode(["import", self.source, self.ask.kind, self.channel, party, own])
        draws = 0

        def draw() -> str:
            nonlocal draws
            draws += 1
            # The day only: the zone of the node that imports must not change whose row it is.
            day = (shaped.at + 43_200_000) // 86_400_000 * 86_400_000
            return uuid7(day, hashlib.sha256(seed + draws.to_bytes(4, "big")).digest()[:10])

        return own_id(draw, party, set(members(self.channel)))


def _content(row: SourceRow) -> str:
    told = msgspec.json.encode([sorted(row.values.items()), row.geometry])
    return hashlib.sha256(told).hexdigest()


@dataclass(slots=True)
class _Features:
    """Rows into one reference layer of this node."""

    node: Node
    officer: Officer
    about: layers.About
    report: Report
    _features: list[Json] = field(default_factory=list)
    _size: int = 0

    def take(self, row: SourceRow, shaped: Shaped) -> None:
        self._features.append(shaped.value)
        self._size += len(msgspec.json.encode(shaped.value))
        layers.check_size(len(self._features), self._size)

    def flush(self) -> None:
        """Nothing is kept before the whole layer is there."""

    def finish(self) -> None:
        before = layers.features(self.node, self.about.id)
        old = Counter(msgspec.json.encode(f) for f in before)
        new = Counter(msgspec.json.encode(f) for f in self._features)
        self.report.new = (new - old).total()
        self.report.present = len(self._features) - self.report.new
        self.report.layer = self.about.id
        if not self.report.dry_run and self._features and new != old:
            layers.put(self.node, self.about, self._features)
