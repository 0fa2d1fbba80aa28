"""A joint audit: one sector-day, wished and opened by both, convicts only who signed otherwise (blind 7)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from pypdf import PdfReader

from seamline.actions import write
from seamline.actions.blind import auditing, runs, sheet, steps
from seamline.actions.blind.state import State
from seamline.blind import bits, clash, gap
from seamline.errors import BadInput, NotAllowed, NotFound, RuleBroken
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
    said = sheet.outcome(rooms.run(A, run), one, "en")
    assert [line.split(": ")[:2] for line in said] == [[p.upper(), "sound"] for p in (A, B, F)]


def test_nothing_is_opened_before_both_wish_it(rooms: Rooms) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    wish(rooms, A, run)
    rooms.settle()
    assert outcomes(rooms, B, run) is None
    (one,) = auditing.audits(rooms.by[A], rooms.run(A, run))
    assert one.opened == {}
    assert sheet.outcome(rooms.run(A, run), one, "en") == ["Not complete: wished by ISF."]


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
    told = auditing.read_opening(data)
    opened, places = told.opening, told.places
    loaded = rooms.run(A, run)
    made = runs.built(loaded.universe_row, loaded.universe)
    where = made.leaf(*LEAF)
    assert len(places) == len(opened.flags) == where.stop - where.start


# ------------------------------------------------------------ a gap


@pytest.fixture
def watched(rooms: Rooms) -> str:
    """A gap that is answered: on the first day A watches until hour 20, B nothing."""
    rooms.plan(A, patrol(43.60, 35.70, 0, 20, mode="undertaking", sight_m=60_000))
    return rooms.agreed(rooms.universe("gap", cap=12_000, result_cap=12_000))


def test_a_gap_is_audited_on_every_node(rooms: Rooms, watched: str) -> None:
    rooms.settle()
    audited(rooms, watched)
    for party in (A, B, F):
        assert outcomes(rooms, party, watched) == {A: "sound", B: "sound", F: "sound"}


def test_a_side_that_left_open_less_than_it_signed_is_found(rooms: Rooms, watched: str) -> None:
    """B commits to a plan that watches nothing, and sends one that hides each gap."""
    state = State(rooms.by[B].local)
    own = state.side(watched)
    assert own is not None
    size = rooms.run(B, watched).terms.cells
    hiding = bits.squeeze(bits.pack(np.zeros(size, dtype=bool)))
    state.put_side(msgspec.structs.replace(own, plan=hiding))
    rooms.settle()
    assert rooms.learnt(F)[0].get("count", 0) == 0
    sent = state.side(watched)
    assert sent is not None
    state.put_side(msgspec.structs.replace(sent, plan=own.plan))
    audited(rooms, watched)
    for party in (A, B, F):
        assert outcomes(rooms, party, watched) == {A: "sound", B: "differs", F: "sound"}


def test_a_facilitator_that_says_other_digits_is_at_odds_with_both_sides(
    rooms: Rooms, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.settle()
    honest = gap.digits_at
    monkeypatch.setattr(gap, "digits_at", lambda *args: (honest(*args) + 1) % 3)
    audited(rooms, watched)
    assert outcomes(rooms, A, watched) == {A: "differs", B: "differs", F: "sound"}


def test_masks_that_the_sides_name_differently_are_no_ground_for_an_outcome(
    rooms: Rooms, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.settle()
    honest = gap.placed

    def other(terms: Any, key: bytes, where: slice) -> tuple[Any, Any]:
        places, masks = honest(terms, key, where)
        return places, (masks + 1) % 6

    for party in (A, B):
        wish(rooms, party, watched)
    for source, target in ((A, B), (B, A)):
        rooms.carry(source, target)
    with monkeypatch.context() as patched:
        patched.setattr(gap, "placed", other)
        rooms.advance(B)
    rooms.settle()
    assert outcomes(rooms, A, watched) is None
    assert State(rooms.by[F].local).fault(watched) == "blind 7.4"


def test_an_opened_gap_tells_no_mask_of_another_day(rooms: Rooms, watched: str) -> None:
    rooms.settle()
    audited(rooms, watched)
    loaded = rooms.run(B, watched)
    (one,) = auditing.audits(rooms.by[B], loaded)
    data = auditing._blob(rooms.by[B], loaded, one.opened[A])
    assert data is not None
    told = auditing.read_opening(data, "gap")
    made = runs.built(loaded.universe_row, loaded.universe)
    where = made.leaf(*LEAF)
    assert len(told.masks) == len(told.places) == where.stop - where.start
    with pytest.raises(RuleBroken):
        auditing.read_opening(data, "clash")


@pytest.mark.parametrize("lang", ["en", "ar", "ckb"])
def test_the_outcome_is_one_page_for_who_signs_it(rooms: Rooms, lang: str) -> None:
    run = rooms.agreed(rooms.universe())
    rooms.settle()
    audited(rooms, run)
    reader = officer(A, "auditor")
    data = sheet.page(rooms.by[A], reader, run, LEAF, lang)
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) == 1
    words = pages[0].extract_text()
    assert all(rooms.run(A, run).terms.digest[i : i + 4] in words for i in range(0, 64, 4))
    with pytest.raises(NotFound):
        sheet.page(rooms.by[A], reader, run, (1, 0), lang)
    with pytest.raises(BadInput):
        sheet.head(rooms.run(A, run), (9, 0), lang)
