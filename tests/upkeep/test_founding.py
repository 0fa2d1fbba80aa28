"""A room by questions or from a file of answers: what works afterwards, what is refused, what is left."""

from __future__ import annotations

import json
import os
import pty
import sys
from pathlib import Path
from typing import Any

import pytest

from seamline import texts, wiring
from seamline.actions import everywhere, gaps, layers, read
from seamline.actions.accounts import Accounts
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.cli.app import run
from seamline.errors import BadInput, Conflict, Locked
from seamline.store import keyfile
from seamline.store.partybook import PartyBook
from seamline.upkeep import agreeing, founding
from seamline.upkeep.founding import OFFICER, PartyPlan, RoomPlan, Secrets
from tests.served import free_ports

SECRET = "four random words here"
OTHER = "another four good words"
ROOT = Path(__file__).parent.parent.parent
ROOM = ROOT / "examples" / "room"
HEADER = (
    "id,type_of_violence,where_prec,where_coordinates,latitude,longitude,date_start,date_end,best,low,high"
)
EVENTS = f"{HEADER}\n1,1,1,Mosul town,36.335,43.118889,2004-01-31,2004-01-31,9,9,9\n"


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keyfile.seal_file.__kwdefaults__, "cost", keyfile.Cost(memory_kib=8, passes=1))


def plan(tmp_path: Path, *parties: str, **more: Any) -> RoomPlan:
    history = tmp_path / "history.csv"
    history.write_text(EVENTS, "utf-8")
    given: dict[str, Any] = {
        "terms": ROOM / "terms.json",
        "watch": ROOM / "watch.geojson",
        "history": history,
    }
    books = [PartyPlan(party, tmp_path / "sticks" / party / f"{party}.party") for party in parties]
    return RoomPlan("makhmour", books, port=free_ports(1)[0], **(given | more))


def secrets(*parties: str) -> Secrets:
    return Secrets(SECRET, dict.fromkeys(parties, SECRET), dict.fromkeys(parties, OTHER))


def who(node: Node, party: str) -> Officer:
    return wiring.accounts_of(node).officer(party, OFFICER)


def test_one_party_has_a_working_room_with_history_and_a_gap(tmp_path: Path) -> None:
    done: list[str] = []
    url = founding.found(
        tmp_path / "n", plan(tmp_path, "isf"), secrets("isf"), lambda code, _: done.append(code)
    )
    assert url.startswith("http://127.0.0.1:")
    assert done == ["party", "node", "officer", "agreed", "agreed", "agreed", "history"]
    with wiring.opened(tmp_path / "n", SECRET) as node:
        own = node.trust.roster.node(node.key.fingerprint)
        assert own is not None
        assert own.counts
        accounts: Accounts = wiring.accounts_of(node)
        accounts.sign_in(f"isf/{OFFICER}", OTHER, "127.0.0.1")
        officer = who(node, "isf")
        found = gaps.found(node, officer)["items"]
        assert {gap["watch"]["title"].split(" ")[0] for gap in found} == {"Qarachogh", "Tuz"}
        assert [layer.name for layer in layers.held(node)] == ["ucdp-ged"]


def test_a_joint_room_needs_each_owners_own_key(tmp_path: Path) -> None:
    founding.found(tmp_path / "n", plan(tmp_path, "ksf", "isf"), secrets("isf", "ksf"))
    with wiring.opened(tmp_path / "n", SECRET) as node:
        assert node.party == "isf+ksf"
        for party in node.owners:
            items = read.records(node, who(node, party), read.RecordQuery(kinds=("watch",))).items
            assert {item["state"] for item in items} == {"in_force"}
            assert len(items) == 2
            assert gaps.found(node, who(node, party))["items"]
        acts = read.RecordQuery(kinds=("endorsement",), limit=50)
        endorsed = read.records(node, who(node, "isf"), acts).items
        assert sorted(item["party"] for item in endorsed) == ["isf"] * 3 + ["ksf"] * 3
        assert all(item["attested"] for item in endorsed)


