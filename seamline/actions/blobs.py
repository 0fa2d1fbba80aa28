"""Photos that records name: kept, given to who may read one, and fetched (docs/spec/exchange.md 12).

Which channel names which blob is an index over the log in local state; it can be made again from the log.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from seamline.errors import BadInput, NotFound, RuleBroken, TooLarge
from seamline.log import entry
from seamline.log.checkpoint import LogId
from seamline.release import photo
from seamline.store.ports import Arrival, BlobStore, LocalStore, LogReader

MAX_BLOB: Final = 8 << 20
MARK: Final = b'"photos":['
"""In the bytes of every entry that names one."""

_KEY, _SEQ, _ASKED = "blob.named.", "blob.seq", "blob.asked."


class Named(Struct, frozen=True):
    """A blob that records of a channel name. small: a picture to show before the whole one.

    here: this node's own record names it, or it came in this channel. That the same bytes are here from
    another is nobody's business in this one (law 3): it is fetched again.
    """

    channel: str
    hash: str
    size: int
    type: str
    small: bool = False
    here: bool = False


class Blobs:
    """Any thread."""

    def __init__(self, log: LogReader, local: LocalStore, store: BlobStore, me: str) -> None:
        """me: fingerprint of this node, which has what its own log names."""
        self._log, self._local, self._store, self._me = log, local, store, me
        self._guard = threading.Lock()
        self._last: tuple[str, bytes | None] = ("", None)
        self._named = {(one.channel, one.hash): one for one in self._kept()}

    def put(self, data: bytes) -> dict[str, Any]:
        """Keep a photo without what its camera says of itself; what a record needs to name it. BadInput."""
        if len(data) > MAX_BLOB:
            raise TooLarge("photo", f"{len(data)} bytes", f"at most {MAX_BLOB} bytes; save it smaller")
        cleaned = photo.clean(data)
        return {"hash": self._store.put(cleaned.data), "size": len(cleaned.data), "type": cleaned.type}

    def check(self, channel: str, photos: Iterable[dict[str, Any]]) -> None:
        """BadInput unless each of these is here, as it is said to be, or was named in the channel before."""
        for one in photos:
            before = self._named.get((channel, str(one["hash"])))
            if before is not None and before.size == one["size"]:
                continue
            data = self._store.get(str(one["hash"]))
            if data is None or len(data) != one["size"]:
                raise BadInput("body.photos", one["hash"], "bring the photo first: POST /api/blobs")
            if one.get("thumb") and not self._store.has(str(one["thumb"])):
                raise BadInput("body.photos", one["thumb"], "bring the small picture first: POST /api/blobs")

    def read(self, hash: str, channels: Iterable[str]) -> tuple[bytes, Named]:
        """For who may read these channels. NotFound if no record there names it, or if it is to come."""
        named = next((n for c in channels if (n := self._named.get((c, hash)))), None)
        if named is None:
            raise NotFound("no record that you may read names it")
        data = self._store.get(hash)
        if data is None:
            self._local.put(_ASKED + hash, b"1")
            raise NotFound("it is not here yet, and asked for now", code="blob_asked")
        return data, named

    # ------------------------------------------------------------ between nodes

    def lacking(self, channel: str, most: int | None) -> list[Named]:
        """What to fetch, small pictures first: up to `most` bytes each, or asked for by an officer."""
        with self._guard:
            found = [one for one in self._named.values() if one.channel == channel]
        wanted = [
            one
            for one in found
            if (most is None or one.size <= most or self._local.get(_ASKED + one.hash))
            and not self._is_here(one)
        ]
        return sorted(wanted, key=lambda one: (not one.small, one.size, one.hash))

    def expect(self, channel: str, hash: str, size: int) -> bool:
        """Whether it is here already. RuleBroken exchange 12.3 unless records of the channel name it."""
        named = self._named.get((channel, hash))
        if named is None or named.size != size or size > MAX_BLOB:
            raise RuleBroken("exchange 12.3", "bytes of a blob that no record in that channel names")
        return self._is_here(named)

    def serve(self, channel: str, hash: str) -> bytes | None:
        """The bytes, if a record of that channel names them and they are here (exchange 12.2)."""
        if not self.size(channel, hash):
            return None
        # A blob goes in many chunks, and each time it is opened all of it is.
        last, data = self._last
        if last != hash:
            data = self._store.get(hash)
            self._last = (hash, data)
        return data

    def size(self, channel: str, hash: str) -> int:
        """How many bytes `serve` would give; 0 for none."""
        named = self._named.get((channel, hash))
        return named.size if named is not None and self._is_here(named) else 0

    def _is_here(self, named: Named) -> bool:
        # A record of ours may name what another node of ours has and this one not yet.
        return named.here and self._store.has(named.hash)

    def came(self, channel: str, hash: str, data: bytes) -> None:
        """Verified bytes; on disk when this returns."""
        self._store.put(data)
        with self._guard:
            self._keep(msgspec.structs.replace(self._named[channel, hash], here=True))
        self._local.put(_ASKED + hash, None)

    # ------------------------------------------------------------ the index

    def catch_up(self) -> set[str]:
        """Look through what arrived since the last time; the channels in which a blob was named."""
        seq, found = int.from_bytes(self._local.get(_SEQ) or b"", "big"), set[str]()
        start = seq
        while batch := self._log.journal(seq, 1000):
            found |= self.note(batch)
            seq = batch[-1].seq
        if seq != start:
            self._local.put(_SEQ, seq.to_bytes(8, "big"))
        return found

    def note(self, arrivals: Iterable[Arrival]) -> set[str]:
        """Index what these name; the channels in which something is new."""
        found = set()
        for one in arrivals:
            if one.data is not None and MARK in one.data:
                mine = one.log.node == self._me
                found |= {n.channel for n in _names(one.log, one.data) if self._add(n, here=mine)}
        return found

    def _add(self, named: Named, *, here: bool) -> bool:
        with self._guard:
            before = self._named.get((named.channel, named.hash))
            if before is not None and (before.here or not here):
                return False
            self._keep(msgspec.structs.replace(named, here=here))
            return True

    def _keep(self, named: Named) -> None:
        self._local.put(f"{_KEY}{named.channel}.{named.hash}", msgspec.json.encode(named))
        self._named[named.channel, named.hash] = named

    def _kept(self) -> Iterator[Named]:
        for key in self._local.keys(_KEY):
            data = self._local.get(key)
            if data is not None:
                yield msgspec.json.decode(data, type=Named)


class _Photo(Struct):
    hash: str
    size: int
    type: str
    thumb: str | None = None
    thumb_size: int | None = None


def _names(log: LogId, data: bytes) -> Iterator[Named]:
    try:
        said = entry.from_bytes(data).body.get("photos")
        photos = msgspec.convert(said, list[_Photo])
    except (RuleBroken, msgspec.ValidationError):
        return
    for one in photos:
        yield Named(log.channel, one.hash, one.size, one.type)
        if one.thumb is not None and one.thumb_size is not None:
            yield Named(log.channel, one.thumb, one.thumb_size, photo.JPEG, small=True)
