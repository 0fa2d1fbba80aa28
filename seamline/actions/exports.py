"""Records as a file for other programs: what the officer may read, marked, and logged before he has it.

For coordination only, not for targeting (DESIGN §1): the mark stands in every row.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import shapely

from seamline import texts
from seamline.actions import read, write
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.read import RecordQuery
from seamline.actions.source import OutRow, Value
from seamline.actions.view import Item
from seamline.actions.writer import Tx
from seamline.errors import BadInput, TooLarge
from seamline.geo import place
from seamline.geo.window import format_rfc3339
from seamline.records import registry
from seamline.records.kind import fields

MOST: Final = 50_000
"""Records in one file."""

# What an import understands under the same names stands beside what only this program knows.
_FIRST: Final = (
    "use", "id", "number", "kind", "party", "channel", "node", "by", "rev", "said", "arrived", "state",
    "title", "start", "end", "lat", "lon", "mgrs", "accuracy_m", "where",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """A file. name: as a browser may keep it."""

    data: bytes
    name: str
    count: int


def export(node: Node, officer: Officer, query: RecordQuery, form: str, lang: str) -> Future[Exported]:
    """The records of the query (its limit and cursor are passed over) as csv or geojson.

    Without kinds: those that people say, not the acts about them. Raises BadInput for another form, TooLarge
    for more than MOST; the future is done once the export stands in the log.
    """
    officer.need(*READERS)
    writer = node.gateways.writers.get(form)
    if writer is None:
        raise BadInput("format", form, "one of " + ", ".join(sorted(node.gateways.writers)))
    kinds = query.kinds or tuple(name for name, kind in registry.KINDS.items() if kind.BY_FORM)
    mark = texts.text(lang, "export.mark")
    rows = [_row(item, mark) for item in _items(node, officer, replace(query, kinds=kinds))]
    data = writer(_columns(rows), rows, mark)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(node.clock.now() / 1000))
    made = Exported(data, f"{node.name}-records-{stamp}.{form}", len(rows))
    return logged(node, officer, made, form, _asked(query))


def logged(node: Node, officer: Officer, made: Exported, form: str, asked_for: str) -> Future[Exported]:
    """The file, once it stands in the log that this officer took it (SHA-256 and what he asked for)."""
    body: dict[str, Any] = {"form": form, "count": made.count, "hash": hashlib.sha256(made.data).hexdigest()}
    if asked_for:
        body["asked_for"] = asked_for
    saying = write.check(node, officer, write.Saying("export", node.party, "routine", "en", body))

    def job(tx: Tx) -> None:
        entry = write.draft_entry(node, officer, saying)
        write.append(node, tx, node.party, "routine", entry, no=0)

    return node.then(node.writer.submit(job), lambda _: made)


def _items(node: Node, officer: Officer, query: RecordQuery) -> Iterator[Item]:
    count, cursor = 0, None
    while True:
        page = read.records(node, officer, replace(query, limit=read.MAX_LIMIT, cursor=cursor))
        count += len(page.items)
        if count > MOST:
            raise TooLarge("records", f"more than {MOST}", "narrow it by time, kind, party or area")
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _row(item: Item, mark: str) -> OutRow:
    values: dict[str, Value] = {"use": mark}
    values |= {name: item[name] for name in ("id", "number", "kind", "party", "channel", "node", "by", "rev")}
    values |= {"said": format_rfc3339(item["at"]), "arrived": format_rfc3339(item["received_at"])}
    values |= {"state": item["state"], "title": item["title"]}
    geometry = None
    kind = registry.KINDS.get(item["kind"])
    types = {field.name: field.spec.type for field in fields(kind)} if kind else {}
    for name, value in item["body"].items():
        match types.get(name):
            case "window":
                values |= {end: format_rfc3339(value[end]) for end in ("start", "end")}
            case "place":
                geometry = shapely.geometry.mapping(place.to_shapely(value["geometry"]))
                values |= _where(value)
            case "instant":
                values[name] = format_rfc3339(value)
            case _:
                values[name] = value if isinstance(value, str | int | bool) else _json(value)
    return OutRow(values, geometry)


def _where(value: dict[str, Any]) -> dict[str, Value]:
    told: dict[str, Value] = {}
    if value["geometry"]["type"] == "Point":
        # An area has no position: a point in its middle would say more than its author did.
        lon, lat = value["geometry"]["coordinates"]
        told |= {"lat": lat / place.SCALE, "lon": lon / place.SCALE}
    names = {"mgrs": "mgrs", "accuracy_m": "accuracy_m", "name": "where"}
    return told | {column: value[name] for name, column in names.items() if name in value}


def _columns(rows: Iterable[OutRow]) -> list[str]:
    found = dict.fromkeys(_FIRST)
    for row in rows:
        found |= dict.fromkeys(row.values)
    return list(found)


def _asked(query: RecordQuery) -> str:
    """The filters as words, for whoever reads the log."""
    said = {
        "kind": ",".join(query.kinds),
        "party": query.party,
        "channel": query.channel,
        "box": ",".join(map(str, query.bbox or ())),
        "from": format_rfc3339(query.start) if query.start is not None else None,
        "to": format_rfc3339(query.end) if query.end is not None else None,
        "as_of": format_rfc3339(query.as_of) if query.as_of is not None else None,
        "q": query.text,
    }
    return " ".join(f"{name}={value}" for name, value in said.items() if value)[:200]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
