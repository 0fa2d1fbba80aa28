"""What was learnt, as a record in the channel of the party that learnt it."""

from __future__ import annotations

import math
from typing import Any

import h3.api.numpy_int as h3
import msgspec
import numpy as np

from seamline.actions.blind import runs
from seamline.actions.blind.runs import Run
from seamline.blind.places import Spot as Joined
from seamline.blind.places import join
from seamline.records.blind import BlindLearnt, Spot
from seamline.records.values import Place, Point, Window

MOST_SPOTS = 200
ANSWER = b"seamline/blind/answer/1\n"


def learnt(run: Run, found: np.ndarray[Any, Any], marked: int, *, alarm: bool) -> dict[str, Any]:
    """The body of a blind_learnt: places and times, the largest first where there are more than fit."""
    universe = runs.built(run.universe_row, run.universe)
    spots = join(universe, found)
    kept = sorted(sorted(spots, key=lambda s: -s.cell_hours)[:MOST_SPOTS], key=lambda s: (s.start, s.cells))
    body = BlindLearnt(
        run=run.id,
        marked=marked,
        count=len(found),
        spots=[_spot(one, universe.res) for one in kept],
        more=len(spots) > MOST_SPOTS,
        alarm=alarm,
    )
    said: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(body))
    return said


def _spot(one: Joined, res: int) -> Spot:
    """accuracy_m: of a circle around the middle in which all its cells lie."""
    lon, lat = one.where
    middle = h3.latlng_to_cell(lat / 1e7, lon / 1e7, res)
    edge = h3.average_hexagon_edge_length(res, unit="m")
    steps = max(h3.grid_distance(middle, cell) for cell in one.cells)
    reach = min(100_000, math.ceil((steps * math.sqrt(3) + 1) * edge * 1.3))
    place = Place(Point((lon, lat)), accuracy_m=reach)
    return Spot(place, Window(one.start, one.end), one.cell_hours, h3.int_to_str(middle))
