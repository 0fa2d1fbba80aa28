"""Law 8 over the whole exercise: with the sides swapped, each answer has them swapped and is else the same.

What is compared is what the API answers to officers of every node. Ids, hashes, keys, signed notes and the
sizes of what is packed are masked. A list of nothing but party ids is a set; so is, for a reader who is on
neither side or not signed in, a list of what each side says.
"""

from __future__ import annotations

import dataclasses
import os
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.clock import ManualClock
from seamline.demo import build
from seamline.demo.exercise import Step
from seamline.web.routes import ROUTES
from tests.nodes import copy
from tests.wire import Wire

NOW = 1_795_000_000_000
SECRET = "passphrase of the exercise"
ROLES = ("watch", "administrator")
SIDES = {"isf": "ksf", "ksf": "isf", "ISF": "KSF", "KSF": "ISF"}
PARTIES = frozenset({"isf", "ksf", "mag"})
SIDE = re.compile(r"(?<![A-Za-z0-9])(isf|ksf|ISF|KSF)(?![A-Za-z0-9])")
JOINED = re.compile(r"(?<![a-z0-9+-])[a-z][a-z0-9-]{1,15}(?:\+[a-z][a-z0-9-]{1,15})+")
MASKED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|\b[0-9a-f]{32,64}\b"
    r"|\b[0-9a-f]{8}\b|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}"
)

NOTE = "\n\n— "
"""In every signed note (docs/spec/log.md 4)."""

# What is no answer of records: streams, tiles and pictures, the program's own description, its measurements.
APART = frozenset({"/api/events", "/api/map.png", "/api/map.webp", "/api/openapi.json", "/metrics"})


