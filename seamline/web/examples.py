"""Examples for the OpenAPI document. Invented, about nobody; a test sends each of them."""

from __future__ import annotations

from typing import Any

from seamline.web.shapes import people, records

Json = dict[str, Any]

_PLACE = {"geometry": {"type": "Point", "coordinates": [438_412_000, 354_512_000]}, "accuracy_m": 100}
_INCIDENT = {
    "summary": "Shots heard north of the wadi, nobody seen",
    "type": "fire_exchange",
    "occurred": {"start": 1_795_240_800_000, "end": 1_795_242_600_000},
    "place": _PLACE,
    "precedence": "priority",
    "asked": "information",
    "synthetic": True,
}
_ACTIVITY = {
    "title_text": "Night patrol along the canal road",
    "type": "patrol",
    "when": {"start": 1_795_280_400_000, "end": 1_795_302_000_000},
    "place": {
        "geometry": {
            "type": "LineString",
            "coordinates": [[438_000_000, 354_000_000], [438_600_000, 354_300_000]],
        },
        "accuracy_m": 200,
    },
    "synthetic": True,
}
INCIDENT = {"kind": "incident", "channel": "isf", "body": _INCIDENT}
ACTIVITY = {"kind": "activity", "channel": "isf", "body": _ACTIVITY}

REQUESTS: dict[Any, dict[str, Json]] = {
    records.NewRecord: {"incident": INCIDENT, "activity": ACTIVITY},
    records.Revision: {
        "reworded": {"rev": 1, "body": {**_INCIDENT, "summary": "Shots, nobody seen, quiet since"}}
    },
    records.NewRelease: {"tear line": {"rev": 1, "channel": "isf+ksf", "mode": "tear"}},
    records.Withdraw: {"mistaken": {"reason": "Entered twice"}},
    people.SignIn: {"joint room": {"officer": "isf/watch", "password": "three quiet hills at dawn"}},
}

PROBLEM: Json = {
    "type": "urn:seamline:problem:bad_input",
    "title": "A value cannot be used",
    "status": 400,
    "detail": "body.place: Point",
    "code": "bad_input",
    "field": "body.place",
    "value": "Point",
    "remedy": "draw an area or a stretch, not a single point",
}
