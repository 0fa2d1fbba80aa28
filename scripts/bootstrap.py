"""Make or refresh .venv from uv.lock, with nothing but Python's standard library to begin with.

Called by the Makefile before anything else, on Python 3.11 or newer. uv itself is pinned in uv.lock like
every other package: it comes by pip where this Python can make a virtual environment, else straight from
the locked address; from then on it lives in .venv. Where the machine names a package index of its own
(UV_DEFAULT_INDEX, UV_INDEX_URL, PIP_INDEX_URL), everything comes from there, held to the same hashes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MADE_AT = VENV / "made-at"  # scripts in a virtual environment carry its path
PYPI = "https://pypi.org/simple"


class Wheel(NamedTuple):
    """One file of uv.lock."""

    url: str
    sha256: str

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[1]


class CannotSetUp(Exception):
    """What stands in the way, and what to do about it."""


def main() -> int:
    """Set up and return the exit code."""
    try:
        _check_existing()
        with tempfile.TemporaryDirectory(prefix="seamline-") as folder:
            _sync(_find_uv(Path(folder)))
        MADE_AT.write_text(str(ROOT), "utf-8")
    except CannotSetUp as reason:
        print(f"set-up failed: {reason}", file=sys.stderr)
        return 1
    return 0


# ---------------------------------------------------------------- which uv


def _find_uv(folder: Path) -> Path:
    """uv of the version that the lock names: the one in .venv, else a fresh one in folder."""
    version, wheels = locked_uv((ROOT / "uv.lock").read_bytes())
    own = VENV / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    if own.exists() and version in _output([str(own), "--version"]).split():
        return own
    print(f"fetching uv {version}", flush=True)
    tags = platform_tags()
    wheel = choose(wheels, tags)
    if wheel is None:
        raise CannotSetUp(f"uv has no build for this machine ({', '.join(tags)}); see docs/dependencies.md")
    path = _by_pip(version, wheel, folder) or _by_hand(wheel, folder)
    return _unpack(path, folder)


def locked_uv(lock: bytes) -> tuple[str, list[Wheel]]:
    """Version and wheels of the package uv in a uv.lock."""
    for package in tomllib.loads(lock.decode())["package"]:
        if package["name"] == "uv":
            wheels = [Wheel(w["url"], w["hash"].removeprefix("sha256:")) for w in package["wheels"]]
            return package["version"], wheels
    raise CannotSetUp("uv.lock does not name uv; it is a development dependency in pyproject.toml")


def platform_tags() -> list[str]:
    """How a wheel for this machine may be marked, best first."""
    name = sysconfig.get_platform().replace("-", "_")
    if name.startswith("linux"):
        return ["manylinux", "musllinux"] if platform.libc_ver()[0] == "glibc" else ["musllinux"]
    return ["macosx"] if name.startswith("macosx") else [name]


def choose(wheels: Sequence[Wheel], tags: Sequence[str], machine: str | None = None) -> Wheel | None:
    """The first wheel whose file name carries the best tag and this machine's architecture."""
    machine = (machine or platform.machine()).lower()
    same = {"amd64": ("amd64", "x86_64"), "x86_64": ("x86_64", "amd64"), "arm64": ("arm64", "aarch64")}
    architectures = same.get(machine, (machine,))
    for tag in tags:
        for wheel in wheels:
            if tag in wheel.name and any(wheel.name.endswith(f"_{a}.whl") for a in architectures):
                return wheel
    return None


# ---------------------------------------------------------------- fetching it


def _by_pip(version: str, wheel: Wheel, folder: Path) -> Path | None:
    """By pip, which knows this machine's index, proxy and certificates; None where pip cannot be had."""
    if importlib.util.find_spec("ensurepip") is None:
        return None  # Debian without python3-venv
    venv = folder / "pip"
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, check=False)
    if made.returncode:
        return None
    wanted = folder / "uv.txt"
    wanted.write_text(f"uv=={version} --hash=sha256:{wheel.sha256}\n", "utf-8")
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    words = ["download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--quiet"]
    got = subprocess.run(
        [str(python), "-m", "pip", *words, "-r", str(wanted), "-d", str(folder)], check=False
    ).returncode
    path = folder / wheel.name
    return path if got == 0 and path.exists() else None


