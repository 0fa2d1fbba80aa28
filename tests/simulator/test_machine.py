"""After any schedule the laws hold: 2,000 here, 100,000 in `make soak`; and the machine can fail."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from seamline.actions import fold, receive
from seamline.actions.evidence import EvidenceBook
from seamline.actions.receive import Receive, Report
from seamline.actions.standing import Standing
from seamline.exchange import gather, holdings
from seamline.log import roster
from seamline.log.part import Part, Run
from seamline.log.roster import Roster
from seamline.log.run import Checked, open_head
from tests.simulator.cheap import cheap
from tests.simulator.machine import Machine

SOAK = bool(os.environ.get("SEAMLINE_SOAK"))
SHARDS, EACH = (200, 500) if SOAK else (4, 500)
STEPS = (10, 14, 18, 24)


def play(number: int, schedules: int, steps: int, phases: Iterable[Phase]) -> None:
    """That many schedules of a seed; one that fails is shrunk and printed rule by rule."""
    machine = seed(number)(type("Machine", (Machine,), {}))
    how = settings(
        max_examples=schedules,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        report_multiple_bugs=False,
        print_blob=True,
        phases=tuple(phases),
    )
    with cheap(), less_sweeping():
        run_state_machine_as_test(machine, settings=how)


@contextmanager
def less_sweeping() -> Iterator[None]:
    """Python looks for garbage less often: a fifth of the time otherwise goes there."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize("shard", range(SHARDS), ids=lambda n: f"shard {n}")
def test_after_any_schedule_the_laws_hold(shard: int, capsys: pytest.CaptureFixture[str]) -> None:
    start, told = time.monotonic(), "went no further"
    try:
        play(shard, EACH, STEPS[shard % len(STEPS)], (Phase.generate, Phase.shrink))
        told = f"{EACH} schedules, {EACH / (time.monotonic() - start):.1f}/s"
    except BaseException as fault:
        # At once and not in the end: an hour may lie between, and somebody may stop the rest.
        told = "\n".join([repr(fault), *getattr(fault, "__notes__", ())])
        raise
    finally:
        if SOAK:
            with capsys.disabled():
                print(f"shard {shard}: {told}", file=sys.stderr, flush=True)


# ------------------------------------------------------------ the machine can fail


def no_prefix_check(patch: pytest.MonkeyPatch) -> None:
    """A run is taken whatever it leads to, and no head is held against what is here."""

    def check(run: Run, held: Any, size: int, public: bytes) -> Checked:
        head, note = open_head(run.log, run.head, public)
        new = run.entries[size - run.start :]
        return Checked(run.log, size, len(run.entries) - len(new), new, head, note)

    patch.setattr(receive, "check_run", check)
    for name in ("against_tree", "against_kept", "against_proof"):
        patch.setattr(receive, name, lambda *given: None)


def receipts_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """What is in a part is signed for, and then kept."""
    apply = Receive.apply

    def hasty(self: Receive, sender: str, parts: Sequence[Part]) -> Report:
        runs = [part for part in parts if isinstance(part, Run) and part.log.node == sender]
        for run in runs:
            _, note = open_head(run.log, run.head, self._trust.roster.node(sender).key)  # type: ignore[union-attr] # it sent this
            mine = receive.receipt.give(note, self._key, self._clock.now())
            stored = receive.StoredReceipt(run.log, self._key.fingerprint, run.head.size, mine, 0)
            self._run(lambda tx, stored=stored: tx.put_receipt(stored))  # type: ignore[misc] # a lambda with a default
        return apply(self, sender, parts)

    patch.setattr(Receive, "apply", hasty)


def folding_after_a_revocation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Roster, "revocation", lambda self, log: None)


def forks_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EvidenceBook, "add", lambda self, found, now=None: False)


def channels_mixed_up(patch: pytest.MonkeyPatch) -> None:
    """All is shared with everyone, and the last gate is open too."""
    for module in (holdings, gather):
        patch.setattr(module, "may_hold", lambda owners, channel: True)


def an_older_revision_wins(patch: pytest.MonkeyPatch) -> None:
    """The first one, and not law 2."""

    def choose(self: Any, picture: Any, channel: str, id: str) -> None:
        rows = [r for r in picture.revisions(channel, id) if r.counts]
        if rows:
            picture.set_current(channel, id, min(rows, key=lambda r: r.rev).hash)

    patch.setattr(fold.Fold, "_choose", choose)


def evidence_kept_to_oneself(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gather.Gatherer, "_evidence", lambda self, spec: None)


def half_a_revocation(patch: pytest.MonkeyPatch) -> None:
    """Of what a captured node said, one entry too many counts."""
    counts = roster.Roster.counts
    patch.setattr(Roster, "counts", lambda self, log, index: counts(self, log, max(0, index - 1)))


def anybody_speaks_for_a_party(patch: pytest.MonkeyPatch) -> None:
    """Who signed is not looked at, nor whether anybody did."""
    patch.setattr(fold, "check_entry", lambda said, log, roster: None)


def nothing_is_settled(patch: pytest.MonkeyPatch) -> None:
    """After two statements with one number no more of that party are taken, whatever people settled."""
    fitting = Standing.fitting
    patch.setattr(
        Standing, "fitting", lambda self, part, kept, trusted, cleared: fitting(self, part, kept, trusted, {})
    )


def said_in_the_open(patch: pytest.MonkeyPatch) -> None:
    """What goes out is not sealed."""
    patch.setattr("tests.simulator.cheap._VEIL", bytes(range(256)))


BROKEN = [
    (no_prefix_check, "law 1|exchange 5.2|exchange 7.6"),
    (receipts_before_the_commit, "law 4"),
    (folding_after_a_revocation, "log 8.11|law 1"),
    (forks_ignored, "exchange 5.2"),
    (channels_mixed_up, "law 3"),
    (an_older_revision_wins, "law [12]"),
    # It is owed for ever, so they either never rest, or rest without it.
    (evidence_kept_to_oneself, "exchange 5.2|exchange 7.6"),
    (half_a_revocation, "log 8.11|law 1"),
    (anybody_speaks_for_a_party, "log 8.11"),
    (nothing_is_settled, "log 8.5"),
    (said_in_the_open, "exchange 8.3"),
]


@pytest.mark.parametrize(("broken", "said"), BROKEN, ids=[broken.__name__ for broken, _ in BROKEN])
def test_the_machine_sees_a_broken_rule(
    broken: Callable[[pytest.MonkeyPatch], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError, match=said):
        play(1, 1500, 18, (Phase.generate,))
