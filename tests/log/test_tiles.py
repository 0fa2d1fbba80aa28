"""Tiles: the tree can be put together from them again, and they lie where C2SP tlog-tiles says."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import Conflict
from seamline.log import checkpoint, entry, merkle, note, tiles
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.keys import SigningKey
from seamline.log.merkle import MemoryTree

ACCEPTED = "f0c9dca6ef3ff248a1f140764660627ac034bb440d7e4c89377c507098803d83"


def tree_of(size: int) -> MemoryTree:
    tree = MemoryTree()
    for n in range(size):
        tree.append(merkle.leaf_hash(b"%d" % n))
    return tree


def root_from(files: dict[str, bytes], size: int) -> bytes:
    """The root, by the leaf tiles alone."""
    frontier = merkle.Frontier()
    for start in range(0, size, tiles.WIDTH):
        tile = files[tiles.path("0", start // tiles.WIDTH, min(tiles.WIDTH, size - start))]
        for at in range(0, len(tile), 32):
            frontier.append(tile[at : at + 32])
    return frontier.root()


@given(st.sampled_from([1, 2, 255, 256, 257, 511, 512, 600, 1000]))
def test_the_leaf_tiles_give_the_root(size: int) -> None:
    tree = tree_of(size)
    assert root_from(dict(tiles.hash_tiles(tree, size)), size) == merkle.root(tree, size)


def test_upper_tiles_are_the_roots_of_full_tiles_below() -> None:
    size = 70_000
    files = dict(tiles.hash_tiles(tree_of(size), size))
    # The counts are the specification's own example.
    assert sum(1 for p in files if p.startswith("tile/0/") and ".p/" not in p) == 273
    assert len(files["tile/0/273.p/112"]) == 112 * 32
    assert len(files["tile/1/000"]) == 256 * 32
    assert len(files["tile/1/001.p/17"]) == 17 * 32
    assert len(files["tile/2/000.p/1"]) == 32
    for n in (0, 255):
        frontier = merkle.Frontier()
        tile = files[f"tile/0/{n:03}"]
        for at in range(0, len(tile), 32):
            frontier.append(tile[at : at + 32])
        assert files["tile/1/000"][n * 32 : n * 32 + 32] == frontier.root()


def test_a_full_tile_has_a_partial_one_above() -> None:
    assert sorted(dict(tiles.hash_tiles(tree_of(256), 256))) == ["tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize(
    ("number", "where"), [(0, "000"), (67, "067"), (1_234_067, "x001/x234/067"), (1000, "x001/000")]
)
def test_paths(number: int, where: str) -> None:
    assert tiles.path("0", number, 256) == f"tile/0/{where}"
    assert tiles.path("entries", number, 7) == f"tile/entries/{where}.p/7"


def test_bundles_hold_every_entry_after_its_length() -> None:
    entries = [bytes([n % 256]) * (n % 700 + 1) for n in range(300)]
    bundles = list(tiles.entry_bundles(lambda a, b: entries[a:b], len(entries)))
    assert [path for path, _ in bundles] == ["tile/entries/000", "tile/entries/001.p/44"]
    found, data = [], b"".join(content for _, content in bundles)
    while data:
        length = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    assert found == entries


def test_a_destroyed_body_has_no_place_in_a_bundle() -> None:
    with pytest.raises(Conflict, match="entry 1"):
        list(tiles.entry_bundles(lambda a, b: [b"x", None][a:b], 2))


def exported(size: int = 300) -> tuple[dict[str, bytes], str]:
    """A whole log as its files, always the same, and the key as Go's tools take it."""
    key = SigningKey(hashlib.sha256(b"tiles").digest())
    log = LogId(key.fingerprint, "isf+ksf", "routine")
    entries = [
        entry.to_bytes(
            Entry(f"0199aaaa-bbbb-7ccc-8ddd-{n:012x}", "note", "ksf", "node", n, {"text": f"said {n}"})
        )
        for n in range(size)
    ]
    tree = MemoryTree()
    for data in entries:
        tree.append(merkle.leaf_hash(data))
    files = dict(tiles.entry_bundles(lambda a, b: entries[a:b], size)) | dict(tiles.hash_tiles(tree, size))
    files["checkpoint"] = checkpoint.sign(Checkpoint(log, size, merkle.root(tree, size)), key)
    return files, note.vkey(checkpoint.origin(log), note.ED25519, key.public)


def test_the_files_that_gos_reference_checkers_accepted() -> None:
    """golang.org/x/mod sumdb/note and sumdb/tlog took exactly these: head, tiles, every record's proof."""
    files, vkey = exported()
    whole = hashlib.sha256(vkey.encode())
    for path in sorted(files):
        whole.update(path.encode() + b"\n" + hashlib.sha256(files[path]).digest())
    assert whole.hexdigest() == ACCEPTED
