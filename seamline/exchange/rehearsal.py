"""What reading a courier's file would bring, with nothing of it kept: for `seamline verify FILE`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from seamline.actions.carrying import ReadReport
from seamline.actions.evidence import EvidenceBook
from seamline.actions.receive import Receive, Runner
from seamline.actions.trust import Trust
from seamline.exchange.courier import Courier
from seamline.exchange.ports import House
from seamline.exchange.talk import Exchange
from seamline.store.memory import MemoryLocal
from seamline.store.ports import LogStore, LogTx


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def rehearse(house: House, log: LogStore, run: Runner, file: bytes) -> ReadReport:
    """The report; raises BadInput as reading it does.

    The file is taken in as any is, but into a copy of what this node remembers, and into a transaction that
    is undone. Photos are not looked at (exchange 12.3): they would be kept outside of it.
    """
    local = MemoryLocal()
    for key in house.local.keys(""):
        local.put(key, house.local.get(key))
    trust, evidence = Trust(local), EvidenceBook(local)
    found: list[ReadReport] = []

    def job(tx: LogTx) -> None:
        receive = Receive(house.key, house.clock, log, trust, evidence, lambda inner: inner(tx))
        copy = replace(house, trust=trust, receive=receive, evidence=evidence, local=local, blobs=None)
        found.append(Courier(Exchange(copy)).read(file))
        raise _Undone

    with suppress(_Undone):
        run(job)
    return found[0]
