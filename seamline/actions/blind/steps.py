"""What a node does of a run by itself, once its signatory has consented: one step after the other, resumable.

Each step is decided from the records and local state alone, so it makes no difference in which order things
arrive, by which carrier, or how often somebody was restarted. Bytes are kept before their entry is appended.

- blind 4.8  what was made once is sent again as it was made
- blind 5.5, 6.5  the facilitator answers a share he cannot take with the rule that it breaks
- blind 5.8 to 5.10  a side says which rule a false answer breaks, and uses nothing of it
"""

from __future__ import annotations

import os
from typing import Any

import msgspec
import numpy as np

from seamline.actions import write
from seamline.actions.blind import crossing, ledger, runs, telling
from seamline.actions.blind.runs import Run
from seamline.actions.blind.state import HostState, SideState, State
from seamline.actions.node import Node
from seamline.actions.writer import Tx
from seamline.blind import bits, budget, clash, gap, keys
from seamline.blind.run import CLASH
from seamline.errors import BadInput, RuleBroken
from seamline.log import entry as entries
from seamline.log.entry import Entry
from seamline.log.keys import SealKey, seal
from seamline.records.blind import BlindAnswer, Share

Array = np.ndarray[Any, Any]
MOST_STEPS = 20


def advance(node: Node) -> int:
    """Do whatever can be done now for every run; how many entries were said. A joint node does nothing."""
    if node.joint:
        return 0
    done = 0
    for run in runs.runs(node):
        for _ in range(MOST_STEPS):
            current = runs.load(node.picture, run.row)
            if current is None or current.terms.until <= node.clock.now() or not _step(node, current):
                break
            done += 1
    return done


def _step(node: Node, run: Run) -> bool:
    """The next step of one run at this node; False if there is none."""
    state = State(node.local)
    if run.void:
        state.put_fault(run.id, run.void)
        return False
    # An audit rests on what is made here.
    from seamline.actions.blind import auditing

    try:
        if node.party in run.terms.sides:
            return _side(node, state, run) or auditing.step(node, state, run)
        if node.party != run.terms.facilitator:
            return False
        return _host(node, state, run) or auditing.step(node, state, run)
    except RuleBroken as fault:
        state.put_fault(run.id, fault.rule)
    except BadInput as fault:
        state.put_fault(run.id, fault.code)
    return False


# ------------------------------------------------------------ a side


def _side(node: Node, state: State, run: Run) -> bool:
    own = state.side(run.id)
    if own is None or own.done or own.left:
        return False
    if node.party not in run.consents:
        # Burnt, and then we crashed: the very same consent.
        _append(node, run.channel, entries.from_bytes(own.entry))
        return True
    if node.party in run.outcomes:
        state.put_side(msgspec.structs.replace(own, done=True))
        return False
    transcript = run.transcript()
    if transcript is None or _mine(run, node.party) != entries.from_bytes(own.entry).body:
        return False
    if node.party not in run.shares:
        return _send(node, state, run, own, transcript)
    return run.answer is not None and _conclude(node, state, run, own, transcript)


def _send(node: Node, state: State, run: Run, own: SideState, transcript: bytes) -> bool:
    if not own.share:
        if not runs.is_agreed(node.picture, run):
            raise RuleBroken("blind 1.5", "the universe no longer stands")
        _not_answered_elsewhere(node, run)
        sealed = _share(run, node.party, own, transcript)
        own = msgspec.structs.replace(own, share=node.blobs.put(sealed), size=len(sealed))
        state.put_side(own)
    channel = run.side_channel(node.party)
    node.open_channel(channel)
    body = {"run": run.id, "transcript": transcript.hex(), "shares": [_named(own.share, own.size)]}
    _append(node, channel, entry_of(node, "blind_share", body))
    return True


def _not_answered_elsewhere(node: Node, run: Run) -> None:
    """Each question is answered once, whatever else was begun about it (blind 3.7)."""
    if crossing.answered(run, crossing.same(node, run)):
        raise RuleBroken("blind 3.7", "another run that asks the same was answered")


def _share(run: Run, side: str, own: SideState, transcript: bytes) -> bytes:
    key, plan = run_key(run, side, own, transcript), plan_of(run, own)
    if run.terms.check == CLASH:
        share = clash.Side(run.terms, side, transcript, key, plan).share()
    else:
        share = gap.share(run.terms, side, transcript, key, plan)
    facilitator = bytes.fromhex(run.keys[run.terms.facilitator][1].key)
    return keys.seal(facilitator, transcript, side, share)


