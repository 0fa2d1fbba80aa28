"""Standard texts: named lines to read over a radio or paste into mail, and what was understood of one. Pure.

    INCREP · Incident report
    FOR: ISF + KSF
    EXERCISE
    1 Precedence: Immediate
    2 Type: Exchange of fire
    …
    END

A line begins with its number and its label. What does not begin so goes on with the line before: mail breaks
lines where it likes. Labels are read in any of the three languages and in either keyboard's letters; bidi
marks, quoting, hard spaces and other digits are passed over. What is not understood is kept beside what was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from seamline.documents.standard_forms import FORMS, Form, LineDef
from seamline.documents.standard_values import BREAK, plain, read, write
from seamline.errors import BadInput, TooLarge
from seamline.texts import LANGS, text
from seamline.texts.spelling import normalise

WIDTH: Final = 68
MOST: Final = 20_000
_QUOTE = re.compile(r"^(?:\s*[>|]+)+\s?")
_NUMBERED = re.compile(r"^\(?(\d{1,2})\s*[.)\-–]?\s+([^:]{1,60}?)\s*:\s*(.*)$")
_NAMED = re.compile(r"^([^:]{1,60}?)\s*:\s*(.*)$")


@dataclass(slots=True)
class Understood:
    """form: None where no first line named one. exercise: it says that it is one.

    doubts: lines as they stood, by name, that could not be read. unsure: lines known by their number alone.
    rest: what belongs to no line.
    """

    form: str | None
    exercise: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def write_text(
    form: Form, fields: Mapping[str, Any], lang: str, audience: Iterable[str] = (), *, exercise: bool = False
) -> str:
    """The text in that language. audience: who may hear it, as letters; BadInput for a line it has not.

    exercise: what it says is invented, and the text says so.
    """
    known = {line.name: line for line in form.lines}
    for name in fields:
        if name not in known:
            raise BadInput(f"fields.{name}", name, "one of " + ", ".join(known))
    said = [f"{form.word} · {text(lang, f'form.text.{form.name}')}"]
    if heard := " + ".join(audience):
        said.append(f"{text(lang, 'form.line.for')}: {heard}")
    if exercise:
        said.append(text(lang, "form.exercise"))
    for number, line in enumerate(form.lines, 1):
        value = fields.get(line.name)
        if value not in (None, "", []):
            label = text(lang, f"form.line.{line.name}")
            said += _wrapped(f"{number} {label}: {write(line, value, lang)}")
    return "\n".join([*said, text(lang, "form.end"), ""])


def _wrapped(line: str) -> list[str]:
    """Broken at spaces before mail does it, each further line set in."""
    lines, now = [], ""
    for word in line.split(" "):
        # Each line of a longer text begins a line of its own.
        if now and (word == BREAK or len(now) + 1 + len(word) > WIDTH):
            lines.append(now)
            now = "   " + word
        else:
            now = f"{now} {word}" if now else word
    return [*lines, now]


def read_text(raw: str, form: str | None = None) -> Understood:
    """What was understood of a pasted text; nothing of it is lost. TooLarge beyond 20,000 characters.

    form: what it is if its first line does not say.
    """
    if len(raw) > MOST:
        raise TooLarge("text", f"{len(raw)} characters", f"at most {MOST}")
    found = Understood(form)
    now: LineDef | None = None
    parts: dict[str, list[str]] = {}
    last = 0
    for line in (_clean(one) for one in raw.splitlines()):
        named = None if parts else _form_named(line)
        if named is not None:
            found.form = named
            continue
        known = FORMS.get(found.form or "")
        if known is None or not line:
            if line:
                found.rest.append(line)
            continue
        if parts and normalise(line) in _ends():
            now = None
            last = len(known.lines) + 1
            continue
        if not parts and normalise(line) in _exercises():
            found.exercise = True
            continue
        begun = None if last > len(known.lines) else _begins(known, line, last)
        if begun is not None:
            now, rest, sure = begun
            last = known.number(now.name)
            parts.setdefault(now.name, []).append(rest)
            if not sure:
                found.unsure.append(now.name)
        elif now is not None:
            parts[now.name].append(line)
        elif not _audience(line):
            found.rest.append(line)
    _take(found, parts)
    return found


def _take(found: Understood, parts: Mapping[str, list[str]]) -> None:
    form = FORMS.get(found.form or "")
    for line in form.lines if form else ():
        if line.name not in parts:
            continue
        raw = " ".join(part for part in parts[line.name] if part)
        try:
            found.fields[line.name] = read(line, raw)
        except BadInput:
            found.doubts[line.name] = raw


def _clean(raw: str) -> str:
    return plain(_QUOTE.sub("", plain(raw))).replace("：", ":").replace("∶", ":")


def _begins(form: Form, line: str, last: int) -> tuple[LineDef, str, bool] | None:
    """The line that begins here, what follows its colon, and whether its label was known."""
    numbered = _NUMBERED.match(line)
    if numbered is not None:
        number, label, rest = int(numbered[1]), numbered[2], numbered[3]
        if not 1 <= number <= len(form.lines):
            return None
        at = form.lines[number - 1]
        if at.name in _names(form.name).get(normalise(label), ()):
            return at, rest, True
        # Another's label under this number is no line of this form; an unknown one may be misspelt.
        if number > last and normalise(label) not in _names(form.name):
            return at, rest, False
        return None
    named = _NAMED.match(line)
    names = _names(form.name).get(normalise(named[1]), ()) if named is not None else ()
    if named is None or len(names) != 1:
        return None
    return next(one for one in form.lines if one.name == names[0]), named[2], True


@cache
def _names(form: str) -> dict[str, tuple[str, ...]]:
    """Every label of a form in every language, folded, and the lines it names."""
    found: dict[str, set[str]] = {}
    for line in FORMS[form].lines:
        for lang in LANGS:
            found.setdefault(normalise(text(lang, f"form.line.{line.name}")), set()).add(line.name)
    return {label: tuple(sorted(names)) for label, names in found.items()}


@cache
def _ends() -> frozenset[str]:
    return frozenset(normalise(text(lang, "form.end")) for lang in LANGS)


@cache
def _exercises() -> frozenset[str]:
    return frozenset(normalise(text(lang, "form.exercise")) for lang in LANGS)


def _audience(line: str) -> bool:
    named = _NAMED.match(line)
    labels = {normalise(text(lang, "form.line.for")) for lang in LANGS}
    return named is not None and normalise(named[1]) in labels


def _form_named(line: str) -> str | None:
    """Which form a first line names: by its word, or by its title in any language."""
    folded = normalise(line.replace("·", " "))
    for form in FORMS.values():
        if folded == normalise(form.word) or folded.startswith(normalise(form.word) + " "):
            return form.name
        if folded in {normalise(text(lang, f"form.text.{form.name}")) for lang in LANGS}:
            return form.name
    return None
