"""The decisions file: a table of place names that are not certain, in which a person says what each means.

One row a candidate: name, sure, candidate, lat, lon, mgrs, choose. In `choose` of one row goes an x,
a position (36.1, 43.2), a grid reference, or leave.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from seamline.actions.imports import Uncertain
from seamline.actions.shaping import LEAVE
from seamline.errors import BadInput, Conflict
from seamline.gateways.table.codec import read
from seamline.gateways.table.writer import quoted

COLUMNS = ("name", "sure", "candidate", "lat", "lon", "mgrs", "choose")
_YES = frozenset({"x", "X", "✓", "yes", "1", "١", "۱"})


def load(path: Path) -> dict[str, str]:
    """{name: position, grid reference or "leave"} as a person chose; BadInput naming line and column."""
    try:
        table = read(lambda: path.open("rb"))
    except OSError as fault:
        raise BadInput("decide", str(path), f"cannot be read: {fault.strerror}") from None
    missing = {"name", "choose"} - set(table.columns)
    if missing:
        raise BadInput("decide", ", ".join(sorted(missing)), "columns " + ", ".join(COLUMNS), where=str(path))
    found: dict[str, str] = {}
    for row in table.rows():
        if row.fault:
            raise row.fault
        name, chosen = row.values["name"], row.values["choose"]
        if not chosen:
            continue
        if chosen in _YES:
            chosen = f"{row.values.get('lat', '')}, {row.values.get('lon', '')}"
        if found.get(name, chosen) != chosen:
            raise BadInput("choose", name, "choose once for a name", where=f"{path}, line {row.line}")
        found[name] = LEAVE if chosen.casefold() == LEAVE else chosen
    return found


def save(path: Path, uncertain: Sequence[Uncertain]) -> None:
    """Write the table for a person to fill in; Conflict when there is one already."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in uncertain:
        for place in one.candidates:
            where = (f"{place.lat:.5f}", f"{place.lon:.5f}", place.mgrs)
            writer.writerow([quoted(one.name), one.sure, quoted(place.name), *where, ""])
        if not one.candidates:
            writer.writerow([quoted(one.name), one.sure, "", "", "", "", ""])
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            file.write(out.getvalue())
    except FileExistsError:
        raise Conflict(f"{path} is there already") from None
    except OSError as fault:
        raise BadInput("decide", str(path), f"cannot be written: {fault.strerror}") from None
