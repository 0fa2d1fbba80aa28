"""Make dist/kit/: a folder for a stick that installs and runs Seamline with no network (docs/kit.md).

python scripts/kit.py [--out DIR] [--here] [--try] [--key FILE] [--with FILE]   make it
python scripts/kit.py new-key FILE                                 a key that signs kits, sealed
python scripts/kit.py verify DIR --signed-by FINGERPRINT           checksums and signature

--here: only this machine's platform and this Python. --try: install it with every Python 3.11 to 3.13 found
here, and say so in KIT.md. --key: sign; its passphrase is asked for, or SEAMLINE_PASSPHRASE. --with: take
FILE along in the folder python/, such as the installer from python.org for Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker

# The scripts import each other by name; tests import this one as scripts.kit.
sys.path.insert(0, str(Path(__file__).resolve().parent))
import manuals

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "scripts" / "kit_files"
PYTHONS = ("3.11", "3.12", "3.13")
# pip itself, so that a Debian without python3-venv can install: its hash as PyPI publishes it.
PIP = "pip==26.3 --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PURPOSE = "kit"


class Target(NamedTuple):
    """What a machine is called: by people, in wheels, and in markers (PEP 508)."""

    name: str
    tags: tuple[str, ...]
    markers: dict[str, str]


LINUX = Target(
    "Linux x86-64 (glibc 2.31 or newer: Debian 11, Ubuntu 20.04)",
    (*(f"manylinux_2_{n}_x86_64" for n in range(31, 4, -1)), "manylinux2014_x86_64", "manylinux1_x86_64"),
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
)
WINDOWS = Target(
    "Windows 10 or newer, x86-64",
    ("win_amd64",),
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
)


class CannotBuild(Exception):
    """What stands in the way."""


def main(words: list[str]) -> int:
    """Do what the words say, and return the exit code."""
    parser = argparse.ArgumentParser(description="Make a kit for a stick.")
    parser.add_argument("act", nargs="?", default="make", choices=("make", "new-key", "verify"))
    parser.add_argument("path", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "kit")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--try", dest="attempt", action="store_true")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--with", dest="along", type=Path, action="append", default=[])
    parser.add_argument("--signed-by")
    given = parser.parse_args(words)
    try:
        if given.act == "make":
            make(given.out, here=given.here, attempt=given.attempt, key=given.key, along=given.along)
        elif given.path is None:
            parser.error(f"{given.act} needs a path")
        elif given.act == "new-key":
            print(f"{given.path}: kits signed with it bear the fingerprint {new_key(given.path)}")
        else:
            verify(given.path, given.signed_by)
            print(
                "every file is as it was made" + (f", signed by {given.signed_by}" if given.signed_by else "")
            )
    except CannotBuild as reason:
        print(f"kit: {reason}", file=sys.stderr)
        return 1
    return 0


def make(out: Path, *, here: bool, attempt: bool, key: Path | None, along: Sequence[Path] = ()) -> None:
    """The whole kit, in place of an older one. Raises CannotBuild."""
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "wheels").mkdir(parents=True)
    targets = [WINDOWS if os.name == "nt" else LINUX] if here else [LINUX, WINDOWS]
    pythons = [f"{sys.version_info[0]}.{sys.version_info[1]}"] if here else list(PYTHONS)
    _own_wheel(fresh / "wheels")
    locked = _run([_tool("uv"), "export", *_EXPORT], cwd=ROOT)
    for target in targets:
        for python in pythons:
            print(f"fetching wheels: {target.name}, Python {python}", flush=True)
            _fetch(requirements(locked, target, python), target, python, fresh / "wheels")
    _lay_out(fresh, along)
    tried = _try_all(fresh) if attempt else {}
    text = _kit_page(targets, pythons, tried, signed=key is not None, along=along)
    (fresh / "KIT.md").write_text(text, "utf-8")
    _write_sums(fresh)
    if key is not None:
        _sign(fresh, key)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"{out}: {size >> 20} MB, {len(list((out / 'wheels').iterdir()))} wheels")


def _lay_out(kit: Path, along: Sequence[Path]) -> None:
    """Everything but wheels, KIT.md, checksums and signature."""
    for path in sorted(FILES.iterdir()):
        if path.is_file():
            shutil.copy(path, kit / path.name)
    (kit / "requirements.txt").write_text(f"seamline=={version()}\n", "ascii")
    (kit / "MADE").write_text(time.strftime("%Y-%m-%d\n", time.gmtime()), "ascii")
    shutil.copytree(ROOT / "examples" / "room", kit / "room")
    manuals.write(kit / "manual")
    guide = (ROOT / "docs" / "kit.md").read_text("utf-8")
    (kit / "START.html").write_text(manuals.page(*manuals.render(guide), "manual/index.html"), "utf-8")
    shutil.copy(ROOT / "docs" / "kit.md", kit / "START.md")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, kit / name)
    for path in along:
        (kit / "python").mkdir(exist_ok=True)
        shutil.copy(path, kit / "python" / path.name)


def version() -> str:
    """The version in the tree."""
    text = (ROOT / "seamline/__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None:
        raise CannotBuild("seamline/__init__.py names no __version__")
    return found[1]


# ---------------------------------------------------------------- wheels

_EXPORT = ("--frozen", "--no-dev", "--no-emit-project", "--format", "requirements-txt", "--quiet")


def requirements(locked: str, target: Target, python: str) -> list[str]:
    """The lines of a uv export that hold for a target: pip would ask the machine it runs on instead."""
    environment = {
        **target.markers,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    lines = re.sub(r" *#.*", "", locked.replace("\\\n", " ")).splitlines()
    kept = []
    for line in filter(None, map(str.strip, lines)):
        what, _, hashes = line.partition(" --hash")
        name, _, marker = what.partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(environment):
            kept.append(f"{name.strip()} --hash{hashes}")
    return kept


def _fetch(wanted: list[str], target: Target, python: str, to: Path) -> None:
    plain = python.replace(".", "")
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "requirements.txt")
        listed.write_text("\n".join([*wanted, PIP]) + "\n", "ascii")
        words = [*_pip(), "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
        words += ["--dest", str(to), "--requirement", str(listed), "--python-version", python]
        words += ["--implementation", "cp", "--abi", f"cp{plain}", "--abi", "abi3", "--abi", "none"]
        for tag in target.tags:
            words += ["--platform", tag]
        _run(words)


def _own_wheel(to: Path) -> None:
    """With the screens in it: the build hook makes them when they are stale."""
    _run([_tool("uv"), "build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", str(to)], cwd=ROOT)
    (to / ".gitignore").unlink(missing_ok=True)
    with zipfile.ZipFile(next(to.glob("seamline-*.whl"))) as wheel:
        lacking = sorted(_in_package() - set(wheel.namelist()))
    if lacking:
        raise CannotBuild(f"the wheel lacks {len(lacking)} files of the tree: {', '.join(lacking[:5])}")


def _in_package() -> set[str]:
    """What the installed program reads: its modules, texts, screens, and the map with its tiles."""
    paths = (p for p in (ROOT / "seamline").rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    found = {p.relative_to(ROOT).as_posix() for p in paths if not p.name.startswith(".")}
    needed = {"seamline/web/static/index.html", "seamline/web/layers/data/manifest.json"}
    if needed - found:
        raise CannotBuild(f"not in the tree: {', '.join(sorted(needed - found))}; run make ui")
    return found


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / (f"{name}.exe" if os.name == "nt" else name))


def _pip() -> list[str]:
    """uv's environments have no pip: that of the Python below it."""
    return [getattr(sys, "_base_executable", sys.executable), "-m", "pip"]


