"""Photos and documents that records name: kept, given to who may read one, fetched, and destroyed.

Which entry names which blob is an index over the log in local state; it can be made again from the log.
docs/spec/exchange.md 12; how they are brought: actions/bringing.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from seamline.errors import NotFound, RuleBroken
from seamline.log import entry
from seamline.log.checkpoint import LogId
from seamline.release import photo
from seamline.store.ports import Arrival, BlobStore, LocalStore, LogReader

MAX_BLOB: Final = 8 << 20
MARKS: Final = (b'"photos":[', b'"documents":[', b'"shares":[')
"""One is in the bytes of every entry that names a blob."""
SHARE: Final = "application/x-seamline-blind"
"""Of a blind check: fetched whatever its size, and gone at the end of its term."""
AT_ONCE: Final = 65_536
"""A photo of so few bytes is its own small picture."""

DESTRUCTION: Final = b'"kind":"destruction"'
_KEY, _SEQ, _ASKED = "blob.named.", "blob.seen", "blob.asked."


class Named(Struct, frozen=True):
    """A blob that records of a channel name. small: a picture to show before the whole one, whose `thumb`
    it is. by: the entries that name it (node, lane, index). over: its term has ended, and it is kept no more.

    here: this node's own record names it, or it came in this channel. That the same bytes are here from
    another is nobody's business in this one (law 3): it is fetched again.
    """

    channel: str
    hash: str
    size: int
    type: str
    small: bool = False
    here: bool = False
    thumb: str = ""
    over: bool = False
    by: tuple[tuple[str, str, int], ...] = ()


class Blobs:
    """Any thread."""

    def __init__(self, log: LogReader, local: LocalStore, store: BlobStore, me: str) -> None:
        """me: fingerprint of this node, which has what its own log names.

        on_gone(channel, hash) is called when no record of a channel names a blob any more; on_came(channel,
        hash) when one came whole; on_asked(channels) when an officer asked for one to be fetched there.
        """
        self._log, self._local, self.store, self._me = log, local, store, me
        self.on_gone: list[Callable[[str, str], None]] = []
        self.on_came: list[Callable[[str, str], None]] = []
        self.on_asked: Callable[[set[str]], None] = lambda channels: None
        self._guard, self._learning = threading.Lock(), threading.Lock()
        self._last: tuple[str, bytes | None] = ("", None)
        self._named = {(one.channel, one.hash): one for one in self._kept()}

    def named(self, channel: str, hash: str) -> Named | None:
        """What the records of a channel say of a blob."""
        return self._named.get((channel, hash))

    def read(self, hash: str, channels: Collection[str]) -> tuple[bytes, Named]:
        """For who may read these channels. NotFound if no record there names it, or if it is to come."""
        named = self._of(hash, channels)
        data = self.store.get(hash)
        if data is None:
            if not self._local.get(_ASKED + hash):
                # Once: who looks again meanwhile would have it, and what is on its way, said again.
                self._local.put(_ASKED + hash, b"1")
                self.on_asked({c for c in channels if (c, hash) in self._named})
            raise NotFound("it is not here yet, and asked for now", code="blob_asked")
        return data, named

    def small(self, hash: str, channels: Collection[str]) -> tuple[bytes, str]:
        """The small picture of a photo, and its type; for who may read these channels.

        It is never made here of what another node sent: only its author's node decodes a photo. NotFound.
        """
        named = self._of(hash, channels)
        if named.thumb and (data := self.store.get(named.thumb)) is not None:
            return data, photo.JPEG
        if named.type in (photo.JPEG, photo.PNG) and named.size <= AT_ONCE:
            data, _ = self.read(hash, channels)
            return data, named.type
        raise NotFound("there is no small picture of it here")

    def _of(self, hash: str, channels: Collection[str]) -> Named:
        found = next((n for c in channels if (n := self._named.get((c, hash)))), None)
        if found is None:
            raise NotFound("no record that you may read names it")
        return found

    # ------------------------------------------------------------ between nodes

    def lacking(self, channel: str, most: int | None) -> list[Named]:
        """What to fetch, small pictures first: up to `most` bytes each, or asked for by an officer."""
        with self._guard:
            found = [one for one in self._named.values() if one.channel == channel]
        wanted = [
            one
            for one in found
            if (most is None or one.size <= most or one.type == SHARE or self._local.get(_ASKED + one.hash))
            and not (one.over or self._is_here(one))
        ]
        return sorted(wanted, key=lambda one: (not one.small, one.size, one.hash))

    def expect(self, channel: str, hash: str, size: int) -> bool:
        """Whether it is here already. RuleBroken exchange 12.3 unless records of the channel name it."""
        named = self._named.get((channel, hash))
        if named is None or named.over or named.size != size or size > MAX_BLOB:
            raise RuleBroken("exchange 12.3", "bytes of a blob that no record in that channel names")
        return self._is_here(named)

    def serve(self, channel: str, hash: str) -> bytes | None:
        """The bytes, if a record of that channel names them and they are here (exchange 12.2)."""
        if not self.size(channel, hash):
            return None
        # A blob goes in many chunks, and each time it is opened all of it is.
        last, data = self._last
        if last != hash:
            data = self.store.get(hash)
            self._last = (hash, data)
        return data

    def size(self, channel: str, hash: str) -> int:
        """How many bytes `serve` would give; 0 for none."""
        named = self._named.get((channel, hash))
        return named.size if named is not None and self._is_here(named) else 0

    def _is_here(self, named: Named) -> bool:
        # A record of ours may name what another node of ours has and this one not yet.
        return named.here and self.store.has(named.hash)

    def came(self, channel: str, hash: str, data: bytes) -> None:
        """Verified bytes; on disk when this returns."""
        self.store.put(data)
        with self._guard:
            self._keep(msgspec.structs.replace(self._named[channel, hash], here=True))
        self._local.put(_ASKED + hash, None)
        for listener in self.on_came:
            listener(channel, hash)

    def end(self, channel: str, hash: str) -> None:
        """Its term is over: the bytes are gone when this returns, and are neither fetched nor given again."""
        with self._guard:
            named = self._named.get((channel, hash))
            if named is not None and not named.over:
                self.store.destroy(hash)
                self._last = ("", None)
                self._keep(msgspec.structs.replace(named, here=False, over=True))

    # ------------------------------------------------------------ the index

    def catch_up(self, *, sweep: bool = False) -> set[str]:
        """Look through what arrived since the last time; the channels in which a blob is newly named.

        sweep: look everywhere for what is named no more, as at start and after a roster changed. If we crash
        before the place reached is kept, all of this is done again.
        """
        with self._learning:
            start = seq = int.from_bytes(self._local.get(_SEQ) or b"", "big")
            found, gone = set[str](), set[str]()
            while batch := self._log.journal(seq, 1000):
                found |= self._note(batch)
                gone |= {one.log.channel for one in batch if DESTRUCTION in (one.data or b"")}
                seq = batch[-1].seq
            self._sweep(None if sweep else gone)
            if seq != start:
                self._local.put(_SEQ, seq.to_bytes(8, "big"))
        return found

    def _note(self, arrivals: Iterable[Arrival]) -> set[str]:
        found = set()
        for one in arrivals:
            if one.data is not None and any(mark in one.data for mark in MARKS):
                by = (one.log.node, one.log.lane, one.index)
                found |= {n.channel for n in _names(one.log, one.data) if self._add(n, by)}
        return found

    def _add(self, named: Named, by: tuple[str, str, int]) -> bool:
        """Whether there may be something to fetch."""
        with self._guard:
            before = self._named.get((named.channel, named.hash))
            here = by[0] == self._me or (before is not None and before.here)
            here = here and not (before is not None and before.over)
            everyone = tuple(sorted({by, *(before.by if before is not None else ())}))
            thumb = named.thumb or (before.thumb if before is not None else "")
            self._keep(msgspec.structs.replace(before or named, here=here, by=everyone, thumb=thumb))
            return before is None or here != before.here

    def _sweep(self, channels: Collection[str] | None) -> None:
        """Law 6: what only destroyed entries of these channels (None: of all) name is dropped, and its bytes
        with it unless a record of another channel held here names the same.
        """
        for one in list(self._named.values()):
            if channels is None or one.channel in channels:
                alive = tuple(by for by in one.by if self._stands(one.channel, by))
                if alive != one.by or not alive:
                    self._let_go(one, alive)

    def _stands(self, channel: str, by: tuple[str, str, int]) -> bool:
        node, lane, index = by
        return self._log.entries(LogId(node, channel, lane), index, index + 1) != [None]

    def _let_go(self, named: Named, alive: tuple[tuple[str, str, int], ...]) -> None:
        with self._guard:
            if alive:
                self._keep(msgspec.structs.replace(self._named[named.channel, named.hash], by=alive))
                return
            if all(one.hash != named.hash or one.channel == named.channel for one in self._named.values()):
                # Before it is forgotten: if we crash in between, they go at the next start.
                self.store.destroy(named.hash)
                self._last = ("", None)
                self._local.put(_ASKED + named.hash, None)
            self._local.put(f"{_KEY}{named.channel}.{named.hash}", None)
            del self._named[named.channel, named.hash]
        for listener in self.on_gone:
            listener(named.channel, named.hash)

    def _keep(self, named: Named) -> None:
        self._local.put(f"{_KEY}{named.channel}.{named.hash}", msgspec.json.encode(named))
        self._named[named.channel, named.hash] = named

    def _kept(self) -> Iterator[Named]:
        for key in self._local.keys(_KEY):
            data = self._local.get(key)
            if data is not None:
                yield msgspec.json.decode(data, type=Named)


class _Blob(Struct):
    hash: str
    size: int
    type: str
    thumb: str | None = None
    thumb_size: int | None = None


def _names(log: LogId, data: bytes) -> Iterator[Named]:
    try:
        body = entry.from_bytes(data).body
    except RuleBroken:
        return
    for field in ("photos", "documents", "shares"):
        try:
            found = msgspec.convert(body.get(field, ()), list[_Blob])
        except msgspec.ValidationError:
            # A field of that name of a kind that is not known here.
            continue
        for one in found:
            if one.thumb is None or one.thumb_size is None:
                yield Named(log.channel, one.hash, one.size, one.type)
            else:
                yield Named(log.channel, one.hash, one.size, one.type, thumb=one.thumb)
                yield Named(log.channel, one.thumb, one.thumb_size, photo.JPEG, small=True)
