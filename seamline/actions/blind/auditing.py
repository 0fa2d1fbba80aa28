"""A joint audit of one sector-day (docs/spec/blind.md 7): wished by both, opened, and judged at every node.

- blind 7.3  an opening is read only if it fits the commitment the side signed
- blind 7.4  the facilitator answers only for places that both sides name alike
- blind 7.6  of a gap both name the masks too, alike, and he says the digits he received
"""

from __future__ import annotations

import struct
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np

from seamline.actions import view, write
from seamline.actions.blind import desk, runs
from seamline.actions.blind.runs import Run
from seamline.actions.blind.state import HostState, SideState, State
from seamline.actions.blind.steps import entry_of, opened_answer, plan_of, run_key, side_of, unsealed
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.blind import bits, clash, commitment, gap
from seamline.blind.commitment import Opening, Outcome
from seamline.blind.run import CLASH, GAP
from seamline.errors import BadInput, NotAllowed, RuleBroken
from seamline.log.keys import SealKey, seal
from seamline.records import registry
from seamline.records.blind import BlindAudit, BlindOpening, BlindReceived, Share
from seamline.store.ports import Row

Array = np.ndarray[Any, Any]
Leaf = tuple[int, int]
"""Day and area, from 0."""
_HEAD: Final = struct.Struct(">4sII")
_FORMS: Final = {CLASH: b"SBO2", GAP: b"SBO3"}
_MOST_MASK: Final = 5
_SEAL: Final = b"seamline/blind/audit/1\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What a side opens. places: of its cell-hours in what was sent; masks: of a gap, s + 3·(q − 1)."""

    opening: Opening
    places: Array
    masks: Array


@dataclass(frozen=True, slots=True)
class Audit:
    """wished: sides; opened, received: the records there are; outcomes: once all of it is here."""

    leaf: Leaf
    wished: set[str]
    opened: dict[str, Row]
    received: Row | None
    outcomes: list[Outcome] | None


def wishing(node: Node, officer: Officer, run_id: str, leaf: Leaf) -> write.Saying:
    """A side's wish to open one sector-day, to be drafted, signed and put. BadInput, NotAllowed."""
    officer.need("signatory")
    run = desk.find(node, officer, run_id)
    if officer.party not in run.terms.sides or node.joint:
        raise NotAllowed("the two sides open an audit, each at its own node")
    if run.answer is None or run.answer[1].verdict == "refused":
        raise BadInput("run", run_id, "a check that was answered")
    runs.built(run.universe_row, run.universe).leaf(*leaf)
    body = {"run": run_id, "day": leaf[0], "area": leaf[1]}
    return write.check(node, officer, write.Saying("blind_audit", run.channel, "routine", "en", body))


def wish(
    node: Node, officer: Officer, saying: write.Saying, attest: write.Attest
) -> Future[tuple[view.Item, bool]]:
    """Put what `wishing` made, signed."""
    return write.put(node, officer, saying, attest=attest)


def audits(node: Node, run: Run) -> list[Audit]:
    """All audits of a run, by day and area."""
    wished: dict[Leaf, set[str]] = {}
    opened: dict[Leaf, dict[str, Row]] = {}
    received: dict[Leaf, Row] = {}
    for ref in node.picture.refs_to(run.id):
        row = node.picture.record(ref.channel, ref.id)
        body = registry.read(row.kind, msgspec.json.decode(row.body)) if row and row.counts else None
        if row is None or row.channel != run.channel:
            continue
        if isinstance(body, BlindAudit) and row.signer and row.party in run.terms.sides:
            wished.setdefault((body.day, body.area), set()).add(row.party)
        elif isinstance(body, BlindOpening) and row.party in run.terms.sides:
            opened.setdefault((body.day, body.area), {}).setdefault(row.party, row)
        elif isinstance(body, BlindReceived) and row.party == run.terms.facilitator:
            received.setdefault((body.day, body.area), row)
    found = []
    for leaf in sorted(leaf for leaf in wished if _is_there(run, leaf)):
        one = Audit(leaf, wished[leaf], opened.get(leaf, {}), received.get(leaf), None)
        found.append(Audit(leaf, one.wished, one.opened, one.received, _outcomes(node, run, one)))
    return found


