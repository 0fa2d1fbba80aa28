"""Party statements: what a party says, under its offline key, of its nodes and officers (log 8).

A statement is a signed note of one line of canonical JSON. `read` takes it apart and verifies only
its form; `roster.Roster.fold` decides which statements count.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from seamline.errors import BadInput, RuleBroken
from seamline.log import canonical, keys, note
from seamline.log.channel import LANES, MAX_PARTIES, is_channel, is_id
from seamline.log.entry import LATEST
from seamline.log.merkle import MAX_SIZE

ROLES: Final = ("watch", "planner", "release", "signatory", "auditor", "administrator")
MAX_HEADS: Final = 256
MAX_TITLE: Final = 200

_ROLE = re.compile(r"[a-z][a-z_]{1,31}")
_URL = re.compile(r"https?://[!-~]{1,200}")


class Head(msgspec.Struct, frozen=True):
    """A log of a node that is being named, and how much of it counts. root in hex."""

    channel: str
    lane: str
    size: int
    root: str


class Predecessor(msgspec.Struct, frozen=True, omit_defaults=True):
    """The node that a restored one takes over from, and its final heads (log 9.3)."""

    node: str
    heads: tuple[Head, ...]
    hidden: tuple[str, ...] = ()


class Party(msgspec.Struct, frozen=True, tag_field="what", tag="party"):
    """Number 1: the party's key and SHA-256 of its successor, both hex."""

    key: str
    next: str
    title: str


class Key(msgspec.Struct, frozen=True, tag_field="what", tag="key"):
    """The announced successor takes over; signed with it."""

    key: str
    next: str


class Node(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="what", tag="node"):
    """A node and its owners. key Ed25519, seal X25519, both hex; proof: the node's own signature (8.6)."""

    name: str
    key: str
    seal: str
    owners: tuple[str, ...]
    proof: str
    url: str | None = None
    predecessor: Predecessor | None = None


class Officer(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="what", tag="officer"):
    """An officer's post, roles and signing key (hex), or null while he has none.

    own_nodes: what he signs from now on counts only at nodes that his party alone owns (3.9).
    """

    officer: str
    key: str | None
    roles: tuple[str, ...]
    title: str
    own_nodes: bool = False


class RevokeNode(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="what", tag="revoke_node"):
    """The node's logs count up to these heads; a log not listed counts up to nothing (8.11)."""

    node: str
    logs: tuple[Head, ...]
    hidden: tuple[str, ...] = ()


class RevokeOfficer(msgspec.Struct, frozen=True, tag_field="what", tag="revoke_officer"):
    """What the officer's keys signed at or after `since` (ms) counts nothing."""

    officer: str
    since: int


Said = Party | Key | Node | Officer | RevokeNode | RevokeOfficer

