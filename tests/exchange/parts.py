"""Parts to play with: strategies for every kind, and a small signed log."""

from __future__ import annotations

from hypothesis import strategies as st

from seamline.log import merkle, run
from seamline.log.checkpoint import LogId
from seamline.log.keys import SealKey, SigningKey
from seamline.log.part import (
    Ability,
    Chunk,
    Cosigned,
    Evidence,
    Fragment,
    Gone,
    Have,
    Head,
    Held,
    Part,
    Receipts,
    Request,
    Run,
    SignedHead,
    Statements,
    Told,
    Want,
)

KEY, READER = SigningKey(b"k" * 32), SigningKey(b"r" * 32)
SEAL, OTHER_SEAL = SealKey(b"s" * 32), SealKey(b"o" * 32)
LOG = LogId(KEY.fingerprint, "isf+ksf", "routine")

channels = st.sampled_from(["isf", "isf+ksf", "isf+ksf+mag"])
nodes = st.binary(min_size=16, max_size=16).map(bytes.hex)
lanes = st.sampled_from(["flash", "routine"])
sizes = st.integers(0, (1 << 53) - 1)
hashes = st.binary(min_size=32, max_size=32)
tags = st.binary(min_size=8, max_size=8)
signatures = st.binary(min_size=64, max_size=64)
heads = st.builds(SignedHead, sizes, hashes, signatures)
wants = st.builds(Want, hashes, st.integers(0, 1 << 26), st.integers(0, 1 << 26), st.booleans())
proofs = st.lists(hashes, max_size=4).map(tuple)


def logs(channel: str) -> st.SearchStrategy[LogId]:
    return st.builds(LogId, nodes, st.just(channel), lanes)


def helds(channel: str) -> st.SearchStrategy[Held]:
    receipts = st.lists(st.tuples(nodes, sizes), max_size=3, unique_by=lambda r: r[0]).map(tuple)
    return st.builds(Held, logs(channel), sizes, sizes, tags, st.booleans(), receipts)


def haves(channel: str) -> st.SearchStrategy[Part]:
    told = st.builds(Told, st.sampled_from(["isf", "ksf", "mag"]), sizes, tags)
    return st.builds(
        Have,
        st.just(channel),
        st.lists(told, max_size=3, unique_by=lambda t: t.party).map(tuple),
        st.lists(helds(channel), max_size=4, unique_by=lambda h: h.log).map(tuple),
    )


def parts_of(channel: str) -> st.SearchStrategy[Part]:
    entries = st.lists(st.binary(min_size=1, max_size=50) | st.builds(Gone, hashes), min_size=1, max_size=5)
    cosigned = st.builds(Cosigned, logs(channel), nodes, sizes, hashes, st.integers(0, 1 << 40), signatures)
    return st.one_of(
        haves(channel),
        st.builds(Head, logs(channel), heads, sizes, hashes, proofs),
        st.builds(Run, logs(channel), st.integers(0, 1 << 50), entries.map(tuple), heads, proofs),
        st.builds(Receipts, st.just(channel), st.lists(cosigned, max_size=4).map(tuple)),
        st.builds(Statements, st.just(channel), st.lists(st.binary(max_size=40), max_size=4).map(tuple)),
        st.builds(Evidence, logs(channel), heads, heads, hashes, proofs),
        st.builds(piece, st.sampled_from([Chunk, Fragment]), st.just(channel), hashes, st.binary(min_size=1)),
        st.builds(Request, st.just(channel), st.lists(wants, max_size=4).map(tuple)),
        st.builds(Ability, st.just(channel), st.sets(st.integers(0, 255)).map(sorted).map(tuple)),
    )


def piece(kind: type[Chunk] | type[Fragment], channel: str, digest: bytes, data: bytes) -> Chunk | Fragment:
    return kind(channel, digest, 3 * len(data), len(data), data)


parts: st.SearchStrategy[Part] = channels.flatmap(parts_of)


class SmallLog:
    """A log in memory whose node is KEY."""

    def __init__(self, entries: list[bytes], log: LogId = LOG) -> None:
        self.entries, self.log = entries, log
        self.tree = merkle.MemoryTree(map(merkle.leaf_hash, entries))

    def head(self, size: int) -> SignedHead:
        return run.sign_head(self.log, size, merkle.root(self.tree, size), KEY)

    def run(self, start: int, stop: int, size: int | None = None) -> Run:
        size = stop if size is None else size
        right = tuple(self.tree.subtree(level, index) for level, index in merkle.cover(stop, size))
        return Run(self.log, start, tuple(self.entries[start:stop]), self.head(size), right)

    def until(self, size: int) -> merkle.MemoryTree:
        return merkle.MemoryTree(map(merkle.leaf_hash, self.entries[:size]))
