"""The key under which a browser keeps what an officer has not sent yet: his alone, given when he signs in.

A browser that a watch shares holds drafts and waiting reports of several officers; without this key they are
bytes. It opens nothing at the node.
"""

from __future__ import annotations

import secrets
import threading

from seamline.actions.officer import Officer
from seamline.store.ports import LocalStore

_SIZE = 32
_making = threading.Lock()


def key(local: LocalStore, officer: Officer) -> bytes:
    """32 bytes, the same at every sign-in; made at the first. It is on disk when this returns."""
    name = f"locker.{officer.party}.{officer.id}"
    with _making:  # two tabs at once must not get two keys
        held = local.get(name)
        if held is None:
            held = secrets.token_bytes(_SIZE)
            local.put(name, held)
        return held
