"""The screens: exact names, compressed twins, ranges, caching, and index.html for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.web.files import NOT_BUILT, Files, _range
from tests.web.desk import Desk, desk

SCRIPT = b"console.log('x');" * 50
TILES = bytes(range(256)) * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "static"
    (folder / "assets").mkdir(parents=True)
    (folder.parent / "secret.txt").write_bytes(b"not for anybody")
    (folder / "index.html").write_bytes(b"<!doctype html><title>x</title>")
    (folder / "assets" / "index-DiwrgTda.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-DiwrgTda.js.br").write_bytes(b"brotli")
    (folder / "assets" / "index-DiwrgTda.js.gz").write_bytes(b"gzip!")
    (folder / "ground.pmtiles").write_bytes(TILES)
    return folder


@pytest.fixture(scope="module")
def here(folder: Path) -> Iterator[Desk]:
    with desk("isf", static=folder) as made:
        yield made


@pytest.mark.parametrize("target", ["/", "/records/7", "/records/x/history", "/index.html"])
def test_addresses_of_the_screens_are_the_page(here: Desk, target: str) -> None:
    reply = here.wire.get(target)
    assert (reply.status, reply.body) == (200, b"<!doctype html><title>x</title>")
    assert reply.header("cache-control") == "no-cache"


@pytest.mark.parametrize(
    "target",
    [
        "/assets/nothing.js", "/favicon.ico", "/../secret.txt", "/%2e%2e/secret.txt",
        "/a/..%2f..%2fsecret.txt",
        "/assets/", "/assets/index-DiwrgTda.js.br", "//etc/passwd.txt", "/api", "/api/", "/..%5csecret.txt",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(here: Desk, target: str) -> None:
    reply = here.wire.get(target)
    assert reply.status == 404
    assert b"not for anybody" not in reply.body


@pytest.mark.parametrize(
    ("accept", "encoding", "body"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip", "gzip", b"gzip!"),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
def test_a_compressed_twin_is_sent_to_who_takes_it(
    here: Desk, accept: str, encoding: str | None, body: bytes
) -> None:
    reply = here.wire.get("/assets/index-DiwrgTda.js", headers={"accept-encoding": accept})
    assert (reply.header("content-encoding"), reply.body) == (encoding, body)
    assert reply.header("content-length") == str(len(body))
    assert reply.header("content-type") == "text/javascript; charset=utf-8"
    assert "immutable" in (reply.header("cache-control") or "")
    assert reply.header("vary") == "accept-encoding"


def test_a_known_file_is_not_sent_again(here: Desk) -> None:
    first = here.wire.get("/index.html")
    again = here.wire.get("/index.html", headers={"if-none-match": f'"x", W/{first.header("etag")}'})
    assert (again.status, again.body) == (304, b"")


def test_encodings_are_told_apart_by_their_tags(here: Desk) -> None:
    tags = {
        here.wire.get("/assets/index-DiwrgTda.js", headers={"accept-encoding": e}).header("etag")
        for e in ("br", "gzip", "")
    }
    assert len(tags) == 3
    for tag in tags:
        assert here.wire.get("/assets/index-DiwrgTda.js", headers={"if-none-match": tag}).status == 304


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=100000-", 100_000, len(TILES)), ("bytes=-7", len(TILES) - 7, len(TILES)),
     ("bytes=5-5", 5, 6), ("bytes=0-99999999", 0, len(TILES))],
)  # fmt: skip
def test_a_range_of_tiles(here: Desk, wanted: str, start: int, stop: int) -> None:
    reply = here.wire.get("/ground.pmtiles", headers={"range": wanted})
    assert reply.status == 206
    assert reply.body == TILES[start:stop]
    assert reply.header("content-range") == f"bytes {start}-{stop - 1}/{len(TILES)}"


def test_a_range_beyond_the_end(here: Desk) -> None:
    reply = here.wire.get("/ground.pmtiles", headers={"range": "bytes=9999999-"})
    assert (reply.status, reply.header("content-range")) == (416, f"bytes */{len(TILES)}")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes=7-3", "x"])
def test_a_range_that_is_none_gets_the_whole(here: Desk, wanted: str) -> None:
    reply = here.wire.get("/ground.pmtiles", headers={"range": wanted})
    assert (reply.status, len(reply.body)) == (200, len(TILES))


def test_a_range_of_a_file_that_changed_gets_the_whole(here: Desk) -> None:
    reply = here.wire.get("/ground.pmtiles", headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert reply.status == 200


def test_head_says_how_much_and_sends_nothing(here: Desk) -> None:
    reply = here.wire.send("HEAD", "/ground.pmtiles")
    assert (reply.status, reply.body, reply.header("content-length")) == (200, b"", str(len(TILES)))
    assert here.wire.send("HEAD", "/healthz").status == 200


def test_without_the_screens_the_page_says_so(tmp_path: Path) -> None:
    reply = Files(tmp_path / "none").reply("/", {})
    assert (reply.status, reply.data) == (200, NOT_BUILT)


@given(st.text(max_size=40), st.integers(0, 10_000))
def test_any_range_header_is_a_part_or_none(header: str, size: int) -> None:
    for wanted in (header, f"bytes={header}"):
        part = _range(wanted, size)
        if isinstance(part, tuple):
            assert 0 <= part[0] < part[1] <= size


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_a_good_range_is_what_it_says(first: int, last: int, size: int) -> None:
    part = _range(f"bytes={first}-{last}", size)
    if first > last:
        assert part is None
    elif first >= size:
        assert part == "unsatisfiable"
    else:
        assert part == (first, min(last + 1, size))
