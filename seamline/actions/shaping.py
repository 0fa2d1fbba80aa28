"""One row of a foreign file as the body of a record, or as a feature of a reference layer.

Where: coordinates first, then a grid reference, then a name; a name that is not certain is for a person to
decide. A place of poor precision (3 and more, as UCDP counts) is an area, never a point.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from seamline.actions import mapping, write
from seamline.actions.mapping import HARM, KEEP, LAYER, PLACE, TIME
from seamline.actions.source import Ground, Preset, SourceRow
from seamline.errors import BadInput
from seamline.geo import areas, gridref, place
from seamline.geo.names import Match, Sure
from seamline.records import registry

Json = dict[str, Any]
LEAVE = "leave"
MOMENT = 60_000
# Where precision is all that is known: the radius in metres within which the place lies (UCDP's codebook).
RADIUS = {1: 2_000, 2: 25_000, 3: 30_000, 4: 90_000, 5: 100_000, 6: 250_000, 7: 250_000}
NAMED_M = 1_000
_POSITION = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[, ]\s*([+-]?\d+(?:\.\d+)?)", re.ASCII)
_DEFAULT_TYPE = {"incident": "other", "site": "other", "activity": "other"}


class Undecided(Exception):
    """The place's name is not certain: the row waits for a person. Never leaves actions."""

    def __init__(self, name: str, column: str, match: Match) -> None:
        super().__init__(name)
        self.name, self.column, self.match = name, column, match


