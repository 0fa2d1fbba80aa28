"""A node is lost after its last backup: restored into a new key, signed, and all converge (issue 3.6)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from seamline import wiring
from seamline.actions import audit
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow
from tests.nodes import INCIDENT
from tests.served import SECRET, Served, two_nodes

SHARED = "isf+ksf"


def say(node: Served, summary: str, channel: str = SHARED) -> dict[str, Any]:
    with node.client() as http:
        said = {"kind": "incident", "channel": channel, "body": INCIDENT | {"summary": summary}}
        reply = http.post("/api/records", json=said)
        assert reply.status_code in (200, 201), reply.text
        item: dict[str, Any] = reply.json()
        return item


def titles(node: Served, channel: str = SHARED) -> list[str]:
    with node.client() as http:
        items = http.get("/api/records", params={"kind": "incident", "limit": 100}).json()["items"]
        return sorted(i["title"] for i in items if i["channel"] == channel)


def until(node: Served, wanted: list[str], limit: float = 40.0) -> None:
    """Waits for the node to show exactly these."""
    end = time.monotonic() + limit
    while (found := titles(node)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    assert found == wanted, f"{node.name} shows {found}"


def seamline(*words: str | Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "seamline", *map(str, words), "--json"],
        env={"SEAMLINE_PASSPHRASE": SECRET, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return msgspec.json.decode(done.stdout)


def introduce(folder: Path, book: PartyBook, link: LinkRow) -> None:
    with wiring.opened(folder, SECRET) as node:
        node.trust.add(book.statements)
        node.local.put_link(link)


def test_what_was_shared_after_the_backup_comes_back_and_counts(tmp_path: Path) -> None:
    erbil, baghdad = two_nodes(tmp_path)
    erbil.start()
    baghdad.start()
    say(erbil, "one")
    say(erbil, "at home", "ksf")
    seamline("backup", erbil.folder, tmp_path / "erbil.backup")
    say(erbil, "two, after the backup")
    say(baghdad, "three, theirs")
    everything = ["one", "three, theirs", "two, after the backup"]
    until(baghdad, everything)
    until(erbil, everything)
    erbil.kill()
    shutil.rmtree(erbil.folder)
    baghdad.stop()

    (tmp_path / "report.json").write_bytes(msgspec.json.encode(seamline("verify", baghdad.folder)))
    again = tmp_path / "erbil again"
    restored = seamline("restore", tmp_path / "erbil.backup", again)
    named = seamline("node", "heads", again, tmp_path / "report.json")["heads"]
    assert [(log["channel"], log["lane"]) for log in named] == [(SHARED, "routine")]
    book = PartyBook.load(tmp_path / "ksf.party", SECRET)
    book.say(wiring.read_card(again / wiring.CARD), time.time_ns() // 1_000_000)
    introduce(baghdad.folder, book, LinkRow(restored["fingerprint"], "erbil", erbil.url))
    with wiring.opened(again, SECRET) as node:
        node.trust.add(book.statements)
        erbil.token, _ = wiring.accounts_of(node).issue("ksf", "duty-1")
    erbil.folder = again

    erbil.start()
    baghdad.start()
    until(erbil, everything)
    until(baghdad, everything)
    assert titles(erbil, "ksf") == ["at home"]
    say(erbil, "four, under the new key")
    everything = sorted([*everything, "four, under the new key"])
    until(baghdad, everything)
    assert erbil.stop() in (0, -15)
    assert baghdad.stop() in (0, -15)
    dumps = []
    for folder in (erbil.folder, baghdad.folder):
        with wiring.opened(folder, SECRET) as node:
            assert not any(audit.verify_log(node, log)["faults"] for log in node.log.logs())
            node.refold().result()
            dumps.append([line for line in node.picture.dump() if SHARED in line])
    assert dumps[0] == dumps[1]
