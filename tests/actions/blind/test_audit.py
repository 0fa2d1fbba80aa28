"""A joint audit: one sector-day, wished and opened by both, convicts only who signed otherwise (blind 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from seamline.actions import write
from seamline.actions.blind import auditing, runs, steps
from seamline.actions.blind.state import State
from seamline.blind import bits, clash
from seamline.errors import BadInput, NotAllowed
from seamline.log.entry import sign
from tests.actions.blind.rooms import ALL, A, B, F, Rooms, patrol
from tests.nodes import officer

LEAF = (0, 0)


@pytest.fixture
def rooms() -> Iterator[Rooms]:
    made = Rooms()
    try:
        made.plan(A, patrol(43.60, 35.70, 5))
        made.plan(B, patrol(43.605, 35.702, 6))
        yield made
    finally:
        made.close()


def wish(rooms: Rooms, party: str, run: str, leaf: tuple[int, int] = LEAF) -> None:
    node, who = rooms.by[party], officer(party, "signatory")
    saying = auditing.wishing(node, who, run, leaf)
    entry, _ = write.draft(node, who, saying)
    signed = sign(entry, ALL, rooms.world.officer_key(party, "signatory"))
    assert signed.sig is not None
    auditing.wish(node, who, saying, write.Attest(entry.id, entry.at, signed.sig)).result()


def outcomes(rooms: Rooms, party: str, run: str) -> dict[str, str] | None:
    (one,) = auditing.audits(rooms.by[party], rooms.run(party, run))
    return None if one.outcomes is None else {o.party: o.code for o in one.outcomes}


def audited(rooms: Rooms, run: str) -> None:
    for party in (A, B):
        wish(rooms, party, run)
    rooms.settle()


def test_honest_parties_are_cleared_on_every_node(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    audited(rooms, run)
    for party in (A, B, F):
        assert outcomes(rooms, party, run) == {A: "sound", B: "sound", F: "sound"}
    (one,) = auditing.audits(rooms.by[A], rooms.run(A, run))
    page = "\n".join(auditing.page(rooms.run(A, run), one))
    assert "AUDIT OF A BLIND CHECK" in page
    assert f"{A}: sound" in page


def test_nothing_is_opened_before_both_wish_it(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    wish(rooms, A, run)
    rooms.settle()
    assert outcomes(rooms, B, run) is None
    (one,) = auditing.audits(rooms.by[A], rooms.run(A, run))
    assert one.opened == {}
    assert "Not complete" in "\n".join(auditing.page(rooms.run(A, run), one))


def test_a_side_that_sent_less_than_it_signed_is_found(rooms: Rooms) -> None:
    """A commits to its plan and sends another; afterwards it opens what it signed."""
    run = rooms.agreed(rooms.universe())
    state = State(rooms.by[A].local)
    own = state.side(run)
    assert own is not None
    size = rooms.run(A, run).terms.cells
    nothing = bits.squeeze(bits.pack(np.zeros(size, dtype=bool)))
    state.put_side(msgspec.structs.replace(own, plan=nothing))
    rooms.settle()
    sent = state.side(run)
    assert sent is not None
    state.put_side(msgspec.structs.replace(sent, plan=own.plan))
    audited(rooms, run)
    found = outcomes(rooms, B, run)
    assert found is not None
    assert found[A] == "differs"
    assert found[B] == found[F] == "sound"


def test_a_side_that_opens_another_plan_than_it_signed_is_found(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    state = State(rooms.by[A].local)
    own = state.side(run)
    assert own is not None
    size = rooms.run(A, run).terms.cells
    nothing = bits.squeeze(bits.pack(np.zeros(size, dtype=bool)))
    state.put_side(msgspec.structs.replace(own, plan=nothing))
    audited(rooms, run)
    found = outcomes(rooms, B, run)
    assert found is not None
    assert found[A] == "unopened"


def test_a_facilitator_that_left_out_what_it_received_is_found(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    honest = clash.answer

    def leaving_out(*args: Any) -> clash.Answer:
        """He leaves out every cell and, being lucky, no canary."""
        made = honest(*args)
        assert made.data is not None
        terms = rooms.run(F, run).terms
        size = clash.places(terms)
        own = State(rooms.by[A].local).side(run)
        assert own is not None
        order = steps.side_of(rooms.run(A, run), A, own, args[1]).order
        kept = np.sort(order[size - clash.CANARIES :])
        head = clash._ANSWER.pack(b"SBA1", args[1], size, len(kept))
        return clash.Answer(0, head + bits.squeeze(bits.steps(kept)), made.digest)

    clash.answer = leaving_out
    try:
        rooms.settle()
    finally:
        clash.answer = honest
    assert rooms.found(A, run) == "sound"
    assert rooms.learnt(A)[0].get("count", 0) == 0
    audited(rooms, run)
    for party in (A, B):
        found = outcomes(rooms, party, run)
        assert found is not None
        assert found == {A: "sound", B: "sound", F: "differs"}


def test_only_a_side_wishes_and_only_for_what_there_is(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    with pytest.raises(BadInput):
        wish(rooms, A, run)
    rooms.settle()
    with pytest.raises(NotAllowed):
        wish(rooms, F, run)
    with pytest.raises(BadInput):
        wish(rooms, A, run, (9, 0))


def test_one_sector_day_tells_nothing_of_another(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    audited(rooms, run)
    (one,) = auditing.audits(rooms.by[B], rooms.run(B, run))
    data = auditing._blob(rooms.by[B], rooms.run(B, run), one.opened[A])
    assert data is not None
    opened, places = auditing.read_opening(data)
    loaded = rooms.run(A, run)
    made = runs.built(loaded.universe_row, loaded.universe)
    where = made.leaf(*LEAF)
    assert len(places) == len(opened.flags) == where.stop - where.start
