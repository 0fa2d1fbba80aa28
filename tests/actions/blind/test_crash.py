"""A crash at any write: nothing is asked twice, nothing is sent that was not kept (blind 3.4, 4.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from seamline.actions.blind import erasing
from seamline.actions.blind.state import State
from seamline.errors import Conflict
from tests.actions.blind.rooms import ALL, DAY, A, B, F, Rooms, patrol


class PowerCut(BaseException):
    """Nothing catches it on the way."""


class Cut:
    """Breaks at the n-th change that a node would make on its disk; counts them all the same."""

    def __init__(self, rooms: Rooms, party: str, at: int) -> None:
        node = rooms.by[party]
        self.count, self._at, self._blobs = 0, at, node.blobs
        self._undo: list[Callable[[], None]] = []
        for owner, name in ((node.local, "put"), (node.blobs, "put"), (node.writer, "submit")):
            self._wrap(owner, name)

    def _wrap(self, owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counted(*args: Any) -> Any:
            # The index of blobs is kept on another thread and made again from the log.
            self.count += name != "put" or owner is self._blobs or args[0].startswith("blind.")
            if self.count == self._at:
                raise PowerCut
            return real(*args)

        setattr(owner, name, counted)
        self._undo.append(lambda: setattr(owner, name, real))

    def mend(self) -> None:
        for undo in self._undo:
            undo()


def count(rooms: Rooms, party: str, kind: str) -> int:
    return sum(row.party == party for row in rooms.by[party].picture.current_of_kind(kind))


@pytest.mark.parametrize("party", [A, F])
def test_a_power_cut_at_every_step(party: str) -> None:
    """Each run begins in a world of its own; the cut comes one write later, until none is left to cut."""
    at = 0
    while True:
        at += 1
        world = Rooms()
        try:
            world.plan(A, patrol(43.60, 35.70, 5))
            world.plan(B, patrol(43.605, 35.702, 6))
            universe = world.universe()
            id = world.start(universe)
            world.carry(A, B)
            world.carry(A, F)
            cut = Cut(world, party, at)
            try:
                _all_of_it(world, id)
            except PowerCut:
                pass
            finally:
                cut.mend()
            _all_of_it(world, id)
            assert world.found(A, id) == world.found(B, id) == "sound"
            for side in (A, B):
                assert (count(world, side, "blind_consent"), count(world, side, "blind_share")) == (1, 1)
                assert (count(world, side, "blind_outcome"), len(world.learnt(side))) == (1, 1)
            assert (count(world, F, "blind_key"), count(world, F, "blind_answer")) == (1, 1)
            assert world.run(F, id).void == ""
        finally:
            world.close()
        if cut.count < at:
            assert at > 5
            return


def _all_of_it(world: Rooms, id: str) -> None:
    for side in (A, B):
        if not State(world.by[side].local).is_burnt(id):
            world.consent(side, id)
    world.settle()


def test_after_a_cut_the_very_same_consent_goes_out(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.60, 35.70, 5))
    id = rooms.start(rooms.universe())
    cut = Cut(rooms, A, 6)  # the draft; ledger, consent, burnt id, no more draft; then the log
    with pytest.raises(PowerCut):
        rooms.consent(A, id)
    cut.mend()
    assert count(rooms, A, "blind_consent") == 0
    with pytest.raises(Conflict):
        rooms.consent(A, id)
    kept = State(rooms.by[A].local).side(id)
    rooms.settle()
    row, _ = rooms.run(B, id).consents[A]
    assert kept is not None
    assert msgspec.json.decode(kept.entry)["body"] == msgspec.json.decode(row.body)
    assert row.signer is not None


def test_a_restore_without_local_state_still_knows_what_was_asked(rooms: Rooms) -> None:
    universe = rooms.universe()
    rooms.agreed(universe)
    rooms.settle()
    for key in rooms.by[A].local.keys("blind."):
        rooms.by[A].local.put(key, None)
    from seamline.errors import BadInput

    with pytest.raises(BadInput) as caught:
        rooms.start(universe)
    assert caught.value.code == "blind_spent"


def test_after_the_term_no_key_plan_or_share_is_left_and_the_records_stay(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.60, 35.70, 5))
    rooms.plan(B, patrol(43.605, 35.702, 6))
    id = rooms.agreed(rooms.universe(term_days=10))
    rooms.settle()
    run = rooms.run(A, id)
    names = [s.hash for _, b in rooms.run(F, id).shares.values() for s in b.shares]
    names += [s.hash for _, b in run.answers.values() for s in b.shares]
    assert len(names) == 3
    secrets = _secrets(rooms, id)
    rooms.tick(13 * DAY)
    rooms.erase()
    for node in rooms.by.values():
        assert not any(node.blobs.has(name) for name in names)
        left = [node.local.get(key) or b"" for key in node.local.keys("")]
        assert not any(secret in data for secret in secrets for data in left)
        assert node.picture.record(ALL, id) is not None
    assert State(rooms.by[A].local).is_burnt(id)
    # Nobody fetches it again from one who was slower to forget.
    assert not any(n.photos.lacking(c, None) for n in rooms.by.values() for c in n.channels())
    assert erasing.erase(rooms.by[A]) == 0


def _secrets(rooms: Rooms, id: str) -> list[bytes]:
    found = []
    for party in (A, B):
        own = State(rooms.by[party].local).side(id)
        assert own is not None
        found += [own.seed, own.salt, own.plan]
    host = State(rooms.by[F].local).host(id)
    assert host is not None
    return [*found, host.seed, host.salt]
