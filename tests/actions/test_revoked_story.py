"""Law 1 where a revocation names the head of another story than the one that arrives."""

from __future__ import annotations

from seamline.actions.node import Node
from seamline.log import statement
from seamline.log.checkpoint import LogId
from seamline.log.merkle import MemoryTree, leaf_hash, root
from tests.nodes import World, officer, put

SHARED = "isf+ksf"


def test_a_stop_before_it_was_folded_again_is_made_good_at_the_next_start() -> None:
    world = World()
    reader = hears_another_story(world, stop=True)
    before = list(reader.picture.dump())
    reader.close()
    again = Node(
        reader.settings, reader.key, reader.clock, reader.log, reader.picture, reader.local, reader.blobs
    )
    again.start()
    after = list(again.picture.dump())
    again.refold().result()
    assert before != after == list(again.picture.dump())
    again.close()
    world.close()


def test_the_picture_is_that_of_a_rebuild_once_the_log_is_long_enough_to_tell() -> None:
    world = World()
    reader = hears_another_story(world)
    before = list(reader.picture.dump())
    reader.refold().result()
    assert before == list(reader.picture.dump())
    assert all('"counts":false' in line for line in before if world.nodes["erbil"].key.fingerprint in line)
    world.close()


def hears_another_story(world: World, *, stop: bool = False) -> Node:
    """The revocation comes first: while the log is short it may be the story that counts; then it is not.

    stop: as if the process ended when all was saved, before the picture was folded again.
    """
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    reader = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    for number in range(3):
        put(erbil, officer("ksf", "release"), "note", SHARED, {"text": f"to this reader, {number}"})
    log = LogId(erbil.key.fingerprint, SHARED, "routine")
    told = [entry for entry in erbil.log.entries(log, 0, 3) if entry is not None]
    other = root(MemoryTree([leaf_hash(b"to another reader, 0"), leaf_hash(b"to another reader, 1")]), 2)
    head = statement.Head(SHARED, "routine", 2, other.hex())
    reader.trust.add([world.say("ksf", statement.RevokeNode(erbil.key.fingerprint, (head,)))])
    if stop:
        reader.writer._rebuild = lambda: None  # type: ignore[method-assign]  # what no longer happened
    for index, data in enumerate(told):
        reader.writer.submit(lambda tx, i=index, d=data: tx.log.append(log, i, [d], 5)).result()
    reader.writer.submit(lambda tx: None).result()
    return reader
