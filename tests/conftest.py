"""Shared set-up: Hypothesis profiles, strict catalogues, and who runs beside whom."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from seamline import texts
from seamline.store import keyfile

# Hundreds of nodes are made here; each file says what a guess at it costs. test_keyfile.py has the true cost.
keyfile.DEFAULT_COST = keyfile.Cost(memory_kib=8, passes=1)

# Missing messages raise here; at a node they fall back (seamline/texts).
texts.STRICT = True

# Two slow cores: no deadline, since a pause of the machine is no fault of the code.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", max_examples=30, **_COMMON)
settings.register_profile("soak", max_examples=3000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Longest first, so that no worker is left with a long unit at the end (`pytest -n 2`, see the Makefile). What
# runs in a browser shares a demonstration, and is two units: what officers do with each other, and these.
_LONG = ("browser", "crash", "simulator", "trouble", "api")
_BY_ITSELF = frozenset(
    f"tests/browser/test_{name}.py"
    for name in (
        "accessible", "hostile", "key", "keyboard", "keys_alone", "map", "phone", "photos", "screens",
        "sharing", "snapshots", "view", "waiting", "wall",
    )
)  # fmt: skip


def _unit(nodeid: str) -> str:
    path = nodeid.split("::", 1)[0]
    if "[shard " in nodeid:
        return nodeid
    if _room(nodeid) != "browser":
        return path
    return "browser, by itself" if path in _BY_ITSELF else "browser"


def _room(nodeid: str) -> str:
    return nodeid.split("/")[1]


def _place(nodeid: str) -> tuple[int, str]:
    """Where it stands: both units of the browser before all others, one after the other."""
    room = _room(nodeid)
    return (_LONG.index(room) if room in _LONG else len(_LONG)), _unit(nodeid) if room == "browser" else ""


class _ByFile(LoadScopeScheduling):
    """The tests of a file run on one worker, in order, its shards apart; those in a browser on two."""

    def _split_scope(self, nodeid: str) -> str:
        return _unit(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """xdist's own loadgroup does nothing under pytest 9.2: it renames tests, which have fixed names now."""
    config.option.loadscopereorder = False
    return _ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What `make soak` alone runs is left out; on workers, the longest unit first."""
    if not os.environ.get("SEAMLINE_SOAK"):
        # Not collected, rather than skipped: what did not run is not counted among what passed.
        left = [item for item in items if item.get_closest_marker("soak")]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _place(item.nodeid))
