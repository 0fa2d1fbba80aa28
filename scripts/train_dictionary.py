"""Train the dictionary of short parts: seamline/exchange/data/records-1.dict (docs/spec/exchange.md 9.2).

    python scripts/train_dictionary.py          write it
    python scripts/train_dictionary.py --check  exit 1 if it would come out otherwise

From records of all kinds as they are cut into columns: the exercise's week in three languages, the
examples of the API, rows of the UCDP sample of the tests (every twelfth one, so that the rest is left to
measure with) and place names. Everything is synthetic or open data, and no person is named in it. The same
input and the same zstandard give the same bytes. What is published is never trained again: another one gets
another number.
"""

from __future__ import annotations

import csv
import hashlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

from seamline.clock import uuid7
from seamline.demo import exercise, ground
from seamline.gateways.table import ucdp
from seamline.log import columns
from seamline.log.entry import Entry, Sig, to_bytes
from seamline.log.keys import to_base64
from seamline.records import coerce, registry
from seamline.records.values import CODES
from seamline.web import examples

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "seamline" / "exchange" / "data" / "records-1.dict"
SAMPLE = ROOT / "tests" / "gateways" / "samples" / "ucdp_ged.csv"
PLACES = ROOT / "seamline" / "geo" / "data" / "osm_places_northern_iraq.csv"
SIZE = 24 * 1024
START = 1_760_000_000_000
Said = tuple[str, str, dict[str, Any]]


def week() -> Iterator[Said]:
    """The exercise, and the kinds that follow from it."""
    for step in exercise.week(lambda hours: START + int(hours * 3_600_000)):
        refers = {name: an_id(f"{step.key} {name}") for name in step.refers}
        yield step.kind, step.lang, {**step.body, **refers, "synthetic": True}
    yield "terms", "en", ground.terms()
    for example in (examples.INCIDENT, examples.ACTIVITY):
        body: Any = example["body"]
        yield str(example["kind"]), "en", body


def acts() -> Iterator[Said]:
    """What is said about other records."""
    for n in range(20):
        ref, digest = an_id(f"act {n}"), hashlib.sha256(b"%d" % n).hexdigest()
        yield "opened", "en", {"of": ref, "hash": digest}
        yield "endorsement", "ar", {"of": ref, "hash": digest}
        yield "release", "en", {"source": ref, "target": an_id(f"to {n}"), "mode": ("whole", "tear")[n % 2]}
        yield "note", "ckb", {"text": "تێبینی", "about": ref}
        yield "withdrawal", "en", {"of": ref, "reason": "Entered twice"}


def events() -> Iterator[Said]:
    """Incidents of the sample as an import makes them, in their bodies."""
    with SAMPLE.open(encoding="utf-8") as file:
        for row in list(csv.DictReader(file))[::12]:
            told = ucdp.derive(row)
            lon, lat = (round(float(row[k]) * 1e7) for k in ("longitude", "latitude"))
            name = row["where_coordinates"]
            place = {
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "accuracy_m": 2000,
                "name": name,
            }
            body = {k: told[k] for k in ("summary", "narrative", "source", "type")}
            when = {"start": START, "end": START + 86_400_000}
            yield "incident", "en", {**body, "occurred": when, "place": place, "harm": {"killed": 1}}


def alerts() -> Iterator[Said]:
    """What a watch officer sends in a hurry, at places of every script."""
    rng = random.Random("alerts")  # noqa: S311 - the same in every run, no secret
    with PLACES.open(encoding="utf-8") as file:
        names = [row["Name"] for row in csv.DictReader(file)]
    texts = {
        "en": (
            "Shots heard near {}",
            "Unknown vehicles at {}",
            "Our patrol is at {}, hold fire",
            "Fire seen at {}",
        ),
        "ar": ("سماع إطلاق نار قرب {}", "عجلات مجهولة في {}", "دوريتنا في {}، أوقفوا الرمي", "حريق في {}"),
        "ckb": (
            "دەنگی تەقە لە نزیک {}",
            "ئۆتۆمبێلی نەناسراو لە {}",
            "دەوریەمان لە {}ـە، تەقە مەکەن",
            "ئاگر لە {}",
        ),
    }
    codes = CODES
    for n, name in enumerate(rng.sample(names, 400)):
        lang = ("en", "ar", "ckb")[n % 3]
        begin = START + n * 60_000
        place = {
            "geometry": {"type": "Point", "coordinates": [430_000_000 + n, 355_000_000]},
            "accuracy_m": 100,
        }
        about = {"summary": rng.choice(texts[lang]).format(name), "place": {**place, "name": name}}
        if n % 4:
            more = {k: rng.choice(codes[v]) for k, v in (("precedence", "precedence"), ("asked", "asked"))}
            what = {
                "type": rng.choice(codes["incident_type"]),
                "occurred": {"start": begin, "end": begin + 60_000},
            }
            yield "incident", lang, {**about, **what, **more}
        else:
            what = {
                "type": rng.choice(codes["activity_type"]),
                "when": {"start": begin, "end": begin + 60_000},
            }
            band = {"size": rng.choice(codes["size_band"]), "mode": rng.choice(codes["activity_mode"])}
            title = {"title_text": about["summary"], "place": about["place"]}
            yield "activity", lang, {**title, **what, **band}


def entries() -> list[bytes]:
    """Every record as an entry."""
    found = []
    for n, (kind, lang, given) in enumerate([*week(), *acts(), *events(), *alerts()]):
        body = coerce.coerce(registry.kind_of(kind), given) if kind != "terms" else given
        sig = Sig(hashlib.sha256(b"%d" % n).hexdigest()[:32], to_base64(bytes(64))) if n % 3 == 0 else None
        party = ("isf", "ksf", "isf+ksf", "mag")[n % 4]
        by = ("watch-1", "planner-1", "release-1", "signatory-1", "node")[n % 5]
        prev = hashlib.sha256(b"prev %d" % n).hexdigest() if n % 7 == 0 else None
        at, rev = START + n * 1000, 2 if prev else 1
        found.append(to_bytes(Entry(an_id(str(n)), kind, party, by, at, body, lang, rev, prev, n + 1, sig)))
    return found


def an_id(of: str) -> str:
    """An id that is the same in every run."""
    return uuid7(START, hashlib.sha256(of.encode()).digest()[:10])


def train() -> bytes:
    """The dictionary's bytes."""
    said = entries()
    rng = random.Random("samples")  # noqa: S311 - the same in every run, no secret
    samples: list[bytes | bytearray | memoryview[int]] = []
    for size in (1, 1, 2, 5):
        rng.shuffle(said)
        for start in range(0, len(said), size):
            streams = columns.split(said[start : start + size])
            if streams is not None:
                samples.append(streams.text)
    return zstandard.train_dictionary(SIZE, samples, dict_id=1, level=19).as_bytes()


def main(words: list[str]) -> int:
    """Write the dictionary, or compare it."""
    data = train()
    if "--check" in words:
        return 0 if OUT.read_bytes() == data else 1
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(data)
    print(f"{OUT.relative_to(ROOT)}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