def _run(words: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(words[:5])} …: {done.stderr.strip()[-2000:]}")
    return done.stdout


# ---------------------------------------------------------------- what is said of it


def _try_all(kit: Path) -> dict[str, str]:
    """Install with each Python found, and start the program; version → what became of it."""
    _write_sums(kit)
    found = {}
    for python in PYTHONS:
        path = shutil.which(f"python{python}")
        # pyenv puts names on PATH that answer for no Python.
        if path is None or subprocess.run([path, "-V"], capture_output=True, check=False).returncode:
            continue
        print(f"trying Python {python}", flush=True)
        with tempfile.TemporaryDirectory() as home:
            where = Path(home, "seamline")
            _run([path, str(kit / "install.py"), "--to", str(where)])
            start = where / ("start.cmd" if os.name == "nt" else "start.sh")
            found[python] = _run([str(start), "--version"]).strip()
    (kit / "SHA256SUMS").unlink()
    return found


def _kit_page(
    targets: list[Target],
    pythons: list[str],
    tried: dict[str, str],
    *,
    signed: bool,
    along: Sequence[Path],
) -> str:
    here = WINDOWS if os.name == "nt" else LINUX
    lines = [
        f"# Seamline {version()}: what is on this stick",
        "",
        "| machine | Python | state |",
        "|---|---|---|",
    ]
    for target in targets:
        for python in pythons:
            ran = target is here and python in tried
            state = "installed and started when it was made" if ran else "built only, not run"
            lines.append(f"| {target.name} | {python} | {state} |")
    how = (
        "SHA256SUMS is signed: see START.md."
        if signed
        else "This kit is not signed: SHA256SUMS guards against accident only."
    )
    lines += [
        "",
        how,
        "",
        *_python_page(along),
        "",
    ]
    return "\n".join(lines)


