"""Exports of records."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from seamline.web.shapes.base import Asked

When = Annotated[str, Meta(max_length=40, description="ms since 1970 UTC, or RFC 3339")]
Short = Annotated[str, Meta(max_length=200)]


class ExportAsk(Asked, Struct, kw_only=True, rename={"from_": "from"}):
    """format: csv or geojson. The rest as in GET /api/records; every given one must match."""

    format: Annotated[str, Meta(max_length=20)]
    kind: Annotated[str, Meta(max_length=4000, description="kinds, joined by commas")] | None = None
    party: Short | None = None
    channel: Short | None = None
    bbox: Annotated[str, Meta(max_length=120, description="west,south,east,north in degrees")] | None = None
    from_: When | None = None
    to: When | None = None
    q: Short | None = None
    as_of: When | None = None
