"""`seamline check`: clashes, findings and gaps between plan files, without a server (docs/check.md)."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from shapely.geometry.base import BaseGeometry

from seamline.actions import terrain
from seamline.cli import checkreport
from seamline.cli.checkrules import CheckRule, read_rules
from seamline.cli.checkterms import CheckTerms, read_terms
from seamline.cli.planfile import Fault, Plan, read_plans
from seamline.errors import BadInput
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE, Box
from seamline.picture import clash as clashes
from seamline.picture.cover import Cover, reaches, sight_of
from seamline.picture.findings import NEVER, Found, Plans, judge
from seamline.picture.gap import Patch, gaps
from seamline.picture.ground import lay_out
from seamline.picture.sweep import sweep

# A million pairs is more than anybody reads, and plans that are all in one place have billions.
MAX_CLASHES = 1_000_000


@dataclass(slots=True)
class Result:
    """What was found between the plans. Clashes as (plan, plan, clash), the earlier plan first."""

    files: int
    plans: list[Plan]
    terms: CheckTerms
    rules: list[CheckRule]
    frame: Frame
    clashes: list[tuple[Plan, Plan, clashes.Clash]] = field(default_factory=list)
    stopped: bool = False
    findings: list[tuple[Plan, CheckRule, Found]] = field(default_factory=list)
    unjudged: list[tuple[Plan, CheckRule]] = field(default_factory=list)
    gaps: list[tuple[Plan, Patch]] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        return Counter(plan.kind for plan in self.plans)

    def found(self) -> bool:
        return bool(self.clashes or self.findings or self.gaps)


def check(
    files: list[Path],
    terms: Path | None,
    rules: Path | None,
    json_output: bool,
    out: TextIO,
    lang: str = "en",
) -> int:
    """Check the plan files against each other and write what was found to out.

    Returns the exit code: 0 none in what was given, 1 found, 2 bad input, with every fault written.
    """
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # a terminal that lacks a letter still gets the rest of the line
    with _no_collector():
        return _check(files, terms, rules, json_output, out, lang)


def _check(
    files: list[Path], terms: Path | None, rules: Path | None, json_output: bool, out: TextIO, lang: str
) -> int:
    faults: list[Fault] = []
    judged_by = read_terms(terms, faults)
    notice = read_rules(rules, judged_by, faults)
    read = read_plans(files)
    faults += read.faults
    result = None
    if not files:
        faults.append(Fault("", None, BadInput("files", "", "name at least one plan file", code="plan_none")))
    if not faults:
        try:
            result = compare(read.plans, judged_by, notice, len(files))
        except BadInput as fault:
            faults.append(Fault("", None, fault))
    write = checkreport.as_json if json_output else checkreport.for_people
    if result is None:
        checkreport.faults(faults, out, lang, json_output)
        return 2
    write(result, out, lang)
    return 1 if result.found() else 0


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing here holds a circle, and looking for circles among many plans takes longer than the check."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compare(plans: list[Plan], terms: CheckTerms, rules: list[CheckRule], files: int) -> Result:
    """Everything the plans say about each other. BadInput if they lie too far apart for one plane."""
    boxes = [_box(plan.geometry) for plan in plans]
    frame = terms.frame or Frame.centred_on(boxes)
    if boxes:
        frame.check_width(boxes)
    result = Result(files, plans, terms, rules, frame)
    _find_clashes(result)
    _find_findings(result)
    _find_gaps(result)
    return result


def buffer_of(plan: Plan, terms: CheckTerms) -> int:
    """The plan's own buffer, else the terms', else the program's, in metres."""
    if plan.buffer_m is not None:
        return plan.buffer_m
    name = plan.type if plan.kind == "activity" else plan.kind
    default = clashes.DEFAULT_BUFFERS.get(name, clashes.DEFAULT_BUFFERS["other"])
    return terms.buffers.get(name, default)


def _find_clashes(result: Result) -> None:
    parts = [plan for plan in result.plans if plan.kind != "watch"]
    subjects = [
        clashes.Subject(
            channel="",
            id=f"{number:07d}",
            party=plan.party,
            kind=plan.kind,
            type=plan.type,
            geometry=plan.geometry,
            start=plan.start,
            end=plan.end,
            buffer_m=buffer_of(plan, result.terms),
        )
        for number, plan in enumerate(parts)
    ]
    listed = list(islice(sweep(subjects, result.frame), MAX_CLASHES + 1))
    result.stopped = len(listed) > MAX_CLASHES
    listed = sorted(listed[:MAX_CLASHES], key=lambda hit: (hit[2].start, hit[2].distance_m, hit[:2]))
    for i, j, hit in listed:
        # No party comes first: the plan that starts earlier does, then the one given earlier (law 8).
        first, second = sorted((i, j), key=lambda k: (parts[k].start or 0, k))
        result.clashes.append((parts[first], parts[second], hit))


def _find_findings(result: Result) -> None:
    """By the rules that plan files say enough for; a plan is declared to everybody at once."""
    activities = [plan for plan in result.plans if plan.kind == "activity"]
    rules = [one for one in result.rules if one.rule is not None]
    declared = [NEVER if plan.declared is None else plan.declared for plan in activities]
    plans = Plans(
        [plan.type for plan in activities],
        [plan.party for plan in activities],
        np.array([plan.geometry for plan in activities], dtype=object),
        np.array([plan.start or 0 for plan in activities], dtype=np.int64),
        np.array([plan.end or NEVER for plan in activities], dtype=np.int64),
        reached={"*": np.array(declared, dtype=np.int64)},
    )
    for found in judge(plans, [one.rule for one in rules if one.rule], result.frame):
        plan, rule = activities[found.plan], rules[found.rule]
        if rule.kind != "no_go" and found.given is None:
            result.unjudged.append((plan, rule))
        else:
            result.findings.append((plan, rule, found))
    result.findings.sort(key=lambda f: (f[0].start or 0, f[2].given or 0, f[1].index))


def _find_gaps(result: Result) -> None:
    covers = [
        Cover(plan.geometry, plan.start, plan.end, sight_of(plan.sight_m, plan.buffer_m))
        for plan in result.plans
        if plan.kind == "activity" and plan.undertaking and plan.start is not None and plan.end is not None
    ]
    for plan in result.plans:
        if plan.kind == "watch" and plan.start is not None and plan.end is not None:
            ground = lay_out(plan.geometry, result.frame)
            reach = reaches(ground, covers, terrain.relief())
            result.gaps += [(plan, patch) for patch in gaps(ground, plan.start, plan.end, covers, reach)]
    result.gaps.sort(key=lambda gap: -gap[0].weight * gap[1].size_hours)


def _box(shape: BaseGeometry) -> Box:
    west, south, east, north = shape.bounds
    return round(west * SCALE), round(south * SCALE), round(east * SCALE), round(north * SCALE)
