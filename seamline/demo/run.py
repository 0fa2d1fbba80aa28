"""Run the exercise: build the folder once, start each node as its own process, wait until all answer."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from seamline.demo import build
from seamline.errors import BadInput, OurFault

SECRET = "passphrase"  # noqa: S105  the name of a file, not a secret
START_LIMIT = 60.0


def run(folder: Path, port: int, *, browser: bool, say: Callable[[str], None]) -> int:
    """Build if need be, start all four nodes, print "ready", stay until interrupted; the exit code."""
    told, passphrase = _prepare(folder, port, say)
    children: dict[str, subprocess.Popen[bytes]] = {}
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        for name in sorted(told["nodes"]):
            children[name] = _start(folder, name, passphrase)
            say(f"{name}: starting at {told['nodes'][name]['url']}")
        for name, child in children.items():
            _wait(folder, name, child, stopping)
            say(f"{name}: up")
        if not stopping.is_set():
            say("ready")
            if browser:
                webbrowser.open(told["nodes"]["erbil"]["url"])
        return _watch(folder, children, stopping, say)
    finally:
        _stop(children)


def _prepare(folder: Path, port: int, say: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """demo.json and the passphrase, from an earlier start or made now."""
    path = folder / "demo.json"
    if path.exists():
        say(f"using {folder} again")
        try:
            told: dict[str, Any] = json.loads(path.read_text("utf-8"))
            passphrase = (folder / SECRET).read_text("utf-8").strip()
            ports = [urlsplit(node["url"]).port or port for node in told["nodes"].values()]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise BadInput(
                "dir", str(folder), f"cannot be used again ({fault}); take another folder"
            ) from None
        _ports_free(ports, "is taken, and this folder's nodes stay on it; free it, or take another --dir")
        return told, passphrase
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(
            "dir", str(folder), "holds other things, or a start that was cut short; take an empty folder"
        )
    _ports_free(range(port, port + len(build.NODES)), "is taken; choose another with --port")
    folder.mkdir(parents=True, exist_ok=True)
    passphrase = secrets.token_urlsafe(24)
    secret = folder / SECRET
    secret.touch(mode=0o600)
    secret.write_text(passphrase + "\n", "utf-8")
    try:
        told = build.build(folder, passphrase, port, time.time_ns() // 1_000_000, say)
        build.save(folder, told)
    except BaseException:
        # Half an exercise is of no use, and would stand in the way of the next start. It was empty before.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return told, passphrase


def _ports_free(ports: Iterable[int], remedy: str) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                raise BadInput("port", port, remedy) from None


def _start(folder: Path, name: str, passphrase: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "seamline", "serve", str(folder / name)],
            env=os.environ | {"SEAMLINE_PASSPHRASE": passphrase},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A Ctrl-C at the keyboard is for this process alone; it stops the others in order.
            start_new_session=True,
        )


def _wait(folder: Path, name: str, child: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    port = int(json.loads((folder / "demo.json").read_text("utf-8"))["nodes"][name]["url"].rsplit(":", 1)[1])
    limit = time.monotonic() + START_LIMIT
    while not stopping.is_set():
        if child.poll() is not None:
            raise OurFault(f"{name} stopped with code {child.returncode}; see {folder / (name + '.log')}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > limit:
            raise OurFault(
                f"{name} did not answer within {START_LIMIT:.0f} s; see {folder / (name + '.log')}"
            )
        stopping.wait(0.05)


def _watch(
    folder: Path,
    children: dict[str, subprocess.Popen[bytes]],
    stopping: threading.Event,
    say: Callable[[str], None],
) -> int:
    """Until interrupted. A node that stops is named, and the others go on without it (law 9)."""
    running = dict(children)
    while not stopping.wait(0.5):
        for name, child in children.items():
            if name in running and child.poll() is not None:
                del running[name]
                log = folder / f"{name}.log"
                say(f"{name}: stopped with code {child.returncode}, the others go on; see {log}")
        if not running:
            raise OurFault(f"all nodes have stopped; see the .log files in {folder}")
    return 0


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
