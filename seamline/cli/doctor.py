"""seamline doctor: what is wrong with this installation, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from seamline import texts, wiring
from seamline.cli.exits import report
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import BadInput, Locked
from seamline.upkeep.doctor import Finding, examine

UNREADABLE = 2


def doctor(
    folder: Path,
    *,
    full: Annotated[bool, Parameter(negative="")] = False,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """What is wrong with the node in FOLDER, and what to do about it. It mends nothing.

    --full verifies every entry and signature as well. --lang en, ar or ckb; without it the node's own.
    Exit 0 all is well (there may be notes), 1 something was found, 2 it cannot be looked at.
    """
    try:
        found = examine(folder, passphrase(passphrase_file, str(folder)), full=full)
    except Locked as fault:
        report(fault, as_json=as_json)
        return UNREADABLE
    chosen = lang or _lang(folder)
    told = [_told(chosen, one) for one in found]
    lines = [line for one in told for line in (f"{one['word']}: {one['what']}", f"    {one['do']}")]
    items = [{k: v for k, v in one.items() if k != "word"} for one in told]
    wrong = any(one.severity != "note" for one in found)
    answer(
        {"findings": items, "ok": not wrong}, lines or [texts.text(chosen, "doctor.well")], as_json=as_json
    )
    return 1 if wrong else 0


def _told(lang: str, one: Finding) -> dict[str, str]:
    return {
        "severity": one.severity,
        "code": one.code,
        "word": texts.text(lang, f"doctor.severity.{one.severity}"),
        "what": texts.text(lang, f"doctor.what.{one.code}", **one.values),
        "do": texts.text(lang, f"doctor.do.{one.code}", **one.values),
    }


def _lang(folder: Path) -> str:
    try:
        return wiring.read_settings(folder).lang
    except BadInput:
        return "en"
