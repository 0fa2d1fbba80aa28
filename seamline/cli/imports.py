"""seamline import: incidents, sites, posts, activities and reference layers from CSV and GeoJSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from seamline import texts, wiring
from seamline.actions import imports
from seamline.actions.importing import open_source
from seamline.actions.imports import Ask, Refused, Report
from seamline.actions.mapping import LAYER
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.cli import decisions, importremote
from seamline.cli.node import Json
from seamline.cli.say import answer, language, node_language, passphrase
from seamline.errors import BadInput

SHOWN = 20


def import_file(  # noqa: PLR0913  each is an option of its own
    file: Path,
    *,
    kind: Annotated[str, Parameter(name="--as")],
    folder: Annotated[Path | None, Parameter(name="--dir")] = None,
    officer: str | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    preset: str | None = None,
    mapped: Annotated[list[str], Parameter(name="--map", negative="")] = [],  # noqa: B006  only read
    source: str | None = None,
    channel: str | None = None,
    attribution: str = "",
    licence: str = "",
    decide: Path | None = None,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Import FILE as incident, site, post, activity or layer; a second time adds nothing.

    Into the node in --dir while it does not serve, in the name of --officer; or through a serving node at
    --url with the API token in --token-file. --map COLUMN=TARGET (see docs/import.md). --decide: a table of
    uncertain place names, written if it is not there, obeyed if it is. Exit 1: some rows were not taken.
    """
    found = decisions.load(decide) if decide is not None and decide.exists() else {}
    name = source or ("" if preset else file.stem)
    ask = Ask(
        kind=kind,
        preset=preset,
        map=_mapping(mapped),
        decisions=found,
        source=name,
        channel=channel,
        attribution=attribution,
        licence=licence,
        dry_run=dry_run,
    )
    if not file.is_file():
        raise BadInput("file", str(file), "there is no such file")
    spoken = node_language(folder, lang) if folder is not None and url is None else language(lang)
    report = _run(file, ask, folder, officer, (url, token_file), passphrase_file)
    if decide is not None and not decide.exists() and report.uncertain:
        decisions.save(decide, report.uncertain)
    answer(msgspec.to_builtins(report), _told(spoken, report, decide), as_json=as_json)
    return 1 if report.refused or report.waiting or report.changed else 0


def _run(
    file: Path,
    ask: Ask,
    folder: Path | None,
    officer: str | None,
    remote: tuple[str | None, Path | None],
    passphrase_file: Path | None,
) -> Report:
    url, token_file = remote
    if url is not None and token_file is not None and folder is None:
        return importremote.run(url, passphrase(token_file, "the token"), file, ask, _progress)
    if folder is None or url is not None:
        raise BadInput("dir", str(folder), "give --dir FOLDER, or --url and --token-file")
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        who = officer_of(node, officer)
        return imports.run(node, who, open_source(node, lambda: file.open("rb")), ask, _progress)


def officer_of(node: Node, name: str | None) -> Officer:
    """The officer whose word it is; whoever holds the passphrase answers for naming him."""
    accounts = wiring.accounts_of(node)
    if name is None:
        raise BadInput("officer", None, "say in whose name: --officer PARTY/POST")
    return accounts.officer(*accounts.split(name))


def _mapping(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        column, sign, target = word.rpartition("=")
        if not sign or not column or not target:
            raise BadInput("map", word, "write it as COLUMN=TARGET")
        found[column] = target
    return found


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of}", end="" if done < of else "\n", file=sys.stderr, flush=True)


def _told(lang: str, report: Report, decide: Path | None) -> list[str]:
    def say(code: str, **values: object) -> str:
        return texts.text(lang, f"cli.import.{code}", **values)

    kind = texts.text(lang, f"kind.{report.kind}") if report.kind != LAYER else ""
    what = say("layer", id=report.layer) if report.layer else say("kind", kind=kind, channel=report.channel)
    counts = {"new": report.new, "present": report.present, "rows": report.rows}
    columns = ", ".join(f"{c} = {t}" for c, t in report.mapped.items())
    lines = [
        say("dry" if report.dry_run else "done", what=what, **counts),
        say("columns", columns=columns),
    ]
    if report.not_mapped:
        lines.append(say("not_mapped", columns=", ".join(report.not_mapped)))
    if report.areas:
        lines.append(say("areas", n=report.areas))
    if report.names:
        lines.append(say("names", names=", ".join(f"{n} {sure}" for sure, n in report.names.items())))
    if report.left_out:
        lines.append(say("left_out", n=report.left_out))
    if report.refused or report.changed:
        lines.append(say("refused", n=report.refused, changed=report.changed))
    lines += [_fault(lang, report.unit, fault) for fault in report.faults[:SHOWN]]
    if len(report.faults) > SHOWN:
        lines.append(say("more"))
    if report.waiting:
        lines.append(say("waiting", n=report.waiting))
        lines += [f"  {u.name} ({u.sure}, {u.rows})" for u in report.uncertain[:SHOWN]]
        lines.append(say("choose", file=decide) if decide else say("decide"))
    return lines


def _fault(lang: str, unit: str, fault: Refused) -> str:
    """Where the row is, what is wrong with it; in the reader's language as far as the catalogue goes."""
    at = texts.text(lang, f"cli.import.at.{unit}", n=fault.line)
    if fault.column:
        at += ", " + texts.text(lang, "cli.import.column", column=fault.column)
    told = [fault.value, fault.remedy] if fault.column else [fault.remedy]
    key = f"error.{fault.code}"
    if lang != "en" and key in texts.catalogue(lang):
        told.insert(-1, texts.text(lang, key))
    return ": ".join([f"  {at}", *told])