def swapped(value: Any) -> Any:
    """With the two sides in each other's place, in keys, words and channel ids."""
    if isinstance(value, dict):
        return {swapped(k): swapped(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        moved = [swapped(v) for v in value]
        if moved and all(isinstance(v, str) and v in PARTIES for v in moved):
            moved.sort()
        return type(value)(moved)
    if isinstance(value, str):
        turned = SIDE.sub(lambda m: SIDES[m[0]], value)
        return JOINED.sub(lambda m: "+".join(sorted(m[0].split("+"))), turned)
    return value


class Exercise:
    """The exercise as it is, or with the sides in each other's place; and what its nodes answer."""

    def __init__(self, folder: Path, turn: bool, patch: pytest.MonkeyPatch) -> None:
        self.clock, self.turn, self.depth = ManualClock(NOW), turn, 0
        drawn = random.Random(8)
        patch.setattr(os, "urandom", drawn.randbytes)
        patch.setattr(wiring, "SystemClock", lambda: self.clock)
        if turn:
            patch.setattr(build, "PARTIES", {SIDES.get(p, p): title for p, title in build.PARTIES.items()})
            owners = {n: tuple(sorted(SIDES.get(p, p) for p in o)) for n, o in build.NODES.items()}
            patch.setattr(build, "NODES", owners)
        real = build._say

        def say(ex: build.Exercise, step: Step) -> dict[str, Any]:
            self.clock.advance(1_000)
            self.depth += 1
            try:
                return real(ex, self.turned(step) if turn and self.depth == 1 else step)
            finally:
                self.depth -= 1

        patch.setattr(build, "_say", say)
        self.told = build.build(folder, SECRET, 8800, NOW, lambda line: None)["nodes"]
        self.folder = folder

    def turned(self, step: Step) -> Step:
        endorsers = step.endorsers or (("isf", "ksf") if step.endorsed else ())
        says = step.says
        return dataclasses.replace(
            step,
            party=SIDES.get(step.party, step.party),
            channel=swapped(step.channel),
            body=swapped(step.body),
            release=swapped(step.release) if step.release else None,
            endorsers=tuple(SIDES[p] for p in endorsers),
            says=(lambda said: swapped(says(said))) if says else None,
        )

    def answers(self) -> Iterator[tuple[tuple[str, str, str, str], Any]]:
        """((node, party, role, path), what was answered), each with its status."""
        with ExitStack() as stack:
            parts = {}
            for name in build.NODES:
                parts[name] = wiring.assemble(self.folder / name, SECRET)
                stack.callback(parts[name].close)
            for _ in range(2):
                for source in parts.values():
                    for target in parts.values():
                        if source is not target:
                            copy(source.node, target.node)
            for name, one in parts.items():
                wire = stack.enter_context(Wire(wiring.Served(one).web))
                for who, token in self.told[name]["tokens"].items():
                    party, _, role = who.rpartition(".")
                    if role not in ROLES:
                        continue
                    yield from self._asked(wire, name, party or self.told[name]["party"], role, token)

    def _asked(
        self, wire: Wire, node: str, party: str, role: str, token: str
    ) -> Iterator[tuple[tuple[str, str, str, str], Any]]:
        paths = [r.path for r in ROUTES if r.method == "GET" and not r.path_names and r.path not in APART]
        reply = None
        for path in paths:
            reply = wire.get(path + ("?limit=500" if path == "/api/records" else ""), token=token)
            shown = reply.json if (reply.header("content-type") or "").find("json") > 0 else None
            yield (node, party, role, path), [reply.status, shown]
            if path == "/api/records" and reply.status == 200 and (node, role) == ("kirkuk", "watch"):
                yield from self._each(wire, (node, party, role), shown["items"], token)

    def _each(
        self, wire: Wire, who: tuple[str, str, str], items: list[Any], token: str
    ) -> Iterator[tuple[tuple[str, str, str, str], Any]]:
        """Each record by itself: in full, its text, and its desk's page."""
        more = {"activity": ("joint",), "complaint": ("complaints",)}
        for n, item in enumerate(items):
            paths = [f"records/{item['id']}", f"records/{item['id']}/text"]
            paths += [f"{desk}/{item['id']}" for desk in more.get(item["kind"], ())]
            for path in paths:
                reply = wire.get(f"/api/{path}", token=token)
                yield (*who, f"{n}: {path.replace(item['id'], '#')}"), [reply.status, reply.json]


def compared(value: Any, reader: str) -> Any:
    """Masked, and lists of parties as sets."""
    if isinstance(value, dict):
        packed = value.keys() == {"entries", "bytes"}
        return {
            MASKED.sub("#", k): "#" if packed and k == "bytes" else compared(v, reader)
            for k, v in value.items()
        }
    if isinstance(value, list):
        if value and all(isinstance(v, str) and v.split(".")[0] in PARTIES for v in value):
            return sorted(value)
        made = [compared(v, reader) for v in value]
        # To whom neither side is his own, the alphabet orders them.
        if reader == "mag" and all(isinstance(v, dict) and v.get("party") in PARTIES for v in made):
            made.sort(key=lambda v: str(v["party"]))
        return made
    if isinstance(value, str):
        return "#" if NOTE in value else MASKED.sub("#", value)
    return value


def differences(a: Any, b: Any, at: str = "") -> Iterator[str]:
    if type(a) is not type(b):
        yield f"{at}: {a!r} / {b!r}"
    elif isinstance(a, dict):
        for key in sorted({*a, *b}):
            yield from differences(a.get(key), b.get(key), f"{at}.{key}")
    elif isinstance(a, list):
        if len(a) != len(b):
            yield f"{at}: {len(a)} / {len(b)} entries"
        for n, (x, y) in enumerate(zip(a, b, strict=False)):
            yield from differences(x, y, f"{at}[{n}]")
    elif a != b:
        yield f"{at}: {a!r} / {b!r}"


def test_swapping_the_sides_swaps_them_in_every_answer_and_changes_nothing_else(tmp_path: Path) -> None:
    seen = []
    for turn in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            played = Exercise(tmp_path / str(turn), turn, patch)
            seen.append(dict(played.answers()))
    plain, other = seen
    assert len(plain) > 300
    assert {answer[0] for answer in plain.values()} == {200, 400, 403, 404}
    found = []
    for (node, party, role, path), answer in plain.items():
        mirrored = other.get((node, swapped(party), role, path))
        here, there = compared(swapped(answer), party), compared(mirrored, party)
        told = differences(here, there, f"{node} {party}.{role} {path}")
        found += list(told)[:3]
    assert found == []


def test_the_comparison_can_fail() -> None:
    told = compared(swapped({"by": ["isf", "mag"], "a": "isf"}), "isf")
    assert list(differences(told, {"by": ["ksf", "mag"], "a": "isf"})) == [".a: 'ksf' / 'isf'"]
    assert swapped("isf+ksf+mag, ISF") == "isf+ksf+mag, KSF"
