"""The kit for a stick: what is in it, what its installer refuses; in `make soak` the whole of it, offline."""

from __future__ import annotations

import ensurepip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

import pytest

from scripts import kit
from scripts.kit import manuals
from seamline import texts
from tests.served import SECRET

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
    (folder / "MADE").write_text("2026-11-21\n", "ascii")
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    (folder / "wheels" / f"none-1-{tag}-{tag}-manylinux2014_x86_64.whl").write_bytes(b"")
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
    assert install(small, "--check").returncode == 0
    (small / "wheels" / "more.whl").write_bytes(b"")
    said = install(small, "--to", str(tmp_path / "x")).stderr
    assert "not in SHA256SUMS:" in said
    assert "\n  wheels/more.whl\n" in said
    (small / "wheels" / "more.whl").unlink()
    for name in ("start.sh", "start.cmd"):
        (small / name).write_bytes(b"#!/bin/sh\n")
    for words in (["--to", str(tmp_path / "x")], ["--check"]):
        done = install(small, *words)
        assert done.returncode == 1
        for line in ("Not as it was made", "ليس كما صُنع", "وەک خۆی نەماوە", "\n  start.cmd\n  start.sh\n"):
            assert line in done.stderr
    with pytest.raises(kit.CannotBuild, match=r"start\.cmd, start\.sh"):
        kit.verify(small, None)
    (small / "start.sh").unlink()
    said = install(small, "--to", str(tmp_path / "x")).stderr
    assert "Missing from the kit" in said
    assert "\n  start.sh\n" in said
    assert not (tmp_path / "x").exists()


def test_going_back_is_refused(small: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "VERSION").write_text("1.10.0\n", "ascii")
    done = install(small, "--to", str(tmp_path / "there"))
    assert done.returncode == 1
    for line in ("Version 1.10.0 is installed and this kit is 1.2.0", "الرجوع مرفوض", "ڕەت دەکرێتەوە"):
        assert line in done.stderr


def test_what_stands_in_the_way_is_said(small: Path, tmp_path: Path) -> None:
    """Nothing is left of an install that could not be."""
    wheel = next((small / "wheels").glob("*.whl"))
    other = wheel.rename(wheel.with_name(wheel.name.replace("cp3", "cp2")))
    kit._write_sums(small)
    assert "no wheels for Python" in install(small, "--to", str(tmp_path / "x")).stderr
    other.rename(wheel)
    script = small / "install.py"
    for change, said in (
        (("ROOM_MB = ", "ROOM_MB = 10**9 + "), "MB are free"),
        (("platform.machine()", "'riscv64'"), "this is riscv64"),
        (("WANTED = (", "WANTED = () or ((2, 7),) and ((9, 9),) or ("), "Seamline needs Python"),
    ):
        whole = (kit.FILES / "install.py").read_text("utf-8")
        script.write_text(whole.replace(*change), "utf-8")
        kit._write_sums(small)
        done = install(small, "--to", str(tmp_path / "x"))
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
        # Said three times over, since nobody has been asked for his language yet.
        assert len(done.stderr.splitlines()) == 3
    assert not (tmp_path / "x").exists()


