"""The courier's file: both come to hold the same, each opens only what is his, and no damage does any."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.exchange import age
from seamline.exchange.courier import LEAST_FILE, Courier
from seamline.exchange.links import file
from seamline.exchange.ports import Limits
from seamline.log.keys import SealKey
from tests.exchange.test_fragments import noise
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"
PAIR = ("erbil", "baghdad")


def world() -> tuple[World, SimulatedNode, SimulatedNode, SimulatedNode]:
    here = World()
    return here, here.node("erbil", "ksf"), here.node("baghdad", "isf"), here.node("adviser", "mag")


def courier(node: SimulatedNode) -> Courier:
    return Courier(node.exchange)


def carry(a: SimulatedNode, b: SimulatedNode, most: int | None = None) -> bytes:
    data = courier(a).write([b.name], most).data
    report = courier(b).read(data)
    assert not report.refused
    assert not report.cut
    return data


def test_a_stick_there_and_back_leaves_both_the_same_and_receipted() -> None:
    _, a, b, _ = world()
    a.say(SHARED, *({"text": f"entry {n}"} for n in range(20)))
    b.say(SHARED, {"text": "from b"}, lane="flash")
    data = courier(a).write(["baghdad"]).data
    report = courier(b).read(data)
    assert report.sender is not None
    assert (report.sender.name, report.new, report.known, report.answer) == ("erbil", 20, 0, True)
    assert [(c.name, c.new) for c in report.channels] == [("erbil", 20)]
    back = courier(b).read(data)
    assert (back.new, back.known) == (0, 20)
    report = courier(a).read(courier(b).write(["erbil"]).data)
    assert (report.new, report.receipts) == (1, 1)
    assert courier(b).read(courier(a).write(["baghdad"]).data).receipts == 1
    assert a.heads() == b.heads()
    assert a.receipts() == b.receipts()
    assert len(a.receipts()) == 2


def test_what_was_not_receipted_is_written_again_and_what_was_is_not() -> None:
    _, a, b, _ = world()
    a.say(SHARED, {"text": "one"})
    first = courier(a).write(["baghdad"])
    a.restart()
    assert courier(a).write(["baghdad"]).entries == first.entries == 1
    carry(a, b)
    carry(b, a)
    a.restart()
    assert courier(a).write(["baghdad"]).entries == 0
    a.say(SHARED, {"text": "two"})
    assert courier(a).write(["baghdad"]).entries == 1


def test_a_file_that_overtook_another_is_missing_what_lies_between() -> None:
    _, a, b, _ = world()
    a.say(SHARED, {"text": "one"})
    carry(a, b)
    carry(b, a)
    a.say(SHARED, {"text": "two"})
    lost = courier(a)
    lost.write(["baghdad"])
    # Somebody else brought it, and the receipt came back on a third way.
    copy, b_log = a.log_id(SHARED), b.log
    known = a.exchange.peer(b.key.fingerprint).conversation
    known.unknown = False
    known.known.authored(copy, 2, a.exchange.shelf.tag_at(copy, 2))
    a.say(SHARED, {"text": "three"})
    report = courier(b).read(courier(a).write(["baghdad"]).data)
    assert [(m.name, m.held, m.starts) for m in report.missing] == [("erbil", 1, 2)]
    assert report.refused == []
    assert b_log.head(copy).size == 1


@pytest.mark.parametrize("most", [LEAST_FILE, 12_000, 30_000])
def test_small_files_one_after_another(most: int) -> None:
    _, a, b, _ = world()
    a.say(SHARED, *({"text": noise(1500, str(n))} for n in range(20)))
    a.say(SHARED, {"text": noise(20_000)})
    a.say(SHARED, {"text": "now"}, lane="flash")
    for count in range(30):
        made = courier(a).write(["baghdad"], most)
        assert len(made.data) <= most
        courier(b).read(made.data)
        if count == 0:
            assert b.log.head(a.log_id(SHARED, "flash")).size == 1
        carry(b, a)
        if b.heads() == a.heads():
            break
    assert b.heads() == a.heads()
    assert not courier(a).write(["baghdad"], most).more


def test_two_readers_of_different_channels_share_a_file() -> None:
    _, a, b, c = world()
    a.say(SHARED, {"text": "for isf"})
    a.say("ksf+mag", {"text": "for mag"})
    a.say("ksf", {"text": "for us"})
    with pytest.raises(BadInput) as fault:
        courier(a).write(["baghdad", "adviser"])
    assert fault.value.field == "max"
    data = courier(a).write(["baghdad", "adviser"], 30_000).data
    for node, channel in ((b, SHARED), (c, "ksf+mag")):
        report = courier(node).read(data)
        assert (report.new, report.others, report.refused) == (1, 1, [])
        assert {log.channel for log in node.heads()} == {channel}


def test_the_size_of_a_shared_file_says_nothing_of_what_is_for_others() -> None:
    def inside(said: int) -> list[int]:
        _, a, b, c = world()
        a.say(SHARED, {"text": "for isf"})
        a.say("ksf+mag", *({"text": noise(500, str(n))} for n in range(said)))
        shelf, _ = age.unlock(b.seal, courier(a).write(["baghdad", "adviser"], 60_000).data)
        mine = next(text for text in _letters(shelf, b.seal))
        theirs = next(text for text in _letters(shelf, c.seal))
        return [len(mine), len(theirs)]

    assert inside(0) == inside(1) == inside(30)
    assert len(set(inside(0))) == 1


def _letters(shelf: bytes, key: SealKey) -> list[bytes]:
    found = []
    reader = file.ByteReader(shelf[4:], "x")
    for _ in range(reader.number()):
        locked = reader.blob(1 << 20)
        try:
            found.append(age.unlock(key, locked)[0])
        except file.RuleBroken:
            continue
    return found


def test_nodes_of_one_party_share_a_letter() -> None:
    here, a, b, _ = world()
    second = here.node("karbala", "isf")
    a.say(SHARED, {"text": "one"})
    data = courier(a).write(["baghdad", "karbala"]).data
    for node in (b, second):
        assert courier(node).read(data).new == 1


def test_who_is_not_meant_opens_nothing() -> None:
    _, a, _, c = world()
    a.say(SHARED, {"text": "for isf"})
    data = courier(a).write(["baghdad"]).data
    with pytest.raises(BadInput) as fault:
        courier(c).read(data)
    assert fault.value.code == "not_a_bundle"
    assert c.heads() == {}


@pytest.mark.parametrize("to", [["nobody"], ["erbil"], [], ["f" * 32]])
def test_only_nodes_in_service_are_written_to(to: list[str]) -> None:
    _, a, _, _ = world()
    with pytest.raises(BadInput):
        courier(a).write(to)


def test_who_may_be_written_to_is_who_shares_a_channel_also_without_a_link() -> None:
    here, a, b, c = world()
    here.node("room", "isf", "ksf")
    a.channels.add(SHARED)
    told = {one.name: one.channels for one in courier(a).readers()}
    # With the adviser's party alone erbil has a channel as soon as something is said there.
    assert told == {"adviser": ("ksf+mag",), "baghdad": (SHARED,), "room": (SHARED,)}
    assert not a.local.links()
    assert courier(b).readers()[0].node == c.key.fingerprint


def test_bounds() -> None:
    _, a, b, _ = world()
    with pytest.raises(BadInput):
        courier(a).write(["baghdad"], LEAST_FILE - 1)
    with pytest.raises(BadInput):
        courier(b).read(bytes(file.MAX_FILE + 1))
    many = file.Letter((b.seal.public,), (b"x",) * (file.MAX_PARTS + 2))
    with pytest.raises(BadInput):
        courier(b).read(file.write([many], a.key, 1))


def test_a_file_made_by_a_stranger_is_refused_part_by_part() -> None:
    _, a, b, _ = world()
    stranger = World(("isf", "ksf", "mag")).node("elsewhere", "ksf")
    letter = file.Letter((b.seal.public,), (b"rubbish" * 30, b"\x01"))
    report = courier(b).read(file.write([letter], stranger.key, 1))
    assert report.sender is None
    assert [r.rule for r in report.refused] == ["exchange 1.2", "exchange 1.2"]
    assert b.heads() == {}
    assert a.heads() == {}


# ---------------------------------------------------------------- damage


def loaded() -> tuple[SimulatedNode, SimulatedNode, bytes]:
    _, a, b, _ = world()
    a.say(SHARED, *({"text": noise(3000, str(n))} for n in range(60)))
    a.say(SHARED, {"text": "now"}, lane="flash")
    return a, b, courier(a).write(["baghdad"]).data


def test_a_file_cut_on_the_way_gives_what_stands_before() -> None:
    a, b, data = loaded()
    report = courier(b).read(data[: len(data) * 3 // 4])
    assert report.cut
    assert report.new == b.log.head(a.log_id(SHARED)).size + b.log.head(a.log_id(SHARED, "flash")).size > 0
    assert courier(b).read(data).cut is False
    assert a.heads() == b.heads()


@pytest.mark.parametrize("left", [1, 30, 100, 240, 330, 5000, 60_000])
def test_a_file_cut_before_its_first_part_is_whole_says_that_it_is_cut(left: int) -> None:
    _, b, data = loaded()
    with pytest.raises(BadInput) as fault:
        courier(b).read(data[:left])
    assert fault.value.code == "bundle_cut"
    assert b.heads() == {}


def test_a_file_for_others_says_so_and_not_that_it_is_cut_and_what_is_none_says_that() -> None:
    _, a, _, c = world()
    data = courier(a).write(["baghdad"]).data
    for bad in (data, data[: len(data) - 1], b"a letter of another kind", b""):
        with pytest.raises(BadInput) as fault:
            courier(c).read(bad)
        assert fault.value.code == "not_a_bundle"


def test_of_a_letter_among_several_that_is_cut_is_taken_what_stands_before() -> None:
    here = World(limits=Limits(part=8192))
    a, b, c = here.node("erbil", "ksf"), here.node("baghdad", "isf"), here.node("adviser", "mag")
    a.say("isf+ksf+mag", *({"text": noise(3000, str(n))} for n in range(120)))
    data = courier(a).write(["baghdad", "adviser"], 700_000).data
    reports = [courier(node).read(data[: len(data) * 3 // 4]) for node in (b, c)]
    # Which of the two stands last is by chance.
    first, last = sorted((report.new for report in reports), reverse=True)
    assert first == 120 > last > 0
    assert all(report.cut for report in reports)
    assert {b.log.head(a.log_id("isf+ksf+mag")).size, c.log.head(a.log_id("isf+ksf+mag")).size} == {120, last}


@settings(max_examples=30)
@given(st.sampled_from(["cut", "flip", "splice", "noise"]), st.floats(0, 0.9999), st.integers(0, 7))
def test_any_damage_is_refused_or_taken_in_part_and_truly_reported(how: str, where: float, bit: int) -> None:
    a, b, whole = loaded()
    other = courier(a).write(["baghdad"]).data
    at = int(where * len(whole))
    bad = {
        "cut": whole[:at],
        "flip": whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :],
        "splice": whole[:at] + other[at:],
        "noise": random.Random(where).randbytes(at % 400),
    }[how]
    try:
        report = courier(b).read(bad)
    except BadInput:
        assert b.heads() == {}
        return
    held = b.heads()
    assert report.new == sum(size for size, _ in held.values())
    assert report.cut or bad in (whole, other)
    for log, (size, root) in held.items():
        assert a.exchange.shelf.tag_at(log, size) == root[:8]


def incident(n: int) -> dict[str, object]:
    """A typical one: its own words, place, time and grid reference."""
    rng = random.Random(n)
    begin = 1_795_000_000_000 + rng.randrange(10_000) * 60_000
    words = (
        "shots",
        "vehicle",
        "patrol",
        "near",
        "the",
        "north",
        "south",
        "bridge",
        "canal",
        "road",
        "post",
        "drone",
    )
    lon, lat = 437_000_000 + rng.randrange(10_000_000), 357_000_000 + rng.randrange(10_000_000)
    return {
        "occurred": {"end": begin + rng.randrange(60) * 60_000, "start": begin},
        "place": {
            "accuracy_m": 100,
            "geometry": {"coordinates": [lon, lat], "type": "Point"},
            "mgrs": f"38SME{rng.randrange(10**8):08}",
        },
        "precedence": rng.choice(["routine", "priority", "immediate"]),
        "summary": " ".join(rng.choices(words, k=9)),
        "type": rng.choice(["fire_exchange", "drone", "movement", "obstruction"]),
    }


def test_a_typical_incident_takes_at_most_220_bytes_among_a_hundred() -> None:
    _, a, b, _ = world()
    carry(a, b)
    carry(b, a)
    before = len(courier(a).write(["baghdad"]).data)
    a.say(SHARED, *(incident(n) for n in range(100)))
    assert (len(courier(a).write(["baghdad"]).data) - before) / 100 <= 110
