"""seamline evidence: what shows others that a node or a party told two stories, as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from seamline import wiring
from seamline.actions import evidencing
from seamline.actions.evidencing import Against
from seamline.cli import remote
from seamline.cli.node import Json
from seamline.cli.proof import write_new
from seamline.cli.say import answer, passphrase, spaced
from seamline.errors import BadInput
from seamline.log.checkpoint import Checkpoint
from seamline.log.evidence_file import Shown


def evidence(
    folder: Path,
    *,
    out: Path | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write a file for each node or party of which the node in FOLDER holds proof that it told two stories.

    Into --out (this folder if not given). FOLDER must not be served; of a node that serves, give --url and
    the API token in --token-file, and FOLDER is where the files go. `seamline verify FILE --key
    PARTY=FINGERPRINT` checks each anywhere.
    """
    found = list[tuple[Against, bytes]]()
    if url is not None:
        if token_file is None:
            raise BadInput("token_file", None, "an API token of an officer there, in a file")
        with remote.client(url, passphrase(token_file, "the token")) as node:
            items = msgspec.json.decode(remote.taken(node.get("/api/evidence")), type=_List).items
            for one in items:
                found.append((one, remote.taken(node.get(f"/api/evidence/{quote(one.id, safe='')}"))))
    else:
        with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as here:
            channels = here.channels()
            found = [
                (one, evidencing.written(here, channels, one.id)) for one in evidencing.listed(here, channels)
            ]
    place = out or (folder if url is not None else Path.cwd())
    files = [(one, place / _name(one)) for one, _ in found]
    for (_, data), (_, path) in zip(found, files, strict=True):
        write_new(path, data)
    told = [{"file": str(path)} | msgspec.to_builtins(one) for one, path in files]
    lines = [f"{path}: {_line(one)}" for one, path in files]
    answer({"evidence": told}, lines or ["Nobody is known here to have told two stories."], as_json=as_json)
    return 0


class _List(msgspec.Struct):
    items: list[Against]


def _name(one: Against) -> str:
    words = [one.whose, one.channel or "statements", one.lane or "", one.id[:8]]
    return re.sub(r"[^a-z0-9+-]", "", "-".join(word for word in words if word)) + ".evidence"


def _line(one: Against) -> str:
    owners = "+".join(one.owners)
    if one.sizes is None:
        return f"party {one.whose} made two statements with number {one.no} ({one.rule})"
    sizes = " and ".join(map(str, one.sizes))
    where = f"{one.channel} {one.lane}"
    return f"node {one.whose} ({owners}) signed two histories of {where}, at {sizes} entries ({one.rule})"


def shown(found: Shown) -> tuple[dict[str, Any], list[str]]:
    """What an evidence file shows, for a program and for a person."""
    owners = "+".join(found.owners)
    told: dict[str, Any] = {
        "rule": found.rule,
        "whose": found.whose,
        "owners": list(found.owners),
        "checked_with": list(found.parties),
    }
    if found.first is None or found.second is None:
        told |= {"no": found.no, "hashes": list(found.hashes)}
        lines = [f"party {found.whose} made two statements with number {found.no} ({found.rule}):"]
        return told, lines + [f"  {spaced(one)}" for one in found.hashes]
    log = found.first.log
    heads = [_head(one) for one in (found.first, found.second)]
    told |= {"node": log.node, "channel": log.channel, "lane": log.lane, "heads": heads}
    lines = [
        f"node {found.whose} ({owners}) signed two histories of its {log.lane} log in {log.channel}:",
        *(f"  {one['size']} entries, root {spaced(one['root'])}" for one in heads),
        f"neither can be the beginning of the other ({found.rule})",
    ]
    return told, lines


def _head(one: Checkpoint) -> dict[str, Any]:
    return {"size": one.size, "root": one.root.hex()}
