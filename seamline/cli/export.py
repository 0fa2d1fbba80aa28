"""seamline export: records for other programs; a log as the static files that transparency-log tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from seamline import wiring
from seamline.actions import exporting, exports
from seamline.actions.read import RecordQuery
from seamline.cli import remote
from seamline.cli.imports import officer_of
from seamline.cli.node import Json
from seamline.cli.proof import write_new
from seamline.cli.say import answer, language, node_language, passphrase
from seamline.errors import BadInput, Conflict
from seamline.geo.window import parse_rfc3339

app = App(name="export", help="What a node holds, for other tools. For coordination only, not for targeting.")


@app.command
def tiles(
    folder: Path,
    out: Path,
    *,
    channel: str,
    lane: str = "routine",
    node: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write a log of the node in FOLDER to the new folder OUT as C2SP tlog-tiles: checkpoint, tile/….

    The log of this node in --channel and --lane, or with --node that of another whose log is held here.
    """
    if out.exists() and any(out.iterdir() if out.is_dir() else (out,)):
        raise Conflict(f"{out} is not empty; name a new folder")
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as here:
        told, files = exporting.tile_files(here, exporting.log_named(here, channel, lane, node))
        count = 0
        try:
            for path, data in files:
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (out / path).write_bytes(data)
                count += 1
        except OSError as fault:
            raise BadInput("out", str(out), f"cannot be written: {fault.strerror}") from None
    lines = [
        f"{told['size']} entries of {told['origin']} in {count} files under {out}.",
        f"Other tools check them with: {told['vkey']}",
    ]
    answer(told | {"files": count, "out": str(out)}, lines, as_json=as_json)
    return 0


@app.command
def records(  # noqa: PLR0913  each is an option of its own
    out: Path,
    *,
    form: Annotated[str, Parameter(name="--format")] = "csv",
    folder: Annotated[Path | None, Parameter(name="--dir")] = None,
    officer: str | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    kind: str | None = None,
    party: str | None = None,
    channel: str | None = None,
    since: Annotated[str | None, Parameter(name="--from")] = None,
    until: Annotated[str | None, Parameter(name="--to")] = None,
    words: Annotated[str | None, Parameter(name="--query")] = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write records to OUT as csv or geojson: those that an officer may read, marked for coordination only.

    From the node in --dir while it does not serve, in the name of --officer; or from a serving node at --url
    with the API token in --token-file. --kind A,B: of these kinds; --from and --to: RFC 3339; --query: with
    these words. It is logged at the node, with the hash of the file, before OUT is written.
    """
    if out.exists():
        raise Conflict(f"{out} is there already; name a new file")
    asked = {"kind": kind, "party": party, "channel": channel, "from": since, "to": until, "q": words}
    said = {name: value for name, value in asked.items() if value is not None}
    if url is not None and token_file is not None and folder is None:
        headers = {"Accept-Language": language(lang)}
        with remote.client(url, passphrase(token_file, "the token")) as node:
            reply = node.post("/api/exports", json={"format": form, **said}, headers=headers)
            data, count = remote.taken(reply), int(reply.headers.get("x-seamline-entries", 0))
    elif folder is not None and url is None:
        spoken = node_language(folder, lang)
        with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as here:
            made = exports.export(here, officer_of(here, officer), _query(said), form, spoken).result()
            data, count = made.data, made.count
    else:
        raise BadInput("dir", str(folder), "give --dir FOLDER, or --url and --token-file")
    write_new(out, data)
    lines = [f"{count} records in {out} ({len(data)} bytes). For coordination only, not for targeting."]
    answer({"file": str(out), "records": count, "bytes": len(data)}, lines, as_json=as_json)
    return 0


def _query(said: dict[str, Any]) -> RecordQuery:
    kinds = tuple(said.get("kind", "").split(",")) if said.get("kind") else ()
    start, end = (parse_rfc3339(said[name], name) if name in said else None for name in ("from", "to"))
    party, channel = said.get("party"), said.get("channel")
    return RecordQuery(kinds, party, channel, start=start, end=end, text=said.get("q"))
