"""seamline proof: a record as one file that anybody checks offline with a party's public key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import Parameter

from seamline import wiring
from seamline.actions import proving
from seamline.cli import remote
from seamline.cli.imports import officer_of
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase, spaced
from seamline.errors import BadInput, Conflict
from seamline.log import proof_file
from seamline.log.proof_file import Found, Received, Shown
from seamline.texts import dates


def proof(  # noqa: PLR0913  each is an option of its own
    record: str,
    *,
    out: Path | None = None,
    folder: Annotated[Path | None, Parameter(name="--dir")] = None,
    officer: str | None = None,
    url: str | None = None,
    token_file: Path | None = None,
    rev: int | None = None,
    anchor: str | None = None,
    form: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Write the proof of RECORD (its id) to OUT: entry, place in the signed log, receipts, roster.

    From the node in --dir while it does not serve, in the name of --officer; or from a serving node at --url
    with the API token in --token-file. --anchor CHANNEL: also show that the record existed when that wider
    channel got its next daily anchor. --form FILE: its printed side too, a PDF in three languages.
    `seamline verify OUT --key PARTY=FINGERPRINT` checks the proof anywhere.
    """
    if url is not None and token_file is not None and folder is None:
        asked = {"rev": rev, "anchor": anchor}
        with remote.client(url, passphrase(token_file, "the token")) as node:
            query: dict[str, Any] = {k: v for k, v in asked.items() if v is not None}
            where = f"/api/records/{quote(record, safe='')}/proof"
            data = remote.taken(node.get(where, params=query))
            page = remote.taken(node.get(where + ".pdf", params=query)) if form else b""
    elif folder is not None and url is None:
        with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as here:
            asks = officer_of(here, officer), record, rev, anchor
            data = proving.prove(here, *asks)
            page = proving.printed(here, *asks) if form else b""
    else:
        raise BadInput("dir", str(folder), "give --dir FOLDER, or --url and --token-file")
    path = out or Path(f"{record}.proof")
    write_new(path, data)
    if form is not None:
        write_new(form, page)
    parties = ", ".join(proof_file.claims(data))
    lines = [
        f"The proof of {record} is in {path} ({len(data)} bytes).",
        f"It checks with the key of a party that you know in person ({parties}):",
        f"  seamline verify {path} --key PARTY=FINGERPRINT",
    ]
    told = {"file": str(path), "bytes": len(data), "parties": list(proof_file.claims(data))}
    answer(told, lines, as_json=as_json)
    return 0


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet: no proof and no courier's file is overwritten by another."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise Conflict(f"{path} is there already; choose another --out") from None
    except OSError as fault:
        raise BadInput("out", str(path), f"cannot be written: {fault.strerror}") from None


def shown(found: Shown) -> tuple[dict[str, Any], list[str]]:
    """What a proof file shows, for a program and for a person."""
    lines = _lines(found.found)
    if found.anchored is not None:
        when = dates.dtg(found.anchored.entry.at)
        lines.append(f"It existed when channel {found.anchored.head.log.channel} got the anchor of {when}:")
        lines += ["  " + line for line in _lines(found.anchored)[1:]]
    told = _told(found.found) | {"checked_with": list(found.parties)}
    if found.anchored is not None:
        told["anchor"] = _told(found.anchored)
    return told, lines


def _lines(found: Found) -> list[str]:
    said, log = found.entry, found.head.log
    lines = [
        f"{said.kind} {said.id}, revision {said.rev}, by {said.by} of {said.party}, {dates.dtg(said.at)}",
        f"stands as entry {found.index} in the {log.lane} log of {found.node} ({'+'.join(found.owners)})",
        f"in channel {log.channel}, under the head signed for {found.head.size} entries",
        f"hash {spaced(found.leaf.hex())}",
    ]
    if found.counts is not None:
        lines.append(f"it does not count: {found.counts}")
    return lines + [_receipt(one) for one in found.receipts]


def _receipt(one: Received) -> str:
    if one.checked:
        return f"{one.name} ({'+'.join(one.owners)}) held it on disk at {dates.dtg(one.at)}"
    return f"a receipt by node {one.reader}, not checked: give the key of its party too"


def _told(found: Found) -> dict[str, Any]:
    log = found.head.log
    return {
        "kind": found.entry.kind,
        "id": found.entry.id,
        "rev": found.entry.rev,
        "party": found.entry.party,
        "by": found.entry.by,
        "at": found.entry.at,
        "hash": found.leaf.hex(),
        "node": found.node,
        "owners": list(found.owners),
        "channel": log.channel,
        "lane": log.lane,
        "index": found.index,
        "size": found.head.size,
        "root": found.head.root.hex(),
        "counts": found.counts is None,
        "body": found.entry.body,
        "receipts": [
            {"reader": r.name or r.reader, "owners": list(r.owners), "at": r.at, "checked": r.checked}
            for r in found.receipts
        ],
    }
