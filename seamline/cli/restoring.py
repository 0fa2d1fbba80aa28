"""seamline backup, seamline restore, seamline node rekey and heads: what a lost node comes back from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase, spaced
from seamline.errors import BadInput
from seamline.upkeep import restoring

Reports = Annotated[list[Path] | None, Parameter(negative="")]
_NEXT = (
    "Next, before anybody signs: at each node that talked to it, seamline verify THEIR_FOLDER --json > FILE,",
    "  and here: seamline node heads {folder} FILE... What they hold beyond the card counts nowhere.",
    "Then each owner signs the card: seamline party name-node BOOK {card}",
    "  and at every node: seamline party trust FOLDER STATEMENTS; seamline link add FOLDER {name}",
    "At other nodes of the same party, and only there:",
    "  seamline node open-heads FOLDER {folder}/node.openings.json",
)


def backup(
    folder: Path,
    file: Path,
    *,
    with_key: Annotated[bool, Parameter(negative="--without-key")] = True,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Back the node in FOLDER up into FILE, encrypted and read back; the node may go on serving.

    FILE opens with the passphrase of the node. --without-key: only with a copy of FOLDER/keys/node.key as
    well, which is kept elsewhere; then `seamline node destroy-keys` makes it unreadable too.
    """
    made = restoring.back_up(folder, file, passphrase(passphrase_file, str(folder)), with_key=with_key)
    lines = [f"{file}: {made.size} bytes, read back and sound.", f"SHA-256: {made.sha256}"]
    answer({"file": str(file), "bytes": made.size, "sha256": made.sha256}, lines, as_json=as_json)
    return 0


def restore(
    file: Path,
    folder: Path,
    *,
    heads: Reports = None,
    key: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Bring a node back from the backup FILE into the new FOLDER, under a new key that its owners sign.

    --heads: what `seamline verify THEIR_FOLDER --json` printed at nodes that talked to it: so much of its
    old logs will count. --key: the node's key file, for a backup made without it.
    """
    secret = passphrase(passphrase_file, f"the node that {file.name} was made of")
    made, about = restoring.restore_node(file, folder, secret, key_file=key, notes=_notes(heads))
    lines = [
        f"{about.name} of {'+'.join(about.owners)} is back in {folder}, with a new key.",
        f"Its fingerprint: {spaced(made.fingerprint)}",
        "All sessions and tokens have ended; passwords are as they were.",
        *(line.format(folder=folder, card=made.card, name=about.name) for line in _NEXT),
    ]
    told = {"folder": str(folder), "fingerprint": made.fingerprint, "card": str(made.card)}
    answer({**told, "predecessor": about.node, "made_at": about.made_at}, lines, as_json=as_json)
    return 0


def rekey(
    folder: Path, *, heads: Reports = None, passphrase_file: Path | None = None, as_json: Json = False
) -> int:
    """After bringing FOLDER back by hand: a new key, and a card naming the old node and its heads."""
    made = restoring.rekey_node(folder, passphrase(passphrase_file, str(folder)), _notes(heads))
    name = "its name"
    lines = [
        f"The node in {folder} has a new key: {spaced(made.fingerprint)}",
        *(line.format(folder=folder, card=made.card, name=name) for line in _NEXT),
    ]
    answer({"fingerprint": made.fingerprint, "card": str(made.card)}, lines, as_json=as_json)
    return 0


def heads(folder: Path, *reports: Path, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Name in the card of FOLDER what others hold of its old logs, before an owner signs it.

    REPORTS are what `seamline verify THEIR_FOLDER --json` printed there.
    """
    secret = passphrase(passphrase_file, str(folder))
    card = restoring.raise_heads(folder, secret, _notes(list(reports)))
    logs = [msgspec.to_builtins(head) for head in card.predecessor.heads] if card.predecessor else []
    lines = [f"{log['channel']} {log['lane']}: {log['size']} entries will count" for log in logs]
    answer({"heads": logs}, lines or ["The card names no shared log."], as_json=as_json)
    return 0


def open_heads(
    folder: Path, openings: Path, *, passphrase_file: Path | None = None, as_json: Json = False
) -> int:
    """At another node of the same party: the heads that a restored node's card hides from other parties.

    OPENINGS is the node.openings.json of the restored node. It tells how busy the party was: it goes to no
    other party.
    """
    count = restoring.open_heads(folder, passphrase(passphrase_file, str(folder)), openings)
    answer({"openings": count}, [f"{count} heads are known here."], as_json=as_json)
    return 0


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