def listed(node: Node, officer: Officer, run_id: str) -> list[dict[str, Any]]:
    """The audits of a run for who may read it; day and sector count from 1; outcomes: None while open."""
    run = desk.find(node, officer, run_id)
    return [
        {
            "day": one.leaf[0] + 1,
            "sector": one.leaf[1] + 1,
            "wished": sorted(one.wished),
            "outcomes": None
            if one.outcomes is None
            else [{"party": o.party, "code": o.code, "cells": o.cells} for o in one.outcomes],
        }
        for one in audits(node, run)
    ]


def _is_there(run: Run, leaf: Leaf) -> bool:
    return leaf[0] < run.universe.days and leaf[1] < len(run.universe.areas)


# ------------------------------------------------------------ what nodes do by themselves


def step(node: Node, state: State, run: Run) -> bool:
    """The next step of an audit at this node; False if there is none."""
    transcript = run.transcript()
    if transcript is None or run.answer is None:
        return False
    for one in audits(node, run):
        if one.wished != set(run.terms.sides):
            continue
        own, host = state.side(run.id), state.host(run.id)
        if node.party in run.terms.sides and own is not None and node.party not in one.opened:
            _post(node, run, "blind_opening", one.leaf, _opening(run, node.party, own, transcript, one.leaf))
            return True
        if node.party == run.terms.facilitator and host is not None and one.received is None:
            data = _received(node, run, host, transcript, one)
            if data is not None:
                _post(node, run, "blind_received", one.leaf, data)
                return True
    return False


def _opening(run: Run, side: str, own: SideState, transcript: bytes, leaf: Leaf) -> bytes:
    made = runs.built(run.universe_row, run.universe)
    plan, where = plan_of(run, own), made.leaf(*leaf)
    masks = b""
    if run.terms.check == CLASH:
        places = side_of(run, side, own, transcript).order[where]
    else:
        places, drawn = gap.placed(run.terms, run_key(run, side, own, transcript), where)
        masks = drawn.tobytes()
    opened = commitment.open_leaf(made, plan, own.salt, *leaf).to_bytes()
    head = _HEAD.pack(_FORMS[run.terms.check], len(opened), len(places))
    return head + opened + places.astype(">u4").tobytes() + masks


def read_opening(data: bytes, check: str = CLASH) -> Told:
    """What a side opens; RuleBroken blind 7.3 for other bytes."""
    if len(data) < _HEAD.size:
        raise RuleBroken("blind 7.3", "the opening was cut short")
    form, size, count = _HEAD.unpack_from(data)
    each = 4 if check == CLASH else 5
    if form != _FORMS[check] or len(data) != _HEAD.size + size + each * count:
        raise RuleBroken("blind 7.3", "no opening")
    opened = commitment.read_opening(data[_HEAD.size : _HEAD.size + size])
    places = np.frombuffer(data, dtype=">u4", count=count, offset=_HEAD.size + size).astype(np.int64)
    if count != len(opened.flags):
        raise RuleBroken("blind 7.3", f"{count} places for {len(opened.flags)} cell-hours")
    masks = np.frombuffer(data, dtype=np.uint8, offset=_HEAD.size + size + 4 * count)
    if (masks > _MOST_MASK).any():
        raise RuleBroken("blind 7.3", "masks that cannot be")
    return Told(opened, places, masks)


def _received(node: Node, run: Run, own: HostState, transcript: bytes, audit: Audit) -> bytes | None:
    """What came from each side, and what was posted, at the places both name; None while something lacks."""
    told = [_blob(node, run, audit.opened[side]) for side in run.terms.sides if side in audit.opened]
    if len(told) != 2 or None in told:
        return None
    one, other = (read_opening(data or b"", run.terms.check) for data in told)
    size = clash.places(run.terms) if run.terms.check == CLASH else gap.length(run.terms)
    alike = np.array_equal(one.places, other.places) and np.array_equal(one.masks, other.masks)
    if not alike or len(set(one.places.tolist())) != len(one.places) or (one.places >= size).any():
        raise RuleBroken("blind 7.4", "the sides name different places")
    got = [unsealed(node, run, own, transcript, side) for side in run.terms.sides]
    if any(data is None for data in got):
        return None
    if run.terms.check == CLASH:
        flags = [bits.unpack(data or b"", size, "blind 5.4")[one.places] for data in got]
        return b"".join(bits.pack(each) for each in (*flags, flags[0] & flags[1]))
    digits = [gap.digits_at(np.frombuffer(data or b"", dtype=np.uint8), one.places) for data in got]
    return b"".join(each.tobytes() for each in digits) + bits.pack(digits[0] == digits[1])


# ------------------------------------------------------------ judging


