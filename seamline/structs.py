"""What msgspec knows of our Structs, learnt before threads use them.

msgspec reads the annotations of a Struct when something is first decoded into it. It runs Python while it
reads, and another thread that decodes into the same Struct meanwhile finds what is half read: the process
ends with a segmentation fault (msgspec 0.22; tests/house/test_structs.py has the race).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

_settled: set[type[msgspec.Struct]] = set()


def settle() -> None:
    """Read all Structs of this program that are loaded by now. From one thread, before others decode.

    Whoever loads more of them later calls it again.
    """
    for kind in loaded(msgspec.Struct):
        if kind not in _settled:
            msgspec.json.Decoder(kind)
            _settled.add(kind)


def loaded(parent: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """The Structs of this program below this one; those of libraries are theirs to look after."""
    for kind in parent.__subclasses__():
        if kind.__module__.partition(".")[0] == "seamline":
            yield kind
        yield from loaded(kind)
