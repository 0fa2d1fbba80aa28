"""What every command shares: asking for a passphrase, printing an answer."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from seamline import settings, texts
from seamline.errors import BadInput, BadSettings

LEAST = 12


def passphrase(file: Path | None, what: str, *, new: bool = False, lang: str | None = None) -> str:
    """From a file (its first line), SEAMLINE_PASSPHRASE, or the keyboard; never from the command line.

    new: ask twice, and refuse fewer than 12 characters. Raises BadInput.
    """
    if file is not None:
        text = _first_line(file)
    elif "SEAMLINE_PASSPHRASE" in os.environ:
        text = os.environ["SEAMLINE_PASSPHRASE"]
    elif sys.stdin.isatty():
        spoken = language(lang)
        text = getpass.getpass(texts.text(spoken, "cli.passphrase", what=what) + ": ")
        if new and getpass.getpass(texts.text(spoken, "cli.once_more") + ": ") != text:
            raise BadInput("passphrase", "(hidden)", "the two did not agree; start again")
    else:
        raise BadInput("passphrase", "(none)", "give --passphrase-file or set SEAMLINE_PASSPHRASE")
    if new and len(text) < LEAST:
        raise BadInput("passphrase", f"{len(text)} characters", "use at least 12; four random words do well")
    return text


def language(asked: str | None, otherwise: str = "en") -> str:
    """The language to speak: --lang, else SEAMLINE_LANG, else the node's own. BadInput for an unknown one."""
    chosen = asked or os.environ.get("SEAMLINE_LANG") or otherwise
    if chosen not in texts.LANGS:
        raise BadInput("lang", chosen, "one of " + ", ".join(texts.LANGS))
    return chosen


def node_language(folder: Path, asked: str | None = None) -> str:
    """The language to speak about the node in folder. BadInput unless there is one.

    Asked for before the passphrase, so that nobody types it for nothing.
    """
    if not (folder / "node.toml").is_file():
        raise BadInput("folder", str(folder), "holds no node: node.toml is not there")
    try:
        return language(asked, settings.load((folder / "node.toml").read_bytes()).lang)
    except (OSError, BadSettings):
        return language(asked)


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
