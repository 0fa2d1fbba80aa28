"""Two nodes that never talk directly, and a relay between them, for tests (docs/spec/exchange.md 13)."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.actions.linking import LinkPolicy, set_policy
from seamline.exchange.courier import Courier
from seamline.exchange.relay import Relay
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

SHARED, WIDE = "isf+ksf", "isf+ksf+mag"
SECRET = "the ford at the second bend"


def relaying(node: SimulatedNode) -> Relay:
    node.exchange.relay = made = Relay(node.exchange, Courier(node.exchange))
    return made


def via(a: SimulatedNode, b: SimulatedNode, f: SimulatedNode) -> None:
    set_policy(a.local, b.key.fingerprint, LinkPolicy(via=f.key.fingerprint))


def carries(f: SimulatedNode, *nodes: SimulatedNode) -> None:
    for node in nodes:
        set_policy(f.local, node.key.fingerprint, LinkPolicy(relay=True))


@dataclass
class Net:
    """a and b with links to each other that nothing passes, and both to f."""

    world: World
    a: SimulatedNode
    b: SimulatedNode
    f: SimulatedNode
    at_f: Relay

    def __post_init__(self) -> None:
        self.af, self.bf = SimulatedLink(self.a, self.f), SimulatedLink(self.b, self.f)

    def settle(self, most: int = 60) -> int:
        """All that can go, goes; how many rounds it took."""
        for count in range(most):
            if not any([self.af.speak(), self.af.listen(), self.bf.speak(), self.bf.listen()]):
                return count
        raise AssertionError("they never rest")

    def agree(self) -> bool:
        heads = self.a.heads(SHARED) == self.b.heads(SHARED)
        return heads and self.a.receipts(SHARED) == self.b.receipts(SHARED)

    def passed(self) -> bytes:
        """Every byte that reached or left f."""
        return b"".join(one.data for link in (self.af, self.bf) for one in link.passed)


def net() -> Net:
    world = World()
    a, b, f = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    for one, other in ((a, b), (a, f), (b, f)):
        world.link(one, other)
    at_f = [relaying(node) for node in (a, b, f)][2]
    via(a, b, f)
    via(b, a, f)
    carries(f, a, b)
    made = Net(world, a, b, f, at_f)
    made.settle()
    return made


def box_of(node: SimulatedNode) -> Relay:
    made = node.exchange.relay
    assert isinstance(made, Relay)
    return made
