"""rule: what a signed clause asks, as data; findings are facts held against it (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded, Words
from seamline.geo.window import DAY
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference
from seamline.records.values import (
    KEEP,
    Code,
    Geometry,
    Ident,
    Line,
    Metres,
    Place,
    Point,
    RecordId,
    Spec,
    Text,
    Window,
)

Hours = Annotated[int, Meta(ge=1, le=2_400)]
LONGEST = 25 * 366 * DAY

# What each type of rule needs and what it may say besides; of several in one word, one of them.
_NEEDS = {
    "notice": (("hours",), {"types", "within_m", "line"}),
    "entry": (("place", "consent hours"), {"types", "within_m"}),
    "no_go": (("place site", "within_m"), {"types"}),
    "handover": (("hours",), set()),
    "close_out": (("hours",), {"types"}),
    "answer": (("hours",), {"types"}),
}
_SPECIFIC = ("types", "hours", "within_m", "line", "place", "site", "consent")


class Rule(Agreed, kw_only=True):
    """In force when every party it names has endorsed the same bytes, for activities that begin in `valid`.

    parties: whom it binds, and who must endorse it. types: of activity; none: all. hours: of notice, or
    within which is handed over, closed or answered. within_m: of the line (none named: any of the terms), of
    the place or site. consent: to enter needs the other side's endorsement; without it, `hours` of notice.
    """

    KIND: ClassVar[str] = "rule"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    BINDING: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "rule_type")]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=16)], Spec("parties", KEEP)]
    valid: Annotated[Window, Spec("window", KEEP)]
    clause: Annotated[Annotated[str, Meta(max_length=40)], Spec("line", KEEP)] = ""
    types: Annotated[list[Code], Spec("codes", KEEP, "activity_type")] = []
    hours: Annotated[Hours | None, Spec("number", KEEP)] = None
    within_m: Annotated[Metres | None, Spec("metres", KEEP)] = None
    line: Annotated[Ident | None, Spec("line", KEEP)] = None
    place: Annotated[Place | None, Spec("place", KEEP)] = None
    site: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    consent: Annotated[bool, Spec("flag", KEEP)] = False
    text: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        _in_order(self.parties)
        if self.valid.end <= self.valid.start or self.valid.end - self.valid.start > LONGEST:
            remedy = "from a day until a later one, at most 25 years"
            raise BadInput("valid", f"{self.valid.start}..{self.valid.end}", remedy)
        _fits(self)
        if self.type == "entry" and self.place and isinstance(self.place.geometry, Point):
            raise BadInput("place", "Point", Worded("remedy.draw_area", "draw the area, not a single point"))

    def parties_named(self) -> Collection[str]:
        return self.parties

    def references(self) -> Sequence[Reference]:
        return (Reference("protects", self.site),) if self.site else ()

    def window(self) -> Window | None:
        return self.valid

    def geometry(self) -> Geometry | None:
        return self.place.geometry if self.place else None


def _in_order(parties: list[str]) -> None:
    if sorted(set(parties)) != parties:
        raise BadInput(
            "parties",
            "+".join(parties),
            Worded("remedy.parties_once", "name each party once, in alphabetical order"),
        )


def _fits(rule: Rule) -> None:
    """What this type of rule needs is there, and nothing that it would leave unread."""
    needs, may = _NEEDS.get(rule.type, ((), set()))
    said = {name for name in _SPECIFIC if getattr(rule, name) not in (None, False, [])}
    for one_of in needs:
        if not said & set(one_of.split()):
            names = one_of.split()
            raise BadInput(
                names[-1],
                None,
                Worded(
                    "remedy.rule_states",
                    "a rule of this type states one of: {fields}",
                    fields=Words("field", tuple(names)),
                ),
            )
    unread = said - may - {name for one_of in needs for name in one_of.split()}
    if unread:
        name = min(unread)
        raise BadInput(
            name,
            getattr(rule, name),
            Worded("remedy.rule_no_value", "a rule of this type takes no such value; leave it out"),
        )
    if rule.line is not None and rule.within_m is None:
        raise BadInput("within_m", None, Worded("remedy.metres_near", "how near to that line, in metres"))


class AgendaItem(Body, kw_only=True):
    """A question that a side proposes for the next meeting: on a record, on a rule, or on neither."""

    KIND: ClassVar[str] = "agenda_item"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")

    title_text: Annotated[Line, Spec("line", KEEP)]
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    rule: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    text: Annotated[Text, Spec("text", KEEP)] = ""

    def references(self) -> Sequence[Reference]:
        named = (("agenda", self.about), ("agenda_rule", self.rule))
        return tuple(Reference(relation, to) for relation, to in named if to is not None)

    def title(self) -> str:
        return self.title_text
