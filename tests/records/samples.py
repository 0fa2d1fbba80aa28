"""One of every kind, as its author would say it; and places and windows for those tests."""

from __future__ import annotations

from typing import Any

NOW = 1_760_000_000_000
ID = "0199c1de-7a00-7000-8000-000000000001"
HASH = "ab" * 32
POINT = {"geometry": {"type": "Point", "coordinates": [437_420_000, 357_160_000]}, "mgrs": "38SME"}
AREA = {
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[437_000_000, 357_000_000], [438_000_000, 357_000_000], [438_000_000, 358_000_000],
                         [437_000_000, 357_000_000]]],
    }
}  # fmt: skip
COUNTRY = {
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[420_000_000, 330_000_000], [450_000_000, 330_000_000], [450_000_000, 360_000_000],
                         [420_000_000, 330_000_000]]],
    }
}  # fmt: skip
EMPTY = {"start": NOW + 5, "end": NOW + 5}
WINDOW = {"start": NOW + 1, "end": NOW + 3_600_001}

SHARES = [{"hash": HASH, "size": 9, "type": "application/x-seamline-blind"}]
SECTOR_DAY = {"run": ID, "day": 0, "area": 1}
SAMPLES: dict[str, dict[str, Any]] = {
    "universe": {
        "name": "n",
        "check_kind": "clash",
        "sides": ["isf", "ksf"],
        "facilitator": "mag",
        "areas": [AREA],
        "start": 0,
        "days": 1,
        "res": 8,
        "cells": 5_000,
        "digest": HASH,
        "cap": 50,
        "result_cap": 5,
    },
    "blind_run": {"universe": ID, "hash": HASH, "until": NOW},
    "blind_consent": {"run": ID, "terms": HASH, "commitment": HASH, "key": HASH},
    "blind_key": {"run": ID, "terms": HASH, "key": HASH},
    "blind_share": {"run": ID, "transcript": HASH, "shares": SHARES},
    "blind_answer": {"run": ID, "transcript": HASH, "verdict": "met", "count": 0, "shares": SHARES},
    "blind_outcome": {"run": ID, "transcript": HASH, "found": "sound", "count": 0},
    "blind_learnt": {"run": ID, "count": 0},
    "blind_proposal": {"run": ID, "place": POINT, "when": WINDOW},
    "blind_audit": SECTOR_DAY,
    "blind_opening": {**SECTOR_DAY, "shares": SHARES},
    "blind_received": {**SECTOR_DAY, "shares": SHARES},
    "same_event": {"incidents": [ID, ID[:-1] + "2"]},
    "common_account": {
        "summary": "s",
        "type": "raid",
        "occurred": WINDOW,
        "place": POINT,
        "accounts": [{"id": ID, "hash": HASH}, {"id": ID[:-1] + "2", "hash": HASH}],
    },
    "complaint": {
        "summary": "s",
        "allegation": "theft",
        "when": WINDOW,
        "place": POINT,
        "complainants": ["C-1"],
        "narrative": "n",
    },
    "complaint_step": {"complaint": ID, "step": "acknowledged"},
    "request": {
        "summary": "s",
        "ask": "support",
        "support": "radios",
        "needed_by": NOW,
        "place": POINT,
        "remarks": "r",
    },
    "request_step": {"request": ID, "step": "offered"},
    "public_statement": {
        "name": "n",
        "parties": ["isf", "ksf"],
        "languages": ["en"],
        "title_said": {"en": "t"},
        "text": {"en": "x"},
    },
    "publication": {"of": ID, "hash": HASH},
    "complaint_outcome": {"complaint": ID, "result": "agreed", "text": "t"},
    "joint_plan": {"activity": ID, "hash": HASH, "when": WINDOW, "parts": {"isf": "north", "ksf": "south"}},
    "joint_report": {"activity": ID, "hash": HASH, "summary": "s", "when": WINDOW},
    "incident": {
        "summary": "s",
        "type": "raid",
        "occurred": WINDOW,
        "place": POINT,
        "unit": "u",
        "grade": "A1",
    },
    "activity": {
        "title_text": "t",
        "type": "patrol",
        "when": WINDOW,
        "place": POINT,
        "unit": "u",
        "duty_number": "7",
    },
    "answer": {"of": ID, "hash": HASH, "answer": "request_change"},
    "rule": {"name": "r", "type": "notice", "parties": ["isf", "ksf"], "hours": 24, "valid": WINDOW},
    "agenda_item": {"title_text": "a", "about": ID, "rule": ID},
    "post": {"name": "p", "place": POINT},
    "holding": {"post": ID, "status": "held", "size": "company", "since": NOW + 5},
    "handover": {"post": ID, "giver": "isf", "taker": "ksf", "when": NOW},
    "post_left": {"name": "n", "place": POINT, "seen": NOW, "post": ID},
    "site": {"name": "h", "type": "hospital", "place": POINT},
    "sector": {"name": "s", "place": AREA, "undertakes": {"isf": "x"}},
    "watch": {"name": "w", "place": AREA, "hours": WINDOW},
    "unit": {"name": "u"},
    "contact": {"place": POINT, "heard": NOW, "parties": ["isf", "ksf"]},
    "contact_answer": {"contact": ID, "answer": "not_ours"},
    "contact_step": {"contact": ID, "step": "hold_fire", "said": "asked"},
    "contact_close": {"contact": ID},
    "alert": {"headline": "h", "expires": NOW + 5, "place": AREA},
    "acknowledgement": {"of": ID, "hash": HASH},
    "call": {"caller": "isf", "called": "ksf", "when": NOW, "outcome": "no_answer", "about": ID},
    "log_entry": {"when": NOW, "text": "t"},
    "on_watch": {"when": WINDOW},
    "handover_sheet": {"taken": NOW, "items": [{"what": "clash", "title": "t", "record": ID}]},
    "note": {"text": "n", "about": ID},
    "grade": {"of": ID, "grade": "C3"},
    "withdrawal": {"of": ID},
    "opened": {"of": ID, "hash": HASH},
    "endorsement": {"of": ID, "hash": HASH, "reservations": [{"clause": "2", "text": "r"}]},
    "agreement": {"name": "a", "parties": ["isf", "ksf"], "clauses": [{"no": "1", "title": {"en": "t"}}]},
    "series": {"name": "s", "parties": ["isf", "ksf"]},
    "meeting": {
        "name": "m",
        "series": ID,
        "when": WINDOW,
        "venue": "Erbil",
        "host": "mag",
        "chair": "ksf",
        "agenda": [{"no": "1", "by": "isf", "title": {"en": "t"}, "about": ID}],
    },
    "delegation": {"meeting": ID, "posts": [{"post": "I-2", "head": True}]},
    "secure_notice": {"meeting": ID, "to": "isf", "arrive": WINDOW, "where": "gate 2"},
    "attendance": {"meeting": ID, "post": "I-2", "reply": "accepted"},
    "minutes": {
        "name": "m",
        "meeting": ID,
        "parties": ["isf", "ksf"],
        "languages": ["en"],
        "outcomes": [{"no": "1", "outcome": "not_agreed", "text": {"en": "t"}, "about": ID}],
    },
    "action_report": {"minutes": ID, "action": "1"},
    "programme": {
        "name": "p",
        "parties": ["isf", "ksf"],
        "year": 2026,
        "points": [
            {
                "no": "1",
                "title": {"en": "t"},
                "awaits": f"{ID}/1",
                "milestones": [{"no": "1.1", "step": "drafted", "due": 5, "owners": ["isf"]}],
            }
        ],
    },
    "progress": {"programme": ID, "progress": [{"no": "1.1", "evidence": [ID]}]},
    "objection": {"of": ID, "hash": HASH, "reason": "r"},
    "release": {"of": ID, "hash": HASH, "channel": "isf+ksf", "released": ID, "mode": "tear"},
    "standing": {"kind": "incident", "to": "isf+ksf"},
    "export": {"form": "csv", "count": 3, "hash": HASH, "asked_for": "kind=incident"},
    "destruction": {"of": ID, "hash": HASH, "reason": "r"},
    "anchor": {"digest": HASH},
    "terms": {"name": "t", "parties": ["isf", "ksf"]},
    "roster": {"statement": "{}\n"},
}
