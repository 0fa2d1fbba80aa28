"""What every LogStore does. An engine's tests subclass LogContract and give it a store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from seamline.errors import Conflict
from seamline.log import merkle
from seamline.log.checkpoint import LogId
from seamline.log.part import Gone
from seamline.store.ports import Head, LogReader, LogStore, StoredReceipt

NODE = "0123456789abcdef" * 2
FLASH = LogId(NODE, "isf+ksf", "flash")
ROUTINE = LogId(NODE, "isf+ksf", "routine")
OTHER = LogId("f" * 32, "isf+ksf+mag", "routine")


class Trouble(Exception):
    """What a test raises inside a transaction."""


class TreeOf:
    """One log of a store as merkle reads it."""

    def __init__(self, reader: LogReader, log: LogId) -> None:
        self._reader, self._log = reader, log

    def subtree(self, level: int, index: int) -> bytes:
        return self._reader.subtree(self._log, level, index)


def some(count: int, word: str = "entry") -> list[bytes]:
    return [f"{word} {n}".encode() for n in range(count)]


def roots(entries: list[bytes]) -> bytes:
    frontier = merkle.Frontier()
    for data in entries:
        frontier.append(merkle.leaf_hash(data))
    return frontier.root()


class LogContract:
    @pytest.fixture
    def store(self) -> Iterator[LogStore]:
        raise NotImplementedError

    # ------------------------------------------------------------ append

    def test_a_log_never_seen_is_empty(self, store: LogStore) -> None:
        assert store.head(FLASH) == Head(0, merkle.empty_root)
        assert store.entries(FLASH, 0, 10) == []
        assert store.leaves(FLASH, 0, 10) == []
        assert store.checkpoint(FLASH) is None
        assert store.checkpoint_size(FLASH) == 0
        assert store.logs() == []
        assert store.last_seq() == 0
        assert store.journal(0) == []

    def test_append_moves_the_head(self, store: LogStore) -> None:
        with store.transaction() as tx:
            head = tx.append(FLASH, 0, some(3), 7)
            assert tx.head(FLASH) == head
        assert head == store.head(FLASH) == Head(3, roots(some(3)))
        assert store.entries(FLASH, 1, 9) == some(3)[1:]
        assert store.leaves(FLASH, 0, 2) == [merkle.leaf_hash(e) for e in some(2)]

    def test_appends_of_one_transaction_follow_each_other(self, store: LogStore) -> None:
        with store.transaction() as tx:
            for n, data in enumerate(some(5)):
                tx.append(FLASH, n, [data], 7)
            assert tx.entries(FLASH, 0, 5) == some(5)
        assert store.head(FLASH) == Head(5, roots(some(5)))

    @pytest.mark.parametrize("start", [0, 1, 3, 99])
    def test_append_compares_before_it_swaps(self, store: LogStore, start: int) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(2), 7)
        with pytest.raises(Conflict), store.transaction() as tx:
            tx.append(FLASH, start, [b"x"], 7)
        assert store.head(FLASH) == Head(2, roots(some(2)))

    def test_an_entry_without_its_body_takes_its_place(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, [b"a", Gone(merkle.leaf_hash(b"b")), b"c"], 7)
        assert store.entries(FLASH, 0, 3) == [b"a", None, b"c"]
        assert store.head(FLASH).root == roots([b"a", b"b", b"c"])
        assert store.journal(1, 1)[0].data is None

    def test_an_empty_entry_is_not_a_destroyed_one(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, [b""], 7)
        assert store.entries(FLASH, 0, 1) == [b""]

    def test_logs_are_listed_in_order(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(OTHER, 0, [b"x"], 7)
            tx.append(ROUTINE, 0, [b"x"], 7)
            tx.put_checkpoint(FLASH, 4, b"note")
            assert tx.logs() == [FLASH, ROUTINE, OTHER]
        assert store.logs() == [FLASH, ROUTINE, OTHER]

    # ------------------------------------------------------------ all or nothing

    def test_a_transaction_that_fails_leaves_nothing(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(1), 7)
        with suppress(Trouble), store.transaction() as tx:
            tx.append(FLASH, 1, [b"x"], 7)
            tx.append(ROUTINE, 0, [b"y"], 7)
            tx.put_checkpoint(FLASH, 2, b"note")
            tx.put_receipt(StoredReceipt(FLASH, "reader", 1, b"note", 8))
            tx.destroy(FLASH, 0)
            tx.allot("isf")
            raise Trouble
        assert store.head(FLASH) == Head(1, roots(some(1)))
        assert store.entries(FLASH, 0, 2) == some(1)
        assert store.logs() == [FLASH]
        assert store.checkpoint(FLASH) is None
        assert store.receipts() == []
        with store.transaction() as tx:
            assert tx.allot("isf") == 1
            assert tx.last_seq() == 1
            tx.append(FLASH, 1, [b"z"], 7)
        assert store.head(FLASH) == Head(2, roots([*some(1), b"z"]))

    def test_the_failure_goes_on_to_the_caller(self, store: LogStore) -> None:
        trouble = Trouble()
        with pytest.raises(Trouble) as raised, store.transaction() as tx, tx.savepoint():
            raise trouble
        assert raised.value is trouble

    def test_nothing_is_seen_before_it_is_saved(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(2), 7)
            tx.put_checkpoint(FLASH, 2, b"note")
            assert store.head(FLASH).size == 0
            assert store.last_seq() == 0
            assert store.journal(0) == []
            assert store.checkpoint(FLASH) is None
            assert tx.last_seq() == 2
        assert store.head(FLASH).size == 2

    def test_a_savepoint_undoes_only_its_own(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, [b"before"], 7)
            assert tx.allot("isf") == 1
            with suppress(Trouble), tx.savepoint():
                tx.append(FLASH, 1, some(300), 7)
                tx.append(OTHER, 0, [b"y"], 7)
                tx.destroy(FLASH, 0)
                assert tx.allot("isf") == 2
                raise Trouble
            assert tx.head(FLASH) == Head(1, roots([b"before"]))
            assert tx.head(OTHER) == Head(0, merkle.empty_root)
            assert tx.last_seq() == 1
            assert tx.allot("isf") == 2
            with tx.savepoint():
                tx.append(FLASH, 1, [b"after"], 7)
        assert store.entries(FLASH, 0, 3) == [b"before", b"after"]
        assert store.logs() == [FLASH]
        assert [a.seq for a in store.journal(0)] == [1, 2]

    def test_savepoints_nest(self, store: LogStore) -> None:
        with store.transaction() as tx:
            with suppress(Trouble), tx.savepoint():
                with tx.savepoint():
                    tx.append(FLASH, 0, [b"inner"], 7)
                raise Trouble
            with tx.savepoint():
                with suppress(Trouble), tx.savepoint():
                    tx.append(FLASH, 0, [b"lost"], 7)
                    raise Trouble
                tx.append(FLASH, 0, [b"kept"], 7)
        assert store.entries(FLASH, 0, 9) == [b"kept"]

    def test_transactions_do_not_nest(self, store: LogStore) -> None:
        with store.transaction(), pytest.raises(RuntimeError), store.transaction():
            pass
        with store.transaction() as tx:
            tx.append(FLASH, 0, [b"still works"], 7)

    # ------------------------------------------------------------ the journal

    def test_the_journal_counts_without_gaps(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(2), 10)
            tx.append(OTHER, 0, some(1, "other"), 11)
        with suppress(Trouble), store.transaction() as tx:
            tx.append(FLASH, 2, some(5), 12)
            raise Trouble
        with store.transaction() as tx:
            tx.append(FLASH, 2, [b"late"], 13)
        journal = store.journal(0)
        assert [a.seq for a in journal] == [1, 2, 3, 4]
        assert [(a.log, a.index, a.received_at) for a in journal] == [
            (FLASH, 0, 10),
            (FLASH, 1, 10),
            (OTHER, 0, 11),
            (FLASH, 2, 13),
        ]
        assert [a.data for a in journal] == [b"entry 0", b"entry 1", b"other 0", b"late"]
        assert [a.leaf for a in journal] == [merkle.leaf_hash(a.data or b"") for a in journal]
        assert store.journal(1, 2) == journal[1:3]
        assert store.journal(4) == []
        assert store.last_seq() == 4

    # ------------------------------------------------------------ the tree

    @pytest.mark.parametrize("batch", [7, 100, 700])
    def test_subtrees_make_the_root(self, store: LogStore, batch: int) -> None:
        entries = some(700)
        for start in range(0, 700, batch):
            with store.transaction() as tx:
                tx.append(FLASH, start, entries[start : start + batch], 7)
                assert merkle.root(TreeOf(tx, FLASH), min(start + batch, 700)) == tx.head(FLASH).root
        tree = merkle.MemoryTree(merkle.leaf_hash(e) for e in entries)
        for size in (1, 2, 255, 256, 257, 511, 512, 700):
            assert merkle.root(TreeOf(store, FLASH), size) == merkle.root(tree, size)
        assert merkle.inclusion(TreeOf(store, FLASH), 300, 700) == merkle.inclusion(tree, 300, 700)
        assert merkle.consistency(TreeOf(store, FLASH), 257, 700) == merkle.consistency(tree, 257, 700)

    def test_an_unfinished_subtree_is_not_given(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(300), 7)
        for level, index in ((0, 300), (1, 150), (8, 1), (9, 0)):
            with pytest.raises(ValueError, match="no complete subtree"):
                store.subtree(FLASH, level, index)

    # ------------------------------------------------------------ heads and receipts

    def test_the_largest_checkpoint_is_kept(self, store: LogStore) -> None:
        for size, note in ((5, b"five"), (4, b"four"), (5, b"again"), (9, b"nine")):
            with store.transaction() as tx:
                tx.put_checkpoint(FLASH, size, note)
        assert (store.checkpoint_size(FLASH), store.checkpoint(FLASH)) == (9, b"nine")
        assert store.head(FLASH).size == 0

    def test_a_checkpoint_of_nothing_is_kept_too(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.put_checkpoint(FLASH, 0, b"empty")
        assert (store.checkpoint_size(FLASH), store.checkpoint(FLASH)) == (0, b"empty")

    def test_the_newest_receipt_of_each_reader_is_kept(self, store: LogStore) -> None:
        with store.transaction() as tx:
            for reader, size, at in (("b", 3, 30), ("a", 2, 20), ("b", 1, 40), ("b", 8, 50), ("a", 2, 60)):
                tx.put_receipt(StoredReceipt(FLASH, reader, size, f"{reader}{size}".encode(), at))
            tx.put_receipt(StoredReceipt(OTHER, "a", 1, b"other", 70))
        of_flash = [
            StoredReceipt(FLASH, "a", 2, b"a2", 20),
            StoredReceipt(FLASH, "b", 8, b"b8", 50),
        ]
        assert store.receipts(FLASH) == of_flash
        assert store.receipts() == [*of_flash, StoredReceipt(OTHER, "a", 1, b"other", 70)]

    def test_reached_is_the_first_receipt_that_covers(self, store: LogStore) -> None:
        with store.transaction() as tx:
            for reader, size, at in (("b", 3, 30), ("a", 2, 20), ("b", 1, 40), ("b", 8, 50)):
                tx.put_receipt(StoredReceipt(FLASH, reader, size, b"note", at))
            assert tx.reached(FLASH, 0) == [("a", 20), ("b", 30)]
        assert store.reached(FLASH, 1) == [("a", 20), ("b", 30)]
        assert store.reached(FLASH, 2) == [("b", 30)]
        assert store.reached(FLASH, 3) == store.reached(FLASH, 7) == [("b", 50)]
        assert store.reached(FLASH, 8) == store.reached(OTHER, 0) == []

    # ------------------------------------------------------------ law 6 and numbers

    def test_a_destroyed_body_leaves_its_leaf(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(3), 7)
        before = store.head(FLASH)
        with store.transaction() as tx:
            tx.destroy(FLASH, 1)
            assert tx.entries(FLASH, 0, 3) == [b"entry 0", None, b"entry 2"]
        assert store.entries(FLASH, 0, 3) == [b"entry 0", None, b"entry 2"]
        assert store.leaves(FLASH, 1, 2) == [merkle.leaf_hash(b"entry 1")]
        assert store.journal(1, 1)[0].data is None
        assert store.head(FLASH) == before
        assert merkle.root(TreeOf(store, FLASH), 3) == before.root

    def test_destroying_what_is_not_there_does_nothing(self, store: LogStore) -> None:
        with store.transaction() as tx:
            tx.append(FLASH, 0, some(1), 7)
            tx.destroy(FLASH, 5)
        assert store.entries(FLASH, 0, 9) == some(1)

    def test_numbers_count_in_each_channel(self, store: LogStore) -> None:
        with store.transaction() as tx:
            assert [tx.allot("isf"), tx.allot("isf"), tx.allot("isf+ksf")] == [1, 2, 1]
        with store.transaction() as tx:
            assert [tx.allot("isf+ksf"), tx.allot("isf")] == [2, 3]

    # ------------------------------------------------------------ threads

    def test_readers_see_whole_transactions(self, store: LogStore) -> None:
        """Each transaction appends to both logs; a reader who has one head finds the entries of it."""
        wrong: list[str] = []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                journal = store.journal(0, 10_000)
                sizes = [sum(a.log == log for a in journal) for log in (FLASH, ROUTINE)]
                if sizes[0] != sizes[1] or [a.seq for a in journal] != list(range(1, len(journal) + 1)):
                    wrong.append(f"{sizes} in {len(journal)}")
                size = store.head(FLASH).size
                if len(store.entries(FLASH, 0, size)) != size:
                    wrong.append("a head without its entries")

        readers = [threading.Thread(target=look) for _ in range(3)]
        for reader in readers:
            reader.start()
        for n in range(60):
            with store.transaction() as tx:
                tx.append(FLASH, n, [b"f"], n)
                tx.append(ROUTINE, n, [b"r"], n)
        done.set()
        for reader in readers:
            reader.join()
        assert wrong == []

    def test_writers_take_turns(self, store: LogStore) -> None:
        def write() -> None:
            for _ in range(20):
                with store.transaction() as tx:
                    tx.append(FLASH, tx.head(FLASH).size, [b"x"], tx.allot("isf"))

        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert store.head(FLASH).size == 80
        assert [a.received_at for a in store.journal(0)] == list(range(1, 81))
