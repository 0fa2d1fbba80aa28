"""Rows as a GeoJSON FeatureCollection (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from seamline.actions.source import OutRow


def write(columns: Sequence[str], rows: Iterable[OutRow], mark: str) -> bytes:
    """The mark is a member `use` of the whole, and a property of each feature. No place: no geometry."""
    features = [
        {
            "type": "Feature",
            "id": row.values.get("id"),
            "geometry": row.geometry,
            "properties": {
                name: row.values[name]
                for name in columns
                if name not in ("id", "lat", "lon") and row.values.get(name) is not None
            },
        }
        for row in rows
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "use": mark, "features": features})
