"""100,000 entries that a node lacks, over loopback: verified, folded, receipted, on disk on both.

Two real nodes (`seamline serve`, encrypted stores, sealed parts): one holds a log of incidents, plans and
notes, the other nothing. Measured from the moment both listen until the first knows that all of it is on the
other's disk; afterwards both are opened and compared, with the receipt. Bytes on the wire stand beside
zstd -19 over all the same entries as one file.

Floors, taken in the same run on the same entries: one process sends them as they are, the other
- checks      parses, hashes, compares the tree's root and the signed head, appends to an encrypted SQLite
              table with the log's columns and an fsync for each 4 MB
- copies      writes them to a file, one fsync

Neither signs, seals, presses, folds or answers. Processor time is that of both processes from start to end,
and what to go by on a shared machine. Arguments by environment: SEAMLINE_BENCH_ENTRIES (100000).
"""

from __future__ import annotations

import hashlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import numpy as np
import zstandard

from benchmarks.relay import _free_ports, _running
from seamline import wiring
from seamline.actions.accounts import Accounts
from seamline.actions.node import Node
from seamline.log import checkpoint, entry, merkle
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow
from seamline.store.tree import LogTree

T = TypeVar("T")
SECRET = "a passphrase for benchmarks"
CHANNEL = "isf+ksf"
OWNERS = {"baghdad": "isf", "erbil": "ksf"}
START = 1_795_219_200_000  # 2026-11-21
HOUR = 3_600_000
AT_ONCE = 5_000
PATIENCE = 600.0

RECEIVER = """
import socket, struct, sys, os, time
import apsw, msgspec
from seamline.log.merkle import Frontier, leaf_hash
from seamline.log.keys import verify
port, how, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with socket.create_server(("127.0.0.1", port)) as server:
    print("ready", flush=True)
    peer, _ = server.accept()
stream = peer.makefile("rb", 1 << 20)
def entries():
    while head := stream.read(4):
        yield stream.read(struct.unpack(">I", head)[0])
if how == "copies":
    with open(path, "wb") as file:
        for data in entries():
            file.write(data)
        file.flush(); os.fsync(file.fileno())
else:
    db = apsw.Connection(path); db.pragma("cipher", "chacha20"); db.pragma("key", "x'" + "11" * 32 + "'")
    db.pragma("journal_mode", "WAL"); db.pragma("synchronous", "FULL"); db.pragma("cache_size", -131072)
    db.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, log INTEGER NOT NULL, idx INTEGER NOT NULL,"
        " received_at INTEGER NOT NULL, leaf BLOB NOT NULL, data BLOB) STRICT;"
        " CREATE UNIQUE INDEX by_log ON entries (log, idx)")
    frontier, rows, size = Frontier(), [], 0
    def save():
        global size
        with db: db.executemany("INSERT INTO entries VALUES (?, 1, ?, ?, ?, ?)", rows)
        rows.clear(); size = 0
    everything = entries()
    public, root, signature, text = (next(everything) for _ in range(4))
    verify(public, signature, text, rule="log 5.1")
    for n, data in enumerate(everything):
        msgspec.json.decode(data)
        leaf = leaf_hash(data)
        frontier.append(leaf)
        rows.append((n + 1, n, 0, leaf, data)); size += len(data)
        if size > 4 << 20: save()
    save()
    assert frontier.root() == root
peer.sendall(b"done")
"""


