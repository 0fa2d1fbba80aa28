"""What officers do about blind checks: agree on a universe, start a run, consent to it in numbers, propose.

- blind 3.6  a joint node takes no part
- blind 1.5  no run over a universe that does not stand
- blind 3.4  no second plan under one run
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from seamline.actions import view, write
from seamline.actions.blind import crossing, ledger, plans, runs, status
from seamline.actions.blind.state import SideState, State
from seamline.actions.endorsing import standing_revision
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.blind import bits, budget, keys, universe
from seamline.blind.commitment import commit
from seamline.blind.run import CLASH
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound
from seamline.log import entry as entries
from seamline.log.channel import channel_id
from seamline.log.entry import Entry
from seamline.records.blind import DAY
from seamline.store.ports import Row

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """A universe as it is proposed. areas: ids of sectors or watch lists in force; start: ms.

    cap, result_cap: cell-hours; None: a tenth and a hundredth of the universe.
    """

    name: str
    check: str
    other: str
    facilitator: str
    areas: tuple[str, ...]
    start: int
    days: int
    res: int = 8
    cap: int | None = None
    result_cap: int | None = None
    term_days: int = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A consent before it is signed: what to sign, and what it means in numbers."""

    entry: Entry
    signing: bytes
    numbers: Json


def propose(
    node: Node, officer: Officer, wish: Wish, attest: write.Attest | None = None
) -> Future[tuple[view.Item, bool]]:
    """Put a universe into the channel of all three; it is in force once both sides endorsed it. BadInput."""
    _own_node(node)
    channel = channel_id([officer.party, wish.other, wish.facilitator])
    body = _universe(node, officer, wish, channel)
    return write.put(node, officer, write.Saying("universe", channel, "routine", "en", body), attest=attest)


def start(
    node: Node, officer: Officer, universe_id: str, amends: str | None = None
) -> Future[tuple[view.Item, bool]]:
    """Start a run over a universe in force; one that was begun and has no answer yet is gone on with.

    BadInput, NotAllowed, NotFound.
    """
    _own_node(node)
    row = view.find(node, officer, node.picture, universe_id)
    agreed = runs.agreed(node.picture, row)
    if agreed is None:
        raise BadInput(
            "universe", universe_id, "both sides endorse it, and the facilitator witnesses it, first"
        )
    if officer.party not in agreed.sides:
        raise NotAllowed("only a side starts a run")
    made = runs.built(row, agreed)
    begun = _begun(node, row, amends)
    if begun is not None:
        done: Future[tuple[view.Item, bool]] = Future()
        done.set_result((view.item(node, officer, begun.row), False))
        return done
    budget.check(ledger.spent(node, officer.party), budget.spending(made, "", agreed.check_kind, amends))
    until = max(node.clock.now(), made.end) + agreed.term_days * DAY
    body = {"universe": row.id, "hash": row.hash, "until": until} | ({"amends": amends} if amends else {})
    return write.put(node, officer, write.Saying("blind_run", row.channel, "routine", "en", body))


def _begun(node: Node, universe_row: Row, amends: str | None) -> runs.Run | None:
    """The run over this very universe that goes on, begun before a crash or by the other side (blind 3.7)."""
    now = node.clock.now()
    asked = [
        run
        for run in runs.runs(node)
        if (run.universe_row.hash, run.terms.amends) == (universe_row.hash, amends) and not run.void
    ]
    if any(run.answer for run in asked):
        return None
    found = [run for run in asked if run.terms.until > now]
    return crossing.goes_on(found)


def draft_consent(node: Node, officer: Officer, run_id: str) -> Asked:
    """What his side's consent says and means; nothing leaves yet. BadInput, NotAllowed, Conflict.

    The plan is taken as it stands now, and is the one that is checked.
    """
    officer.need("signatory")
    run, made = _may_consent(node, officer, run_id)
    plan = plans.marks(node, officer.party, run.terms.other(officer.party), made, run.terms.check)
    marked = int(np.count_nonzero(plan))
    if run.terms.check == CLASH and marked > run.terms.cap:
        raise BadInput("plan", marked, f"at most {run.terms.cap} cell-hours", code="blind_over")
    seed, salt = os.urandom(32), os.urandom(32)
    body = {
        "run": run.id,
        "terms": run.terms.hash.hex(),
        "commitment": commit(made, plan, salt).hex(),
        "key": keys.public(seed).hex(),
    }
    saying = write.check(node, officer, write.Saying("blind_consent", run.channel, "routine", "en", body))
    entry, signing = write.draft(node, officer, saying)
    kept = SideState(
        run.id,
        run.channel,
        run.terms.until,
        entries.to_bytes(entry),
        seed,
        salt,
        bits.squeeze(bits.pack(plan)),
        marked,
    )
    State(node.local).put_draft(kept)
    return Asked(entry, signing, numbers(run, marked))


