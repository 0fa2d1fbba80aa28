"""seamline agree: a signatory puts his own key to what a file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from seamline import texts, wiring
from seamline.cli.node import Json
from seamline.cli.say import answer, node_language, passphrase
from seamline.errors import NotAllowed
from seamline.upkeep import agreeing


def agree(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    file: Path,
    *,
    officer: str,
    key: Path,
    channel: str | None = None,
    days: int = 7,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    key_passphrase_file: Annotated[Path | None, Parameter(name="--key-passphrase-file")] = None,
    as_json: Json = False,
) -> int:
    """Say and endorse what FILE holds at the node in FOLDER, which does not serve meanwhile.

    FILE: terms (JSON), or watch lists and sectors (GeoJSON: kind, title, weight, start, end; without hours
    they run --days from now on). --officer PARTY/POST with --key, his own key file. Each party's signatory
    does it in turn with the same FILE, in the --channel of all of them; after the last it is in force.
    Exit 0 all is in force, 1 another party's endorsement is missing.
    """
    spoken = node_language(folder, lang)
    with wiring.opened(folder, passphrase(passphrase_file, str(folder), lang=spoken)) as node:
        accounts = wiring.accounts_of(node)
        who = accounts.officer(*accounts.split(officer))
        if "signatory" not in who.roles:
            raise NotAllowed(f"{officer} is no signatory; his party certifies who is")
        held = agreeing.officer_key(
            key, passphrase(key_passphrase_file or passphrase_file, str(key), lang=spoken)
        )
        agreed = agreeing.agree(node, who, held, file, channel=channel, days=days)
    lines = [
        texts.text(
            spoken,
            "setup.done.agreed",
            kind=texts.text(spoken, f"kind.{one.kind}"),
            title=one.title,
            state=texts.text(spoken, f"value.state.{one.state}"),
        )
        for one in agreed
    ]
    items = [{"id": a.id, "kind": a.kind, "title": a.title, "new": a.new, "state": a.state} for a in agreed]
    answer({"agreed": items}, lines, as_json=as_json)
    return 0 if all(a.state == "in_force" for a in agreed) else 1
