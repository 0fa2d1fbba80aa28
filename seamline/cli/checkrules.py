"""The --rules of `seamline check`: the rules in force as a node writes them, or some written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from seamline.cli.checkterms import CheckTerms, read_geometry, read_line, read_object
from seamline.cli.planfile import Fault, not_whole
from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.window import parse_rfc3339
from seamline.picture.findings import NEVER, Rule

# What plan files say enough for. The others are of the same file, and are said not to have been judged.
JUDGED = frozenset({"notice", "entry", "no_go"})
KNOWN = JUDGED | {"handover", "close_out", "answer"}


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A rule of the file, by its place in it. rule None: plan files do not say enough to judge by it."""

    index: int
    kind: str
    rule: Rule | None


def read_rules(path: Path | None, terms: CheckTerms, faults: list[Fault]) -> list[CheckRule]:
    """The rules; what is wrong with them goes to faults."""
    if path is None:
        return []
    listed = read_object(path, "rules", faults).get("rules", None)
    if not isinstance(listed, list):
        if not any(fault.file == str(path) for fault in faults):
            wrong = BadInput("rules", listed, '{"rules": [ … ]}', code="plan_rules")
            faults.append(Fault(str(path), None, wrong))
        return []
    found = []
    for index, rule in enumerate(listed):
        try:
            found.append(_rule(rule, index, terms))
        except BadInput as fault:
            faults.append(Fault(str(path), None, fault))
    return found


def _rule(rule: Any, index: int, terms: CheckTerms) -> CheckRule:
    where = f"rules[{index}]"
    kind = rule.get("kind", rule.get("type")) if isinstance(rule, dict) else rule
    if not isinstance(kind, str) or kind not in KNOWN:
        raise BadInput(f"{where}.kind", kind, "one of " + ", ".join(sorted(KNOWN)), code="plan_rule_kind")
    if kind not in JUDGED or (kind == "entry" and rule.get("consent")):
        return CheckRule(index, kind, None)
    types = rule.get("types", [])
    if not isinstance(types, list) or not all(isinstance(t, str) for t in types):
        raise BadInput(f"{where}.types", types, "a list of types of activity", code="plan_list")
    within = rule.get("within_m")
    if within is not None and (type(within) is not int or not 0 <= within <= 1_000_000):
        raise not_whole(f"{where}.within_m", within, 0, 1_000_000)
    start, end = _valid(rule.get("valid"), f"{where}.valid")
    return CheckRule(
        index,
        kind,
        Rule(
            kind,
            None if kind == "no_go" else _hours(rule.get("hours"), f"{where}.hours"),
            within,
            _SHAPES[kind](rule, where, terms),
            frozenset(types),
            start=start,
            end=end,
        ),
    )


def _hours(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 24 * 366:
        raise BadInput(where, value, "hours of notice, more than 0", code="plan_hours")
    return float(value)


def _valid(value: Any, where: str) -> tuple[int, int]:
    """From when until when it holds; a rule without holds always."""
    if value is None:
        return 0, NEVER
    if not isinstance(value, dict):
        raise BadInput(where, value, "an object with start and end", code="plan_object")
    start, end = (_instant(value.get(name), f"{where}.{name}") for name in ("start", "end"))
    if end <= start:
        raise BadInput(where, f"{start}..{end}", "the end must be later than the start")
    return start, end


def _instant(value: Any, where: str) -> int:
    """RFC 3339, or ms as in the record."""
    if isinstance(value, str):
        return parse_rfc3339(value, where)
    if type(value) is not int or value < 0:
        raise BadInput(where, value, "RFC 3339 with the offset from UTC")
    return value


def _near_line(rule: dict[str, Any], where: str, terms: CheckTerms) -> BaseGeometry | None:
    """The rule's own line, the one it names, or all of the terms."""
    within, named = rule.get("within_m"), rule.get("line")
    if isinstance(named, str):
        if named not in terms.lines:
            known = ", ".join(sorted(terms.lines)) or "none in --terms"
            raise BadInput(f"{where}.line", named, known, code="plan_rule_line")
        return terms.lines[named] if within is not None else None
    if named is not None:
        return read_line(named, f"{where}.line")
    if within is not None and not terms.lines:
        raise BadInput(f"{where}.within_m", within, "name the line: lines in --terms", code="plan_rule_line")
    return shapely.union_all(list(terms.lines.values())) if within is not None else None


def _place(rule: dict[str, Any], where: str, terms: CheckTerms) -> BaseGeometry:
    given = rule.get("place")
    geometry = given.get("geometry", given) if isinstance(given, dict) else given
    return place.to_shapely(read_geometry(geometry, f"{where}.place"))


_SHAPES: dict[str, Callable[[dict[str, Any], str, CheckTerms], BaseGeometry | None]] = {
    "notice": _near_line,
    "entry": _place,
    "no_go": _place,
}
