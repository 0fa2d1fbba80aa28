"""Import rows a second, beside pandas.read_csv and the same inserts.

A node on disk takes a UCDP table of 9,848 rows: read, mapped, checked, placed, numbered, folded, on disk, in
batches of 200 rows, each with a signed head. The peer reads the same file with pandas, has each id and body
ready, and hands them to the same writer in the same batches. So the ratio is what reading, mapping and
checking a row cost beside saving it. The second import (nothing new) and the dry run are given too.
"""

from __future__ import annotations

import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from seamline import wiring
from seamline.actions import imports, write
from seamline.actions.importing import open_source
from seamline.actions.imports import Ask
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.writer import Tx
from seamline.log import entry as entries
from seamline.log.checkpoint import LogId
from seamline.store.partybook import PartyBook
from seamline.store.ports import Search

SAMPLE = Path(__file__).resolve().parent.parent / "tests" / "gateways" / "samples" / "ucdp_ged.csv"
COPIES = 4
ROUNDS = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "3"))
SECRET = "a passphrase for measuring"
CLERK = Officer("isf", "watch-1", frozenset({"watch"}))
PEER = "pandas + inserts"
Found = dict[str, list[tuple[float, float]]]
Ready = dict[str, tuple[str, dict[str, Any]]]
ASK = Ask(kind="incident", preset="ucdp")


def table() -> bytes:
    """The sample several times over, each event with an id of its own."""
    rows = list(csv.reader(io.StringIO(SAMPLE.read_text("utf-8"))))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for copy in range(COPIES):
        writer.writerows([f"{copy + 1}{row[0]}", *row[1:]] for row in rows[1:])
    return out.getvalue().encode()


def a_node(folder: Path) -> wiring.Assembled:
    """A node on disk that its party's roster names, so that its records count."""
    now = time.time_ns() // 1_000_000
    made = wiring.init_node(folder / "node", SECRET, name="bench", owners=("isf",))
    book = PartyBook.create(folder / "isf.party", SECRET, "isf", "isf", now)
    book.say(wiring.read_card(made.card), now)
    parts = wiring.assemble(folder / "node", SECRET)
    parts.node.trust.add(book.statements)
    parts.node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
    return parts


def bring(node: Node, file: Path, ask: Ask = ASK) -> imports.Report:
    """The import as the command does it, from opening the file."""
    return imports.run(node, CLERK, open_source(node, lambda: file.open("rb")), ask)


def ready_made(node: Node) -> Ready:
    """Id and body of each record by the row's own id, as an import left them."""
    found: Ready = {}
    after = None
    while rows := node.picture.search(
        Search(channels=("isf",), kinds=("incident",), limit=1000, after=after)
    ):
        for row in rows:
            body = msgspec.json.decode(row.body)
            found[body["narrative"].split()[3].rstrip(".")] = (row.id, body)
        after = (rows[-1].stands_at, rows[-1].id)
    return found


def by_pandas(pandas: Any, node: Node, file: Path, made: Ready) -> int:
    """The peer: pandas reads, the node's writer saves what is ready made."""
    keys = pandas.read_csv(file)["id"].astype(str).tolist()
    log = LogId(node.key.fingerprint, "isf", "routine")

    def save(batch: list[str]) -> Callable[[Tx], None]:
        def job(tx: Tx) -> None:
            data = []
            for key in batch:
                id, body = made[key]
                saying = write.Saying("incident", "isf", "routine", "en", body)
                entry = write.draft_entry(node, CLERK, saying, None, id)
                data.append(entries.to_bytes(msgspec.structs.replace(entry, no=tx.log.allot("isf"))))
            tx.log.append(log, tx.log.head(log).size, data, node.clock.now())

        return job

    waiting: deque[Future[None]] = deque()
    for start in range(0, len(keys), imports.BATCH):
        waiting.append(node.writer.submit(save(keys[start : start + imports.BATCH])))
        # No farther ahead of the writer than the import is: more would share an fsync.
        while len(waiting) > imports.AHEAD:
            waiting.popleft().result()
    for future in waiting:
        future.result()
    return len(keys)


def get_pandas(folder: Path) -> Any:
    """pandas in a folder of its own, behind this program's packages: nothing of ours depends on it."""
    uv = Path(sys.executable).parent / "uv"
    packages = ["pandas", "python-dateutil", "six"]
    words = [str(uv), "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *packages]
    subprocess.run(words, check=True)
    sys.path.append(str(folder))
    import pandas as pd

    return pd


def timed(step: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and seconds of the processor."""
    start, busy = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - start, time.process_time() - busy


def commits(node: Node, into: list[int]) -> None:
    """Count the node's commits, an fsync each."""
    into.append(0)

    def count(arrivals: Any) -> None:
        into[-1] += 1

    node.on_commit(count)


def ours(folder: Path, file: Path, found: Found, made: Ready, synced: list[int]) -> int:
    """One round of ours on a fresh node; how many entries it saved. Fills made for the peer."""
    parts = a_node(folder)
    node = parts.node
    node.ground()
    commits(node, synced)
    found["import"].append(timed(lambda: bring(node, file)))
    found["again"].append(timed(lambda: bring(node, file)))
    dry = msgspec.structs.replace(ASK, dry_run=True)
    found["dry run"].append(timed(lambda: bring(node, file, dry)))
    made.update(ready_made(node))
    count = node.log.last_seq()
    parts.close()
    return count


def peer(folder: Path, file: Path, found: Found, made: Ready, synced: list[int], pandas: Any) -> int:
    """One round of the peer on a fresh node."""
    parts = a_node(folder)
    commits(parts.node, synced)
    found[PEER].append(timed(lambda: by_pandas(pandas, parts.node, file, made)))
    count = parts.node.log.last_seq()
    parts.close()
    return count


def main() -> None:
    """Print rows a second, medians of rounds that take turns, and the median of the rounds' ratios."""
    synced: dict[str, list[int]] = {"import": [], PEER: []}
    found: Found = {"import": [], PEER: [], "again": [], "dry run": []}
    made: Ready = {}
    with tempfile.TemporaryDirectory(prefix="seamline import ") as name:
        folder = Path(name)
        pandas = get_pandas(folder / "pandas")
        file = folder / "events.csv"
        file.write_bytes(table())
        for turn in range(ROUNDS):
            places = [folder / f"{way}{turn}" for way in ("ours", "peer")]
            for place in places:
                place.mkdir()
            count = ours(places[0], file, found, made, synced["import"])
            if peer(places[1], file, found, made, synced[PEER], pandas) != count:
                raise SystemExit("the two did not save the same")
    print(
        f"{count} rows, batches of {imports.BATCH}, medians of {ROUNDS} rounds; pandas {pandas.__version__}"
    )
    for way, seconds in found.items():
        rate = statistics.median(count / whole for whole, _ in seconds)
        ratios = [b[0] / a[0] for a, b in zip(seconds, found[PEER], strict=True)]
        busy = statistics.median(b[1] / a[1] for a, b in zip(seconds, found[PEER], strict=True))
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        work = statistics.median(b / count for _, b in seconds) * 1e6
        print(
            f"{way:18} {rate:9,.0f} rows/s {statistics.median(ratios):6.2f} x the peer ({spread})"
            f"   {work:5.0f} µs of the processor a row, {busy:5.2f} x"
        )
    print(
        "commits, an fsync each: " + ", ".join(f"{w} {statistics.median(n):.0f}" for w, n in synced.items())
    )


if __name__ == "__main__":
    main()
