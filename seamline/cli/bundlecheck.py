"""seamline verify FILE, of a courier's file: would it be taken whole? Nothing of it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from seamline import wiring
from seamline.actions.carrying import MAX_FILE, ReadReport
from seamline.cli.bundle import explained
from seamline.cli.say import answer, passphrase
from seamline.errors import BadInput
from seamline.exchange import age

_UNKNOWN = "exchange 2.4"
"""A part about a node that no roster here names: neither sound nor tampered with, as far as can be told."""
_BLOB = "exchange 12.3"
"""Photos are looked at by their hash once they are whole, which is when they are read in."""


def is_one(target: Path) -> bool:
    """Whether the file begins as courier's files do."""
    try:
        with target.open("rb") as file:
            return age.look(file.read(64)) is not None
    except OSError:
        return False


def verify(target: Path, folder: Path | None, passphrase_file: Path | None, *, as_json: bool) -> int:
    """Exit 0 sound, 1 changed, cut or against a rule, 2 not to be told, as by whoever is no reader of it."""
    with target.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise BadInput("target", str(target), f"larger than {MAX_FILE} bytes; no courier's file is")
    if folder is None:
        return _outside(data, as_json=as_json)
    try:
        report = wiring.rehearsed(folder, passphrase(passphrase_file, str(folder)), data)
    except BadInput as fault:
        if fault.code != age.CutShort.code:
            raise
        lines = [f"Cut or changed: {fault.remedy}.", "Nothing was taken in."]
        answer({"sound": False, "cut": True, "detail": fault.remedy}, lines, as_json=as_json)
        return 1
    chunks = [r for r in report.refused if r.rule == _BLOB]
    report.refused = [r for r in report.refused if r.rule != _BLOB]
    broken = [r for r in report.refused if r.rule != _UNKNOWN]
    code = 1 if broken or report.cut else 2 if report.refused or report.sender is None else 0
    word = ("sound", "changed, cut or against a rule", "not to be told yet")[code]
    value = msgspec.to_builtins(report) | {"sound": code == 0, "photo_pieces": len(chunks)}
    answer(
        value, [f"{word.capitalize()}. Nothing was taken in.", *_lines(report, len(chunks))], as_json=as_json
    )
    return code


def _lines(report: ReadReport, chunks: int) -> list[str]:
    lines = explained(report)
    return [*lines, f"{chunks} pieces of photos: checked when they are read in."] if chunks else lines


def _outside(data: bytes, *, as_json: bool) -> int:
    seen = age.look(data)
    if seen is None:
        raise BadInput("target", f"{len(data)} bytes", "no courier's file")
    value: dict[str, Any] = {"sound": None, "readers": seen.readers, "size": seen.size, "whole": seen.whole}
    lines = [
        f"An age file of {len(data)} bytes, sealed to {seen.readers} keys, with {seen.size} bytes in it."
    ]
    if not seen.whole:
        answer(value | {"sound": False}, ["Cut: no whole age file is so long.", *lines], as_json=as_json)
        return 1
    lines.append(
        "Whether it is sound only a reader can tell: seamline verify FILE --dir FOLDER of that node."
    )
    answer(value, ["Not to be told from outside.", *lines], as_json=as_json)
    return 2