def test_a_party_that_has_a_key_brings_it(tmp_path: Path) -> None:
    asked = plan(tmp_path, "isf", terms=None, watch=None, history=None)
    asked.parties[0].book.parent.mkdir(parents=True)
    before = PartyBook.create(asked.parties[0].book, SECRET, "isf", "ISF", 1_760_000_000_000)
    with pytest.raises(Locked):
        founding.found(tmp_path / "n", asked, Secrets(SECRET, {"isf": OTHER}, {"isf": OTHER}))
    assert not (tmp_path / "n").exists()
    done: list[str] = []
    founding.found(tmp_path / "n", asked, secrets("isf"), lambda code, _: done.append(code))
    assert "party" not in done
    with wiring.opened(tmp_path / "n", SECRET) as node:
        assert node.trust.party_key("isf") == before.key.public


def test_what_was_cut_off_leaves_no_node_and_the_next_try_succeeds(tmp_path: Path) -> None:
    harmed = tmp_path / "watch.geojson"
    harmed.write_text(
        '{"type": "FeatureCollection", "features": [{"properties": {"kind": "tank"}}]}', "utf-8"
    )
    with pytest.raises(BadInput, match=r"watch\.geojson, feature 1: kind: tank"):
        founding.found(tmp_path / "n", plan(tmp_path, "isf", watch=harmed), secrets("isf"))
    assert not (tmp_path / "n").exists()
    founding.found(tmp_path / "n", plan(tmp_path, "isf"), secrets("isf"))
    with pytest.raises(Conflict, match="not empty"):
        founding.found(tmp_path / "n", plan(tmp_path, "isf"), secrets("isf"))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": "Erbil"}, "name"), ({"watch": Path("nowhere")}, "file")],
)
def test_what_is_refused_before_a_passphrase(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    given = {"name": "erbil", "parties": [PartyPlan("isf", tmp_path / "isf.party")]} | change
    with pytest.raises(BadInput) as refused:
        founding.check(tmp_path / "n", RoomPlan(**given))
    assert refused.value.field == field
    with pytest.raises(BadInput, match=r"each party once"):
        founding.check(tmp_path / "n", RoomPlan("erbil", given["parties"] * 2))


# ------------------------------------------------------------ agree


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A node of isf and ksf without anything agreed."""
    asked = plan(tmp_path, "isf", "ksf", terms=None, watch=None, history=None)
    founding.found(tmp_path / "n", asked, secrets("isf", "ksf"))
    return tmp_path / "n"


def agree(folder: Path, party: str, file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    keys = folder.parent / "sticks" / party / f"{party}-{OFFICER}.key"
    (folder.parent / "password").write_text(OTHER, "utf-8")
    words = ["agree", str(folder), str(file), "--officer", f"{party}/{OFFICER}", "--key", str(keys), "--json"]
    code = run([*words, "--key-passphrase-file", str(folder.parent / "password")])
    told = capsys.readouterr()
    return code, json.loads(told.out or told.err)


def test_in_force_after_the_last_signatory_and_nothing_is_said_twice(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    file = ROOM / "watch.geojson"
    code, told = agree(shared, "ksf", file, capsys)
    assert (code, {one["state"] for one in told["agreed"]}) == (1, {"partly_endorsed"})
    assert all(one["new"] for one in told["agreed"])
    again = agree(shared, "ksf", file, capsys)[1]["agreed"]
    assert [one["id"] for one in again] == [one["id"] for one in told["agreed"]]
    code, other = agree(shared, "isf", file, capsys)
    assert (code, {one["state"] for one in other["agreed"]}) == (0, {"in_force"})
    assert not any(one["new"] for one in other["agreed"])
    with wiring.opened(shared, SECRET) as node:
        acts = read.records(node, who(node, "isf"), read.RecordQuery(kinds=("endorsement",), limit=50)).items
        assert len(acts) == 4


def test_another_file_is_another_list(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody endorses bytes that he has not brought himself."""
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    agree(shared, "ksf", ROOM / "watch.geojson", capsys)
    changed = json.loads((ROOM / "watch.geojson").read_text("utf-8"))
    changed["features"][0]["properties"]["weight"] = 6
    (tmp_path / "other.geojson").write_text(json.dumps(changed), "utf-8")
    code, told = agree(shared, "isf", tmp_path / "other.geojson", capsys)
    assert code == 1
    assert [(one["new"], one["state"]) for one in told["agreed"]] == [
        (True, "partly_endorsed"),
        (False, "in_force"),
    ]


def test_with_anothers_key_nothing_is_said(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    with wiring.opened(shared, SECRET) as node:
        key = agreeing.officer_key(shared.parent / "sticks" / "isf" / f"isf-{OFFICER}.key", OTHER)
        with pytest.raises(BadInput, match="does not fit"):
            agreeing.agree(node, who(node, "ksf"), key, ROOM / "watch.geojson")
        assert read.records(node, who(node, "ksf"), read.RecordQuery(kinds=("watch",))).items == []


# ------------------------------------------------------------ at the keyboard


def typed(words: list[str], lines: list[str]) -> tuple[int, str]:
    """The program at a terminal of its own; each line is typed when it asks for one."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.pop("SEAMLINE_PASSPHRASE", None)
        os.execv(sys.executable, [sys.executable, "-m", "seamline", *words])
    shown, waiting = b"", list(lines)
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            data = b""
        if not data:
            break
        shown += data
        if shown.rstrip(b" ").endswith(b":") and shown.endswith(b": ") and waiting:
            shown += b"\n"
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode("utf-8", "replace")


@pytest.mark.parametrize("lang", texts.LANGS)
def test_questions_at_the_keyboard(tmp_path: Path, lang: str) -> None:
    number = str(texts.LANGS.index(lang) + 1)
    port = str(free_ports(1)[0])
    answers = [number, "Erbil", "erbil", "ksf", "", "", port, "-", "-", "nowhere", "-"]
    answers += [
        "short",
        "short",
        SECRET,
        SECRET,
        SECRET,
        SECRET,
        "passwordpassword",
        "passwordpassword",
        OTHER,
        OTHER,
    ]
    code, shown = typed(["setup", str(tmp_path / "a room" / "node")], answers)
    assert code == 0, shown
    assert texts.text(lang, "setup.again.name") in shown
    assert texts.text(lang, "setup.again.history") in shown
    assert shown.count(texts.text(lang, "setup.again.secret", n=12)) == 2
    assert texts.text(lang, "setup.next.serve") in shown
    assert (tmp_path / "a room" / "take-away" / "ksf.party").exists()
    settings = wiring.read_settings(tmp_path / "a room" / "node")
    assert (settings.lang, settings.listen_port, settings.owners) == (lang, int(port), ("ksf",))


def test_without_a_keyboard_it_takes_a_file_of_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert run(["setup", str(tmp_path / "n")]) == 2
    assert "--answers" in capsys.readouterr().err
    file = tmp_path / "setup.toml"
    text = f'name = "erbil"\nport = {free_ports(1)[0]}\n[[parties]]\nid = "ksf"\nbook = "ksf.party"\n'
    file.write_text(text + 'colour = "red"\n', "utf-8")
    assert run(["setup", str(tmp_path / "n"), "--answers", str(file)]) == 2
    file.write_text(text, "utf-8")
    assert run(["setup", str(tmp_path / "n"), "--answers", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["officers"] == [OFFICER]
    assert (tmp_path / "ksf.party").exists(), "paths are from where the file lies"


def test_the_watch_of_a_joint_room_may_say_contact_at_once_unless_its_parties_say_no(tmp_path: Path) -> None:
    for at_once in (True, False):
        folder = tmp_path / str(at_once)
        folder.mkdir()
        made = plan(folder, "isf", "ksf", terms=None, watch=None, history=None, at_once=at_once)
        founding.found(folder / "n", made, secrets("isf", "ksf"))
        with wiring.opened(folder / "n", SECRET) as node:
            watch = Officer("ksf", "watch-2", frozenset({"watch"}))
            assert everywhere.may_alarm(node, watch) is at_once
            rules = {(row.party, row.signer is None) for row in node.picture.current_of_kind("standing")}
            assert rules == ({("isf", False), ("ksf", False)} if at_once else set())
