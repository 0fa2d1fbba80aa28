"""Ceilings and reasons: files of 400 lines, functions of 50, an ignore with its reason, nothing left to do.

A comment ``ceiling: reason`` lifts a ceiling: in the first twenty lines for a file, in the line above a
function or its first three lines for that function.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, FUNCTION = 400, 50

_LIFT = re.compile(r"(?:#|//|<!--)\s*ceiling:\s*\w+")
_SILENCE = re.compile(
    r"(?:#\s*noqa(?::\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?|#\s*type:\s*ignore(?:\[[\w, -]+\])?"
    r"|@ts-(?:ignore|expect-error)|svelte-ignore\s+[\w]+|#\s*pragma:\s*no cover)(.*)$"
)
_BARE_NOQA = re.compile(r"#\s*noqa(?!:)")
_LEFT_TO_DO = re.compile(r"(?:#|//|<!--)\s*(?:TODO|FIXME|XXX|HACK)\b")
_REASON = re.compile(r"\w.*\w{2,}.*\w{2,}")
_OPENS = re.compile(
    r"^(\s*)(?:export\s+)?(?:default\s+)?(?:async\s+)?"
    r"(?:function\b[^=]*|(?:const|let)\s+\w+\s*=\s*(?:async\s*)?(?:<[^>]*>\s*)?\([^)]*\)[^=]*=>\s*|"
    r"(?:(?:static|private|public|protected|get|set|async)\s+)*#?\w+\s*\([^;]*\)\s*(?::\s*[^={]+)?)\{\s*$"
)
_NOT_FUNCTIONS = re.compile(r"^\s*(?:\}?\s*else\s+)?(?:if|for|while|switch|catch)\b")


def main() -> int:
    """Print each fault as path:line and return the exit code."""
    texts = ((path.as_posix(), (ROOT / path).read_text("utf-8")) for path in sources())
    faults = [fault for name, source in texts for fault in check(name, source)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def sources() -> list[Path]:
    """The files of this repository, tracked or about to be."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # not a clone: an unpacked archive
        folders = ("seamline", "scripts", "tests", "benchmarks", "ui/src")
        found = [p.relative_to(ROOT) for f in folders for p in (ROOT / f).rglob("*")]
    else:
        found = [Path(line) for line in listed.stdout.splitlines()]
    return [p for p in sorted(set(found)) if p.suffix in (".py", ".ts", ".svelte") and (ROOT / p).is_file()]


def check(name: str, source: str) -> Iterator[str]:
    """The faults of one file."""
    lines = source.splitlines()
    if len(lines) > FILE and not any(_LIFT.search(line) for line in lines[:20]):
        yield f"{name}:1: {len(lines)} lines, the ceiling is {FILE}"
    spans = _python(source) if name.endswith(".py") else _braces(lines)
    for start, end, function in spans:
        lifted = any(_LIFT.search(line) for line in lines[max(0, start - 2) : start + 3])
        if end - start + 1 > FUNCTION and not lifted:
            yield f"{name}:{start}: {function} has {end - start + 1} lines, the ceiling is {FUNCTION}"
    for number, line in enumerate(lines, 1):
        above = lines[number - 2] if number > 1 else ""
        yield from (f"{name}:{number}: {fault}" for fault in _line(line, above))


def _line(line: str, above: str) -> Iterator[str]:
    if _LEFT_TO_DO.search(line):
        yield "what is left to do belongs in an issue; a known flaw is written BUG:"
    if _BARE_NOQA.search(line):
        yield "noqa names the rule that it silences"
    silenced = _SILENCE.search(line)
    explained = above.lstrip().startswith(("#", "//", "<!--"))
    if silenced and not explained and not _REASON.search(silenced.group(1)):
        yield "a silenced rule needs its reason beside it or in a comment above"


def _python(source: str) -> Iterator[tuple[int, int, str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return  # ruff says where
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.end_lineno or node.lineno, node.name


def _braces(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """TypeScript by its layout: a function ends at the first closing brace as deep as its beginning."""
    for start, line in enumerate(lines):
        opened = _OPENS.match(line)
        if opened is None or _NOT_FUNCTIONS.match(line):
            continue
        indent = opened.group(1)
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(indent + "}"):
                yield start + 1, end + 1, line.strip().rstrip("{").strip()[:60]
                break


if __name__ == "__main__":
    sys.exit(main())
