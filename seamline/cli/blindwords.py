"""What `seamline blind` prints: universes, numbers before a consent, results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Item = dict[str, Any]
LEARNS = {"clash": "where plans meet", "gap": "what nobody watches"}


def universes(found: list[Item]) -> list[str]:
    """A line or two each."""
    lines = []
    for one in found:
        state = "agreed" if one["agreed"] else f"signed by {', '.join(one['endorsed']) or 'nobody yet'}"
        lines.append(f"{one['name']} ({LEARNS[one['check']]}), {one['id']}: {state}")
        lines.append(
            f"  {', '.join(one['areas'])}; {_at(one['start'])} to {_at(one['end'])};"
            f" {one['cells']} cell-hours;"
            f" a side marks at most {one['cap']}, an answer names at most {one['result_cap']};"
            f" {' and '.join(one['sides'])}, facilitator {one['facilitator']};"
            f" erased {one['term_days']} days after"
        )
    return lines


def consent(run: Item, numbers: Item, party: str) -> list[str]:
    """What the consent means, in numbers."""
    other = next(side for side in run["sides"] if side != party)
    host = run["facilitator"]
    lines = [f"{run['name']}: {LEARNS[run['check']]}, {_at(run['start'])} to {_at(run['end'])}."]
    if run["check"] == "clash":
        lines += [
            f"Your plans mark {numbers['marked']} of {numbers['cells']} cell-hours.",
            f"{other} can learn at most {numbers['other_most']} of them: those that it marked too.",
            f"{host} learns how many are common, and not where.",
        ]
    else:
        lines += [
            f"Your undertakings leave {numbers['marked']} of {numbers['cells']} cell-hours open.",
            f"{other} learns nothing.",
            f"{host} learns those that neither of you watches, at most {numbers['facilitator_most']}.",
        ]
    return [
        *lines,
        f"{host} and {other} together, if they put together what they hold, learn all {numbers['together']}.",
        f"Keys and plans are erased at {_at(numbers['until'])}.",
        "This ground and these hours are asked about once.",
    ]


def stage(run: Item) -> str:
    """How far a run is."""
    waits = f", waiting for {' and '.join(run['waits_for'])}" if run["waits_for"] else ""
    fault = f" ({run['void'] or run['fault']})" if run["void"] or run["fault"] else ""
    return f"Run {run['id']}, {run['name']}: {run['stage']}{waits}{fault}"


def result(run: Item) -> list[str]:
    """What came of a run, for who stands at this node."""
    lines = [stage(run)]
    if run["verdict"] == "over":
        lines.append("  More met than the agreed cap: nothing else was said.")
    if run["refused"]:
        lines.append(f"  No result: {run['refused']['party'] or 'a share'} broke {run['refused']['rule']}.")
    lines += [
        f"  {side} found the answer false ({told['rule']}): use nothing of it, ask for an audit."
        for side, told in run["outcomes"].items()
        if told["found"] == "false"
    ]
    if run["learnt"] is not None:
        lines += _spots(run["learnt"], run["check"])
    return lines


def exit_code(found: list[Item]) -> int:
    """0 nothing met, 1 something did, 3 an answer is missing or false."""
    if not found or any(not run["done"] or run["void"] or _is_false(run) for run in found):
        return 3
    return 1 if any(run["learnt"] and run["learnt"]["count"] for run in found) else 0


def _is_false(run: Item) -> bool:
    return any(told["found"] == "false" for told in run["outcomes"].values())


def _spots(learnt: Item, check: str) -> list[str]:
    if not learnt["count"]:
        return ["  None in what both sides marked." if check == "clash" else "  None on the watch list."]
    head = "  Both will be there:" if check == "clash" else "  Nobody watches:"
    lines = [head]
    for spot in learnt["spots"]:
        near = spot["place"]["name"] if spot["place"] else ""
        lines.append(
            f"    {_at(spot['start'])} to {_at(spot['end'])}, {spot['mgrs']} {near}"
            f" within {spot['accuracy_m']} m ({spot['cell_hours']} cell-hours)"
        )
        lines += [f"      your plan: {plan['title']} ({plan['id']})" for plan in spot["plans"]]
    if learnt["alarm"]:
        lines.append("  Far more of your cell-hours met than usually: somebody may have marked too much.")
    return lines


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")
