"""Commands in processes of their own, killed by SIGKILL at a write of theirs that is counted.

python -m tests.cli.killing: reads {"at", "words", "folder"} line by line, forks, runs, says how it ended. A
write is a transaction of a database or a file put in place; a process can end just before and after each.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEVER = 1 << 30


@dataclass(frozen=True, slots=True)
class Ended:
    """code: of the exit, or -9; points: how many there were to be killed at; said: what it printed."""

    code: int
    points: int
    said: str


class Machine:
    """Starts commands from one process that has read the program already."""

    def __init__(self, secret: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env=os.environ | {"SEAMLINE_PASSPHRASE": secret},
        )

    def run(self, folder: Path, words: list[str], at: int = NEVER) -> Ended:
        """A command in that folder, killed at its at-th point (from 1), if it has so many."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "words": words, "at": at}) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()


class _Points:
    """Counted where a killed child leaves the count behind: in memory that parent and child share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    @property
    def count(self) -> int:
        return int(struct.unpack_from("q", self._memory)[0])

    def begin(self) -> None:
        struct.pack_into("q", self._memory, 0, 0)

    def pass_by(self, at: int) -> None:
        count = self.count + 1
        struct.pack_into("q", self._memory, 0, count)
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)


def _watch(points: _Points, at: int) -> None:
    """Before and after each commit of a database, and each file put in place of another."""
    from seamline.store.sqlite.database import Database

    for owner, name in ((Database, "_commit"), (Path, "replace")):
        real = getattr(owner, name)

        def counted(*args: Any, real: Any = real) -> Any:
            points.pass_by(at)
            done = real(*args)
            points.pass_by(at)
            return done

        setattr(owner, name, counted)


def _child(told: dict[str, Any], points: _Points, out: int) -> int:
    from seamline.cli.app import run

    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(told["folder"])
    _watch(points, told["at"])
    try:
        code = run(told["words"])
    except BaseException as fault:  # noqa: BLE001  it must never come back into the parent's loop
        os.write(2, repr(fault).encode())
        code = 70
    sys.stdout.flush()
    return code


def main() -> None:
    """Until nobody asks any more."""
    import seamline.cli.blind

    assert seamline.cli.blind.app
    points = _Points()
    for line in sys.stdin:
        told = json.loads(line)
        points.begin()
        out = os.memfd_create("said")
        child = os.fork()
        if child == 0:
            os._exit(_child(told, points, out))
        status = os.waitpid(child, 0)[1]
        os.lseek(out, 0, os.SEEK_SET)
        said = os.read(out, 1 << 20).decode()
        os.close(out)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "points": points.count, "said": said}), flush=True)


if __name__ == "__main__":
    main()
