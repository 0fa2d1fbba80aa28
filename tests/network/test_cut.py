"""A line is cut for minutes in the middle of a backlog, of a large entry, of a photo: none begins again.

`make soak` only. Each prints what it took: docs/lines.md has those figures.
"""

from __future__ import annotations

import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.network.line import Weather
from tests.network.rooms import BODY, SHARED, Country, country, until
from tests.network.test_bad_lines import TWO, tell
from tests.release.photos import png

pytestmark = pytest.mark.soak

__all__ = ["tell"]
Tell = Callable[[str], None]

CUT: Final = 150.0
"""Seconds: longer than any connection, back-off or held request lives."""
SPARE: Final = 1.25
"""What TCP, HTTP and their repeats add to bytes that go once."""
AGAIN: Final = 24_000
"""What a new beginning costs at most: greetings, and messages that came but were not yet taken in."""


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
        began, heard = here.offered, baghdad.links()[0]["bytes_in"]
        kept = [_bring(erbil, data) for data in (photo, thumb)]
        told = {**kept[0], "thumb": kept[1]["hash"], "thumb_size": kept[1]["size"]}
        erbil.post("/api/records", {"kind": "incident", "channel": SHARED, "body": BODY | {"photos": [told]}})
        until(lambda: here.offered - began > kept[0]["size"] * 0.6, 120, "more than half of the photo")
        cut(here)
        mended, taken = here.offered, baghdad.links()[0]["bytes_in"] - heard
        took = until(lambda: baghdad.gets(f"/api/blobs/{kept[0]['hash']}"), 300, "the photo")
        used = here.offered - mended
        tell(f"of {kept[0]['size']} bytes {taken} before the cut, {used} on the line after it, {took:.0f} s")
        assert taken > kept[0]["size"] / 4, "too little had come to go on from"
        assert used <= (kept[0]["size"] - taken) * SPARE + AGAIN
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
        text = "".join(chr(0x4E00 + at % 0x5000) for (at,) in struct.iter_unpack("<H", os.urandom(16_000)))
        whole = len(zlib.compress(text.encode()))
        heard = baghdad.links()[0]["bytes_in"]
        body = BODY | {"narrative": text}
        id = erbil.post("/api/records", {"kind": "incident", "channel": SHARED, "body": body})["id"]
        until(lambda: baghdad.links()[0]["bytes_in"] - heard > 9000, 300, "more than half of the entry")
        cut(here)
        assert not baghdad.has(id), "it came before the cut"
        mended, taken = here.offered, baghdad.links()[0]["bytes_in"] - heard
        took = until(lambda: baghdad.has(id), 300, "the entry")
        used = here.offered - mended
        tell(f"of {whole} bytes {taken} before the cut, {used} on the line after it, {took:.0f} s")
        assert used <= (whole - taken) * SPARE + 11_000 < whole
        until(here.settled, 300, "the same heads and receipts on both sides")
        here.end()


def _meets(here: Country) -> bool:
    return all(link["waiting"] is not None for room in here.rooms.values() for link in room.links())


def _bring(room: Any, photo: bytes) -> dict[str, Any]:
    with room.space.inside(), room.served.client() as client:
        found: dict[str, Any] = client.post("/api/blobs", content=photo).raise_for_status().json()
        return found
