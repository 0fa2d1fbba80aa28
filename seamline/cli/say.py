"""What every command shares: asking for a passphrase, printing an answer."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from seamline.errors import BadInput


def passphrase(file: Path | None, what: str, *, new: bool = False) -> str:
    """From a file (its first line), SEAMLINE_PASSPHRASE, or the keyboard; never from the command line.

    new: ask twice, and refuse fewer than 12 characters. Raises BadInput.
    """
    if file is not None:
        text = _first_line(file)
    elif "SEAMLINE_PASSPHRASE" in os.environ:
        text = os.environ["SEAMLINE_PASSPHRASE"]
    elif sys.stdin.isatty():
        text = getpass.getpass(f"Passphrase of {what}: ")
        if new and getpass.getpass("Once more: ") != text:
            raise BadInput("passphrase", "(hidden)", "the two did not agree; start again")
    else:
        raise BadInput("passphrase", "(none)", "give --passphrase-file or set SEAMLINE_PASSPHRASE")
    if new and len(text) < 12:
        raise BadInput("passphrase", f"{len(text)} characters", "use at least 12; four random words do well")
    return text


def answer(value: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print an answer for a person, or the same as one line of JSON."""
    if as_json:
        print(msgspec.json.encode(value).decode())
    else:
        print("\n".join(lines))


def spaced(fingerprint: str) -> str:
    """A fingerprint in groups of four, as it is read aloud."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError):
        raise BadInput("passphrase-file", str(file), "cannot be read as text") from None
