"""seamline party: the party key, its statements, and whom a node believes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from seamline import wiring
from seamline.cli import revoking
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase, spaced
from seamline.errors import BadInput, NotFound
from seamline.log import note, statement
from seamline.store.partybook import PartyBook, read_statements, statements_path

app = App(name="party", help="A party's own key, meant to stay offline, and the statements made with it.")
Roles = Annotated[list[str], Parameter(negative="")]


@app.command
def init(
    book: Path,
    *,
    party: str,
    title: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Make a party key in BOOK and its first statement beside it."""
    secret = passphrase(passphrase_file, f"the key of {party}", new=True)
    made = PartyBook.create(book, secret, party, title or party, _now())
    lines = [
        f"The key of {party} is in {book}; keep it offline.",
        f"Its fingerprint, to read out in person: {spaced(made.key.fingerprint)}",
        f"Its statements, for every node: {statements_path(book)}",
    ]
    answer({"party": party, "fingerprint": made.key.fingerprint}, lines, as_json=as_json)
    return 0


@app.command(name="name-node")
def name_node(book: Path, card: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """Sign that the node of CARD is ours (a joint node counts once every owner has)."""
    said = wiring.read_card(card)
    return _say(book, passphrase_file, said, f"Node {said.name} is named.", as_json)


@app.command(name="certify-officer")
def certify_officer(
    book: Path,
    officer: str,
    *,
    role: Roles,
    key: str | None = None,
    title: str | None = None,
    own_nodes: bool = False,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Sign that OFFICER (his post and number) has these roles, and the public key he signs with (hex).

    --own-nodes: from now on his signature counts only at nodes that this party alone owns.
    """
    said = statement.Officer(officer, key, tuple(sorted(set(role))), title or officer, own_nodes)
    return _say(book, passphrase_file, said, f"Officer {officer} is certified.", as_json)


@app.command(name="revoke-officer")
def revoke_officer(
    book: Path, officer: str, *, passphrase_file: Path | None = None, as_json: Json = False
) -> int:
    """Sign that OFFICER is no longer one of ours, from now on."""
    said = statement.RevokeOfficer(officer, _now())
    return _say(book, passphrase_file, said, f"Officer {officer} is revoked.", as_json)


@app.command(name="revoke-node")
def revoke_node(
    book: Path,
    node: str,
    *,
    heads: Annotated[list[Path], Parameter(negative="")] = [],  # noqa: B006  only read
    shared: Annotated[bool, Parameter(negative="")] = False,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Sign that the node with fingerprint NODE no longer counts beyond HEADS.

    HEADS is what `seamline verify FOLDER --json` prints at a node that holds its logs; without it
    nothing the node ever said counts. Repeat --heads for several nodes. Where the node told two stories, what
    their readers share is proposed and nothing is signed; with --shared, that is signed.
    """
    logs = revoking.heads(heads, node, shared=shared)
    return _say(book, passphrase_file, statement.RevokeNode(node, logs), f"Node {node} is revoked.", as_json)


@app.command
def trust(
    folder: Path,
    statements: Path,
    *,
    confirm: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Bring a party's STATEMENTS to the node in FOLDER.

    The first time, --confirm the fingerprint that the party's key holder read out to you in person.
    """
    notes = read_statements(statements)
    if not notes:
        raise BadInput("statements", str(statements), "there is no statement in it")
    first = statement.read(notes[0])
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        new = node.trust.add(notes)
        if confirm is not None:
            if not isinstance(first.said, statement.Party):
                raise BadInput("statements", str(statements), "it does not begin with the party's key")
            node.trust.confirm(first.party, bytes.fromhex(first.said.key), confirm)
        info = node.trust.roster.party(first.party)
    lines = [
        f"{len(notes)} statements of {first.party}, {'new' if new else 'all known'}.",
        f"Believed up to number {info.no}." if info else "Not believed yet: --confirm its fingerprint.",
    ]
    answer({"party": first.party, "believed": info.no if info else 0}, lines, as_json=as_json)
    return 0


@app.command
def settle(
    folder: Path,
    party: str,
    *,
    keep: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Settle at the node in FOLDER which of two statements of PARTY with one number counts.

    Without --keep, both are shown with their hashes. The party's key holder says in person which one is his;
    give its hash to --keep, at every node. The other one stays as evidence.
    """
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        info = node.trust.roster.party(party)
        if info is None or info.conflict is None:
            raise NotFound(f"no two statements of {party} with one number are here")
        told = info.conflict
        if keep is not None and keep not in told.hashes:
            raise BadInput("keep", keep, f"one of {', '.join(told.hashes)}")
        if keep is not None:
            node.trust.settle(party, told.no, keep)
    texts = [note.parse(one).text.decode().strip() for one in told.notes]
    lines = [f"Number {told.no} of {party}:", *(f"{h}  {t}" for h, t in zip(told.hashes, texts, strict=True))]
    lines += [f"{keep} counts here now." if keep else "None of them counts yet: --keep the hash of one."]
    answer({"party": party, "no": told.no, "hashes": told.hashes, "kept": keep}, lines, as_json=as_json)
    return 0


def _say(book: Path, file: Path | None, said: statement.Said, done: str, as_json: bool) -> int:
    opened = PartyBook.load(book, passphrase(file, str(book)))
    opened.say(said, _now())
    no = len(opened.statements)
    lines = [done, f"Statement {no}; carry {statements_path(book)} to the nodes, or let the links do it."]
    answer({"party": opened.party, "no": no}, lines, as_json=as_json)
    return 0


def _now() -> int:
    return time.time_ns() // 1_000_000
