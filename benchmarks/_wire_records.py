"""What the wire is measured with: 10,000 real incidents and 2,000 activities of the exercise, as entries.

The 2,462 incidents of the shipped UCDP sample as an import makes them, four times and a bit; the copies with
another number, moved by up to 20 km and by whole days. The exercise's activities in three languages, moved in
the same way, each with another number in its title. All said by one node within seven days. The same bytes in
every run.
"""

from __future__ import annotations

import copy
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.importing import SAMPLE, a_node, bring
from seamline.clock import uuid7
from seamline.demo import exercise
from seamline.geo.gridref import to_mgrs
from seamline.log.checkpoint import LogId
from seamline.log.entry import Entry, Sig, to_bytes
from seamline.log.keys import SigningKey, to_base64
from seamline.records import coerce, registry
from seamline.records.values import plain

Json = dict[str, Any]
START = 1_795_219_200_000
"""2026-11-21, the first of the seven days."""
WEEK, DAY = 7 * 86_400_000, 86_400_000
INCIDENTS, ACTIVITIES = 10_000, 2_000
MOST_MOVED = 2_000_000
"""0.2 degrees, in units of 1e-7 degree."""


def entries(incidents: int = INCIDENTS, activities: int = ACTIVITIES) -> list[Entry]:
    """All records in the order they were said, numbered from 1."""
    chance = random.Random(16)
    bodies = [*_incidents(incidents, chance), *_activities(activities, chance)]
    chance.shuffle(bodies)
    step = WEEK // len(bodies)
    found = []
    for n, (kind, lang, body) in enumerate(bodies):
        at = START + n * step + chance.randrange(step)
        id = uuid7(at, chance.randbytes(10))
        found.append(
            Entry(id=id, kind=kind, party="isf", by="watch-1", at=at, body=body, lang=lang, no=n + 1)
        )
    return found


def signed(said: list[Entry]) -> list[Entry]:
    """The same, each with a signature of its officer (random bytes: no checker looks at these)."""
    chance, key = random.Random(17), SigningKey(bytes(32))
    return [
        msgspec.structs.replace(one, sig=Sig(key.fingerprint, to_base64(chance.randbytes(64))))
        for one in said
    ]


def documents(said: list[Entry]) -> list[tuple[str, Json]]:
    """(id, record) as a peer holds it: what the entry says, without the log's own fields."""
    return [
        (
            one.id,
            {
                "kind": one.kind,
                "party": one.party,
                "by": one.by,
                "at": one.at,
                "lang": one.lang,
                "body": one.body,
            },
        )
        for one in said
    ]


def _incidents(count: int, chance: random.Random) -> Iterator[tuple[str, str, Json]]:
    real = _real()
    for n in range(count):
        turn, which = divmod(n, len(real))
        body = copy.deepcopy(real[which])
        if turn:
            body["narrative"] = re.sub(r"event (\d+)", rf"event {turn}\1", body["narrative"])
            _move(body, "occurred", chance)
        yield "incident", "en", body


def _real() -> list[Json]:
    """The bodies that an import of the sample makes."""
    with tempfile.TemporaryDirectory(prefix="seamline wire ") as name:
        parts = a_node(Path(name))
        bring(parts.node, SAMPLE)
        log = LogId(parts.node.key.fingerprint, "isf", "routine")
        data = parts.node.log.entries(log, 0, parts.node.log.head(log).size)
        parts.close()
    return [msgspec.json.decode(one)["body"] for one in data if one is not None]


def _activities(count: int, chance: random.Random) -> Iterator[tuple[str, str, Json]]:
    steps = [
        one for one in exercise.week(lambda hours: START + int(hours * 3_600_000)) if one.kind == "activity"
    ]
    for n in range(count):
        step = steps[n % len(steps)]
        said = {**step.body, "title_text": f"{step.body['title_text']} {n + 1}"}
        kind = registry.kind_of("activity")
        body = plain(registry.parse("activity", coerce.coerce(kind, said)))
        _move(body, "when", chance)
        yield "activity", step.lang, body


def _move(body: Json, when: str, chance: random.Random) -> None:
    days = chance.randrange(-365, 366) * DAY
    body[when] = {edge: at + days for edge, at in body[when].items()}
    by = [chance.randrange(-MOST_MOVED, MOST_MOVED + 1) for _ in range(2)]
    place = body["place"]
    place["geometry"]["coordinates"] = _moved(place["geometry"]["coordinates"], by)
    if "mgrs" in place:
        lon, lat = place["geometry"]["coordinates"]
        place["mgrs"] = to_mgrs(lon, lat)


def _moved(coordinates: Any, by: list[int]) -> Any:
    if isinstance(coordinates[0], int):
        return [value + move for value, move in zip(coordinates, by, strict=True)]
    return [_moved(one, by) for one in coordinates]


def as_bytes(said: Sequence[Entry]) -> list[bytes]:
    """Entries as they stand in the log."""
    return [to_bytes(one) for one in said]
