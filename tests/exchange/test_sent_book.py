"""When an entry was sent to whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.sent_book import BLOCK, SentBook
from seamline.log.checkpoint import LogId
from seamline.store.memory import MemoryLocal

LOG = LogId("ab" * 16, "isf+ksf", "flash")


@given(st.lists(st.tuples(st.integers(1, BLOCK), st.integers(0, 50)), min_size=1, max_size=12))
def test_the_first_time_stands_also_after_a_restart(runs: list[tuple[int, int]]) -> None:
    local = MemoryLocal()
    book, expected, start = SentBook(local), dict[int, int](), 0
    for at, (length, back) in enumerate(runs):
        begin = max(0, start - back)
        book.sent(LOG, "peer", begin, start + length, at)
        for index in range(begin, start + length):
            expected.setdefault(index, at)
        start += length
    book.flush()
    for one in (book, SentBook(local)):
        assert all(one.sent_at(LOG, index, "peer") == at for index, at in expected.items())
        assert one.sent_at(LOG, start, "peer") is None
        assert one.sent_at(LOG, 0, "another") is None


def test_what_another_node_gave_was_not_sent() -> None:
    book = SentBook(MemoryLocal())
    book.sent(LOG, "peer", 10, 12, 5)
    assert [book.sent_at(LOG, index, "peer") for index in (9, 10, 11, 12)] == [None, 5, 5, None]
