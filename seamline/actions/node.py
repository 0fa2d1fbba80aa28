"""The running node as actions see it: its identity, its stores, its writer, whom it trusts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from shapely.geometry.base import BaseGeometry

from seamline import structs
from seamline.actions.blobs import DESTRUCTION, MARKS, Blobs
from seamline.actions.bringing import Bringing
from seamline.actions.carrying import Carrier
from seamline.actions.fold import Fold
from seamline.actions.history import Event
from seamline.actions.officer import READERS, Officer
from seamline.actions.source import Gateways, Ground
from seamline.actions.standing import Standing
from seamline.actions.trust import Trust
from seamline.actions.waits.index import Waits
from seamline.actions.watching import Kept
from seamline.actions.writer import Writer
from seamline.clock import Clock
from seamline.errors import BadInput, NotFound, RuleBroken
from seamline.geo import gridref
from seamline.geo.gazetteer import Gazetteer
from seamline.geo.relief import Relief
from seamline.log.channel import may_hold, members
from seamline.log.checkpoint import LogId
from seamline.log.keys import SigningKey
from seamline.log.part import Statements
from seamline.log.roster import Roster
from seamline.settings import Settings
from seamline.store.ports import Arrival, BlobStore, LocalStore, LogStore, PictureStore, PictureTx

T = TypeVar("T")
U = TypeVar("U")
_CHANNEL = "channel."
_SEEN = (*MARKS, DESTRUCTION)


class Node:
    """Owns the writer. places, ground, gateways, sent_at, carrier and link_states are filled in by wiring."""

    def __init__(
        self,
        settings: Settings,
        key: SigningKey,
        clock: Clock,
        log: LogStore,
        picture: PictureStore,
        local: LocalStore,
        blobs: BlobStore,
    ) -> None:
        self.settings, self.key, self.clock = settings, key, clock
        self.log, self.picture, self.local, self.blobs = log, picture, local, blobs
        self.name = settings.name
        self.owners: tuple[str, ...] = tuple(sorted(settings.owners))
        self.party = "+".join(self.owners)
        self.joint = len(self.owners) > 1
        self.trust = Trust(local)
        self.fold = Fold(lambda: self.trust.roster, log)
        self.writer = Writer(log, picture, self.fold, key)
        self.sent_at: Callable[[LogId, int, str], int | None] = lambda log, index, reader: None
        self.places: Callable[[], Gazetteer | None] = lambda: None
        self.ground: Callable[[], Ground] = Ground
        self.relief: Callable[[], Relief | None] = lambda: None
        self.past: Callable[[], list[Event]] = list
        self.roads: Callable[[], BaseGeometry | None] = lambda: None
        self.kept = Kept()
        self.waits = Waits()
        self.gateways = Gateways()
        self.photos = Blobs(log, local, blobs, key.fingerprint)
        self.photos.on_asked = self._asked_for
        self.bringing = Bringing(self.photos, local)
        self.on_photos: Callable[[set[str]], None] = lambda channels: None
        self.carrier: Carrier | None = None
        self.link_states: Callable[[], list[dict[str, object]]] = list
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="answer")
        self.trust.on_change(self._roster_changed)
        self.writer.on_commit(self._learn_statements)
        self.writer.on_commit(self._learn_photos)

    def start(self) -> None:
        """Begin to write; folds first what a crash left unfolded."""
        structs.settle()
        self.writer.start()
        self._pool.submit(lambda: self.on_photos(self.photos.catch_up(sweep=True)))

    def close(self) -> None:
        """Finish what was submitted. The stores are closed by whoever opened them."""
        self._pool.shutdown(wait=True)
        self.writer.close()

    def on_commit(self, listener: Callable[[list[Arrival]], None]) -> None:
        self.writer.on_commit(listener)

    # ------------------------------------------------------------ channels

    def channels(self) -> tuple[str, ...]:
        """The channels held here, the narrowest first, then by name."""
        held = {key[len(_CHANNEL) :] for key in self.local.keys(_CHANNEL)} | {self.party}
        return tuple(sorted(held, key=lambda c: (c.count("+"), c)))

    def open_channel(self, channel: str) -> None:
        """Hold this channel from now on. BadInput if this node's owners are not all in it."""
        if not may_hold(self.owners, channel):
            raise BadInput("channel", channel, f"a node of {self.party} holds only channels that include it")
        self.local.put(_CHANNEL + channel, b"1")

    def held(self, channel: str) -> str:
        """The channel, if it is held here; NotFound otherwise, whatever exists elsewhere."""
        if channel not in self.channels():
            raise NotFound(f"this node holds no channel {channel!r}; it holds {', '.join(self.channels())}")
        return channel

    def may_read(self, officer: Officer, channel: str) -> bool:
        return bool(officer.roles & READERS) and officer.party in members(channel)

    def readable(self, officer: Officer) -> tuple[str, ...]:
        """The channels this officer may read here. An administrator reads no records (DESIGN §8)."""
        return tuple(c for c in self.channels() if self.may_read(officer, c))

    def node_name(self, fingerprint: str) -> str:
        """The name the roster gives a node; its fingerprint's first digits if it gives none."""
        if fingerprint == self.key.fingerprint:
            return self.name
        info = self.trust.roster.node(fingerprint)
        return info.name if info else fingerprint[:8]

    def locate(self, where: tuple[int, int]) -> dict[str, object]:
        """The grid reference of a position (1e-7 degrees) and the nearest named place, if any are known."""
        places = self.places()
        near = places.nearest(*where) if places else None
        place = (
            {"name": near.name, "distance_m": round(near.distance_m), "compass": near.compass}
            if near
            else None
        )
        return {"mgrs": gridref.to_mgrs(*where), "place": place}

    # ------------------------------------------------------------ futures and the roster

    def then(self, future: Future[T], step: Callable[[T], U]) -> Future[U]:
        """step(result) off the writer's thread, so that building an answer delays no commit."""
        return self._pool.submit(lambda: step(future.result()))

    def refold(self) -> Future[int]:
        """The picture again from the log, in turn with the other writes."""
        done = self.writer.submit(lambda tx: self.fold.rebuild(tx.picture, tx.log, tx.log.destroy))
        # A destruction may count only now: then what it destroyed names its photos no more.
        done.add_done_callback(lambda _: self._sweep_photos())
        return done

    def _roster_changed(self, before: Roster, after: Roster) -> None:
        self.waits.forget()
        # Only what is already folded can change its standing: most statements change nothing of that.
        match after.judges_otherwise(before, self.log.logs()):
            case "any":
                self.refold()
            case "more" if self.picture.has_uncounted():
                self.refold()
            case _:
                self.writer.submit(lambda tx: _follow(tx.picture, before, after))

    def _learn_statements(self, arrivals: list[Arrival]) -> None:
        # Off the writer's thread: the statement goes to disk, and a change of the roster folds again.
        rosters = [a for a in arrivals if a.data is not None and b'"kind":"roster"' in a.data]
        if rosters:
            self._pool.submit(self._keep_statements, rosters)

    def _sweep_photos(self) -> None:
        # While the node closes, it is left to the next start.
        with contextlib.suppress(RuntimeError):
            self._pool.submit(lambda: self.photos.catch_up(sweep=True))

    def _asked_for(self, channels: set[str]) -> None:
        self.on_photos(channels)

    def _learn_photos(self, arrivals: list[Arrival]) -> None:
        if any(a.data is not None and any(mark in a.data for mark in _SEEN) for a in arrivals):
            self._pool.submit(lambda: self.on_photos(self.photos.catch_up()))

    def _keep_statements(self, arrivals: list[Arrival]) -> None:
        """Those that a peer could have sent too: of members of the channel, in their chain or against it."""
        for arrival in arrivals:
            part = Statements(arrival.log.channel, tuple(_statements(arrival)))
            standing = Standing(self.trust.roster, self.key.fingerprint)
            # A record that carries no statement, or a stranger's, stays in the log as what it is.
            with contextlib.suppress(RuleBroken):
                trust = self.trust
                trust.add(standing.fitting(part, trust.statements(), trust.trusted(), trust.cleared()))


def _follow(picture: PictureTx, before: Roster, after: Roster) -> None:
    """What was folded by the one is folded by the other; what still waits to be folded again stays so."""
    if picture.basis() == before.basis:
        picture.set_basis(after.basis)


def _statements(arrival: Arrival) -> list[bytes]:
    from seamline.log.entry import from_bytes

    entry = from_bytes(arrival.data or b"")
    statement = entry.body.get("statement")
    return [statement.encode()] if entry.kind == "roster" and isinstance(statement, str) else []
