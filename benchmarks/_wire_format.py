"""Bytes of one record, of one receipt, and what checking them costs, without any line."""

from __future__ import annotations

import hashlib
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks._wire_records import START, as_bytes
from seamline.exchange import dictionary
from seamline.exchange.gather import OVERHEAD
from seamline.log import checkpoint, entry, merkle, parcel, receipt, run, verifier
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry, sign
from seamline.log.keys import SealKey, SigningKey
from seamline.log.keys import verify as verify_signature
from seamline.log.part import Part, Receipts, Run
from seamline.log.press import Press
from seamline.log.verifier import Item

CHANNEL = "isf+ksf"
KEY, READER = SigningKey(bytes(range(32))), SigningKey(bytes(range(1, 33)))
OFFICER, SEAL = SigningKey(bytes(range(2, 34))), SealKey(bytes(range(3, 35)))
LOG = LogId(KEY.fingerprint, CHANNEL, "routine")


@dataclass(frozen=True)
class Marginal:
    """Bytes that one more record adds to a bundle: median, nine of ten, most; and the bundle's all."""

    median: float
    nine: float
    most: int
    whole: float


def marginal(said: Sequence[Entry], size: int = 100, bundles: int = 4) -> Marginal:
    """By leaving out each of the records in turn. whole: sealed part and all, for each record."""
    press, added, whole = dictionary.load(), list[int](), 0
    for bundle in range(bundles):
        data = as_bytes(said[bundle * size : (bundle + 1) * size])
        frame = len(_pressed(press, data))
        whole += frame + OVERHEAD
        added += [frame - len(_pressed(press, data[:n] + data[n + 1 :])) for n in range(size)]
    added.sort()
    return Marginal(statistics.median(added), added[len(added) * 9 // 10], added[-1], whole / size / bundles)


def _pressed(press: Press, data: Sequence[bytes]) -> bytes:
    root = merkle.root(_Leaves(data), len(data))
    part = Run(LOG, 0, tuple(data), run.sign_head(LOG, len(data), root, KEY), ())
    return press.press(part, press.methods)


class _Leaves:
    """A tree over entries, as the log keeps one."""

    def __init__(self, data: Iterable[bytes]) -> None:
        self._levels = [[merkle.leaf_hash(one) for one in data]]
        while len(self._levels[-1]) > 1:
            row = self._levels[-1]
            self._levels.append([merkle.node_hash(*row[n : n + 2]) for n in range(0, len(row) - 1, 2)])

    def subtree(self, level: int, index: int) -> bytes:
        return self._levels[level][index]


def receipts() -> tuple[int, float, int]:
    """Bytes of a receipt in a part of its own before that is signed and sealed; of each of nine further ones
    of other logs and readers in the same part; and of a part with one, signed and sealed.
    """
    press, chance = dictionary.load(), random.Random(20)

    def cosigned(n: int) -> Part:
        items = []
        for lane in range(n):
            log = LogId(KEY.fingerprint, CHANNEL, ("routine", "flash")[lane % 2])
            reader = SigningKey(chance.randbytes(32))
            head = checkpoint.sign(Checkpoint(log, 12_000 + n, chance.randbytes(32)), KEY)
            note = receipt.give(head, reader, START + n)
            items.append(run.compact(note, log, reader.fingerprint))
        return Receipts(CHANNEL, tuple(items))

    one, ten = (press.press(cosigned(n), press.methods) for n in (1, 10))
    return len(one), (len(ten) - len(one)) / 9, len(parcel.seal(one, KEY, [SEAL.public]))


@dataclass(frozen=True)
class Rate:
    """Entries a second of one core's time, ours and the bare floor's."""

    ours: float
    floor: float


def verify(said: Sequence[Entry], signatures: int = 2000) -> tuple[Rate, Rate]:
    """A log without officers' signatures, beside SHA-256 of the same bytes and one Ed25519 check; and one
    with a signature on each entry, beside SHA-256 and an Ed25519 check of each. Quickest of 5, in turns.
    """
    data = as_bytes(said)
    head = _head(data)
    items = [Item.of(one) for one in data]
    signature, text = KEY.sign(b"head"), b"head"

    def ours() -> None:
        if not verifier.verify_log(LOG, items, head, KEY.public).sound:
            raise SystemExit("the log was found unsound")

    def bare() -> None:
        for one in data:
            hashlib.sha256(b"\0" + one).digest()
        verify_signature(KEY.public, signature, text)

    plain = _rates(len(data), ours, bare)
    attested = [sign(one, CHANNEL, OFFICER) for one in said[:signatures]]
    return plain, _attested(attested)


def _attested(said: Sequence[Entry]) -> Rate:
    data = as_bytes(said)
    signatures = [OFFICER.sign(one) for one in data]

    def ours() -> None:
        for one in data:
            merkle.leaf_hash(one)
            entry.check_signature(entry.from_bytes(one), CHANNEL, OFFICER.public)

    def bare() -> None:
        for one, signature in zip(data, signatures, strict=True):
            hashlib.sha256(b"\0" + one).digest()
            verify_signature(OFFICER.public, signature, one)

    return _rates(len(data), ours, bare)


def _head(data: Sequence[bytes]) -> bytes:
    root = merkle.root(_Leaves(data), len(data))
    return checkpoint.sign(Checkpoint(LOG, len(data), root), KEY)


def _rates(count: int, ours: Callable[[], None], bare: Callable[[], None]) -> Rate:
    best = [float("inf"), float("inf")]
    for _ in range(5):
        for n, work in enumerate((ours, bare)):
            start = time.process_time()
            work()
            best[n] = min(best[n], time.process_time() - start)
    return Rate(count / best[0], count / best[1])
