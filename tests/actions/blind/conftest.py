"""The rooms of a run, made for each test and closed after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actions.blind.rooms import Rooms


@pytest.fixture
def rooms() -> Iterator[Rooms]:
    made = Rooms()
    try:
        yield made
    finally:
        made.close()
