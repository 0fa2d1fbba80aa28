"""Sealed key files: the passphrase opens them, nothing else does, and destroyed is destroyed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, Conflict, Locked, StoreBroken
from seamline.store import keyfile
from seamline.store.keyfile import Cost, NodeSecrets

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
SECRET = b"the secret of a node"
PASS = "كلمة السر طويلة"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "node.key"
    keyfile.seal_file(path, PASS, SECRET, "node", cost=CHEAP)
    return path


def test_the_passphrase_opens(path: Path) -> None:
    assert keyfile.open_file(path, PASS, "node") == SECRET
    assert path.stat().st_mode & 0o777 == 0o600
    assert SECRET not in path.read_bytes()


def test_one_passphrase_typed_on_two_keyboards(tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9 \u0622\u0628 x", "cafe\u0301 \u0627\u0653\u0628 x"
    keyfile.seal_file(tmp_path / "k", composed, SECRET, "node", cost=CHEAP)
    assert keyfile.open_file(tmp_path / "k", decomposed, "node") == SECRET


@pytest.mark.parametrize("passphrase", [PASS + " ", PASS[:-1], "", "password"])
def test_another_passphrase_does_not(path: Path, passphrase: str) -> None:
    with pytest.raises(Locked, match="wrong passphrase"):
        keyfile.open_file(path, passphrase, "node")


def test_another_purpose_does_not(path: Path) -> None:
    with pytest.raises(Locked, match="for “node”, not for “party”"):
        keyfile.open_file(path, PASS, "party")
    path.write_text(path.read_text().replace('"node"', '"party"'))
    with pytest.raises(Locked, match="the file was changed"):
        keyfile.open_file(path, PASS, "party")


@pytest.mark.parametrize("field", ["salt", "nonce", "cost"])
def test_nothing_beside_the_secret_can_be_exchanged(path: Path, field: str) -> None:
    file = json.loads(path.read_text())
    file["header"][field] = {
        "salt": "A" * 22 + "==",
        "nonce": "A" * 16,
        "cost": {"memory_kib": 8, "passes": 2, "lanes": 1},
    }[field]
    path.write_text(json.dumps(file))
    with pytest.raises(Locked):
        keyfile.open_file(path, PASS, "node")


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 1 << 40, "passes": 1, "lanes": 1},
        {"memory_kib": 8, "passes": 10**9, "lanes": 1},
        {"memory_kib": 8, "passes": 1, "lanes": 10**6},
        {"memory_kib": 0, "passes": 1, "lanes": 1},
    ],
)
def test_a_forged_cost_is_refused_before_it_is_paid(path: Path, cost: dict[str, int]) -> None:
    file = json.loads(path.read_text())
    file["header"]["cost"] = cost
    path.write_text(json.dumps(file))
    with pytest.raises(StoreBroken, match="not a key file"):
        keyfile.open_file(path, PASS, "node")


def test_the_usual_cost() -> None:
    """Of the program as it runs; tests take a lesser one."""
    program = "from seamline.store import keyfile; print(keyfile.DEFAULT_COST)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(Cost(memory_kib=65_536, passes=3, lanes=1))


def test_a_key_file_is_never_written_over(path: Path) -> None:
    with pytest.raises(Conflict):
        keyfile.seal_file(path, "another one", b"other", "node", cost=CHEAP)
    assert keyfile.open_file(path, PASS, "node") == SECRET


def test_a_short_passphrase_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        keyfile.seal_file(tmp_path / "k", "shorty1", SECRET, "node", cost=CHEAP)
    assert "shorty1" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_changed_passphrase_leaves_nothing_of_the_old(path: Path) -> None:
    old = path.read_bytes()
    before = path.parent / "hard link to what was there"
    os.link(path, before)
    keyfile.change_passphrase(path, PASS, "a new passphrase", "node", cost=CHEAP)
    assert keyfile.open_file(path, "a new passphrase", "node") == SECRET
    with pytest.raises(Locked):
        keyfile.open_file(path, PASS, "node")
    assert len(before.read_bytes()) == len(old)
    assert json.loads(old)["sealed"].encode() not in before.read_bytes()


def test_a_wrong_old_passphrase_changes_nothing(path: Path) -> None:
    old = path.read_bytes()
    with pytest.raises(Locked):
        keyfile.change_passphrase(path, "wrong one", "a new passphrase", "node", cost=CHEAP)
    with pytest.raises(BadInput):
        keyfile.change_passphrase(path, PASS, "short", "node", cost=CHEAP)
    assert path.read_bytes() == old


def test_destroyed_is_overwritten_and_gone(path: Path) -> None:
    sealed = json.loads(path.read_text())["sealed"].encode()
    link = path.parent / "hard link"
    os.link(path, link)
    assert keyfile.destroy(path)
    assert not path.exists()
    assert sealed not in link.read_bytes()
    with pytest.raises(Locked, match="the keys were destroyed"):
        keyfile.open_file(path, PASS, "node")
    assert not keyfile.destroy(path)


def test_a_crash_while_writing_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = path.read_bytes()

    def crash(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(StoreBroken, match="Input/output error"):
        keyfile.change_passphrase(path, PASS, "a new passphrase", "node", cost=CHEAP)
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert [p.name for p in path.parent.iterdir()] == ["node.key"]


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.key"
    path.write_bytes(data)
    with pytest.raises(StoreBroken, match="not a key file"):
        keyfile.open_file(path, PASS, "node")


@given(st.data())
def test_any_changed_byte_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.key"
    path.unlink(missing_ok=True)
    keyfile.seal_file(path, PASS, SECRET, "node", cost=CHEAP)
    written = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    before = json.loads(path.read_bytes())
    path.write_bytes(written)
    try:
        # White space, an escape, or the unused bits of base64: the same file in other bytes.
        if keyfile.open_file(path, PASS, "node") == SECRET:
            assert _meaning(json.loads(written)) == _meaning(before)
    except (StoreBroken, Locked):
        return


def _meaning(file: dict[str, object]) -> object:
    return {key: value for key, value in file.items() if key != "sealed"}


def test_a_nodes_secrets() -> None:
    secrets = NodeSecrets.make()
    assert len({secrets.sign_seed, secrets.seal_seed, secrets.store_key}) == 3
    assert NodeSecrets.from_bytes(secrets.to_bytes()) == secrets
    assert secrets.sign_seed.hex() not in repr(secrets)
    for data in (b"", secrets.to_bytes()[:-1], secrets.to_bytes() + b"x", b"x" * 113):
        with pytest.raises(StoreBroken):
            NodeSecrets.from_bytes(data)
