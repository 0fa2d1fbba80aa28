"""A and B never talk directly, only through F, which may not hold what they say (docs/spec/exchange.md 13).

They converge and F learns nothing; also with an F that drops, repeats, reorders and changes what it carries.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from seamline.actions.linking import LinkPolicy, set_policy
from seamline.errors import RuleBroken
from seamline.exchange import box, packet, relay
from seamline.exchange.courier import Courier
from seamline.exchange.relay import Relay
from seamline.log import statement
from seamline.log.keys import SigningKey
from tests.exchange.test_fragments import noise
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World, seed

SHARED, WIDE = "isf+ksf", "isf+ksf+mag"
SECRET = "the ford at the second bend"
HOUR = 3_600_000


def relaying(node: SimulatedNode) -> Relay:
    node.exchange.relay = made = Relay(node.exchange, Courier(node.exchange))
    return made


def via(a: SimulatedNode, b: SimulatedNode, f: SimulatedNode) -> None:
    set_policy(a.local, b.key.fingerprint, LinkPolicy(via=f.key.fingerprint))


def carries(f: SimulatedNode, *nodes: SimulatedNode) -> None:
    for node in nodes:
        set_policy(f.local, node.key.fingerprint, LinkPolicy(relay=True))


@dataclass
class Net:
    """a and b with links to each other that nothing passes, and both to f."""

    world: World
    a: SimulatedNode
    b: SimulatedNode
    f: SimulatedNode
    at_f: Relay

    def __post_init__(self) -> None:
        self.af, self.bf = SimulatedLink(self.a, self.f), SimulatedLink(self.b, self.f)

    def settle(self, most: int = 60) -> int:
        """All that can go, goes; how many rounds it took."""
        for count in range(most):
            if not any([self.af.speak(), self.af.listen(), self.bf.speak(), self.bf.listen()]):
                return count
        raise AssertionError("they never rest")

    def agree(self) -> bool:
        heads = self.a.heads(SHARED) == self.b.heads(SHARED)
        return heads and self.a.receipts(SHARED) == self.b.receipts(SHARED)

    def passed(self) -> bytes:
        """Every byte that reached or left f."""
        return b"".join(one.data for link in (self.af, self.bf) for one in link.passed)


def net() -> Net:
    world = World()
    a, b, f = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    for one, other in ((a, b), (a, f), (b, f)):
        world.link(one, other)
    at_f = [relaying(node) for node in (a, b, f)][2]
    via(a, b, f)
    via(b, a, f)
    carries(f, a, b)
    made = Net(world, a, b, f, at_f)
    made.settle()
    return made


def box_of(node: SimulatedNode) -> Relay:
    made = node.exchange.relay
    assert isinstance(made, Relay)
    return made


# ---------------------------------------------------------------- when all is well


def test_two_who_never_talk_come_to_hold_the_same_with_receipts() -> None:
    made = net()
    made.a.say(SHARED, *({"text": f"{SECRET} {n}"} for n in range(40)))
    made.b.say(SHARED, {"text": "from b"})
    made.a.say(SHARED, {"text": "at once"}, lane="flash")
    made.settle()
    assert made.agree()
    assert len(made.a.heads(SHARED)) == 3
    assert set(made.a.receipts(SHARED).values()) == {40, 1}
    # Then they rest, and nothing is left at the relay or waits for an answer.
    assert made.settle() == 0
    assert made.at_f.box.told(made.a.key.fingerprint) == {"packets": 0, "bytes": 0}
    for node, other in ((made.a, made.b), (made.b, made.a)):
        (row,) = [k for k in node.local.links() if k.peer == other.key.fingerprint]
        told = box_of(node).told(row)
        assert (told["handed"], told["oldest"]) == (0, None)
        assert told["heard"] is not None


def test_they_need_not_be_there_at_the_same_time() -> None:
    """a calls in the morning, b in the evening: the second morning a has b's receipts."""
    made = net()
    made.a.say(SHARED, *({"text": str(n)} for n in range(10)))
    made.af.settle()
    assert made.b.heads(SHARED) == {}
    assert made.at_f.box.told(made.b.key.fingerprint)["packets"] >= 1
    made.a.say(SHARED, {"text": "now"}, lane="flash")
    made.af.settle()
    made.f.restart()
    made.at_f = relaying(made.f)
    made.bf.settle()
    assert made.b.heads(SHARED).keys() == made.a.heads(SHARED).keys()
    made.af.settle()
    assert made.agree()


