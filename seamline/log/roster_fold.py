"""From accepted statements to nodes, officers and revocations; the working half of `roster`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from seamline.errors import RuleBroken
from seamline.log import checkpoint, keys, statement
from seamline.log.chain import Held
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.merkle import empty_root
from seamline.log.statement import Head, Node, Officer, RevokeNode, RevokeOfficer, Statement


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node. counts: every owner names it alike. revoked: an owner revoked it, or named a successor."""

    fingerprint: str
    name: str
    owners: tuple[str, ...]
    key: bytes
    seal: bytes
    url: str | None
    counts: bool
    revoked: bool
    named_by: tuple[str, ...]

    @property
    def joint(self) -> bool:
        return len(self.owners) > 1

    @property
    def party(self) -> str:
        """The owner, or the joint party's id."""
        return "+".join(self.owners)


@dataclass(frozen=True, slots=True)
class OfficerInfo:
    """An officer as last stated. A revoked one has no roles and no key."""

    party: str
    officer: str
    key: bytes | None
    roles: tuple[str, ...]
    title: str
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A certified key. Signatures on entries whose `at` is before until (ms) count; None: all.

    own: from that time on (ms) they count only at nodes that the party alone owns; None: at all its nodes.
    """

    public: bytes
    until: int | None = None
    dead: bool = False
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """The first `size` entries count, if the log's root at that size is root."""

    size: int = 0
    root: bytes = empty_root


def read_all(notes: Iterable[bytes]) -> tuple[dict[str, list[Held]], tuple[tuple[str, str], ...]]:
    """Statements by party, and (SHA-256, why) of the bytes that are none; repeats count once."""
    by_party: dict[str, list[Held]] = {}
    refused = []
    for data in sorted(set(notes)):
        try:
            one = statement.read(data)
        except RuleBroken as fault:
            refused.append((hashlib.sha256(data).hexdigest(), fault.message))
        else:
            by_party.setdefault(one.party, []).append(Held(data, one))
    return by_party, tuple(refused)


class Fold:
    """Takes each party's statements in their order; the parties may come in any order."""

    def __init__(self) -> None:
        self.officers: dict[tuple[str, str], OfficerInfo] = {}
        self.signers: dict[tuple[str, str, str], SignerKey] = {}
        self._claims: dict[str, dict[str, Node]] = {}
        self._revocations: dict[str, list[tuple[str, RevokeNode]]] = {}

    def apply(self, one: Statement) -> None:
        match one.said:
            case Node() as said:
                node = keys.fingerprint(bytes.fromhex(said.key))
                self._claims.setdefault(node, {})[one.party] = said
                if said.predecessor is not None:
                    before = said.predecessor
                    self._revoke(one.party, RevokeNode(before.node, before.heads, before.hidden))
            case RevokeNode() as said:
                self._revoke(one.party, said)
            case Officer() as said:
                self._certify(one.party, one.at, said)
            case RevokeOfficer() as said:
                self._dismiss(one.party, said)
            case _:
                # A party's own keys are chain.py's; a kind of a newer version only takes its number.
                pass

    def nodes(
        self, openings: Iterable[Checkpoint]
    ) -> tuple[dict[str, NodeInfo], dict[str, dict[LogId, Revocation]]]:
        """All nodes, and for each revoked one how much of which log counts."""
        hidden = {hashlib.sha256(checkpoint.to_text(c)).hexdigest(): c for c in openings}
        nodes, revoked = {}, {}
        for node, claims in self._claims.items():
            info = _settle(node, claims)
            # Only an owner revokes; what strangers say of a node is nothing (log 8.11).
            acts = [said for party, said in self._revocations.get(node, []) if party in info.owners]
            if acts:
                info = replace(info, revoked=True)
                revoked[node] = _least(node, acts, hidden)
            nodes[node] = info
        return nodes, revoked

    def _revoke(self, party: str, said: RevokeNode) -> None:
        self._revocations.setdefault(said.node, []).append((party, said))

    def _certify(self, party: str, at: int, said: Officer) -> None:
        public = bytes.fromhex(said.key) if said.key is not None else None
        current = keys.fingerprint(public) if public is not None else None
        for place, signer in self._signers_of(party, said.officer):
            if place[2] != current and signer.until is None:
                self.signers[place] = replace(signer, until=at)
        if public is not None and current is not None:
            place = (party, said.officer, current)
            before = self.signers.get(place, SignerKey(public))
            if not before.dead:
                since = at if before.own is None else before.own
                self.signers[place] = SignerKey(public, own=since if said.own_nodes else None)
        info = OfficerInfo(party, said.officer, public, said.roles, said.title)
        self.officers[party, said.officer] = info

    def _dismiss(self, party: str, said: RevokeOfficer) -> None:
        info = self.officers.get((party, said.officer))
        if info is None:
            return
        self.officers[party, said.officer] = replace(info, key=None, roles=(), revoked=True)
        for place, signer in self._signers_of(party, said.officer):
            until = said.since if signer.until is None else min(signer.until, said.since)
            self.signers[place] = replace(signer, until=until, dead=True)

    def _signers_of(self, party: str, officer: str) -> list[tuple[tuple[str, str, str], SignerKey]]:
        return [(place, s) for place, s in self.signers.items() if place[:2] == (party, officer)]


def _settle(node: str, claims: Mapping[str, Node]) -> NodeInfo:
    """The node as its owners name it. If they disagree it does not count, and shows as most of them say."""
    alike: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for party, said in sorted(claims.items()):
        alike.setdefault((said.owners, said.name, said.seal), []).append(party)
    shown = min(alike, key=lambda k: (-len(alike[k]), -len(k[0]), k))
    owners, name, seal = shown
    named_by = tuple(alike[shown])
    said = claims[named_by[0]]
    return NodeInfo(
        fingerprint=node,
        name=name,
        owners=owners,
        key=bytes.fromhex(said.key),
        seal=bytes.fromhex(seal),
        url=next((claims[p].url for p in named_by if claims[p].url), None),
        # Two namings need the node's own signature on both (8.6): then it is not one node any more.
        counts=len(alike) == 1 and named_by == owners,
        revoked=False,
        named_by=named_by,
    )


def _least(node: str, acts: list[RevokeNode], hidden: Mapping[str, Checkpoint]) -> dict[LogId, Revocation]:
    """What every act leaves standing: per log the smallest head; a log that one act leaves out, nothing."""
    standing = [_heads(node, act, hidden) for act in acts]
    logs = set(standing[0]).intersection(*standing[1:])
    return {log: min((s[log] for s in standing), key=lambda r: (r.size, r.root)) for log in logs}


def _heads(node: str, act: RevokeNode, hidden: Mapping[str, Checkpoint]) -> dict[LogId, Revocation]:
    heads = {LogId(node, h.channel, h.lane): _revocation(h) for h in act.logs}
    for digest in act.hidden:
        opened = hidden.get(digest)
        if opened is not None and opened.log.node == node:
            heads.setdefault(opened.log, Revocation(opened.size, opened.root))
    return heads


def _revocation(head: Head) -> Revocation:
    return Revocation(head.size, bytes.fromhex(head.root))
