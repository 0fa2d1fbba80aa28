"""A line is cut for minutes in the middle of a backlog, of a large entry, of a photo: none begins again.

`make soak` only. Each prints what it took: docs/lines.md has those figures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.network.line import Weather
from tests.network.rooms import BODY, SHARED, Country, country, until
from tests.network.test_bad_lines import TWO, tell
from tests.release.photos import png

__all__ = ["tell"]
Tell = Callable[[str], None]

CUT: Final = 150.0
"""Seconds: longer than any connection, back-off or held request lives."""
SPARE: Final = 1.25
"""What TCP, HTTP and their repeats add to bytes that go once."""
AGAIN: Final = 24_000
"""What a new beginning costs at most: the greetings, and the message that was under way each way."""


def cut(here: Country, seconds: float = CUT) -> None:
    """Nothing passes for so long."""
    here.lines[0].cut()
    time.sleep(seconds)
    here.lines[0].mend()


def test_a_backlog_goes_on_where_it_was_cut(tmp_path: Path, tell: Tell) -> None:
    with country(tmp_path, TWO, Weather(64_000, 0.3)) as here:
        erbil, baghdad = here.rooms["erbil"], here.rooms["baghdad"]
        here.lines[0].cut()
        erbil.say(1500)
        here.lines[0].mend()
        began = here.offered
        until(lambda: baghdad.held("erbil") > 400, 300, "a part of the backlog")
        cut(here)
        had, before = baghdad.held("erbil"), here.offered - began
        mended = here.offered
        took = until(here.settled, 300, "the same heads and receipts on both sides")
        left, after = baghdad.held("erbil") - had, here.offered - mended
        tell(f"{had} entries in {before} bytes, cut {CUT:.0f} s, {left} in {after} bytes, {took:.0f} s")
        assert left > 200, "nothing was left to go on with"
        assert after <= before / had * left * SPARE + AGAIN
        here.end()


def test_a_photo_goes_on_from_where_it_was_cut(tmp_path: Path, tell: Tell) -> None:
    photo, thumb = png(420), png(8)
    with country(tmp_path, TWO, Weather(64_000, 0.3)) as here:
        erbil, baghdad = here.rooms["erbil"], here.rooms["baghdad"]
        until(lambda: _meets(here), 120, "the first words")
        began = here.offered
        kept = [_bring(erbil, data) for data in (photo, thumb)]
        told = {**kept[0], "thumb": kept[1]["hash"], "thumb_size": kept[1]["size"]}
        erbil.post("/api/records", {"kind": "incident", "channel": SHARED, "body": BODY | {"photos": [told]}})
        until(lambda: here.offered - began > kept[0]["size"] * 0.6, 120, "more than half of the photo")
        cut(here)
        mended = here.offered
        took = until(lambda: baghdad.gets(f"/api/blobs/{kept[0]['hash']}"), 300, "the photo")
        used = here.offered - mended
        tell(f"of {kept[0]['size']} bytes {used} after the cut, {took:.0f} s")
        assert used <= kept[0]["size"] * 0.4 * SPARE + AGAIN
        here.end()


def test_a_large_entry_goes_on_from_its_fragments(tmp_path: Path, tell: Tell) -> None:
    with country(tmp_path, TWO, Weather(4800, 0.9)) as here:
        erbil, baghdad = here.rooms["erbil"], here.rooms["baghdad"]
        for room in (erbil, baghdad):
            link = room.links()[0]
            room.post(
                "/api/links", {"peer": link["peer"], "name": link["name"], "url": link["url"], "part": 4096}
            )
        until(lambda: _meets(here), 300, "the first words")
        began = here.offered
        body = BODY | {"narrative": _noise(8000)}
        id = erbil.post("/api/records", {"kind": "incident", "channel": SHARED, "body": body})["id"]
        until(lambda: here.offered - began > 9000, 300, "more than half of the entry")
        cut(here)
        mended = here.offered
        assert not baghdad.has(id), "it came before the cut"
        took = until(lambda: baghdad.has(id), 300, "the entry")
        used = here.offered - mended
        tell(f"{used} bytes after the cut, {took:.0f} s")
        assert used <= 9000
        until(here.settled, 300, "the same heads and receipts on both sides")
        here.end()


def _meets(here: Country) -> bool:
    return all(link["waiting"] is not None for room in here.rooms.values() for link in room.links())


def _bring(room: Any, photo: bytes) -> dict[str, Any]:
    with room.space.inside(), room.served.client() as client:
        found: dict[str, Any] = client.post("/api/blobs", content=photo).raise_for_status().json()
        return found


def _noise(count: int) -> str:
    """Letters of two bytes each that nothing presses well."""
    return "".join(chr(0x0620 + b % 32 + (b >> 5) * 32) for b in os.urandom(count) if b)[:count]
