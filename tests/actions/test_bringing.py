"""What an officer brings is drawn anew or checked; what leaves his party is drawn by its node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import release, write
from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict, NotFound
from seamline.store.ports import BlobStore
from tests.nodes import INCIDENT, World, let_go, officer, put
from tests.release.photos import PNG, SECRET, chunk, png
from tests.release.test_paper import pdf

SHARED = "isf+ksf"
OLD = png(9, chunk(b"tEXt", b"Comment\0" + SECRET))


@pytest.fixture
def node() -> Iterator[Node]:
    world = World()
    made = world.node("erbil", "ksf", channels=(SHARED,))
    world.meet()
    yield made
    world.close()


def brought_elsewhere(blobs: BlobStore) -> dict[str, Any]:
    """A photo as another node of the party keeps it, perhaps an older one that drew nothing anew."""
    return {"hash": blobs.put(OLD), "size": len(OLD), "type": "image/png"}


def said(node: Node, **files: Any) -> dict[str, Any]:
    made = put(node, officer("ksf", "watch"), "incident", "ksf", {**INCIDENT, **files})
    node.photos.catch_up()
    return made


def test_a_photo_is_named_with_its_small_picture_and_a_pdf_stays_as_it_is(node: Node) -> None:
    told = node.bringing.put(png(200))
    assert 0 < told["thumb_size"] < told["size"]
    assert node.blobs.has(told["thumb"])
    assert "thumb" not in node.bringing.put(PNG)
    paper = node.bringing.put(pdf(title="who wrote it"))
    assert (paper["type"], node.blobs.get(paper["hash"])) == ("application/pdf", pdf(title="who wrote it"))
    made = said(node, photos=[told], documents=[paper | {"name": "Sketch"}])
    data, media = node.photos.small(told["hash"], ["ksf"])
    assert (data, media) == (node.blobs.get(told["thumb"]), "image/jpeg")
    with pytest.raises(NotFound):
        node.photos.small(paper["hash"], ["ksf"])
    with pytest.raises(NotFound):
        node.photos.small(told["hash"], [SHARED])
    # A tear line has neither.
    torn = let_go(node, "ksf", made, SHARED, "tear")
    assert not {"photos", "documents"} & torn["body"].keys()


def test_neither_is_taken_for_the_other(node: Node) -> None:
    photo, paper = node.bringing.put(PNG), node.bringing.put(pdf())
    absent = {"hash": "0" * 64, "size": 9, "type": "application/pdf", "name": "x"}
    wrong: list[dict[str, Any]] = [
        {"photos": [paper | {"type": "image/png"}]},
        {"documents": [photo | {"type": "application/pdf", "name": "x"}]},
        {"documents": [absent]},
    ]
    for files in wrong:
        with pytest.raises(BadInput):
            said(node, **files)


def test_a_photo_that_was_not_drawn_here_is_drawn_when_it_is_released(node: Node) -> None:
    one = brought_elsewhere(node.blobs)
    made = said(node, photos=[one])
    ask = release.Release(made["id"], made["rev"], SHARED)
    shown = release.preview(node, officer("ksf", "release"), ask)["body"]["photos"]
    released = let_go(node, "ksf", made, SHARED)
    (photo,) = released["body"]["photos"]
    assert [photo] == shown
    assert photo["hash"] != one["hash"]
    data = node.blobs.get(photo["hash"])
    assert data is not None
    assert SECRET not in data
    node.photos.catch_up()
    assert node.photos.serve(SHARED, photo["hash"]) == data
    assert node.photos.serve(SHARED, one["hash"]) is None
    with pytest.raises(Conflict):
        let_go(node, "ksf", made, SHARED)


def test_nor_is_one_said_to_another_party_by_name(node: Node) -> None:
    body = {**INCIDENT, "photos": [brought_elsewhere(node.blobs)]}
    with pytest.raises(BadInput, match="bring the file first"):
        write.check(node, officer("ksf", "release"), write.Saying("incident", SHARED, "routine", "en", body))
    body["photos"] = [node.bringing.put(OLD)]
    write.check(node, officer("ksf", "release"), write.Saying("incident", SHARED, "routine", "en", body))


def test_a_photo_that_is_not_here_is_asked_for_and_not_released(node: Node) -> None:
    one = brought_elsewhere(node.blobs)
    made = said(node, photos=[one])
    node.blobs.destroy(one["hash"])
    with pytest.raises(Conflict) as fault:
        let_go(node, "ksf", made, SHARED)
    assert fault.value.code == "photo_to_come"
    asked: list[set[str]] = []
    node.on_photos = asked.append
    for _ in range(3):
        with pytest.raises(NotFound) as missing:
            node.photos.read(one["hash"], ["ksf", SHARED])
        assert missing.value.code == "blob_asked"
    # Whoever looks again costs the line nothing.
    assert asked == [{"ksf"}]