_KINDS: Final[dict[str, type[Any]]] = {
    "party": Party,
    "key": Key,
    "node": Node,
    "officer": Officer,
    "revoke_node": RevokeNode,
    "revoke_officer": RevokeOfficer,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement taken apart. said is None for a kind of a newer version. hash: of the note's text, hex."""

    party: str
    no: int
    prev: str | None
    at: int
    what: str
    said: Said | None
    hash: str


def key_name(party: str) -> str:
    """The name under which a party's key signs."""
    return f"seamline/party/{party}"


def successor(public: bytes) -> str:
    """What announces a key without showing it: SHA-256 in hex."""
    return hashlib.sha256(public).hexdigest()


def node_card(
    key: keys.SigningKey, *, name: str, seal: bytes, owners: tuple[str, ...], url: str | None = None
) -> Node:
    """What a node says of itself for its owners to sign; only the holder of its key can make it."""
    card = Node(name, key.public.hex(), seal.hex(), tuple(sorted(owners)), "", url)
    return msgspec.structs.replace(card, proof=keys.to_base64(key.sign(_card_bytes(card))))


def make(said: Said, *, party: str, no: int, prev: str | None, at: int, key: keys.SigningKey) -> bytes:
    """Sign statement `no` of a party, after the one whose hash is prev (None for 1); BadInput if it is bad.

    key: the party's key in force; for `Key`, the successor that takes over.
    """
    fields: dict[str, Any] = msgspec.to_builtins(said)
    fields.update(v=1, party=party, no=no, prev=prev, at=at)
    unknown = set(said.roles) - set(ROLES) if isinstance(said, Officer) else set()
    if unknown:
        raise BadInput("roles", ", ".join(sorted(unknown)), f"roles are {', '.join(ROLES)}")
    text = canonical.encode(fields) + b"\n"
    try:
        read_text(text)
    except RuleBroken as fault:
        raise BadInput("statement", said.__class__.__name__, fault.message) from None
    if isinstance(said, Party | Key) and said.key != key.public.hex():
        raise BadInput("key", said.key, "a key that takes over signs for itself")
    return note.sign(text, key_name(party), key)


def read(data: bytes) -> Statement:
    """Take a statement apart; RuleBroken log 8.x if it is none. Verifies no signature."""
    return read_text(note.parse(data).text)


def verify(data: bytes, party: str, public: bytes) -> None:
    """Return if the party's key signed it; else RuleBroken log 5.2."""
    note.open(data, key_name(party), public)


def read_text(text: bytes) -> Statement:
    """The same, from the line that is signed."""
    fields = canonical.decode(text.removesuffix(b"\n"))
    if not text.endswith(b"\n") or type(fields) is not dict:
        raise RuleBroken("log 8.1", "a statement is one line, an object")
    frame = _convert(fields, _Frame)
    _require("log 8.1", frame.v == 1, "this node reads version 1")
    _require("log 8.1", is_id(frame.party), "party: an id")
    _require("log 8.1", 0 <= frame.at <= LATEST, "at: milliseconds since 1970")
    _require("log 8.2", 1 <= frame.no <= MAX_SIZE, "no: counts from 1")
    _require("log 8.2", (frame.no == 1) == (frame.prev is None), "prev: null for 1, a hash after")
    _require("log 8.2", frame.prev is None or keys.is_hash(frame.prev), "prev: 64 hex digits")
    _require("log 8.4", (frame.no == 1) == (frame.what == "party"), "number 1 says the party's key")
    kind = _KINDS.get(frame.what)
    said = None if kind is None else _convert(fields, kind)
    if said is not None:
        _check(frame.party, said)
    digest = hashlib.sha256(text).hexdigest()
    return Statement(frame.party, frame.no, frame.prev, frame.at, frame.what, said, digest)


class _Frame(msgspec.Struct):
    v: int
    party: str
    no: int
    prev: str | None
    at: int
    what: str


def _convert(fields: dict[str, Any], kind: type[Any]) -> Any:
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise RuleBroken("log 8.1", str(error)) from None


def _check(party: str, said: Said) -> None:
    """What each kind asks of its fields, beyond their types."""
    match said:
        case Party():
            _check_title("log 8.4", said.title)
            _check_key("log 8.4", said.key, said.next)
        case Key():
            _check_key("log 8.4", said.key, said.next)
        case Node():
            _check_node(party, said)
        case Officer():
            _require("log 8.9", is_id(said.officer) and said.officer != "node", "officer: an id, not node")
            _require("log 8.9", said.key is None or keys.is_hash(said.key), "key: 64 hex digits, or null")
            _require("log 8.9", _is_set(said.roles), "roles: sorted, no repeats")
            _require("log 8.9", all(map(_ROLE.fullmatch, said.roles)), "roles: lower-case words")
            _check_title("log 8.9", said.title)
        case RevokeNode():
            _require("log 8.11", keys.is_fingerprint(said.node), "node: a fingerprint")
            _check_heads("log 8.11", said.logs, said.hidden)
        case RevokeOfficer():
            _require("log 8.10", is_id(said.officer), "officer: an id")
            _require("log 8.10", 0 <= said.since <= LATEST, "since: milliseconds since 1970")


def _check_node(party: str, said: Node) -> None:
    rule = "log 8.6"
    _require(rule, is_id(said.name), "name: an id")
    _require(rule, keys.is_hash(said.key) and keys.is_hash(said.seal), "key, seal: 64 hex digits")
    _require(rule, 0 < len(said.owners) <= MAX_PARTIES, "owners: 1 to 16")
    _require(rule, all(map(is_id, said.owners)) and _is_set(said.owners), "owners: ids, sorted")
    _require(rule, party in said.owners, "only an owner names a node")
    _require(rule, said.url is None or _URL.fullmatch(said.url) is not None, "url: http or https")
    signature = keys.from_base64(said.proof, rule=rule)
    keys.verify(bytes.fromhex(said.key), signature, _card_bytes(said), rule=rule)
    if said.predecessor is not None:
        _require("log 9.3", keys.is_fingerprint(said.predecessor.node), "predecessor: a fingerprint")
        _check_heads("log 9.3", said.predecessor.heads, said.predecessor.hidden)


def _card_bytes(card: Node) -> bytes:
    named = {"name": card.name, "key": card.key, "seal": card.seal, "owners": card.owners}
    return canonical.encode({**named, "seamline": "node/v1"})


def _check_heads(rule: str, heads: tuple[Head, ...], hidden: tuple[str, ...]) -> None:
    _require(rule, len(heads) <= MAX_HEADS and len(hidden) <= MAX_HEADS, f"at most {MAX_HEADS} logs")
    _require(rule, all(is_channel(h.channel) and h.lane in LANES for h in heads), "no such log")
    _require(rule, all(0 <= h.size <= MAX_SIZE and keys.is_hash(h.root) for h in heads), "size, root")
    _require(rule, len({(h.channel, h.lane) for h in heads}) == len(heads), "a log is listed once")
    _require("log 8.12", all(map(keys.is_hash, hidden)), "hidden: SHA-256 in hex")


def _check_title(rule: str, title: str) -> None:
    _require(rule, 0 < len(title) <= MAX_TITLE and title.isprintable(), f"title: one line up to {MAX_TITLE}")


def _check_key(rule: str, key: str, following: str) -> None:
    _require(rule, keys.is_hash(key) and keys.is_hash(following), "key, next: 64 hex digits")


def _is_set(words: tuple[str, ...]) -> bool:
    return list(words) == sorted(set(words))


def _require(rule: str, condition: bool, message: str) -> None:
    if not condition:
        raise RuleBroken(rule, message)
