"""What a record says, field by field, as lines of a page in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seamline.documents.paper import Said
from seamline.geo.gridref import spaced, to_mgrs
from seamline.records.kind import Field
from seamline.records.values import CODES
from seamline.texts import LANGS, catalogue, dates, text

Name = Callable[[str], str]
_INSTANTS = frozenset({"start", "end", "due", "at", "answer_by", "until", "opens", "since", "on"})
_ASIDE = frozenset({"geometry", "rule_hash", "hash", "record"})
_LISTS = {
    "stated": "clause_state",
    "outcome": "outcome",
    "chair": "chair",
    "status": "action_state",
    "what": "attention",
}
_FIRST = {name: at for at, name in enumerate(("party", "side", "when", "at", "place", "line"))}
"""What is told first of a part; the rest as it stands."""
_FIGURES = 5
_MOST_POSITIONS = 12

_CALLED = {"desks": "ui.desk", "layers": "ui.layer"}
"""Desks and layers are called in terms as they are on screen."""


class Values:
    """Writes values for one reader. named: what a record's id stands for, as far as he may read it."""

    def __init__(self, lang: str, zone: str, named: Name) -> None:
        self._lang, self._zone, self._named = lang, zone, named

    def lines(self, field: Field, value: Any) -> list[Said]:
        """One field; a type this program does not know is written part by part."""
        kind = field.spec.type
        if kind in ("code", "codes"):
            codes = value if isinstance(value, list) else [value]
            return [Said(", ".join(self.code(field.spec.values or field.name, code) for code in codes))]
        if kind == "grade":
            words = (text(self._lang, f"ui.grade.{letter}") for letter in value)
            return [Said(f"{value} · {', '.join(words)}")]
        if kind in ("party", "parties"):
            return [
                Said(" + ".join(_letters(one) for one in (value if isinstance(value, list) else [value])))
            ]
        if kind in ("ref", "refs", "accounts"):
            ids = value if isinstance(value, list) else [value]
            return [Said(self._named(one["id"] if isinstance(one, dict) else one)) for one in ids]
        return [line for line in self._any(field.name, value, 0) if line.text]

    def code(self, values: str, code: str) -> str:
        """A coded value; one of a newer node as it is."""
        for key in (f"value.{values}.{code}", f"{_CALLED.get(values, 'value')}.{code}"):
            if key in catalogue("en"):
                return text(self._lang, key)
        return code.replace("_", " ")

    def label(self, name: str) -> str:
        """A field's or part's name; one of a newer node as it is."""
        for key in (f"ui.part.{name}", f"field.{name}"):
            if key in catalogue("en"):
                return text(self._lang, key)
        return name.upper() if name in ("isf", "ksf", "mag") else name.replace("_", " ")

    def instant(self, ms: int) -> str:
        """In local words, with the date-time group in Z."""
        return f"{dates.moment(ms, self._zone, self._lang)} · {dates.dtg(ms)}"

    def window(self, start: int, end: int) -> str:
        """The same of a half-open window."""
        return f"{dates.window(start, end, self._zone, self._lang)} · {dates.dtg(start)} – {dates.dtg(end)}"

    # -------------------------------------------------------------- the parts of what is structured

    def _any(self, name: str, value: Any, depth: int) -> Iterator[Said]:
        if isinstance(value, dict):
            yield from self._dict(value, depth)
        elif isinstance(value, list):
            yield from self._list(name, value, depth)
        elif isinstance(value, bool):
            yield Said(text(self._lang, "ui.yes" if value else "ui.no"), depth)
        elif isinstance(value, int) and (name in _INSTANTS or value > 1_000_000_000_000):
            yield Said(self.instant(value), depth)
        elif isinstance(value, str):
            yield from (Said(line, depth) for line in self._words(name, value).splitlines())
        else:
            yield Said(str(value), depth)

    def _words(self, name: str, value: str) -> str:
        if name in _LISTS:
            return self.code(_LISTS[name], value)
        if name in ("party", "parties", "side", "by", "owner", "host"):
            return _letters(value)
        if name in CODES and value in CODES[name]:
            return self.code(name, value)
        return value

    def _list(self, name: str, values: list[Any], depth: int) -> Iterator[Said]:
        if all(isinstance(one, str | int) and not isinstance(one, bool) for one in values):
            yield Said(", ".join(self._words(name, str(one)) for one in values), depth)
            return
        for at, one in enumerate(values, 1):
            no, lines = str(at), list(self._any(name, one, depth + 1))
            if isinstance(one, dict) and isinstance(one.get("title"), dict):
                no, lines = str(one.get("no", at)), self._titled(name, one, depth)
            if lines:
                yield Said(f"{no}. {lines[0].text}", depth)
                yield from lines[1:]

    def _titled(self, name: str, one: Mapping[str, Any], depth: int) -> list[Said]:
        """A numbered part of a text: its title in the reader's language, then the rest of it."""
        rest = {key: value for key, value in one.items() if key not in ("no", "title")}
        title = next((one["title"][lang] for lang in (self._lang, *LANGS) if one["title"].get(lang)), "")
        return [Said(title, depth), *self._any(name, rest, depth + 1)]

    def _dict(self, value: Mapping[str, Any], depth: int) -> Iterator[Said]:
        if set(value) <= {"start", "end"} and len(value) == 2:
            yield Said(self.window(value["start"], value["end"]), depth)
        elif "geometry" in value and set(value) <= {"geometry", "accuracy_m", "mgrs", "name"}:
            yield from self._place(value, depth)
        elif set(value) == {"type", "coordinates"}:
            yield from self._place({"geometry": value}, depth)
        elif "size" in value and "hash" in value:
            name = value.get("name") or value["hash"][:16]
            yield Said(text(self._lang, "print.file", name=name, size=value["size"]), depth)
        elif set(value) <= set(LANGS):
            ordered = sorted(value, key=lambda lang: (lang != self._lang, LANGS.index(lang)))
            for lang in ordered:
                yield from (Said(line, depth) for line in str(value[lang]).splitlines())
        else:
            for name in sorted(value, key=lambda name: _FIRST.get(name, len(_FIRST))):
                if name not in _ASIDE:
                    yield from self._labelled(name, value[name], depth)

    def _labelled(self, name: str, value: Any, depth: int) -> Iterator[Said]:
        lines = list(self._any(name, value, depth + 1))
        if name == "at" and isinstance(value, int):
            name = "when"
        if len(lines) == 1:
            yield Said(f"{self.label(name)}: {lines[0].text}", depth)
        elif lines:
            yield Said(f"{self.label(name)}:", depth)
            yield from lines

    def _place(self, value: Mapping[str, Any], depth: int) -> Iterator[Said]:
        shape = value["geometry"]
        corners = _corners(shape)
        grid = [spaced(value["mgrs"])] if value.get("mgrs") else [_grid(at) for at in corners]
        more = ["…"] if len(grid) > _MOST_POSITIONS else []
        if value.get("name"):
            yield Said(value["name"], depth)
        yield Said(" – ".join([*grid[:_MOST_POSITIONS], *more]), depth)
        if value.get("accuracy_m"):
            yield Said(f"± {text(self._lang, 'ui.unit.m', n=value['accuracy_m'])}", depth)


def _letters(party: str) -> str:
    return " + ".join(one.upper() for one in party.split("+"))


def _corners(shape: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The positions of a shape in 1e-7 degrees, a closed ring's last one left out."""
    at = shape["coordinates"]
    if shape["type"] == "Point":
        return [tuple(at)]
    if shape["type"] == "LineString":
        return [tuple(one) for one in at]
    rings = at if shape["type"] == "Polygon" else [ring for polygon in at for ring in polygon]
    return [tuple(one) for ring in rings for one in ring[:-1]]


def _grid(at: tuple[int, int]) -> str:
    return spaced(to_mgrs(at[0], at[1], _FIGURES - 1))
