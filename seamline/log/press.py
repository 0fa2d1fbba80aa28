"""Payloads made small, and back (docs/spec/exchange.md 1.3, 9): a part before it is signed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import zstandard

from seamline.errors import RuleBroken
from seamline.log import columns
from seamline.log.columns import Streams
from seamline.log.part import Gone, Part, Run
from seamline.log.part_codec import MAX_PAYLOAD, decode, encode, join_run, split_run
from seamline.log.wire import ByteReader, ByteWriter

STORED, ZSTD, DICTIONARY, COLUMNS = range(4)
PLAIN: Final = frozenset({STORED, ZSTD})
"""Methods that every node undoes; others only where the reader announced them (exchange 9.1)."""

_RULE = "exchange 1.3"
# Above this the slow levels cost more time than they save on any link.
_SMALL, _LEVELS = 64 * 1024, (19, 9)


class Press:
    """Knows the dictionary, if one is given (version 1, shipped as exchange/data/records-1.dict)."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        self._words = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        # Digested once for each level: that takes longer than to compress a small part.
        self._ready = {level: _digested(dictionary, level) for level in _LEVELS} if dictionary else {}
        self.methods: frozenset[int] = PLAIN | ({DICTIONARY, COLUMNS} if dictionary else frozenset())

    def press(self, part: Part, allowed: Collection[int] = PLAIN) -> bytes:
        """The part in the fewest bytes of the methods allowed; ValueError if it is too large."""
        payload = encode(part)
        if len(payload) > MAX_PAYLOAD:
            raise ValueError(f"a part of {len(payload)} bytes")
        methods = self.methods & frozenset(allowed)
        found = [bytes([STORED]) + payload]
        small = self._columns(part) if COLUMNS in methods else None
        if small is not None:
            found.append(bytes([COLUMNS]) + small)
        elif DICTIONARY in methods:
            found.append(bytes([DICTIONARY]) + self._squeeze(payload, words=True))
        elif ZSTD in methods:
            found.append(bytes([ZSTD]) + self._squeeze(payload, words=False))
        return min(found, key=len)

    def expand(self, frame: bytes) -> Part:
        """The part; RuleBroken exchange 1.3, 1.6 to 1.8 or 9.x for bytes that are none."""
        method, data = frame[0], frame[1:]
        if method not in self.methods:
            raise RuleBroken(_RULE, f"compression {method}, which this node cannot undo")
        if method == STORED:
            return decode(data)
        if method == COLUMNS:
            return self._joined(data)
        return decode(self._loosen(data, words=method == DICTIONARY))

    def _columns(self, part: Part) -> bytes | None:
        if not isinstance(part, Run):
            return None
        entries = [one for one in part.entries if not isinstance(one, Gone)]
        streams = columns.split(entries) if len(entries) == len(part.entries) else None
        return self.from_columns(part, streams) if streams is not None else None

    def from_columns(self, run: Run, streams: Streams) -> bytes:
        """A run whose entries are these streams."""
        out = ByteWriter()
        out.blob(split_run(run))
        out.blob(streams.raw)
        out.blob(self._piece(streams.numbers))
        out.raw(self._piece(streams.text))
        return out.done()

    def _piece(self, data: bytes) -> bytes:
        return min(bytes([STORED]) + data, bytes([DICTIONARY]) + self._squeeze(data, words=True), key=len)

    def _joined(self, data: bytes) -> Part:
        reader = ByteReader(data, _RULE)
        head, raw, numbers = reader.blob(MAX_PAYLOAD), reader.blob(MAX_PAYLOAD), reader.blob(MAX_PAYLOAD)
        text = self._whole(reader.raw(reader.left))
        entries = columns.join(Streams(raw, self._whole(numbers), text))
        if sum(map(len, entries)) > MAX_PAYLOAD:
            raise RuleBroken(_RULE, f"unpacks to more than {MAX_PAYLOAD} bytes")
        return join_run(head, entries)

    def _whole(self, piece: bytes) -> bytes:
        if piece[:1] == bytes([STORED]):
            return piece[1:]
        if piece[:1] != bytes([DICTIONARY]):
            raise RuleBroken(_RULE, "a piece of columns in a compression that is none")
        return self._loosen(piece[1:], words=True)

    def _squeeze(self, data: bytes, *, words: bool) -> bytes:
        level = _LEVELS[len(data) > _SMALL]
        packer = zstandard.ZstdCompressor(
            level=level,
            dict_data=self._ready[level] if words else None,
            write_checksum=False,
            write_content_size=True,
            write_dict_id=False,
        )
        return packer.compress(data)

    def _loosen(self, data: bytes, *, words: bool) -> bytes:
        try:
            # The size stands in the frame's head: a bomb is refused before anything is allocated for it.
            if not 0 <= zstandard.frame_content_size(data) <= MAX_PAYLOAD:
                raise RuleBroken(_RULE, f"unpacks to more than {MAX_PAYLOAD} bytes, or does not say")
            unpacker = zstandard.ZstdDecompressor(
                dict_data=self._words if words else None, max_window_size=MAX_PAYLOAD
            )
            return unpacker.decompress(data, max_output_size=MAX_PAYLOAD, allow_extra_data=False)
        except zstandard.ZstdError:
            raise RuleBroken(_RULE, "damaged compression") from None


def _digested(dictionary: bytes, level: int) -> zstandard.ZstdCompressionDict:
    words = zstandard.ZstdCompressionDict(dictionary)
    words.precompute_compress(level=level)
    return words