def _by_hand(wheel: Wheel, folder: Path) -> Path:
    context = ssl.create_default_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR
    for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE"):
        if os.environ.get(name) and Path(os.environ[name]).is_file():
            context.load_verify_locations(os.environ[name])
    try:
        with urllib.request.urlopen(wheel.url, context=context, timeout=120) as answer:
            data = answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise CannotSetUp(
            f"{wheel.url} cannot be reached ({error}). The first set-up needs the network to PyPI and npm, "
            "or a mirror named in PIP_INDEX_URL. Behind a proxy set HTTPS_PROXY; with certificates of "
            "your own, SSL_CERT_FILE."
        ) from error
    if hashlib.sha256(data).hexdigest() != wheel.sha256:
        raise CannotSetUp(f"{wheel.url} is not the file that uv.lock names: something changed it on the way")
    path = folder / wheel.name
    path.write_bytes(data)
    return path


def _unpack(wheel: Path, folder: Path) -> Path:
    name = "uv.exe" if os.name == "nt" else "uv"
    with zipfile.ZipFile(wheel) as archive:
        member = next(m for m in archive.namelist() if m.endswith(f"/scripts/{name}"))
        path = folder / name
        path.write_bytes(archive.read(member))
    path.chmod(0o755)
    return path


# ---------------------------------------------------------------- the environment


def _check_existing() -> None:
    """A .venv whose Python is gone, or that was moved with this folder, is made again: it cannot run."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    moved = MADE_AT.exists() and MADE_AT.read_text("utf-8") != str(ROOT)
    if VENV.exists() and (moved or not _output([str(python), "--version"])):
        print(f"{VENV.name} does not run here any more: making it again", flush=True)
        shutil.rmtree(VENV)


def _sync(uv: Path) -> None:
    """uv.lock, exactly. Where the front end's bundle is missing, the package is built again."""
    env = environment(os.environ)
    again = ["--reinstall-package", "seamline"] if _bundle_missing() else []
    index = mirror(os.environ)
    if index is None:
        # A .venv that exists keeps its Python; a new one is made with ours, never with a downloaded one.
        python = [] if VENV.exists() else ["--python", sys.executable]
        _run([str(uv), "sync", "--frozen", *again, *python], env)
        return
    if not VENV.exists():
        _run([str(uv), "venv", "--quiet", "--python", sys.executable, str(VENV)], env)
    with tempfile.TemporaryDirectory(prefix="seamline-") as folder:
        wanted = Path(folder, "requirements.txt")
        wanted.write_text(
            _output([str(uv), "export", "--frozen", "--quiet", "--no-emit-project"], env), "utf-8"
        )
        env["UV_DEFAULT_INDEX"] = index
        _run([str(uv), "pip", "install", "--require-hashes", "-r", str(wanted)], env)
        _run([str(uv), "pip", "install", "--no-deps", *again, "--editable", "."], env)


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The caller's, without what would send uv elsewhere than to this folder's .venv."""
    elsewhere = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX")
    kept = {k: v for k, v in env.items() if k not in elsewhere}
    kept |= {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV), "VIRTUAL_ENV": str(VENV)}
    certificates = env.get("PIP_CERT") or env.get("REQUESTS_CA_BUNDLE")
    if certificates and "SSL_CERT_FILE" not in env:
        kept["SSL_CERT_FILE"] = certificates
    if "SSL_CERT_FILE" in kept:
        kept.setdefault("NODE_EXTRA_CA_CERTS", kept["SSL_CERT_FILE"])  # npm reads no other
    kept.setdefault("UV_HTTP_TIMEOUT", "180")
    kept.setdefault("UV_LINK_MODE", "copy")  # the cache is often on another file system
    return kept


def mirror(env: Mapping[str, str]) -> str | None:
    """The package index this machine wants used instead of PyPI, if it names one."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        address = env.get(name, "").rstrip("/")
        if address and address != PYPI:
            return address
    return None


def _bundle_missing() -> bool:
    """Whether somebody removed the bundle; that it is only old, uv sees by its cache-keys."""
    return (ROOT / "ui/package.json").exists() and not (ROOT / "seamline/web/static/.stamp").exists()


def _run(words: Sequence[str], env: Mapping[str, str]) -> None:
    if subprocess.run(words, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode:
        raise CannotSetUp(
            f"`{Path(words[0]).name} {' '.join(words[1:])}` did not end well; its own words are above. "
            "Without a network this works only once everything is in the cache."
        )


def _output(words: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """What a command prints; nothing if it cannot be run."""
    try:
        return subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
