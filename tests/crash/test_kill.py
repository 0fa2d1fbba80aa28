"""kill -9 at random instants: nothing acknowledged is lost, all logs verify, the nodes converge (law 4)."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from seamline import wiring
from seamline.actions import audit
from tests.served import SECRET, Served, two_nodes

KILLS = 500 if os.environ.get("SEAMLINE_SOAK") else 30
STILL_S = 60
# So that a kill falls into the midst of a write often enough, and all that was said can still be checked.
PAUSE_S = 0.02
BODY = {
    "summary": "Shots heard",
    "type": "fire_exchange",
    "occurred": {"start": 1_760_000_000_000, "end": 1_760_000_600_000},
    "place": {"lon": 43.74, "lat": 35.72},
}


class Writer(threading.Thread):
    """Posts one after the other; remembers what was answered with success, and that only."""

    def __init__(self, node: Served, number: int, channel: str) -> None:
        super().__init__(daemon=True)
        self.node, self.number, self.channel = node, number, channel
        self.acknowledged: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        count = 0
        with self.node.client() as client:
            while not self.over.is_set():
                count += 1
                body = BODY | {"summary": f"writer {self.number}, {count}"}
                asked = {"kind": "incident", "channel": self.channel, "body": body}
                try:
                    answer = client.post("/api/records", json=asked)
                except httpx2.HTTPError:
                    self.over.wait(0.05)
                    continue
                assert answer.status_code in (201, 503), answer.text
                if answer.status_code == 201:
                    self.acknowledged.append(answer.json()["id"])
                self.over.wait(PAUSE_S)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    erbil, baghdad = two_nodes(tmp_path)
    yield erbil, baghdad
    erbil.end()
    baghdad.end()


def test_kills_at_random_instants(nodes: tuple[Served, Served]) -> None:
    chance = random.Random(os.environ.get("SEAMLINE_SEED", "1"))
    erbil, baghdad = nodes
    erbil.start()
    baghdad.start()
    writers = [
        Writer(node, n, channel)
        for n, (node, channel) in enumerate(
            [(erbil, "isf+ksf"), (baghdad, "isf+ksf"), (erbil, "ksf"), (baghdad, "isf")]
        )
    ]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.0, 0.4))
        victim = chance.choice((erbil, baghdad))
        victim.kill()
        victim.start()
    for writer in writers:
        writer.over.set()
        writer.join()
    shared = {id for w in writers[:2] for id in w.acknowledged}
    assert len(shared) > KILLS, "too little was said between the kills to tell anything"
    _converge(erbil, baghdad, shared)
    assert erbil.stop() == 0
    assert baghdad.stop() == 0
    dumps = []
    for node, own in ((erbil, writers[2]), (baghdad, writers[3])):
        with wiring.opened(node.folder, SECRET) as opened:
            party = opened.party
            assert {id for id in own.acknowledged if opened.picture.record(party, id) is None} == set()
            assert {id for id in shared if opened.picture.record("isf+ksf", id) is None} == set()
            assert [f for log in opened.log.logs() for f in audit.verify_log(opened, log)["faults"]] == []
            before = list(opened.picture.dump())
            opened.refold().result()
            assert list(opened.picture.dump()) == before
            dumps.append([line for line in before if '"isf+ksf"' in line])
    assert dumps[0] == dumps[1]


def _converge(erbil: Served, baghdad: Served, ids: set[str]) -> None:
    """Both come to hold them all. How long it takes is the machine's matter: it fails when nothing moves."""
    for node in (erbil, baghdad):
        missing, moved = len(ids) + 1, time.monotonic()
        while found := len(ids - _held(node)):
            if found < missing:
                missing, moved = found, time.monotonic()
            assert time.monotonic() < moved + STILL_S, f"{found} of {len(ids)} never reached {node.name}"
            time.sleep(0.2)


def _held(node: Served) -> set[str]:
    """The ids of all that was said in the shared channel, as the node lists them."""
    asked: dict[str, str | int] = {"kind": "incident", "channel": "isf+ksf", "limit": 500}
    found: set[str] = set()
    with node.client() as client:
        while True:
            page = client.get("/api/records", params=asked).raise_for_status().json()
            found |= {item["id"] for item in page["items"]}
            if page["next"] is None:
                return found
            asked["cursor"] = page["next"]
