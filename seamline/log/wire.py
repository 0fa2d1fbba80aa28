"""Bytes between nodes, written and read within bounds (docs/spec/exchange.md 1.5, 1.6)."""

from __future__ import annotations

from typing import Final

from seamline.errors import RuleBroken

MAX_NUMBER: Final = (1 << 53) - 1


class ByteWriter:
    """Appends numbers and byte strings; what `ByteReader` reads."""

    __slots__ = ("_out",)

    def __init__(self) -> None:
        self._out = bytearray()

    def raw(self, data: bytes) -> None:
        """Bytes whose length the reader knows."""
        self._out += data

    def byte(self, value: int) -> None:
        self._out.append(value)

    def number(self, value: int) -> None:
        """0 to 2^53-1 as LEB128: seven bits a byte, the low ones first."""
        if not 0 <= value <= MAX_NUMBER:
            raise ValueError(f"{value} does not fit a number of the exchange")
        while value > 0x7F:
            self._out.append(value & 0x7F | 0x80)
            value >>= 7
        self._out.append(value)

    def blob(self, data: bytes) -> None:
        """Its length, then the bytes."""
        self.number(len(data))
        self._out += data

    def text(self, value: str) -> None:
        self.blob(value.encode())

    def done(self) -> bytes:
        return bytes(self._out)


class ByteReader:
    """Reads what a stranger wrote: every length is checked against what is there before it is used."""

    __slots__ = ("_at", "_data", "_rule")

    def __init__(self, data: bytes, rule: str) -> None:
        """rule: the paragraph named when the bytes end early or do not fit."""
        self._data, self._at, self._rule = data, 0, rule

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    @property
    def at(self) -> int:
        """How many bytes have been read."""
        return self._at

    def raw(self, size: int) -> bytes:
        if size > self.left:
            raise RuleBroken(self._rule, f"cut short: {size} bytes wanted, {self.left} there")
        self._at += size
        return self._data[self._at - size : self._at]

    def byte(self) -> int:
        return self.raw(1)[0]

    def number(self, most: int = MAX_NUMBER) -> int:
        """The one LEB128 form of a number up to most."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 49:
                raise RuleBroken(self._rule, "a number of more than 53 bits")
        if (byte == 0 and shift) or value > most:
            raise RuleBroken(self._rule, f"a number above {most}, or with spare zero bytes")
        return value

    def count(self, item: int) -> int:
        """How many items follow; each takes at least `item` bytes, so more than fit are refused at once."""
        return self.number(self.left // item)

    def blob(self, most: int) -> bytes:
        return self.raw(self.number(min(most, self.left)))

    def text(self, most: int) -> str:
        try:
            return self.blob(most).decode("utf-8")
        except UnicodeDecodeError:
            raise RuleBroken(self._rule, "text is UTF-8") from None

    def flag(self) -> bool:
        return bool(self.choice(2))

    def choice(self, options: int) -> int:
        """A byte below options."""
        byte = self.byte()
        if byte >= options:
            raise RuleBroken(self._rule, f"a choice of {byte}, where there are {options}")
        return byte

    def end(self) -> None:
        """Nothing may be left over."""
        if self.left:
            raise RuleBroken(self._rule, f"{self.left} bytes too many")
