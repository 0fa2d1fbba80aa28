"""What goes to whom by courier, and what came: files written and read (docs/spec/exchange.md 11). Blocking.

Nobody answers while a file is on its way. So what a peer has is taken from what he is known to have signed
for and from the have-lists in his own last file; all else is written again, until he does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from seamline.actions.carrying import LogRead, Missing, Reader, ReadReport, RefusedPart, Writer, Wrote
from seamline.actions.linking import set_carried
from seamline.actions.receive import Report
from seamline.errors import BadInput, RuleBroken
from seamline.exchange import slip
from seamline.exchange.age import CutShort
from seamline.exchange.backlog import HAVE, known_of
from seamline.exchange.conversation import Conversation, Sent
from seamline.exchange.gather import Gatherer, How
from seamline.exchange.holdings import in_service
from seamline.exchange.intake import Intake, Taken
from seamline.exchange.links import file
from seamline.exchange.links.file import Letter
from seamline.exchange.owed import RANK, Known, Owed, owed
from seamline.exchange.slip import Slips
from seamline.exchange.talk import Exchange
from seamline.log import parcel
from seamline.log.checkpoint import LogId
from seamline.log.keys import is_fingerprint
from seamline.log.part import Have, Request, Run, Want
from seamline.log.part_codec import decode, encode
from seamline.log.roster import NodeInfo

LEAST_FILE: Final = 8192
BATCH: Final = 64
"""Parts taken in together: one transaction, and little enough memory."""
MAX_EXPANDED: Final = 512 << 20
"""Bytes of entries that one file may unpack to."""

_LOCK_SECONDS: Final = 1.0
_WANTS = "courier.wants."


class Courier:
    """The file link of a node. Any thread; one file at a time."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._house = exchange, exchange.house
        self._intake: Intake = exchange.intake
        self._gatherer = Gatherer(exchange.house, exchange.limits.part)
        self._slips = Slips(exchange)
        self._guard = threading.Lock()

    # ------------------------------------------------------------ writing

    def readers(self) -> list[Reader]:
        """Every other node in service that shares a channel with this one, by name."""
        found = []
        for node in self._house.trust.roster.nodes():
            channels = self._exchange.shelf.shared(node.fingerprint)
            if channels and node.fingerprint != self._house.me:
                who = Reader(node=node.fingerprint, name=node.name, owners=node.owners, channels=channels)
                found.append(who)
        return found

    def write(self, to: Sequence[str], most: int | None = None) -> Wrote:
        """A file of at most `most` bytes with what these nodes (names or fingerprints) are not known to have.

        Raises BadInput: a node that no roster names or that is out of service, too little room.
        """
        nodes = sorted(
            {node.fingerprint: node for node in map(self._node, to)}.values(), key=lambda n: n.name
        )
        if not nodes:
            raise BadInput("to", "", "name at least one node")
        audiences: dict[tuple[str, ...], list[NodeInfo]] = {}
        for node in nodes:
            audiences.setdefault(tuple(sorted(node.owners)), []).append(node)
        room, size = self._room(most, len(audiences))
        letters, sent, more = [], list[tuple[NodeInfo, Sent]](), False
        for readers in audiences.values():
            letter, told, rest = self._letter(readers, room)
            letters.append(letter)
            sent += told
            more = more or rest
        now = self._house.clock.now()
        data = file.write(letters, self._house.key, now, size)
        if most is not None and len(data) > most:
            raise BadInput("max", most, f"what must be in the file takes {len(data)} bytes")
        self._wrote(nodes, sent, now)
        runs = [part for _, one in sent if isinstance(part := one.part, Run)]
        entries = {(part.log, number) for part in runs for number in range(part.start, part.stop)}
        count = sum(len(letter.parts) for letter in letters)
        names = tuple(node.name for node in nodes)
        return Wrote(data=data, to=names, entries=len(entries), parts=count, more=more, written=now)

    def _room(self, most: int | None, audiences: int) -> tuple[int, int | None]:
        """Bytes of parts in each letter, and what each is filled up to (None: as it comes)."""
        if most is not None and most < LEAST_FILE * audiences:
            raise BadInput("max", most, f"at least {LEAST_FILE} bytes for each party's nodes")
        if most is None and audiences > 1:
            remedy = "nodes that hold different channels share a file: say how large it is to be"
            raise BadInput("max", None, f"{remedy}, so that its size tells neither what the other is told")
        most = min(most or file.MAX_FILE, file.MAX_FILE)
        size = file.share(most, audiences)
        return size - file.HEAD - 1, size if audiences > 1 else None

    def _letter(
        self, readers: Sequence[NodeInfo], room: int
    ) -> tuple[Letter, list[tuple[NodeInfo, Sent]], bool]:
        """All readers have the same owners, so that each may read what is for another."""
        first = readers[0]
        parts = [(p, self._house.press.press(p)) for p in self._exchange.greeter.parts(first.fingerprint)]
        left = room - sum(len(frame) + parcel.SIGNED + 4 for _, frame in parts)
        if left <= 0:
            raise BadInput("max", room, "too little even for the list of what is held here")
        specs = self._owed(readers)
        methods = frozenset.intersection(*(self._intake.methods(node.fingerprint) for node in readers))
        how = How(methods, wants=self._wants(first.fingerprint) if len(readers) == 1 else ())
        filled, more = self._gatherer.fill(specs, left, how)
        while filled and sum(len(frame) + parcel.SIGNED + 4 for _, frame in filled) > left:
            filled, more = filled[:-1], True
        for part in [part for part, _ in parts] + [one.part for one, _ in filled]:
            self._gatherer.allow(part.channel, first)
        told = [(node, one) for one, _ in filled for node in readers]
        frames = [frame for _, frame in parts] + [frame for _, frame in filled]
        signed = tuple(parcel.sign(frame, self._house.key) for frame in frames)
        return Letter(tuple(node.seal for node in readers), signed), told, more

    def _owed(self, readers: Sequence[NodeInfo]) -> list[Owed]:
        """What each of them lacks; what several lack is said once. In the order it is to go."""
        shelf = self._exchange.shelf
        found: dict[Owed, None] = {}
        for node in readers:
            peer = node.fingerprint
            found |= dict.fromkeys(owed(shelf.holdings(peer), self._known(peer), shelf.tag_at, peer=peer))
            found |= dict.fromkeys(self._exchange.greeter.chunks(self.asked(peer)))
        return sorted(found, key=lambda spec: RANK.index(spec.what))

    def _known(self, peer: str) -> Known:
        return known_of(self._house, self._exchange.shelf, self._exchange.peer(peer).conversation)

    def asked(self, peer: str) -> Conversation:
        """What he asked for in his last file."""
        talk = Conversation(peer)
        for key in self._house.local.keys(f"{_WANTS}{peer}."):
            kept = self._house.local.get(key)
            part = decode(kept) if kept else None
            talk.hear([part] if isinstance(part, Request) else [])
        return talk

    def _wants(self, peer: str) -> list[Want]:
        return [want for wants in self.asked(peer).wants.values() for want in wants]

    def _wrote(self, nodes: Iterable[NodeInfo], sent: Iterable[tuple[NodeInfo, Sent]], now: int) -> None:
        for node, one in sent:
            if isinstance(one.part, Run):
                part = one.part
                self._exchange.book.sent(part.log, node.fingerprint, part.start, part.stop, now)
        self._exchange.book.flush()
        for node in nodes:
            set_carried(self._house.local, node.fingerprint, "written", now)

    def _node(self, name: str) -> NodeInfo:
        roster = self._house.trust.roster
        node = roster.node(name) if is_fingerprint(name) else roster.node_named(name)
        if node is None or not in_service(node) or node.fingerprint == self._house.me:
            raise BadInput("to", name, "no other node of that name is in service on this node's roster")
        return node

    # ------------------------------------------------------------ reading

    def read(self, data: bytes) -> ReadReport:
        """Take a file or slip in, as far as it goes. BadInput if nothing is for this node; OurFault."""
        if data.startswith(slip.MAGIC):
            return self._read_slip(data)
        try:
            found = file.read(data, self._house.seal, self._intake.key_of)
        except RuleBroken as fault:
            code = fault.code if isinstance(fault, CutShort) else "not_a_bundle"
            raise BadInput("file", f"{len(data)} bytes", str(fault.params["detail"]), code=code) from None
        if not (found.parts or found.whole or found.writer):
            why = "it ends before anything in it for this node; get a good copy"
            raise BadInput("file", f"{len(data)} bytes", why, code=CutShort.code)
        if not found.parts and found.others:
            raise BadInput("file", f"{len(data)} bytes", "it is for other nodes", code="not_a_bundle")
        with self._guard:
            return self.take(found)

    def _read_slip(self, data: bytes) -> ReadReport:
        """A slip says when nothing of it can be opened: it is for another node, or was not read well."""
        try:
            sealed = slip.parts(data)
        except RuleBroken as fault:
            detail = str(fault.params["detail"])
            raise BadInput("file", f"{len(data)} bytes", detail, code="not_a_bundle") from None
        with self._guard:
            taken = self._intake.unpack(sealed)
            senders = list(taken.good)
            if not senders:
                why = taken.refused[0].detail if taken.refused else "it is empty"
                raise BadInput("file", f"{len(data)} bytes", why, code="not_a_bundle")
            report = ReadReport(sender=Writer(node=senders[0], name=self._name(senders[0])))
            self._add(report, taken)
            self._remember(taken)
            report.answer = self._answers(senders[0])
        self._exchange.notify(taken.channels())
        return report

    def code(self, log: LogId, index: int, to: str) -> tuple[bytes, str]:
        """A slip for that node (name or fingerprint) with the record there; or, of its own log, the receipt.

        Also its name. Raises BadInput, Conflict.
        """
        node = self._node(to)
        if not self._exchange.shelf.shares(node.fingerprint, log.channel):
            raise BadInput("to", to, "a node that may read this channel")
        if node.fingerprint == log.node:
            return self._slips.receipt(log, node), node.name
        return self._slips.record(log, index, node), node.name

    def take(self, found: file.Found, *, by_hand: bool = True) -> ReadReport:
        """What was read of a file, lot by lot. by_hand: somebody carried it."""
        report = ReadReport(written=found.written, cut=not found.whole, others=found.others)
        if found.writer is not None:
            report.sender = Writer(node=found.writer, name=self._name(found.writer))
        expanded, channels = 0, set[str]()
        for start in range(0, len(found.parts), BATCH):
            if expanded > MAX_EXPANDED:
                detail = f"unpacks to more than {MAX_EXPANDED} bytes; parts from {start} on were not read"
                report.refused.append(RefusedPart(rule="exchange 11.5", fault="theirs", detail=detail))
                break
            taken = self._intake.read(found.parts[start : start + BATCH])
            expanded += taken.expanded
            channels |= taken.channels()
            self._add(report, taken)
            if found.writer is not None and taken.refused:
                self._exchange.refused(self._exchange.peer(found.writer), taken.refused, by_us=True)
            self._remember(taken)
        if found.writer is not None:
            if by_hand:
                set_carried(self._house.local, found.writer, "read", self._house.clock.now())
            report.answer = self._answers(found.writer)
        self._exchange.notify(channels)
        return report

    def _add(self, report: ReadReport, taken: Taken) -> None:
        for one in taken.reports:
            report.new += one.new
            report.known += one.known
            report.receipts += one.receipts
            report.statements += one.statements
            report.evidence += len(one.evidence)
            self._add_logs(report, one)
        report.fragments += taken.fragments
        report.blobs += taken.blobs
        for log, start in taken.early:
            missing = Missing(
                channel=log.channel,
                lane=log.lane,
                node=log.node,
                name=self._name(log.node),
                held=self._house.log.head(log).size,
                starts=start,
            )
            report.missing.append(missing)
        report.refused += [
            RefusedPart(rule=r.rule, fault=r.fault, detail=r.detail, kept=r.kept)
            for r in taken.refused
            if r.part not in taken.waits
        ]

    def _add_logs(self, report: ReadReport, one: Report) -> None:
        for log, (new, known) in one.logs.items():
            before = next((r for r in report.channels if (r.channel, r.lane, r.node) == _triple(log)), None)
            if before is not None:
                report.channels.remove(before)
                new, known = new + before.new, known + before.known  # noqa: PLW2901  the sum of both
            name = self._name(log.node)
            report.channels.append(
                LogRead(channel=log.channel, lane=log.lane, node=log.node, name=name, new=new, known=known)
            )

    def _remember(self, taken: Taken) -> None:
        """What the writers have, for their next file; and for their link, if there is one."""
        for sender, parts in taken.good.items():
            for part in parts:
                if isinstance(part, Have):
                    self._house.local.put(f"{HAVE}{sender}.{part.channel}", encode(part))
                    # What he lacked before this list, he says again after it.
                    self._house.local.put(f"{_WANTS}{sender}.{part.channel}", None)
                elif isinstance(part, Request):
                    self._house.local.put(f"{_WANTS}{sender}.{part.channel}", encode(part))
            peer = self._exchange.peer(sender)
            # Whoever holds two of these waits for neither; what is not heard here, he says again.
            if peer.lock.acquire(timeout=_LOCK_SECONDS):
                try:
                    if not peer.conversation.unknown:
                        peer.conversation.hear(parts)
                finally:
                    peer.lock.release()

    def _answers(self, writer: str) -> bool:
        node = self._house.trust.roster.node(writer)
        return node is not None and in_service(node) and bool(self._owed([node]))

    def _name(self, fingerprint: str) -> str:
        node = self._house.trust.roster.node(fingerprint)
        return node.name if node is not None else fingerprint[:8]


def _triple(log: LogId) -> tuple[str, str, str]:
    return log.channel, log.lane, log.node
