"""seamline link, seamline channel: whom this node talks to, and which audiences it holds."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cyclopts import App

from seamline import wiring
from seamline.actions.linking import check_via, policy, set_policy
from seamline.actions.node import Node
from seamline.actions.proposals import SetLink
from seamline.cli.node import Json
from seamline.cli.say import answer, passphrase
from seamline.errors import BadInput
from seamline.log.keys import is_fingerprint
from seamline.store.ports import LinkRow

app = App(name="link", help="The peers this node talks to.")
channels = App(name="channel", help="The channels this node holds.")


@app.command
def add(
    folder: Path,
    peer: str,
    *,
    url: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Talk to PEER, a node's name in the roster or its fingerprint; without --url it must dial us."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        info = node.trust.roster.node(peer) if is_fingerprint(peer) else node.trust.roster.node_named(peer)
        if info is None:
            raise BadInput("peer", peer, "no roster here names it; bring its party's statements first")
        node.local.put_link(LinkRow(info.fingerprint, info.name, url))
    dial = f"dialled at {url}" if url else "waits to be dialled"
    answer(
        {"peer": info.fingerprint, "name": info.name, "url": url},
        [f"Link to {info.name}: {dial}."],
        as_json=as_json,
    )
    return 0


@app.command(name="set")
def set_link(  # noqa: PLR0913  each is an option of its own
    folder: Path,
    peer: str,
    *,
    part: int | None = None,
    blob: str | None = None,
    dial: bool | None = None,
    relay: bool | None = None,
    via: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """How the link to PEER is used; what is not given stays.

    --part: most bytes of one part, 4096 for a radio modem. --blob: most bytes of a photo or document that
    is sent on it, or "any". --no-dial: the peer dials, or a courier comes. --relay: this node carries sealed
    packets, which it cannot read, between PEER and others of whom the same is set. --via NODE: that node
    carries ours to PEER while PEER is not reached; "none" ends it.
    """
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        row = _row(node, "peer", peer)
        through = via if via is None else "" if via == "none" else _row(node, "via", via).peer
        check_via(node.local, row.peer, through)
        change = SetLink(
            row.peer, row.name, part=part, blob=_bound(blob), dial=dial, relay=relay, via=through
        )
        now = change.policy(policy(node.local, row.peer))
        set_policy(node.local, row.peer, now)
    blobs = "any" if now.blob is None else f"{now.blob} bytes"
    dials = "dialled" if now.dial else "not dialled"
    lines = [f"{row.name}: parts of {now.part} bytes, blobs up to {blobs}, {dials}."]
    if now.relay:
        lines.append(f"This node carries sealed packets for {row.name}.")
    if now.via is not None:
        lines.append(f"While {row.name} is not reached, node {now.via} carries sealed packets to it.")
    answer({"peer": row.peer, "name": row.name} | msgspec.to_builtins(now), lines, as_json=as_json)
    return 0


def _row(node: Node, field: str, peer: str) -> LinkRow:
    row = next((k for k in node.local.links() if peer in (k.peer, k.name)), None)
    if row is None:
        raise BadInput(field, peer, "there is no link to it; `seamline link add` makes one")
    return row


def _bound(text: str | None) -> int | None:
    if text is None or text == "any":
        return None if text is None else -1
    if not text.isdecimal():
        raise BadInput("blob", text, "a number of bytes, or any")
    return int(text)


@app.command(name="list")
def list_links(folder: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """The links of the node in FOLDER."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        rows = [
            {"peer": k.peer, "name": k.name, "url": k.url, "enabled": k.enabled} for k in node.local.links()
        ]
    answer(
        {"links": rows}, [f"{r['name']}  {r['peer']}  {r['url'] or 'waits'}" for r in rows], as_json=as_json
    )
    return 0


@channels.command(name="open")
def open_channel(
    folder: Path, channel: str, *, passphrase_file: Path | None = None, as_json: Json = False
) -> int:
    """Hold CHANNEL (sorted party ids joined by +) from now on."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        node.open_channel(channel)
        held = node.channels()
    answer({"channels": list(held)}, [f"Held here: {', '.join(held)}"], as_json=as_json)
    return 0


@channels.command(name="list")
def list_channels(folder: Path, *, passphrase_file: Path | None = None, as_json: Json = False) -> int:
    """The channels that the node in FOLDER holds."""
    with wiring.opened(folder, passphrase(passphrase_file, str(folder))) as node:
        held = node.channels()
    answer({"channels": list(held)}, list(held), as_json=as_json)
    return 0
