"""A store older than what was shown is noticed before it writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import Behind, StoreBroken
from seamline.store.highwater import HighWater
from seamline.store.memory import MemoryLog
from seamline.store.ports import Head
from tests.store.contract_log import FLASH, ROUTINE, some


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "high-water.json"


def log_of(*entries: bytes) -> MemoryLog:
    store = MemoryLog()
    with store.transaction() as tx:
        tx.append(FLASH, 0, list(entries), 7)
    return store


def test_no_mark_no_objection(path: Path) -> None:
    HighWater(path).check(MemoryLog())
    HighWater(path).close()
    assert not path.exists()


def test_the_same_and_a_longer_log_pass(path: Path) -> None:
    water = HighWater(path)
    water.update({FLASH: log_of(*some(3)).head(FLASH), ROUTINE: MemoryLog().head(ROUTINE)})
    water.close()
    for count in (3, 4, 300):
        HighWater(path).check(log_of(*some(count)))


def test_a_shorter_log_is_behind(path: Path) -> None:
    water = HighWater(path)
    water.update({FLASH: log_of(*some(3)).head(FLASH)})
    water.close()
    with pytest.raises(Behind, match=r"has 2 entries here, and 3 were shown .* new key") as behind:
        HighWater(path).check(log_of(*some(2)))
    assert FLASH.node in behind.value.message
    with pytest.raises(Behind, match="has 0 entries"):
        HighWater(path).check(MemoryLog())


def test_another_log_of_the_same_length_is_behind(path: Path) -> None:
    water = HighWater(path)
    water.update({FLASH: log_of(*some(3)).head(FLASH)})
    water.close()
    with pytest.raises(Behind, match="is not the log"):
        HighWater(path).check(log_of(*some(2), b"other", b"more"))


def test_marks_only_rise(path: Path) -> None:
    water = HighWater(path)
    three = log_of(*some(3)).head(FLASH)
    water.update({FLASH: three})
    water.update({FLASH: log_of(*some(2)).head(FLASH)})
    water.close()
    assert HighWater(path).marks() == {FLASH: three}


def test_it_is_written_at_most_once_a_second_and_at_the_end(path: Path) -> None:
    seconds = Seconds()
    water = HighWater(path, seconds=seconds)

    def written() -> int:
        return HighWater(path).marks()[FLASH].size

    for size, passed, expected in ((1, 0.0, 1), (2, 0.5, 1), (3, 0.4, 1), (4, 0.2, 4), (5, 0.1, 4)):
        seconds.now += passed
        water.update({FLASH: Head(size, bytes(32))})
        assert written() == expected
    water.close()
    assert written() == 5
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | st.just(b'{"logs": []}'))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.json"
    path.write_bytes(data)
    with pytest.raises(StoreBroken, match="high-water mark"):
        HighWater(path)


@pytest.mark.parametrize(
    "text",
    [
        '{"format":"seamline-high-water","version":2,"logs":[]}',
        '{"format":"else","version":1,"logs":[]}',
        '{"format":"seamline-high-water","version":1,"logs":[{"node":"a","channel":"b","lane":"c","size":1,"root":"xx"}]}',
    ],
)
def test_what_it_does_not_know_it_does_not_guess(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(StoreBroken):
        HighWater(path)
