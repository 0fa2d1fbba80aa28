"""What came of an audit, on one page for those who sign beneath it; the same words on paper and prompt."""

from __future__ import annotations

from datetime import UTC, datetime

from seamline.actions import printing
from seamline.actions.blind import auditing, desk
from seamline.actions.blind.auditing import Audit, Leaf
from seamline.actions.blind.runs import Run
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput, NotFound
from seamline.geo.window import DAY
from seamline.texts import text

_GROUP = 4
_LINE = "_" * 40


def head(run: Run, leaf: Leaf, lang: str) -> list[tuple[str, str]]:
    """Labels and values: which run, sector and day; what each side had signed. BadInput for no such leaf."""
    day, area = leaf
    if not (0 <= day < run.universe.days and 0 <= area < len(run.universe.areas)):
        there = f"days 1 to {run.universe.days}, sectors 1 to {len(run.universe.areas)}"
        raise BadInput("day", f"{day + 1}, sector {area + 1}", there)
    date = datetime.fromtimestamp((run.universe.start + day * DAY) / 1000, UTC).strftime("%Y-%m-%d")
    commitments = [
        (text(lang, "blind.audit.commitment", party=side.upper()), _grouped(consent.commitment))
        for side, (_, consent) in sorted(run.consents.items())
    ]
    return [
        (text(lang, "blind.audit.run"), f"{run.universe.name} ({run.id})"),
        (text(lang, "blind.audit.sector"), f"{run.universe.areas[area].name} ({area + 1})"),
        (text(lang, "blind.audit.day"), f"{date} ({day + 1})"),
        (text(lang, "blind.audit.universe"), _grouped(run.terms.digest)),
        *commitments,
    ]


def outcome(run: Run, audit: Audit, lang: str) -> list[str]:
    """A sentence for each party, or who has wished it so far."""
    if audit.outcomes is None:
        return [text(lang, "blind.audit.incomplete", parties=", ".join(sorted(audit.wished)).upper())]
    lines = [text(lang, f"blind.audit.{o.code}", party=o.party.upper(), n=o.cells) for o in audit.outcomes]
    if any(o.code == "differs" and o.party in run.terms.sides for o in audit.outcomes):
        lines.append(text(lang, "blind.audit.between"))
    return lines


def page(node: Node, officer: Officer, run_id: str, leaf: Leaf, lang: str) -> bytes:
    """As PDF. NotFound alike for a run that is absent or forbidden, and for an audit that nobody wished."""
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.paper import Fields, Lines, Paper, Said, Section, paper

    officer.need(*READERS)
    run = desk.find(node, officer, run_id)
    audit = next((one for one in auditing.audits(node, run) if one.leaf == leaf), None)
    if audit is None:
        raise NotFound(f"no audit of day {leaf[0] + 1}, sector {leaf[1] + 1}")
    parties = (*run.terms.sides, run.terms.facilitator)
    sections: list[Section] = [
        Fields("", [(label, [Said(value)]) for label, value in head(run, leaf, lang)]),
        Lines(text(lang, "blind.audit.outcome"), outcome(run, audit, lang)),
        Fields(text(lang, "blind.audit.signed"), [(party.upper(), [Said(_LINE)]) for party in parties]),
    ]
    made = Paper(
        lang=lang,
        readers=printing.in_order(officer, parties),
        kicker=text(lang, f"value.blind_check.{run.terms.check}"),
        heading=text(lang, "blind.audit"),
        foot=printing.foot(node, officer, lang),
        lead=[text(lang, "blind.audit.says")],
        sections=sections,
    )
    return paper(made)


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + _GROUP] for i in range(0, len(digest), _GROUP))
