"""seamline backup, seamline restore, seamline node rekey and heads: what a lost node comes back from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from seamline import texts, wiring
from seamline.cli.node import Json
from seamline.cli.say import answer, language, node_language, passphrase, spaced
from seamline.errors import BadInput
from seamline.upkeep import restoring

Reports = Annotated[list[Path] | None, Parameter(negative="")]


def backup(
    folder: Path,
    file: Path,
    *,
    with_key: Annotated[bool, Parameter(negative="--without-key")] = True,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Back the node in FOLDER up into FILE, encrypted and read back; the node may go on serving.

    FILE opens with the passphrase of the node. --without-key: only with a copy of FOLDER/keys/node.key as
    well, which is kept elsewhere; then `seamline node destroy-keys` makes it unreadable too.
    """
    spoken = node_language(folder, lang)
    secret = passphrase(passphrase_file, str(folder), lang=spoken)
    made = restoring.back_up(folder, file, secret, with_key=with_key)
    lines = [texts.text(spoken, "cli.backup.done", file=file, n=made.size), f"SHA-256: {made.sha256}"]
    answer({"file": str(file), "bytes": made.size, "sha256": made.sha256}, lines, as_json=as_json)
    return 0


def restore(
    file: Path,
    folder: Path,
    *,
    heads: Reports = None,
    key: Path | None = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Bring a node back from the backup FILE into the new FOLDER, under a new key that its owners sign.

    --heads: what `seamline verify THEIR_FOLDER --json` printed at nodes that talked to it: so much of its
    old logs will count. --key: the node's key file, for a backup made without it.
    """
    spoken = language(lang)
    secret = passphrase(passphrase_file, file.name, lang=spoken)
    made, about = restoring.restore_node(file, folder, secret, key_file=key, notes=_notes(heads))
    who = f"{about.name} ({'+'.join(about.owners)})"
    lines = [
        texts.text(spoken, "cli.restore.done", name=who, folder=folder),
        texts.text(spoken, "cli.restore.fingerprint", fingerprint=spaced(made.fingerprint)),
        texts.text(spoken, "cli.restore.sessions"),
        *_next(spoken, folder, made.card, about.name),
    ]
    told = {"folder": str(folder), "fingerprint": made.fingerprint, "card": str(made.card)}
    answer({**told, "predecessor": about.node, "made_at": about.made_at}, lines, as_json=as_json)
    return 0


def rekey(
    folder: Path,
    *,
    heads: Reports = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """After bringing FOLDER back by hand: a new key, and a card naming the old node and its heads."""
    spoken = node_language(folder, lang)
    made = restoring.rekey_node(folder, passphrase(passphrase_file, str(folder), lang=spoken), _notes(heads))
    name = wiring.read_card(made.card).name
    lines = [
        texts.text(spoken, "cli.restore.rekeyed", name=name),
        texts.text(spoken, "cli.restore.fingerprint", fingerprint=spaced(made.fingerprint)),
        *_next(spoken, folder, made.card, name),
    ]
    answer({"fingerprint": made.fingerprint, "card": str(made.card)}, lines, as_json=as_json)
    return 0


def heads(
    folder: Path,
    *reports: Path,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Name in the card of FOLDER what others hold of its old logs, before an owner signs it.

    REPORTS are what `seamline verify THEIR_FOLDER --json` printed there.
    """
    spoken = node_language(folder, lang)
    secret = passphrase(passphrase_file, str(folder), lang=spoken)
    card = restoring.raise_heads(folder, secret, _notes(list(reports)))
    logs = [msgspec.to_builtins(head) for head in card.predecessor.heads] if card.predecessor else []
    lines = [
        texts.text(spoken, "cli.restore.counts", log=f"{log['channel']} {log['lane']}", n=log["size"])
        for log in logs
    ]
    answer({"heads": logs}, lines or [texts.text(spoken, "cli.restore.counts_none")], as_json=as_json)
    return 0


def open_heads(
    folder: Path,
    openings: Path,
    *,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """At another node of the same party: the heads that a restored node's card hides from other parties.

    OPENINGS is the node.openings.json of the restored node. It tells how busy the party was: it goes to no
    other party.
    """
    spoken = node_language(folder, lang)
    count = restoring.open_heads(folder, passphrase(passphrase_file, str(folder), lang=spoken), openings)
    answer({"openings": count}, [texts.text(spoken, "cli.restore.opened", n=count)], as_json=as_json)
    return 0


def _next(lang: str, folder: Path, card: Path, name: str) -> list[str]:
    """What follows; commands on lines of their own, so that who copies them copies no invisible marks."""
    return [
        texts.text(lang, "cli.restore.next.heads"),
        "    seamline verify THEIR_FOLDER --json > FILE",
        f'    seamline node heads "{folder}" FILE...',
        texts.text(lang, "cli.restore.next.sign"),
        f'    seamline party name-node BOOK "{card}"',
        "    seamline party trust FOLDER STATEMENTS",
        f"    seamline link add FOLDER {name}",
        texts.text(lang, "cli.restore.next.own"),
        f'    seamline node open-heads FOLDER "{folder / restoring.OPENINGS}"',
    ]


def _notes(reports: list[Path] | None) -> list[bytes]:
    """The signed heads in what `verify --json` printed; BadInput when it is something else."""
    notes: list[bytes] = []
    for path in reports or []:
        try:
            report = msgspec.json.decode(path.read_bytes(), type=dict[str, list[dict[str, Any]]])
            notes += [log["note"].encode() for log in report["logs"] if log["note"] is not None]
        except OSError as fault:
            raise BadInput("heads", str(path), f"cannot be read: {fault.strerror}") from None
        except (msgspec.MsgspecError, KeyError, AttributeError):
            raise BadInput("heads", str(path), "give what `seamline verify FOLDER --json` printed") from None
    return notes
