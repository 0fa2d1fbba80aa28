"""What the exchange needs of the rest of the node; wiring hands it in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from seamline.actions.blobs import Blobs
from seamline.actions.evidence import EvidenceBook
from seamline.actions.receive import Refusal, Report
from seamline.clock import Clock
from seamline.exchange import dictionary
from seamline.exchange.packet import Lane
from seamline.log.keys import SealKey, SigningKey
from seamline.log.part import Part
from seamline.log.press import Press
from seamline.log.roster import Roster
from seamline.store.ports import LinkRow, LocalStore, LogReader


class Receiver(Protocol):
    """The way in; `seamline.actions.receive.Receive`."""

    def apply(self, sender: str, parts: Sequence[Part]) -> Report:
        """What is not refused is on disk when this returns; raises only OurFault."""
        ...


class Trusted(Protocol):
    """Whom this node believes; `seamline.actions.trust.Trust`."""

    @property
    def roster(self) -> Roster: ...

    def statements(self) -> list[bytes]: ...


class Relaying(Protocol):
    """What is carried for others, or by others for this node; `seamline.exchange.relay.Relay`."""

    def outgoing(
        self, peer: str, room: int, flying: Collection[bytes], lane: Lane
    ) -> list[tuple[bytes, bytes]]: ...

    def waits(self, peer: str, flying: Collection[bytes]) -> bool: ...

    def came(self, peer: str, tags: Iterable[bytes], refused: Collection[bytes]) -> None: ...

    def take(self, peer: str, packets: Mapping[int, bytes]) -> list[Refusal]: ...

    def notify(self, channels: Collection[str]) -> None: ...

    def want(self, channels: Collection[str]) -> None: ...

    def told(self, row: LinkRow) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class House:
    """This node, as the exchange sees it.

    log: committed entries only, so that nothing is sent that is not on disk (law 4).
    channels: those opened here; channels of which a log is held are added. press: the compressions known.
    blobs: photos that records name, None at a node that keeps none.
    """

    key: SigningKey
    seal: SealKey
    clock: Clock
    log: LogReader
    trust: Trusted
    receive: Receiver
    evidence: EvidenceBook
    local: LocalStore
    channels: Callable[[], Iterable[str]]
    press: Press = field(default_factory=dictionary.load)
    blobs: Blobs | None = None

    @property
    def me(self) -> str:
        """This node's fingerprint."""
        return self.key.fingerprint


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what goes out. part: bytes before compression; message: bytes of one message's parts.

    hold: seconds for which a request with nothing to say is kept open.
    """

    part: int = 256 * 1024
    message: int = 4 * 1024 * 1024
    hold: float = 25.0
