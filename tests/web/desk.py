"""A node with its application and an officer for each role, for tests of the web room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher

from seamline.actions.accounts import Accounts
from seamline.actions.carrying import Reader, ReadReport, Wrote
from seamline.actions.node import Node
from seamline.actions.passwords import Passwords
from seamline.errors import BadInput
from seamline.gateways import gateways
from seamline.log.checkpoint import LogId
from seamline.web.app import App, create_app
from tests.nodes import ROLES, World
from tests.wire import Wire

PASSWORD = "three quiet hills at dawn"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Courier:
    """Stands in for the exchange: its own files are any bytes but none."""

    def readers(self) -> list[Reader]:
        return []

    def write(self, to: list[str], most: int | None = None) -> Wrote:
        if "erbil" not in to:
            raise BadInput("to", to, "no such node")
        return Wrote(data=b"a file", to=tuple(to), entries=3, parts=2, more=most is not None, written=1)

    def code(self, log: LogId, index: int, to: str) -> tuple[bytes, str]:
        if to not in ("erbil", log.node):
            raise BadInput("to", to, "no such node")
        return b"a slip", to

    def read(self, data: bytes) -> ReadReport:
        if data != b"a file":
            raise BadInput("file", f"{len(data)} bytes", "is none", code="not_a_bundle")
        return ReadReport(new=3)


@dataclass
class Desk:
    """tokens: (party, role) → an API token of that party's officer <role>-1, who has that role alone."""

    world: World
    node: Node
    accounts: Accounts
    app: App
    wire: Wire
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def token(self, role: str, party: str | None = None) -> str:
        return self.tokens[party or self.node.owners[0], role]

    def session(self, name: str) -> dict[str, str]:
        """The cookie of a fresh session."""
        reply = self.wire.post("/api/session", {"officer": name, "password": PASSWORD})
        assert reply.status == 200, reply.body
        return reply.cookies()


@contextmanager
def desk(
    *owners: str, channels: tuple[str, ...] = (), static: Path | None = None, **settings: Any
) -> Iterator[Desk]:
    """A running application over a node in memory, whose roster names it and its officers."""
    world = World()
    node = world.node("here", *owners, channels=channels)
    node.settings = msgspec.structs.replace(node.settings, **settings)
    node.gateways = gateways()
    node.carrier = Courier()
    world.meet()
    accounts = Accounts(
        node.local,
        node.clock,
        node.owners,
        roster=lambda: node.trust.roster,
        passwords=QUICK,
        limits=node.settings.limits,
    )
    app = create_app(node, accounts, **({"static": static} if static else {}))
    with Wire(app) as wire:
        here = Desk(world, node, accounts, app, wire)
        for party in node.owners:
            for role in ROLES:
                accounts.add(party, f"{role}-1", [role], PASSWORD)
                here.tokens[party, role] = accounts.issue(party, f"{role}-1")[0]
        yield here
    world.close()
