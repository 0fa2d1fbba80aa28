"""/api/findings and /api/rules: facts against signed rules, and which rules are in force."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline import texts
from seamline.actions import finding, rulebook
from seamline.geo.window import HOUR
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import When
from seamline.web.shapes import findings as shapes

Json = dict[str, Any]


class FindingsQuery(msgspec.Struct, rename={"from_": "from"}):
    """Of activities that end after `from`; thirty days ago if it is absent."""

    from_: When = None
    to: When = None
    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=finding.MAX_LIMIT)] = finding.LIMIT


class RulesQuery(msgspec.Struct):
    """Which rules were in force at as_of; now if absent."""

    as_of: When = None


@route("GET", "/api/findings", READ, "Facts against signed rules", answer=shapes.Facts)
def list_findings(call: Call, query: FindingsQuery) -> Json:
    """By the rules of the activity's day. Empty until a rule is in force; the note says so."""
    asked = finding.Asked(
        reading.instant("from", query.from_),
        reading.instant("to", query.to),
        reading.instant("as_of", query.as_of),
        query.limit,
    )
    found = finding.findings(call.node, call.officer, asked)
    return worded(call, found | {"items": told(call, found["items"])})


@route("GET", "/api/rules", READ, "Rules, and which are in force", answer=shapes.Rules)
def list_rules(call: Call, query: RulesQuery) -> Json:
    """Every revision that was ever in force, and those that are not yet."""
    return worded(call, rulebook.rules(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/rules/file", READ, "The rules in force, for seamline check", answer=shapes.RuleFile)
def rules_file(call: Call, query: RulesQuery) -> Answer:
    """A file for plans that are checked without a node."""
    body = rulebook.file(call.node, call.officer, reading.instant("as_of", query.as_of))
    return Answer(body, 200, (("content-disposition", 'attachment; filename="rules.json"'),))


def told(call: Call, items: list[Json]) -> list[Json]:
    """Each fact also as a sentence, in the reader's language."""
    return [item | {"text": sentence(call.lang, item)} for item in items]


def sentence(lang: str, item: Json) -> str:
    """The fact in words: "notice 6 h, clause 24 h"; then what was spent on the link, then an emergency."""
    words = {
        "given": _hours(lang, item["given_ms"]),
        "needed": _hours(lang, item["needed_ms"]),
        "party": str(item["to"] or "").upper(),
        "distance": f"{item['distance_m'] or 0:,}",
        "within": f"{item['within_m'] or 0:,}",
    }
    said = [texts.text(lang, f"finding.{_key(item)}", **words)]
    if item["link_ms"] and item["link_ms"] >= HOUR // 60:
        said.append(texts.text(lang, "finding.link", time=_hours(lang, item["link_ms"])))
    if item["emergency"]:
        said.append(texts.text(lang, "finding.emergency"))
    return " ".join(said)


def _key(item: Json) -> str:
    """The sentence that fits: nothing is known or has happened, it came too late, or only after the time."""
    kind, given = item["kind"], item["given_ms"]
    if kind == "entry":
        kind = "consent" if item["consent"] else "notice"
    if kind == "no_go":
        return str(kind)
    if given is None:
        return f"{kind}_none"
    return f"{kind}_after" if kind in ("notice", "consent") and given < 0 else str(kind)


def _hours(lang: str, ms: int | None) -> str:
    """A length of time as people say it: minutes below an hour, hours with one digit at most."""
    minutes = abs(ms or 0) // 60_000
    if minutes < 60:
        return texts.text(lang, "finding.minutes", n=minutes)
    return texts.text(lang, "finding.hours", n=f"{minutes / 60:,.1f}".removesuffix(".0"))
