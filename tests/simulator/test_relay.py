"""A and B never talk directly, only through F, which may not hold what they say (docs/spec/exchange.md 13).

They converge, and F learns nothing. With an F that lies: test_relay_lies.py.
"""

from __future__ import annotations

import pytest

from seamline.actions.linking import LinkPolicy, set_policy
from seamline.errors import RuleBroken
from seamline.exchange import box, packet, relay
from tests.exchange.test_fragments import noise
from tests.simulated_link import SimulatedLink
from tests.simulator.relayed import SECRET, SHARED, WIDE, box_of, net, relaying

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
