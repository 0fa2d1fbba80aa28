"""What only a signatory does, with his own key: endorse the exact bytes of a record; destroy a body."""

from __future__ import annotations

from concurrent.futures import Future

from seamline.actions import endorsements, view, write
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.errors import BadInput, NotAllowed


def endorsing(node: Node, officer: Officer, id: str, hash: str, part: str = "party") -> write.Saying:
    """The endorsement of that very revision, to be drafted, signed and put. Conflict for a stale hash."""
    row = view.find(node, officer, node.picture, id)
    endorsements.current(node.picture, row.channel, id, hash)
    return write.check(
        node,
        officer,
        write.Saying("endorsement", row.channel, row.lane, row.lang, {"of": id, "hash": hash, "part": part}),
    )


def destroying(node: Node, officer: Officer, id: str, hash: str, reason: str) -> write.Saying:
    """The act that makes every node drop one revision (law 6); only the author's own signatory's counts."""
    row = view.find(node, officer, node.picture, id)
    if row.party != officer.party:
        raise NotAllowed(f"only a signatory of {row.party} destroys what {row.party} wrote")
    if hash not in {r.hash for r in node.picture.revisions(row.channel, id)}:
        raise BadInput("hash", hash, "the hash of one of its revisions")
    body = {"of": id, "hash": hash, "reason": reason}
    return write.check(node, officer, write.Saying("destruction", row.channel, row.lane, row.lang, body))


def put_signed(
    node: Node, officer: Officer, saying: write.Saying, attest: write.Attest
) -> Future[tuple[view.Item, bool]]:
    """Put what endorsing or destroying made, with the signatory's signature; nothing without it."""
    return write.put(node, officer, saying, attest=attest)
