"""RFC 6962 trees: the reference roots, every proof, and every way a proof can be wrong (log 4, 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, RuleBroken
from seamline.log import merkle
from seamline.log.merkle import Frontier, MemoryTree

# The reference tree of Certificate Transparency, on which transparency-dev/merkle's cases stand too.
LEAVES = [
    bytes.fromhex(h)
    for h in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
GARBAGE = hashlib.sha256(b"garbage").digest()
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
TREE = MemoryTree(HASHES)


def leaf(n: int) -> bytes:
    return merkle.leaf_hash(n.to_bytes(4, "big"))


def definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, written as it stands there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + definition(leaves[:k]) + definition(leaves[k:])).digest()


def wrong_paths(path: list[bytes], *roots: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Every way transparency-dev/merkle's cases spoil a proof's hashes."""
    yield "trailing garbage", [*path, GARBAGE]
    yield "preceding garbage", [GARBAGE, *path]
    yield "a short hash", [*path[:-1], b"short"] if path else [b"short"]
    for root in roots:
        yield "trailing root", [*path, root]
        yield "preceding root", [root, *path]
    for i in range(len(path)):
        changed = bytes([path[i][0] ^ 0x10]) + path[i][1:]
        yield f"modified proof[{i}]", [*path[:i], changed, *path[i + 1 :]]
        yield f"removed component {i}", path[:i] + path[i + 1 :]
        yield f"inserted component {i}", [*path[:i], GARBAGE, *path[i:]]
        yield f"truncated to {i}", path[:i]


def refuse(rule: str, what: str, check: Callable[[], object]) -> None:
    try:
        check()
    except RuleBroken as refused:
        assert refused.rule == rule, what
    else:
        pytest.fail(f"taken: {what}")


