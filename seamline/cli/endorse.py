"""seamline endorse: a signatory reads what he signs, here, and puts his own key to exactly that."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx2
import msgspec
from cyclopts import Parameter

from seamline import texts
from seamline.cli import remote
from seamline.cli.node import Json
from seamline.cli.say import answer, language, passphrase, spaced
from seamline.errors import BadInput, NotAllowed, RuleBroken
from seamline.log import canonical, entry, proof_file
from seamline.log.keys import SigningKey
from seamline.log.merkle import leaf_hash
from seamline.records import registry
from seamline.records.kind import fields
from seamline.store import keyfile
from seamline.texts import dates

TOLD = 4
EARLIEST, LATEST = 946_684_800_000, 4_102_444_800_000
"""From 2000 to 2100: a number in between is read as an instant, ms."""


def endorse(  # noqa: PLR0913  each is an option of its own
    record: str,
    *,
    url: str,
    token_file: Path,
    key: Path,
    witness: bool = False,
    objection: str | None = None,
    reserve: Annotated[list[str], Parameter(negative="")] = [],  # noqa: B006  only read
    confirm: str | None = None,
    lang: str | None = None,
    key_passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Endorse RECORD (its id) at the serving node --url, with the officer's own --key file.

    Shows what the record says and its hash as computed here, and asks for the first four characters of that
    hash (or takes them from --confirm): the node's word for what is signed is not taken. --reserve NO=TEXT
    leaves a clause out; --objection REASONS says no; --witness says that it was seen.
    """
    spoken = language(lang)
    with remote.client(url, passphrase(token_file, "the token", lang=spoken)) as node:
        said, hash = _read(node, record)
        _confirmed(spoken, said, hash, confirm)
        body: dict[str, Any] = {"of": said.id, "hash": hash}
        if objection is not None:
            body["reason"] = objection
        elif witness:
            body["part"] = "witness"
        elif reserve:
            body["reservations"] = [_reservation(word) for word in reserve]
        kind = "objection" if objection is not None else "endorsement"
        held = SigningKey(
            keyfile.open_file(key, passphrase(key_passphrase_file, str(key), lang=spoken), "officer")
        )
        item = _sign(node, held, kind, body, record)
    told = {"id": item["id"], "of": said.id, "hash": hash, "kind": kind}
    answer(told, [texts.text(spoken, "cli.endorse.done", hash=spaced(hash))], as_json=as_json)
    return 0


def _read(node: httpx2.Client, record: str) -> tuple[entry.Entry, str]:
    """The entry out of its proof file, and the leaf hash of its bytes as computed here (log 4.1)."""
    data = remote.taken(node.get(f"/api/records/{quote(record, safe='')}/proof"))
    bytes_ = proof_file.entry_of(data)
    return entry.from_bytes(bytes_), leaf_hash(bytes_).hex()


def _confirmed(lang: str, said: entry.Entry, hash: str, confirm: str | None) -> None:
    """He confirms now, what stands here; NotAllowed otherwise."""
    lines = [
        f"{texts.text(lang, 'kind.' + said.kind)} · {said.party} · {said.rev}",
        *_laid_out(lang, said.body),
        *_unsaid(lang, said),
        texts.text(lang, "cli.endorse.hash", hash=spaced(hash)),
        texts.text(lang, "cli.endorse.means"),
    ]
    print("\n".join(lines), file=sys.stderr)
    if confirm is None:
        if not sys.stdin.isatty():
            raise BadInput("confirm", None, "the first four characters of the hash, read and given now")
        confirm = input(texts.text(lang, "cli.endorse.ask", n=TOLD) + " ")
    if confirm.strip().lower() != hash[:TOLD]:
        raise NotAllowed("not confirmed: those are not the first characters of this hash; nothing was signed")


def _laid_out(lang: str, value: Any, deep: int = 1) -> Iterator[str]:
    """Every part under its name in the reader's language, instants as date-time groups; nothing left out."""
    names = texts.catalogue(lang)
    parts = value.items() if isinstance(value, dict) else ((str(n), v) for n, v in enumerate(value, 1))
    for key, part in parts:
        name = names.get(f"field.{key}") or names.get(f"ui.part.{key}") or key
        if isinstance(part, dict | list) and part and not _is_flat(part):
            yield "  " * deep + f"{name}:"
            yield from _laid_out(lang, part, deep + 1)
        else:
            yield "  " * deep + f"{name}: {_plain(part)}"


def _unsaid(lang: str, said: entry.Entry) -> Iterator[str]:
    """What the text means where it says nothing: it is signed, too."""
    kind = registry.KINDS.get(said.kind)
    for field in fields(kind) if kind else ():
        silent = field.name not in said.body and field.name not in ("tear", "synthetic")
        if silent and field.default not in (None, "", [], {}, ()):
            meant = list(field.default) if isinstance(field.default, tuple) else field.default
            (line,) = _laid_out(lang, {field.name: meant})
            yield f"{line} {texts.text(lang, 'ui.endorse.unsaid')}"


def _is_flat(part: Any) -> bool:
    """A list of words or numbers, or of positions: one line."""
    return isinstance(part, list) and not any(isinstance(one, dict) for one in part)


def _plain(value: Any) -> str:
    if type(value) is int and EARLIEST <= value <= LATEST:
        return f"{dates.dtg(value)} ({value})"
    return value if isinstance(value, str) else canonical.encode(value).decode()


def _reservation(word: str) -> dict[str, str]:
    clause, sign, text = word.partition("=")
    if not (clause and sign and text):
        raise BadInput("reserve", word, "write it as NO=TEXT, the clause and why")
    return {"clause": clause, "text": text}


def _sign(
    node: httpx2.Client, held: SigningKey, kind: str, body: dict[str, Any], record: str
) -> dict[str, Any]:
    """Draft at the node, check that the draft says this and nothing else, sign it here, put it."""
    shown = msgspec.json.decode(remote.taken(node.get(f"/api/records/{quote(record, safe='')}")))
    asked = {"kind": kind, "channel": shown["channel"], "lane": shown["lane"], "lang": "en", "body": body}
    drafted = msgspec.json.decode(
        remote.taken(node.post("/api/records/draft", json={"path": "records", **asked}))
    )
    signing = base64.b64decode(drafted["signing"])
    given = msgspec.json.decode(signing)
    if given.get("kind") != kind or given.get("body") != body or given.get("channel") != shown["channel"]:
        raise RuleBroken("log 3.2", "the node drafted something else than was asked; nothing was signed")
    sig = {"key": held.fingerprint, "value": base64.b64encode(held.sign(signing)).decode()}
    made: dict[str, Any] = msgspec.json.decode(
        remote.taken(node.post("/api/records", json={**asked, **drafted["draft"], "sig": sig}))
    )
    return made
