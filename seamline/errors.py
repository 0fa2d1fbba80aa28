"""The whole exception tree, split by who is to blame.

    SeamlineError
    ├── CallerFault            the person or program that asked
    │   ├── BadInput           a field, its value, the remedy
    │   │   ├── TooLarge
    │   │   └── BadSettings    every fault of a node.toml at once
    │   ├── NotSignedIn
    │   ├── NotAllowed
    │   ├── NotFound           forbidden answers equal absent ones (law 3)
    │   ├── Conflict           a stale revision, an id already in use
    │   └── TooMany            rate limits
    ├── PeerFault              another node's data broke a rule of docs/spec
    │   ├── RuleBroken         with the numbered paragraph
    │   │   └── NotCanonical
    │   └── TwoStories         two signed heads that cannot both be true
    ├── LinkFault              nobody's fault: the line
    └── OurFault               this installation
        ├── StoreFull
        ├── StoreBroken
        ├── StoreBusy          another process holds the folder
        ├── Locked             keys destroyed, or a wrong passphrase
        └── Behind             the store is older than its high-water mark

The edge (web/problems.py, cli/exits.py) words them for people; nothing below
the edge builds an error reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Worded(str):
    """English that the edge can say in the reader's language: by its catalogue key and params.

    Whoever has no catalogue has the English itself. A param that is Words has words of its own.
    """

    __slots__ = ("key", "params")
    key: str
    params: dict[str, object]

    def __new__(cls, key: str, english: str, /, **params: object) -> Worded:
        made = super().__new__(cls, english.format(**params) if params else english)
        made.key, made.params = key, params
        return made


@dataclass(frozen=True, slots=True)
class Words:
    """Names that the catalogue has under one prefix: codes ("value.role"), fields ("field")."""

    prefix: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.names)


class SeamlineError(Exception):
    """Anything Seamline refuses or cannot do.

    code: the message catalogue key is ``error.<code>``. params fill its placeholders.
    """

    code = "failed"

    def __init__(self, message: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.said = message if isinstance(message, Worded) else None
        if code is not None:
            self.code = code
        self.params = params


class CallerFault(SeamlineError):
    """The person or program that asked must change something."""

    code = "refused"


class BadInput(CallerFault):
    """A field has a value that cannot be used; the remedy says what can.

    where: file position ("line 7, column place") if the input was a file.
    """

    code = "bad_input"

    def __init__(
        self,
        field: str,
        value: object,
        remedy: str,
        *,
        where: str | None = None,
        code: str | None = None,
    ) -> None:
        shown = _shown(value)
        at = f"{where}: " if where else ""
        super().__init__(
            f"{at}{field}: {shown}: {remedy}", code=code, field=field, value=shown, remedy=remedy
        )
        self.field = field
        self.value = shown
        self.remedy = str(remedy)
        self.worded = remedy if isinstance(remedy, Worded) else None
        self.where = where

    def within(self, path: str) -> BadInput:
        """The same of a field of `path`; its remedy keeps the words that its code has."""
        coded = None if self.code == "bad_input" else Worded(f"remedy.{self.code}", self.remedy)
        return BadInput(f"{path}.{self.field}", self.value, self.worded or coded or self.remedy)


class TooLarge(BadInput):
    """More bytes, items or depth than a bound allows."""

    code = "too_large"


class BadSettings(BadInput):
    """A settings file with one or several faults; all of them, in the order of the file's reference."""

    code = "bad_settings"

    def __init__(self, faults: Sequence[BadInput]) -> None:
        listed = "\n".join(f"  {fault.message}" for fault in faults)
        super().__init__("node.toml", f"{len(faults)} to mend", f"\n{listed}")
        self.faults = tuple(faults)


class NotSignedIn(CallerFault):
    """No valid session or token came with the request."""

    code = "not_signed_in"


class NotAllowed(CallerFault):
    """The officer's roles do not include this action."""

    code = "not_allowed"


class NotFound(CallerFault):
    """There is no such thing, or the asker may not know that there is (law 3)."""

    code = "not_found"


class Conflict(CallerFault):
    """What the caller saw is no longer the newest, or the id is taken by other content."""

    code = "conflict"


class TooMany(CallerFault):
    """Too many attempts; retry_after is in whole seconds."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class PeerFault(SeamlineError):
    """Another node's data broke a rule. Nothing of it was kept unless the message says so."""

    code = "peer_fault"


class RuleBroken(PeerFault):
    """rule: the paragraph that was broken, as written in docs/spec, e.g. "log 3.2"."""

    code = "rule_broken"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(f"{rule}: {message}", rule=rule, detail=message)
        self.rule = rule


class NotCanonical(RuleBroken):
    """Bytes that are not the one canonical encoding of what they say."""

    code = "not_canonical"


class TwoStories(PeerFault):
    """Two signed heads of one log that cannot both be true; evidence holds both notes."""

    code = "two_stories"

    def __init__(self, message: str, *, evidence: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.evidence = evidence


class LinkFault(SeamlineError):
    """The line failed. What was not answered is offered again."""

    code = "link_fault"


class OurFault(SeamlineError):
    """This installation cannot do it; ``seamline doctor`` says what to do."""

    code = "our_fault"


class StoreFull(OurFault):
    """The disk is full. Nothing of the request was kept."""

    code = "store_full"


class StoreBroken(OurFault):
    """The store answered with something that cannot be: a corrupt page, a read-only folder."""

    code = "store_broken"


class StoreBusy(OurFault):
    """Another process has this folder open."""

    code = "store_busy"


class Locked(OurFault):
    """The keys are sealed under another passphrase, or were destroyed."""

    code = "locked"


class Behind(OurFault):
    """The store is older than what this node has already shown others (spec log 9)."""

    code = "behind"


def _shown(value: object, limit: int = 80) -> str:
    """The value as a person may see it: one line, bounded, never a secret (callers see to that)."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "�" for c in text[: limit + 1])
    return text if len(text) <= limit else text[:limit] + "…"
