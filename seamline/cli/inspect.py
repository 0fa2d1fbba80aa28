"""seamline rebuild, seamline verify: the picture again from the log; is the log sound?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from seamline import wiring
from seamline.actions import audit
from seamline.cli.exits import report
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import Locked, StoreBroken
from seamline.store import keyfile
from seamline.store.open import discard_picture


def rebuild(folder: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Throw the picture of the node in FOLDER away and fold it again from the log."""
    secret = passphrase(passphrase_file, str(folder))
    # A wrong passphrase throws nothing away.
    keyfile.open_file(wiring.key_path(folder), secret, "node")
    if (folder / "data").exists():
        discard_picture(folder / "data")
    with wiring.opened(folder, secret) as node:
        count = node.refold().result()
        digest = hashlib.sha256("\n".join(node.picture.dump()).encode()).hexdigest()
    answer({"folded": count, "dump": digest}, [f"{count} entries folded; dump {digest}"], as_json=as_json)
    return 0


def verify(folder: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Check every log in FOLDER against its signed head.

    Exit 0 sound, 1 tampered (says where), 2 unreadable.
    """
    try:
        with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
            reports = [audit.verify_log(node, log) for log in node.log.logs()]
    except (StoreBroken, Locked) as fault:
        report(fault, as_json=as_json)
        return 2
    lines = [
        f"{r['name']} {r['channel']} {r['lane']}: {r['size']} entries, "
        + ("sound" if not r["faults"] else "TAMPERED: " + "; ".join(r["faults"]))
        + (f", {r['destroyed']} destroyed" if r["destroyed"] else "")
        for r in reports
    ]
    answer({"logs": reports}, lines or ["no log here yet"], as_json=as_json)
    return 1 if any(r["faults"] for r in reports) else 0
