"""A node that was lost comes back from a backup, under a new key (docs/backup.md, docs/spec/log.md 9)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from seamline import __version__, wiring
from seamline.actions import rekey
from seamline.actions.node import Node
from seamline.clock import SystemClock
from seamline.errors import BadInput, Conflict, RuleBroken
from seamline.log import checkpoint, statement
from seamline.log.keys import SealKey, SigningKey, fingerprint
from seamline.store import backup, disk, keyfile
from seamline.store.keyfile import NodeSecrets

OPENINGS = "node.openings.json"
"""What the card hides from other parties; for the party's own nodes only."""


def rekey_node(folder: Path, passphrase: str, notes: Iterable[bytes] = ()) -> wiring.MadeNode:
    """Give a node that came back from a backup a new key; its card names its predecessor (log 9.2, 9.3).

    notes: signed heads of its logs that others hold. The stores keep their key. The owners sign the new
    card; until then nobody takes its entries.
    """
    parts = wiring.assemble(folder, passphrase, guard=False)
    try:
        fresh = _fresh(_secrets(folder, passphrase).store_key)
        return _succeed(folder, passphrase, parts, parts.node.key.public, fresh, notes)
    finally:
        parts.close()


def raise_heads(folder: Path, passphrase: str, notes: Iterable[bytes]) -> statement.Node:
    """Name more of the old node's logs in a card that no owner has signed yet; the card.

    Raises Conflict when one has, BadInput when the node has no predecessor.
    """
    card = wiring.read_card(folder / wiring.CARD)
    with wiring.opened(folder, passphrase) as node:
        if card.predecessor is None:
            raise BadInput("folder", str(folder), "this node has no predecessor whose logs could be named")
        if node.trust.roster.node(node.key.fingerprint) is not None:
            raise Conflict("an owner has signed the card: what of the old logs counts is settled (log 8.11)")
        before = _public_of(node, card.predecessor.node)
        rekey.learn(node, before, notes)
        return _name_predecessor(folder, node, card, before)


def open_heads(folder: Path, passphrase: str, file: Path) -> int:
    """Show another node of the same party the heads that the card hides from the other parties (log 8.12).

    What no signed statement hides opens nothing, so a made-up file does no harm. Returns how many there
    are; BadInput for another file.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])["openings"]
        heads = [checkpoint.read_text(text.encode()) for text in found]
    except OSError as fault:
        raise BadInput("openings", str(file), f"cannot be read: {fault.strerror}") from None
    except (msgspec.MsgspecError, KeyError, RuleBroken):
        raise BadInput("openings", str(file), f"give the {OPENINGS} of the restored node") from None
    with wiring.opened(folder, passphrase) as node:
        node.trust.add_openings(heads)
        node.refold().result()
    return len(heads)


def back_up(folder: Path, file: Path, passphrase: str, *, with_key: bool = True) -> backup.Written:
    """Back the node in folder up into a new file, while it serves or not; see store.backup.write."""
    settings, secrets = wiring.read_settings(folder), _secrets(folder, passphrase)
    key = SigningKey(secrets.sign_seed)
    about = backup.About(
        __version__, settings.name, settings.owners, key.fingerprint, key.public.hex(), SystemClock().now()
    )
    return backup.write(folder, file, passphrase if with_key else None, secrets.store_key, about)


def restore_node(
    file: Path, folder: Path, passphrase: str, *, key_file: Path | None = None, notes: Iterable[bytes] = ()
) -> tuple[wiring.MadeNode, backup.About]:
    """Bring a node back from a backup into an empty folder, under a new key at once (log 9.2).

    All sessions and tokens end: the backup does not know which were revoked after it. Raises Conflict
    when the folder is not empty, else as backup.unpack; then the folder is as empty as it was.
    """
    work = folder / ".restoring"
    if folder.exists() and any(path != work for path in folder.iterdir()):
        raise Conflict(f"{folder} is not empty; a node is restored into a new folder")
    shutil.rmtree(work, ignore_errors=True)
    disk.make_folder(work)
    try:
        kept = keyfile.open_file(key_file, passphrase, "node") if key_file is not None else None
        key = NodeSecrets.from_bytes(kept).store_key if kept is not None else None
        about, store_key = backup.unpack(file, passphrase, work, key)
        made = _revive(work, passphrase, about, store_key, notes)
        # node.toml comes last: until then there is no node here, and a crash leaves one to clear away.
        for name in ("data", "keys", OPENINGS, wiring.CARD, "node.toml"):
            (work / name).rename(folder / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return wiring.MadeNode(made.fingerprint, folder / wiring.CARD), about


def _revive(
    work: Path, passphrase: str, about: backup.About, store_key: bytes, notes: Iterable[bytes]
) -> wiring.MadeNode:
    fresh = _fresh(store_key)
    (work / "keys").mkdir(mode=0o700)
    keyfile.seal_file(wiring.key_path(work), passphrase, fresh.to_bytes(), "node")
    parts = wiring.assemble(work, passphrase, guard=False)
    try:
        for account in parts.node.local.accounts():
            parts.node.local.revoke_tokens(account.party, account.officer)
        return _succeed(work, passphrase, parts, bytes.fromhex(about.public), fresh, notes)
    finally:
        parts.close()


def _secrets(folder: Path, passphrase: str) -> NodeSecrets:
    return NodeSecrets.from_bytes(keyfile.open_file(wiring.key_path(folder), passphrase, "node"))


def _fresh(store_key: bytes) -> NodeSecrets:
    return NodeSecrets(os.urandom(32), os.urandom(32), store_key)


def _succeed(
    folder: Path,
    passphrase: str,
    parts: wiring.Assembled,
    before: bytes,
    fresh: NodeSecrets,
    notes: Iterable[bytes],
) -> wiring.MadeNode:
    """The card of a successor, and its key in place of the predecessor's."""
    sign, seal = SigningKey(fresh.sign_seed), SealKey(fresh.seal_seed)
    settings = parts.node.settings
    rekey.learn(parts.node, before, notes)
    card = statement.node_card(
        sign, name=settings.name, seal=seal.public, owners=settings.owners, url=settings.url
    )
    _name_predecessor(folder, parts.node, card, before)
    mark = wiring.high_water_path(folder, settings)
    if mark.exists():
        mark.replace(mark.with_suffix(f".{fingerprint(before)[:8]}.json"))
    sealed = wiring.key_path(folder).with_suffix(".new")
    sealed.unlink(missing_ok=True)
    keyfile.seal_file(sealed, passphrase, fresh.to_bytes(), "node")
    # Until this instant the node is the old one; the old key is of no use to anyone after.
    sealed.replace(wiring.key_path(folder))
    return wiring.MadeNode(sign.fingerprint, folder / wiring.CARD)


def _name_predecessor(folder: Path, node: Node, card: statement.Node, before: bytes) -> statement.Node:
    named, openings = rekey.predecessor(node, before)
    node.trust.add_openings(openings)
    texts = [checkpoint.to_text(one).decode() for one in openings]
    disk.write_whole(folder / OPENINGS, msgspec.json.encode({"openings": texts}) + b"\n")
    card = msgspec.structs.replace(card, predecessor=named)
    wiring.write_card(folder, card)
    return card


def _public_of(node: Node, old: str) -> bytes:
    info = node.trust.roster.node(old)
    if info is None:
        raise BadInput("folder", old, "no roster here names the old node: bring its party's statements first")
    return info.key