def _python_page(along: Sequence[Path]) -> list[str]:
    here = ", ".join(f"python/{path.name}" for path in along)
    return [
        f"Python itself: {here}." if along else "Python itself is not on this stick.",
        "Debian 12 and 13, Ubuntu 24.04 and newer have one that fits; python3-venv and pip are not needed.",
        "Debian 11 and Ubuntu 22.04 have an older one. Windows has none: bring the installer from python.org",
        "on the stick (64 bit, 3.11 to 3.13; “for this user only” needs no administrator).",
    ]


# ---------------------------------------------------------------- checksums and signature


def _write_sums(kit: Path) -> None:
    paths = sorted(p.relative_to(kit).as_posix() for p in kit.rglob("*") if p.is_file())
    lines = [f"{_sha256(kit / p)}  {p}\n" for p in paths if not p.startswith(("SHA256SUMS", "kit-key"))]
    (kit / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_key(path: Path) -> str:
    """A new key, sealed under a passphrase; its fingerprint."""
    from seamline.cli.say import passphrase
    from seamline.log.keys import SigningKey
    from seamline.store import keyfile

    seed = os.urandom(32)
    keyfile.seal_file(path, passphrase(None, "the key that signs kits", new=True), seed, PURPOSE)
    return SigningKey(seed).fingerprint


def _sign(kit: Path, key: Path) -> None:
    """SHA256SUMS.sig, a bare Ed25519 signature, and kit-key.pem, so that openssl can check it as well."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from seamline.cli.say import passphrase
    from seamline.log.keys import SigningKey
    from seamline.store import keyfile

    signer = SigningKey(keyfile.open_file(key, passphrase(None, str(key)), PURPOSE))
    (kit / "SHA256SUMS.sig").write_bytes(signer.sign((kit / "SHA256SUMS").read_bytes()))
    public = Ed25519PublicKey.from_public_bytes(signer.public)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (kit / "kit-key.pem").write_bytes(pem)
    print(f"signed by {signer.fingerprint}")


def verify(kit: Path, signed_by: str | None) -> None:
    """CannotBuild unless every file, and no other, is as SHA256SUMS says, and that key signed it."""
    sums = kit / "SHA256SUMS"
    said = {line[66:]: line[:64] for line in sums.read_text("utf-8").splitlines()}
    there = {p.relative_to(kit).as_posix() for p in kit.rglob("*") if p.is_file()}
    there = {p for p in there if not p.startswith(("SHA256SUMS", "kit-key"))}
    wrong = sorted(p for p in there | said.keys() if p not in there or _sha256(kit / p) != said.get(p))
    if wrong:
        raise CannotBuild(f"not as it was made: {', '.join(wrong)}")
    if signed_by is None:
        return
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    try:
        public = load_pem_public_key((kit / "kit-key.pem").read_bytes())
        if not isinstance(public, Ed25519PublicKey):
            raise CannotBuild("kit-key.pem is no Ed25519 key")
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        if hashlib.sha256(raw).hexdigest()[:32] != signed_by.replace(" ", "").lower():
            raise CannotBuild("it was signed with another key")
        public.verify((kit / "SHA256SUMS.sig").read_bytes(), sums.read_bytes())
    except (OSError, ValueError, InvalidSignature):
        raise CannotBuild("the signature is missing or wrong") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
