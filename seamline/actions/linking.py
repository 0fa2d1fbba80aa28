"""What is set for a link beside its address: how large parts are, what is not carried, who dials."""

from __future__ import annotations

import msgspec

from seamline.errors import BadInput
from seamline.store.ports import LocalStore

LEAST_PART, MOST_PART = 4096, (1 << 20) + 8192
_KEY = "link.policy."
_CARRIED = {"written": "courier.wrote.", "read": "courier.read."}


class LinkPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """part: most bytes of one part (docs/spec/exchange.md 10.1). blob: no larger ones are sent; None: any.

    dial False: an address is kept, and not dialled; the peer dials, or a courier carries files. relay: this
    node carries sealed packets for the peer (docs/spec/exchange.md 13). via: fingerprint of the node that
    carries ours to the peer while he is not reached; None: nobody.
    """

    part: int = MOST_PART
    blob: int | None = None
    dial: bool = True
    relay: bool = False
    via: str | None = None


def policy(local: LocalStore, peer: str) -> LinkPolicy:
    """What is set for the link to this peer (fingerprint); the defaults if nothing is."""
    data = local.get(_KEY + peer)
    return msgspec.json.decode(data, type=LinkPolicy) if data else LinkPolicy()


def set_policy(local: LocalStore, peer: str, wanted: LinkPolicy) -> None:
    """Keep it; in force from the next message on. BadInput."""
    check(wanted)
    local.put(_KEY + peer, msgspec.json.encode(wanted))


def check(wanted: LinkPolicy) -> None:
    """BadInput for a policy that no link can keep."""
    if not LEAST_PART <= wanted.part <= MOST_PART:
        raise BadInput("part", wanted.part, f"from {LEAST_PART} to {MOST_PART} bytes")
    if wanted.blob is not None and wanted.blob < 0:
        raise BadInput("blob", wanted.blob, "a number of bytes, or nothing for no bound")


def check_via(local: LocalStore, peer: str, via: str | None) -> None:
    """BadInput unless the relay is another node to which there is a link."""
    if via and (via == peer or via not in {row.peer for row in local.links()}):
        raise BadInput("via", via, "the fingerprint of another node to which there is a link")


def carried(local: LocalStore, peer: str) -> dict[str, int | None]:
    """When the last courier's file to this peer was written here, and the last from it read (ms)."""
    kept = {what: local.get(key + peer) for what, key in _CARRIED.items()}
    return {what: int.from_bytes(at, "big") if at else None for what, at in kept.items()}


def set_carried(local: LocalStore, peer: str, what: str, at: int) -> None:
    """what: "written" or "read"."""
    local.put(_CARRIED[what] + peer, at.to_bytes(8, "big"))
