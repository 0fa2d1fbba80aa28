"""One party of a blind check in a process of its own: what it costs alone. Messages lie in a folder.

python -m benchmarks._blind_party FOLDER CHECK N ROLE…; prints JSON: CPU seconds by phase, peak MB.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from seamline.blind import clash, gap, keys
from seamline.blind.run import Consent, Terms, transcript

SIDES, HOST = ("isf", "ksf"), "mag"


def seed(*words: str) -> bytes:
    """The same in every run."""
    return hashlib.sha256(" ".join(words).encode()).digest()


def plan(side: str, size: int, part: float) -> np.ndarray[Any, Any]:
    """The inputs of all: part of the cells, drawn once for each side."""
    return np.random.default_rng(1 + SIDES.index(side)).random(size) < part


def part_of(check: str) -> float:
    """Sparse presence, dense gaps."""
    return 0.2 if check == "clash" else 0.8


def run(check: str, size: int) -> tuple[Terms, bytes]:
    """The terms and the transcript that all three know."""
    cap = size // 4
    terms = Terms("run", check, SIDES, HOST, "u", "d", size, cap, cap if check == "clash" else size, 1)
    consents = {s: Consent(seed("plan", s), keys.public(seed(s))) for s in SIDES}
    return terms, transcript(terms, keys.public(seed(HOST)), consents)


def digest(found: np.ndarray[Any, Any]) -> str:
    """Of rising indexes, as the programs of other ways write it."""
    return hashlib.sha256(found.astype("<i8").tobytes()).hexdigest()


class Costs:
    """CPU of this process, phase by phase. found: SHA-256 of what was found, to compare with other ways."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.found = ""
        self._since = time.process_time()

    def phase(self, name: str) -> None:
        now = time.process_time()
        self.phases[name] = self.phases.get(name, 0.0) + now - self._since
        self._since = now


def side(folder: Path, check: str, size: int, name: str) -> Costs:
    """A side: share first, and with the facilitator's answer there, its result. FOLDER keeps both."""
    terms, said = run(check, size)
    bits, costs = plan(name, size, part_of(check)), Costs()
    key = keys.run_key(seed(name), keys.public(seed(terms.other(name))), said)
    made = clash.Side(terms, name, said, key, bits) if check == "clash" else None
    if made is not None:
        made.order  # noqa: B018  drawn while waiting for the link
    costs.phase("draw")
    share = made.share() if made is not None else gap.share(terms, name, said, key, bits)
    sealed = keys.seal(keys.public(seed(HOST)), said, name, share)
    costs.phase("share")
    (folder / name).write_bytes(sealed)
    answer = folder / "answer"
    while made is not None and not answer.exists():
        time.sleep(0.05)
    data = answer.read_bytes() if made is not None else b""
    costs.phase("wait")
    if made is not None:
        found = made.read(data)
        costs.phase("read")
        both = np.flatnonzero(plan(SIDES[0], size, 0.2) & plan(SIDES[1], size, 0.2))
        assert np.array_equal(found, both)
        costs.found = digest(found)
    return costs


def host(folder: Path, check: str, size: int) -> Costs:
    """The facilitator, once both shares are there."""
    while not all((folder / s).exists() for s in SIDES):
        time.sleep(0.05)
    time.sleep(0.3)
    terms, said = run(check, size)
    came = [(folder / s).read_bytes() for s in SIDES]
    costs = Costs()
    opened = [keys.unseal(seed(HOST), said, s, data) for s, data in zip(SIDES, came, strict=True)]
    if check == "clash":
        one, other = (clash.read_share(terms, s, said, d) for s, d in zip(SIDES, opened, strict=True))
        made = clash.answer(terms, said, one, other, seed("salt"))
        assert made.data is not None
        costs.phase("answer")
        fresh = folder / "answer.part"
        fresh.write_bytes(made.data)
        fresh.replace(folder / "answer")
    else:
        read = [gap.read_share(terms, s, said, d) for s, d in zip(SIDES, opened, strict=True)]
        found = gap.open_for_both(terms, read[0], read[1])
        costs.phase("answer")
        both = np.flatnonzero(plan(SIDES[0], size, 0.8) & plan(SIDES[1], size, 0.8))
        assert np.array_equal(found, both)
        costs.found = digest(found)
    return costs


def rehearse() -> None:
    """A small clash first, all three roles: a node that serves has loaded its libraries long ago."""
    terms, said = run("clash", 5_000)
    shares = []
    for name in SIDES:
        key = keys.run_key(seed(name), keys.public(seed(terms.other(name))), said)
        made = clash.Side(terms, name, said, key, plan(name, 5_000, 0.2))
        sealed = keys.seal(keys.public(seed(HOST)), said, name, made.share())
        shares.append(clash.read_share(terms, name, said, keys.unseal(seed(HOST), said, name, sealed)))
    answer = clash.answer(terms, said, shares[0], shares[1], seed("salt")).data
    assert answer is not None
    made.read(answer)


def main(words: list[str]) -> None:
    """Run one role and print what it cost."""
    folder, check, size, role = Path(words[0]), words[1], int(words[2]), words[3]
    rehearse()
    costs = host(folder, check, size) if role == HOST else side(folder, check, size, role)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"role": role, "cpu": costs.phases, "peak_mb": peak, "found": costs.found}))


if __name__ == "__main__":
    main(sys.argv[1:])
