"""Two headquarters as two people see them: nothing but the web API, one officer with every role at each.

What links them is `tests.nodes.copy`, by hand: a line that is up when the test says so.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from seamline.actions.accounts import Accounts
from seamline.actions.node import Node
from seamline.log import statement
from seamline.web.app import create_app
from tests.nodes import ROLES, World, copy
from tests.web.desk import QUICK
from tests.wire import Wire

SHARED, MINUTE, HOUR = "isf+ksf", 60_000, 3_600_000
Json = dict[str, Any]


@dataclass
class Seat:
    """An officer at a node, with his key."""

    world: World
    node: Node
    wire: Wire
    party: str
    token: str

    def ask(self, method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
        """The status and the answer."""
        more: Json = {"json": body} if body is not None else {}
        reply = self.wire.send(method, f"/api/{path}", token=self.token, **more)
        return reply.status, reply.json

    def get(self, path: str) -> Any:
        status, found = self.ask("GET", path)
        assert status == 200, found
        return found

    def post(self, path: str, body: Json) -> Any:
        status, found = self.ask("POST", path, body)
        assert status in (200, 201), found
        return found

    def say(self, kind: str, body: Json, channel: str = SHARED, lane: str = "routine") -> Json:
        """A record, signed with the officer's own key as a browser does it."""
        return self.signed("records", {"kind": kind, "channel": channel, "lane": lane, "body": body})

    def signed(self, path: str, body: Json) -> Json:
        draft = self.post("records/draft", {**body, "path": path})
        made: Json = self.post(path, {**body, **draft["draft"], "sig": self._sig(draft["signing"])})
        return made

    def everywhere(self, kind: str, body: Json) -> Json:
        """One thing in every shared channel, signed in each; the first of them."""
        draft = self.post("everywhere/draft", {"kind": kind, "body": body})
        sigs = {channel: self._sig(signing) for channel, signing in draft["signing"].items()}
        said = {"kind": kind, "body": body, "id": draft["id"], "at": draft["at"], "sigs": sigs}
        first: Json = self.post("everywhere", said)["items"][0]
        return first

    def _sig(self, signing: str) -> Json:
        key = self.world.officer_key(self.party, "duty")
        value = base64.b64encode(key.sign(base64.b64decode(signing))).decode()
        return {"key": key.fingerprint, "value": value}

    def endorse(self, item: Json) -> Json:
        return self.say("endorsement", {"of": item["id"], "hash": item["hash"]})

    def revise(self, item: Json, **change: Any) -> Json:
        body = {"rev": item["rev"], "body": item["body"] | change}
        return self.signed(f"records/{item['id']}/revise", body)

    def waits(self) -> list[str]:
        """What needs this officer, in order."""
        return list(self.get("attention")["counts"])

    def state(self, item: Json) -> str:
        return str(self.get(f"records/{item['id']}")["state"])

    @property
    def now(self) -> int:
        return self.node.clock.now()


@dataclass
class Rooms:
    """Both seats, and the line between them."""

    isf: Seat
    ksf: Seat

    def meet(self, minutes: float = 1) -> None:
        """The line comes up for a moment; then time passes."""
        copy(self.isf.node, self.ksf.node)
        copy(self.ksf.node, self.isf.node)
        for seat in (self.isf, self.ksf):
            seat.node.clock.advance(int(minutes * MINUTE))  # type: ignore[attr-defined] # a ManualClock


@contextmanager
def rooms() -> Iterator[Rooms]:
    """baghdad (isf) and erbil (ksf), in memory, each with its application."""
    world, seats = World(("isf", "ksf")), {}
    with ExitStack() as stack:
        stack.callback(world.close)
        for party in world.parties:
            key = world.officer_key(party, "duty").public.hex()
            world.say(party, statement.Officer("duty-1", key, tuple(sorted(ROLES)), "duty"))
        nodes = {
            "isf": world.node("baghdad", "isf", channels=(SHARED,)),
            "ksf": world.node("erbil", "ksf", channels=(SHARED,)),
        }
        world.meet()
        # Ids are made from the time: no two nodes make the same.
        nodes["ksf"].clock.advance(1)  # type: ignore[attr-defined] # a ManualClock
        for party, node in nodes.items():
            accounts = Accounts(
                node.local, node.clock, node.owners, roster=lambda n=node: n.trust.roster, passwords=QUICK
            )
            accounts.add(party, "duty-1", ROLES)
            wire = stack.enter_context(Wire(create_app(node, accounts)))
            seats[party] = Seat(world, node, wire, party, accounts.issue(party, "duty-1")[0])
        yield Rooms(seats["isf"], seats["ksf"])
