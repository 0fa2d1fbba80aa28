"""What the first screens weigh on the wire: the limits that a thin line sets, without a clock.

Measured over a real line in benchmarks/screen_visit.py; here only the files, as the node sends them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seamline import texts
from seamline.web import packed

STATIC = Path(__file__).resolve().parents[2] / "seamline/web/static"
LIST, MAP = 98_000, 262_000
"""Bytes, with room for what the node says: of the 120 kB of a usable list, and of the 550 kB of a usable
map."""
DRAWS = ("MapPane-", "chart-", "map-shared-", "map-worker-")


def weight(name: str) -> int:
    """What goes over the wire of a file."""
    path = STATIC / name
    small = path.with_name(path.name + ".br")
    return (small if small.exists() else path).stat().st_size


def first_parts() -> set[str]:
    """The files that a browser fetches for the first list."""
    page = (STATIC / "index.html").read_text("utf-8")
    return {"index.html", *re.findall(r'(?:src|href)="\./(assets/[^"]+)"', page)}


@pytest.mark.parametrize("lang", texts.LANGS)
def test_the_first_list_is_small(lang: str) -> None:
    words = len(packed.pack(texts.part(lang, "screens")).small["zstd"])
    parts = {name: weight(name) for name in first_parts()}
    assert len(parts) == 3  # each further one would wait for an answer of its own
    assert sum(parts.values()) + words < LIST, (words, parts)


def test_what_draws_the_map_is_small() -> None:
    parts = [p.relative_to(STATIC).as_posix() for p in STATIC.glob("assets/*") if p.name.startswith(DRAWS)]
    found = {name: weight(name) for name in parts if not name.endswith((".br", ".gz"))}
    assert len(found) == 6
    assert sum(found.values()) < MAP, found
