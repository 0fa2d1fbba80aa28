"""Network namespaces joined by bad lines: by netem where the kernel has it, else by `line.Line`.

A namespace lives as long as its file is open here, so nothing is left behind whatever happens to the tests.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from tests.network.line import Line, Weather

_NEW_NET: Final = 0x40000000
_SET_IFF: Final = 0x400454CA
_TUN_PLAIN: Final = 0x0001 | 0x1000
_LIBC = ctypes.CDLL(None, use_errno=True)


class NoNamespaces(Exception):
    """This machine or this user cannot have what these tests run in; the message says why."""


class Space:
    """A network namespace. Sockets and programs made inside belong to it."""

    def __init__(self, name: str) -> None:
        self.name = name
        made: list[int | OSError] = []

        def make() -> None:
            if _LIBC.unshare(_NEW_NET):
                made.append(OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno())))
            else:
                made.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

        # A thread of its own: only the thread that asks moves into the new namespace.
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if isinstance(made[0], OSError):
            raise NoNamespaces(f"a network namespace cannot be made here: {made[0]} (root is needed)")
        self.file = made[0]
        self.run("ip", "link", "set", "lo", "up")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The calling thread, and what it starts, is in the namespace."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._enter(self.file)
            yield
        finally:
            self._enter(home)
            os.close(home)

    def _enter(self, file: int) -> None:
        if _LIBC.setns(file, _NEW_NET):
            raise NoNamespaces(f"no way into a namespace: {os.strerror(ctypes.get_errno())}")

    def run(self, *words: str) -> None:
        """A command in the namespace; NoNamespaces with what it said if it fails."""
        with self.inside():
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoNamespaces(f"{' '.join(words)}: {done.stderr.strip()}")

    def close(self) -> None:
        os.close(self.file)


class Joined(Protocol):
    """A line between two namespaces."""

    def cut(self) -> None: ...
    def mend(self) -> None: ...
    def becomes(self, weather: Weather) -> None: ...
    def close(self) -> None: ...
    @property
    def offered(self) -> int: ...


def join(ends: tuple[Space, Space], device: str, net: str, weather: Weather, seed: str, mtu: int) -> Joined:
    """A line between two namespaces, as `device` in both; the ends are `net`.1 and `net`.2."""
    if has_netem():
        return Netem(ends, device, net, weather, mtu)
    files = [_tun(space, device) for space in ends]
    _address(ends, device, net, mtu)
    return Line(files, weather, seed)


def has_netem() -> bool:
    """Whether this kernel has netem; tried in a namespace of its own."""
    space = Space("trial")
    try:
        space.run("tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms")
    except NoNamespaces:
        return False
    finally:
        space.close()
    return True


def _tun(space: Space, device: str) -> int:
    with space.inside():
        try:
            file = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
            fcntl.ioctl(file, _SET_IFF, struct.pack("16sH", device.encode(), _TUN_PLAIN))
        except OSError as fault:
            raise NoNamespaces(f"no TUN device: {fault}") from None
    return file


def _address(ends: tuple[Space, Space], device: str, net: str, mtu: int) -> None:
    for here, other, space in ((1, 2, ends[0]), (2, 1, ends[1])):
        space.run("ip", "addr", "add", f"{net}.{here}", "peer", f"{net}.{other}", "dev", device)
        space.run("ip", "link", "set", device, "mtu", str(mtu), "up")


@dataclass
class Netem:
    """The line as the kernel does it: a veth pair with netem on both ends."""

    ends: tuple[Space, Space]
    device: str
    net: str
    weather: Weather
    mtu: int

    def __post_init__(self) -> None:
        there = f"/proc/{os.getpid()}/fd/{self.ends[1].file}"
        pair = ("type", "veth", "peer", "name", self.device, "netns", there)
        self.ends[0].run("ip", "link", "add", self.device, *pair)
        _address(self.ends, self.device, self.net, self.mtu)
        self._tell("add", self.weather.netem())

    def _tell(self, what: str, words: list[str]) -> None:
        for space in self.ends:
            space.run("tc", "qdisc", what, "dev", self.device, "root", "netem", *words)

    def cut(self) -> None:
        self._tell("change", ["loss", "100%"])

    def mend(self) -> None:
        self._tell("change", self.weather.netem())

    def becomes(self, weather: Weather) -> None:
        self.weather = weather
        self.mend()

    @property
    def offered(self) -> int:
        """Bytes that both ends put on the line."""
        total = 0
        for space in self.ends:
            with space.inside():
                words = ["ip", "-json", "-statistics", "link", "show", self.device]
                said = subprocess.run(words, capture_output=True, check=True).stdout
            total += _sent(said)
        return total

    def close(self) -> None:
        """The pair goes with its namespaces."""


def _sent(said: bytes) -> int:
    return int(json.loads(said)[0]["stats64"]["tx"]["bytes"])