def test_every_saying_is_in_three_languages() -> None:
    spec = importlib.util.spec_from_file_location("install", kit.FILES / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = set(re.findall(r'(?:Refused|_say)\(\s*"([a-z]+)"', (kit.FILES / "install.py").read_text("utf-8")))
    assert said == set(module.SAYINGS)
    for code, words in module.SAYINGS.items():
        assert len(set(words)) == 3, code
        assert len({tuple(sorted(re.findall(r"{.}", w))) for w in words}) == 1, code


@pytest.fixture
def two_kits(tmp_path: Path) -> tuple[Path, Path]:
    """Versions 1.1.0 and 1.2.0 of a program that only says its version; the installer is the true one."""
    bundled = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    made = []
    for version in ("1.1.0", "1.2.0"):
        folder = tmp_path / "the stick" / f"kit {version}"
        (folder / "wheels").mkdir(parents=True)
        shutil.copytree(kit.FILES, folder, dirs_exist_ok=True)
        shutil.copy(bundled, folder / "wheels" / bundled.name)
        tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
        with zipfile.ZipFile(folder / "wheels" / f"seamline-{version}-py3-none-any.whl", "w") as wheel:
            about = f"seamline-{version}.dist-info"
            wheel.writestr("seamline/__init__.py", "")
            wheel.writestr("seamline/__main__.py", f"import sys; print({version!r}, *sys.argv[1:], sep='|')")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: seamline\nVersion: {version}")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            names = "".join(f"{name},,\n" for name in [*wheel.namelist(), f"{about}/RECORD"])
            wheel.writestr(f"{about}/RECORD", names)
        (folder / "wheels" / f"other-1-{tag}-{tag}-manylinux2014_x86_64.whl").write_bytes(b"")
        (folder / "requirements.txt").write_text(f"seamline=={version}\n", "ascii")
        (folder / "MADE").write_text("2026-11-21\n", "ascii")
        (folder / "room").mkdir()
        (folder / "room" / "terms.json").write_text(version, "ascii")
        kit._write_sums(folder)
        made.append(folder)
    return made[0], made[1]


def test_upgrade_in_place_keeps_the_data_and_there_is_no_way_back(
    two_kits: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = two_kits
    home = tmp_path / "a home" / "seamline"
    start = home / "start.sh"

    def says(*words: str) -> str:
        return subprocess.run([str(start), *words], capture_output=True, text=True, check=True).stdout.strip()

    assert install(old, "--to", str(home)).returncode == 0
    assert says() == f"1.1.0|serve|{home}/node"
    assert says("setup") == f"1.1.0|setup|{home}/node|--samples|{home}/room"
    assert says("doctor") == "1.1.0|doctor"
    (home / "node").mkdir()
    (home / "node" / "node.toml").write_bytes(b"the room's own")
    assert says("doctor") == f"1.1.0|doctor|{home}/node"
    assert says("check", "a plan.geojson") == "1.1.0|check|a plan.geojson"
    program = (home / "current").read_text("ascii").strip()
    whole = (new / "wheels" / "seamline-1.2.0-py3-none-any.whl").read_bytes()
    (new / "wheels" / "seamline-1.2.0-py3-none-any.whl").write_bytes(b"no wheel")
    kit._write_sums(new)
    failed = install(new, "--to", str(home))
    assert (failed.returncode, "could not be installed" in failed.stderr) == (1, True)
    assert says() == f"1.1.0|serve|{home}/node", "an upgrade that fails leaves the old program as it was"
    assert [path.name for path in home.glob("program-*")] == [program]
    (new / "wheels" / "seamline-1.2.0-py3-none-any.whl").write_bytes(whole)
    kit._write_sums(new)
    assert install(new, "--to", str(home)).returncode == 0
    assert says() == f"1.2.0|serve|{home}/node"
    assert (home / "room" / "terms.json").read_text("ascii") == "1.2.0"
    assert (home / "node" / "node.toml").read_bytes() == b"the room's own"
    assert install(old, "--to", str(home)).returncode == 1
    assert says() == f"1.2.0|serve|{home}/node"


def test_start_files_for_windows_keep_every_path_in_quotes() -> None:
    """Nobody here has a Windows: what can be read from the files, at least."""
    for name in ("start.cmd", "install.cmd"):
        for line in (kit.FILES / name).read_text("utf-8").splitlines():
            if "%~dp0" in line and not line.startswith(("rem", "set /p")):
                assert re.search(r'"[^"]*%~dp0[^"]*"', line), line
                assert line.count('"') % 2 == 0, line


def test_the_guide_uses_the_words_that_are_on_the_screens() -> None:
    english, arabic, sorani = (kit.ROOT / "docs" / "kit.md").read_text("utf-8").split('<div dir="rtl"')
    for lang, part in zip(texts.LANGS, (english, arabic, sorani), strict=True):
        for key in ("ui.nav.new", "kind.activity", "value.activity_mode.undertaking", "ui.nav.gaps"):
            assert f"*{texts.text(lang, key)}*" in part, (lang, key)


def test_the_manuals_need_no_network_and_no_page_is_missing(tmp_path: Path) -> None:
    assert manuals.write(tmp_path) > 20
    for path in tmp_path.rglob("*.html"):
        page = path.read_text("utf-8")
        assert not re.findall(r'(?:src|<link[^>]*href)="https?:', page), path
        for where in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', page):
            if where.endswith(".html"):
                assert (path.parent / where).is_file(), f"{path.name} leads to {where}"
    guide = (tmp_path / "docs" / "kit.html").read_text("utf-8")
    for id in re.findall(r'href="#([^"]+)"', guide):
        assert f'id="{urllib.parse.unquote(id)}"' in guide


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


# The Python that the kit's reader has; a developer's own may lie where nobody else may look.
SYSTEM = Path("/usr/bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")


@pytest.mark.soak
@pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can take network and rights away")
@pytest.mark.skipif(not SYSTEM.exists(), reason="the system's own Python is of another version")
def test_from_the_stick_to_a_working_room_by_its_guide(tmp_path: Path) -> None:
    """As nobody, without network or compiler, from a folder with a space in its name; see walk.py."""
    kit.make(tmp_path / "kit", here=True, attempt=False, key=None)
    for parties, lang in (("isf", "1"), ("isf+ksf", "3")):
        words = [sys.executable, str(Path(__file__).with_name("walk.py")), str(tmp_path / "kit")]
        words += ["--python", str(SYSTEM), "--parties", parties, "--lang", lang]
        walked = subprocess.run(words, capture_output=True, text=True, check=False)
        assert walked.returncode == 0, walked.stdout + walked.stderr
        told = json.loads(walked.stdout)
        assert told["past_events"] == 2462
        assert told["gaps"]
        assert told.get("length_hours_then", 0) < told["length_hours"]
        print(told["seconds"])
