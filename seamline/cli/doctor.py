"""seamline doctor: what is wrong with this installation, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from seamline import texts
from seamline.cli.exits import report
from seamline.cli.node import Json
from seamline.cli.say import answer, language, node_language, passphrase
from seamline.errors import Locked
from seamline.upkeep.doctor import Finding, examine, examine_machine

UNREADABLE = 2


def doctor(
    folder: Path | None = None,
    *,
    full: Annotated[bool, Parameter(negative="")] = False,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """What is wrong with the node in FOLDER, and what to do about it. It mends nothing.

    Without FOLDER: what is wrong with this machine and program. --full verifies every entry and signature as
    well. --lang en, ar or ckb; without it SEAMLINE_LANG, else the node's own.
    Exit 0 all is well (there may be notes), 1 something was found, 2 it cannot be looked at.
    """
    if folder is None:
        return _tell(examine_machine(Path.cwd()), language(lang), as_json)
    chosen = node_language(folder, lang)
    try:
        found = examine(folder, passphrase(passphrase_file, str(folder), lang=chosen), full=full)
    except Locked as fault:
        report(fault, as_json=as_json, lang=chosen)
        return UNREADABLE
    return _tell(found, chosen, as_json)


def _tell(found: list[Finding], chosen: str, as_json: bool) -> int:
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
