"""The exercise's processes: one that is cut leaves the others going; a start that is cut leaves nothing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from seamline.demo import build, run
from seamline.errors import BadInput, OurFault


def sleeper(seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])


def test_a_node_that_is_killed_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    children = {"one": sleeper(30), "two": sleeper(30)}
    stopping, said = threading.Event(), []

    def say(line: str) -> None:
        said.append(line)
        stopping.set()

    children["one"].kill()
    try:
        assert run._watch(tmp_path, children, stopping, say) == 0
        assert [line.split(":")[0] for line in said] == ["one"]
        assert children["two"].poll() is None
        children["two"].kill()
        with pytest.raises(OurFault):
            run._watch(tmp_path, children, threading.Event(), said.append)
    finally:
        run._stop(children)


def test_a_start_that_is_cut_short_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(folder: Path, *_: object) -> None:
        (folder / "erbil").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build", cut)
    monkeypatch.setattr(run, "_ports_free", lambda *_: None)
    with pytest.raises(KeyboardInterrupt):
        run._prepare(tmp_path / "demo", 8800, lambda line: None)
    assert not (tmp_path / "demo").exists()


def test_a_folder_used_again_on_a_taken_port_says_so_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = {"nodes": {"erbil": {"url": f"http://127.0.0.1:{port}"}}}
        (tmp_path / "demo.json").write_text(json.dumps(told), "utf-8")
        (tmp_path / "passphrase").write_text("words\n", "utf-8")
        with pytest.raises(BadInput, match=str(port)):
            run._prepare(tmp_path, 8800, lambda line: None)
