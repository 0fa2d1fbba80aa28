"""What a record names must be where all its readers find it, and of the kind that is meant (release 2.7).

The id of a record that a reader does not hold would tell him when that record was made.
"""

from __future__ import annotations

from seamline.actions.said import Said
from seamline.errors import BadInput, Worded
from seamline.log.channel import members
from seamline.records.values import plain


def check(said: Said) -> None:
    """BadInput naming the field where it names what is not there, or another kind than is meant."""
    for reference in said.body.references():
        found = next(iter(said.picture.find(reference.to, _channels(said))), None)
        field = f"body.{_field(said, reference.to)}"
        if found is None:
            raise BadInput(
                field,
                reference.to,
                Worded(
                    "remedy.release_first",
                    "a record of the channel {channel}; release it first",
                    channel=said.channel,
                ),
            )
        if found.kind not in said.body.HERE:
            raise BadInput(field, found.kind, "a record of the kind " + " or ".join(said.body.HERE))
        if reference.hash is not None:
            known = {row.hash for row in said.picture.revisions(found.channel, found.id)}
            if reference.hash not in known:
                raise BadInput(
                    f"body.{_field(said, reference.hash)}",
                    reference.hash,
                    Worded("remedy.its_revision", "a revision of that record"),
                )


def _channels(said: Said) -> list[str]:
    """Where what it names may be: where everybody who reads this reads that too."""
    return [c for c in {said.channel, *said.held} if set(members(said.channel)) <= set(members(c))]


def _field(said: Said, id: str) -> str:
    """The field that names this id."""
    body = plain(said.body)
    return next((name for name, value in body.items() if name != "tear" and id in str(value)), "")
