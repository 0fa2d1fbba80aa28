"""What the exchange asks of TCP, for lines that lose every third packet or die in silence.

Each option is set where the system has it (Linux all of them); without them a dead line is noticed later.
"""

from __future__ import annotations

import socket
import sys
from typing import Final, Protocol, TypeAlias

Option: TypeAlias = tuple[int, int, int]

_DEAD_MS: Final = 120_000
"""A connection on which nothing was acknowledged for so long is dead: the next request begins another."""
_KNOCK_SECONDS: Final = 20
"""Without a word for so long, TCP asks whether the other end is there; NAT keeps its mapping meanwhile."""
_KNOCKS: Final = 5
_RTO_MOST_MS: Final = 16_000
"""TCP repeats a lost packet after at most so long (Linux 6.15 and newer), rather than after two minutes."""

# Linux's numbers of what this Python has no names for (linux/tcp.h).
_THIN_LINEAR, _RTO_MAX_MS = 16, 44


def options() -> list[Option]:
    """(level, name, value) as setsockopt takes them; some may be unknown to the running kernel."""
    found: list[Option] = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (
        ("TCP_KEEPIDLE", _KNOCK_SECONDS),
        ("TCP_KEEPINTVL", _KNOCK_SECONDS),
        ("TCP_KEEPCNT", _KNOCKS),
        ("TCP_USER_TIMEOUT", _DEAD_MS),
    ):
        number = getattr(socket, name, None)
        if isinstance(number, int):
            found.append((socket.IPPROTO_TCP, number, value))
    if sys.platform == "linux":
        # With hardly anything under way, lost packets are repeated at an even pace, not ever more slowly.
        found.append((socket.IPPROTO_TCP, _THIN_LINEAR, 1))
        found.append((socket.IPPROTO_TCP, _RTO_MAX_MS, _RTO_MOST_MS))
    return found


class Sets(Protocol):
    """A socket, or asyncio's stand-in for one."""

    def setsockopt(self, level: int, name: int, value: int, /) -> None: ...


def harden(listener: Sets) -> None:
    """Set them on a listening socket; what it accepts inherits them."""
    for option in options():
        try:
            listener.setsockopt(*option)
        except OSError:
            continue


def known() -> list[Option]:
    """Those of `options` that this system takes."""
    found = []
    with socket.socket() as probe:
        for option in options():
            try:
                probe.setsockopt(*option)
            except OSError:
                continue
            found.append(option)
    return found
