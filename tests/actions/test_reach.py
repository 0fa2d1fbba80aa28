"""How far a clash is looked for: no farther than needed, and never too near."""

from __future__ import annotations

import pytest

from seamline.actions.clashing import Policy, reach_of, wider_by
from seamline.picture.clash import DEFAULT_BUFFERS
from seamline.records import registry

POINT = {"geometry": {"type": "Point", "coordinates": [436_000_000, 357_000_000]}}
WHEN = {"start": 0, "end": 3_600_000}


@pytest.mark.parametrize(
    ("kind", "body", "metres"),
    [
        ("activity", {"title_text": "x", "type": "clearing", "when": WHEN, "place": POINT}, 1_000),
        ("activity", {"title_text": "x", "type": "clearing", "when": WHEN, "place": POINT, "buffer_m": 0}, 0),
        ("activity", {"title_text": "x", "type": "unheard_of", "when": WHEN, "place": POINT}, 500),
        ("post", {"name": "x", "place": POINT, "buffer_m": 5_000}, 5_000),
        ("site", {"name": "x", "type": "well", "place": POINT}, DEFAULT_BUFFERS["site"]),
        ("note", {"text": "x"}, 0),
    ],
)
def test_a_record_reaches_as_far_as_its_own_buffer(kind: str, body: dict[str, object], metres: int) -> None:
    assert reach_of(registry.read(kind, body)) == metres


def test_terms_that_widen_a_buffer_widen_every_search() -> None:
    assert wider_by(Policy()) == 0
    assert wider_by(Policy(buffers={"patrol": 100})) == 0
    assert wider_by(Policy(buffers={"patrol": 900, "checkpoint": 1_200, "own_word": 700})) == 900
