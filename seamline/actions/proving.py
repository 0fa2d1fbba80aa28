"""To prove: one record as a file that anybody checks offline, with nothing but a party's public key.

The file holds what the record's own channel holds and the statements that every party sees anyway. With an
anchor it also opens the sizes of the party's internal logs of that day: that is the release officer's to do.
"""

from __future__ import annotations

import msgspec

from seamline.actions import anchor, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput, Conflict, NotFound
from seamline.log import checkpoint, keys, merkle, proof, proof_file, statement
from seamline.log.channel import members
from seamline.log.checkpoint import LogId
from seamline.log.proof_file import Anchored, Item
from seamline.store.ports import Row
from seamline.store.tree import LogTree


def prove(
    node: Node, officer: Officer, id: str, rev: int | None = None, anchored_in: str | None = None
) -> bytes:
    """The proof file of a record's revision (the current one if rev is None).

    anchored_in: a wider channel; the file then shows that the record existed when that channel got its next
    anchor. Raises NotFound alike for absent and forbidden; Conflict where there is no signed head, no body
    or no anchor yet.
    """
    officer.need(*READERS)
    row = _revision(node, view.find(node, officer, node.picture, id), rev)
    item = _item(node, row)
    anchored = None
    if anchored_in is not None:
        officer.need("release")
        anchored = _anchored(node, officer, row, anchored_in)
    return proof_file.write(item, _statements(node, row.channel, anchored_in or row.channel), anchored)


def printed(
    node: Node, officer: Officer, id: str, rev: int | None = None, anchored_in: str | None = None
) -> bytes:
    """The printed side of the same file, as PDF. Raises what prove raises."""
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.proof_form import proof_form

    data = prove(node, officer, id, rev, anchored_in)
    known = {party: public.hex() for party, public in node.trust.trusted().items()}
    told = view.brief(node, officer, _revision(node, view.find(node, officer, node.picture, id), rev))
    shown = proof_file.check(data, {p: known[p] for p in proof_file.claims(data) if p in known})
    return proof_form(data, shown, told["number"] or id, told["title"])


def _revision(node: Node, current: Row, rev: int | None) -> Row:
    if rev is None:
        return current
    found = [r for r in node.picture.revisions(current.channel, current.id) if r.rev == rev]
    if not found:
        raise NotFound(f"record {current.id} has no revision {rev}")
    return found[0]


def _item(node: Node, row: Row) -> Item:
    log = LogId(row.node, row.channel, row.lane)
    note = node.log.checkpoint(log)
    held = node.log.head(log).size
    data = node.log.entries(log, row.index, row.index + 1)[0]
    if data is None:
        why = "the body of this revision was destroyed; its leaf hash alone proves nothing it said"
        raise Conflict(why, code="body_destroyed")
    head = checkpoint.claimed(note) if note is not None else None
    if note is None or head is None or not row.index < head.size <= held:
        why = "no signed head over this record is held in full yet; try again after an exchange"
        raise Conflict(why, code="no_signed_head")
    tree = LogTree(node.log, log)
    receipts = [
        proof.make(row.index, merkle.inclusion(tree, row.index, one.size), one.note)
        for one in sorted(node.log.receipts(log), key=lambda r: r.reader)
        if row.index < one.size <= held
    ]
    return proof_file.item(row.index, merkle.inclusion(tree, row.index, head.size), note, data, receipts)


def _anchored(node: Node, officer: Officer, row: Row, channel: str) -> Anchored:
    """The first anchor in the channel that covers the row, opened."""
    if channel not in node.readable(officer) or channel == row.channel:
        raise BadInput("anchor", channel, "a wider channel that this node holds")
    log = LogId(row.node, row.channel, row.lane)
    made = sorted(node.picture.current_of_kind("anchor", (channel,)), key=lambda r: (r.at, r.id))
    for one in made:
        opening = anchor.opening(node, msgspec.json.decode(one.body)["digest"])
        head = proof_file.opened_head(opening, log) if opening is not None else None
        if opening is not None and head is not None and row.index < head[0]:
            way = merkle.inclusion(LogTree(node.log, log), row.index, head[0])
            hashes = tuple(keys.to_base64(h) for h in way)
            return Anchored(_item(node, one), keys.to_base64(opening), hashes)
    why = f"no anchor of this node in {channel} covers the record yet; they are made once a day"
    raise Conflict(why, code="no_anchor")


def _statements(node: Node, *channels: str) -> list[bytes]:
    """Whole chains of the channels' members: nobody else wrote in them or gave a receipt."""
    wanted = {party for channel in channels for party in members(channel)}
    return [s for s in node.trust.statements() if statement.read(s).party in wanted]
