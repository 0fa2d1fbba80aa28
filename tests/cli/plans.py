"""Plan files written and checked in a few words, for the tests of `seamline check`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from seamline.cli.check import check


def run(
    *files: Path, terms: Path | None = None, rules: Path | None = None, lang: str = "en"
) -> tuple[int, str]:
    out = io.StringIO()
    return check(list(files), terms, rules, False, out, lang), out.getvalue()


def run_json(
    *files: Path, terms: Path | None = None, rules: Path | None = None
) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    code = check(list(files), terms, rules, True, out)
    return code, json.loads(out.getvalue())


def feature(shape: str = "Point", coordinates: Any = None, **properties: Any) -> dict[str, Any]:
    stated = {
        "party": "isf",
        "type": "patrol",
        "start": "2026-11-22T06:00:00+03:00",
        "end": "2026-11-22T12:00:00+03:00",
    } | properties
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": [43.6, 35.7] if coordinates is None else coordinates},
        "properties": {k: v for k, v in stated.items() if v is not ...},
    }


def written(folder: Path, *features: Any, name: str = "plans.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path