def test_the_flash_overtakes_what_waits_at_the_relay() -> None:
    made = net()
    made.a.say(SHARED, *({"text": noise(2000, str(n))} for n in range(200)))
    made.af.settle()
    made.a.say(SHARED, {"text": "now"}, lane="flash")
    made.af.settle()
    flash = made.a.log_id(SHARED, "flash")
    made.bf.room = 20_000
    for _ in range(3):
        made.bf.speak()
        made.bf.listen()
        if flash in made.b.heads():
            break
    assert flash in made.b.heads()
    assert made.b.heads() != made.a.heads()
    made.bf.room = 1 << 20
    made.settle()
    assert made.agree()


def test_a_flash_that_overtakes_a_week_of_packets_makes_none_of_them_stale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("seamline.exchange.counter.WINDOW", 8)
    made = net()
    for n in range(12):
        made.a.say(SHARED, {"text": str(n)})
        made.af.settle()
    made.a.say(SHARED, {"text": "now"}, lane="flash")
    made.af.settle()
    assert made.at_f.box.told(made.b.key.fingerprint)["packets"] == 13
    # a is not there any more when b comes.
    made.bf.settle()
    assert made.b.heads(SHARED) == made.a.heads(SHARED)


def test_an_entry_is_not_carried_twice_while_it_is_on_its_way() -> None:
    made = net()
    made.a.say(SHARED, {"text": noise(30_000)})
    made.af.settle()
    before = made.at_f.box.told(made.b.key.fingerprint)["bytes"]
    for n in range(5):
        made.a.say(SHARED, {"text": str(n)})
        made.af.settle()
    after = made.at_f.box.told(made.b.key.fingerprint)
    assert after["packets"] == 6
    assert after["bytes"] < before + 5 * 2000
    made.settle()
    assert made.agree()


def test_a_stolen_or_lost_message_to_the_relay_is_said_again() -> None:
    for fate in ("request_lost", "answer_lost", "repeated", "damaged"):
        made = net()
        made.a.say(SHARED, {"text": "one"}, {"text": "two"})
        made.af.speak(fate)  # type: ignore[arg-type]  # each is a Fate
        made.settle()
        made.b.say(SHARED, {"text": "three"})
        made.bf.listen(fate)  # type: ignore[arg-type]  # each is a Fate
        made.settle()
        assert made.agree(), fate


# ---------------------------------------------------------------- who may


def test_off_until_the_relay_and_the_sender_have_said_yes() -> None:
    for undo in ("relay", "one side of the relay", "sender"):
        made = net()
        if undo == "relay":
            for node in (made.a, made.b):
                set_policy(made.f.local, node.key.fingerprint, LinkPolicy())
        elif undo == "sender":
            for node, other in ((made.a, made.b), (made.b, made.a)):
                set_policy(node.local, other.key.fingerprint, LinkPolicy())
        else:
            set_policy(made.f.local, made.b.key.fingerprint, LinkPolicy())
        made.a.say(SHARED, {"text": SECRET})
        made.settle()
        assert made.b.heads(SHARED) == {}
        assert made.at_f.box.told(made.b.key.fingerprint)["packets"] == 0
        rules = {r["rule"] for link in made.a.exchange.links() for r in link["refusals"]}  # type: ignore[attr-defined]  # links are JSON
        assert rules == (set() if undo == "sender" else {"exchange 13.3"})


def test_a_relay_takes_a_packet_of_its_sender_alone() -> None:
    made = net()
    made.a.say(SHARED, {"text": "one"})
    made.af.settle()
    ((_, data),) = made.at_f.box.due(made.b.key.fingerprint, 1 << 20, (), "routine")
    refused = made.at_f.take(made.b.key.fingerprint, {0: data})
    assert [(r.rule, r.fault) for r in refused] == [("exchange 13.3", "theirs")]


