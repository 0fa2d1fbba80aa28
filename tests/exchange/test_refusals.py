"""What officers see of rules broken on a link: the last few, counted, kept, laid at the right door."""

from __future__ import annotations

from typing import Any

from seamline.actions.receive import Refusal
from seamline.exchange.courier import Courier
from seamline.exchange.refusals import MINUTE, MOST, Refusals
from seamline.log import statement
from seamline.store.memory import MemoryLocal
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"
BAD = Refusal(0, "exchange 2.2", "theirs", "no reader", kept=2)


def pair() -> tuple[World, SimulatedNode, SimulatedNode]:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    return world, a, b


def refusals(node: SimulatedNode) -> list[dict[str, Any]]:
    (link,) = node.exchange.links()
    found = link["refusals"]
    assert isinstance(found, list)
    return found


def test_the_same_again_is_counted_and_not_listed_twice() -> None:
    local = MemoryLocal()
    book = Refusals(local)
    for now in (10, 20, 30):
        book.note("peer", [BAD], now, by_us=True)
    (row,) = book.of("peer")
    assert (row.count, row.kept, row.first, row.when) == (3, 6, 10, 30)
    assert (row.rule, row.by, row.fault) == ("exchange 2.2", "us", "theirs")
    book.note("peer", [BAD], 40, by_us=False)
    assert [(r.by, r.fault) for r in book.of("peer")] == [("them", "ours"), ("us", "theirs")]
    assert book.of("other") == []


def test_what_came_early_is_no_rule_broken() -> None:
    book = Refusals(MemoryLocal())
    book.note("peer", [Refusal(0, "exchange 3.3", "theirs", "", again=True)], 1, by_us=True)
    assert book.of("peer") == []


def test_a_liar_fills_neither_the_list_nor_the_disk() -> None:
    local = MemoryLocal()
    book, writes = Refusals(local), list[str]()
    put = local.put

    def counted(key: str, value: bytes | None) -> None:
        writes.append(key)
        put(key, value)

    local.put = counted  # type: ignore[method-assign]  # a store that counts
    for n in range(MOST * 3):
        book.note("peer", [Refusal(0, f"log {n}.1", "theirs", "x" * 10_000)], n, by_us=True)
    assert len(book.of("peer")) == MOST
    assert len(local.get("refused.peer") or b"") < MOST * 600
    writes.clear()
    for n in range(1000):
        book.note("peer", [BAD], n * 10, by_us=True)
    assert len(writes) == 1
    book.note("peer", [BAD], 2 * MINUTE, by_us=True)
    assert len(writes) == 2
    assert Refusals(local).of("peer")[0].count == 1001


def test_a_revoked_node_that_goes_on_talking_is_seen_by_officers() -> None:
    world, a, b = pair()
    a.say(SHARED, {"text": "before"})
    link = SimulatedLink(a, b)
    link.settle()
    size, root = b.heads()[a.log_id(SHARED)]
    revoke = statement.RevokeNode(a.key.fingerprint, (statement.Head(SHARED, "routine", size, root.hex()),))
    world.parties["ksf"].state(revoke)
    b.trust.add(world.parties["ksf"].notes)
    a.say(SHARED, {"text": "after"})
    link.speak()
    (row,) = refusals(b)
    assert (row["rule"], row["by"], row["fault"], row["kept"]) == ("exchange 6.2", "us", "theirs", 0)
    b.restart()
    assert refusals(b) == [row]
    # Its file says the same of it.
    data = Courier(a.exchange).write(["baghdad"]).data
    Courier(b.exchange).read(data)
    assert {r["rule"] for r in refusals(b)} == {"exchange 6.2", "exchange 2.1"}


def test_nobody_can_be_accused_by_a_message_he_did_not_sign() -> None:
    world, a, b = pair()
    world.parties["ksf"].state(statement.RevokeNode(a.key.fingerprint, ()))
    b.trust.add(world.parties["ksf"].notes)
    call = a.caller(b).speak(1 << 20)
    assert call is not None
    forged = call.data[:-1] + bytes([call.data[-1] ^ 1])
    link = SimulatedLink(a, b)
    link._deliver(forged, hold=False)
    assert link.faults
    assert refusals(b) == []
