"""seamline rebuild, seamline verify: the picture again from the log; is the log sound?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from seamline import texts, wiring
from seamline.actions import audit
from seamline.cli import bundlecheck, evidence
from seamline.cli.exits import report
from seamline.cli.node import Json
from seamline.cli.proof import shown
from seamline.cli.say import answer, node_language, passphrase
from seamline.errors import BadInput, Locked, RuleBroken, StoreBroken
from seamline.log import evidence_file, proof_file
from seamline.store import keyfile
from seamline.store.open import discard_picture


def rebuild(
    folder: Path, *, lang: str | None = None, passphrase_file: Path | None = None, as_json: Json = False
) -> int:
    """Throw the picture of the node in FOLDER away and fold it again from the log."""
    spoken = node_language(folder, lang)
    secret = passphrase(passphrase_file, str(folder), lang=spoken)
    # A wrong passphrase throws nothing away.
    keyfile.open_file(wiring.key_path(folder), secret, "node")
    if (folder / "data").exists():
        discard_picture(folder / "data")
    # The start of a node without a picture folds all of it.
    with wiring.opened(folder, secret) as node:
        count = node.picture.folded()
        digest = hashlib.sha256("\n".join(node.picture.dump()).encode()).hexdigest()
    answer(
        {"folded": count, "dump": digest},
        [texts.text(spoken, "cli.folded", n=count), digest],
        as_json=as_json,
    )
    return 0


def verify(
    target: Path,
    *,
    key: Annotated[list[str], Parameter(negative="")] = [],  # noqa: B006  only read
    folder: Annotated[Path | None, Parameter(name="--dir")] = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Check every log of the node in folder TARGET against its signed head, or the file TARGET.

    A proof or evidence file is checked with nothing but --key PARTY=FINGERPRINT (or the whole public key),
    learnt in person; repeat it for each party you know. A courier's file is checked with the keys of one of
    its readers, the node in --dir, which must not be serving; nothing of it is taken in.
    Exit 0 sound, 1 tampered (says where), 2 unreadable.
    """
    if target.is_file():
        if bundlecheck.is_one(target):
            return bundlecheck.verify(target, folder, passphrase_file, as_json=as_json)
        return _verify_file(target, key, as_json)
    spoken = node_language(target, lang)
    try:
        with wiring.opened(target, passphrase(passphrase_file, str(target), lang=spoken)) as node:
            reports = [audit.verify_log(node, log) for log in node.log.logs()]
    except (StoreBroken, Locked) as fault:
        report(fault, as_json=as_json, lang=spoken)
        return 2
    lines = [_told(spoken, told) for told in reports]
    answer({"logs": reports}, lines or [texts.text(spoken, "cli.log.none")], as_json=as_json)
    return 1 if any(r["faults"] for r in reports) else 0


def _told(lang: str, report: dict[str, Any]) -> str:
    log = f"{report['name']} {report['channel']} {report['lane']}"
    how = "tampered" if report["faults"] else "sound"
    line = texts.text(lang, f"cli.log.{how}", log=log, n=report["size"], faults="; ".join(report["faults"]))
    destroyed = texts.text(lang, "cli.log.destroyed", n=report["destroyed"])
    return f"{line} {destroyed}" if report["destroyed"] else line


def _verify_file(path: Path, given: list[str], as_json: bool) -> int:
    known = {}
    for word in given:
        party, sign, shown_key = word.partition("=")
        if not sign or not party or not shown_key:
            raise BadInput("key", word, "write it as PARTY=FINGERPRINT")
        known[party] = "".join(shown_key.split()).lower()
    try:
        with path.open("rb") as file:
            data = file.read(proof_file.MAX_FILE + 1)
        against = evidence_file.is_one(data)
        parties = (evidence_file if against else proof_file).claims(data)
    except OSError as fault:
        raise BadInput("target", str(path), f"cannot be read: {fault.strerror}") from None
    except RuleBroken as fault:
        raise BadInput("target", str(path), f"this is no proof file that can be read: {fault}") from None
    if not known:
        named = ", ".join(parties)
        raise BadInput("key", None, f"give --key PARTY=FINGERPRINT, as that party read it to you: {named}")
    if against:
        told, lines = evidence.shown(evidence_file.check(data, known))
    else:
        told, lines = shown(proof_file.check(data, known))
    answer(told | {"sound": True}, ["Sound.", *lines], as_json=as_json)
    return 0
