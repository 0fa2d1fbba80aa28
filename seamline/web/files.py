"""The screens: files of seamline/web/static, and index.html for every address the screens route themselves.

Only files found when the program started are served, by exact name, so no path can lead elsewhere. A
`.br` or `.gz` beside a file is sent in its place to who takes it. Data files answer Range (RFC 9110 §14),
which is how a map reads its tiles.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from asyncio import to_thread
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from litestar.exceptions import HTTPException

from seamline.errors import NotFound

CHUNK = 1 << 16
FOR_GOOD = b"max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".pmtiles": "application/vnd.pmtiles",
}
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.\w+$")  # as Vite names what it builds: index-DiwrgTda.js
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

NOT_BUILT = (
    b"<!doctype html><meta charset=utf-8><title>Seamline</title>"
    b"<p>The screens are not built into this copy: <code>make ui</code>. The API is at <code>/api</code>."
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be sent. encoded: encoding → the file beside it that holds it compressed."""

    path: Path
    media_type: str
    size: int
    etag: str
    cache: bytes
    encoded: dict[str, tuple[Path, int]]


@dataclass(frozen=True, slots=True)
class Content:
    """A part of a file as a reply: status, headers, and from which byte how many are sent."""

    path: Path | None
    status: int
    headers: list[tuple[bytes, bytes]]
    start: int = 0
    length: int = 0
    data: bytes = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send it, in pieces, off the event loop's thread."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if scope["method"] == "HEAD" or self.path is None:
            body = b"" if scope["method"] == "HEAD" else self.data
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return
        left = self.length
        with await to_thread(self._open) as file:
            while left:
                piece = await to_thread(file.read, min(CHUNK, left))
                if not piece:  # cut short under our hands; the client sees a broken reply, as it should
                    raise OSError(f"{self.path.name} is shorter than it was")
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": bool(left)})
            if not self.length:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _open(self) -> BinaryIO:
        if self.path is None:
            raise NotFound("no file")
        file = self.path.open("rb")
        file.seek(self.start)
        return file


class Files:
    """The files of a folder as they were when the program started."""

    def __init__(self, folder: Path) -> None:
        self._files = _index(folder)

    @classmethod
    def by_content(cls, paths: Iterable[Path]) -> Files:
        """Files whose names hold a hash of what is in them, so that a browser may keep them for good.

        Only the browser: they are asked for by who is signed in.
        """
        made = cls.__new__(cls)
        made._files = {name_by_content(path): _pinned(path) for path in paths}
        return made

    def part(self, name: str, headers: Any) -> Content:
        """The reply for one file; NotFound."""
        file = self._files.get(name)
        if file is None:
            raise NotFound(f"no file {name[:80]}")
        return _reply(file, headers)

    def named_part(self, name: str, start: int, length: int) -> Content:
        """So many bytes of one file from there on, as a reply that a browser keeps; NotFound."""
        file = self._files.get(name)
        if file is None or start >= file.size:
            raise NotFound(f"no such part of {name[:80]}")
        length = min(length, file.size - start)
        said = [(b"cache-control", file.cache), (b"content-type", file.media_type.encode()), _length(length)]
        return Content(file.path, 200, said, start, length)

    def reply(self, path: str, headers: Any) -> Content:
        """The reply for a path below the root; NotFound for what looks like a file and is none."""
        name = path.strip("/")
        file = self._files.get(name)
        if file is None:
            last = name.rsplit("/", 1)[-1]
            if "." in last or name.split("/", 1)[0] == "assets":
                raise NotFound(f"no file {name}")
            file = self._files.get("index.html")
            if file is None:
                return _small(200 if not name else 404, NOT_BUILT)
        return _reply(file, headers)


def _reply(file: File, headers: Any) -> Content:
    accepted = [c.split(";")[0].strip() for c in headers.get("accept-encoding", "").split(",")]
    encoding = next((e for e, _ in _ENCODINGS if e in accepted and e in file.encoded), None)
    wanted = headers.get("range")
    if wanted:  # a range is always of the file itself
        encoding = None
    # A tag names bytes, so each encoding has its own.
    tags = {e: f'{file.etag[:-1]}-{e}"' for e in file.encoded}
    common = [
        (b"etag", (tags[encoding] if encoding else file.etag).encode()),
        (b"cache-control", file.cache),
        (b"content-type", file.media_type.encode()),
        (b"accept-ranges", b"bytes"),
        (b"vary", b"accept-encoding"),
    ]
    held = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
    if held & {file.etag, *tags.values()}:
        return Content(None, 304, common)
    if wanted and headers.get("if-range", file.etag) == file.etag:
        part = _part(file, _range(wanted, file.size), common)
        if part is not None:
            return part
    if encoding:
        path, size = file.encoded[encoding]
        return Content(path, 200, [*common, (b"content-encoding", encoding.encode()), _length(size)], 0, size)
    return Content(file.path, 200, [*common, _length(file.size)], 0, file.size)


def _part(
    file: File, wanted: tuple[int, int] | str | None, common: list[tuple[bytes, bytes]]
) -> Content | None:
    if wanted is None:
        return None
    if isinstance(wanted, str):
        raise HTTPException(
            status_code=416,
            detail=f"it has {file.size} bytes",
            headers={"content-range": f"bytes */{file.size}"},
        )
    start, stop = wanted
    said = (b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, file.size))
    return Content(file.path, 206, [*common, said, _length(stop - start)], start, stop - start)


def _range(header: str, size: int) -> tuple[int, int] | str | None:
    """[start, stop) of a single range; "unsatisfiable"; None for what is ignored (several, other units)."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    return (start, stop) if start < min(stop, size) else "unsatisfiable"


def _length(size: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % size)


def _small(status: int, data: bytes) -> Content:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    return Content(None, status, [*headers, _length(len(data))], data=data)


@cache
def name_by_content(path: Path) -> str:
    """ground.pmtiles as ground-3f2a9c1b40de.pmtiles."""
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"


def _pinned(path: Path) -> File:
    name = name_by_content(path)
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    return File(path, kind, path.stat().st_size, f'"{name}"', b"private, " + FOR_GOOD, {})


def _index(folder: Path) -> dict[str, File]:
    found: dict[str, File] = {}
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
    names = set(paths)
    for path in paths:
        name = path.relative_to(folder).as_posix()
        original = path.with_suffix("")
        if path.suffix in (".br", ".gz") and original in names:
            continue
        stat = path.stat()
        beside = {e: path.with_name(path.name + suffix) for e, suffix in _ENCODINGS}
        found[name] = File(
            path,
            _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            stat.st_size,
            '"' + hashlib.sha256(f"{name} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:20] + '"',
            b"public, " + FOR_GOOD if name.startswith("assets/") and _HASHED.search(name) else b"no-cache",
            {e: (p, p.stat().st_size) for e, p in beside.items() if p in names},
        )
    return found
