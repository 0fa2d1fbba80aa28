"""Values of standard texts: written to be read aloud, and read back however they were typed. Pure.

- time      date-time groups in Z, to the minute: a window opens outward
- place     grid references to the metre, then accuracy and name: `38S ME 17644 47950; 200 m; Dibis bridge`
- code      its label in the writer's language; read in any of the three, or as the code itself
- text      one line; a line break is ¶, a ¶ of the author's own is doubled
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

from seamline.documents.standard_forms import LineDef
from seamline.errors import BadInput
from seamline.geo import gridref
from seamline.geo.place import check_geometry
from seamline.geo.window import EARLIEST, LATEST, dtg, parse_dtg
from seamline.records.values import CODES
from seamline.texts import LANGS, text
from seamline.texts.spelling import normalise

MINUTE: Final = 60_000
BREAK: Final = "¶"
_DTG = re.compile(r"\d{6}\s*[A-IK-Z]\s*[A-Z]{3}\s*\d{2}(?!\d)")
_GRID = re.compile(
    r"(?<![0-9A-Z])\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z][A-HJ-NP-V](?:\s?\d+)?(?:\s\d+)?(?![0-9])"
)
_METRES = re.compile(r"(\d{1,6})\s*(?:m|م)\b")
_SHAPES: Final = {"LineString": "route", "Polygon": "area"}


def plain(raw: str) -> str:
    """Without what mail and screens put between letters: direction marks, joiners, hard spaces."""
    kept = (c for c in raw if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t\u200c\u200d")
    return " ".join("".join(" " if c.isspace() else c for c in kept).split())


def figures(raw: str) -> str:
    """In Latin digits and capitals, as times and grids are compared."""
    out = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in plain(raw))
    return unicodedata.normalize("NFKC", out).upper()


def canonical(line: LineDef, value: Any) -> Any:
    """What of a value a text can carry: reading what was written gives exactly this."""
    if line.type == "instant":
        return value // MINUTE * MINUTE
    if line.type == "window":
        return {"start": value["start"] // MINUTE * MINUTE, "end": -(-value["end"] // MINUTE) * MINUTE}
    if line.type == "place":
        return _place(write(line, value, "en"))
    if line.type == "line":
        return plain(str(value))
    if line.type == "text":
        return "\n".join(part for part in (plain(p) for p in str(value).split("\n")) if part)
    return value


def write(line: LineDef, value: Any, lang: str) -> str:
    """The value as it is read aloud in that language."""
    match line.type:
        case "instant":
            return dtg(value)
        case "window":
            window = canonical(line, value)
            return f"{dtg(window['start'])} / {dtg(window['end'])}"
        case "place":
            return _written_place(value, lang)
        case "code":
            return text(lang, f"value.{line.list}.{value}")
        case "text":
            said = str(canonical(line, value)).replace(BREAK, BREAK * 2)
            return f" {BREAK} ".join(said.split("\n"))
        case _:
            return plain(str(value))


def read(line: LineDef, raw: str) -> Any:
    """The value again. Raises BadInput (field: the line) for what is not understood."""
    said = plain(raw)
    if not said:
        raise BadInput(line.name, raw, "nothing was said here")
    match line.type:
        case "instant" | "window":
            return _time(line, said)
        case "place":
            return _place(said)
        case "code":
            return _code(line, said)
        case "count":
            number = figures(said)
            if not number.isascii() or not number.isdigit() or int(number) > 100_000:
                raise BadInput(line.name, said, "a number")
            return int(number)
        case "text":
            parts = re.split(rf"(?<!{BREAK}){BREAK}(?!{BREAK})", said)
            lines = (p.strip().replace(BREAK * 2, BREAK) for p in parts)
            return "\n".join(p for p in lines if p)
        case _:
            return said[:200]


def _time(line: LineDef, said: str) -> Any:
    found = [parse_dtg(group, line.name) for group in _DTG.findall(figures(said))]
    if line.type == "instant" and len(found) == 1:
        return found[0]
    if line.type == "window" and len(found) == 2 and found[0] < found[1]:
        return {"start": found[0], "end": found[1]}
    raise BadInput(line.name, said, "date-time groups with zone and year: 211430C NOV 26 / 211600C NOV 26")


# ------------------------------------------------------------------ codes


def _code(line: LineDef, said: str) -> str:
    code = _labels(line.list).get(normalise(said))
    if code is None:
        raise BadInput(line.name, said, "one of " + ", ".join(CODES[line.list]))
    return code


@cache
def _labels(name: str) -> dict[str, str]:
    """Every label of a coded list in every language, folded; what two codes share names neither."""
    found: dict[str, set[str]] = {}
    for code in CODES[name]:
        said = [code, code.replace("_", " "), *(text(lang, f"value.{name}.{code}") for lang in LANGS)]
        for label in said:
            found.setdefault(normalise(label), set()).add(code)
    return {label: next(iter(codes)) for label, codes in found.items() if len(codes) == 1}


# ------------------------------------------------------------------ places


def _written_place(value: Any, lang: str) -> str:
    geometry = value["geometry"]
    name, coordinates = geometry["type"], geometry["coordinates"]
    if name == "Point":
        positions = [coordinates]
    elif name == "LineString":
        positions = coordinates
    else:
        # An outline is read out once around; of several pieces, and of holes, the first and none.
        ring = coordinates[0] if name == "Polygon" else coordinates[0][0]
        name, positions = "Polygon", ring[:-1]
    grids = " - ".join(gridref.spaced(gridref.to_mgrs(*p)) for p in positions)
    shape = _SHAPES.get(name)
    said = [f"{text(lang, f'form.shape.{shape}')}: {grids}" if shape else grids]
    if value.get("accuracy_m"):
        said.append(f"{value['accuracy_m']} m")
    if value.get("name"):
        said.append(plain(value["name"]).replace(";", ","))
    return "; ".join(said)


def _place(said: str) -> dict[str, Any]:
    first, *rest = (part.strip() for part in said.replace("؛", ";").split(";"))
    grids = [gridref.from_mgrs(m[0], "location") for m in _GRID.finditer(figures(first))]
    if not grids:
        raise BadInput("location", said, "a grid reference such as 38S ME 17644 47950")
    positions = [[lon, lat] for lon, lat, _ in grids]
    geometry = _geometry(first, positions)
    check_geometry(geometry, "location")
    place: dict[str, Any] = {"geometry": geometry}
    side = max(side for _, _, side in grids)
    metres = [m for part in rest[:1] if (m := _METRES.fullmatch(figures(part).lower()))]
    accuracy = int(metres[0][1]) if metres else (side if side > 1 else 0)
    names = rest[1:] if metres else rest
    if accuracy:
        place["accuracy_m"] = min(accuracy, 100_000)
    if names:
        place["name"] = "; ".join(names)[:200]
    return place


def _geometry(said: str, positions: list[list[int]]) -> dict[str, Any]:
    folded = normalise(said)
    area = any(normalise(text(lang, "form.shape.area")) in folded for lang in LANGS)
    if len(positions) == 1:
        return {"type": "Point", "coordinates": positions[0]}
    if area and len(positions) >= 3:
        return {"type": "Polygon", "coordinates": [[*positions, positions[0]]]}
    return {"type": "LineString", "coordinates": positions}


def checked(line: LineDef, value: Any) -> Any:
    """A value as somebody gave it for a line, if it can be written; BadInput naming the line otherwise."""
    match line.type:
        case "instant":
            good = _is_instant(value)
        case "window":
            good = _is_window(value)
        case "place":
            good = isinstance(value, dict) and isinstance(value.get("geometry"), dict)
        case "code":
            good = isinstance(value, str) and value in CODES[line.list]
        case "count":
            good = type(value) is int and 0 <= value <= 100_000
        case _:
            good = isinstance(value, str) and len(value) <= 8000
    if not good:
        raise BadInput(f"fields.{line.name}", value, f"a value for a line of the type {line.type}")
    if line.type == "place":
        check_geometry(value["geometry"], f"fields.{line.name}")
    return value


def _is_instant(value: Any) -> bool:
    return type(value) is int and EARLIEST <= value < LATEST


def _is_window(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"start", "end"}
        and all(_is_instant(v) for v in value.values())
        and bool(value["start"] < value["end"])
    )
