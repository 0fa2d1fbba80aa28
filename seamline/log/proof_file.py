"""The file that proves one entry to anybody (docs/spec/log.md 12). Its rules:

- the file is one canonical object of known size (12.1);
- only parties whose first key the reader was given count; the rest is folded from their statements (12.2, 8);
- the entry stands in the log under a head signed by the log's node, and the node counts (12.3, 7, 8.7);
- the entry speaks for who it says, and no revocation leaves it out (12.3, 3, 8.11);
- a receipt holds if its reader counts and the entry stands under its head; others are named unchecked (12.4);
- an anchor holds if it is the hash of an opening whose heads lead to the entry (12.5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import msgspec

from seamline.errors import RuleBroken
from seamline.log import canonical, chain, checkpoint, entry, keys, merkle, note, proof, receipt
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.roster import Roster
from seamline.log.roster_fold import read_all
from seamline.log.statement import Party
from seamline.log.verifier import check_entry

MAX_FILE: Final = 4 << 20
VERSION: Final = "proof/v1"
SALT: Final = 32
"""Bytes of an anchor's random beginning."""

_RULE = "log 12.1"


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry's proof (log 7.1, the entry inside) and proofs of the same entry under readers' receipts."""

    proof: str
    receipts: tuple[str, ...] = ()


class Anchored(msgspec.Struct, frozen=True):
    """An anchor's own item, what it is the hash of (base64), and the entry's way to a head in that."""

    item: Item
    opening: str
    hashes: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, omit_defaults=True):
    seamline: str
    item: Item
    statements: tuple[str, ...]
    anchor: Anchored | None = None


class Versioned(Protocol):
    """What every such file has."""

    @property
    def seamline(self) -> str: ...


F = TypeVar("F", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Received:
    """A reader node's receipt. at: ms by its clock (0 if unchecked). checked: a known key vouches for it."""

    reader: str
    name: str | None
    owners: tuple[str, ...]
    size: int
    at: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An entry where its file says it is. owners: whose node wrote it. counts: None, or why it does not."""

    entry: Entry
    data: bytes
    head: Checkpoint
    index: int
    node: str
    owners: tuple[str, ...]
    receipts: tuple[Received, ...]
    counts: RuleBroken | None

    @property
    def leaf(self) -> bytes:
        return entry.leaf_hash(self.data)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file shows. anchored: the entry of the anchor that covers the record, if the file has one."""

    found: Found
    anchored: Found | None
    parties: tuple[str, ...]


def write(item: Item, statements: Sequence[bytes], anchored: Anchored | None = None) -> bytes:
    """The file. statements: of every party that owns a node in it, whole chains."""
    notes = tuple(sorted({s.decode() for s in statements}))
    value = msgspec.to_builtins(_File(VERSION, item, notes, anchored))
    return canonical.encode(value, limit=MAX_FILE) + b"\n"


def item(index: int, hashes: Sequence[bytes], head: bytes, data: bytes, receipts: Sequence[bytes]) -> Item:
    """An item of the file. receipts: proofs without the entry, each under a receipt's note."""
    return Item(proof.make(index, hashes, head, data).decode(), tuple(r.decode() for r in receipts))


def claims(data: bytes) -> tuple[str, ...]:
    """The parties that the file brings statements of, sorted; nothing is verified."""
    return tuple(sorted(read_all(_notes(_read(data)))[0]))


def entry_of(data: bytes) -> bytes:
    """The bytes of the entry in the file; nothing is verified. RuleBroken log 12.1 where there are none."""
    found = proof.read(_read(data).item.proof.encode()).extra
    if found is None:
        raise RuleBroken("log 12.1", "the file holds no entry")
    return found


def check(data: bytes, known: Mapping[str, str]) -> Shown:
    """What the file shows; RuleBroken if it shows nothing.

    known: party → its first public key, or that key's fingerprint (hex), learnt in person.
    """
    file = _read(data)
    notes = _notes(file)
    roster = Roster.fold(notes, first_keys(notes, known))
    anchored = _check_anchor(file.anchor, file.item, roster) if file.anchor else None
    return Shown(_check_item(file.item, roster), anchored, tuple(sorted(roster.parties)))


def read_file(data: bytes, kind: type[F], version: str, rule: str) -> F:
    """A file of this kind, whose `seamline` names the version; RuleBroken with the rule if it is none."""
    value = canonical.decode(data.removesuffix(b"\n"), limit=MAX_FILE)
    try:
        file = msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        raise RuleBroken(rule, f"this is no file of version {version}: {fault}") from None
    if file.seamline != version:
        raise RuleBroken(rule, f"a file of version {file.seamline[:40]}, where {version} is read")
    return file


