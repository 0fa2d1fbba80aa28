"""The verifier: bytes in, a report or an exception out. Its rules, with their paragraphs in docs/spec/log.md:

- the bytes of an entry are canonical JSON (1.1 to 1.6) and an entry (2.1 to 2.12);
- an entry's leaf hash is the one that stands in the tree (4.1);
- the leaf hashes, in their order, lead to the root of the signed head (4.2, 5.7);
- the head is signed by the log's own node, and is of this log (5.2 to 5.5);
- every other head that is known, from receipts or from peers, lies on the same tree (5.6);
- a run of entries leads with its proof to the head (7.4) and begins where what we hold ends (5.6);
- two signed heads of one size and two roots are two stories, and the evidence of them (5.8);
- the entry's party owns the node whose log it is in, or is the joint party of its owners (3.3);
- a single party's entry at a joint node is signed by an officer of that party (3.4);
- an officer's signature is by a key the roster certifies for him, and is good (3.1, 3.5, 3.6);
- nor does it count in a room where his party has him sign at its own nodes only (3.9);
- what a revocation leaves out counts nothing; nor does a log that has another root (8.11);
- a destroyed body is reported; its leaf hash stays and is checked like any other (10.2).

Paragraphs of section 3 and 8 decide what counts (`Report.uncounted`), never what is kept: the same
entry may count once a statement that is still under way has arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seamline.errors import RuleBroken, TwoStories
from seamline.log import checkpoint, entry, merkle
from seamline.log.channel import may_hold, members
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.merkle import Frontier
from seamline.log.roster import NodeInfo, Roster, SignerKey


@dataclass(frozen=True, slots=True)
class Item:
    """One place in a log: its leaf hash (32 bytes), and the entry's bytes, or None if destroyed."""

    leaf: bytes
    data: bytes | None

    @classmethod
    def of(cls, data: bytes) -> Item:
        """The item of an entry that is whole."""
        return cls(merkle.leaf_hash(data), data)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where (index of the entry, or of the first in doubt; None: the head), which rule, and what."""

    index: int | None
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a log of `size` entries here with this root.

    faults: tampering. destroyed: indexes without a body. uncounted: kept, and folded nowhere.
    missing: how many entries the head promises that are not here.
    """

    log: LogId
    size: int
    root: bytes
    faults: tuple[Fault, ...]
    destroyed: tuple[int, ...] = ()
    uncounted: tuple[Fault, ...] = ()
    missing: int = 0

    @property
    def sound(self) -> bool:
        return not self.faults


def verify_log(
    log: LogId,
    items: Iterable[Item],
    head: bytes,
    public: bytes,
    *,
    roster: Roster | None = None,
    heads: Iterable[Checkpoint] = (),
    partial: bool = False,
) -> Report:
    """Check a whole log against its signed head (a checkpoint note by the node with this public key).

    heads: others whose signatures were verified, such as those in receipts; they also narrow down where
    a fault lies. partial: the log is another node's and still arriving; entries may be missing at its end,
    and only `heads` up to there bind what is here. roster: also say what does not count.
    """
    check = _LogCheck(log, roster)
    signed = None
    try:
        signed = checkpoint.open(head, log, public)
    except RuleBroken as broken:
        check.fault(None, broken)
    else:
        check.expect(signed)
    for other in heads:
        check.expect(other)
    for index, item in enumerate(items):
        check.take(index, item)
    return check.report(signed, partial=partial)


def verify_run(
    log: LogId,
    start: int,
    items: Sequence[Item],
    proof: Sequence[bytes],
    head: Checkpoint,
    held: Frontier | None = None,
) -> Frontier:
    """Check entries [start, start + len) against a head already opened; RuleBroken names the first fault.

    held: the edge of what is on disk, if it ends at start; the run must go on from exactly that.
    Returns the frontier after the run.
    """
    if head.log != log:
        raise RuleBroken("log 5.3", "a head of another log")
    for index, item in enumerate(items, start):
        _check_item(index, item)
    after = merkle.verify_range([i.leaf for i in items], start, head.size, proof, head.root)
    if held is not None and (held.size != start or held.nodes != tuple(proof[: start.bit_count()])):
        raise RuleBroken("log 5.6", f"the head does not extend the {held.size} entries that are here")
    return after


def check_heads(log: LogId, public: bytes, one: bytes, other: bytes) -> tuple[Checkpoint, Checkpoint]:
    """Open two checkpoint notes of a log, the smaller first; TwoStories if they cannot both be true.

    Heads of different sizes still need `merkle.verify_consistency`.
    """
    a, b = (checkpoint.open(note, log, public) for note in (one, other))
    if a.size == b.size and a.root != b.root:
        message = f"two roots signed for {a.size} entries of {checkpoint.origin(log)} (log 5.8)"
        raise TwoStories(message, evidence=(one, other))
    return (a, b) if a.size <= b.size else (b, a)


