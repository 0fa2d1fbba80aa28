"""seamline check, mounted."""

from __future__ import annotations

import sys
from pathlib import Path

from seamline.cli.check import check as check_files
from seamline.cli.node import Json


def check(
    *files: Path,
    terms: Path | None = None,
    rules: Path | None = None,
    lang: str = "en",
    as_json: Json = False,
) -> int:
    """Clashes, findings and gaps between plan FILES (GeoJSON), without a server.

    Exit 0 none in what was given, 1 found, 2 bad input.
    """
    return check_files(list(files), terms, rules, as_json, sys.stdout, lang)
