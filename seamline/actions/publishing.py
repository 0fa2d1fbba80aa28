"""Public statements as the picture has them: which words stand, since when, and who let them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from seamline.actions.clashing import referrers, revisions_back
from seamline.actions.said import Said
from seamline.errors import BadInput, Conflict
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.acts import Endorsement
from seamline.records.agreed import yeses
from seamline.records.public_statement import Publication, PublicStatement
from seamline.store.ports import PictureReader, Row


@dataclass(frozen=True, slots=True)
class Words:
    """A revision. endorsed: party → when it signed; since: when the last of all did, ms; None: not all have.

    out: the parties whose release officer let these words out, with when.
    """

    row: Row
    value: PublicStatement
    endorsed: dict[str, int]
    since: int | None
    out: dict[str, int]


def revisions(picture: PictureReader, current: Row, as_of: int) -> list[Words]:
    """Every revision in the names the statement was first written in, newest first.

    One in other names is no revision of it: else its author alone could put his word in place of all.
    """
    found = list(_revisions(picture, current, as_of))
    first = found[-1].value.parties if found else []
    return [one for one in found if one.value.parties == first]


def _revisions(picture: PictureReader, current: Row, as_of: int) -> Iterator[Words]:
    for row in revisions_back(picture, current):
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, PublicStatement) or row.at > as_of:
            continue
        told = referrers(picture, row)
        signed: dict[str, int] = {}
        for yes in yeses(told, as_of, "party"):
            if yes.party in value.parties:
                signed[yes.party] = min(yes.at, signed.get(yes.party, yes.at))
        everybody = value.standing(told, as_of, value.parties) == "in_force"
        out = {
            r.party: r.at
            for r in sorted(told, key=lambda r: r.at, reverse=True)
            if r.relation == "publishes" and r.at <= as_of and r.party in value.parties
        }
        yield Words(row, value, signed, max(signed.values()) if everybody else None, out)


def stands(found: list[Words]) -> Words | None:
    """The newest that all have endorsed."""
    return next((one for one in found if one.since is not None), None)


def check(said: Said) -> None:
    """Who is named signs there; what is let out is what all have endorsed, by each party for itself, once."""
    body = said.body
    if isinstance(body, PublicStatement):
        strange = sorted(set(body.parties) - set(members(said.channel)))
        if strange:
            remedy = f"parties that read {said.channel}: it is there that they sign"
            raise BadInput("body.parties", ", ".join(strange), remedy)
    if not isinstance(body, Publication):
        return
    row = said.picture.record(said.channel, body.of)
    found = revisions(said.picture, row, said.now) if row is not None else []
    newest = stands(found)
    if newest is None:
        raise Conflict("not all whose names it bears have endorsed it", id=body.of)
    if newest.row.hash != body.hash:
        raise Conflict(f"what all have endorsed is revision {newest.row.rev}; read that", rev=newest.row.rev)
    if said.party not in newest.value.parties:
        raise BadInput("of", said.party, "a release officer of " + ", ".join(newest.value.parties))
    if said.party in newest.out:
        raise Conflict(f"{said.party} has let these very words out already", id=body.of)


def check_correction(said: Said, row: Row) -> None:
    """Other words in place of endorsed ones say what they correct, in every language; else BadInput."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(said.body, Endorsement) or not isinstance(value, PublicStatement):
        return
    found = revisions(said.picture, row, said.now)
    if not found or found[0].row.hash != row.hash:
        raise BadInput("of", "+".join(value.parties), "other names than those of the statement it corrects")
    if stands(found[1:]) is not None and not value.correction:
        raise BadInput("of", row.id, "a correction says what it corrects and why; revise it, then sign")
