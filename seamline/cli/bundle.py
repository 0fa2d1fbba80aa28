"""seamline bundle: files that a courier carries between nodes (docs/courier.md)."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from seamline import wiring
from seamline.actions.carrying import MAX_FILE, ReadReport, Wrote
from seamline.cli import bundleremote
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import BadInput

app = App(name="bundle", help="Files that a courier carries to other nodes and back.")
_SIZE = re.compile(r"(\d+)\s*([kM]?)(?:i?B)?", re.IGNORECASE)


@app.command
def write(
    folder: Path,
    *,
    to: Annotated[list[str], Parameter(negative="", consume_multiple=True)],
    most: Annotated[str | None, Parameter(name="--max")] = None,
    out: Path | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write what the nodes in --to (names or fingerprints) are not known to have into a file sealed to them.

    --max 64k, 2M: for a thin carrier; what does not fit goes into the next file. FOLDER must not be served;
    of a node that serves, give --url and the API token in --token-file.
    """
    size = None if most is None else _bytes(most)
    if url is not None:
        made = bundleremote.write(url, _token(token_file), to, size)
    else:
        with wiring.carrying(folder, passphrase(passphrase_file, str(folder))) as courier:
            made = courier.write(to, size)
    file = out or Path(_name(folder, made))
    _save(file, made.data)
    told = {
        "file": str(file),
        "bytes": len(made.data),
        "to": made.to,
        "entries": made.entries,
        "more": made.more,
    }
    lines = [f"{file}: {len(made.data)} bytes for {', '.join(made.to)}, {made.entries} entries."]
    lines += (
        ["More is owed than it had room for: write another once this one was answered."] if made.more else []
    )
    answer(told, lines, as_json=as_json)
    return 0


@app.command
def read(
    folder: Path,
    file: Path,
    *,
    url: str | None = None,
    token_file: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Take in a FILE that was written for this node.

    Exit 0 all was taken, 1 some of it was refused or the file is not whole (says what), 2 it cannot be read.
    """
    data = _load(file)
    if url is not None:
        report = bundleremote.read(url, _token(token_file), data)
    else:
        with wiring.carrying(folder, passphrase(passphrase_file, str(folder))) as courier:
            report = courier.read(data)
    answer(msgspec.to_builtins(report), explained(report), as_json=as_json)
    return 1 if report.refused or report.cut else 0


def explained(report: ReadReport) -> list[str]:
    """What came of a file, line by line."""
    when = (
        ""
        if report.written is None
        else time.strftime(", %Y-%m-%d %H:%MZ", time.gmtime(report.written / 1000))
    )
    who = report.sender.name if report.sender else "a node that no roster here names"
    lines = [f"From {who}{when} by its clock."]
    lines.append(f"New: {report.new} entries, {report.receipts} receipts, {report.statements} statements.")
    lines.append(f"Already known: {report.known} entries.")
    lines += [
        f"  {c.channel} {c.lane}, log of {c.name}: {c.new} new, {c.known} known" for c in report.channels
    ]
    for gap in report.missing:
        where = f"{gap.channel} {gap.lane}, log of {gap.name}"
        lines.append(f"Missing: {where}: entries {gap.held} to {gap.starts} come in another file.")
    lines += [f"Refused ({r.fault}): {r.rule}: {r.detail}" for r in report.refused]
    if report.cut:
        lines.append("The file is cut or changed: what stands before that place was taken. Ask for it again.")
    if report.fragments:
        lines.append(
            f"{report.fragments} fragments of entries that are not whole yet; the rest comes in another file."
        )
    if report.answer:
        lines.append("There is something to take back: seamline bundle write.")
    return lines


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise BadInput("max", text, "a size such as 4096, 64k or 2M")
    return int(found[1]) * {"": 1, "k": 1024, "m": 1 << 20}[found[2].lower()]


def _name(folder: Path, made: Wrote) -> str:
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(made.written / 1000))
    return f"{re.sub('[^A-Za-z0-9-]', '', folder.resolve().name)}-to-{'-'.join(made.to)}-{stamp}.seamline"


def _save(file: Path, data: bytes) -> None:
    """Whole or not at all, and on the stick when this returns: the stick is pulled next."""
    fresh = file.with_name(file.name + ".part")
    try:
        with fresh.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        raise BadInput("out", str(file), f"cannot be written: {fault.strerror}") from None


def _load(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadInput("file", str(file), f"larger than {MAX_FILE} bytes; no courier's file is")
        return file.read_bytes()
    except OSError as fault:
        raise BadInput("file", str(file), f"cannot be read: {fault.strerror}") from None


def _token(file: Path | None) -> str:
    if file is None:
        raise BadInput("token-file", None, "an API token of the node at --url, in a file")
    return passphrase(file, "the token")
