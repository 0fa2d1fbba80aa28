"""Exceptions to exit codes, one table; and how a fault is printed. 0 done, 1 found or tampered."""

from __future__ import annotations

import sys

import msgspec

from seamline import errors, texts

# The first class that fits counts.
EXITS: tuple[tuple[type[errors.SeamlineError], int], ...] = (
    (errors.CallerFault, 2),
    (errors.PeerFault, 1),
    (errors.LinkFault, 3),
    (errors.OurFault, 4),
    (errors.SeamlineError, 4),
)


def exit_code(fault: errors.SeamlineError) -> int:
    """The program's exit code for a fault."""
    return next(code for kind, code in EXITS if isinstance(fault, kind))


def report(fault: errors.SeamlineError, *, as_json: bool, lang: str = "en") -> int:
    """Print a fault on standard error, as a sentence or as JSON; returns its exit code.

    Faults speak English; in another language what kind of fault it is stands before that.
    """
    if as_json:
        told = {"error": fault.code, "message": fault.message, **{k: str(v) for k, v in fault.params.items()}}
        print(msgspec.json.encode(told).decode(), file=sys.stderr)
    else:
        if lang != "en":
            print(f"seamline: {texts.text(lang, f'error.{fault.code}')}", file=sys.stderr)
        print(f"seamline: {fault.message}", file=sys.stderr)
        if isinstance(fault, errors.OurFault):
            print(f"seamline: {texts.text(lang, 'cli.doctor')}", file=sys.stderr)
    return exit_code(fault)
