"""seamline text: standard texts without a node: read one that came by mail, or write one from a file."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from cyclopts import App

from seamline import texts
from seamline.actions import standard
from seamline.cli.node import Json
from seamline.cli.say import answer, language
from seamline.documents.standard_forms import form_of
from seamline.documents.standard_text import write_text
from seamline.documents.standard_values import checked
from seamline.errors import BadInput

app = App(name="text", help="Standard texts, without a node: read one that came by mail, or write one.")


@app.command
def read(file: Path, *, form: str | None = None, lang: str | None = None, as_json: Json = False) -> int:
    """Read the text in FILE (- for the standard input) back into its lines.

    --form where its first line does not name one. Exit 0 all was understood, 1 not all was, 2 bad input.
    """
    spoken = language(lang)
    found = standard.understood(_read(file), form)
    lines = [f"{found['form'] or '-'}"]
    lines += [f"  {name}: {msgspec.json.encode(value).decode()}" for name, value in found["fields"].items()]
    lines += [f"! {name}: {raw}" for name, raw in found["doubts"].items()]
    lines += [f"? {line}" for line in found["rest"]]
    whole = found["form"] is not None and not found["doubts"] and not found["rest"]
    if not whole:
        lines.append(texts.text(spoken, "cli.text.not_all"))
    answer(found, lines, as_json=as_json)
    return 0 if whole else 1


@app.command
def write(form: str, file: Path, *, lang: str | None = None) -> int:
    """Write the text FORM of the lines in FILE (JSON: name → value, times in ms, places as in records)."""
    chosen = form_of(form)
    known = {line.name: line for line in chosen.lines}
    try:
        fields = msgspec.json.decode(_read(file), type=dict[str, object])
    except msgspec.MsgspecError as fault:
        raise BadInput("file", str(file), f"a JSON object of the form's lines: {fault}") from None
    for name in fields:
        if name in known:
            checked(known[name], fields[name])
    print(write_text(chosen, fields, language(lang)), end="")
    return 0


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput("file", str(file), f"cannot be read as text: {fault}") from None
