"""A few invented records for the mock: enough to see every state of the screens."""

from __future__ import annotations

import time
from typing import Any

HOUR = 3_600_000
NOW = int(time.time() * 1000) // 60_000 * 60_000


def _p(lon: float, lat: float) -> list[int]:
    return [round(lon * 1e7), round(lat * 1e7)]


def _point(lon: float, lat: float, m: int, name: str = "") -> dict[str, Any]:
    return {"geometry": {"type": "Point", "coordinates": _p(lon, lat)}, "accuracy_m": m, "name": name}


def _area(*corners: tuple[float, float], name: str = "") -> dict[str, Any]:
    ring = [_p(*c) for c in (*corners, corners[0])]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, "accuracy_m": 100, "name": name}


def _route(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"geometry": {"type": "LineString", "coordinates": [_p(*c) for c in corners]}, "accuracy_m": 100}


def _id(n: int) -> str:
    return f"019a5f00-0000-7000-8000-{n:012x}"


def _window(start: float, hours: float) -> dict[str, int]:
    return {"start": NOW + int(start * HOUR), "end": NOW + int((start + hours) * HOUR)}


def _record(
    n: int,
    kind: str,
    channel: str,
    party: str,
    node: str,
    hours_ago: float,
    body: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    at = NOW - int(hours_ago * HOUR)
    title = body.get("summary") or body.get("title_text") or body.get("name") or body.get("text", "")[:80]
    told = [
        {
            "party": "isf",
            "node": "baghdad",
            "sent": at + 2_000,
            "reached": at + 4_000,
            "opened": at + 220_000 if n % 2 else None,
            "answered": None,
        },
        {
            "party": "isf+ksf",
            "node": "kirkuk",
            "sent": at + 2_000,
            "reached": at + 5_000,
            "opened": None,
            "answered": None,
        },
    ]
    return {
        "id": _id(n), "no": n, "number": f"{node.upper()}-{n}", "kind": kind, "channel": channel, "lane": "routine",
        "party": party, "node": node, "by": f"{party}-duty-2", "rev": 1, "at": at, "received_at": at + 3_000, "lang": "en",
        "hash": f"{n:064x}", "prev": None, "body": {**body, "synthetic": True}, "state": "reported" if kind == "incident" else "recorded",
        "attested": True, "current": True, "mode": "tear" if body.get("tear") else None, "title": title,
        "links": {"source": None, "released_as": []}, "told": told if "+" in channel else [], **more,
    }  # fmt: skip


def records() -> list[dict[str, Any]]:
    """Every state once: flash, tear line, withdrawn, expired, three languages, point, route, area."""
    return [
        _record(11, "incident", "isf+ksf", "isf", "baghdad", 1.2, {
            "summary": "Exchange of fire at the abandoned post above Khidirjija", "type": "fire_exchange",
            "occurred": _window(-1.6, 0.3), "place": _point(43.66, 35.71, 200, "Khidirjija"), "precedence": "flash",
            "asked": "hold_fire", "harm": {"wounded": 2}}, lane="flash"),
        _record(12, "incident", "ksf", "ksf", "erbil", 3, {
            "summary": "Four men on foot crossed the wadi east of Gwer towards the ridge", "type": "infiltration",
            "occurred": _window(-3.4, 0.2), "place": _point(43.56, 36.0, 100, "گوێڕ"), "precedence": "priority",
            "unit": "2nd Battalion", "source": "Observation tower", "grade": "B2", "asked": "search",
            "narrative": "Seen at 02:10 by thermal camera from the tower.\nLost behind the ridge at 02:25; no contact."}),
        _record(13, "incident", "isf+ksf", "ksf", "erbil", 20, {
            "summary": "عبوة ناسفة على الطريق جنوب داقوق", "type": "ied", "occurred": _window(-21, 0.5),
            "place": _point(44.44, 35.06, 2500), "precedence": "immediate", "tear": True, "asked": "information"}, lang="ar"),
        _record(14, "incident", "isf+ksf", "ksf", "erbil", 27, {
            "summary": "درۆنێکی نەناسراو لە ئاسمانی مەخموور بینرا", "type": "drone", "occurred": _window(-28, 0.2),
            "place": _point(43.58, 35.78, 500, "مەخموور")}, lang="ckb"),
        _record(15, "incident", "isf+ksf+mag", "mag", "adviser", 50, {
            "summary": "Crops on fire near Qara Tapa, cause unknown", "type": "fire", "occurred": _window(-51, 3),
            "place": _point(44.95, 34.44, 1000, "Qara Tapa")}, state="withdrawn"),
        _record(21, "activity", "isf+ksf", "isf", "baghdad", 8, {
            "title_text": "Clearing operation, Qaraj plain south of Makhmour", "type": "clearing", "mode": "presence",
            "when": _window(4, 8), "place": _area((43.45, 35.6), (43.72, 35.62), (43.7, 35.72), (43.47, 35.7)), "status": "planned"},
            state="planned"),
        _record(22, "activity", "ksf", "ksf", "erbil", 6, {
            "title_text": "Night patrol, Makhmour to Dibaga", "type": "patrol", "mode": "presence", "when": _window(5, 6),
            "place": _route((43.58, 35.776), (43.66, 35.8), (43.74, 35.83), (43.81, 35.875)), "unit": "1st Company", "status": "planned"},
            state="planned"),
        _record(23, "activity", "isf+ksf", "ksf", "erbil", 30, {
            "title_text": "Watch on the Hamrin basin from the eastern bank", "type": "observation", "mode": "undertaking",
            "when": _window(-2, 20), "place": _area((44.6, 34.5), (44.95, 34.4), (45.0, 34.55), (44.65, 34.66)), "status": "active"},
            state="active"),
        _record(24, "activity", "isf+ksf", "isf", "baghdad", 90, {
            "title_text": "Convoy Tuz Khurmatu – Kirkuk", "type": "convoy", "when": _window(-80, 5),
            "place": _route((44.633, 34.888), (44.449, 35.139), (44.392, 35.468)), "status": "closed"}, state="closed"),
        _record(31, "post", "isf+ksf", "ksf", "erbil", 200, {"name": "Post Qarachogh 4", "type": "post", "place": _point(43.62, 35.73, 50)}),
        _record(32, "post", "isf+ksf", "isf", "baghdad", 210, {"name": "Checkpoint Gwer bridge", "type": "checkpoint", "place": _point(43.48, 36.043, 50)}),
        _record(33, "site", "isf+ksf+mag", "mag", "adviser", 220, {"name": "Makhmour hospital", "type": "hospital", "place": _point(43.585, 35.77, 50), "buffer_m": 500}),
        _record(34, "note", "isf+ksf", "isf", "baghdad", 2, {"text": "Liaison officer of the northern brigade is at K1 until Thursday.", "about": _id(11)}),
    ]  # fmt: skip


def clashes(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One among released plans, one with a plan of our own that the other side does not see."""
    by = {r["no"]: r for r in items}
    found = []
    if 22 in by:
        found.append({"a": by[22], "b": by[21], "distance_m": 3400, "needed_m": 5000, "start": NOW + 5 * HOUR, "end": NOW + 11 * HOUR,
                      "where": _p(43.6, 35.74), "mgrs": "38SMD3354", "place": "مەخموور", "possible": False, "seen_by": ["ksf"]})  # fmt: skip
    found.append({"a": by[23], "b": by[13], "distance_m": 0, "needed_m": 2000, "start": NOW + 6 * HOUR, "end": NOW + 9 * HOUR,
                  "where": _p(44.8, 34.52), "mgrs": "38SMC8119", "place": "Hamrin", "possible": True, "seen_by": ["isf", "ksf"]})  # fmt: skip
    return found
