"""The kit for a stick: what is in it, what its installer refuses; in `make soak` the whole of it, offline."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import kit
from tests.served import SECRET, free_ports

SOAK = bool(os.environ.get("SEAMLINE_SOAK"))
LOCKED = """# made by uv
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via seamline
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:dd
anyio==4.16.0 \\
    --hash=sha256:ee
"""
NO_NETWORK = {
    "PATH": os.environ["PATH"],
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "PIP_CONFIG_FILE": os.devnull,
    "SEAMLINE_PASSPHRASE": SECRET,
}


# ------------------------------------------------------------ what goes in


def test_markers_hold_for_the_target_and_not_for_this_machine() -> None:
    assert kit.requirements(LOCKED, kit.LINUX, "3.11") == [
        "numpy==2.4.6 --hash=sha256:aa      --hash=sha256:bb",
        "anyio==4.16.0 --hash=sha256:ee",
    ]
    names = [line.split("==")[0] for line in kit.requirements(LOCKED, kit.WINDOWS, "3.13")]
    assert names == ["numpy", "colorama", "anyio"]


def test_every_locked_package_is_for_every_target(tmp_path: Path) -> None:
    """uv.lock names a wheel for each machine of the kit: none would have to be compiled."""
    text = (kit.ROOT / "uv.lock").read_text("utf-8")
    for package in ("apsw-sqlite3mc", "h3", "shapely", "zstandard", "cryptography"):
        section = text.split(f'name = "{package}"\n', 1)[1].split("[[package]]", 1)[0]
        assert "win_amd64.whl" in section
        assert "manylinux" in section


# ------------------------------------------------------------ checksums, signature, upgrade


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A kit with the true installer and nothing that could be installed."""
    folder = tmp_path / "kit"
    (folder / "wheels").mkdir(parents=True)
    for name in ("install.py", "start.sh", "start.cmd"):
        shutil.copy(kit.FILES / name, folder / name)
    (folder / "requirements.txt").write_text("seamline==1.2.0\n", "ascii")
    kit._write_sums(folder)
    return folder


def install(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "install.py"), *words],
        env=NO_NETWORK,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_changed_missing_or_added_file_is_refused(small: Path, tmp_path: Path) -> None:
    kit.verify(small, None)
    (small / "wheels" / "more.whl").write_bytes(b"")
    assert "not in SHA256SUMS" in install(small, "--to", str(tmp_path / "x")).stderr
    (small / "wheels" / "more.whl").unlink()
    (small / "start.sh").write_bytes(b"#!/bin/sh\n")
    assert "start.sh is not as it was made" in install(small, "--to", str(tmp_path / "x")).stderr
    with pytest.raises(kit.CannotBuild, match=r"start\.sh"):
        kit.verify(small, None)
    (small / "start.sh").unlink()
    assert "start.sh is missing" in install(small, "--to", str(tmp_path / "x")).stderr
    assert not (tmp_path / "x").exists()


def test_going_back_is_refused(small: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "VERSION").write_text("1.10.0\n", "ascii")
    done = install(small, "--to", str(tmp_path / "there"))
    assert done.returncode == 1
    assert "version 1.10.0 is installed and this kit is 1.2.0" in done.stderr


def test_a_signature_holds_for_one_key_and_every_byte(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    fingerprint = kit.new_key(tmp_path / "kit.key")
    other = kit.new_key(tmp_path / "other.key")
    with pytest.raises(kit.CannotBuild, match="missing"):
        kit.verify(small, fingerprint)
    kit._sign(small, tmp_path / "kit.key")
    kit.verify(small, fingerprint)
    with pytest.raises(kit.CannotBuild, match="another key"):
        kit.verify(small, other)
    (small / "requirements.txt").write_text("seamline==9.9.9\n", "ascii")
    kit._write_sums(small)
    with pytest.raises(kit.CannotBuild, match="wrong"):
        kit.verify(small, fingerprint)


@pytest.mark.skipif(
    shutil.which("openssl") is None, reason="what the guide says is for machines with openssl"
)
def test_openssl_checks_the_signature_as_the_guide_says(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    fingerprint = kit.new_key(tmp_path / "kit.key")
    kit._sign(small, tmp_path / "kit.key")
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "kit-key.pem", "-rawin"]
    check += ["-in", "SHA256SUMS", "-sigfile", "SHA256SUMS.sig"]
    assert subprocess.run(check, cwd=small, capture_output=True, check=False).returncode == 0
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", "kit-key.pem", "-outform", "DER"],
        cwd=small,
        capture_output=True,
        check=True,
    ).stdout
    assert hashlib.sha256(der[-32:]).hexdigest()[:32] == fingerprint
    (small / "SHA256SUMS").write_bytes(b"\n")
    assert subprocess.run(check, cwd=small, capture_output=True, check=False).returncode != 0


# ------------------------------------------------------------ the whole of it


@pytest.fixture
def served(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that end with the test."""
    running: list[subprocess.Popen[str]] = []
    yield running
    for one in running:
        one.terminate()
        one.communicate(timeout=20)


@pytest.mark.skipif(not SOAK, reason="fetches every wheel and takes minutes: make soak")
def test_from_the_stick_to_a_serving_node(tmp_path: Path, served: list[subprocess.Popen[str]]) -> None:
    kit.make(tmp_path / "kit", here=True, attempt=False, key=None)
    home = tmp_path / "a home"
    for _ in range(2):  # the second time over the first: an upgrade in place
        done = install(tmp_path / "kit", "--to", str(home))
        assert done.returncode == 0, done.stderr
        node = home / "node"
        start = [str(home / "start.sh")]
        said = subprocess.run(
            [*start, "--version"], env=NO_NETWORK, capture_output=True, text=True, check=True
        )
        assert said.stdout.strip() == kit.version()
        if not node.exists():
            port = str(free_ports(1)[0])
            init = ["node", "init", str(node), "--name", "baghdad", "--owner", "isf", "--port", port]
            subprocess.run([*start, *init], env=NO_NETWORK, capture_output=True, check=True)
    assert len(list(home.glob("program-*"))) == 1
    process = subprocess.Popen(start, env=NO_NETWORK, stdout=subprocess.PIPE, text=True)
    served.append(process)
    assert process.stdout is not None
    url = process.stdout.readline().split()[1]
    plain = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with plain.open(f"{url}/healthz", timeout=20) as answer:
        assert answer.read() == b"ok\n"
    with plain.open(f"{url}/", timeout=20) as answer:
        assert b"<html" in answer.read(), "the screens are in the wheel"
