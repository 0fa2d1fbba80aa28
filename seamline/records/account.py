"""same_event, common_account: what each side says of one event, in its own words, and what both say of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference
from seamline.records.places import check_window
from seamline.records.values import (
    KEEP,
    Code,
    Harm,
    HashHex,
    Line,
    Place,
    RecordId,
    Spec,
    Text,
    Window,
)


class SameEvent(Body, kw_only=True):
    """The author's own statement that two incidents tell of one event; each side may make it.

    The two ids in rising order: neither is the first. It is said in a channel that holds both incidents.
    """

    KIND: ClassVar[str] = "same_event"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    RELEASABLE: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("incident",)

    incidents: Annotated[Annotated[list[RecordId], Meta(min_length=2, max_length=2)], Spec("refs", KEEP)]
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        _rising("incidents", self.incidents)

    def references(self) -> Sequence[Reference]:
        return tuple(Reference("same_event", id) for id in self.incidents)


class Account(Struct, frozen=True):
    """One incident, and the revision of it that was read."""

    id: RecordId
    hash: HashHex


class CommonAccount(Agreed, kw_only=True):
    """What the sides say together of one event; it exists once all who must have endorsed these bytes.

    `accounts` names each side's own incident by the revision that was compared; these stay what they are. The
    fields say what an incident says.
    """

    KIND: ClassVar[str] = "common_account"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    PLACED: ClassVar[bool] = True
    RELEASABLE: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("incident",)

    summary: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "incident_type")]
    occurred: Annotated[Window, Spec("window", KEEP)]
    place: Annotated[Place, Spec("place", KEEP)]
    harm: Annotated[Harm | None, Spec("harm", KEEP)] = None
    narrative: Annotated[Text, Spec("text", KEEP)] = ""
    left_open: Annotated[Text, Spec("text", KEEP)] = ""
    accounts: Annotated[Annotated[list[Account], Meta(min_length=2, max_length=8)], Spec("accounts", KEEP)]

    def check(self) -> None:
        check_window("occurred", self.occurred)
        _rising("accounts", [one.id for one in self.accounts])

    def references(self) -> Sequence[Reference]:
        return tuple(Reference("account_of", one.id, one.hash) for one in self.accounts)

    def window(self) -> Window | None:
        return self.occurred

    def title(self) -> str:
        return self.summary


def _rising(field: str, ids: Sequence[str]) -> None:
    if any(a >= b for a, b in pairwise(ids)):
        raise BadInput(
            field,
            ", ".join(ids),
            Worded("remedy.incidents_once", "name each incident once, in the order of their ids"),
        )
