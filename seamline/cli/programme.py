"""seamline programme: its points as a table out of a node; a table looked through before it goes in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cyclopts import App, Parameter

from seamline import wiring
from seamline.actions import planfile
from seamline.cli import remote
from seamline.cli.imports import officer_of
from seamline.cli.node import Json
from seamline.cli.proof import write_new
from seamline.cli.say import answer, language, node_language, passphrase
from seamline.errors import BadInput, Conflict
from seamline.gateways.table.codec import read as read_table

app = App(name="programme", help="Points and milestones as a table.")


@app.command
def points(  # noqa: PLR0913  each is an option of its own
    id: str,
    out: Path,
    *,
    folder: Annotated[Path | None, Parameter(name="--dir")] = None,
    officer: str | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write the points of the programme with this ID to OUT as CSV, with what each owner stated of them.

    From the node in --dir while it does not serve, in the name of --officer; or from a serving node at --url
    with the API token in --token-file. It is logged at the node before OUT is written.
    """
    if out.exists():
        raise Conflict(f"{out} is there already; name a new file")
    if url is not None and token_file is not None and folder is None:
        headers = {"Accept-Language": language(lang)}
        with remote.client(url, passphrase(token_file, "the token")) as node:
            reply = node.post(f"/api/programmes/{id}/export", headers=headers)
            data, count = remote.taken(reply), int(reply.headers.get("x-seamline-entries", 0))
    elif folder is not None and url is None:
        spoken = node_language(folder, lang)
        with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as here:
            made = planfile.points_file(here, officer_of(here, officer), id, spoken).result()
            data, count = made.data, made.count
    else:
        raise BadInput("dir", str(folder), "give --dir FOLDER, or --url and --token-file")
    write_new(out, data)
    lines = [f"{count} milestones in {out}. For coordination only, not for targeting."]
    answer({"file": str(out), "milestones": count, "bytes": len(data)}, lines, as_json=as_json)
    return 0


@app.command
def check(
    file: Path,
    *,
    track: str = "points",
    channel: str,
    zone: str = "UTC",
    as_json: Json = False,
) -> int:
    """Look through a table of points without a node: what is wrong is named by line and column.

    --track: points, unit or centre. --channel A+B: the parties that may own milestones. --zone: where a day
    begins, such as Asia/Baghdad. Exit 0: it can be taken into a draft; 2: it cannot.
    """
    try:
        named = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("zone", zone, 'an IANA zone, such as "Asia/Baghdad"') from None
    if not file.is_file():
        raise BadInput("file", str(file), "there is no such file")
    told = planfile.points_of(read_table, lambda: file.open("rb"), track, channel, named)
    lines = [f"line {f.line}, column {f.column}: {f.value}: {f.remedy}" for f in told.faults]
    if told.refused > len(told.faults):
        lines.append(f"… and {told.refused - len(told.faults)} more.")
    if not lines:
        lines = [f"{told.rows} milestones of {len(told.points)} points can be taken."]
    answer(msgspec.to_builtins(told), lines, as_json=as_json)
    return 2 if told.refused else 0