def main() -> None:
    """Print entries a second, bytes and ratios."""
    count = int(os.environ.get("SEAMLINE_BENCH_ENTRIES", "100000"))
    with tempfile.TemporaryDirectory(prefix="seamline catchup ") as name:
        folder = Path(name)
        made = _nodes(folder, count)
        ours, wire = _busy(lambda: _caught_up(folder, made))
        parts = wiring.assemble(folder / "baghdad", SECRET)
        other = wiring.assemble(folder / "erbil", SECRET)
        log = LogId(parts.node.key.fingerprint, CHANNEL, "routine")
        data = [e for e in parts.node.log.entries(log, 0, count) if e is not None]
        _same(parts.node, other.node, log, count)
        public = parts.node.key.public
        root = merkle.root(LogTree(parts.node.log, log), count)
        text = checkpoint.to_text(Checkpoint(log, count, root))
        told = [public, root, parts.node.key.sign(text), text]
        other.close()
        parts.close()
        checks, _ = _busy(lambda: (_floor(folder, "checks", told + data), None))
        copies, _ = _busy(lambda: (_floor(folder, "copies", data), None))
    size = sum(map(len, data))
    best = len(zstandard.ZstdCompressor(level=19).compress(b"\n".join(data)))
    print(f"{count:,} entries, {size / count:.0f} bytes each on the average")
    for what, took in (("seamline", ours), ("a plain check and append", checks), ("a plain copy", copies)):
        print(
            f"  {what:24} {count / took.whole:9,.0f} entries/s  {took.whole:7.1f} s, of the processor"
            f" {took.busy:6.1f} s; seamline {ours.whole / took.whole:.1f} x and {ours.busy / took.busy:.1f} x"
        )
    sent, back = wire
    print(f"  on the wire: {sent:,} bytes there, {back:,} back, {(sent + back) / count:.0f} an entry")
    print(f"  zstd -19 of the same JSON: {best:,} bytes; seamline {(sent + back) / best:.2f} x")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and seconds of the processor."""

    whole: float
    busy: float


def _busy(work: Callable[[], tuple[float, T]]) -> tuple[Took, T]:
    """work() gives the seconds that count; the processor's are those of this process and those it ended."""
    before = _spent()
    whole, value = work()
    return Took(whole, _spent() - before), value


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# ---------------------------------------------------------------- what is said


