"""What is counted without a clock: bytes and turns through a TCP proxy, and fsyncs of whole processes."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_FILE = "SEAMLINE_BENCH_SYNCS"
_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
static long *count;
__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SEAMLINE_BENCH_SYNCS");
    int fd = path ? open(path, O_RDWR) : -1;
    if (fd < 0) return;
    void *at = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) count = at;
}
static int pass(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (count) __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
    return real(fd);
}
int fsync(int fd) { return pass("fsync", fd); }
int fdatasync(int fd) { return pass("fdatasync", fd); }
"""


@dataclass
class Syncs:
    """env: what a process needs so that its calls of fsync and fdatasync are counted; {} if they cannot."""

    file: Path
    env: dict[str, str]

    def count(self) -> int | None:
        """So far, of all such processes; None if it cannot be known."""
        return struct.unpack("=q", self.file.read_bytes()[:8])[0] if self.env else None


def syncs(folder: Path) -> Syncs:
    """A counter in a folder; needs a C compiler, and a loader that takes LD_PRELOAD."""
    file, library, compiler = folder / "syncs", folder / "syncs.so", shutil.which("cc")
    file.write_bytes(bytes(8))
    if compiler is None:
        return Syncs(file, {})
    words = [compiler, "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(library), "-ldl"]
    done = subprocess.run(words, input=_SHIM, text=True, capture_output=True, check=False)
    return Syncs(file, {"LD_PRELOAD": str(library), _FILE: str(file)} if done.returncode == 0 else {})


def synced() -> int | None:
    """In a counted process: how often it and the others were synced so far."""
    name = os.environ.get(_FILE)
    return struct.unpack("=q", Path(name).read_bytes()[:8])[0] if name else None


@dataclass
class Proxy:
    """Bytes that passed, there (from who dials) and back; turns: how often something came back after
    something had gone there, over all connections: what a line with a long delay makes them wait for.
    """

    port: int
    there: int = 0
    back: int = 0
    turns: int = 0
    _last: bool = True
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def passed(self, back: bool, size: int) -> None:
        with self._guard:
            if back:
                self.back += size
                self.turns += not self._last
            else:
                self.there += size
            self._last = back


@contextmanager
def proxy(to: int) -> Iterator[Proxy]:
    """A counting proxy on loopback before that port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        counted = Proxy(server.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = server.accept()
                    far = socket.create_connection(("127.0.0.1", to))
                    for one, other, back in ((near, far, False), (far, near, True)):
                        threading.Thread(target=_pump, args=(one, other, counted, back), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield counted
        # close() alone does not wake a thread that waits in accept.
        server.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, sink: socket.socket, counted: Proxy, back: bool) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            counted.passed(back, len(data))
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
