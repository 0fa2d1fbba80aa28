"""Install Seamline from this folder, with no network, compiler or administrator.

python3 install.py [--to DIR] [--signed-by FINGERPRINT] [--check]

Run it again from a newer kit to upgrade; nodes and their data are never touched. An older kit is refused.
Needs nothing but Python's standard library; plain enough for an old Python to say what is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KIT = Path(__file__).resolve().parent
WANTED = ((3, 13), (3, 12), (3, 11))
WINDOWS = os.name == "nt"
ROOM_MB = 700
SHOWN = 20

# Nobody has been asked for his language yet: what goes wrong is said in all three.
SAYINGS = {
    "python": (
        "Seamline needs Python 3.11, 3.12 or 3.13 (64 bit); this is {0}. See KIT.md.",
        "يحتاج سيملاين إلى بايثون 3.11 أو 3.12 أو 3.13 (64 بت)؛ وهذا {0}. انظر KIT.md.",
        "سیملاین پێویستی بە پایسۆن 3.11، 3.12 یان 3.13 (64 بیت)ە؛ ئەمە {0}ە. بڕوانە KIT.md.",
    ),
    "machine": (
        "This kit is for x86-64 machines; this is {0}.",
        "هذه الحزمة لأجهزة x86-64؛ وهذا {0}.",
        "ئەم کیتە بۆ ئامێری x86-64ە؛ ئەمە {0}ە.",
    ),
    "wheels": (
        "This kit has no wheels for Python {0} on this machine; KIT.md says for which it has.",
        "لا تضم هذه الحزمة ملفات لبايثون {0} على هذا الجهاز؛ ويذكر KIT.md ما تضمه.",
        "ئەم کیتە بۆ پایسۆن {0} لەسەر ئەم ئامێرە هیچی تێدا نییە؛ KIT.md دەڵێت بۆ کامانەی هەیە.",
    ),
    "missing": (
        "Missing from the kit; copy the stick again:",
        "ناقص من الحزمة؛ انسخ القرص مرة أخرى:",
        "لە کیتەکەدا نییە؛ فلاشەکە دووبارە کۆپی بکە:",
    ),
    "changed": (
        "Not as it was made; copy the stick again:",
        "ليس كما صُنع؛ انسخ القرص مرة أخرى:",
        "وەک خۆی نەماوە؛ فلاشەکە دووبارە کۆپی بکە:",
    ),
    "extra": (
        "In the kit and not in SHA256SUMS:",
        "موجود في الحزمة وليس في SHA256SUMS:",
        "لە کیتەکەدایە و لە SHA256SUMSدا نییە:",
    ),
    "older": (
        "Version {0} is installed and this kit is {1}: going back is refused. Nothing was changed.",
        "النسخة {0} مثبّتة وهذه الحزمة {1}: الرجوع مرفوض. لم يتغيّر شيء.",
        "وەشانی {0} دامەزراوە و ئەم کیتە {1}ە: گەڕانەوە ڕەت دەکرێتەوە. هیچ نەگۆڕا.",
    ),
    "disk": (
        "Only {0} MB are free on the disk of {1}; {2} are needed. Nothing was changed.",
        "المتاح على قرص {1} هو {0} م.ب فقط؛ والمطلوب {2}. لم يتغيّر شيء.",
        "تەنیا {0} مێگابایت لەسەر دیسکی {1} ماوە؛ {2} پێویستە. هیچ نەگۆڕا.",
    ),
    "venv": (
        "This Python lacks the module venv: Debian has it in libpython3-stdlib or python3-venv.",
        "ينقص هذا البايثون وحدة venv؛ وهي في libpython3-stdlib أو python3-venv.",
        "ئەم پایسۆنە مۆدیولی venvی نییە؛ لە دێبیان و ئوبونتو لە libpython3-stdlib یان python3-venvدایە.",
    ),
    "packages": (
        "The packages could not be installed (see above; KIT.md: for which machines). Nothing was changed.",
        "تعذّر تثبيت الحزم (انظر أعلاه)؛ يذكر KIT.md لأي أجهزة هي. لم يتغيّر شيء.",
        "پاکێجەکان دانەمەزران (بڕوانە سەرەوە)؛ KIT.md دەڵێت بۆ کام ئامێرانەیە. هیچ نەگۆڕا.",
    ),
    "signature": (
        "This kit was not signed with that key. Nothing was installed.",
        "لم توقَّع هذه الحزمة بذلك المفتاح. لم يُثبَّت شيء.",
        "ئەم کیتە بەو کلیلە واژۆ نەکراوە. هیچ دانەمەزرا.",
    ),
    "clock": (
        "The clock of this machine shows {0}, before this kit was made ({1}): set it.",
        "ساعة هذا الجهاز {0}، أي قبل صنع هذه الحزمة ({1}): اضبطها.",
        "کاتژمێری ئەم ئامێرە {0} نیشان دەدات، پێش دروستکردنی ئەم کیتە ({1}): ڕێکی بخە.",
    ),
    "sound": (
        "Every file is as it was made.",
        "كل ملف كما صُنع.",
        "هەموو فایلێک وەک خۆیەتی.",
    ),
}


class Refused(Exception):
    """What stands in the way: a code of SAYINGS, and names of files to list."""

    def __init__(self, code: str, *values: object, files: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.values, self.files = code, values, files


def main() -> int:
    """Install, and return the exit code."""
    parser = argparse.ArgumentParser(description="Install Seamline from this folder.")
    parser.add_argument("--to", help="where to (default: the folder seamline in your home)")
    parser.add_argument("--signed-by", help="fingerprint, read out to you, of the key that signed the kit")
    parser.add_argument("--check", action="store_true", help="only compare every file with SHA256SUMS")
    given = parser.parse_args()
    _speak_utf8()
    where = Path(given.to).resolve() if given.to else _home()
    try:
        _check_sums()
        if given.check:
            _say("sound")
            return 0
        if sys.version_info[:2] not in WANTED or sys.maxsize < 2**32:
            return _elsewhere()
        fresh = (KIT / "requirements.txt").read_text().strip().partition("==")[2]
        _check_machine(where)
        _check_upgrade(where, fresh)
        program = _install(where, fresh)
        if given.signed_by:
            _check_signature(program, given.signed_by)
        _switch(where, program, fresh)
    except Refused as reason:
        _say(reason.code, *reason.values, fault=True)
        for name in reason.files[:SHOWN]:
            print(f"  {name}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"install: {fault}", file=sys.stderr)
        return 1
    start = where / ("start.cmd" if WINDOWS else "start.sh")
    print(f"Seamline {fresh}: {where}")
    if (where / "node" / "node.toml").exists():
        print(f'Run it · التشغيل · کارپێکردن:    "{start}"')
    else:
        print(f'Set up a room · إنشاء غرفة · دروستکردنی ژوور:    "{start}" setup')
        print(f'Look around · للتجربة · تاقیکردنەوە:    "{start}" demo')
    return 0


def _say(code: str, *values: object, fault: bool = False) -> None:
    for text in SAYINGS[code]:
        print(text.format(*values), file=sys.stderr if fault else sys.stdout)


def _speak_utf8() -> None:
    """A terminal that lacks a letter still gets the rest of the line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


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
    bits = "" if sys.maxsize > 2**32 else ", 32 bit"
    raise Refused("python", platform.python_version() + bits)


