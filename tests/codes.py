"""Codes as a screen shows them and as a telephone photographs them: grey pictures, for tests."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from seamline.documents import code

Grey = NDArray[np.uint8]


def screen(data: bytes, module: int = 4) -> Grey:
    """The drawing, painted from its path as a browser would."""
    drawn = code.draw(data)
    rows = np.full((drawn.size, drawn.size), 255, np.uint8)
    for run in drawn.path.split("M")[1:]:
        x, rest = run.split(" ", 1)
        y, wide = rest.split("h")[0], rest.split("h")[1].split("v")[0]
        rows[int(y), int(x) : int(x) + int(wide)] = 0
    return np.kron(rows, np.ones((module, module), np.uint8))


def photo(
    picture: Grey, *, degrees: float = 0.0, scale: float = 1.0, noise: float = 0.0, light: float = 1.0
) -> bytes:
    """The screen as a telephone takes it: turned, larger or smaller, dim and noisy, on a grey desk."""
    side = int(picture.shape[0] * scale * 1.35)
    turn, middle = math.radians(degrees), side / 2
    y, x = np.mgrid[0:side, 0:side] - middle
    across = (x * math.cos(turn) + y * math.sin(turn)) / scale + picture.shape[1] / 2
    down = (y * math.cos(turn) - x * math.sin(turn)) / scale + picture.shape[0] / 2
    inside = (across >= 0) & (across < picture.shape[1]) & (down >= 0) & (down < picture.shape[0])
    seen = np.full((side, side), 140.0)
    seen[inside] = picture[down[inside].astype(int), across[inside].astype(int)]
    seen = seen * light + np.random.default_rng(7).normal(0, noise, seen.shape)
    return b"P5\n%d %d\n255\n" % (side, side) + np.clip(seen, 0, 255).astype(np.uint8).tobytes()