def test_nothing_goes_through_the_relay_while_they_talk_directly() -> None:
    made = net()
    direct = SimulatedLink(made.a, made.b)
    made.a.say(SHARED, {"text": "one"})
    direct.settle()
    made.a.say(SHARED, {"text": "two"})
    made.af.settle()
    assert made.at_f.box.told(made.b.key.fingerprint)["packets"] == 0
    made.world.clock.advance(relay.DIRECT + 1)
    made.af.settle()
    made.settle()
    assert made.agree()


# ---------------------------------------------------------------- law 3


def test_the_relay_holds_no_row_and_reads_nothing() -> None:
    made = net()
    made.a.say(WIDE, {"text": "for all three"})
    made.a.say(SHARED, {"text": SECRET}, {"text": SECRET})
    made.a.say(SHARED, {"text": SECRET}, lane="flash")
    made.af.settle()
    kept = b"".join(made.f.local.get(key) or b"" for key in made.f.local.keys(""))
    made.settle()
    assert made.agree()
    assert {log.channel for log in made.f.log.logs()} == {WIDE}
    names = [SECRET, SHARED, "isf.ksf", "ford"]
    roots = [root for _, root in made.a.heads(SHARED).values()]
    for word in [*(name.encode() for name in names), *roots]:
        assert word not in kept
        assert word not in made.passed()
    # Its own seal key opens none of what it kept.
    made.a.say(SHARED, {"text": SECRET})
    made.af.settle()
    ((_, data),) = made.at_f.box.due(made.b.key.fingerprint, 1 << 20, (), "routine")
    with pytest.raises(RuleBroken):
        packet.read(data, made.f.seal, made.a.key.public)
    assert packet.read(data, made.b.seal, made.a.key.public).letter


def test_what_the_relay_sees_does_not_depend_on_what_is_private() -> None:
    """Whatever the two keep to themselves, who says it to whom and how much is the same at the relay."""
    seen = []
    for private in (False, True):
        made = net()
        made.a.say(SHARED, {"text": "one"})
        if private:
            made.a.say("ksf", {"text": "ours alone"})
            made.b.say("isf", {"text": "theirs alone"}, lane="flash")
        made.settle()
        passed = [(one.sender, len(one.data)) for link in (made.af, made.bf) for one in link.passed]
        seen.append((passed, made.at_f.box.dropped))
    assert seen[0] == seen[1]


def test_who_shares_the_wide_channel_still_hears_it_directly() -> None:
    made = net()
    made.a.say(WIDE, {"text": "for all three"})
    made.a.say(SHARED, {"text": "for two"})
    made.settle()
    assert made.f.heads(WIDE) == made.a.heads(WIDE)
    assert made.b.heads(WIDE) == made.a.heads(WIDE)
    assert made.agree()


# ---------------------------------------------------------------- bounds


def test_the_oldest_routine_goes_first_and_flash_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "MAX_PACKETS", 4)
    made = net()
    made.a.say(SHARED, {"text": "now"}, lane="flash")
    made.af.settle()
    for n in range(8):
        made.a.say(SHARED, {"text": str(n)})
        made.af.settle()
    assert made.at_f.box.told(made.b.key.fingerprint)["packets"] == 4
    assert made.at_f.box.dropped > 0
    made.bf.settle()
    assert made.a.log_id(SHARED, "flash") in made.b.heads()
    # What was dropped is noticed by what b says it has, and said again.
    made.settle()
    assert made.agree()


def test_what_is_too_old_or_too_much_goes() -> None:
    made = net()
    made.a.say(SHARED, {"text": "one"})
    made.af.settle()
    made.world.clock.advance(box.AGE + 1)
    made.b.say(SHARED, {"text": "two"})
    made.bf.speak()
    assert made.at_f.box.dropped >= 1
    made.settle()
    assert made.agree()


# ---------------------------------------------------------------- a relay that lies


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
