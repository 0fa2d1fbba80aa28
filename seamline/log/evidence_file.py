"""The file that shows anybody that a node or a party told two stories (docs/spec/log.md 14). Its rules:

- the file is one canonical object of known size (14.1);
- only parties whose first key the reader was given count (14.2, 12.2); a node needs the key of each owner;
- two heads: both signed by the log's node, and the second's tree does not begin with the first's (14.3, 5.6);
- two statements: one party, one number, one predecessor, both validly signed, and different (14.4, 8.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from seamline.errors import RuleBroken
from seamline.log import canonical, checkpoint, keys
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.part import Evidence
from seamline.log.proof_file import MAX_FILE, first_keys, read_file
from seamline.log.roster import Roster
from seamline.log.roster_fold import read_all
from seamline.log.run import check_evidence, open_head, signed_head

VERSION: Final = "evidence/v1"
HEADS: Final = "log 5.6"
STATEMENTS: Final = "log 8.5"
_RULE = "log 14.1"


class _Heads(msgspec.Struct, frozen=True):
    """Checkpoint notes, the smaller first; root: of the second's tree at the first's size; its way (7.3)."""

    first: str
    second: str
    root: str
    hashes: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, omit_defaults=True):
    seamline: str
    statements: tuple[str, ...]
    heads: _Heads | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file shows. rule: the paragraph that was broken. whose: the node's name, or the party.

    first, second: the heads (two heads); no, hashes: of the statements (two statements).
    """

    rule: str
    whose: str
    owners: tuple[str, ...]
    parties: tuple[str, ...]
    first: Checkpoint | None = None
    second: Checkpoint | None = None
    no: int = 0
    hashes: tuple[str, ...] = ()


def of_heads(found: Evidence, public: bytes, statements: Sequence[bytes]) -> bytes:
    """The file over a proof that was checked. public: of the log's node; statements: its owners' chains."""
    notes = [open_head(found.log, head, public)[1].decode() for head in (found.first, found.second)]
    hashes = tuple(keys.to_base64(h) for h in found.proof)
    return _written(statements, heads=_Heads(notes[0], notes[1], found.root.hex(), hashes))


def of_statements(party: str, statements: Sequence[bytes]) -> bytes:
    """The file over a party's chain with the statements that contradict each other in it."""
    return _written(statements, party=party)


def _written(statements: Sequence[bytes], heads: _Heads | None = None, party: str | None = None) -> bytes:
    notes = tuple(sorted({s.decode() for s in statements}))
    value = msgspec.to_builtins(_File(VERSION, notes, heads, party))
    return canonical.encode(value, limit=MAX_FILE) + b"\n"


def is_one(data: bytes) -> bool:
    """Whether a file says that it is evidence; nothing is verified."""
    try:
        value = canonical.decode(data.removesuffix(b"\n"), limit=MAX_FILE)
    except RuleBroken:
        return False
    return isinstance(value, dict) and str(value.get("seamline", "")).startswith("evidence/")


def claims(data: bytes) -> tuple[str, ...]:
    """The parties that the file brings statements of, sorted; nothing is verified."""
    return tuple(sorted(read_all([s.encode() for s in _read(data).statements])[0]))


def check(data: bytes, known: Mapping[str, str]) -> Shown:
    """What the file shows; RuleBroken if it shows nothing.

    known: party → its first public key, or that key's fingerprint (hex), learnt in person.
    """
    file = _read(data)
    notes = [text.encode() for text in file.statements]
    roster = Roster.fold(notes, first_keys(notes, known))
    if file.heads is not None and file.party is None:
        return _two_heads(file.heads, roster)
    if file.party is not None and file.heads is None:
        return _two_statements(file.party, roster)
    raise RuleBroken(_RULE, "evidence is of two heads or of two statements")


def _two_heads(heads: _Heads, roster: Roster) -> Shown:
    first, second = heads.first.encode(), heads.second.encode()
    log = checkpoint.claimed(first).log
    node = roster.node(log.node)
    if node is None:
        raise RuleBroken("log 12.2", f"no party whose key was given names node {log.node}")
    if not node.counts:
        missing = sorted(set(node.owners) - roster.parties.keys())
        raise RuleBroken("log 14.2", f"node {node.name} does not count without the keys of {missing}")
    if not keys.is_hash(heads.root):
        raise RuleBroken(_RULE, "the root is a hash in hex")
    opened = checkpoint.open(first, log, node.key), checkpoint.open(second, log, node.key)
    way = tuple(keys.from_base64(h, rule="log 14.3") for h in heads.hashes)
    told = Evidence(log, signed_head(first, log), signed_head(second, log), bytes.fromhex(heads.root), way)
    check_evidence(told, node.key)
    return Shown(HEADS, node.name, node.owners, tuple(sorted(roster.parties)), *opened)


def _two_statements(party: str, roster: Roster) -> Shown:
    info = roster.party(party)
    if info is None:
        raise RuleBroken("log 12.2", f"the key of {party} is needed")
    if info.conflict is None:
        raise RuleBroken("log 14.4", f"the statements of {party} agree")
    told = info.conflict
    parties = tuple(sorted(roster.parties))
    return Shown(STATEMENTS, party, (party,), parties, no=told.no, hashes=told.hashes)


def log_of(shown: Shown) -> LogId | None:
    """The log that has two stories; None for two statements."""
    return shown.first.log if shown.first is not None else None


def _read(data: bytes) -> _File:
    return read_file(data, _File, VERSION, _RULE)