def consent(
    node: Node, officer: Officer, run_id: str, attest: write.Attest
) -> Future[tuple[view.Item, bool]]:
    """Put the consent that was drafted, signed. The run is burnt on disk first (blind 3.4). Conflict."""
    officer.need("signatory")
    state = State(node.local)
    run, made = _may_consent(node, officer, run_id)
    drafted = state.draft(run_id)
    if drafted is None or entries.from_bytes(drafted.entry).id != attest.id:
        raise Conflict("another draft was made since; read its numbers and sign that", code="conflict")
    body = entries.from_bytes(drafted.entry).body
    saying = write.check(node, officer, write.Saying("blind_consent", run.channel, "routine", "en", body))
    signed = write.draft_entry(node, officer, saying, attest)
    spent = budget.spending(made, run.id, run.terms.check, run.terms.amends)
    # Before this one is burnt: a crash between the two leaves nothing that both could be answered from.
    for crossed in crossing.left_by(node, officer.party, run):
        state.leave(crossed)
    state.burn(msgspec.structs.replace(drafted, entry=entries.to_bytes(signed)), spent)
    return write.put(node, officer, saying, attest=attest)


def numbers(run: runs.Run, marked: int) -> Json:
    """What a consent means. other_most: most cell-hours of one's own that the other side can learn.

    facilitator: "count" (how many met) or "open" (which neither watches); together: what he and the other
    side learn if they put together what they hold.
    """
    clash = run.terms.check == CLASH
    return {
        "marked": marked,
        "cells": run.terms.cells,
        "cap": run.terms.cap,
        "result_cap": run.terms.result_cap,
        "other_most": min(marked, run.terms.result_cap) if clash else 0,
        "facilitator": "count" if clash else "open",
        "facilitator_most": 0 if clash else min(marked, run.terms.result_cap),
        "together": marked,
        "until": run.terms.until,
    }


def find(node: Node, officer: Officer, run_id: str) -> runs.Run:
    """The run, if he may read it; NotFound alike for absent and forbidden."""
    row = view.find(node, officer, node.picture, run_id)
    run = runs.load(node.picture, row)
    if run is None:
        raise NotFound(f"no blind check {run_id}")
    return run


def _may_consent(node: Node, officer: Officer, run_id: str) -> tuple[runs.Run, universe.Universe]:
    _own_node(node)
    run = find(node, officer, run_id)
    if officer.party not in run.terms.sides:
        raise NotAllowed("only the two sides consent")
    if officer.party in run.consents or State(node.local).is_burnt(run.id):
        raise Conflict("this run was consented to already", code="blind_burnt")
    if run.void or run.terms.until <= node.clock.now() or not runs.is_agreed(node.picture, run):
        raise BadInput("run", run.id, "its universe no longer stands; start another", code="blind_stale")
    made = runs.built(run.universe_row, run.universe)
    wanted = budget.spending(made, run.id, run.terms.check, run.terms.amends)
    crossed = crossing.left_by(node, officer.party, run)
    budget.check((one for one in ledger.spent(node, officer.party) if one.run not in crossed), wanted)
    return run, made


def _universe(node: Node, officer: Officer, wish: Wish, channel: str) -> Json:
    areas = [_area(node, officer, id) for id in wish.areas]
    made = universe.build([a["geometry"] for a in areas], wish.res, wish.start, wish.days)
    cap = wish.cap if wish.cap is not None else made.size // 10
    result_cap = wish.result_cap if wish.result_cap is not None else max(1, min(cap, made.size // 100))
    universe.check_caps(made.size, cap, result_cap)
    node.held(channel)
    return {
        "name": wish.name,
        "check_kind": wish.check,
        "sides": sorted([officer.party, wish.other]),
        "facilitator": wish.facilitator,
        "areas": areas,
        "start": wish.start,
        "days": wish.days,
        "res": wish.res,
        "cells": made.size,
        "digest": made.digest.hex(),
        "cap": cap,
        "result_cap": result_cap,
        "term_days": wish.term_days,
    }


def _area(node: Node, officer: Officer, id: str) -> Json:
    """The ground of a sector or watch list that is in force: whole, as it was agreed (blind 1.1)."""
    row = view.find(node, officer, node.picture, id)
    if row.kind not in ("sector", "watch"):
        raise BadInput("areas", id, "a sector or a watch list", code="blind_areas")
    stands = standing_revision(node.picture, row, node.clock.now())
    if stands is None:
        raise BadInput("areas", id, "a sector or watch list that both sides endorsed", code="blind_areas")
    body = msgspec.to_builtins(stands[1])
    place: Json = body["place"]
    return {"geometry": place["geometry"], "name": body["name"]}


def _own_node(node: Node) -> None:
    if node.joint:
        raise NotAllowed("a joint node takes no part in blind checks", code="blind_joint")


def suggest(
    node: Node, officer: Officer, run_id: str, side: str, spot: int, remarks: str = ""
) -> Future[tuple[view.Item, bool]]:
    """The facilitator asks one side about one place of a gap (blind 6.7); the other never hears of it."""
    _own_node(node)
    run = find(node, officer, run_id)
    if officer.party != run.terms.facilitator or side not in run.terms.sides:
        raise NotAllowed("the facilitator proposes, to one of the two sides")
    told = status.one(node, officer, run_id)["learnt"]
    if told is None or not 0 <= spot < len(told["spots"]):
        raise BadInput("spot", spot, "the number of a place of this run's list, from 0")
    place = told["spots"][spot]
    body = {
        "run": run_id,
        "place": {
            "geometry": {"type": "Point", "coordinates": place["where"]},
            "accuracy_m": place["accuracy_m"],
        },
        "when": {"start": place["start"], "end": place["end"]},
        "remarks": remarks,
    }
    channel = run.side_channel(side)
    node.open_channel(channel)
    return write.put(node, officer, write.Saying("blind_proposal", channel, "routine", "en", body))
