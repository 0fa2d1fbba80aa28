"""Two parties, three nodes, one of them a joint room; one is lost and comes back from its backup (issue 3.6).

Both sides wrote after the backup. What reached others counts, under the final heads that they hold; all three
show the same at the end, and the folder that was copied back by hand is refused by its high-water mark.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import msgspec
import pytest

from seamline import wiring
from seamline.actions import audit
from seamline.errors import Behind
from seamline.log import statement
from seamline.store.partybook import PartyBook
from seamline.store.ports import LinkRow
from tests.served import ROLES, SECRET, Served, free_ports
from tests.trouble.test_lost_node import SHARED, introduce, say, seamline, until

PARTIES = ("isf", "ksf")
NODES = {"baghdad": ("isf",), "erbil": ("ksf",), "kirkuk": ("isf", "ksf")}


@pytest.fixture
def books(tmp_path: Path) -> dict[str, PartyBook]:
    now = time.time_ns() // 1_000_000
    made = {p: PartyBook.create(tmp_path / f"{p}.party", SECRET, p, p, now) for p in PARTIES}
    for book in made.values():
        book.say(statement.Officer("duty-1", None, tuple(sorted(ROLES)), "duty"), now)
    return made


@pytest.fixture
def nodes(tmp_path: Path, books: dict[str, PartyBook]) -> dict[str, Served]:
    """All three linked, each pair by the first of them; not started."""
    now = time.time_ns() // 1_000_000
    made = {}
    for (name, owners), port in zip(NODES.items(), free_ports(3), strict=True):
        url = f"http://127.0.0.1:{port}"
        card = wiring.init_node(tmp_path / name, SECRET, name=name, owners=owners, port=port, url=url).card
        for party in owners:
            books[party].say(wiring.read_card(card), now)
        made[name] = Served(name, tmp_path / name, url)
    for name, owners in NODES.items():
        with wiring.opened(tmp_path / name, SECRET) as node:
            for book in books.values():
                node.trust.add(book.statements)
                node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
            node.open_channel(SHARED)
            accounts = wiring.accounts_of(node)
            accounts.add(owners[0], "duty-1", ROLES)
            made[name].token, _ = accounts.issue(owners[0], "duty-1")
            for other in NODES:
                peer = node.trust.roster.node_named(other)
                if other != name and peer is not None:
                    node.local.put_link(
                        LinkRow(peer.fingerprint, other, made[other].url if name < other else None)
                    )
    return made


def test_all_three_show_the_same_after_one_was_lost(
    tmp_path: Path, nodes: dict[str, Served], books: dict[str, PartyBook]
) -> None:
    baghdad, erbil, kirkuk = (nodes[name] for name in sorted(nodes))
    for one in nodes.values():
        one.start()
    said = []

    def speak(node: Served, summary: str) -> None:
        say(node, summary)
        said.append(summary)

    for one in nodes.values():
        speak(one, f"{one.name} before")
    for one in nodes.values():
        until(one, sorted(said))
    seamline("backup", erbil.folder, tmp_path / "erbil.backup")
    shutil.copytree(erbil.folder / "data", tmp_path / "copied by hand")
    for one in nodes.values():
        speak(one, f"{one.name} after the backup")
    for one in nodes.values():
        until(one, sorted(said))
    erbil.kill()
    _by_hand_is_refused(erbil, tmp_path / "copied by hand")
    shutil.rmtree(erbil.folder)
    # Law 9: the others go on meanwhile.
    speak(baghdad, "baghdad alone")
    until(kirkuk, sorted(said))
    assert baghdad.stop() in (0, -15)
    assert kirkuk.stop() in (0, -15)

    _come_back(tmp_path, nodes, books["ksf"])
    for one in nodes.values():
        one.start()
    speak(erbil, "erbil under its new key")
    speak(kirkuk, "kirkuk to all")
    for one in nodes.values():
        until(one, sorted(said))
    for one in nodes.values():
        assert one.stop() in (0, -15)
    _same_picture([one.folder for one in nodes.values()])


def _come_back(tmp_path: Path, nodes: dict[str, Served], book: PartyBook) -> None:
    """erbil from its backup, with the final heads that the others hold, signed by its party."""
    baghdad, erbil, kirkuk = (nodes[name] for name in sorted(nodes))
    again, reports = tmp_path / "erbil again", []
    restored = seamline("restore", tmp_path / "erbil.backup", again)
    for one in (baghdad, kirkuk):
        reports.append(tmp_path / f"erbil-at-{one.name}.json")
        reports[-1].write_bytes(msgspec.json.encode(seamline("verify", one.folder)))
    named = seamline("node", "heads", again, *reports)["heads"]
    assert [(log["channel"], log["lane"], log["size"]) for log in named] == [
        (SHARED, "routine", _held(reports))
    ]
    book.say(wiring.read_card(again / wiring.CARD), time.time_ns() // 1_000_000)
    for one in (baghdad, kirkuk):
        # erbil dials kirkuk and is dialled by baghdad, as before.
        url = erbil.url if one is baghdad else None
        introduce(one.folder, book, LinkRow(restored["fingerprint"], "erbil", url))
    with wiring.opened(again, SECRET) as node:
        node.trust.add(book.statements)
        erbil.token, _ = wiring.accounts_of(node).issue("ksf", "duty-1")
    erbil.folder = again


def _held(reports: list[Path]) -> int:
    """How far the others hold erbil's shared log."""
    logs = [log for path in reports for log in msgspec.json.decode(path.read_bytes())["logs"]]
    return max(log["size"] for log in logs if log["name"] == "erbil")


def _by_hand_is_refused(lost: Served, copied: Path) -> None:
    """The mark lies beside the data and outside of every copy of them."""
    shutil.rmtree(lost.folder / "data")
    shutil.copytree(copied, lost.folder / "data")
    with pytest.raises(Behind):
        wiring.assemble(lost.folder, SECRET)


def _same_picture(folders: list[Path]) -> None:
    dumps = []
    for folder in folders:
        with wiring.opened(folder, SECRET) as node:
            assert not any(audit.verify_log(node, log)["faults"] for log in node.log.logs())
            node.refold().result()
            dumps.append([line for line in node.picture.dump() if SHARED in line])
    assert dumps[0]
    assert all(dump == dumps[0] for dump in dumps)
