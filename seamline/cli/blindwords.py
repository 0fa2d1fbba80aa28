"""What `seamline blind` prints: universes, numbers before a consent, results; in three languages."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import Any

from seamline.texts import text

Item = dict[str, Any]


def universes(found: list[Item], lang: str) -> list[str]:
    """A line or two each."""
    lines = []
    for one in found:
        by = _all(one["endorsed"], lang)
        signed = text(lang, "cli.blind.state.signed", parties=by) if by else None
        state = text(lang, "cli.blind.state.agreed") if one["agreed"] else signed
        state = state or text(lang, "cli.blind.state.nobody")
        lines.append(f"{one['name']} ({_what(one['check'], lang)}), {one['id']}: {state}")
        said = text(
            lang,
            "cli.blind.universe",
            areas=", ".join(one["areas"]),
            start=_at(one["start"]),
            end=_at(one["end"]),
            cells=one["cells"],
            cap=one["cap"],
            result_cap=one["result_cap"],
            sides=_all(one["sides"], lang),
            host=one["facilitator"],
            days=one["term_days"],
        )
        lines.append(f"  {said}")
    return lines


def consent(run: Item, numbers: Item, party: str, lang: str) -> list[str]:
    """What the consent means, in numbers."""
    other = next(side for side in run["sides"] if side != party)
    host, check = run["facilitator"], run["check"]
    hours = {"start": _at(run["start"]), "end": _at(run["end"])}

    def said(key: str, **values: Any) -> str:
        return text(lang, f"cli.blind.consent.{key}", **values)

    return [
        said("head", name=run["name"], what=_what(check, lang), **hours),
        said(f"{check}.marked", marked=numbers["marked"], cells=numbers["cells"]),
        said(f"{check}.other", other=other, n=numbers["other_most"]),
        said(f"{check}.host", host=host, n=numbers["facilitator_most"]),
        said("together", host=host, other=other, n=numbers["together"]),
        said("until", time=_at(numbers["until"])),
        said("once"),
    ]


def stage(run: Item, lang: str) -> str:
    """How far a run is."""
    told = text(lang, f"ui.blind.stage.{run['stage']}")
    line = text(lang, "cli.blind.stage", id=run["id"], name=run["name"], stage=told)
    waits = _all(run["waits_for"], lang)
    if waits:
        line += f" ({text(lang, 'cli.blind.waits', parties=waits)})"
    fault = run["void"] or run["fault"]
    return f"{line} ({fault})" if fault else line


def result(run: Item, lang: str) -> list[str]:
    """What came of a run, for who stands at this node."""
    lines = []
    if run["verdict"] == "over":
        lines.append(text(lang, "cli.blind.over"))
    if run["refused"]:
        party, rule = run["refused"]["party"], run["refused"]["rule"]
        key = "cli.blind.refused" if party else "cli.blind.refused_share"
        lines.append(text(lang, key, party=party, rule=rule))
    lines += [
        text(lang, "cli.blind.false", party=side, rule=told["rule"])
        for side, told in run["outcomes"].items()
        if told["found"] == "false"
    ]
    if run["learnt"] is not None:
        lines += _spots(run["learnt"], run["check"], lang)
    return [stage(run, lang), *(f"  {line}" for line in lines)]


def exit_code(found: list[Item]) -> int:
    """0 nothing met, 1 something did, 3 an answer is missing or false."""
    if not found or any(not run["done"] or run["void"] or _is_false(run) for run in found):
        return 3
    return 1 if any(run["learnt"] and run["learnt"]["count"] for run in found) else 0


def _is_false(run: Item) -> bool:
    return any(told["found"] == "false" for told in run["outcomes"].values())


def _spots(learnt: Item, check: str, lang: str) -> list[str]:
    if not learnt["count"]:
        return [text(lang, f"ui.blind.none.{check}")]
    lines = [text(lang, f"ui.blind.found.{check}") + ":"]
    for spot in learnt["spots"]:
        said = text(
            lang,
            "cli.blind.spot",
            start=_at(spot["start"]),
            end=_at(spot["end"]),
            mgrs=spot["mgrs"],
            near=spot["place"]["name"] if spot["place"] else "",
            m=spot["accuracy_m"],
            cells=spot["cell_hours"],
        )
        lines.append(f"  {said}")
        plans = spot["plans"]
        lines += ["    " + text(lang, "cli.blind.plan", title=one["title"], id=one["id"]) for one in plans]
    if learnt["more"]:
        lines.append(text(lang, "ui.blind.more"))
    if learnt["alarm"]:
        lines.append(text(lang, "ui.blind.alarm"))
    return lines


def _what(check: str, lang: str) -> str:
    return text(lang, f"value.blind_check.{check}")


def _all(parties: list[str], lang: str) -> str:
    if not parties:
        return ""
    return reduce(lambda one, other: text(lang, "cli.blind.and", one=one, other=other), parties)


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")
