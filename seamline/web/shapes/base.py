"""What the other shapes are made of: instants, words, and the strictness of what is asked."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

Ms = Annotated[int, Meta(description="ms since 1970 UTC")]
Password = Annotated[str, Meta(max_length=512)]
Role = str


class Asked(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of requests: a field nobody knows is a mistake, not something to pass over."""


class Items(Struct):
    """A list of objects whose members may grow."""

    items: list[dict[str, Any]]
