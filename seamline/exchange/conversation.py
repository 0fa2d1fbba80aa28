"""What one node remembers of its talk with one peer: what he has, what is on its way, what he refused. Pure.

Both directions share it: what was said in an answer need not be said in a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from seamline.actions.receive import Refusal
from seamline.exchange.cut import Cut
from seamline.exchange.holdings import Shelf
from seamline.exchange.owed import Known, Owed, owed
from seamline.log.checkpoint import LogId
from seamline.log.part import Chunk, Fragment, Have, Held, Part, Receipts, Request, Run, Statements, Want

Key: TypeAlias = tuple[str, str, LogId | None]
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """One part on its way, and what it was to settle (None: a have-list)."""

    spec: Owed | None
    part: Part


@dataclass(frozen=True, slots=True)
class Saying:
    """What goes into one message. asks: what do you have? fresh: take what you may offer again. more: it was
    too much for one message. carried: tags of packets, which stand after the parts of `sent` (exchange 13).
    cut: channels whose have-list goes in fragments, in this message or later.
    """

    parts: tuple[bytes, ...] = ()
    sent: tuple[Sent, ...] = ()
    asks: bool = False
    fresh: bool = False
    more: bool = False
    carried: tuple[bytes, ...] = ()
    cut: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.parts or self.asks or self.fresh)


@dataclass(slots=True)
class Conversation:
    """peer: his fingerprint. The flags are what is to be said, and fall once it is said.

    unknown: he has not said yet what he has. asks: he is to be asked. greets: he is to be told what we
    have; renew: of these channels. fresh: he is to be told that we may now take what we refused.
    void_below: he has given up his requests with lower counters; what is answered to those goes nowhere.
    cuts: parts that go to him in fragments. wants: by channel, what he asked for last. given: up to where he
    has the blobs among it.
    """

    peer: str
    known: Known = field(default_factory=Known)
    unknown: bool = True
    asks: bool = True
    greets: bool = True
    fresh: bool = True
    renew: set[str] = field(default_factory=set)
    turn: int = 0
    void_below: int = 0
    cuts: dict[Key, Cut] = field(default_factory=dict)
    wants: dict[str, tuple[Want, ...]] = field(default_factory=dict)
    given: dict[tuple[str, bytes], int] = field(default_factory=dict)
    _flights: dict[bytes, tuple[Saying, bool]] = field(default_factory=dict)
    _refused: dict[Key, object] = field(default_factory=dict)
    _early: dict[Key, tuple[object, int]] = field(default_factory=dict)
    _anew: bool = False

    # ------------------------------------------------------------ hearing

    def hear(self, parts: Iterable[Part]) -> None:
        """The peer sent these: he has what is in them."""
        parts = list(parts)
        told = {part.channel for part in parts if isinstance(part, Have)}
        if self._anew and told:
            # He begins again, perhaps from an older disk: of a channel that he leaves out, he has nothing.
            self._anew = False
            self.known.forget_others(told)
        for part in parts:
            if isinstance(part, Have):
                # It may be older than a part that crossed it on the way: that costs a repeat, no more.
                self.known.learn(part)
                self.unknown = False
                self._forgive()
                # What he has of parts begun, he says after this (exchange 10.4).
                self._wanted(Request(part.channel, ()))
            elif isinstance(part, Request):
                self._wanted(part)
            else:
                self.known.has(part, self.peer)

    def _wanted(self, part: Request) -> None:
        self.wants[part.channel] = part.wants
        for want in part.wants:
            if not want.of_part:
                self.given[part.channel, want.digest] = want.start
        for cut in self.cuts.values():
            if cut.part.channel == part.channel:
                cut.had.clear()
                cut.resume(part.wants)

    def flying(self, cut: Cut) -> set[int]:
        """Offsets of its fragments that are on their way."""
        sent = (one.part for saying, _ in self._flights.values() for one in saying.sent)
        return {part.offset for part in sent if isinstance(part, Fragment) and part.digest == cut.digest}

    def asked(self, counter: int = 0) -> None:
        """He does not know what we have; whatever was on its way to him may be lost."""
        for tag in list(self._flights):
            self.lost(tag)
        self.greets = True
        self.void_below = max(self.void_below, counter)

    def forgive_all(self) -> None:
        """He restarted, or his roster changed: what he refused, he may take now."""
        self._refused.clear()
        self._early.clear()
        self._anew = True

    # ------------------------------------------------------------ saying

    def owed(self, shelf: Shelf) -> list[Owed]:
        """What to say next, less what is on its way and what he refused; nothing while he is unknown."""
        if self.unknown:
            return []
        expected, flying = self.known, set[LogId | None]()
        if self._flights:
            expected = self.known.copy()
            for saying, _ in self._flights.values():
                for one in saying.sent:
                    if one.spec is not None:
                        expected.has(one.part)
                    if isinstance(one.part, Run):
                        flying.add(one.part.log)
        found = owed(
            shelf.holdings(self.peer), expected, shelf.tag_at, peer=self.peer, turn=self.turn, sure=self.known
        )
        # Messages may overtake each other: what builds on a run waits until that one is known to have come.
        return [
            one
            for one in found
            if one.key not in self._refused and one.log not in flying and not self._is_on_its_way(one)
        ]

    def chunks(self, size_of: Callable[[str, bytes], int]) -> list[Owed]:
        """The blobs he asked for, in his order. size_of: 0 for one that he may not have, or is not here."""
        sent = (one.part for saying, _ in self._flights.values() for one in saying.sent)
        flying: dict[tuple[str, bytes], int] = {}
        for part in sent:
            if isinstance(part, Chunk):
                place = (part.channel, part.digest)
                flying[place] = max(flying.get(place, 0), part.offset + len(part.data))
        found = []
        for channel, wants in self.wants.items():
            for want in wants:
                place = (channel, want.digest)
                start = max(self.given.get(place, 0), flying.get(place, 0))
                if not want.of_part and start < (size := size_of(*place)):
                    found.append(Owed("chunk", channel, None, start, size, digest=want.digest))
        return found

    def telling(self) -> list[Owed]:
        """Have-lists that go to him in fragments, of which some are still to go; also while he is unknown."""
        cuts = [cut for cut in self.cuts.values() if cut.spec.what == "have"]
        return [cut.spec for cut in cuts if cut.left(self.flying(cut))]

    def _is_on_its_way(self, spec: Owed) -> bool:
        cut = self.cuts.get(spec.key)
        return cut is not None and cut.fits(spec) and not cut.left(self.flying(cut))

    def lacking(self, shelf: Shelf) -> list[Owed]:
        """All that he is not known to have, also what is on its way."""
        return owed(shelf.holdings(self.peer), self.known, shelf.tag_at, peer=self.peer)

    def said(self, tag: bytes, saying: Saying, *, answer: bool = False) -> None:
        """A message is on its way. tag: how the peer will name it."""
        if saying.empty:
            return
        self._flights[tag] = (saying, answer)
        self.turn += 1
        self.asks = self.asks and not saying.asks
        self.fresh = self.fresh and not saying.fresh
        told = {one.part.channel for one in saying.sent if one.spec is None} | saying.cut
        self.greets = self.greets and not told
        self.renew -= told

    def came(self, tag: bytes, refused: Iterable[Refusal] = ()) -> tuple[Sent, ...]:
        """The peer has that message; returns what he took. refused: what he did not take of it."""
        saying, _ = self._flights.pop(tag, (Saying(), False))
        spoilt: dict[int, Refusal] = {r.part: r for r in refused}
        taken: list[Sent] = []
        for number, sent in enumerate(saying.sent):
            if isinstance(sent.part, Chunk):
                self._chunk_came(sent.part, refused=number in spoilt)
                continue
            # The last fragment stands for its part.
            one = self._piece_came(sent, spoilt.get(number)) if isinstance(sent.part, Fragment) else sent
            if one is None or one.spec is None:
                continue
            if number not in spoilt:
                taken.append(one)
            if number not in spoilt or isinstance(one.part, Receipts | Statements):
                # Of a refused list some may be good; none is offered again before he says what he has.
                self.known.has(one.part)
            elif spoilt[number].rule != "exchange 3.3" or self._is_stubborn(one.spec.key):
                self._refused[one.spec.key] = self._view(one.spec.key)
        if any(r.rule == "exchange 3.3" for r in spoilt.values()):
            # A run came early: what was on its way before it was lost, or he has less than he said.
            self.lost_answers()
            self.unknown = self.asks = True
        return tuple(taken)

    def _chunk_came(self, part: Chunk, *, refused: bool) -> None:
        place = (part.channel, part.digest)
        if refused:
            # Not again before he asks again.
            self.given[place] = part.size
        elif part.offset <= self.given.get(place, 0):
            self.given[place] = max(self.given.get(place, 0), part.offset + len(part.data))

    def _piece_came(self, sent: Sent, refusal: Refusal | None) -> Sent | None:
        """The whole part, if he has all of it now, or refused it."""
        piece = sent.part
        cut = self.cuts.get(sent.spec.key) if sent.spec is not None else None
        if cut is None or not isinstance(piece, Fragment) or cut.digest != piece.digest:
            return None
        cut.had.add(piece.offset)
        if refusal is None and cut.left():
            return None
        del self.cuts[cut.spec.key]
        return Sent(cut.spec, cut.part)

    def flight(self, tag: bytes) -> Saying:
        """What that message on its way carries."""
        return self._flights.get(tag, (Saying(), False))[0]

    def carrying(self) -> set[bytes]:
        """Tags of the packets that are on their way."""
        return {one for saying, _ in self._flights.values() for one in saying.carried}

    def lost(self, tag: bytes) -> None:
        """That message may not have come: what it carried is to be said again."""
        saying, _ = self._flights.pop(tag, (Saying(), False))
        self.asks = self.asks or (saying.asks and self.unknown)
        self.fresh = self.fresh or saying.fresh
        self.renew |= {one.part.channel for one in saying.sent if one.spec is None}

    def lost_answers(self, counter: int = 0) -> None:
        """None of the answers that he has not named came. counter: of the request that says so."""
        self.void_below = max(self.void_below, counter)
        for tag in [tag for tag, (_, answer) in self._flights.items() if answer]:
            self.lost(tag)

    # ------------------------------------------------------------ refusals

    def _view(self, key: Key) -> object:
        """What is known of the peer where the key points; a refusal stands until that changes."""
        _, channel, log = key
        if log is not None:
            return _core(self.known.logs.get(log))
        return tuple(
            sorted((log, _core(held)) for log, held in self.known.logs.items() if log.channel == channel)
        )

    def _is_stubborn(self, key: Key) -> bool:
        """Does he refuse as early, time and again, what by his own words comes next?"""
        view = self._view(key)
        before, times = self._early.get(key, (None, 0))
        self._early[key] = (view, times + 1 if view == before else 1)
        return self._early[key][1] > _PATIENCE

    def _forgive(self) -> None:
        for key, view in list(self._refused.items()):
            if self._view(key) != view:
                del self._refused[key]


def _core(held: Held | None) -> tuple[int, int, bytes]:
    return (held.size, held.head, held.tag) if held is not None else (0, 0, b"")
