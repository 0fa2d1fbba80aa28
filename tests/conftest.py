"""Shared set-up: Hypothesis profiles, strict catalogues, and who runs beside whom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from seamline import texts

# Missing messages raise here; at a node they fall back (seamline/texts).
texts.STRICT = True

# Two slow cores: no deadline, since a pause of the machine is no fault of the code.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", max_examples=60, **_COMMON)
settings.register_profile("soak", max_examples=3000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_TESTS = Path(__file__).parent
# These start whole nodes and browsers. They share one worker, one after the other, while the rest of the
# suite runs on the other one (`pytest -n 2 --dist loadgroup`, see the Makefile).
_WHOLE_NODES = ("crash", "api", "browser", "demo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(_TESTS).parts[0] in _WHOLE_NODES:
            item.add_marker(pytest.mark.xdist_group("nodes"))
