"""seamline verify of a courier's file: judged with its reader's keys, and nothing of it is taken in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.cli.app import run
from seamline.exchange import age
from seamline.log import parcel
from seamline.log.keys import SealKey
from tests.cli.test_bundle import at, tell
from tests.cli.test_commands import SECRET, said

__all__ = ["at"]
Said = pytest.CaptureFixture[str]


def verify(capsys: Said, *words: object) -> tuple[int, Any]:
    code = run(["verify", *(str(w) for w in words), "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def state(folder: Path) -> tuple[object, ...]:
    """All that is kept at a node: logs, receipts, small values, statements."""
    with wiring.opened(folder, SECRET) as node:
        values = {k: node.local.get(k) for k in node.local.keys("")}
        heads = {log: node.log.head(log) for log in node.log.logs()}
        return values, heads, node.log.receipts(), node.trust.statements(), list(node.picture.dump())


def test_with_its_readers_keys(at: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(at / "erbil", "ksf", "one", "two", "three")
    said(capsys, "bundle", "write", "erbil", "--to", "baghdad", "--out", "stick")
    good = (at / "stick").read_bytes()
    before = state(at / "baghdad")
    code, told = verify(capsys, "stick", "--dir", "baghdad")
    assert (code, told["sound"], told["new"], told["from"]["name"]) == (0, True, 3, "erbil")

    (at / "cut").write_bytes(good[:-40])
    (at / "flipped").write_bytes(good[:-40] + bytes([good[-40] ^ 1]) + good[-39:])
    for harmed in ("cut", "flipped"):
        code, told = verify(capsys, harmed, "--dir", "baghdad")
        assert (code, told["sound"], told["cut"]) == (1, False, True)

    with monkeypatch.context() as patch:
        # By whoever wrote the file: a part that is not what he signed.
        sign = parcel.sign
        patch.setattr(parcel, "sign", lambda frame, key: sign(frame, key)[:-1] + b"!")
        said(capsys, "bundle", "write", "erbil", "--to", "baghdad", "--out", "lie")
    code, told = verify(capsys, "lie", "--dir", "baghdad")
    assert (code, told["sound"], told["new"]) == (1, False, 0)
    assert told["refused"]

    assert run(["verify", "stick", "--dir", "erbil"]) == 2
    assert "sealed to other nodes' keys" in capsys.readouterr().err
    assert state(at / "baghdad") == before
    said(capsys, "bundle", "read", "baghdad", "stick")
    code, told = verify(capsys, "stick", "--dir", "baghdad")
    assert (code, told["new"], told["known"]) == (0, 0, 3)


def test_from_outside(tmp_path: Path, capsys: Said) -> None:
    stick = tmp_path / "stick"
    stick.write_bytes(age.lock([SealKey(bytes(range(32))).public], bytes(5000)))
    code, told = verify(capsys, stick)
    assert (code, told["sound"], told["readers"], told["size"], told["whole"]) == (2, None, 1, 5000, True)
    assert run(["verify", str(stick)]) == 2
    assert "--dir FOLDER" in capsys.readouterr().out
    stick.write_bytes(stick.read_bytes()[:100])
    assert verify(capsys, stick)[0] == 1


@pytest.mark.parametrize("size", [0, 1, 65_519, 65_520, 65_536, 65_537, 131_072, 200_000])
def test_any_age_file_is_whole_and_of_its_size(size: int) -> None:
    key = SealKey(bytes(range(32)))
    file = age.lock([key.public, key.public], bytes(size))
    assert age.look(file) == age.Outside(2, size, whole=True)
    assert age.look(file[: file.index(b"\n---") + 4]) == age.Outside(2, 0, whole=False)
    assert age.look(b"nothing of the kind") is None
