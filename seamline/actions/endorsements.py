"""May that be endorsed, by that party, as it stands? Asked in the writer, when nothing can change."""

from __future__ import annotations

import msgspec

from seamline.actions import publishing
from seamline.actions.endorsing import endorsed
from seamline.actions.said import Said
from seamline.errors import BadInput, Conflict, Worded
from seamline.records import registry
from seamline.records.acts import Endorsement, Objection
from seamline.records.agreed import Agreed
from seamline.store.ports import PictureReader, Row

SIGNED = frozenset({"endorsement", "objection"})
"""What binds a person: nothing without the signatory's own signature (docs/spec/log.md 3.8)."""


def check(said: Said) -> None:
    """Raises Conflict for a stale revision or a second time, BadInput for who is not asked."""
    body = said.body
    if not isinstance(body, Endorsement | Objection):
        return
    row = current(said.picture, said.channel, body.of, body.hash)
    asked = endorsed(said.picture, row, said.now)
    if asked is None:
        return
    is_witness = isinstance(body, Endorsement) and body.part == "witness"
    if is_witness and said.party in asked["needed"]:
        raise BadInput("part", "witness", f"it is for {said.party} to endorse or to object, not to witness")
    if not is_witness and said.party not in asked["needed"]:
        remedy = f"it is for {', '.join(asked['needed'])} to say; others may witness"
        raise BadInput("part" if isinstance(body, Endorsement) else "of", said.party, remedy)
    if said.party in asked["witnesses" if is_witness else "by"]:
        raise Conflict(
            Worded("said.done_so", "{party} has done so already, for these very words", party=said.party),
            id=body.of,
        )
    if isinstance(body, Endorsement):
        _check_clauses(row, body)
        publishing.check_correction(said, row)


def current(picture: PictureReader, channel: str, id: str, hash: str) -> Row:
    """The record as it stands; Conflict if another revision was read, BadInput if there is none."""
    row = picture.record(channel, id)
    if row is None:
        raise BadInput("of", id, Worded("remedy.same_channel", "a record of this very channel"))
    if row.hash != hash:
        raise Conflict(
            Worded("said.read_first", "it was revised; read revision {rev} before you sign", rev=row.rev),
            rev=row.rev,
        )
    return row


def _check_clauses(row: Row, body: Endorsement) -> None:
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    known = value.clauses_named() if isinstance(value, Agreed) else ()
    for number, one in enumerate(body.reservations):
        if one.clause not in known:
            raise BadInput(f"reservations[{number}].clause", one.clause, "one of " + ", ".join(known))
