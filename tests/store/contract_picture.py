"""What every PictureStore does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from seamline.store.ports import PictureStore, Ref, Search, Trail
from tests.store.contract_clashes import ClashContract
from tests.store.rows import BOX, HOUR, clash, row


class PictureContract(ClashContract):
    def ids(self, store: PictureStore, **search: object) -> list[str]:
        return [r.id for r in store.search(Search(**({"channels": ("isf",)} | search)))]  # type: ignore[arg-type]  # fields by name

    # ------------------------------------------------------------ revisions

    def test_a_row_comes_back_as_it_was_put(self, store: PictureStore) -> None:
        rows = [
            row("a", signer="f" * 32, prev="p" * 64, text="دورية على الطريق"),
            row("b", box=None, start=None, end=None, text="", body=b"{}", counts=False),
            row("c", start=5, end=None),
            row("d", start=-5, end=-5, box=(-1, -2, 0, 0)),
        ]
        self.fill(store, *rows)
        assert [store.record("isf", r.id) for r in rows] == rows
        assert store.record("isf", "e") is None
        assert store.record("isf+ksf", "a") is None

    def test_one_revision_is_current(self, store: PictureStore) -> None:
        first, second, third = (row("a", rev=n, at=1000 + n) for n in (1, 2, 3))
        self.fill(store, second, first)
        assert store.record("isf", "a") == first
        assert store.revisions("isf", "a") == [first, replace(second, current=False)]
        with store.transaction() as tx:
            tx.put(replace(third, current=False))
            assert tx.record("isf", "a") == first
            tx.set_current("isf", "a", third.hash)
            assert tx.record("isf", "a") == third
        older = [replace(second, current=False), replace(first, current=False)]
        assert store.revisions("isf", "a") == [third, *older]

    def test_only_the_current_one_is_found(self, store: PictureStore) -> None:
        old = row("a", text="old words", box=(0, 0, 9, 9), start=0, end=1)
        new = row("a", rev=2, text="new words")
        self.fill(store, old, new)
        assert store.search(Search(("isf",), text="old")) == []
        assert store.search(Search(("isf",), text="new")) == [new]
        assert store.candidates((0, 0, 9, 9), 0, HOUR, ["activity"]) == []
        with store.transaction() as tx:
            tx.set_current("isf", "a", old.hash)
        assert store.search(Search(("isf",), text="old")) == [old]
        assert store.candidates((0, 0, 9, 9), 0, HOUR, ["activity"]) == [old]
        assert store.candidates(BOX, 10 * HOUR, 11 * HOUR, ["activity"]) == []

    def test_putting_again_replaces(self, store: PictureStore) -> None:
        self.fill(store, row("a", text="one"), row("a", text="two", received_at=5))
        assert store.revisions("isf", "a") == [row("a", text="two", received_at=5)]
        assert self.ids(store, text="one") == []
        assert self.ids(store, text="two") == ["a"]

    def test_what_does_not_count_is_not_found(self, store: PictureStore) -> None:
        self.fill(store, row("a"))
        with store.transaction() as tx:
            tx.set_counts("isf", "a", "a-1", False)
            tx.set_counts("isf", "a", "no such hash", False)
            assert tx.has_uncounted()
        assert store.record("isf", "a") == row("a", counts=False)
        assert self.ids(store) == self.ids(store, text="patrol") == self.ids(store, known_by=9999) == []
        assert store.candidates(BOX, 10 * HOUR, 11 * HOUR, ["activity"]) == []
        assert list(store.current_of_kind("activity")) == []
        with store.transaction() as tx:
            tx.set_counts("isf", "a", "a-1", True)
            assert not tx.has_uncounted()
        assert self.ids(store, text="patrol") == ["a"]

    def test_current_of_no_revision(self, store: PictureStore) -> None:
        self.fill(store, row("a"))
        with store.transaction() as tx:
            tx.set_current("isf", "a", "no such hash")
        assert store.record("isf", "a") is None
        assert self.ids(store) == []

    def test_removed_is_as_if_never_put(self, store: PictureStore) -> None:
        self.fill(store, row("b"), row("c"))
        before = list(store.dump())
        self.fill(store, row("a", text="secret meeting place"))
        with store.transaction() as tx:
            tx.put_refs("isf", "a", [Ref("isf", "a", "source", "b")])
            tx.put_clashes("isf", "a", [clash("a", "b")])
        with store.transaction() as tx:
            tx.remove("isf", "a", "a-1")
            tx.remove("isf", "a", "a-1")
        assert list(store.dump()) == before
        assert store.revisions("isf", "a") == []
        assert self.ids(store, text="secret") == []
        assert store.clashes_of("isf+ksf", "b") == []
        assert store.refs_to("b") == []

    def test_removing_an_old_revision_leaves_the_current_one(self, store: PictureStore) -> None:
        self.fill(store, row("a"), row("a", rev=2))
        with store.transaction() as tx:
            tx.put_refs("isf", "a", [Ref("isf", "a", "source", "b")])
            tx.remove("isf", "a", "a-1")
        assert store.revisions("isf", "a") == [row("a", rev=2)]
        assert len(store.refs_to("b")) == 1

    # ------------------------------------------------------------ looking up

    def test_find_looks_only_in_these_channels(self, store: PictureStore) -> None:
        mine, wider = row("a"), row("a", channel="isf+ksf", hash="x")
        self.fill(store, wider, mine)
        assert store.find("a", ["isf+ksf", "isf"]) == [mine, wider]
        assert store.find("a", ["isf+ksf", "mag"]) == [wider]
        assert store.find("a", []) == []

    def test_current_of_kind(self, store: PictureStore) -> None:
        rows = [row(f"{n:04}", channel=c, kind="post") for c in ("isf", "isf+ksf") for n in range(700)]
        self.fill(store, *reversed(rows), row("x"))
        assert list(store.current_of_kind("post")) == rows
        assert list(store.current_of_kind("post", ["isf+ksf"])) == rows[700:]
        assert list(store.current_of_kind("post", [])) == []

    def test_references(self, store: PictureStore) -> None:
        refs = [Ref("isf", "a", "source", "b"), Ref("isf", "a", "endorses", "b", "h" * 64)]
        with store.transaction() as tx:
            tx.put_refs("isf", "a", [*refs, refs[0]])
            tx.put_refs("isf", "z", [Ref("isf", "z", "opened", "b")])
        assert store.refs_from("isf", "a") == [refs[1], refs[0]]
        assert store.refs_from("isf", "a", "source") == [refs[0]]
        assert store.refs_to("b") == [refs[1], refs[0], Ref("isf", "z", "opened", "b")]
        assert store.refs_to("b", "opened") == [Ref("isf", "z", "opened", "b")]
        with store.transaction() as tx:
            tx.put_refs("isf", "a", [Ref("isf", "a", "counters", "c")])
        assert store.refs_from("isf", "a") == [Ref("isf", "a", "counters", "c")]
        assert store.refs_to("b", "source") == []

    # ------------------------------------------------------------ trail

    def test_the_trail_has_every_revision_and_pages(self, store: PictureStore) -> None:
        first, second = row("a", at=1000), row("a", rev=2, at=1000)
        other, aside = row("b", at=3000, counts=False), row("c", at=2000, by="duty2")
        self.fill(store, first, second, other, aside, row("d", channel="isf+ksf"))

        def walked(**asked: object) -> list[str]:
            found = store.trail(Trail(**({"channels": ("isf",)} | asked)))  # type: ignore[arg-type]  # fields by name
            return [r.hash for r in found]

        assert walked() == ["b-1", "c-1", "a-2", "a-1"]
        assert walked(channels=("isf", "isf+ksf")) == ["b-1", "c-1", "d-1", "a-2", "a-1"]
        assert walked(limit=3) == ["b-1", "c-1", "a-2"]
        assert walked(after=(1000, "a", 2, "a-2")) == ["a-1"]
        assert walked(by="duty2") == ["c-1"]
        assert walked(start=1001, end=3000) == ["c-1"]
        assert walked(kinds=("post",)) == walked(channels=()) == walked(party="ksf") == walked(limit=0) == []
        with store.transaction() as tx:
            tx.remove("isf", "a", "a-1")
        assert walked(limit=9) == ["b-1", "c-1", "a-2"]

    # ------------------------------------------------------------ search

    def test_search_is_newest_first_and_pages(self, store: PictureStore) -> None:
        rows = [row(f"r{n}", at=1000 + n // 2, kind=("post", "site")[n % 2]) for n in range(9)]
        self.fill(store, *rows)
        newest = [r.id for r in reversed(rows)]
        assert self.ids(store) == newest
        assert self.ids(store, kinds=("post", "site")) == newest
        assert self.ids(store, kinds=("post",)) == newest[::2]
        for words in (None, "patrol"):
            page = self.ids(store, limit=4, text=words)
            assert page == newest[:4]
            last = store.record("isf", page[-1])
            assert last
            assert self.ids(store, after=(last.stands_at, last.id), text=words) == newest[4:]

    def test_what_says_it_is_of_the_future_stands_where_it_arrived(self, store: PictureStore) -> None:
        """Else whoever writes the year 9999 would stand first in everybody's lists for ever (log 2.13)."""
        rows = [row(f"r{n}", at=1000 * n, received_at=1000 * n + 10) for n in range(4)]
        rows[1] = row("r1", at=253_370_764_800_000, received_at=1010)
        self.fill(store, *rows)
        for words in (None, "patrol"):
            assert self.ids(store, text=words) == ["r3", "r2", "r1", "r0"]
            page = self.ids(store, limit=3, text=words)
            last = store.record("isf", page[-1])
            assert last
            assert self.ids(store, after=(last.stands_at, last.id), text=words) == ["r0"]

    def test_search_stays_in_its_channels(self, store: PictureStore) -> None:
        self.fill(store, row("a"), row("b", channel="isf+ksf"), row("c", channel="isf+ksf+mag"))
        for words in (None, "patrol"):
            assert self.ids(store, channels=("isf", "isf+ksf"), text=words) == ["b", "a"]
            assert self.ids(store, channels=(), text=words) == []
        assert self.ids(store, channels=("isf", "isf", "ksf")) == ["a"]

    def test_search_by_party_box_and_window(self, store: PictureStore) -> None:
        self.fill(
            store,
            row("a"),
            row("b", party="ksf", channel="isf", start=None, end=None),
            row("c", box=None),
            row("d", start=12 * HOUR, end=12 * HOUR),
        )
        assert self.ids(store, party="ksf") == ["b"]
        assert self.ids(store, box=(440_100_000, 350_100_000, 450_000_000, 360_000_000)) == ["d", "b", "a"]
        assert self.ids(store, box=(440_100_001, 350_000_000, 450_000_000, 360_000_000)) == []
        assert self.ids(store, start=11 * HOUR, end=12 * HOUR) == ["c", "b", "a"]
        assert self.ids(store, start=12 * HOUR, end=13 * HOUR) == ["d", "b"]
        assert self.ids(store, start=12 * HOUR) == ["d", "b"]
        assert self.ids(store, end=10 * HOUR) == ["b"]
        assert self.ids(store, end=10 * HOUR + 1) == ["c", "b", "a"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("patrol", ["b", "a"]),
            ("PATR riv", ["a"]),
            ("river patrol", ["a"]),
            ("roadriver", []),
            ("دور", ["c"]),
            ("؟ --", ["c", "b", "a"]),
            ("", ["c", "b", "a"]),
            ('patrol" OR "post', []),
            ("patrol NOT river", []),
            ("patrol* AND (bridge)", []),
            ("b-7", ["b"]),
            ("'; DROP TABLE records; --", []),
            ("near(patrol, 3)", []),
            ("x" * 3000, []),
        ],
    )
    def test_search_by_words(self, store: PictureStore, query: str, found: list[str]) -> None:
        self.fill(
            store,
            row("a"),
            row("b", text="Patrol, bridge B-7"),
            row("c", text="دورية على الجسر"),
        )
        assert self.ids(store, text=query) == found

    def test_search_as_it_stood(self, store: PictureStore) -> None:
        self.fill(
            store,
            row("a", at=1000, text="first"),
            row("a", rev=2, at=2000, text="second"),
            row("a", rev=3, at=3000, text="false", counts=False, current=False),
            row("b", at=1500),
            row("a", rev=9, at=1200, party="ksf", hash="foreign", current=False),
        )
        with store.transaction() as tx:
            tx.set_current("isf", "a", "a-2")
        assert self.ids(store, known_by=999) == []
        at = store.search(Search(("isf",), known_by=1999))
        assert [(r.id, r.text) for r in at] == [("b", "patrol on the river road"), ("a", "first")]
        assert self.ids(store, known_by=1999, text="second") == []
        assert self.ids(store, known_by=5000) == ["a", "b"]
        assert self.ids(store, known_by=1999, kinds=("post",)) == []
        assert self.ids(store, known_by=5000, kinds=("activity",), limit=1) == ["a"]

    # ------------------------------------------------------------ candidates

    def test_candidates_overlap_in_place_and_time(self, store: PictureStore) -> None:
        self.fill(
            store,
            row("a"),
            row("b", kind="site", start=None, end=None),
            row("c", kind="note"),
            row("d", box=None),
        )

        def found(box: tuple[int, int, int, int], start: int, end: int, *kinds: str) -> list[str]:
            return sorted(r.id for r in store.candidates(box, start, end, kinds))

        assert found(BOX, 10 * HOUR, 11 * HOUR, "activity", "site") == ["a", "b"]
        assert found(BOX, 11 * HOUR, 11 * HOUR, "activity") == ["a"]
        assert found(BOX, 20 * HOUR, 21 * HOUR, "activity", "site") == ["b"]
        assert found((0, 0, 9, 9), 10 * HOUR, 11 * HOUR, "activity", "site") == []
        assert found(BOX, 10 * HOUR, 11 * HOUR) == []

    def test_a_candidate_is_found_from_as_far_as_it_reaches(self, store: PictureStore) -> None:
        self.fill(store, row("a"), row("b", reach_m=1_000), row("c", reach_m=5_000))
        half_a_km, three_km = (BOX[2] + 55_000, BOX[2] + 330_000)  # east of the box, at 35 degrees north

        def found(west: int) -> list[str]:
            box = (west, BOX[1], west + 1, BOX[3])
            return sorted(r.id for r in store.candidates(box, 10 * HOUR, 11 * HOUR, ["activity"]))

        assert found(half_a_km) == ["b", "c"]
        assert found(three_km) == ["c"]
        assert self.ids(store, box=(half_a_km, BOX[1], half_a_km + 1, BOX[3])) == []

    # ------------------------------------------------------------ transactions

    def test_a_failure_leaves_nothing(self, store: PictureStore) -> None:
        self.fill(store, row("a", text="kept"))
        before = list(store.dump())
        with suppress(ZeroDivisionError), store.transaction() as tx:
            tx.put(row("b"))
            tx.remove("isf", "a", "a-1")
            tx.put_refs("isf", "b", [Ref("isf", "b", "source", "a")])
            tx.set_folded(9)
            tx.set_basis(9)
            assert store.record("isf", "b") is None
            raise ZeroDivisionError
        assert list(store.dump()) == before
        assert (store.folded(), store.basis()) == (0, 0)
        assert self.ids(store, text="kept") == ["a"]

    def test_a_savepoint_undoes_only_its_own(self, store: PictureStore) -> None:
        with store.transaction() as tx:
            tx.put(row("a"))
            with suppress(ZeroDivisionError), tx.savepoint():
                tx.put(row("b"))
                tx.put(row("a", rev=2))
                tx.put_clashes("isf", "a", [clash("a", "b")])
                raise ZeroDivisionError
            with tx.savepoint():
                tx.put(row("c"))
            assert tx.record("isf", "a") == row("a")
        assert self.ids(store) == ["c", "a"]
        assert self.ids(store, text="patrol") == ["c", "a"]
        assert store.clashes_of("isf", "a") == []

    def test_clear_forgets_everything(self, store: PictureStore) -> None:
        self.fill(store, row("a"))
        with store.transaction() as tx:
            tx.put_refs("isf", "a", [Ref("isf", "a", "source", "b")])
            tx.put_clashes("isf", "a", [clash("a", "b")])
            tx.set_folded(4)
            tx.set_basis(2**62 - 1)
        assert (store.folded(), store.basis()) == (4, 2**62 - 1)
        with store.transaction() as tx:
            tx.clear()
            assert (tx.folded(), tx.basis()) == (0, 0)
            tx.put(row("b"))
        assert list(store.search(Search(("isf",), text="patrol"))) == [row("b")]
        assert store.refs_to("b") == []
        assert len(list(store.dump())) == 1

    def test_the_dump_leaves_out_what_is_only_ours(self, store: PictureStore) -> None:
        self.fill(store, row("a", seq=5, received_at=77))
        with store.transaction() as tx:
            tx.set_folded(3)
        before = list(store.dump())
        self.fill(store, row("a", seq=6, received_at=78))
        assert list(store.dump()) == before
        assert "77" not in before[0]
        self.fill(store, row("a", body=b"{}"))
        assert list(store.dump()) != before