def said(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind, body) of half incidents, a quarter plans, a quarter notes; the same every time."""
    random = np.random.default_rng(7)
    places = random.uniform((42.0, 34.4), (45.2, 36.3), (count, 2))
    units = np.rint(places * 1e7).astype(np.int64).tolist()
    hours = random.integers(0, 365 * 24, count).tolist()
    picks = random.integers(0, 1000, count).tolist()
    towns = ("Makhmour", "Khanaqin", "Tuz", "Daquq", "Altun Kupri", "Gwer", "Qarah Tapah", "Dibis")
    for n, (at, hour, pick) in enumerate(zip(units, hours, picks, strict=True)):
        start, town = START - hour * HOUR, towns[pick % len(towns)]
        place = {"geometry": {"coordinates": at, "type": "Point"}, "accuracy_m": 10 + pick}
        if n % 4 < 2:
            yield (
                "incident",
                {
                    "type": ("fire_exchange", "ied", "kidnapping")[pick % 3],
                    "summary": f"Shots heard {pick} m north of {town}",
                    "occurred": {"start": start, "end": start + HOUR // 2},
                    "place": place,
                    "grade": f"{'ABCDEF'[pick % 6]}{pick % 6 + 1}",
                    "narrative": f"Post {pick} near {town} heard bursts at {hour % 24:02d}:{pick % 60:02d};"
                    f" a patrol of {pick % 12 + 4} went there and found nothing.",
                },
            )
        elif n % 4 == 2:
            yield (
                "activity",
                {
                    "title_text": f"Patrol {n} from {town}",
                    "type": "patrol",
                    "place": place,
                    "when": {"start": start, "end": start + 6 * HOUR},
                },
            )
        else:
            yield (
                "note",
                {"text": f"{town}: the bridge at checkpoint {pick} is passable again, one lane only."},
            )


# ---------------------------------------------------------------- the nodes


def _nodes(folder: Path, count: int) -> dict[str, Any]:
    """Two linked nodes; the first dials and has it all to say. Ports and the first one's token."""
    port, now = _free_ports(2), time.time_ns() // 1_000_000
    books, cards = {}, {}
    for offset, (name, party) in enumerate(OWNERS.items()):
        url = f"http://127.0.0.1:{port + offset}"
        made = wiring.init_node(
            folder / name,
            SECRET,
            name=name,
            owners=(party,),
            port=port + offset,
            url=url,
            zone="Asia/Baghdad",
        )
        books[name] = PartyBook.create(folder / f"{party}.party", SECRET, party, party, now)
        cards[name] = wiring.read_card(made.card)
        books[name].say(cards[name], now)
    token = ""
    for name, other in (("baghdad", "erbil"), ("erbil", "baghdad")):
        with wiring.opened(folder / name, SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(CHANNEL)
            peer = wiring.read_card(folder / other / wiring.CARD)
            url_of = f"http://127.0.0.1:{port + 1}" if name == "baghdad" else None
            node.local.put_link(
                LinkRow(hashlib.sha256(bytes.fromhex(peer.key)).hexdigest()[:32], other, url_of)
            )
            if name == "baghdad":
                accounts = Accounts(node.local, node.clock, node.owners)
                accounts.add("isf", "admin-1", ["administrator"], lang="en")
                token, _ = accounts.issue("isf", "admin-1", label="bench")
                _fill(node, count)
    return {"port": port, "token": token}


def _fill(node: Node, count: int) -> None:
    """Straight into the log, with a signed head; its picture is not asked for and is told that it is done."""
    log = LogId(node.key.fingerprint, CHANNEL, "routine")
    random = np.random.default_rng(8)
    ids = [random.bytes(10).hex() for _ in range(count)]
    new = []
    for n, (kind, body) in enumerate(said(count)):
        at, tail = START + n * 1000, ids[n]
        id = f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"
        one = entry.Entry(id=id, kind=kind, party="isf", by="watch-1", at=at, body=body, no=n + 1)
        new.append(entry.to_bytes(one))
    for start in range(0, count, AT_ONCE):
        with node.log.transaction() as tx:
            head = tx.append(log, start, new[start : start + AT_ONCE], START)
            note = checkpoint.sign(Checkpoint(log, head.size, head.root), node.key)
            tx.put_checkpoint(log, head.size, note)
    with node.picture.transaction() as tx:
        tx.set_folded(node.log.last_seq())


def _caught_up(folder: Path, made: dict[str, Any]) -> tuple[float, tuple[int, int]]:
    """Seconds until the one who dials knows that all is on disk there; bytes sent and received."""
    urls = [f"http://127.0.0.1:{made['port'] + n}" for n in (0, 1)]
    env = os.environ | {"SEAMLINE_PASSPHRASE": SECRET}
    commands = [
        [sys.executable, "-m", "seamline", "serve", str(folder / name)] for name in ("erbil", "baghdad")
    ]
    headers = {"authorization": f"Bearer {made['token']}"}
    # The one that is dialled is up first, so that no failed knock is measured.
    with (
        httpx2.Client(headers=headers, trust_env=False, timeout=60) as client,
        _running(commands[:1], urls[1:], env),
        _running(commands[1:], urls[:1], env),
    ):
        start = time.perf_counter()
        while True:
            link = client.get(urls[0] + "/api/links").json()["items"][0]
            if link["waiting"] == {"flash": 0, "routine": 0}:
                return time.perf_counter() - start, (link["bytes_out"], link["bytes_in"])
            if time.perf_counter() - start > PATIENCE:
                raise SystemExit(f"not caught up after {PATIENCE:.0f} s: {link}")
            # Seldom, because whoever asks takes from the processor that is measured.
            time.sleep(0.25)


def _same(one: Node, other: Node, log: LogId, count: int) -> None:
    """Both hold it, to the root, and the one that gave it has the other's receipt."""
    receipts = {r.reader: r.size for r in one.log.receipts(log)}
    head = one.log.head(log)  # with the daily anchor, which the node makes at its start
    if head != other.log.head(log) or not count <= head.size == receipts.get(other.key.fingerprint):
        raise SystemExit(f"not the same on both: {head}, {other.log.head(log)}, {receipts}")
    if other.picture.folded() != other.log.last_seq():
        raise SystemExit("the picture did not follow")


# ---------------------------------------------------------------- the floors


def _floor(folder: Path, how: str, data: list[bytes]) -> float:
    """Seconds from the connection until the other process says that it is on disk."""
    port = _free_ports(1)
    command = [sys.executable, "-c", RECEIVER, str(port), how, str(folder / how)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        if process.stdout is None or process.stdout.readline() != b"ready\n":
            raise SystemExit("the floor did not start")
        start = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port)) as peer:
            for at in range(0, len(data), AT_ONCE):
                some = data[at : at + AT_ONCE]
                peer.sendall(b"".join(len(one).to_bytes(4, "big") + one for one in some))
            peer.shutdown(socket.SHUT_WR)
            if peer.recv(4) != b"done":
                raise SystemExit("the floor failed")
        return time.perf_counter() - start


if __name__ == "__main__":
    main()