def run_key(run: Run, side: str, own: SideState, transcript: bytes) -> bytes:
    """The key that the two sides of this run have, and nobody else (blind 4.4)."""
    other = run.consents[run.terms.other(side)][1]
    return keys.run_key(own.seed, bytes.fromhex(other.key), transcript)


def plan_of(run: Run, own: SideState) -> Array:
    """The plan this side committed to."""
    packed = bits.loosen(own.plan, -(-run.terms.cells // 8), "blind 4.2")
    return bits.unpack(packed, run.terms.cells, "blind 4.2")


def side_of(run: Run, side: str, own: SideState, transcript: bytes) -> clash.Side:
    """This side of a clash, with its permutation."""
    return clash.Side(run.terms, side, transcript, run_key(run, side, own, transcript), plan_of(run, own))


def _conclude(node: Node, state: State, run: Run, own: SideState, transcript: bytes) -> bool:
    """Say what came of it: in the channel of all whether it is sound, in one's own where and when."""
    said = run.answers[run.terms.facilitator][1]
    outcome: dict[str, Any] = {"run": run.id, "transcript": transcript.hex()}
    learnt: dict[str, Any] | None = None
    met = 0
    if said.transcript != transcript.hex():
        outcome |= {"found": "false", "rule": "blind 4.3"}
    elif said.verdict in ("over", "refused"):
        outcome |= {"found": said.verdict} | ({"rule": said.rule} if said.rule else {})
    elif said.verdict == "taken":
        outcome |= {"found": "sound"}
    else:
        data = node.blobs.get(said.shares[0].hash) if said.shares else b""
        if data is None:
            return False
        try:
            found = side_of(run, node.party, own, transcript).read(opened_answer(own, transcript, data))
        except RuleBroken as fault:
            outcome |= {"found": "false", "rule": fault.rule}
        else:
            met = len(found)
            outcome |= {"found": "sound", "count": met}
            rate = met / own.marked if own.marked else 0.0
            alarm = budget.rate_is_high(state.rates(), rate)
            learnt = telling.learnt(run, found, own.marked, alarm=alarm)

    def job(tx: Tx) -> None:
        write.append(node, tx, run.channel, "routine", entry_of(node, "blind_outcome", outcome), no=0)
        if learnt is not None:
            write.append(node, tx, node.party, "routine", entry_of(node, "blind_learnt", learnt), no=0)

    node.writer.submit(job).result()
    state.put_side(msgspec.structs.replace(own, done=True))
    if learnt is not None and own.marked:
        state.add_rate(met / own.marked)
    return True


def opened_answer(own: SideState, transcript: bytes, data: bytes) -> bytes:
    """The answer that was sealed to this side; RuleBroken blind 5.6."""
    try:
        return SealKey(own.seed).open(data, telling.ANSWER + transcript)
    except RuleBroken as fault:
        raise RuleBroken("blind 5.6", f"not sealed to this side: {fault.rule}") from None


def _mine(run: Run, party: str) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(run.consents[party][0].body)
    return body


# ------------------------------------------------------------ the facilitator


def hosts_here(node: Node, run: Run) -> bool:
    """Whether the facilitator witnessed the universe at this very node: then this node hosts its runs."""
    found = False
    for ref in node.picture.refs_to(run.universe_row.id, "endorses"):
        by = node.picture.record(ref.channel, ref.id)
        here = by is not None and by.signer and by.node == node.key.fingerprint
        if by and here and ref.hash == run.universe_row.hash:
            found = found or msgspec.json.decode(by.body).get("part") == "witness"
    return found


def _host(node: Node, state: State, run: Run) -> bool:
    if not hosts_here(node, run) or node.party in run.answers:
        return False
    own = state.host(run.id)
    if node.party not in run.keys:
        others = crossing.same(node, run)
        if crossing.gives_way(run, others):
            return False
        if not runs.is_agreed(node.picture, run):
            raise RuleBroken("blind 1.5", "the universe does not stand")
        made = runs.built(run.universe_row, run.universe)
        wanted = budget.spending(made, run.id, run.terms.check, run.terms.amends)
        before = {one.id for one in others if crossing.gives_way(one, [run])}
        budget.check((one for one in ledger.spent(node, node.party) if one.run not in before), wanted)
        if own is None:
            own = HostState(run.id, run.channel, run.terms.until, os.urandom(32), os.urandom(32))
            state.put_host(own)
        body = {"run": run.id, "terms": run.terms.hash.hex(), "key": keys.public(own.seed).hex()}
        _append(node, run.channel, entry_of(node, "blind_key", body))
        return True
    transcript = run.transcript()
    if own is None or transcript is None or set(run.shares) != set(run.terms.sides):
        return False
    return _answer(node, state, run, own, transcript)


def _answer(node: Node, state: State, run: Run, own: HostState, transcript: bytes) -> bool:
    if not own.answer:
        _not_answered_elsewhere(node, run)
        sealed = {side: node.blobs.get(run.shares[side][1].shares[0].hash) for side in run.terms.sides}
        if any(data is None for data in sealed.values()):
            return False
        answer, learnt = _judged(node, run, own, transcript, {s: d or b"" for s, d in sealed.items()})
        own = msgspec.structs.replace(
            own,
            answer=msgspec.json.encode(answer),
            learnt=msgspec.json.encode(learnt) if learnt is not None else b"",
        )
        state.put_host(own)
    body = msgspec.json.decode(own.answer)

    def job(tx: Tx) -> None:
        write.append(node, tx, run.channel, "routine", entry_of(node, "blind_answer", body), no=0)
        if own.learnt:
            told = entry_of(node, "blind_learnt", msgspec.json.decode(own.learnt))
            write.append(node, tx, node.party, "routine", told, no=0)

    node.writer.submit(job).result()
    return True


def unsealed(node: Node, run: Run, own: HostState, transcript: bytes, side: str) -> bytes | None:
    """A side's share as the facilitator received it, bits or packed digits; None if it is not here."""
    data = node.blobs.get(run.shares[side][1].shares[0].hash) if side in run.shares else None
    if data is None:
        return None
    share = keys.unseal(own.seed, transcript, side, data)
    if run.terms.check == CLASH:
        return clash.read_share(run.terms, side, transcript, share)
    return gap.read_share(run.terms, side, transcript, share)[1].tobytes()


def _judged(
    node: Node, run: Run, own: HostState, transcript: bytes, sealed: dict[str, bytes]
) -> tuple[BlindAnswer, dict[str, Any] | None]:
    """The answer to both sides, and what the facilitator himself learnt of a gap."""
    terms = run.terms
    if terms.check == CLASH:
        opened: dict[str, bytes] = {}
        for side, data in sealed.items():
            try:
                plain = keys.unseal(own.seed, transcript, side, data)
                opened[side] = clash.read_share(terms, side, transcript, plain)
            except RuleBroken as fault:
                return _refused(run, transcript, fault.rule, side), None
        one, other = (opened[side] for side in terms.sides)
        made = clash.answer(terms, transcript, one, other, own.salt)
        said = BlindAnswer(run=run.id, transcript=transcript.hex(), verdict="over", digest=made.digest.hex())
        if made.data is None:
            return said, None
        to = [bytes.fromhex(run.consents[side][1].key) for side in terms.sides]
        sealed_answer = seal(to, made.data, telling.ANSWER + transcript)
        share = Share(node.blobs.put(sealed_answer), len(sealed_answer))
        return msgspec.structs.replace(said, verdict="met", count=made.count, shares=[share]), None
    return _judged_gap(run, own, transcript, sealed)


def _judged_gap(
    run: Run, own: HostState, transcript: bytes, sealed: dict[str, bytes]
) -> tuple[BlindAnswer, dict[str, Any] | None]:
    read = {}
    for side, data in sealed.items():
        try:
            plain = keys.unseal(own.seed, transcript, side, data)
            read[side] = gap.read_share(run.terms, side, transcript, plain)
        except RuleBroken as fault:
            return _refused(run, transcript, fault.rule, side), None
    one, other = (read[side] for side in run.terms.sides)
    try:
        found = gap.open_for_both(run.terms, one, other)
    except RuleBroken as fault:
        return _refused(run, transcript, fault.rule, None), None
    if len(found) > run.terms.result_cap:
        return BlindAnswer(run=run.id, transcript=transcript.hex(), verdict="over"), None
    said = BlindAnswer(run=run.id, transcript=transcript.hex(), verdict="taken")
    return said, telling.learnt(run, found, 0, alarm=False)


def _refused(run: Run, transcript: bytes, rule: str, side: str | None) -> BlindAnswer:
    return BlindAnswer(run=run.id, transcript=transcript.hex(), verdict="refused", rule=rule, party=side)


# ------------------------------------------------------------ saying


def _named(hash: str, size: int) -> dict[str, Any]:
    named: dict[str, Any] = msgspec.to_builtins(Share(hash, size))
    return named | {"type": Share(hash, size).type}


def entry_of(node: Node, kind: str, body: dict[str, Any]) -> Entry:
    """The node itself speaks, for its party."""
    return Entry(node.clock.new_id(), kind, node.party, "node", node.clock.now(), body)


def _append(node: Node, channel: str, entry: Entry) -> None:
    node.writer.submit(lambda tx: write.append(node, tx, channel, "routine", entry, no=0)).result()
