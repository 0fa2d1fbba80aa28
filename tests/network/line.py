"""A bad line between two network namespaces, in user space: slow, lossy, damaged, cut.

For kernels without netem. Each end is a TUN device, so that both ends are real TCP of the kernel; a thread
carries the packets between them. The n-th packet in a direction meets the same fate in every run of a seed;
which packets there are depends on the machine.
"""

from __future__ import annotations

import heapq
import os
import random
import select
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_PACKET: Final = 4096
_TCP: Final = 6


@dataclass(frozen=True)
class Weather:
    """What a line does to packets, each way. Shares are of 1.

    rate: bit/s. delay: seconds one way, beside the time it takes to put a packet on the line. loss, double:
    lost, arrives twice. late: held back, so that others overtake it. damage: one bit is flipped; mended: so
    much of the damage has its checksum made right again, as a bad radio or router does: the program gets it.
    buffer: bytes that wait before the line; what does not fit is dropped.
    """

    rate: int
    delay: float = 0.0
    loss: float = 0.0
    double: float = 0.0
    late: float = 0.0
    damage: float = 0.0
    mended: float = 0.0
    buffer: int = 16 * 1024

    def netem(self) -> list[str]:
        """The same for `tc qdisc add … netem`, which makes no checksum right again."""
        words = ["rate", f"{self.rate}bit", "delay", f"{round(self.delay * 1000)}ms"]
        for word, share in (("loss", self.loss), ("duplicate", self.double), ("corrupt", self.damage)):
            words += [word, f"{share:.3%}"] if share else []
        # There some go at once and overtake, rather than some being held back.
        words += ["reorder", f"{self.late:.3%}"] if self.late else []
        return [*words, "limit", str(max(8, self.buffer // 500))]


@dataclass
class Told:
    """What became of the packets in one direction. offered: bytes that the sending end put on the line."""

    packets: int = 0
    offered: int = 0
    dropped: int = 0
    lost: int = 0
    doubled: int = 0
    late: int = 0
    damaged: int = 0
    mended: int = 0
    cut: int = 0


@dataclass
class Way:
    """One direction of the line. Pure: time is given."""

    weather: Weather
    seed: str
    told: Told = field(default_factory=Told)
    cut: bool = False
    free: float = 0.0

    def put(self, packet: bytes, now: float) -> list[tuple[float, bytes]]:
        """When the packet arrives, and as what; nothing if it does not, two if it arrives twice."""
        told, here = self.told, self.weather
        rng = random.Random(f"{self.seed} {told.packets}")
        lost, double, late, damage, mended = (rng.random() for _ in range(5))
        told.packets += 1
        told.offered += len(packet)
        if (self.free - now) * here.rate / 8 > here.buffer:
            told.dropped += 1
            return []
        self.free = max(now, self.free) + len(packet) * 8 / here.rate
        if self.cut:
            told.cut += 1
            return []
        if lost < here.loss:
            told.lost += 1
            return []
        arrives = self.free + here.delay
        if damage < here.damage:
            told.damaged += 1
            told.mended += mended < here.mended
            packet = flip(packet, rng, mend=mended < here.mended)
        if late < here.late:
            told.late += 1
            arrives += rng.uniform(0.1, 1.0) * max(here.delay, 8 * 4 * len(packet) / here.rate)
        found = [(arrives, packet)]
        if double < here.double:
            told.doubled += 1
            found.append((arrives + rng.uniform(0.0, 0.5), packet))
        return found


def flip(packet: bytes, rng: random.Random, *, mend: bool) -> bytes:
    """One bit of an IPv4 packet flipped behind its header; mend: in what TCP carries, checksum and all."""
    start = (packet[0] & 15) * 4
    is_tcp = len(packet) > start + 20 and packet[9] == _TCP
    first = start + (packet[start + 12] >> 4) * 4 if mend and is_tcp else start
    if first >= len(packet):
        return packet
    at = rng.randrange(first, len(packet))
    hurt = bytearray(packet)
    hurt[at] ^= 1 << rng.randrange(8)
    if mend and is_tcp:
        hurt[start + 16 : start + 18] = b"\0\0"
        pseudo = bytes(hurt[12:20]) + struct.pack("!BBH", 0, _TCP, len(hurt) - start)
        hurt[start + 16 : start + 18] = struct.pack("!H", checksum(pseudo + bytes(hurt[start:])))
    return bytes(hurt)


def checksum(data: bytes) -> int:
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Line:
    """Carries packets between two TUN devices, given as open files, until `close`."""

    def __init__(self, ends: Sequence[int], weather: Weather, seed: str) -> None:
        self._ends = tuple(ends)
        self.ways = tuple(Way(weather, f"{seed} {n}") for n in range(2))
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._count = 0
        self._over, self._bell = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="line", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Nothing passes from now on."""
        for way in self.ways:
            way.cut = True

    def mend(self) -> None:
        """What is sent from now on passes again."""
        for way in self.ways:
            way.cut = False

    def becomes(self, weather: Weather) -> None:
        """The weather changes."""
        for way in self.ways:
            way.weather = weather

    @property
    def offered(self) -> int:
        """Bytes put on the line so far, both ways, with all headers and repeats."""
        return sum(way.told.offered for way in self.ways)

    def close(self) -> None:
        os.write(self._bell, b"x")
        self._thread.join(10)
        for file in (*self._ends, self._over, self._bell):
            os.close(file)

    def _carry(self) -> None:
        while True:
            wait = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            ready, _, _ = select.select([*self._ends, self._over], [], [], wait)
            if self._over in ready:
                return
            now = time.monotonic()
            for number, end in enumerate(self._ends):
                if end in ready:
                    for when, packet in self.ways[number].put(os.read(end, _PACKET), now):
                        self._count += 1
                        heapq.heappush(self._waiting, (when, self._count, 1 - number, packet))
            while self._waiting and self._waiting[0][0] <= now:
                _, _, to, packet = heapq.heappop(self._waiting)
                self._arrive(to, packet)

    def _arrive(self, to: int, packet: bytes) -> None:
        # A packet whose IP header is broken is refused by the kernel: it is lost, as on any line.
        try:
            os.write(self._ends[to], packet)
        except OSError:
            self.ways[1 - to].told.lost += 1
