"""What this node alone knows of its runs, in local state: keys, salts, plans; burnt ids and the ledger.

Crash story. A draft is nothing yet. `burn` keeps the signed consent and all it rests on before the
consent goes into the log: a crash after it finds the very same entry to append. Shares and answers are kept
as bytes before their entry is appended. `erase` forgets all of it but the burnt id and the ledger's line.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from seamline.blind.budget import Spent
from seamline.errors import Conflict
from seamline.store.ports import LocalStore

_DRAFT, _SIDE, _HOST = "blind.draft.", "blind.side.", "blind.host."
_BURNT, _SPENT, _RATES = "blind.burnt.", "blind.spent.", "blind.rates"
_LEFT: Final = "blind.left."
_FAULT: Final = "blind.fault."
T = TypeVar("T", "SideState", "HostState")


class SideState(Struct, frozen=True):
    """A side's own: entry: its consent, signed; plan: packed bits; share: blob of what it sent, once made.

    left: another run took its place (blind 3.7): nothing of this one is ever sent.
    """

    run: str
    channel: str
    until: int
    entry: bytes
    seed: bytes
    salt: bytes
    plan: bytes
    marked: int
    share: str = ""
    size: int = 0
    done: bool = False
    left: bool = False


class HostState(Struct, frozen=True):
    """The facilitator's own: the seed of his key, the salt of his digest, his answer once made."""

    run: str
    channel: str
    until: int
    seed: bytes
    salt: bytes
    answer: bytes = b""
    learnt: bytes = b""


class _Line(Struct, frozen=True):
    run: str
    check: str
    digest: str
    cells: bytes
    start: int
    end: int
    amends: str | None


class State:
    """Any thread; each change is on disk when the call returns."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local

    # ------------------------------------------------------------ a side's

    def put_draft(self, draft: SideState) -> None:
        """Until it is signed another may take its place."""
        self._local.put(_DRAFT + draft.run, msgspec.msgpack.encode(draft))

    def draft(self, run: str) -> SideState | None:
        return self._get(_DRAFT + run, SideState)

    def burn(self, state: SideState, spent: Spent) -> None:
        """The run's id is used up; Conflict blind_burnt if it is already (blind 3.4)."""
        if self.is_burnt(state.run):
            raise Conflict("this run was consented to already", code="blind_burnt")
        line = _Line(
            spent.run,
            spent.check,
            spent.digest,
            spent.cells.astype("<u8").tobytes(),
            spent.start,
            spent.end,
            spent.amends,
        )
        # The ledger first: a crash before the consent is kept costs ground that was not asked about, no more.
        self._local.put(_SPENT + state.run, msgspec.msgpack.encode(line))
        self._local.put(_SIDE + state.run, msgspec.msgpack.encode(state))
        self._local.put(_BURNT + state.run, b"1")
        self._local.put(_DRAFT + state.run, None)

    def is_burnt(self, run: str) -> bool:
        return self._local.get(_BURNT + run) is not None or self._local.get(_SIDE + run) is not None

    def side(self, run: str) -> SideState | None:
        return self._get(_SIDE + run, SideState)

    def put_side(self, state: SideState) -> None:
        self._local.put(_SIDE + state.run, msgspec.msgpack.encode(state))

    def leave(self, run: str) -> None:
        """From here on nothing of this run is sent, and its ground is not spent (blind 3.7); for good."""
        own = self.side(run)
        if own is None or own.share:
            raise Conflict("a share of this run is on its way", code="blind_burnt")
        self.put_side(msgspec.structs.replace(own, left=True))
        self._local.put(_LEFT + run, b"1")
        self._local.put(_SPENT + run, None)

    def is_left(self, run: str) -> bool:
        return self._local.get(_LEFT + run) is not None

    def spent(self) -> list[Spent]:
        """The ledger as this node wrote it."""
        found = []
        for key in self._local.keys(_SPENT):
            data = self._local.get(key)
            if data is not None:
                line = msgspec.msgpack.decode(data, type=_Line)
                cells = np.frombuffer(line.cells, dtype="<u8").astype(np.uint64)
                found.append(
                    Spent(line.run, line.check, line.digest, cells, line.start, line.end, line.amends)
                )
        return found

    def rates(self) -> list[float]:
        """What part of this side's marks met, run by run, in thousandths of thousandths when kept."""
        data = self._local.get(_RATES)
        return [n / 1_000_000 for n in msgspec.msgpack.decode(data, type=list[int])] if data else []

    def add_rate(self, rate: float) -> None:
        kept = [round(n * 1_000_000) for n in [*self.rates(), rate]][-50:]
        self._local.put(_RATES, msgspec.msgpack.encode(kept))

    # ------------------------------------------------------------ the facilitator's

    def host(self, run: str) -> HostState | None:
        return self._get(_HOST + run, HostState)

    def put_host(self, state: HostState) -> None:
        self._local.put(_HOST + state.run, msgspec.msgpack.encode(state))

    # ------------------------------------------------------------ faults and the end

    def fault(self, run: str) -> str:
        """The rule that this node last found broken in a run, or ""."""
        return (self._local.get(_FAULT + run) or b"").decode()

    def put_fault(self, run: str, rule: str) -> None:
        if self.fault(run) != rule:
            self._local.put(_FAULT + run, rule.encode() or None)

    def sides(self) -> list[SideState]:
        return [s for k in self._local.keys(_SIDE) if (s := self._get(k, SideState))]

    def drafts(self) -> list[SideState]:
        return [s for k in self._local.keys(_DRAFT) if (s := self._get(k, SideState))]

    def hosts(self) -> list[HostState]:
        return [s for k in self._local.keys(_HOST) if (s := self._get(k, HostState))]

    def erase_draft(self, run: str) -> None:
        self._local.put(_DRAFT + run, None)

    def erase(self, run: str) -> None:
        """Keys, salts, plan and answers of a run are gone; that it was burnt and spent stays (blind 4.7)."""
        for prefix in (_DRAFT, _SIDE, _HOST, _FAULT):
            self._local.put(prefix + run, None)

    def _get(self, key: str, kind: type[T]) -> T | None:
        data = self._local.get(key)
        return msgspec.msgpack.decode(data, type=kind) if data else None
