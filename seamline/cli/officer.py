"""seamline officer: accounts and tokens at a node, and officers' own signing keys."""

from __future__ import annotations

import os
from pathlib import Path

from cyclopts import App

from seamline import wiring
from seamline.cli.book import Roles
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import Conflict, NotAllowed
from seamline.log.keys import SigningKey
from seamline.store import keyfile

app = App(name="officer", help="Who may sign in at a node, and the keys that officers sign with.")


@app.command
def key(file: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Make an officer's own signing key in FILE, sealed under his passphrase; prints its public half."""
    if file.exists():
        raise Conflict(f"{file} is there already")
    seed = os.urandom(32)
    keyfile.seal_file(file, passphrase(passphrase_file, str(file), new=True), seed, "officer")
    public = SigningKey(seed).public.hex()
    lines = [
        f"The key is in {file}.",
        f"To certify: seamline party certify-officer BOOK POST --role … --key {public}",
    ]
    answer({"file": str(file), "public": public}, lines, as_json=as_json)
    return 0


@app.command
def add(
    folder: Path,
    officer: str,
    *,
    role: Roles,
    party: str | None = None,
    lang: str = "en",
    password_file: Path | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Let OFFICER (a post and number, never a name) sign in at the node in FOLDER with these roles.

    Run on the machine itself before the node serves; at a joint node in service both owners'
    administrators do it on screen.
    """
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        owner = party or (node.party if not node.joint else "")
        if not owner:
            raise NotAllowed(f"{node.name} has several owners; say --party")
        accounts = wiring.accounts_of(node)
        password = passphrase(password_file, f"{owner}/{officer}", new=True) if password_file else None
        accounts.add(owner, officer, role, password, lang)
    answer({"party": owner, "officer": officer}, [f"{owner}/{officer} may sign in."], as_json=as_json)
    return 0


@app.command
def token(
    folder: Path,
    officer: str,
    *,
    party: str | None = None,
    scope: Roles = [],  # noqa: B006  cyclopts reads the default, nothing changes it
    days: int = 90,
    label: str = "",
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Issue an API token for OFFICER, limited to the roles in --scope; it is shown this once."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        accounts = wiring.accounts_of(node)
        secret, kept = accounts.issue(party or node.party, officer, scopes=scope, label=label, days=days)
    answer({"token": secret, "expires": kept.expires}, [secret], as_json=as_json)
    return 0


@app.command
def disable(
    folder: Path,
    officer: str,
    *,
    party: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Close OFFICER's account; its sessions and tokens end at once."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        wiring.accounts_of(node).disable(party or node.party, officer)
    answer({"disabled": officer}, [f"{officer} can no longer sign in."], as_json=as_json)
    return 0


@app.command(name="list")
def list_officers(folder: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Who may sign in at the node in FOLDER."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        held = wiring.accounts_of(node).all()
    rows = [
        {"party": a.party, "officer": a.officer, "roles": list(a.roles), "disabled": a.disabled} for a in held
    ]
    lines = [f"{a.party}/{a.officer}  {', '.join(a.roles)}{'  (closed)' if a.disabled else ''}" for a in held]
    answer({"officers": rows}, lines, as_json=as_json)
    return 0
