"""minutes: what was settled at a meeting, in parallel languages in one record that both heads endorse."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.agreement import Lang, Number, Said, check_parties
from seamline.records.kind import Body, Reference
from seamline.records.meeting import PostName
from seamline.records.remedies import one_of
from seamline.records.values import CODES, KEEP, Code, Ident, Instant, Line, RecordId, Spec, Text


class Action(Struct, frozen=True, omit_defaults=True):
    """What one side does about an outcome until a day; open until that side reports it done."""

    no: Number
    side: Ident
    text: Said
    due: Instant


class Outcome(Struct, frozen=True, omit_defaults=True):
    """A numbered result. owner: the party that sees to what was decided. answer_by: of each side, ms.

    takes_up: the earlier outcome that this one answers or carries on, as "minutes id/number".
    """

    no: Number
    outcome: str
    text: Said
    owner: Ident | None = None
    answer_by: dict[Ident, Instant] = {}
    takes_up: Annotated[str, Meta(max_length=60)] | None = None
    about: RecordId | None = None
    actions: Annotated[list[Action], Meta(max_length=40)] = []


class Minutes(Agreed, kw_only=True):
    """In force when every party named has endorsed the same bytes: all their languages at once.

    heads: the post that signs for each party. A correction is a new revision, endorsed again.
    """

    KIND: ClassVar[str] = "minutes"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    BINDING: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    meeting: Annotated[RecordId, Spec("ref", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=16)], Spec("parties", KEEP)]
    languages: Annotated[Annotated[list[Lang], Meta(min_length=1, max_length=3)], Spec("codes", KEEP, "lang")]
    prevails: Annotated[Lang | None, Spec("code", KEEP, "lang")] = None
    heads: Annotated[dict[Ident, PostName], Spec("map", KEEP)] = {}
    text: Annotated[Said, Spec("parts", KEEP)] = {}
    outcomes: Annotated[Annotated[list[Outcome], Meta(min_length=1, max_length=100)], Spec("parts", KEEP)]
    correction: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        check_parties(self.parties)
        self._spoken("text", self.text) if self.text else None
        numbers = [one.no for one in self.outcomes]
        if len(set(numbers)) != len(numbers):
            raise BadInput(
                "outcomes",
                ", ".join(numbers),
                Worded("remedy.outcome_numbers", "give each outcome its own number"),
            )
        for index, one in enumerate(self.outcomes):
            self._check_outcome(f"outcomes[{index}]", one)
        actions = [action.no for one in self.outcomes for action in one.actions]
        if len(set(actions)) != len(actions):
            raise BadInput(
                "outcomes",
                ", ".join(actions),
                Worded("remedy.action_numbers", "give each action its own number here"),
            )

    def _check_outcome(self, at: str, one: Outcome) -> None:
        if one.outcome not in CODES["outcome"]:
            raise BadInput(f"{at}.outcome", one.outcome, one_of(CODES["outcome"], "outcome"))
        self._spoken(f"{at}.text", one.text)
        if one.outcome == "decided" and one.owner is None:
            raise BadInput(
                f"{at}.owner",
                None,
                Worded("remedy.decision_owner", "a decision has an owner: the party that sees to it"),
            )
        if one.owner is not None and one.owner not in self.parties:
            raise BadInput(
                f"{at}.owner", one.owner, Worded("remedy.minutes_party", "a party of these minutes")
            )
        missing = sorted(set(self.parties) - set(one.answer_by)) if one.outcome == "taken_back" else []
        if missing:
            raise BadInput(
                f"{at}.answer_by",
                ", ".join(missing),
                Worded("remedy.day_answer", "a day by which each side answers"),
            )
        for number, action in enumerate(one.actions):
            self._spoken(f"{at}.actions[{number}].text", action.text)
            if action.side not in self.parties:
                raise BadInput(
                    f"{at}.actions[{number}].side",
                    action.side,
                    Worded("remedy.minutes_party", "a party of these minutes"),
                )

    def _spoken(self, at: str, said: Said) -> None:
        """Every text stands in every language of the minutes: both heads sign all of them."""
        missing = [lang for lang in self.languages if not said.get(lang)]
        if missing:
            raise BadInput(
                f"{at}.{missing[0]}",
                None,
                Worded("remedy.minutes_words", "the same words in every language of these minutes"),
            )

    def parties_named(self) -> Collection[str]:
        return self.parties

    def clauses_named(self) -> Collection[str]:
        return [one.no for one in self.outcomes]

    def references(self) -> Sequence[Reference]:
        found = [Reference("minutes", self.meeting)]
        about = {one.about for one in self.outcomes if one.about is not None}
        earlier = {one.takes_up.split("/")[0] for one in self.outcomes if one.takes_up}
        found += [Reference("outcome_about", id) for id in sorted(about)]
        return [*found, *(Reference("takes_up", id) for id in sorted(earlier))]


class ActionReport(Body, kw_only=True):
    """What came of an action: said by the side whose action it is, with evidence."""

    KIND: ClassVar[str] = "action_report"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    minutes: Annotated[RecordId, Spec("ref", KEEP)]
    action: Annotated[Number, Spec("line", KEEP)]
    status: Annotated[Code, Spec("code", KEEP, "action_state")] = "done"
    text: Annotated[Text, Spec("text", KEEP)] = ""
    evidence: Annotated[Annotated[list[RecordId], Meta(max_length=20)], Spec("refs", KEEP)] = []

    def references(self) -> Sequence[Reference]:
        return (Reference("reports", self.minutes), *(Reference("evidence", id) for id in self.evidence))

    def title(self) -> str:
        return f"{self.action}: {self.status}"
