"""Evidence against a node or a party, for officers: what there is, and the file to show them.

Law 3: only who reads the log's channel hears of it; two statements of a party, who shares a channel with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from msgspec import Struct

from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import NotFound
from seamline.log import evidence_file, statement
from seamline.log.channel import members
from seamline.log.part import Evidence
from seamline.log.part_codec import encode


class Against(Struct, frozen=True, kw_only=True):
    """One piece of evidence. what: heads, or statements. whose: a node's name, or a party.

    rule: the paragraph that was broken. fault: ours where the key is this node's or its party's.
    sizes: of the two heads; no: of the two statements. since: when this node learnt of it, if it kept that.
    """

    id: str
    what: str
    whose: str
    rule: str
    fault: str
    owners: list[str]
    node: str | None = None
    channel: str | None = None
    lane: str | None = None
    sizes: list[int] | None = None
    no: int | None = None
    since: int | None = None


def evidence(node: Node, officer: Officer) -> list[Against]:
    """All that he may know of, the newest first."""
    officer.need(*READERS)
    return listed(node, node.readable(officer))


def listed(node: Node, channels: Collection[str]) -> list[Against]:
    """All of these channels, the newest first."""
    found = [told for told, _ in _all(node, channels)]
    return sorted(found, key=lambda one: (-(one.since or 0), one.id))


def evidence_file_of(node: Node, officer: Officer, id: str) -> bytes:
    """The file that `seamline verify` checks offline. NotFound alike for absent and forbidden."""
    officer.need(*READERS)
    return written(node, node.readable(officer), id)


def written(node: Node, channels: Collection[str], id: str) -> bytes:
    """The same for whoever has the node's passphrase."""
    for told, make in _all(node, channels):
        if told.id == id:
            return make()
    raise NotFound(f"no evidence {id}")


_Made = tuple[Against, Callable[[], bytes]]
"""What it is, and how its file is made."""


def _all(node: Node, channels: Collection[str]) -> Iterator[_Made]:
    book = EvidenceBook(node.local)
    for found in book.all():
        if found.log.channel in channels:
            made = _of_heads(node, found, book.since(found.log))
            if made is not None:
                yield made
    near = {party for channel in channels for party in members(channel)}
    for party, info in sorted(node.trust.roster.parties.items()):
        if info.conflict is not None and party in near:
            told = Against(
                id=_id(*(h.encode() for h in info.conflict.hashes)),
                what="statements",
                whose=party,
                rule=evidence_file.STATEMENTS,
                fault="ours" if party in node.owners else "theirs",
                owners=[party],
                no=info.conflict.no,
            )
            yield told, partial(_file_of_party, node, party)


def _of_heads(node: Node, found: Evidence, since: int | None) -> _Made | None:
    log = found.log
    info = node.trust.roster.node(log.node)
    if info is None:
        return None
    told = Against(
        id=_id(encode(found)),
        what="heads",
        whose=info.name,
        rule=evidence_file.HEADS,
        fault="ours" if log.node == node.key.fingerprint else "theirs",
        owners=list(info.owners),
        node=log.node,
        channel=log.channel,
        lane=log.lane,
        sizes=[found.first.size, found.second.size],
        since=since,
    )
    return told, lambda: evidence_file.of_heads(found, info.key, _statements(node, info.owners))


def _file_of_party(node: Node, party: str) -> bytes:
    return evidence_file.of_statements(party, _statements(node, [party]))


def told(one: Against) -> dict[str, Any]:
    """What a list of things to do shows of it."""
    about = one.whose if one.channel is None else f"{one.whose} · {one.channel} · {one.lane}"
    return {"about": about, "rule": one.rule, "fault": one.fault, "evidence": one.id}


def _statements(node: Node, parties: Collection[str]) -> list[bytes]:
    """Whole chains: who owns the node, and nobody else's."""
    return [s for s in node.trust.statements() if statement.read(s).party in parties]


def _id(*data: bytes) -> str:
    return hashlib.sha256(b"\n".join(data)).hexdigest()[:32]
