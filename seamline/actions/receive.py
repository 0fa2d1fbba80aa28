"""Take in what another node sent: receive → check → append → fsync → receipt (docs/spec/exchange.md 2 to 5).

Crash story, between the steps:
1. parts are checked; what breaks a rule is refused         -> nothing was kept, the peer offers it again
2. one transaction appends runs, keeps heads and receipts   -> all of it or nothing
3. that transaction commits (fsync)                         -> held, and no receipt says so yet
4. receipts over the heads now held are signed, committed   -> `give_receipts` at the next start does it
5. the caller answers the peer                              -> the peer offers it again and hears "known"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from seamline.actions.evidence import EvidenceBook, against_kept, against_proof, against_tree
from seamline.actions.standing import Standing
from seamline.actions.trust import Trust
from seamline.clock import Clock
from seamline.errors import PeerFault, RuleBroken, TwoStories
from seamline.log import checkpoint, entry, merkle, receipt
from seamline.log.checkpoint import LogId
from seamline.log.keys import SigningKey
from seamline.log.part import (
    Cosigned,
    Evidence,
    Gone,
    Head,
    Part,
    Receipts,
    Run,
    SignedHead,
    Statements,
)
from seamline.log.run import Checked, Early, check_evidence, check_run, open_cosigned, open_head, signed_head
from seamline.store.ports import LogReader, LogStore, LogTx, StoredReceipt
from seamline.store.tree import LogTree

T = TypeVar("T")
Fault = Literal["ours", "theirs", "link"]
Spoilt = tuple[int, str]
"""Index of the first entry of a run that is none, and why."""


class Runner(Protocol):
    """The node's writer: runs a job in a transaction and returns once it is on disk (fsync)."""

    def __call__(self, job: Callable[[LogTx], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was wrong with one part of those given, by number; whose fault; how many entries were kept.

    again: the same part may be welcome later (it came early, or a roster is missing).
    """

    part: int
    rule: str
    fault: Fault
    detail: str
    kept: int = 0
    again: bool = False


@dataclass(slots=True)
class Report:
    """What came of some parts. new, known: entries, in all and by log. given: receipts that this node signed
    for them. receipts: readers' receipts that were good.
    """

    new: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)
    given: list[StoredReceipt] = field(default_factory=list)
    statements: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    receipts: int = 0
    logs: dict[LogId, tuple[int, int]] = field(default_factory=dict)

    def count(self, log: LogId, new: int, known: int) -> None:
        """So many entries of a run."""
        before = self.logs.get(log, (0, 0))
        self.logs[log] = (before[0] + new, before[1] + known)
        self.new += new
        self.known += known


class Receive:
    """The one way in for other nodes' entries. Any thread; `run` serialises the writing."""

    def __init__(
        self,
        key: SigningKey,
        clock: Clock,
        log: LogStore,
        trust: Trust,
        evidence: EvidenceBook,
        run: Runner,
        opened: Callable[[str], None] = lambda channel: None,
    ) -> None:
        """opened(channel) is called before the first entry of a channel not held so far is appended."""
        self._key, self._clock, self._log, self._trust = key, clock, log, trust
        self._evidence, self._run, self._opened = evidence, run, opened

    def apply(self, sender: str, parts: Sequence[Part]) -> Report:
        """Check and keep what a node sent. On return it is on disk; every fault is in the report.

        sender: fingerprint of the node whose signature the parts bear (the caller verified it).
        Raises only faults of this installation (OurFault).
        """
        report = Report()
        self._statements(sender, parts, report)
        standing = Standing(self._trust.roster, self._key.fingerprint)
        ready = self._ready(standing, sender, parts, report)
        if ready:
            for channel in sorted(
                {part.channel for _, part in ready} - {log.channel for log in self._log.logs()}
            ):
                self._opened(channel)
            # Entries are read before the transaction, so that they hold up nobody else's writing.
            spoilt = {n: found for n, p in ready if isinstance(p, Run) and (found := self._spoilt(p))}
            heads = self._run(lambda tx: self._keep(tx, standing, ready, spoilt, report))
            report.given = self.give_receipts(heads)
        for proof in report.evidence:
            self._evidence.add(proof, self._clock.now())
        return report

    def give_receipts(self, logs: Iterable[LogId] | None = None) -> list[StoredReceipt]:
        """Sign for each log held whole up to its newest head, if not done; also at start, after a crash.

        A log only grows, and a kept head is this tree's own root, so each receipt extends the last (log 6.4).
        """
        now = self._clock.now()
        given = []
        for log in self._log.logs() if logs is None else logs:
            size, note = self._log.checkpoint_size(log), self._log.checkpoint(log)
            if log.node == self._key.fingerprint or note is None or self._log.head(log).size < size:
                continue
            if checkpoint.claimed(note).root != merkle.root(LogTree(self._log, log), size):
                continue
            if size > self._signed_for(log):
                mine = receipt.give(note, self._key, now)
                given.append(StoredReceipt(log, self._key.fingerprint, size, mine, now))
        if given:
            self._run(lambda tx: _put_receipts(tx, given))
        return given

    def _signed_for(self, log: LogId) -> int:
        mine = (r.size for r in self._log.receipts(log) if r.reader == self._key.fingerprint)
        return max(mine, default=0)

    # ------------------------------------------------------------ before the transaction

    def _statements(self, sender: str, parts: Sequence[Part], report: Report) -> None:
        """First, since they may name the nodes that the other parts speak of."""
        standing = Standing(self._trust.roster, self._key.fingerprint)
        for number, part in enumerate(parts):
            if isinstance(part, Statements):
                try:
                    standing.check_sender(sender, part.channel)
                    trust = self._trust
                    fitting = standing.fitting(part, trust.statements(), trust.trusted(), trust.cleared())
                    report.statements += len(fitting) if self._trust.add(fitting) else 0
                except RuleBroken as fault:
                    report.refused.append(_refusal(number, fault))

    def _ready(
        self, standing: Standing, sender: str, parts: Sequence[Part], report: Report
    ) -> list[tuple[int, Part]]:
        """Parts whose sender and log may speak in the channel."""
        ready: list[tuple[int, Part]] = []
        for number, part in enumerate(parts):
            if not isinstance(part, Run | Head | Receipts | Evidence):
                continue
            try:
                standing.check_sender(sender, part.channel)
                if isinstance(part, Run | Head | Evidence):
                    standing.check_log(part.log)
                ready.append((number, part))
            except RuleBroken as fault:
                report.refused.append(_refusal(number, fault))
        return ready

    # ------------------------------------------------------------ inside it

    def _keep(
        self,
        tx: LogTx,
        standing: Standing,
        ready: list[tuple[int, Part]],
        spoilt: dict[int, Spoilt],
        report: Report,
    ) -> list[LogId]:
        """Returns the logs for which a receipt may be due."""
        heads: dict[LogId, None] = {}
        for number, part in ready:
            try:
                with tx.savepoint():
                    match part:
                        case Run():
                            self._keep_run(tx, standing, number, part, spoilt.get(number), report)
                            heads[part.log] = None
                        case Head():
                            self._keep_head(tx, standing, part)
                            heads[part.log] = None
                        case Receipts():
                            self._keep_receipts(tx, standing, number, part, report)
                        case Evidence():
                            check_evidence(part, standing.key_of(part.log.node))
                            report.evidence.append(part)
            except (RuleBroken, _Fork) as fault:
                if isinstance(fault, _Fork):
                    report.evidence.append(fault.found)
                report.refused.append(_refusal(number, fault))
        return list(heads)

    def _spoilt(self, run: Run) -> Spoilt | None:
        """The first new entry that is none (exchange 3.5)."""
        size = self._log.head(run.log).size
        for index, data in enumerate(run.entries, run.start):
            if index >= size and not isinstance(data, Gone):
                try:
                    entry.from_bytes(data)
                except RuleBroken as fault:
                    return index, fault.message
        return None

    def _keep_run(
        self, tx: LogTx, standing: Standing, number: int, run: Run, spoilt: Spoilt | None, report: Report
    ) -> None:
        public, tree = standing.key_of(run.log.node), LogTree(tx, run.log)
        size, kept = tx.head(run.log).size, _kept(tx, run.log)
        if run.head.size <= size:
            self._keep_head(tx, standing, Head(run.log, run.head))
            report.count(run.log, 0, len(run.entries))
            return
        checked = check_run(run, tree, size, public)
        if spoilt is not None:
            self._keep_before(tx, number, checked, spoilt, report)
            return
        if checked.entries:
            if run.log.node == self._key.fingerprint:
                raise RuleBroken("exchange 2.5", "entries of this node's own log that it no longer has")
            tx.append(run.log, size, checked.entries, self._clock.now())
        if kept is not None and size < kept.size <= tx.head(run.log).size:
            _raise_fork(against_kept(tx, tree, run.log, kept, run.head), public)
        tx.put_checkpoint(run.log, checked.head.size, checked.note)
        report.count(run.log, len(checked.entries), checked.known)

    def _keep_before(self, tx: LogTx, number: int, checked: Checked, spoilt: Spoilt, report: Report) -> None:
        """Rule exchange 3.5: what stands before the bytes that are no entry is kept, without their head."""
        index, detail = spoilt
        good = checked.entries[: max(0, index - checked.start)]
        if good and checked.log.node != self._key.fingerprint:
            tx.append(checked.log, checked.start, good, self._clock.now())
            report.count(checked.log, len(good), 0)
        report.refused.append(
            Refusal(number, "exchange 3.5", "theirs", f"entry {index}: {detail}", kept=len(good))
        )

    def _keep_head(self, tx: LogTx, standing: Standing, part: Head) -> None:
        public = standing.key_of(part.log.node)
        head, note = open_head(part.log, part.head, public)
        if head.size > tx.head(part.log).size:
            _raise_fork(against_proof(tx, part), public)
            return
        _raise_fork(against_tree(tx, LogTree(tx, part.log), part.log, part.head), public)
        tx.put_checkpoint(part.log, head.size, note)

    def _keep_receipts(
        self, tx: LogTx, standing: Standing, number: int, part: Receipts, report: Report
    ) -> None:
        """Each on its own: one bad receipt spoils no other."""
        now = self._clock.now()
        for item in part.items:
            try:
                standing.check_log(item.log)
                standing.check_reader(item.reader, item.log.channel)
                note = _check_receipt(tx, item, standing.key_of(item.reader), self._key.fingerprint)
                report.receipts += 1
                if item.reader != self._key.fingerprint:
                    tx.put_receipt(StoredReceipt(item.log, item.reader, item.size, note, now))
            except RuleBroken as fault:
                report.refused.append(_refusal(number, fault))


class _Fork(TwoStories):
    def __init__(self, found: Evidence, public: bytes) -> None:
        notes = check_evidence(found, public)
        super().__init__(f"node {found.log.node} signed two histories of one log", evidence=notes)
        self.found = found


def _raise_fork(found: Evidence | None, public: bytes) -> None:
    if found is not None:
        raise _Fork(found, public)


def _kept(reader: LogReader, log: LogId) -> SignedHead | None:
    note = reader.checkpoint(log)
    return signed_head(note, log) if note is not None else None


def _check_receipt(tx: LogTx, item: Cosigned, public: bytes, me: str) -> bytes:
    note = open_cosigned(item, public)
    size = tx.head(item.log).size
    if item.size > size and item.log.node == me:
        raise RuleBroken("exchange 4.3", f"a receipt over {item.size} entries, this node said {size}")
    if item.size > size:
        raise Early("exchange 4.3", f"a receipt over {item.size} entries, this node holds {size}")
    if merkle.root(LogTree(tx, item.log), item.size) != item.root:
        raise RuleBroken("exchange 4.2", f"{item.reader} signed for entries that are not those held here")
    return note


def _put_receipts(tx: LogTx, given: list[StoredReceipt]) -> None:
    for one in given:
        tx.put_receipt(one)


def _refusal(number: int, fault: PeerFault) -> Refusal:
    if isinstance(fault, RuleBroken):
        ours: Fault = "ours" if fault.rule == "exchange 2.5" else "theirs"
        again = isinstance(fault, Early) or fault.rule == "exchange 2.4"
        return Refusal(number, fault.rule, ours, str(fault.params["detail"]), again=again)
    return Refusal(number, "exchange 5.1", "theirs", fault.message)
