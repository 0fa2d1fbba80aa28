"""Real nodes for tests: folders on disk, `seamline serve` in processes of their own, killed at will."""

from __future__ import annotations

import fcntl
import os
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from seamline import wiring
from seamline.log import statement
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow

SECRET = "a passphrase for tests"
ROLES = ("watch", "planner", "release", "signatory", "auditor", "administrator")
# Two seconds on a machine at rest; only a node that never starts takes it all.
START_S = 120.0
_LOWEST = 20_000
_HELD: list[int] = []


def free_ports(count: int) -> list[int]:
    """Neighbouring ports that are this process's until it ends.

    From below the range that the system gives away by itself, to listeners on port 0 and to everyone who
    calls out: a port of that range may be taken again before the node listens on it. The locks keep other
    test processes off.
    """
    folder = Path(tempfile.gettempdir(), "seamline-test-ports")
    folder.mkdir(mode=0o777, exist_ok=True)
    for _ in range(500):
        first = random.randrange(_LOWEST, _given_away() - count)
        if taken := _take(folder, range(first, first + count)):
            _HELD.extend(taken)
            return list(range(first, first + count))
    raise RuntimeError("no free ports")


def _take(folder: Path, ports: range) -> list[int]:
    """The locks on all of these ports, as descriptors; none if one is somebody's."""
    taken: list[int] = []
    try:
        for port in ports:
            taken.append(os.open(folder / str(port), os.O_CREAT | os.O_RDWR, 0o666))
            fcntl.flock(taken[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        for lock in taken:
            os.close(lock)
        return []
    return taken


def _given_away() -> int:
    """The first port that Linux gives away by itself."""
    try:
        said = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
    except (OSError, ValueError):
        said = 32_768
    return max(said, _LOWEST + 5_000)


@dataclass
class Served:
    """One node: its folder, its token (an officer with every role), and its process while it runs."""

    name: str
    folder: Path
    url: str
    token: str = ""
    process: subprocess.Popen[str] | None = None
    out: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def start(self, limit: float = START_S) -> None:
        """Start it and wait until it says that it answers, or ends without saying so."""
        env = os.environ | {"SEAMLINE_PASSPHRASE": SECRET}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seamline", "serve", str(self.folder)],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = queue.SimpleQueue[bool]()
        self.reader = threading.Thread(target=self._read, args=(self.process, said), daemon=True)
        self.reader.start()
        try:
            up = said.get(timeout=limit)
        except queue.Empty:
            up = False
        assert up, f"{self.name} did not start: {''.join(self.out[-20:])}"

    def _read(self, process: subprocess.Popen[str], ready: queue.SimpleQueue[bool]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.out.append(line)
                if line.startswith("ready "):
                    ready.put(True)
        ready.put(False)  # it ended

    def kill(self) -> None:
        """As the power cut does it."""
        assert self.process is not None
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self._gone()

    def end(self) -> None:
        """No process stays, whatever became of the test."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def _gone(self) -> int:
        """Wait for the end, and close our side of its output."""
        assert self.process is not None
        assert self.reader is not None
        code = self.process.wait(15)
        self.reader.join(15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def client(self, **more: Any) -> httpx2.Client:
        """A client with the officer's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False, **more)


def two_nodes(folder: Path, channel: str = "isf+ksf") -> tuple[Served, Served]:
    """erbil (ksf) and baghdad (isf), linked, believing each other, holding the channel; not started."""
    now = time.time_ns() // 1_000_000
    places = {"erbil": "ksf", "baghdad": "isf"}
    books: dict[str, PartyBook] = {}
    made: dict[str, Served] = {}
    for (name, party), port in zip(places.items(), free_ports(2), strict=True):
        book = books[party] = PartyBook.create(folder / f"{party}.party", SECRET, party, party, now)
        url = f"http://127.0.0.1:{port}"
        node = wiring.init_node(folder / name, SECRET, name=name, owners=(party,), port=port, url=url)
        book.say(wiring.read_card(node.card), now)
        book.say(statement.Officer("duty-1", None, tuple(sorted(ROLES)), "duty"), now)
        made[name] = Served(name, folder / name, url)
    for name, party in places.items():
        with wiring.opened(folder / name, SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(channel)
            accounts = wiring.accounts_of(node)
            accounts.add(party, "duty-1", ROLES)
            made[name].token, _ = accounts.issue(party, "duty-1")
            other = next(n for n in places if n != name)
            peer = node.trust.roster.node_named(other)
            assert peer is not None
            url = made[other].url if name < other else None
            node.local.put_link(LinkRow(peer.fingerprint, other, url))
    return made["erbil"], made["baghdad"]
