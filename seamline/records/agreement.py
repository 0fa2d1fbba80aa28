"""agreement: clauses that two sides or more agree one by one, each with its own state (DESIGN §1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.kind import Reference
from seamline.records.remedies import one_of
from seamline.records.values import KEEP, HashHex, Ident, Instant, Line, RecordId, Spec, Text

Lang = Annotated[str, Meta(pattern="^(en|ar|ckb)$")]
Number = Annotated[str, Meta(pattern="^[0-9A-Za-z][0-9A-Za-z.-]{0,11}$")]
Said = dict[Lang, Annotated[str, Meta(max_length=8000)]]
"""The same words in several languages."""
Short = Annotated[str, Meta(max_length=400)]

STATED = ("in_negotiation", "agreed", "suspended", "lapsed")
"""What a text says of a clause; whether it is in force follows (clause_state)."""


class Clause(Struct, frozen=True, omit_defaults=True):
    """One clause: its words, what each side does about it, from when until when, and a rule if it has one.

    start, end: ms; else those of the agreement. rule, rule_hash: the exact revision of a rule that the clause
    puts in force. evidence: records that show that it was done, or not.
    """

    no: Number
    title: dict[Lang, Line]
    text: Said = {}
    stated: str = "in_negotiation"
    owners: dict[Ident, Short] = {}
    start: Instant | None = None
    end: Instant | None = None
    renewal: Short = ""
    evidence: Annotated[list[RecordId], Meta(max_length=40)] = []
    rule: RecordId | None = None
    rule_hash: HashHex | None = None


class Agreement(Agreed, kw_only=True):
    """In force clause by clause, once every party named has endorsed the same bytes.

    counters: the text that this one answers, until two are the same. source: where a public text stands.
    """

    KIND: ClassVar[str] = "agreement"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    BINDING: ClassVar[bool] = True
    HERE: ClassVar[tuple[str, ...]] = (
        "agreement", "rule", "incident", "activity", "note", "joint_report", "common_account", "handover",
        "post_left", "complaint_outcome", "minutes", "watch", "sector",
    )  # fmt: skip

    name: Annotated[Line, Spec("line", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=16)], Spec("parties", KEEP)]
    start: Annotated[Instant | None, Spec("instant", KEEP)] = None
    end: Annotated[Instant | None, Spec("instant", KEEP)] = None
    prevails: Annotated[Lang | None, Spec("code", KEEP, "lang")] = None
    preamble: Annotated[Said, Spec("parts", KEEP)] = {}
    clauses: Annotated[Annotated[list[Clause], Meta(min_length=1, max_length=100)], Spec("parts", KEEP)]
    counters: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    source: Annotated[Annotated[str, Meta(max_length=400)], Spec("line", KEEP)] = ""
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        check_parties(self.parties)
        numbers = [clause.no for clause in self.clauses]
        if len(set(numbers)) != len(numbers):
            raise BadInput(
                "clauses",
                ", ".join(numbers),
                Worded("remedy.clause_numbers", "give each clause its own number"),
            )
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise BadInput(
                "end", self.end, Worded("remedy.end_later", "the end must be later than the start")
            )
        for index, clause in enumerate(self.clauses):
            self._check_clause(f"clauses[{index}]", clause)

    def _check_clause(self, at: str, clause: Clause) -> None:
        if clause.stated not in STATED:
            raise BadInput(f"{at}.stated", clause.stated, one_of(STATED, "clause_state"))
        strange = sorted(set(clause.owners) - set(self.parties))
        if strange:
            raise BadInput(
                f"{at}.owners",
                ", ".join(strange),
                Worded("remedy.agreement_party", "a party of the agreement"),
            )
        start, end = self.span(clause)
        if clause.start is not None and self.start is not None and clause.start < self.start:
            raise BadInput(
                f"{at}.start",
                clause.start,
                Worded("remedy.clause_after", "no clause is in force before its agreement begins"),
            )
        if start is not None and end is not None and end <= start:
            raise BadInput(
                f"{at}.end", end, Worded("remedy.end_later", "the end must be later than the start")
            )
        if (clause.rule is None) != (clause.rule_hash is None):
            raise BadInput(
                f"{at}.rule_hash",
                clause.rule_hash,
                Worded("remedy.rule_hash", "name a rule by its id and its exact hash"),
            )

    def parties_named(self) -> Collection[str]:
        return self.parties

    def clauses_named(self) -> Collection[str]:
        return [clause.no for clause in self.clauses]

    def span(self, clause: Clause) -> tuple[int | None, int | None]:
        """From when until when the clause is meant to hold, ms; None: from the endorsement on, for good."""
        start = clause.start if clause.start is not None else self.start
        return start, clause.end if clause.end is not None else self.end

    def clause_state(self, clause: Clause, standing: str, reserved: Iterable[str], as_of: int) -> str:
        """in_negotiation, agreed, in_force, suspended or lapsed at as_of (ms).

        standing: of these bytes. reserved: clauses that an endorsement leaves out.
        """
        if clause.stated != "agreed":
            return clause.stated
        if standing != "in_force" or clause.no in set(reserved):
            return "in_negotiation"
        start, end = self.span(clause)
        if start is not None and as_of < start:
            return "agreed"
        return "lapsed" if end is not None and as_of >= end else "in_force"

    def references(self) -> Sequence[Reference]:
        found = [Reference("counters", self.counters)] if self.counters else []
        evidence = {id for clause in self.clauses for id in clause.evidence}
        found += [Reference("evidence", id) for id in sorted(evidence)]
        rules = {(c.rule, c.rule_hash) for c in self.clauses if c.rule is not None}
        return [*found, *(Reference("clause_rule", id, hash) for id, hash in sorted(rules))]


def check_parties(parties: list[str]) -> None:
    """BadInput unless each is named once, in alphabetical order: nobody is first (law 8)."""
    if sorted(set(parties)) != parties:
        raise BadInput(
            "parties",
            "+".join(parties),
            Worded("remedy.parties_once", "name each party once, in alphabetical order"),
        )
