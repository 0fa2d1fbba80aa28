"""Imports of foreign files."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from seamline.actions.importing import Status
from seamline.records.values import PartyRef
from seamline.web.shapes.base import Asked


class ImportQuery(Struct):
    """How a brought file is read; the file itself is the body. map: JSON, {column: target}."""

    kind: Annotated[str, Meta(description="incident, site, post, activity or layer")]
    source: Annotated[str, Meta(max_length=120, description="a name that stays the same for the file")] = ""
    preset: str | None = None
    map: Annotated[str, Meta(max_length=1500)] | None = None
    channel: PartyRef | None = None
    attribution: Annotated[str, Meta(max_length=200)] = ""
    licence: Annotated[str, Meta(max_length=200)] = ""
    dry_run: bool = True


class ImportAgain(Asked, kw_only=True):
    """The same file again. decisions: {name of a place: "lat, lon", a grid reference or "leave"}."""

    kind: str
    source: Annotated[str, Meta(max_length=120)] = ""
    preset: str | None = None
    map: dict[str, str] = {}
    decisions: dict[str, str] = {}
    channel: PartyRef | None = None
    attribution: Annotated[str, Meta(max_length=200)] = ""
    licence: Annotated[str, Meta(max_length=200)] = ""
    dry_run: bool = True


ImportStatus = Status
