"""Real rooms on lines as they are: thin, slow, lossy, repeating, disordered, damaging. `make soak` only.

Each prints what it took: docs/lines.md has those figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from tests.network.line import Weather
from tests.network.rooms import country, until
from tests.network.spaces import has_netem

pytestmark = pytest.mark.soak

TWO = {"erbil": ("ksf",), "baghdad": ("isf",)}
FOUL: Final = Weather(64_000, 0.9, loss=0.3, double=0.02, late=0.05, damage=0.02, mended=0.3)
ENTRY: Final = 160
"""Bytes that each of these incidents takes in a part, with its share of signature, seal and receipt."""


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Prints a line past pytest's capture, with what made the line."""

    def say(words: str) -> None:
        how = "netem" if has_netem() else "TUN"
        with capsys.disabled():
            print(f"\n{request.node.name} ({how}): {words}", flush=True)

    return say


@dataclass(frozen=True)
class Case:
    """count: incidents at one side, half as many at the other. flash: seconds an alert may take.

    factor: bytes on the line for each byte that is to be said, at most.
    """

    weather: Weather
    count: int
    flash: float
    factor: float
    overtakes: bool = True


CASES = {
    "thin": Case(Weather(2400, 0.9), 200, 60, 2.0),
    "radio": Case(Weather(64_000, 0.9), 1500, 20, 2.0),
    "lossy": Case(FOUL, 60, 240, 5.0, overtakes=False),
    "worst": Case(replace(FOUL, rate=2400), 20, 900, 8.0, overtakes=False),
}


@pytest.mark.parametrize("name", CASES)
def test_two_rooms(tmp_path: Path, tell: Callable[[str], None], name: str) -> None:
    """Both have much to say; an alert overtakes it; in the end both have all, and little was said twice."""
    case = CASES[name]
    with country(tmp_path, TWO, case.weather) as here:
        erbil, baghdad = here.rooms["erbil"], here.rooms["baghdad"]
        here.lines[0].cut()
        erbil.say(case.count)
        baghdad.say(case.count // 2)
        here.lines[0].mend()
        before = here.offered
        until(lambda: erbil.held("baghdad") + baghdad.held("erbil") > 0, 900, "the backlog began to move")
        alert = erbil.say(1, lane="flash")[0]
        flash = until(lambda: baghdad.has(alert), case.flash, "the alert")
        had = baghdad.held("erbil")
        took = until(here.settled, 1800, "the same heads and receipts on both sides")
        behind = baghdad.held("erbil") - had
        used = here.offered - before
        tell(f"alert {flash:.0f} s, {behind} of {case.count} after it; all {took:.0f} s, {used} bytes")
        assert behind > 0 or not case.overtakes
        assert used <= case.factor * ENTRY * case.count * 1.5 + 10_000
        here.end()


def test_three_rooms_in_a_row(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """The outer two have no line to each other: the joint room passes on what each may have."""
    weather = replace(FOUL, loss=0.1)
    owners = {"erbil": ("ksf",), "kirkuk": ("isf", "ksf"), "baghdad": ("isf",)}
    with country(tmp_path, owners, weather) as here:
        for room in here.rooms.values():
            room.say(30)
        here.rooms["erbil"].say(2, lane="flash")
        for line in (*here.lines, *here.lines):
            line.cut()
            time.sleep(5)
            line.mend()
        took = until(here.settled, 1800, "the same heads and receipts in all three")
        tell(f"all {took:.0f} s, {here.offered} bytes")
        here.end()