def test_the_reference_roots() -> None:
    frontier = Frontier()
    for size, root in enumerate(ROOTS):
        assert (
            merkle.root(TREE, size).hex() == frontier.root().hex() == definition(HASHES[:size]).hex() == root
        )
        if size < len(HASHES):
            frontier.append(HASHES[size])
    assert merkle.empty_root.hex() == ROOTS[0]
    assert (
        merkle.leaf_hash(b"L123456").hex()
        == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert (
        merkle.node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_inclusion_in_the_reference_tree_and_every_way_to_be_wrong(size: int) -> None:
    root = merkle.root(TREE, size)
    for index in range(size):
        path, mine = merkle.inclusion(TREE, index, size), HASHES[index]
        merkle.verify_inclusion(mine, index, size, path, root)
        for what, wrong in wrong_paths(path, root):
            refuse(
                "log 7.2", what, lambda w=wrong, i=index, m=mine: merkle.verify_inclusion(m, i, size, w, root)
            )
        for other in {index - 1, index + 1, index ^ 2, size}:
            refuse(
                "log 7.2",
                f"index {other}",
                lambda o=other, m=mine, p=path: merkle.verify_inclusion(m, o, size, p, root),
            )
        for other in {size * 2, size // 2} - {size}:
            # Some sizes look alike from a leaf; what then protects is that size and root are signed together.
            if len(path) != len(
                merkle.inclusion(MemoryTree(HASHES * 2), index, other) if index < other else []
            ):
                refuse(
                    "log 7.2",
                    f"size {other}",
                    lambda o=other, i=index, m=mine, p=path: merkle.verify_inclusion(m, i, o, p, root),
                )
        for what, leaf_hash, bad_root in (
            ("wrong leaf", GARBAGE, root),
            ("empty root", mine, b""),
            ("random root", mine, GARBAGE),
            ("root for leaf", root if size > 1 else GARBAGE, root),
        ):
            refuse(
                "log 7.2",
                what,
                lambda a=leaf_hash, r=bad_root, i=index, p=path: merkle.verify_inclusion(a, i, size, p, r),
            )


@pytest.mark.parametrize("new", range(1, 9))
def test_consistency_in_the_reference_tree_and_every_way_to_be_wrong(new: int) -> None:
    new_root = merkle.root(TREE, new)
    for old in range(1, new):
        path, old_root = merkle.consistency(TREE, old, new), merkle.root(TREE, old)

        def check(o: int, n: int, p: list[bytes], a: bytes, b: bytes) -> Callable[[], None]:
            return lambda: merkle.verify_consistency(o, n, p, a, b)

        check(old, new, path, old_root, new_root)()
        for what, wrong in wrong_paths(path, old_root, new_root):
            refuse("log 7.3", what, check(old, new, wrong, old_root, new_root))
        for other in {old - 1, old + 1, old ^ 2, new + 1} - {old}:
            refuse("log 7.3", f"old {other}", check(other, new, path, old_root, new_root))
        for what, a, b in (
            ("swapped roots", new_root, old_root),
            ("wrong old root", GARBAGE, new_root),
            ("wrong new root", old_root, GARBAGE),
        ):
            refuse("log 7.3", what, check(old, new, path, a, b))
        refuse("log 7.3", "empty proof", check(old, new, [], old_root, new_root))


def test_consistency_of_equal_sizes_and_from_nothing() -> None:
    one, empty = merkle.root(TREE, 1), merkle.empty_root
    merkle.verify_consistency(1, 1, [], one, one)
    merkle.verify_consistency(0, 0, [], empty, empty)
    merkle.verify_consistency(0, 1, [], empty, one)
    for old, new, path, a, b in (
        (1, 1, [], one, GARBAGE),
        (0, 0, [], one, one),
        (0, 0, [], empty, one),
        (0, 1, [], one, one),
        (0, 1, [GARBAGE], empty, one),
        (1, 1, [GARBAGE], one, one),
        (0, 0, [GARBAGE], empty, empty),
        (1, 0, [GARBAGE], one, one),
        (2, 1, [], one, one),
        (-1, 1, [], one, one),
    ):
        refuse(
            "log 7.3",
            f"{old} to {new}",
            lambda o=old, n=new, p=path, x=a, y=b: merkle.verify_consistency(o, n, p, x, y),
        )


@given(st.integers(1, 300), st.data())
def test_every_proof_of_a_larger_tree_holds(size: int, data: st.DataObject) -> None:
    leaves = [leaf(n) for n in range(size)]
    tree, root = MemoryTree(leaves), definition(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    stop = data.draw(st.integers(index + 1, size))
    assert merkle.root(tree, size) == root == Frontier.of(tree, size).root()
    merkle.verify_inclusion(leaves[index], index, size, merkle.inclusion(tree, index, size), root)
    merkle.verify_consistency(old, size, merkle.consistency(tree, old, size), definition(leaves[:old]), root)
    proof = merkle.range_proof(tree, index, stop, size)
    after = merkle.verify_range(leaves[index:stop], index, size, proof, root)
    assert (after.size, after.root()) == (stop, definition(leaves[:stop]))


@given(st.integers(2, 100), st.data())
def test_no_changed_run_is_taken(size: int, data: st.DataObject) -> None:
    leaves = [leaf(n) for n in range(size)]
    tree = MemoryTree(leaves)
    root = merkle.root(tree, size)
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start + 1, size))
    run, proof = leaves[start:stop], merkle.range_proof(tree, start, stop, size)
    place = data.draw(st.integers(0, len(run) - 1))
    cases = {
        "changed": [*run[:place], GARBAGE, *run[place + 1 :]],
        "dropped": run[:place] + run[place + 1 :],
        "repeated": [*run[: place + 1], *run[place:]],
        "reordered": run[::-1] if len(run) > 1 else [GARBAGE],
    }
    for what, wrong in cases.items():
        refuse("log 7.4", what, lambda w=wrong: merkle.verify_range(w, start, size, proof, root))
    for what, wrong in wrong_paths(proof, root):
        refuse("log 7.4", what, lambda w=wrong: merkle.verify_range(run, start, size, w, root))
    refuse("log 7.4", "moved", lambda: merkle.verify_range(run, start + 1, size, proof, root))
    refuse("log 7.4", "other root", lambda: merkle.verify_range(run, start, size, proof, GARBAGE))


def test_a_byte_moved_from_one_hash_to_its_neighbour_is_refused() -> None:
    # The two right-hand hashes of this run are joined directly, so their bytes could be cut elsewhere.
    root = merkle.root(TREE, 7)
    left, right = merkle.range_proof(TREE, 0, 4, 7)
    merkle.verify_range(HASHES[:4], 0, 7, [left, right], root)
    moved = [left[:-1], left[-1:] + right]
    refuse("log 7.4", "moved byte", lambda: merkle.verify_range(HASHES[:4], 0, 7, moved, root))


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_frontier_goes_on_from_anywhere(steps: list[int]) -> None:
    frontier, leaves = Frontier(), []
    for count in steps:
        frontier = Frontier(frontier.size, frontier.nodes)
        for _ in range(count):
            leaves.append(leaf(len(leaves)))
            frontier.append(leaves[-1])
        aside = frontier.copy()
        aside.append(GARBAGE)
        assert (frontier.size, frontier.root()) == (len(leaves), definition(leaves))


def test_append_tells_which_subtrees_it_completed() -> None:
    frontier, kept = Frontier(), MemoryTree()
    for n in range(64):
        kept.append(leaf(n))
        for level, root in enumerate(frontier.append(leaf(n))):
            assert kept.subtree(level, n >> level) == root
    assert frontier.nodes == (kept.subtree(6, 0),)


def test_an_impossible_frontier_is_refused() -> None:
    refuse("log 4.3", "nodes missing", lambda: Frontier(3, [GARBAGE]))
    refuse("log 4.3", "a subtree in between", lambda: Frontier(1, [GARBAGE]).append_subtree(1, GARBAGE))


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_cover_is_the_largest_aligned_subtrees(start: int, length: int) -> None:
    place = start
    parts = merkle.cover(start, start + length)
    for level, index in parts:
        assert index << level == place
        place += 1 << level
    assert place == start + length
    for (a, i), (b, _) in pairwise(parts):
        assert a != b or i & 1, "two halves of one subtree"


def test_asking_for_what_is_not_there_is_the_callers_fault() -> None:
    for ask in (
        lambda: merkle.inclusion(TREE, 8, 8),
        lambda: merkle.inclusion(TREE, -1, 8),
        lambda: merkle.consistency(TREE, 9, 8),
        lambda: merkle.range_proof(TREE, 3, 3, 8),
        lambda: merkle.range_proof(TREE, 3, 9, 8),
    ):
        with pytest.raises(BadInput):
            ask()