def check_entry(said: Entry, log: LogId, roster: Roster) -> None:
    """Return if the entry speaks for who it says; RuleBroken log 3.x if it must not count.

    The place in the log is a matter of its own: `roster.counts(log, index)`.
    """
    node = roster.node(log.node)
    if node is None or not node.counts:
        raise RuleBroken("log 3.3", f"node {log.node} is not named by all its owners")
    if not may_hold(node.owners, log.channel):
        raise RuleBroken("log 3.3", f"{node.party} is not in channel {log.channel}")
    if said.party not in node.owners and said.party != node.party:
        raise RuleBroken("log 3.3", f"{said.party} does not own node {node.name}")
    if said.sig is None:
        if node.joint and said.party != node.party:
            raise RuleBroken(
                "log 3.4", f"at a joint node, an entry of {said.party} needs its officer's signature"
            )
        return
    signer = _signer(said, said.sig.key, node, roster)
    if signer.until is not None and said.at >= signer.until:
        raise RuleBroken("log 3.6", f"key {said.sig.key} counted only until {signer.until}")
    if signer.own is not None and said.at >= signer.own and node.joint:
        raise RuleBroken("log 3.9", f"{said.by} signs at his party's own nodes only, not at {node.name}")
    entry.check_signature(said, log.channel, signer.public)


def _signer(said: Entry, key: str, node: NodeInfo, roster: Roster) -> SignerKey:
    # The room speaking for itself may be signed by an officer of any owner; a party only by its own.
    for party in members(said.party):
        signer = roster.signer(party, said.by, key)
        if signer is not None:
            return signer
    raise RuleBroken("log 3.5", f"key {key} is not certified for {said.by} of {said.party} ({node.name})")


def _check_item(index: int, item: Item) -> Entry | None:
    """The entry at this place, None if destroyed; RuleBroken if the bytes are not what the tree says."""
    if item.data is None:
        return None
    if merkle.leaf_hash(item.data) != item.leaf:
        raise RuleBroken("log 4.1", f"entry {index} was changed: its hash is not the one in the tree")
    return entry.from_bytes(item.data)


class _LogCheck:
    """The running state of verify_log."""

    def __init__(self, log: LogId, roster: Roster | None) -> None:
        self._log = log
        self._roster = roster
        self._revocation = roster.revocation(log) if roster is not None else None
        self._frontier = Frontier()
        self._known: dict[int, bytes] = {}
        self._good: int | None = 0
        self._faults: list[Fault] = []
        self._uncounted: list[Fault] = []
        self._destroyed: list[int] = []

    def fault(self, index: int | None, broken: RuleBroken) -> None:
        self._faults.append(Fault(index, broken.rule, str(broken.params["detail"])))

    def expect(self, head: Checkpoint) -> None:
        """The tree must pass through this head; the first one told of a size is the one compared."""
        if head.log == self._log and self._known.setdefault(head.size, head.root) != head.root:
            self.fault(None, RuleBroken("log 5.8", f"two roots are signed for {head.size} entries"))

    def take(self, index: int, item: Item) -> None:
        try:
            said = _check_item(index, item)
        except RuleBroken as broken:
            self.fault(index, broken)
        else:
            if said is None:
                self._destroyed.append(index)
            elif self._roster is not None:
                self._count(index, said, self._roster)
        self._frontier.append(item.leaf)
        if index + 1 in self._known:
            self._compare(self._known[index + 1])
        if self._revocation is not None and self._revocation.size == index + 1:
            self._check_revocation(self._revocation.root)

    def _compare(self, root: bytes) -> None:
        size = self._frontier.size
        if self._good is None:
            return
        if self._frontier.root() == root:
            self._good = size
            return
        where = f"entries {self._good} to {size - 1} do not lead to the root signed for {size}"
        self.fault(self._good, RuleBroken("log 4.2", where))
        # Every later head would repeat it.
        self._good = None

    def report(self, signed: Checkpoint | None, *, partial: bool) -> Report:
        here = self._frontier.size
        promised = here if signed is None else signed.size
        if promised == 0 and signed is not None and signed.root != merkle.empty_root:
            self.fault(0, RuleBroken("log 4.2", "the root of nothing is SHA-256 of nothing"))
        if here > promised:
            self.fault(promised, RuleBroken("log 5.7", f"{here - promised} entries after the signed head"))
        elif here < promised and not partial:
            self.fault(
                here, RuleBroken("log 5.7", f"{promised - here} entries of the signed head are missing")
            )
        return Report(
            log=self._log,
            size=here,
            root=self._frontier.root(),
            faults=tuple(self._faults),
            destroyed=tuple(self._destroyed),
            uncounted=tuple(self._uncounted),
            missing=max(0, promised - here),
        )

    def _count(self, index: int, said: Entry, roster: Roster) -> None:
        if self._revocation is not None and index >= self._revocation.size:
            self._uncounted.append(Fault(index, "log 8.11", "said after what the revocation leaves standing"))
            return
        try:
            check_entry(said, self._log, roster)
        except RuleBroken as broken:
            self._uncounted.append(Fault(index, broken.rule, str(broken.params["detail"])))

    def _check_revocation(self, root: bytes) -> None:
        if self._frontier.root() != root:
            message = "the log has another root than the revocation names: nothing of it counts"
            self._uncounted.append(Fault(0, "log 8.11", message))
