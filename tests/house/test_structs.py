"""Threads that decode into one Struct for the first time at once do not end the process."""

from __future__ import annotations

import subprocess
import sys

# As a node does after a restart: everything is loaded, nothing was decoded yet, and many ask at once.
RACE = """
import contextlib, sys, threading
import msgspec
import seamline, seamline.web.app, seamline.wiring
from seamline.structs import loaded, settle
if sys.argv[1] == "settled":
    settle()
sys.setswitchinterval(1e-6)
kinds = list(loaded(msgspec.Struct))
together = threading.Barrier(4)
def decode():
    for kind in kinds:
        value = dict.fromkeys(kind.__struct_encode_fields__, 0)
        together.wait()
        with contextlib.suppress(msgspec.ValidationError):
            msgspec.convert(value, kind)
threads = [threading.Thread(target=decode) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(len(kinds))
"""
# What only a command loads, which has one thread.
ALONE = {
    "seamline.cli.evidence",
    "seamline.cli.revoking",
    "seamline.store.backup",
    "seamline.store.partybook",
    "seamline.upkeep.founding",
}
LATER = """
import importlib, pkgutil
import msgspec
import seamline, seamline.web.app, seamline.wiring
from seamline.structs import loaded
before = set(loaded(msgspec.Struct))
for module in pkgutil.walk_packages(seamline.__path__, "seamline."):
    if "__main__" not in module.name:
        importlib.import_module(module.name)
print(*sorted({kind.__module__ for kind in set(loaded(msgspec.Struct)) - before}))
"""


def said(program: str, *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, (ran.returncode, ran.stderr)
    return ran.stdout


def test_first_use_by_four_threads_at_once() -> None:
    """Without `settle` this ends by SIGSEGV within the first few hundred kinds."""
    assert int(said(RACE, "settled")) > 400


def test_nothing_that_a_serving_node_decodes_is_loaded_later() -> None:
    assert set(said(LATER).split()) == ALONE
