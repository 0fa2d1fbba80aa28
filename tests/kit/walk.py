"""Walk through the guide of a kit as its reader does, with no network, rights or compiler; how long it took.

python tests/kit/walk.py KIT [--python /usr/bin/python3] [--work DIR] [--parties isf+ksf] [--lang 1|2|3]

Needs `unshare`, `setpriv` and the rights to use them. Each step is one of docs/kit.md; nothing else is done.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

NOBODY = 65_534
SECRETS = {
    "node": "four random words here",
    "party": "another four good words",
    "officer": "seven tall grey herons",
}
TOOLS = ("sh", "cat", "dirname", "rm", "mkdir", "env", "uname")


def main(words: list[str]) -> int:
    """Go into the empty network first, then walk."""
    parser = argparse.ArgumentParser(description="Walk through a kit's guide.")
    parser.add_argument("kit", type=Path)
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--parties", default="isf")
    parser.add_argument("--lang", default="1")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.inside:
        report = walk(given.work, given.parties, given.lang)
        print(json.dumps(report))
        return 0
    work = Path(tempfile.mkdtemp(prefix="seamline walk ", dir=given.work))
    try:
        return _in_an_empty_network(given, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _in_an_empty_network(given: argparse.Namespace, work: Path) -> int:
    """As nobody, with a home of his own, a PATH of half a dozen tools, and no way out but loopback."""
    for name in ("home", "bin"):
        (work / name).mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (work / "bin" / tool).symlink_to(found)
    (work / "bin" / "python3").symlink_to(given.python)
    began = time.monotonic()
    shutil.copytree(given.kit, work / "a stick")
    copied = time.monotonic() - began
    shutil.copy(__file__, work / "walk.py")
    for path in (work, *work.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    inner = [given.python, str(work / "walk.py"), str(given.kit), "--inside", "--work", str(work)]
    inner += ["--parties", given.parties, "--lang", given.lang]
    dropped = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *inner]
    script = 'ip link set lo up && exec "$@"'
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", script, "sh", *dropped],
        env={"PATH": os.environ["PATH"], "HOME": str(work / "home"), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        return done.returncode
    report = json.loads(done.stdout.splitlines()[-1])
    report["seconds"] = {"copy": round(copied, 1), **report["seconds"]}
    report["total_seconds"] = round(sum(report["seconds"].values()), 1)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


# ---------------------------------------------------------------- the steps of the guide


def walk(work: Path, parties: str, lang: str) -> dict[str, Any]:
    """Each step, timed; what there is at the end."""
    home, stick = work / "home", work / "a stick"
    os.environ.clear()
    os.environ.update({"PATH": str(work / "bin"), "HOME": str(home), "LANG": "C.UTF-8"})
    os.chdir(stick)
    _no_way_out()
    took: dict[str, float] = {}
    start = str(home / "seamline" / "start.sh")
    _timed(took, "1 check", lambda: _call("python3", "install.py", "--check"))
    _timed(took, "2 install", lambda: _call("python3", "install.py"))
    answers = _answers(parties, lang)
    told = _timed(took, "3 setup", lambda: _typed([start, "setup"], answers))
    if told[0]:
        sys.exit(f"setup failed:\n{told[1]}")
    child, terminal, url = _timed(took, "4 start", lambda: _served(start))
    try:
        found = _timed(took, "4 sign in, map, gaps", lambda: _look(url, parties))
        if "+" not in parties:
            found |= _timed(took, "5 close a gap", lambda: _close(url, parties, found))
    finally:
        os.kill(child, 15)
        os.waitpid(child, 0)
        os.close(terminal)
    node = str(home / "seamline" / "node")
    secret = {"SEAMLINE_PASSPHRASE": SECRETS["node"]}
    _timed(took, "7 backup", lambda: _call(start, "backup", node, str(work / "room.backup"), **secret))
    found["doctor"] = _timed(took, "7 doctor", lambda: _call(start, "doctor", **secret)).strip()
    found["take_away"] = sorted(path.name for path in (home / "seamline" / "take-away").iterdir())
    found.pop("places", None)
    return {"seconds": {step: round(seconds, 1) for step, seconds in took.items()}, **found}


def _no_way_out() -> None:
    with socket.socket() as probe:
        probe.settimeout(3)
        if os.geteuid() == 0 or probe.connect_ex(("192.0.2.1", 80)) != errno.ENETUNREACH:
            sys.exit("this is no machine without network and rights")


def _timed(took: dict[str, float], step: str, act: Callable[[], T]) -> T:
    began = time.monotonic()
    done = act()
    took[step] = time.monotonic() - began
    return done


def _call(*words: str, **more: str) -> str:
    done = subprocess.run(words, env=os.environ | more, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _answers(parties: str, lang: str) -> list[str]:
    """Enter wherever the guide says that it takes what the stick brings."""
    ids = parties.split("+")
    answers = [lang, "khanaqin", parties, *[""] * (2 * len(ids)), "", "", "", ""]
    answers += [SECRETS["node"]] * 2
    for _ in ids:
        answers += [SECRETS["party"]] * 2 + [SECRETS["officer"]] * 2
    return answers


def _typed(words: list[str], answers: list[str]) -> tuple[int, str]:
    """A program at a terminal of its own; a line is typed whenever it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    shown, waiting = b"", list(answers)
    while data := _read(terminal):
        shown += data
        if shown.endswith(b": ") and waiting:
            shown += b"\n"
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode("utf-8", "replace")


