"""The line emulator itself: what it does to packets is what its weather says, and the same in every run."""

from __future__ import annotations

import os
import random
import socket
import struct
import threading

import pytest

from tests.network.line import Line, Way, Weather, checksum, flip

PACKETS = 4000


def tcp(data: bytes) -> bytes:
    """An IPv4 packet with this in its TCP segment, both checksums right."""
    addresses = bytes([10, 77, 1, 1, 10, 77, 1, 2])
    segment = struct.pack("!HHIIBBHHH", 8800, 40_000, 7, 9, 5 << 4, 0x18, 512, 0, 0) + data
    pseudo = addresses + struct.pack("!BBH", 0, 6, len(segment))
    sum16 = struct.pack("!H", checksum(pseudo + segment))
    segment = segment[:16] + sum16 + segment[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0, 64, 6, 0) + addresses
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + segment


def is_whole(packet: bytes) -> bool:
    """Does the kernel take it?"""
    pseudo = packet[12:20] + struct.pack("!BBH", 0, 6, len(packet) - 20)
    return checksum(packet[:20]) == 0 and checksum(pseudo + packet[20:]) == 0


def through(way: Way, count: int = PACKETS, gap: float = 10.0) -> list[list[tuple[float, bytes]]]:
    """What becomes of so many packets, one every `gap` seconds; times are those since it was put."""
    packet = tcp(b"x" * 400)
    return [
        [(when - number * gap, got) for when, got in way.put(packet, number * gap)] for number in range(count)
    ]


def test_rate_and_delay() -> None:
    way = Way(Weather(2400, 0.9), "1")
    took = [when for one in through(way, 5) for when, _ in one]
    assert took == pytest.approx([0.9 + 440 * 8 / 2400] * 5)


def test_packets_wait_for_each_other_and_what_does_not_fit_is_dropped() -> None:
    way = Way(Weather(2400, buffer=2000), "1")
    took = [when for one in through(way, 20, gap=0.0) for when, _ in one]
    assert took == pytest.approx([440 * 8 / 2400 * n for n in range(1, len(took) + 1)])
    assert (len(took), way.told.dropped) == (5, 15)


def test_shares_are_as_the_weather_says() -> None:
    way = Way(Weather(1_000_000, 0.9, loss=0.3, double=0.1, late=0.2, damage=0.1, mended=0.5), "1")
    found = through(way)
    told = way.told
    assert sum(not one for one in found) == told.lost == pytest.approx(0.3 * PACKETS, rel=0.1)
    carried = PACKETS - told.lost
    assert sum(len(one) == 2 for one in found) == told.doubled == pytest.approx(0.1 * carried, rel=0.2)
    assert sum(bool(one) and one[0][0] > 0.95 for one in found) == pytest.approx(0.2 * carried, rel=0.2)
    hurt = [one[0][1] for one in found if one and one[0][1] != tcp(b"x" * 400)]
    assert len(hurt) == told.damaged == pytest.approx(0.1 * carried, rel=0.2)
    assert sum(is_whole(packet) for packet in hurt) == told.mended == pytest.approx(len(hurt) / 2, rel=0.3)
    assert told.offered == PACKETS * 440


def test_the_same_seed_is_the_same_fate() -> None:
    weather = Weather(9600, 0.5, loss=0.3, double=0.1, late=0.2, damage=0.2, mended=0.5)
    assert through(Way(weather, "7"), 200) == through(Way(weather, "7"), 200)
    assert through(Way(weather, "7"), 200) != through(Way(weather, "8"), 200)


def test_a_cut_line_carries_nothing() -> None:
    way = Way(Weather(9600), "1")
    way.cut = True
    assert not any(through(way, 10))
    assert way.told.cut == 10


@pytest.mark.parametrize("mend", [False, True])
def test_one_bit_and_the_checksum(mend: bool) -> None:
    good = tcp(b"what is said")
    assert is_whole(good)
    for number in range(200):
        bad = flip(good, random.Random(number), mend=mend)
        assert is_whole(bad) is mend
        differ = [n for n in range(len(good)) if good[n] != bad[n]]
        if mend:
            assert len([n for n in differ if n >= 40]) == 1
            assert {n for n in differ if n < 40} <= {36, 37}
        else:
            assert len(differ) == 1
            assert differ[0] >= 20


def test_a_line_carries_between_two_files() -> None:
    """Two sockets in place of the TUN devices."""
    a, left = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    b, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    line = Line([os.dup(left.fileno()), os.dup(right.fileno())], Weather(10_000_000), "1")
    try:
        for one in (a, b):
            one.settimeout(20)
        packets = [tcp(bytes([n]) * 20) for n in range(10)]
        sender = threading.Thread(target=lambda: [a.send(packet) for packet in packets])
        sender.start()
        assert [b.recv(4096) for _ in packets] == packets
        sender.join()
        b.send(packets[0])
        assert a.recv(4096) == packets[0]
        assert line.offered == 11 * 60
    finally:
        line.close()
        for one in (a, b, left, right):
            one.close()


def test_what_netem_is_told() -> None:
    weather = Weather(2400, 0.9, loss=0.3, double=0.02, late=0.05, damage=0.01, buffer=16_000)
    assert " ".join(weather.netem()) == (
        "rate 2400bit delay 900ms loss 30.000% duplicate 2.000% corrupt 1.000% reorder 5.000% limit 32"
    )
