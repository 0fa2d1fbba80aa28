"""The set-up script, without a network: which uv, which index, which environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import bootstrap as b

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "uv.lock").read_bytes()


@pytest.mark.parametrize(
    ("tags", "machine", "expected"),
    [
        (["manylinux", "musllinux"], "x86_64", r"manylinux.*_x86_64\.whl"),
        (["manylinux", "musllinux"], "aarch64", r"manylinux.*_aarch64\.whl"),
        (["musllinux"], "x86_64", r"musllinux.*_x86_64\.whl"),
        (["macosx"], "arm64", r"macosx.*_arm64\.whl"),
        (["macosx"], "x86_64", r"macosx.*_x86_64\.whl"),
        (["win_amd64"], "AMD64", r"win_amd64\.whl"),
    ],
)
def test_the_locked_uv_has_a_wheel_for_common_machines(tags: list[str], machine: str, expected: str) -> None:
    version, wheels = b.locked_uv(LOCK)
    wheel = b.choose(wheels, tags, machine)
    assert wheel is not None
    assert re.search(expected, wheel.name)
    assert version in wheel.name
    assert re.fullmatch("[0-9a-f]{64}", wheel.sha256)


def test_an_unknown_machine_gets_none() -> None:
    assert b.choose(b.locked_uv(LOCK)[1], ["manylinux"], "vax") is None


def test_a_lock_without_uv_says_so() -> None:
    with pytest.raises(b.CannotSetUp, match="development dependency"):
        b.locked_uv(b"package = []")


def test_the_lock_names_public_hosts_only() -> None:
    hosts = set(re.findall(rb"https?://[^/\"]+", LOCK))
    assert hosts == {b"https://pypi.org", b"https://files.pythonhosted.org"}


def test_a_mirror_of_the_machine_is_used() -> None:
    assert b.mirror({}) is None
    assert b.mirror({"PIP_INDEX_URL": "https://pypi.org/simple/"}) is None
    assert b.mirror({"PIP_INDEX_URL": "https://m.example/simple"}) == "https://m.example/simple"
    assert b.mirror({"PIP_INDEX_URL": "https://a", "UV_DEFAULT_INDEX": "https://b"}) == "https://b"


def test_uv_stays_in_this_folder_and_fetches_no_python() -> None:
    env = b.environment({"VIRTUAL_ENV": "/elsewhere", "PYTHONPATH": "/x", "PIP_CERT": "/c.pem", "HOME": "/h"})
    assert env["VIRTUAL_ENV"] == env["UV_PROJECT_ENVIRONMENT"] == str(ROOT / ".venv")
    assert env["UV_PYTHON_DOWNLOADS"] == "never"
    assert env["SSL_CERT_FILE"] == env["NODE_EXTRA_CA_CERTS"] == "/c.pem"
    assert "PYTHONPATH" not in env
    assert env["HOME"] == "/h"