class LeftOut(Exception):
    """A person decided to leave rows of this name out. Never leaves actions."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """key: the row's own id, "" for none. at: when it happened, ms, if it says. sure: of a name's match."""

    key: str
    at: int
    value: Json
    area: bool
    sure: Sure | None


@dataclass(slots=True)
class Shaper:
    """Shapes rows for one import. plan: {column: (target, form)}; decisions: {name: position or "leave"}.

    governorates: the terms in force enable their outlines; otherwise no place is drawn by one.
    """

    kind: str
    plan: dict[str, tuple[str, str]]
    preset: Preset | None
    zone: tzinfo
    ground: Ground
    decisions: dict[str, str] = field(default_factory=dict)
    governorates: bool = False
    _column: dict[str, str] = field(init=False)
    _kept: list[str] = field(init=False)
    _convert: dict[str, Callable[[str, str], object]] = field(init=False)

    def __post_init__(self) -> None:
        self._column = {target: c for c, (target, _) in self.plan.items() if target != KEEP}
        kept = [c for c, (target, _) in self.plan.items() if target == KEEP]
        self._kept = list(dict.fromkeys([*(self.preset.kept if self.preset else ()), *kept]))
        self._convert = {} if self.kind == LAYER else mapping.converters(self.kind)
        self.decisions = {self._key(name): where for name, where in self.decisions.items()}

    def shape(self, row: SourceRow) -> Shaped:
        """The row's record or feature. Raises BadInput (field: the column), Undecided, LeftOut."""
        if row.fault is not None:
            raise row.fault
        said = {t: v for t, c in self._column.items() if (v := row.values.get(c, "").strip())}
        if self.preset is not None:
            said = self.preset.derive(row.values) | said
        when = self._when(said)
        where, sure = self._where(said, row)
        value = self._feature(said, when, where, row) if self.kind == LAYER else self._body(said, when, where)
        at = when[0] if when else 0
        area = where["geometry"]["type"] in ("Polygon", "MultiPolygon")
        return Shaped(mapping.latin(said.get("id", "")), at, value, area, sure)

    # ------------------------------------------------------------ a record, a feature

    def _body(self, said: dict[str, str], when: tuple[int, int] | None, where: Json) -> Json:
        body: Json = {"place": where}
        if self.kind in mapping.WHEN:
            if when is None:
                raise BadInput(
                    self.column("date"),
                    "",
                    "say when: map a column to date, or to start and end",
                    code="import_when",
                )
            body[mapping.WHEN[self.kind]] = {"start": when[0], "end": when[1]}
        harm = {
            h: mapping.whole(said[h], self.column(h)) for h in HARM if h in said and self.kind == "incident"
        }
        if harm:
            body["harm"] = harm
        for name, text in said.items():
            if name in self._convert:
                body[name] = self._convert[name](text, self.column(name))
        if self.kind in _DEFAULT_TYPE:
            body.setdefault("type", _DEFAULT_TYPE[self.kind])
        geometry = where["geometry"]
        if geometry["type"] == "Point" and "mgrs" not in where:
            body["place"] = where | {"mgrs": gridref.to_mgrs(*geometry["coordinates"])}
        try:
            return write.canonical_body(registry.parse(self.kind, body))

        except BadInput as fault:
            raise self._of_column(fault) from None

    def _feature(
        self, said: dict[str, str], when: tuple[int, int] | None, where: Json, row: SourceRow
    ) -> Json:
        told: Json = {c: _scalar(row.values.get(c, "")) for c in self._kept if row.values.get(c, "").strip()}
        told |= {k: said[k] for k in ("name", "name_en", "name_ar", "name_ckb", "where", "id") if k in said}
        if when:
            told["date"], last = (self._day(ms) for ms in (when[0], max(when[0], when[1] - 1)))
            if last != told["date"]:
                told["until"] = last
            told["from_ms"], told["to_ms"] = when
        if where.get("accuracy_m"):
            told["accuracy_m"] = where["accuracy_m"]
        return {"type": "Feature", "properties": told, "geometry": place.to_geojson(where["geometry"])}

    def _day(self, ms: int) -> str:
        return datetime.fromtimestamp(ms / 1000, self.zone).date().isoformat()

    def _of_column(self, fault: BadInput) -> BadInput:
        name = fault.field.removeprefix("body.")
        first = name.split(".")[0].split("[")[0]
        last = name.split(".")[-1]
        back = {"place": "lat", "occurred": "start", "when": "start"}.get(first, first)
        column = self._column.get(last) or self._column.get(first) or self.column(back)
        return BadInput(column, fault.value, fault.remedy, code=fault.code)

    def column(self, target: str) -> str:
        """The column that says it, or another that could, or the target's own name."""
        if target in self._column:
            return self._column[target]
        related = PLACE if target in PLACE else TIME if target in TIME else ()
        return next((self._column[one] for one in related if one in self._column), target)

    # ------------------------------------------------------------ when

    def _when(self, said: dict[str, str]) -> tuple[int, int] | None:
        def read(target: str) -> tuple[int, int] | None:
            if target not in said:
                return None
            column = self._column.get(target, target)
            return mapping.moment(said[target], column, self.plan.get(column, ("", "iso"))[1], self.zone)

        first, last = read("start") or read("date"), read("end")
        if first is None:
            return None
        start, end = first[0], last[1] if last else first[1]
        if end < start:
            raise BadInput(
                self.column("end"),
                said.get("end", ""),
                "the end must not be before the start",
                code="import_when",
            )
        return start, end if end > start else start + MOMENT

    # ------------------------------------------------------------ where

    def _where(self, said: dict[str, str], row: SourceRow) -> tuple[Json, Sure | None]:
        precision = self._precision(said)
        found, sure = self._found(said, row)
        name = {"name": said["where"][:200]} if said.get("where") else {}
        named = self._named_area(said, precision)
        if found is None and named is None:
            if name:
                raise BadInput(
                    self.column("where"),
                    said["where"],
                    "no place of that name; give coordinates",
                    code="import_where",
                )
            raise self._nowhere(said)
        if precision < 3 and not (found is None and named is not None):
            accuracy = self._accuracy(said, precision, found or {})
            return name | (found or {}) | accuracy, sure
        if found is not None and found["geometry"]["type"] not in ("Point", "LineString"):
            return found | name, sure  # an area already
        geometry = named or self._around(found, precision)
        return {"geometry": geometry, **name}, sure

    def _nowhere(self, said: dict[str, str]) -> BadInput:
        if "governorate" in said and not self.governorates:
            remedy = "outlines of governorates are off until the terms enable them; name a district"
            return BadInput(
                self.column("governorate"), said["governorate"], remedy, code="import_governorate"
            )
        remedy = "say where: lat and lon, mgrs, or the name of a place"
        return BadInput(self.column("lat"), "", remedy, code="import_where")

    def _accuracy(self, said: dict[str, str], precision: int, found: Json) -> Json:
        if "accuracy_m" in said:
            return {"accuracy_m": mapping.whole(said["accuracy_m"], self.column("accuracy_m"))}
        if precision and "accuracy_m" not in found:
            return {"accuracy_m": RADIUS[precision]}
        return {}

    def _precision(self, said: dict[str, str]) -> int:
        if "precision" not in said:
            return 0
        value = mapping.whole(said["precision"], self.column("precision"))
        if value not in RADIUS:
            raise BadInput(
                self.column("precision"), said["precision"], "1 to 7, as UCDP counts", code="import_number"
            )
        return value

    def _found(self, said: dict[str, str], row: SourceRow) -> tuple[Json | None, Sure | None]:
        if row.geometry is not None:
            geometry = place.from_geojson(row.geometry, "geometry", exact=False)
            place.check_geometry(geometry)
            return {"geometry": geometry}, None
        if "lat" in said or "lon" in said:
            return {"geometry": _point(*self._degrees(said))}, None
        if "mgrs" in said:
            text = mapping.latin(said["mgrs"])
            try:
                lon, lat, accuracy = gridref.from_mgrs(text)
            except BadInput as fault:
                raise BadInput(self.column("mgrs"), fault.value, fault.remedy, code="import_where") from None
            return {"geometry": _point(lon, lat), "accuracy_m": accuracy, "mgrs": text}, None
        if "where" in said:
            return self._by_name(said)
        return None, None

    def _degrees(self, said: dict[str, str]) -> tuple[int, int]:
        values = []
        for target, most in (("lon", 178), ("lat", 80)):
            if target not in said:
                raise BadInput(
                    self.column(target), "", "give both latitude and longitude", code="import_where"
                )
            degrees = mapping.number(said[target], self.column(target))
            if not abs(degrees) <= most:
                raise BadInput(
                    self.column(target), said[target], f"degrees from -{most} to {most}", code="import_number"
                )
            values.append(round(degrees * place.SCALE))
        return values[0], values[1]

    def _by_name(self, said: dict[str, str]) -> tuple[Json | None, Sure | None]:
        name = said["where"]
        if decided := self.decisions.get(self._key(name)):
            return self._decided(name, decided), None
        if self.ground.names is None:
            return None, None
        match = self.ground.names.match(name)
        if match.certain:
            at = match.candidates[0]
            here = {"geometry": _point(at.lon, at.lat), "accuracy_m": NAMED_M, "name": at.name}
            return here, match.sure
        if match.sure == "unknown" and any(said.get(k) for k in ("district", "governorate")):
            return None, None
        raise Undecided(name, self.column("where"), match)

    def _key(self, name: str) -> str:
        return " ".join(name.split()).casefold()

    def _decided(self, name: str, decided: str) -> Json:
        """Where a person said this name is: degrees (lat, lon), a grid reference, or nowhere."""
        if decided == LEAVE:
            raise LeftOut(name)
        if found := _POSITION.fullmatch(mapping.latin(decided)):
            lat, lon = float(found[1]), float(found[2])
            if abs(lat) <= 80 and abs(lon) <= 178:
                point = _point(round(lon * place.SCALE), round(lat * place.SCALE))
                return {"geometry": point, "accuracy_m": NAMED_M, "name": name[:200]}
        lon7, lat7, accuracy = gridref.from_mgrs(mapping.latin(decided))
        return {"geometry": _point(lon7, lat7), "accuracy_m": max(accuracy, NAMED_M), "name": name[:200]}

    def _named_area(self, said: dict[str, str], precision: int) -> place.Geometry | None:
        known = self.ground.areas
        if known is None:
            return None
        wanted = [("district", areas.DISTRICT)] if precision in (0, 3) else []
        if self.governorates and (precision in (0, 4) or (precision == 3 and "district" not in said)):
            wanted.append(("governorate", areas.GOVERNORATE))
        for target, level in wanted:
            if target in said and (area := known.named(said[target], level)):
                return area.geometry
        return None

    def _around(self, found: Json | None, precision: int) -> place.Geometry:
        """The district or enabled governorate of the position, else all ground the precision allows."""
        west, south, east, north = place.box((found or {})["geometry"])
        lon, lat = (west + east) // 2, (south + north) // 2
        level = {3: areas.DISTRICT, 4: areas.GOVERNORATE if self.governorates else None}.get(precision)
        if level and self.ground.areas and (area := self.ground.areas.around(lon, lat, level)):
            return area.geometry
        return areas.circle(lon, lat, RADIUS[precision])


def _point(lon: int, lat: int) -> place.Geometry:
    return {"type": "Point", "coordinates": [lon, lat]}


def _scalar(text: str) -> str | int | float:
    """A cell of a kept column as a number where it is one."""
    plain = mapping.latin(text)
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", plain, re.ASCII):
        return int(plain)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", plain, re.ASCII) and math.isfinite(float(plain)):
        return float(plain)
    return text.strip()