def _served(start: str) -> tuple[int, int, str]:
    child, terminal = pty.fork()
    if child == 0:
        os.execv(start, [start])
    shown, typed = b"", False
    while data := _read(terminal):
        shown += data
        if not typed and shown.endswith(b": "):
            os.write(terminal, SECRETS["node"].encode() + b"\n")
            typed = True
        for line in shown.decode("utf-8", "replace").splitlines():
            if line.startswith("ready http") and shown.endswith(b"\n"):
                return child, terminal, line.split()[1]
    sys.exit(f"the room did not start:\n{shown.decode('utf-8', 'replace')}")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


# ---------------------------------------------------------------- what the screens ask for


def _open(url: str) -> Callable[..., Any]:
    jar = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def ask(path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json", "Origin": url}
        with opener.open(urllib.request.Request(url + path, data, headers), timeout=60) as reply:
            read = reply.read()
            return json.loads(read) if reply.headers.get_content_type() == "application/json" else read

    return ask


def _look(url: str, parties: str) -> dict[str, Any]:
    """Signed in as each party's first officer: the screens, the past events on the map, the gaps."""
    for party in parties.split("+"):
        ask = _open(url)
        if b"<html" not in ask("/"):
            sys.exit("no screens")
        ask("/api/session", {"officer": "duty-1", "party": party, "password": SECRETS["officer"]})
        layers = ask("/api/layers")
        layers = layers["items"] if isinstance(layers, dict) else layers
        past = [layer["id"] for layer in layers if layer["id"].startswith("import_")]
        events = ask(f"/api/layers/{past[0]}")
        events = json.loads(events) if isinstance(events, bytes) else events
        gaps = ask("/api/gaps")["items"]
        if not gaps or any(gap["watch"]["state"] != "in_force" for gap in gaps):
            sys.exit("no gap on a watch list in force")
    return {
        "past_events": len(events["features"]),
        "layers": sorted(layer["id"] for layer in layers),
        "gaps": [gap["watch"]["title"].split(" · ")[0] for gap in gaps],
        "length_hours": round(sum(gap["length_hours"] for gap in gaps)),
        "places": [gap["watch"]["body"] for gap in gaps],
    }


def _close(url: str, party: str, found: dict[str, Any]) -> dict[str, Any]:
    ask = _open(url)
    ask("/api/session", {"officer": "duty-1", "password": SECRETS["officer"]})
    watched = found["places"][0]
    body = {
        "title_text": "Observation",
        "type": "observation",
        "mode": "undertaking",
        "when": watched["hours"],
        "place": watched["place"],
        "sight_m": 3000,
    }
    ask("/api/records", {"kind": "activity", "channel": party, "body": body})
    left = ask("/api/gaps")["items"]
    return {"length_hours_then": round(sum(gap["length_hours"] for gap in left))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
