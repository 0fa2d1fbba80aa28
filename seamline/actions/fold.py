"""The fold: from an entry of a log to the picture. Same result for any order of arrival (law 1).

Used by desks, receive and rebuild. It asks nobody the time and makes no id (law 5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from seamline.actions.clashing import Clashing, reach_of
from seamline.errors import RuleBroken
from seamline.geo import place
from seamline.log import merkle
from seamline.log.canonical import encode_decoded
from seamline.log.checkpoint import LogId
from seamline.log.entry import Entry, from_bytes
from seamline.log.roster import Revocation, Roster
from seamline.log.verifier import check_entry
from seamline.records import registry
from seamline.records.kind import Body
from seamline.store.ports import Arrival, LogReader, PictureReader, PictureTx, Ref, Row
from seamline.store.tree import LogTree
from seamline.texts.spelling import normalise

Destroy = Callable[[LogId, int], None]


class Fold:
    """Folds arrivals into a picture; roster() gives the roster as known now, log the stored logs."""

    def __init__(self, roster: Callable[[], Roster], log: LogReader) -> None:
        self._roster, self._log = roster, log
        self._clashing = Clashing()
        self.rebuilt = 0

    def apply(self, picture: PictureTx, arrival: Arrival, destroy: Destroy) -> None:
        """Fold one arrival. destroy(log, index) drops a body that its author's signatory destroyed."""
        if arrival.data is None:
            return
        entry = from_bytes(arrival.data)
        if self._is_destroyed(picture, arrival, entry):
            destroy(arrival.log, arrival.index)
            return
        # Nearly every entry is the first and only revision of its record: then nothing need be chosen.
        first = not picture.revisions(arrival.log.channel, entry.id)
        row, body = self._row(arrival, entry, first)
        picture.put(row, first=first)
        if not first:
            self._choose(picture, row.channel, row.id)
        elif row.current:
            self._follow(picture, row, body, first=True)
        if isinstance(body, registry.KINDS["destruction"]) and row.counts and row.signer:
            self._destroy_target(picture, row, entry.body, destroy)

    def rebuild(self, picture: PictureTx, log: LogReader, destroy: Destroy) -> int:
        """The picture again from nothing, in order of arrival; how many arrivals were folded."""
        # Of a roster that changes meanwhile more is folded than this says: its own change follows.
        basis = self.basis()
        picture.clear()
        self._clashing = Clashing(later=True)
        try:
            seq = 0
            while batch := log.journal(seq, limit=1000):
                for arrival in batch:
                    self.apply(picture, arrival, destroy)
                seq = batch[-1].seq
            self._clashing.renew_all(picture)
            picture.set_folded(seq)
            picture.set_basis(basis)
            self.rebuilt += 1
        except BaseException:
            # All of it is undone, so nothing is left for later.
            self._clashing = Clashing()
            raise
        return seq

    def basis(self) -> int:
        """Of the roster as known now."""
        return self._roster().basis

    def outgrown(self, arrivals: Iterable[Arrival]) -> bool:
        """Did a log just become long enough to tell that a revocation means another story (log 8.11)?

        What was folded of it while it was too short counts no more: then the picture is to be rebuilt.
        """
        first: dict[LogId, int] = {}
        for arrival in arrivals:
            first.setdefault(arrival.log, arrival.index)
        return any(
            (revocation := self._roster().revocation(log)) is not None
            and start < revocation.size
            and not self._fits(log, revocation)
            for log, start in first.items()
        )

    # ------------------------------------------------------------ one row

    def _row(self, arrival: Arrival, entry: Entry, first: bool) -> tuple[Row, Body | None]:
        body = registry.read(entry.kind, entry.body)
        counts, signer = self._judge(arrival.log, arrival.index, entry)
        window = body.window() if body else None
        geometry = body.geometry() if body else None
        row = Row(
            channel=arrival.log.channel,
            id=entry.id,
            kind=entry.kind,
            party=entry.party,
            node=arrival.log.node,
            lane=arrival.log.lane,
            index=arrival.index,
            rev=entry.rev,
            no=entry.no,
            hash=arrival.leaf.hex(),
            prev=entry.prev,
            by=entry.by,
            at=entry.at,
            lang=entry.lang,
            start=window.start if window else None,
            end=window.end if window else None,
            box=place.box(msgspec.to_builtins(geometry)) if geometry else None,
            text=normalise(body.words()) if body else "",
            body=encode_decoded(entry.body),
            signer=signer,
            seq=arrival.seq,
            received_at=arrival.received_at,
            current=first and counts,
            counts=counts,
            reach_m=reach_of(body),
        )
        return row, body

    def _judge(self, log: LogId, index: int, entry: Entry) -> tuple[bool, str | None]:
        """Does it count, and which certified officer key signed it?"""
        roster = self._roster()
        try:
            check_entry(entry, log, roster)
        except RuleBroken:
            return False, None
        counts = roster.counts(log, index) and self._fits(log, roster.revocation(log))
        return counts, entry.sig.key if entry.sig else None

    def _fits(self, log: LogId, revocation: Revocation | None) -> bool:
        """Is the stored root the one the revocation names (log 8.11)? Yes while it is too short to tell."""
        if revocation is None or self._log.head(log).size < revocation.size:
            return True
        return merkle.root(LogTree(self._log, log), revocation.size) == revocation.root

    # ------------------------------------------------------------ the current revision

    def _choose(self, picture: PictureTx, channel: str, id: str) -> None:
        """Law 2: the owner's higher rev, then later at, then higher hash; what follows from it is renewed."""
        counting = [r for r in picture.revisions(channel, id) if r.counts]
        if not counting:
            return
        owner = owner_of(id, {r.party for r in counting})
        winner = max((r for r in counting if r.party == owner), key=lambda r: (r.rev, r.at, r.hash))
        if winner.current:
            return
        picture.set_current(channel, id, winner.hash)
        if any(r.kind != winner.kind for r in counting):
            self._clashing.forget(picture, channel, id)
        self._follow(picture, winner, registry.read(winner.kind, msgspec.json.decode(winner.body)))

    def _follow(self, picture: PictureTx, row: Row, body: Body | None, *, first: bool = False) -> None:
        """What follows from a revision that has become current. first: of a record not heard of before."""
        references = body.references() if body else ()
        if references or not first:
            refs = [Ref(row.channel, row.id, r.relation, r.to, r.hash) for r in references]
            picture.put_refs(row.channel, row.id, refs)
        self._clashing.renew(picture, row, body, first=first)

    # ------------------------------------------------------------ law 6

    def _is_destroyed(self, picture: PictureReader, arrival: Arrival, entry: Entry) -> bool:
        leaf = arrival.leaf.hex()
        for ref in picture.refs_to(entry.id, "destroys"):
            if ref.hash == leaf and ref.channel == arrival.log.channel:
                act = picture.record(ref.channel, ref.id)
                if act and act.party == entry.party and act.signer and act.counts:
                    return True
        return False

    def _destroy_target(self, picture: PictureTx, act: Row, body: dict[str, Any], destroy: Destroy) -> None:
        for target in picture.revisions(act.channel, body["of"]):
            if target.hash == body["hash"] and target.party == act.party:
                refs = picture.refs_from(target.channel, target.id) if target.current else []
                picture.remove(target.channel, target.id, target.hash)
                destroy(LogId(target.node, target.channel, target.lane), target.index)
                self._choose(picture, target.channel, target.id)
                self._clashing.renew_about(picture, target, refs)


def owner_of(id: str, parties: set[str]) -> str:
    """Whose record is it, if several parties used one id? Lowest SHA-256(id ‖ party).

    A node draws its ids so that its own party wins in the channel (own_id), so nobody can put
    something over another party's record. Ids that a client brings are not protected in this way.
    """
    return min(parties, key=lambda party: hashlib.sha256(f"{id} {party}".encode()).digest())


def own_id(draw: Callable[[], str], party: str, members: set[str]) -> str:
    """A fresh id that owner_of gives to party among members and members' joint voice."""
    rivals = members | {"+".join(sorted(members)), party}
    while True:
        id = draw()
        if owner_of(id, rivals) == party:
            return id
