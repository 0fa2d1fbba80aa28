"""The exercise's terms of reference: the schematic line, its frame, names that each party uses itself."""

from __future__ import annotations

from typing import Any

# own work, CC0: Khanaqin, Qara Tapa, Tuz Khurmatu, Kirkuk, Makhmour, Mosul, Sinjar; 1e-7 degrees
LINE = [
    [453910000, 343470000],
    [449300000, 344200000],
    [446300000, 348800000],
    [443900000, 354700000],
    [435800000, 357700000],
    [431300000, 363400000],
    [418700000, 363200000],
]


def terms() -> dict[str, Any]:
    """Terms for the line, without prejudice to status; endorsed by isf and ksf, witnessed by mag."""
    return {
        "name": "Terms of reference of the joint coordination centre (exercise)",
        "synthetic": True,
        "parties": ["isf", "ksf"],
        "facilitators": ["mag"],
        "zone": "Asia/Baghdad",
        "frame": {"lon": 440000000, "lat": 355000000},
        "lines": [
            {
                "id": "line-1",
                "names": {"isf": "خط التنسيق", "ksf": "هێڵی هەماهەنگی", "mag": "Coordination line"},
                "geometry": {"type": "LineString", "coordinates": LINE},
                "corridor_m": 15000,
            }
        ],
        **_agreed(),
        "released_cell": 7,
        "buffers": {"patrol": 500, "clearing": 1000, "movement": 500},
        "layers": ["line", "incidents"],
        "desks": [
            "activities",
            "rules",
            "posts",
            "contact",
            "alerts",
            "hotline",
            "shift",
            "events",
            "complaints",
            "joint",
            "texts",
            "blind",
            "meetings",
            "agreements",
            "programmes",
            "requests",
            "statements",
        ],
        "preamble": "Schematic, for coordination only, without prejudice to status. Synthetic.",
    }


def _agreed() -> dict[str, Any]:
    """Each party's own names, what it undertook, and how they meet."""
    return {
        "centre": {
            "isf": "مركز التنسيق المشترك",
            "ksf": "ناوەندی هەماهەنگیی هاوبەش",
            "mag": "Joint coordination centre",
        },
        "stretches": [
            {
                "id": "makhmour",
                "line": "line-1",
                "names": {"isf": "مقطع مخمور", "ksf": "بەشی مەخموور"},
                "from_m": 200_000,
                "to_m": 290_000,
                "undertakes": {"isf": "مراقبة سهل قراج", "ksf": "چاودێریی لووتکەی قەرەچووغ"},
            }
        ],
        "tiers": [
            {"id": "room", "names": {"isf": "الغرفة", "ksf": "ژوور"}, "above": "area", "quorum": 1},
            {"id": "area", "names": {"isf": "القاطع", "ksf": "ناوچە"}, "above": "supreme", "quorum": 2},
            {"id": "supreme", "names": {"isf": "اللجنة العليا", "ksf": "لیژنەی باڵا"}, "quorum": 2},
        ],
        "chair": "alternates",
        "venues": [
            {"id": "erbil", "host": "ksf", "names": {"isf": "أربيل", "ksf": "هەولێر"}, "secure": True},
            {"id": "baghdad", "host": "isf", "names": {"isf": "بغداد", "ksf": "بەغدا"}, "secure": True},
        ],
        "channels": ["isf+ksf", "isf+ksf+mag"],
        "retention_days": 3650,
    }
