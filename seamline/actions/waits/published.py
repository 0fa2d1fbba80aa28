"""Public statements that all have endorsed: each party's release officer lets them out, or does not."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.actions import publishing
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.waits.wait import SOON, Wait
from seamline.store.ports import Row

_RELEASE = frozenset({"release"})


def unpublished(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For a release officer of a party named, until his party has let out the words that stand."""
    found = publishing.stands(publishing.revisions(node.picture, row, FOREVER[1]))
    if found is not None and party in found.value.parties and party not in found.out:
        yield Wait("publication_due", SOON, found.row.received_at, row=row, roles=_RELEASE)
