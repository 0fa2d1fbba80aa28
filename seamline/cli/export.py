"""seamline export: a log as the static files that transparency-log tools read."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from seamline import wiring
from seamline.actions import exporting
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import BadInput, Conflict

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
