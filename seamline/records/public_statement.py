"""public_statement: what parties tell the public in their own name, the same words in several languages.

Joint when it names several parties: then all of them endorse the same bytes. It leaves the system by a
`publication`, the act of a release officer. A correction is a new revision, endorsed and released again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.agreement import Lang, Said, check_parties
from seamline.records.kind import Body, Reference
from seamline.records.values import KEEP, HashHex, Ident, Instant, Line, RecordId, Spec


class PublicStatement(Agreed, kw_only=True):
    """Every text stands in every language named: who signs it signs all of them at once.

    parties: in whose name; one alone is a one-sided statement and is marked so everywhere. dated: the day it
    bears, ms. correction: of a revision, what it corrects and why, for the public too.
    """

    KIND: ClassVar[str] = "public_statement"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    BINDING: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=1, max_length=16)], Spec("parties", KEEP)]
    languages: Annotated[Annotated[list[Lang], Meta(min_length=1, max_length=3)], Spec("codes", KEEP, "lang")]
    prevails: Annotated[Lang | None, Spec("code", KEEP, "lang")] = None
    dated: Annotated[Instant | None, Spec("instant", KEEP)] = None
    title_said: Annotated[dict[Lang, Line], Spec("parts", KEEP)]
    text: Annotated[Said, Spec("parts", KEEP)]
    correction: Annotated[Said, Spec("parts", KEEP)] = {}
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def check(self) -> None:
        check_parties(self.parties)
        if len(set(self.languages)) != len(self.languages):
            raise BadInput(
                "languages",
                ", ".join(self.languages),
                Worded("remedy.languages_once", "name each language once"),
            )
        if self.prevails is not None and self.prevails not in self.languages:
            raise BadInput(
                "prevails", self.prevails, Worded("remedy.statement_language", "a language of this statement")
            )
        self._spoken("title_said", self.title_said)
        self._spoken("text", self.text)
        if self.correction:
            self._spoken("correction", self.correction)

    def _spoken(self, at: str, said: Mapping[Lang, str]) -> None:
        """The same in every language, and in no other: what nobody prints nobody should have signed."""
        missing = [lang for lang in self.languages if not said.get(lang, "").strip()]
        if missing:
            raise BadInput(
                f"{at}.{missing[0]}",
                None,
                Worded("remedy.statement_words", "the same words in every language of this statement"),
            )
        strange = sorted(set(said) - set(self.languages))
        if strange:
            raise BadInput(
                f"{at}.{strange[0]}",
                strange[0],
                Worded("remedy.statement_names", "a language that this statement names"),
            )

    def revises(self, before: Body) -> None:
        if isinstance(before, PublicStatement) and before.parties != self.parties:
            remedy = "a statement stays in the names it was written in; write another one"
            raise BadInput("parties", "+".join(self.parties), remedy)

    @property
    def one_sided(self) -> bool:
        return len(self.parties) == 1

    def parties_named(self) -> Collection[str]:
        return self.parties

    def clauses_named(self) -> Collection[str]:
        """None: what is published is published whole. Who cannot sign all of it objects."""
        return ()

    def references(self) -> Sequence[Reference]:
        return (Reference("about", self.about),) if self.about else ()


class Publication(Body, kw_only=True):
    """A party's release officer lets exactly these endorsed words out to the public."""

    KIND: ClassVar[str] = "publication"
    WRITERS: ClassVar[tuple[str, ...]] = ("release",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("public_statement",)

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]

    def revises(self, before: Body) -> None:
        raise BadInput(
            "of", self.of, Worded("remedy.correct_it", "what was let out is out; correct the statement")
        )

    def references(self) -> Sequence[Reference]:
        return (Reference("publishes", self.of, self.hash),)
