"""What an officer reads of a link: whose fault, from where he stands."""

from __future__ import annotations

from seamline.actions.receive import Refusal
from seamline.errors import LinkFault, RuleBroken, StoreFull
from seamline.exchange.state import LinkState, Trouble


def test_each_fault_is_laid_at_the_right_door() -> None:
    state = LinkState()
    state.went_wrong(LinkFault("no route"), 1)
    assert state.trouble == Trouble("link", "link_fault", "no route", 1)
    state.went_wrong(RuleBroken("exchange 6.4", "an answer to another request"), 2)
    assert state.trouble.rule == "exchange 6.4"
    assert state.trouble.fault == "theirs"
    state.went_wrong(StoreFull("disk full"), 3)
    assert (state.trouble.fault, state.trouble.code) == ("ours", "store_full")
    state.went_wrong(KeyError("a bug"), 4)
    assert (state.trouble.fault, state.trouble.code) == ("ours", "our_fault")


def test_a_refusal_by_the_peer_is_turned_round() -> None:
    state = LinkState()
    state.was_refused((Refusal(0, "exchange 3.5", "theirs", "no entry"),), 1, by_us=False)
    assert state.trouble is not None
    assert state.trouble.fault == "ours"
    state.was_refused((Refusal(0, "exchange 2.5", "ours", "older than shown"),), 2, by_us=True)
    assert state.trouble.fault == "ours"
    assert state.refused == 2


def test_what_came_early_troubles_nobody() -> None:
    state = LinkState()
    state.was_refused((Refusal(0, "exchange 3.3", "theirs", "begins at 5", again=True),), 1, by_us=True)
    assert (state.trouble, state.refused) == (None, 0)
    never_sent = Refusal(0, "exchange 4.3", "theirs", "for what was never said")
    state.was_refused((never_sent,), 2, by_us=True)
    assert state.refused == 1
