"""What needs namespaces is collected by `make soak` only, and there it fails where they cannot be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.network.rooms")

_HERE = Path(__file__).parent
_LONG = {"test_bad_lines.py", "test_cut.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Not collected, rather than skipped: what did not run is not counted among what passed."""
    if os.environ.get("SEAMLINE_SOAK"):
        return
    left = [item for item in items if item.path.parent == _HERE and item.path.name in _LONG]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)
