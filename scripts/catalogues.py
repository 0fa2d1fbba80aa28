"""Three complete catalogues: same keys, same placeholders, all plural forms, every key used and defined.

A key is used where it stands as a string in seamline/ or ui/src/, or where a computed string begins like it
(``f"kind.{kind}"``, `ui.told.${step}`). Keys that belong to something (a kind, a field, a code, an error)
exist exactly if that thing does.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from seamline import errors
from seamline.records.kind import fields
from seamline.records.registry import KINDS
from seamline.records.values import CODES
from seamline.texts import LANGS, placeholders
from seamline.texts.plurals import FORMS

ROOT = Path(__file__).resolve().parent.parent
Catalogues = Mapping[str, Mapping[str, str]]

_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_+-]+)+\Z")
_PREFIX = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_+-]*)+\Z")
_SCRIPT_STRING = re.compile(r"""(["'`])((?:ui|[a-z][a-z0-9_]*)\.[a-z0-9_.+-]*)(\1|\$\{)""")
_SCRIPT_CALL = re.compile(r"""\b(t|tn|known)\(\s*(["'])([^"']+)\2""")
_ALL_FORMS = {form for forms in FORMS.values() for form in forms}


class Uses(NamedTuple):
    """What the sources ask for. asked: (key, file) of calls with a literal key; codes: those of faults."""

    keys: set[str]
    prefixes: set[str]
    asked: set[tuple[str, str]]
    codes: set[str]


def main() -> int:
    """Print each fault and return the exit code."""
    folder = ROOT / "seamline" / "texts"
    found = {lang: json.loads((folder / f"{lang}.json").read_text("utf-8")) for lang in LANGS}
    used = uses()
    faults = [*complete(found), *unused_or_undefined(found["en"], used), *owned(found["en"], used.codes)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def complete(catalogues: Catalogues) -> Iterator[str]:
    """Keys, plural forms and placeholders that one language has and another lacks."""
    counted = {base for table in catalogues.values() for base in plural_bases(table)}
    plain = {lang: {key for key in table if _base(key) not in counted} for lang, table in catalogues.items()}
    everywhere = set().union(*plain.values())
    for lang, table in catalogues.items():
        for key in sorted(everywhere - plain[lang]):
            yield f"{lang}: {key} is missing"
        for base in sorted(counted):
            forms = {key.rpartition(".")[2] for key in table if _base(key) == base}
            if forms != set(FORMS[lang]):
                yield f"{lang}: {base} needs the forms {', '.join(FORMS[lang])}; it has {sorted(forms)}"
        for key, message in table.items():
            yield from _message(lang, key, message, catalogues["en"], counted)


def plural_bases(table: Mapping[str, str]) -> set[str]:
    """Keys that are counted: they have a form ``.one`` beside ``.other``."""
    return {key[: -len(".one")] for key in table if key.endswith(".one") and f"{key[:-4]}.other" in table}


def unused_or_undefined(table: Mapping[str, str], found: Uses) -> Iterator[str]:
    """Messages that nothing shows, and keys that no catalogue has."""
    counted = plural_bases(table)
    for key in table:
        names = {key, _base(key)} if _base(key) in counted else {key}
        if not names & found.keys and not any(key.startswith(prefix) for prefix in found.prefixes):
            yield f"{key} is used nowhere"
    for key, path in sorted(found.asked):
        if key not in table and key not in counted:
            yield f"{path}: {key} is in no catalogue"


def owned(table: Mapping[str, str], codes: set[str]) -> Iterator[str]:
    """Each kind, field, code and error has its words, and none is left of what has gone."""
    wanted = {f"kind.{name}" for name in KINDS}
    wanted |= {f"field.{field.name}" for kind in KINDS.values() for field in fields(kind)}
    wanted |= {f"value.{name}.{code}" for name, codes in CODES.items() for code in codes}
    wanted |= {f"error.{code}" for code in codes | error_codes(errors.SeamlineError)}
    for key in sorted(wanted - set(table)):
        yield f"{key} is in no catalogue"
    for key in sorted(set(table) - wanted):
        if key.startswith("kind."):
            yield f"{key} belongs to nothing in seamline/records"


def error_codes(error: type[errors.SeamlineError]) -> set[str]:
    """The code of an exception and of all below it."""
    return {error.code}.union(*(error_codes(child) for child in error.__subclasses__()))


def uses() -> Uses:
    """All that seamline/ and ui/src/ ask for."""
    found = Uses(set(), set(), set(), set())
    for path in sorted((ROOT / "seamline").rglob("*.py")):
        with contextlib.suppress(SyntaxError):  # ruff says where
            _python(ast.parse(path.read_text("utf-8")), path.relative_to(ROOT).as_posix(), found)
    for path in sorted((ROOT / "ui" / "src").rglob("*")):
        if path.suffix in (".ts", ".svelte"):
            _script(path.read_text("utf-8"), path.relative_to(ROOT).as_posix(), found)
    return found


def _python(tree: ast.AST, path: str, found: Uses) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(value)) if _KEY.match(value):
                found.keys.add(value)
            case ast.Constant(value=str(value)) if value.endswith(".") and _PREFIX.match(value):
                found.prefixes.add(value)  # "kind." + name
            case ast.JoinedStr(values=[ast.Constant(value=str(value)), *_]) if _PREFIX.match(value):
                found.prefixes.add(value)
            case ast.Call(func=ast.Name(id="text" | "plural"), args=[_, ast.Constant(value=str(key)), *_]):
                found.asked.add((key, path))
            case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                found.codes.add(code)


def _script(source: str, path: str, found: Uses) -> None:
    for _, value, end in _SCRIPT_STRING.findall(source):
        if end == "${" or value.endswith("."):
            found.prefixes.add(value)
        else:
            found.keys.add(value)
    found.asked.update((key, path) for _, _, key in _SCRIPT_CALL.findall(source))


def _base(key: str) -> str:
    base, _, form = key.rpartition(".")
    return base if form in _ALL_FORMS else ""


def _message(
    lang: str, key: str, message: str, english: Mapping[str, str], counted: set[str]
) -> Iterator[str]:
    if not message.strip():
        yield f"{lang}: {key} is empty"
    has = placeholders(message)
    if message.count("{") != len(re.findall(r"\{[a-z_][a-z0-9_]*\}", message)):
        yield f"{lang}: {key} has a brace that is no placeholder"
    if _base(key) in counted:
        wanted = placeholders(english.get(f"{_base(key)}.other", ""))
        # "One record": the small forms may say the number in words.
        optional = {"n"} if key.rpartition(".")[2] in ("zero", "one", "two") else set()
    else:
        wanted, optional = placeholders(english.get(key, message)), set()
    if not wanted - optional <= has <= wanted:
        yield f"{lang}: {key} has the placeholders {sorted(has)}, English has {sorted(wanted)}"


if __name__ == "__main__":
    sys.exit(main())
