"""Install Seamline from this folder, with no network, compiler or administrator.

python3 install.py [--to DIR] [--signed-by FINGERPRINT]

Run it again from a newer kit to upgrade; nodes and their data are never touched. An older kit is refused.
Needs nothing but Python's standard library; plain enough for an old Python to say what is wrong.
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
from pathlib import Path

KIT = Path(__file__).resolve().parent
WANTED = ((3, 13), (3, 12), (3, 11))
WINDOWS = os.name == "nt"


def main() -> int:
    """Install, and return the exit code."""
    parser = argparse.ArgumentParser(description="Install Seamline from this folder.")
    parser.add_argument("--to", help="where to (default: the folder seamline in your home)")
    parser.add_argument("--signed-by", help="fingerprint, read out to you, of the key that signed the kit")
    given = parser.parse_args()
    if sys.version_info[:2] not in WANTED:
        return _elsewhere()
    where = Path(given.to).resolve() if given.to else _home()
    try:
        _check_sums()
        fresh = (KIT / "requirements.txt").read_text().strip().partition("==")[2]
        _check_upgrade(where, fresh)
        program = _install(where, fresh)
        if given.signed_by:
            _check_signature(program, given.signed_by)
        _switch(where, program, fresh)
    except (OSError, ValueError) as fault:
        print(f"install: {fault}", file=sys.stderr)
        return 1
    node = where / "node"
    start = where / ("start.cmd" if WINDOWS else "start.sh")
    print(f"Seamline {fresh} is in {where}.")
    print(f'Try it:           "{start}" demo')
    print(f'Make a node:      "{start}" node init "{node}" --name erbil --owner ksf')
    print(f'Run it:           "{start}"')
    return 0


def _home() -> Path:
    base = os.environ.get("LOCALAPPDATA") if WINDOWS else None
    return (Path(base) if base else Path.home()) / "seamline"


def _elsewhere() -> int:
    """Go on with a Python that fits, if there is one."""
    for major, minor in WANTED:
        words = ["py", f"-{major}.{minor}"] if WINDOWS else [f"python{major}.{minor}"]
        try:
            subprocess.run([*words, "-c", ""], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return subprocess.run([*words, str(KIT / "install.py"), *sys.argv[1:]], check=False).returncode
    found = ".".join(map(str, sys.version_info[:3]))
    print(f"Seamline needs Python 3.11, 3.12 or 3.13; this is {found}. See KIT.md.", file=sys.stderr)
    return 1


def _check_sums() -> None:
    """ValueError unless every file of the kit is as it was made: against accident, not malice."""
    lines = (KIT / "SHA256SUMS").read_text("utf-8").splitlines()
    said = {line[66:]: line[:64] for line in lines}
    for name, digest in sorted(said.items()):
        path = KIT / name
        if not path.is_file():
            raise ValueError(f"{name} is missing from the kit; copy the stick again")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise ValueError(f"{name} is not as it was made; copy the stick again")
    extra = {p.relative_to(KIT).as_posix() for p in (KIT / "wheels").iterdir()} - said.keys()
    if extra:
        raise ValueError(f"{min(extra)} is in the kit and not in SHA256SUMS")


def _check_upgrade(where: Path, fresh: str) -> None:
    """ValueError for an older kit than what is installed: it may not know what that has written."""
    try:
        there = (where / "VERSION").read_text().strip()
    except OSError:
        return
    if _order(there) > _order(fresh):
        raise ValueError(f"version {there} is installed and this kit is {fresh}: going back is refused")


def _order(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", version)]


def _install(where: Path, fresh: str) -> Path:
    """A virtual environment of its own beside the one in use; a cut-off install leaves that as it was."""
    where.mkdir(parents=True, exist_ok=True)
    program = Path(tempfile.mkdtemp(prefix=f"program-{fresh}-", dir=where))
    pip = next((KIT / "wheels").glob("pip-*.whl"))
    # Without pip: Debian splits it off; the kit's own runs straight from its wheel.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(program)], check=True)
    words = [str(_python(program)), str(pip / "pip"), "install", "--quiet", "--no-index", "--no-cache-dir"]
    words += ["--disable-pip-version-check", "--only-binary=:all:", "--find-links", str(KIT / "wheels")]
    done = subprocess.run([*words, "-r", str(KIT / "requirements.txt")], check=False)
    if done.returncode:
        shutil.rmtree(program, ignore_errors=True)
        raise ValueError(
            "the packages could not be installed (see above); KIT.md says for which machines it is"
        )
    return program


def _python(program: Path) -> Path:
    return program / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _check_signature(program: Path, fingerprint: str) -> None:
    """By the library just installed: finds a kit signed by another key, if this script is the true one."""
    script = (
        "import hashlib, sys; from pathlib import Path;"
        "from cryptography.hazmat.primitives.serialization import *;"
        "kit = Path(sys.argv[1]); key = load_pem_public_key((kit / 'kit-key.pem').read_bytes());"
        "raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw);"
        "assert hashlib.sha256(raw).hexdigest()[:32] == sys.argv[2];"
        "key.verify((kit / 'SHA256SUMS.sig').read_bytes(), (kit / 'SHA256SUMS').read_bytes())"
    )
    asked = fingerprint.replace(" ", "").lower()
    done = subprocess.run(
        [str(_python(program)), "-c", script, str(KIT), asked], capture_output=True, check=False
    )
    if done.returncode:
        shutil.rmtree(program, ignore_errors=True)
        raise ValueError("this kit was not signed with that key; nothing was installed")


def _switch(where: Path, program: Path, fresh: str) -> None:
    """From here on the new program is the one that starts; others go, as far as nobody runs them."""
    for name in ("start.sh", "start.cmd"):
        shutil.copy(KIT / name, where / name)
    (where / "start.sh").chmod(0o755)
    (where / "VERSION").write_text(fresh + "\n")
    current = where / "current.new"
    current.write_text(program.name + "\n")
    current.replace(where / "current")
    for other in where.glob("program-*"):
        if other != program:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
