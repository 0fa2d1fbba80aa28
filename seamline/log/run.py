"""Checks of what another node sent of a log, against what is held here (docs/spec/exchange.md 3 to 5).

Rules, in the order they are applied:
- 3.1 the head is signed by the log's own node
- 3.2 the head covers the run
- 3.3 the run begins no later than where this node's log ends; else it is only early
- 3.4 this node's log, the run's new entries and the right-hand subtrees lead to the head's root
- 4.1 a receipt bears its reader's signature over that log, size and root
- 5.1 a head no larger than this node's log has this node's root at its size
- 5.2 evidence shows two heads of one log, both signed by its node, of which one cannot extend the other

Bytes and values in, values or an exception out.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamline.errors import RuleBroken
from seamline.log import checkpoint, keys, merkle, note, receipt
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.merkle import Frontier, Subtrees
from seamline.log.part import Cosigned, Evidence, Gone, Head, Run, SignedHead


class Early(RuleBroken):
    """A run that begins beyond what is held: harmless, it fits later (rule exchange 3.3)."""


class Astray(RuleBroken):
    """Bytes well signed that do not lead from this node's log to the head: a broken sender, or a fork."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run adds: entries from `start` (this node's size) on, () if all were known, and the head."""

    log: LogId
    start: int
    known: int
    entries: tuple[bytes | Gone, ...]
    head: Checkpoint
    note: bytes


def check_run(run: Run, held: Subtrees, size: int, public: bytes) -> Checked:
    """What of the run is new to a node that holds `size` entries in the tree `held`.

    public: the key of the log's node. Raises RuleBroken exchange 3.x, Early or Astray. Says nothing of
    what the entries say: the log is the truth, the fold judges them.
    """
    head, data = open_head(run.log, run.head, public)
    if head.size < run.stop:
        raise RuleBroken("exchange 3.2", f"a head of {head.size} does not cover entries to {run.stop}")
    if run.start > size:
        raise Early("exchange 3.3", f"begins at {run.start}, this node holds {size}: it was not kept")
    new = run.entries[size - run.start :]
    frontier = Frontier.of(held, min(size, run.stop))
    for entry in new:
        frontier.append(leaf_of(entry))
    cover = merkle.cover(run.stop, head.size)
    if len(cover) != len(run.right):
        raise RuleBroken("exchange 3.4", f"{len(cover)} subtrees stand to the right, {len(run.right)} sent")
    for (level, _), root in zip(cover, run.right, strict=True):
        frontier.append_subtree(level, root)
    if frontier.root() != head.root:
        raise Astray("exchange 3.4", f"does not lead from the {size} entries held here to the head")
    return Checked(run.log, size, len(run.entries) - len(new), new, head, data)


def leaf_of(entry: bytes | Gone) -> bytes:
    """The leaf hash of an entry, also of one whose body was destroyed."""
    return entry.leaf if isinstance(entry, Gone) else merkle.leaf_hash(entry)


def open_head(log: LogId, head: SignedHead, public: bytes) -> tuple[Checkpoint, bytes]:
    """The checkpoint and its note; RuleBroken exchange 3.1 unless the log's own node signed it."""
    if keys.fingerprint(public) != log.node:
        raise RuleBroken("exchange 3.1", f"key {keys.fingerprint(public)} is not that of node {log.node}")
    found = Checkpoint(log, head.size, head.root)
    text = checkpoint.to_text(found)
    keys.verify(public, head.signature, text, rule="exchange 3.1")
    name = checkpoint.origin(log)
    line = note.Signature(name, note.key_id(name, note.ED25519, public), head.signature).line()
    return found, note.join(text, line)


def signed_head(data: bytes, log: LogId) -> SignedHead:
    """The travelling form of a checkpoint note that this node keeps (verified when it was stored)."""
    parsed = note.parse(data)
    head = checkpoint.read_text(parsed.text)
    for signature in parsed.signatures:
        if signature.name == checkpoint.origin(log) and len(signature.value) == 64:
            return SignedHead(head.size, head.root, signature.value)
    raise RuleBroken("exchange 3.1", "the note bears no signature of the log's node")


def sign_head(log: LogId, size: int, root: bytes, key: keys.SigningKey) -> SignedHead:
    """A head of this node's own log, at any size that is on disk."""
    text = checkpoint.to_text(Checkpoint(log, size, root))
    return SignedHead(size, root, key.sign(text))


def extends(part: Head, size: int, root: bytes) -> bool:
    """Whether a head extends the tree of `size` with this root, by the part's own proof.

    Raises RuleBroken log 7.3 for a proof that proves nothing.
    """
    if part.old != size:
        return False
    merkle.verify_consistency(part.old, part.head.size, part.proof, part.old_root, part.head.root)
    return part.old_root == root


def compact(data: bytes, log: LogId, reader: str) -> Cosigned:
    """The travelling form of a receipt note that this node keeps."""
    parsed = note.parse(data)
    head = checkpoint.read_text(parsed.text)
    for signature in parsed.signatures:
        if signature.name == receipt.name(reader) and len(signature.value) == 72:
            second = int.from_bytes(signature.value[:8], "big")
            return Cosigned(log, reader, head.size, head.root, second, signature.value[8:])
    raise RuleBroken("exchange 4.1", f"the note bears no receipt of {reader}")


def open_cosigned(item: Cosigned, public: bytes) -> bytes:
    """The receipt as a note; RuleBroken exchange 4.1 unless its reader (key public) signed it."""
    if keys.fingerprint(public) != item.reader:
        raise RuleBroken("exchange 4.1", f"key {keys.fingerprint(public)} is not that of {item.reader}")
    text = checkpoint.to_text(Checkpoint(item.log, item.size, item.root))
    name = receipt.name(item.reader)
    value = item.second.to_bytes(8, "big") + item.signature
    line = note.Signature(name, note.key_id(name, note.COSIGNATURE, public), value).line()
    data = note.join(text, line)
    try:
        receipt.check(data, item.log, public)
    except RuleBroken as fault:
        raise RuleBroken("exchange 4.1", str(fault.params["detail"])) from None
    return data


def check_evidence(evidence: Evidence, public: bytes) -> tuple[bytes, bytes]:
    """The two notes, if they prove that the log's node told two stories; else RuleBroken exchange 5.2."""
    first, one = open_head(evidence.log, evidence.first, public)
    second, other = open_head(evidence.log, evidence.second, public)
    try:
        merkle.verify_consistency(first.size, second.size, evidence.proof, evidence.root, second.root)
    except RuleBroken as fault:
        raise RuleBroken("exchange 5.2", str(fault.params["detail"])) from None
    if first.size == 0 or evidence.root == first.root:
        raise RuleBroken("exchange 5.2", "the two heads agree")
    return one, other