def _outcomes(node: Node, run: Run, audit: Audit) -> list[Outcome] | None:
    if audit.received is None or set(audit.opened) != set(run.terms.sides):
        return None
    read: dict[str, Told] = {}
    for side, row in audit.opened.items():
        data = _blob(node, run, row)
        if data is None:
            return None
        try:
            read[side] = read_opening(data, run.terms.check)
        except RuleBroken:
            nothing = np.zeros(0, dtype=np.uint8)
            read[side] = Told(Opening(*audit.leaf, b"", nothing.astype(bool), ()), nothing, nothing)
    made = runs.built(run.universe_row, run.universe)
    where = made.leaf(*audit.leaf)
    count = where.stop - where.start
    data = _blob(node, run, audit.received)
    if data is None:
        return None
    if len(data) != _received_size(run, count):
        return [Outcome(run.terms.facilitator, "differs", count)]
    roots = {side: bytes.fromhex(run.consents[side][1].commitment) for side in run.terms.sides}
    openings = {side: told.opening for side, told in read.items()}
    host = run.terms.facilitator
    if run.terms.check == CLASH:
        each = -(-count // 8)
        cut = (data[i * each : (i + 1) * each] for i in range(3))
        one, other, both = (bits.unpack(part, count, "blind 7.4") for part in cut)
        received = dict(zip(run.terms.sides, (one, other), strict=True))
        return commitment.judge(made, roots, openings, received, host, _answered(node, run, where, both))
    digits = np.frombuffer(data, dtype=np.uint8, count=2 * count).reshape(2, count)
    received = dict(zip(run.terms.sides, digits, strict=True))
    sent = {side: _sent(run, side, told, count) for side, told in read.items()}
    said = bits.unpack(data[2 * count :], count, "blind 7.4")
    return commitment.judge(made, roots, openings, received, host, said, sent)


def _received_size(run: Run, count: int) -> int:
    """Bits of each side and of both; or digits of each, and bits where they are equal (blind 7.4, 7.6)."""
    packed = -(-count // 8)
    return 3 * packed if run.terms.check == CLASH else 2 * count + packed


def _sent(run: Run, side: str, told: Told, count: int) -> Array:
    """Digits that no share has, where the opening is none."""
    if len(told.masks) != count:
        return np.full(count, 3, dtype=np.uint8)
    return gap.sent(told.masks, told.opening.flags, run.terms.place(side))


def _answered(node: Node, run: Run, where: slice, otherwise: Array) -> Array:
    """What the facilitator's answer says of these cell-hours, as this side reads it; else as he says it."""
    own, transcript = State(node.local).side(run.id), run.transcript()
    answer = run.answers[run.terms.facilitator][1]
    data = node.blobs.get(answer.shares[0].hash) if answer.shares else None
    if own is None or transcript is None or data is None:
        return otherwise
    mine = side_of(run, node.party, own, transcript)
    try:
        _, shuffled = clash.read_answer(
            opened_answer(own, transcript, data), transcript, clash.places(run.terms)
        )
    except RuleBroken:
        return otherwise
    hit = np.zeros(clash.places(run.terms), dtype=bool)
    hit[shuffled] = True
    found: Array = hit[mine.order[where]]
    return found


def _blob(node: Node, run: Run, row: Row) -> bytes | None:
    """What all three open with their keys of the run, and nobody who carries it; None if it is not here."""
    body: Any = registry.read(row.kind, msgspec.json.decode(row.body))
    data = node.blobs.get(body.shares[0].hash) if body is not None and body.shares else None
    state, transcript = State(node.local), run.transcript()
    own = state.side(run.id) or state.host(run.id)
    if data is None or own is None or transcript is None:
        return None
    try:
        return SealKey(own.seed).open(data, _SEAL + transcript)
    except RuleBroken:
        # Not what it should be: read as an opening of nothing.
        return b""


def _post(node: Node, run: Run, kind: str, leaf: Leaf, data: bytes) -> None:
    to = [bytes.fromhex(c.key) for _, c in run.consents.values()]
    to.append(bytes.fromhex(run.keys[run.terms.facilitator][1].key))
    sealed = seal(to, data, _SEAL + (run.transcript() or b""))
    share = msgspec.to_builtins(Share(node.blobs.put(sealed), len(sealed)))
    body = {"run": run.id, "day": leaf[0], "area": leaf[1], "shares": [share]}
    entry = entry_of(node, kind, body)
    node.writer.submit(lambda tx: write.append(node, tx, run.channel, "routine", entry, no=0)).result()
