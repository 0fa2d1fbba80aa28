"""What every PictureStore does with clashes, and with what can clash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline.store.ports import PictureStore, Row
from tests.store.rows import clash, row, subject


class ClashContract:
    @pytest.fixture
    def store(self) -> Iterator[PictureStore]:
        raise NotImplementedError

    def fill(self, store: PictureStore, *rows: Row) -> None:
        with store.transaction() as tx:
            for each in rows:
                tx.put(each)

    def test_clashes_are_replaced_on_both_sides(self, store: PictureStore) -> None:
        with store.transaction() as tx:
            tx.put_clashes("isf", "a", [clash("a", "x", 5), clash("a", "y", 3)])
            tx.put_clashes("isf", "b", [clash("b", "x", 4)])
        assert store.clashes(["isf", "isf+ksf"]) == [
            clash("a", "y", 3),
            clash("b", "x", 4),
            clash("a", "x", 5),
        ]
        assert store.clashes(["isf", "isf+ksf"], limit=1) == [clash("a", "y", 3)]
        assert store.clashes(["isf"]) == store.clashes(["isf+ksf"]) == []
        assert store.clashes_of("isf+ksf", "x") == [clash("b", "x", 4), clash("a", "x", 5)]
        with store.transaction() as tx:
            tx.put_clashes("isf+ksf", "x", [clash("a", "x", 9)])
        assert store.clashes_of("isf", "b") == []
        assert store.clashes_of("isf", "a") == [clash("a", "y", 3), clash("a", "x", 9)]

    def test_all_clashes_are_replaced_at_once(self, store: PictureStore) -> None:
        with store.transaction() as tx:
            tx.put_clashes("isf", "a", [clash("a", "x", 5), clash("a", "y", 3)])
            tx.replace_clashes(iter([clash("b", "y", 2), clash("a", "y", 7)]))
        assert store.clashes(["isf", "isf+ksf"]) == [clash("b", "y", 2), clash("a", "y", 7)]
        assert store.clashes_of("isf+ksf", "y") == [clash("b", "y", 2), clash("a", "y", 7)]
        with store.transaction() as tx:
            tx.put_clashes("isf", "a", [])
        assert store.clashes_of("isf+ksf", "y") == [clash("b", "y", 2)]

    def test_what_can_clash_is_kept_by_record(self, store: PictureStore) -> None:
        kept = [
            subject("a", start=None, end=None, buffer_m=400, tear=True),
            subject("c", kind="site"),
            subject("b", channel="isf+ksf"),
        ]
        self.fill(store, row("a"), row("c"))
        with store.transaction() as tx:
            for each in (subject("a"), *reversed(kept), subject("d")):
                tx.put_subject(each.channel, each.id, each)
            tx.put_subject("isf", "d", None)
            tx.put_subject("isf", "never put", None)
        assert list(store.subjects()) == kept
        with store.transaction() as tx:
            tx.remove("isf", "a", "a-1")
            tx.remove("isf", "c", "no such hash")
        assert list(store.subjects()) == kept[1:]
        with store.transaction() as tx:
            tx.clear()
        assert list(store.subjects()) == []
