"""What a record kind is: a struct of typed fields, and what the program must know about it.

A new kind costs one file here, one registry line, one test. Everything else (forms, OpenAPI, print,
translation keys, tear lines) is drawn from the fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from seamline.records.values import KEEP, Geometry, Place, Spec, Window, plain


@dataclass(frozen=True, slots=True)
class Reference:
    """relation: a word of the kind that says it; to: a record id; hash: of the exact revision, if meant."""

    relation: str
    to: str
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Referrer:
    """A current record that refers to the one whose state is asked."""

    relation: str
    kind: str
    party: str
    at: int
    hash: str | None
    attested: bool
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field as forms, prints and tear lines see it. default: what is meant where nothing is said."""

    name: str
    spec: Spec
    required: bool
    default: Any = None


class Body(Struct, kw_only=True, omit_defaults=True):
    """What every kind may say.

    tear: this text was coarsened before it was released; set by the release desk only.
    synthetic: invented for an exercise or a demonstration.
    """

    KIND: ClassVar[str] = ""
    WRITERS: ClassVar[tuple[str, ...]] = ("watch",)
    PLACED: ClassVar[bool] = False
    RELEASABLE: ClassVar[bool] = True
    BY_FORM: ClassVar[bool] = True
    # The kind whose standing rule covers this one too: what is said on it follows from it.
    UNDER: ClassVar[str] = ""
    # Said only at a node that one party owns.
    ALONE: ClassVar[bool] = False
    # Kinds of what it refers to, which its channel must hold (actions/referring.py); empty: not asked.
    HERE: ClassVar[tuple[str, ...]] = ()

    tear: Annotated[bool, Spec("flag", KEEP, read_only=True)] = False
    synthetic: Annotated[bool, Spec("flag", KEEP)] = False

    def check(self) -> None:
        """What types cannot say; raises BadInput."""

    def revises(self, before: Body) -> None:
        """May this follow that revision? Raises BadInput when the kind's transitions say no."""

    def references(self) -> Sequence[Reference]:
        return ()

    def window(self) -> Window | None:
        return None

    def geometry(self) -> Geometry | None:
        place = getattr(self, "place", None)
        return place.geometry if isinstance(place, Place) else None

    def title(self) -> str:
        return str(getattr(self, "name", "") or getattr(self, "title_text", ""))

    def words(self) -> str:
        """What a text search finds."""
        return " ".join(v for v in _strings(plain(self)))

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """The record's state at as_of (ms); codes of value.state."""
        return "withdrawn" if withdrawn(referrers, as_of) else "recorded"


def withdrawn(referrers: Sequence[Referrer], as_of: int) -> bool:
    """Has its author asked that it be disregarded by then (law 6: it stays readable)?"""
    return any(r.relation == "withdraws" and r.at <= as_of for r in referrers)


@cache
def fields(kind: type[Body]) -> tuple[Field, ...]:
    """The fields of a kind in the order a form shows them; the two common ones last."""
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for info in msgspec.structs.fields(kind):
        spec = _spec(hints[info.name])
        found.append(Field(info.name, spec, info.required, _default(info)))
    return tuple(sorted(found, key=lambda f: f.name in ("tear", "synthetic")))


def _default(info: msgspec.structs.FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return plain(info.default_factory())
    return None if info.default is msgspec.NODEFAULT else plain(info.default)


def _spec(hint: Any) -> Spec:
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, Spec):
                return extra
    return Spec("raw")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for k, v in value.items() if k not in ("type", "geometry", "hash") for s in _strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in _strings(v)]
    return []
