"""Blobs, bundles and links."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from seamline.actions.linking import LEAST_PART, MOST_PART
from seamline.records.values import Ident
from seamline.web.shapes.base import Asked


class Blob(Struct, kw_only=True):
    """How a record names a photo or document: SHA-256 and number of its bytes; thumb: a small JPEG."""

    hash: str
    size: int
    type: str
    thumb: str | None = None
    thumb_size: int | None = None


class BundleAsk(Asked, kw_only=True):
    """to: nodes by name or fingerprint. max: most bytes of the file."""

    to: Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(min_length=1, max_length=20)]
    max: Annotated[int, Meta(ge=8192, le=1 << 26)] | None = None


class NewLink(Asked, kw_only=True):
    """url null: the peer dials us. part, blob, dial, relay, via: as they are, if they are left out.

    blob -1: no bound. relay: this node carries sealed packets for the peer. via: fingerprint of the node that
    carries ours to the peer; "": nobody.
    """

    peer: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Ident
    url: Annotated[str, Meta(max_length=300)] | None = None
    enabled: bool = True
    part: Annotated[int, Meta(ge=LEAST_PART, le=MOST_PART)] | None = None
    blob: Annotated[int, Meta(ge=-1, le=1 << 53)] | None = None
    dial: bool | None = None
    relay: bool | None = None
    via: Annotated[str, Meta(max_length=64)] | None = None
