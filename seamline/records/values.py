"""The values records are made of: places, windows, grades, coded lists; and what each field may release."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct

Lon = Annotated[int, Meta(ge=-1_800_000_000, le=1_800_000_000)]
Lat = Annotated[int, Meta(ge=-900_000_000, le=900_000_000)]
Position = tuple[Lon, Lat]
Ring = Annotated[list[Position], Meta(min_length=4, max_length=2000)]


class Point(Struct, tag_field="type", tag="Point", frozen=True):
    """Longitude, latitude in 1e-7 degrees (WGS 84)."""

    coordinates: Position


class LineString(Struct, tag_field="type", tag="LineString", frozen=True):
    """A route: at least two positions."""

    coordinates: Annotated[list[Position], Meta(min_length=2, max_length=2000)]


class Polygon(Struct, tag_field="type", tag="Polygon", frozen=True):
    """An area: closed rings, the first outside."""

    coordinates: Annotated[list[Ring], Meta(min_length=1, max_length=100)]


class MultiPolygon(Struct, tag_field="type", tag="MultiPolygon", frozen=True):
    """Several areas, as the cells of a tear line may be."""

    coordinates: Annotated[
        list[Annotated[list[Ring], Meta(min_length=1)]], Meta(min_length=1, max_length=200)
    ]


Geometry = Point | LineString | Polygon | MultiPolygon

Instant = Annotated[int, Meta(ge=0, le=4_102_444_800_000, description="ms since 1970 UTC")]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=8000)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Metres = Annotated[int, Meta(ge=0, le=100_000)]
Buffer = Annotated[int, Meta(ge=0, le=5_000, description="metres; a clash search never looks farther")]
RecordId = Annotated[
    str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
HashHex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Ident = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,15}$")]
PartyRef = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,15}(\+[a-z][a-z0-9-]{1,15})*$", max_length=255)]
Code = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
Grade = Annotated[str, Meta(pattern="^[A-F][1-6]$", description="Admiralty: source A-F, information 1-6")]


class Window(Struct, frozen=True):
    """Half-open: from start up to, not including, end; ms since 1970 UTC."""

    start: Instant
    end: Instant


class Place(Struct, frozen=True, omit_defaults=True):
    """Where; accuracy_m is the radius within which the author places it, mgrs as he read it."""

    geometry: Geometry
    accuracy_m: Metres = 0
    mgrs: Annotated[str, Meta(max_length=20)] = ""
    name: Annotated[str, Meta(max_length=200)] = ""


class Harm(Struct, frozen=True, omit_defaults=True):
    """How many people; never who. Unknown is absent, not zero."""

    killed: Count | None = None
    wounded: Count | None = None
    missing: Count | None = None
    civilians: Count | None = None


class Photo(Struct, frozen=True, omit_defaults=True):
    """A picture kept beside the log: SHA-256 of its bytes and how many there are; thumb: of a small JPEG."""

    hash: HashHex
    size: Annotated[int, Meta(ge=1, le=8 << 20)]
    type: Annotated[str, Meta(pattern="^image/(jpeg|png)$")]
    thumb: HashHex | None = None
    thumb_size: Annotated[int, Meta(ge=1, le=65_536)] | None = None


Photos = Annotated[list[Photo], Meta(max_length=8)]


class Document(Struct, frozen=True):
    """A PDF kept beside the log: SHA-256 and number of its bytes; name: what its author calls it."""

    hash: HashHex
    size: Annotated[int, Meta(ge=1, le=8 << 20)]
    type: Annotated[str, Meta(pattern="^application/pdf$")]
    name: Line


Documents = Annotated[list[Document], Meta(max_length=8)]


class Release(StrEnum):
    """What a tear line does with a field; a field that says nothing is dropped (law 3)."""

    KEEP = "keep"
    COARSEN = "coarsen"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Spec:
    """How a field is drawn, translated (``field.<name>``) and released. values: its coded list."""

    type: str
    release: Release = Release.DROP
    values: str | None = None
    read_only: bool = False


KEEP, COARSEN, DROP = Release.KEEP, Release.COARSEN, Release.DROP

# Coded lists the program itself ships; the terms may name shorter ones. Labels: value.<list>.<code>.
CODES: dict[str, tuple[str, ...]] = {
    "incident_type": (
        "fire_exchange", "indirect_fire", "ied", "raid", "ambush", "abduction", "movement", "drone",
        "infiltration", "post_left", "obstruction", "accident", "fire", "other",
    ),
    "asked": ("nothing", "information", "hold_fire", "medical", "passage", "search", "meeting"),
    "export_form": ("csv", "geojson", "txt", "html", "pdf"),
    "precedence": ("routine", "priority", "immediate", "flash"),
    "activity_type": (
        "patrol", "checkpoint", "movement", "clearing", "search", "observation", "works", "convoy",
        "exercise", "other",
    ),
    "activity_mode": ("presence", "undertaking", "joint"),
    "activity_status": ("planned", "active", "closed", "cancelled"),
    "rule_type": ("notice", "entry", "no_go", "handover", "close_out", "answer"),
    "answer": ("no_conflict_seen", "request_change", "object", "propose_joint"),
    "size_band": ("team", "section", "platoon", "company", "battalion", "larger"),
    "site_type": ("hospital", "school", "camp", "shrine", "well", "pylon", "other"),
    "post_type": ("post", "checkpoint", "base", "tower"),
    "holding_state": ("held", "vacating", "handed_over", "shared", "empty", "not_ours"),
    "unit_type": ("infantry", "armour", "engineers", "medical", "police", "joint", "other"),
    "allegation": (
        "shooting", "ill_treatment", "arrest", "displacement", "property", "theft", "movement_denied",
        "trespass", "other",
    ),
    "complaint_step": ("acknowledged", "team", "visit", "measure", "closed"),
    "complaint_result": ("agreed", "split", "insufficient"),
    "call_means": ("hotline", "telephone", "radio", "satellite", "messenger", "in_person", "other"),
    "call_outcome": ("reached", "no_answer", "busy", "line_dead", "cut_off", "refused"),
    "contact_answer": ("ours", "not_ours", "unknown"),
    "contact_step": ("hold_fire", "help", "casualty_evacuation", "passage"),
    "step_said": ("asked", "confirmed", "not_possible"),
    "alert_status": ("actual", "exercise", "test"),
    "log_type": ("event", "message", "decision", "other"),
    "lane": ("flash", "routine"),
    "lang": ("en", "ar", "ckb"),
    "chair": ("alternates", "host", "facilitator"),
    "meeting_status": ("called", "held", "cancelled"),
    "attendance": ("accepted", "declined", "tentative"),
    "outcome": ("decided", "taken_back", "not_agreed"),
    "request_type": ("support", "information"),
    "support": (
        "logistics", "engineers", "medical", "radios", "transport", "fuel", "water_and_food", "recovery",
    ),
    "request_step": ("offered", "answered", "declined", "accepted", "delivered", "confirmed"),
    "action_state": ("open", "done"),
    "clause_state": ("in_negotiation", "agreed", "in_force", "suspended", "lapsed"),
    "track": ("points", "unit", "centre"),
    "step": (
        "drafted", "adopted", "in_use", "authorised", "funded", "manned", "trained", "deployed", "site",
        "staff", "links", "keys", "first_exchange", "first_check",
    ),
    "progress": ("not_begun", "under_way", "done", "stopped"),
    "hindrance": (
        "decision", "law", "funds", "people", "training", "equipment", "site", "security", "other_work",
        "other",
    ),
    "mode": ("whole", "tear"),
    "part": ("party", "witness"),
    "blind_check": ("clash", "gap"),
    "blind_verdict": ("met", "over", "taken", "refused"),
    "blind_found": ("sound", "over", "refused", "false"),
    "role": ("watch", "planner", "release", "signatory", "auditor", "administrator"),
}  # fmt: skip


def plain(value: Any) -> Any:
    """A struct as the JSON-like builtins that go into an entry: defaults left out, tuples as lists."""
    import msgspec

    return msgspec.to_builtins(value)
