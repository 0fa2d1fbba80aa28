"""A relay that drops, repeats, reorders, changes or forges what it carries: noticed, or harmless."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from seamline.exchange import packet, relay
from seamline.log import statement
from seamline.log.keys import SigningKey
from tests.simulated_node import seed
from tests.simulator.relayed import SECRET, SHARED, box_of, net

Trick = Callable[[list[tuple[bytes, bytes]], random.Random], list[tuple[bytes, bytes]]]
OLD: list[tuple[bytes, bytes]] = []


def drops(found: list[tuple[bytes, bytes]], chance: random.Random) -> list[tuple[bytes, bytes]]:
    return [one for one in found if chance.random() < 0.5]


def repeats(found: list[tuple[bytes, bytes]], chance: random.Random) -> list[tuple[bytes, bytes]]:
    OLD.extend(found)
    return [*found, *chance.sample(OLD, min(3, len(OLD)))]


def reorders(found: list[tuple[bytes, bytes]], chance: random.Random) -> list[tuple[bytes, bytes]]:
    chance.shuffle(found)
    return found[: max(1, len(found) // 2)]


def corrupts(found: list[tuple[bytes, bytes]], chance: random.Random) -> list[tuple[bytes, bytes]]:
    def changed(data: bytes) -> bytes:
        at = chance.randrange(packet.HEAD - 1, len(data))
        return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]

    return [(tag, changed(data) if chance.random() < 0.5 else data) for tag, data in found]


@pytest.fixture(autouse=True)
def _nothing_old() -> None:
    OLD.clear()


@pytest.mark.parametrize("trick", [drops, repeats, reorders, corrupts])
def test_a_relay_that_lies_costs_time_alone(trick: Trick) -> None:
    chance, made = random.Random(7), net()
    honest = made.at_f.box.due

    def lies(reader: str, room: int, flying: object, lane: packet.Lane) -> list[tuple[bytes, bytes]]:
        return trick(honest(reader, room, flying, lane), chance)  # type: ignore[arg-type]  # passed on

    made.at_f.box.due = lies  # type: ignore[method-assign]  # the relay's own node lies
    for n in range(12):
        made.a.say(SHARED, {"text": f"{SECRET} {n}"}, lane=("routine", "flash")[n % 3 == 0])
        made.b.say(SHARED, {"text": f"b {n}"})
        for link in (made.af, made.bf):
            link.speak()
            link.listen()
    refusals = [r for node in (made.a, made.b) for link in node.exchange.links() for r in link["refusals"]]  # type: ignore[attr-defined]  # links are JSON
    if trick is corrupts:
        # Noticed, and laid at the relay's door.
        rules = {r["rule"] for r in refusals if r["fault"] == "theirs"}
        assert rules
        assert rules <= {"log 11.4", "log 11.2", "log 11.3", "exchange 13.2", "exchange 13.5"}
    # Nothing that is held is untrue, and once it carries what it is given, or people bring it, they agree.
    made.at_f.box.due = honest  # type: ignore[method-assign]  # it mends its ways
    made.world.clock.advance(relay.PATIENCE + 1)
    for count in range(20):
        made.a.say(SHARED, {"text": f"later {count}"})
        made.settle()
        if made.agree():
            break
        made.world.clock.advance(relay.PATIENCE + 1)
    assert made.agree()
    assert [b["text"] for b in made.b.bodies(made.a.log_id(SHARED, "flash"))] == [
        f"{SECRET} {n}" for n in range(12) if n % 3 == 0
    ]


def test_a_relay_cannot_write_in_anothers_name() -> None:
    made = net()
    made.a.say(SHARED, {"text": "one"})
    made.af.settle()
    to = packet.Address(made.a.key.fingerprint, made.b.key.fingerprint, "routine")
    b = box_of(made.b)
    forged = packet.write(to, packet.Inside(900, (bytes(8),), b""), made.f.key, made.b.seal.public)
    stranger = packet.write(
        replace(to, sender=SigningKey(seed("x")).fingerprint),
        packet.Inside(1),
        made.f.key,
        made.b.seal.public,
    )
    peer = made.f.key.fingerprint
    assert [r.rule for r in b.take(peer, {0: forged})] == ["exchange 13.5"]
    assert [r.rule for r in b.take(peer, {0: stranger})] == ["exchange 13.3"]
    assert [r.rule for r in b.take(peer, {0: b"\x02short"})] == ["exchange 13.2"]
    assert made.b.heads(SHARED) == {}
    made.settle()
    assert made.agree()


def test_a_relay_cannot_turn_a_packet_round_or_change_its_lane() -> None:
    made = net()
    made.a.say(SHARED, {"text": "one"})
    made.af.settle()
    ((_, data),) = made.at_f.box.due(made.b.key.fingerprint, 1 << 20, (), "routine")
    flash = data[: packet.HEAD - 1] + b"\0" + data[packet.HEAD :]
    rules = [r.rule for r in box_of(made.b).take(made.f.key.fingerprint, {0: flash})]
    assert rules == ["log 11.4"]


def test_a_revoked_sender_is_carried_no_more() -> None:
    made = net()
    made.world.parties["ksf"].state(statement.RevokeNode(made.a.key.fingerprint, ()))
    notes = made.world.parties["ksf"].notes
    made.b.trust.add(notes)
    made.a.say(SHARED, {"text": "after"})
    made.settle()
    # The relay does not know yet and carries it; the reader does, and refuses.
    assert made.b.heads(SHARED) == {}
    made.f.trust.add(notes)
    made.a.say(SHARED, {"text": "again"})
    made.af.speak()
    assert made.af.faults