# ---------------------------------------------------------------- what stands in the way


def _check_sums() -> None:
    """Refused unless every file of the kit is as it was made: against accident, not malice. Names all."""
    lines = (KIT / "SHA256SUMS").read_text("utf-8").splitlines()
    said = {line[66:]: line[:64] for line in lines}
    missing = tuple(name for name in sorted(said) if not (KIT / name).is_file())
    if missing:
        raise Refused("missing", files=missing)
    changed = tuple(name for name, digest in sorted(said.items()) if _sha256(KIT / name) != digest)
    if changed:
        raise Refused("changed", files=changed)
    there = {p.relative_to(KIT).as_posix() for p in (KIT / "wheels").iterdir()}
    if there - said.keys():
        raise Refused("extra", files=tuple(sorted(there - said.keys())))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def _check_machine(where: Path) -> None:
    if platform.machine().lower() not in ("x86_64", "amd64"):
        raise Refused("machine", platform.machine())
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}-"
    system = "win_amd64" if WINDOWS else "manylinux"
    if not any(tag in p.name and system in p.name for p in (KIT / "wheels").glob("*.whl")):
        raise Refused("wheels", "{}.{}".format(*sys.version_info))
    above = next(folder for folder in (where, *where.parents) if folder.is_dir())
    free = shutil.disk_usage(above).free >> 20
    if free < ROOM_MB:
        raise Refused("disk", free, above, ROOM_MB)
    made = (KIT / "MADE").read_text("ascii").strip()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    if today < made:
        # It installs all the same: a clock can be set later, and this is the only stick.
        _say("clock", today, made)


def _check_upgrade(where: Path, fresh: str) -> None:
    """Refused for an older kit than what is installed: it may not know what that has written."""
    try:
        there = (where / "VERSION").read_text().strip()
    except OSError:
        return
    if _order(there) > _order(fresh):
        raise Refused("older", there, fresh)


def _order(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", version)]


# ---------------------------------------------------------------- installing


def _install(where: Path, fresh: str) -> Path:
    """A virtual environment of its own beside the one in use; a cut-off install leaves that as it was."""
    where.mkdir(parents=True, exist_ok=True)
    program = Path(tempfile.mkdtemp(prefix=f"program-{fresh}-", dir=where))
    pip = next((KIT / "wheels").glob("pip-*.whl"))
    # Without pip: Debian splits it off; the kit's own runs straight from its wheel.
    made = subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(program)], check=False)
    if made.returncode or not _python(program).exists():
        shutil.rmtree(program, ignore_errors=True)
        raise Refused("venv")
    words = [str(_python(program)), str(pip / "pip"), "install", "--quiet", "--no-index", "--no-cache-dir"]
    words += ["--disable-pip-version-check", "--only-binary=:all:", "--find-links", str(KIT / "wheels")]
    done = subprocess.run([*words, "-r", str(KIT / "requirements.txt")], check=False)
    if done.returncode:
        shutil.rmtree(program, ignore_errors=True)
        raise Refused("packages")
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
        raise Refused("signature")


def _switch(where: Path, program: Path, fresh: str) -> None:
    """From here on the new program is the one that starts; others go, as far as nobody runs them."""
    for name in ("start.sh", "start.cmd"):
        shutil.copy(KIT / name, where / name)
    (where / "start.sh").chmod(0o755)
    for name in ("room", "manual"):
        shutil.rmtree(where / name, ignore_errors=True)
        if (KIT / name).is_dir():
            shutil.copytree(KIT / name, where / name)
    (where / "VERSION").write_text(fresh + "\n")
    current = where / "current.new"
    current.write_text(program.name + "\n")
    current.replace(where / "current")
    for other in where.glob("program-*"):
        if other != program:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