def _read(data: bytes) -> _File:
    return read_file(data, _File, VERSION, _RULE)


def _notes(file: _File) -> list[bytes]:
    return [text.encode() for text in file.statements]


def first_keys(notes: Sequence[bytes], known: Mapping[str, str]) -> dict[str, bytes]:
    """The public keys behind what the reader was given: a fingerprint picks the statement it fits."""
    found = {}
    for party, chained in read_all(notes)[0].items():
        for held in chained:
            said = held.statement.said
            if isinstance(said, Party) and known.get(party) in (said.key, chain.signed_by_itself(held)):
                found[party] = bytes.fromhex(said.key)
    for party in sorted(known.keys() - found.keys()):
        raise RuleBroken("log 12.2", f"the file has no statement by {party} with the key {known[party]}")
    return found


def _check_item(one: Item, roster: Roster) -> Found:
    data = one.proof.encode()
    log = proof.claimed(data).log
    node = roster.node(log.node)
    if node is None:
        raise RuleBroken("log 12.2", f"no party whose key was given names node {log.node}")
    if not node.counts:
        missing = sorted(set(node.owners) - roster.parties.keys())
        need = (
            f"the keys of {', '.join(missing)} are needed too" if missing else "its owners do not agree on it"
        )
        raise RuleBroken("log 12.3", f"node {node.name} does not count: {need}")
    proved = proof.verify(data, node.key)
    said = entry.from_bytes(proved.entry)
    held = tuple(_check_receipt(r.encode(), proved, roster) for r in one.receipts)
    return Found(
        said, proved.entry, proved.checkpoint, proved.index, node.name, node.owners, held,
        _uncounted(said, proved, roster),
    )  # fmt: skip


def _uncounted(said: Entry, proved: proof.Proved, roster: Roster) -> RuleBroken | None:
    log = proved.checkpoint.log
    if not roster.counts(log, proved.index):
        return RuleBroken("log 8.11", "said after what the revocation of its node leaves standing")
    try:
        check_entry(said, log, roster)
    except RuleBroken as why:
        return why
    return None


def _check_receipt(data: bytes, proved: proof.Proved, roster: Roster) -> Received:
    taken = proof.read(data)
    names = receipt.readers(taken.note)
    if len(names) != 1:
        raise RuleBroken("log 12.4", "a receipt is by one reader")
    (reader,) = names
    head = checkpoint.read_text(note.parse(taken.note).text)
    if head.log != proved.checkpoint.log or taken.index != proved.index:
        raise RuleBroken("log 12.4", "a receipt over another log or entry")
    merkle.verify_inclusion(entry.leaf_hash(proved.entry), taken.index, head.size, taken.hashes, head.root)
    info = roster.node(reader)
    if info is None or not info.counts:
        return Received(reader, info.name if info else None, info.owners if info else (), head.size, 0, False)
    given = receipt.check(taken.note, head.log, info.key)
    return Received(reader, info.name, info.owners, head.size, given.at, True)


def _check_anchor(anchored: Anchored, covered: Item, roster: Roster) -> Found:
    """The anchor's own entry, after its opening was seen to lead to the record."""
    found = _check_item(anchored.item, roster)
    opening = keys.from_base64(anchored.opening, rule="log 12.5")
    if found.entry.kind != "anchor" or found.entry.body.get("digest") != hashlib.sha256(opening).hexdigest():
        raise RuleBroken("log 12.5", "the opening is not what the anchor is the hash of")
    taken = proof.read(covered.proof.encode())
    log = checkpoint.claimed(taken.note).log
    head = opened_head(opening, log)
    if head is None:
        raise RuleBroken("log 12.5", "the opening has no head of this record's log")
    hashes = [keys.from_base64(h, rule="log 12.5") for h in anchored.hashes]
    leaf = entry.leaf_hash(taken.extra or b"")
    merkle.verify_inclusion(leaf, taken.index, head[0], hashes, head[1])
    return found


def opened_head(opening: bytes, log: LogId) -> tuple[int, bytes] | None:
    """Size and root of a log in what an anchor is the hash of; None if the anchor does not cover it."""
    heads: Any = canonical.decode(opening[SALT:], limit=MAX_FILE)
    for one in heads if isinstance(heads, list) else ():
        if isinstance(one, list) and one[:3] == [log.node, log.channel, log.lane] and len(one) == 5:
            size, root = one[3:]
            if isinstance(size, int) and keys.is_hash(root):
                return size, bytes.fromhex(root)
    return None
