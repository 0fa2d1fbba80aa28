"""seamline node, seamline serve: make a node, run it, make its keys unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from seamline import wiring
from seamline.cli.say import answer, node_language, passphrase, spaced
from seamline.errors import NotAllowed
from seamline.store import keyfile

app = App(name="node", help="Make a node, or make its keys unreadable at once.")

Json = Annotated[bool, Parameter(name="--json", negative="")]


@app.command
def init(
    folder: Path,
    *,
    name: str,
    owner: Annotated[list[str], Parameter(negative="")],
    host: str = "127.0.0.1",
    port: int = 8800,
    url: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Make a node in FOLDER: settings, keys sealed under a passphrase, and a card for its owners to sign.

    A node with several --owner is joint: it holds only channels that include all of them.
    """
    secret = passphrase(passphrase_file, f"the new node {name}", new=True)
    made = wiring.init_node(folder, secret, name=name, owners=tuple(owner), host=host, port=port, url=url)
    lines = [
        f"Node {name} of {'+'.join(sorted(owner))} is in {folder}.",
        f"Its fingerprint: {spaced(made.fingerprint)}",
        f"Next, at each owner's key holder: seamline party name-node BOOK {made.card.name}",
    ]
    answer(
        {"folder": str(folder), "fingerprint": made.fingerprint, "card": str(made.card)},
        lines,
        as_json=as_json,
    )
    return 0


app.command(
    "seamline.cli.restoring:rekey", name="rekey", help="A new key, after FOLDER was brought back by hand."
)
app.command(
    "seamline.cli.restoring:heads",
    name="heads",
    help="How much of the old node's logs counts, before signing.",
)
app.command(
    "seamline.cli.restoring:open_heads",
    name="open-heads",
    help="Show another node of the party what a restored one's card hides.",
)


@app.command(name="destroy-keys")
def destroy_keys(folder: Path, *, yes: bool = False, as_json: Json = False) -> int:
    """Make store, blobs and keys of FOLDER unreadable at once. There is no way back.

    Backups made --without-key become unreadable with them; one that carries its key opens with the
    passphrase, wherever it lies.
    """
    if not yes:
        raise NotAllowed(f"this makes all of {folder} unreadable for ever; say --yes if you mean it")
    keyfile.destroy(wiring.key_path(folder))
    answer({"destroyed": str(folder)}, [f"The keys of {folder} are destroyed."], as_json=as_json)
    return 0


def serve(folder: Path, *, passphrase_file: Path | None = None) -> int:
    """Run the node in FOLDER until it is interrupted; prints its address once it answers."""
    secret = passphrase(passphrase_file, str(folder), lang=node_language(folder))
    wiring.serve(folder, secret, lambda url: print(f"ready {url}", flush=True))
    return 0
