"""The ceilings fall where they should, and a stated reason lifts them."""

from __future__ import annotations

import pytest

from scripts.ceilings import check

LONG = "\n".join(f"    a{n} = {n}" for n in range(60))


def test_a_long_file() -> None:
    lines = "\n" * 401
    assert list(check("a.py", lines)) == ["a.py:1: 401 lines, the ceiling is 400"]
    assert not list(check("a.py", "# ceiling: one table of the format, read as a whole\n" + lines))


def test_a_long_function() -> None:
    assert "f has 61 lines" in next(check("a.py", f"def f():\n{LONG}\n"))
    assert not list(check("a.py", f"# ceiling: a transition table\ndef f():\n{LONG}\n"))
    assert "g has 61" in next(check("a.py", f"class A:\n  async def g(self):\n{LONG}\n"))


@pytest.mark.parametrize(
    "head",
    [
        "export async function load(a: string, b: number): Promise<void> {",
        "function load() {",
        "const load = async (a: string): Promise<void> => {",
        "  async load(a: string): Promise<void> {",
        "  #load(): void {",
    ],
)
def test_a_long_function_in_typescript(head: str) -> None:
    indent = head[: len(head) - len(head.lstrip())]
    body = "\n".join(f"{indent}  a({n});" for n in range(60))
    assert "has 62 lines" in next(check("a.ts", f"{head}\n{body}\n{indent}}}\n"))
    assert not list(check("a.svelte", f"{indent}// ceiling: drawn as one\n{head}\n{body}\n{indent}}}\n"))


def test_a_long_block_is_no_function() -> None:
    body = "\n".join(f"  a({n});" for n in range(60))
    assert not list(check("a.ts", f"if (a) {{\n{body}\n}}\n"))
    assert not list(check("a.ts", f"export const TABLE = {{\n{body}\n}}\n"))


# Assembled here, so that this file does not trip over its own examples.
@pytest.mark.parametrize(
    ("comment", "faults"),
    [
        ("# no" + "qa: E501", 1),
        ("# no" + "qa", 2),
        ("# no" + "qa: BLE001, S110 the listener is not ours", 0),
        ("# type: " + "ignore[arg-type]", 1),
        ("# type: " + "ignore[arg-type]  # the stub is wrong about None", 0),
        ("# TO" + "DO later", 1),
        ("# BUG: loses the last digit", 0),
    ],
)
def test_reasons(comment: str, faults: int) -> None:
    assert len(list(check("a.py", f"a = 1  {comment}\n"))) == faults


def test_a_reason_may_stand_above() -> None:
    assert not list(
        check("a.py", "# The driver leaves these untyped.\na = b()  # type: " + "ignore[no-any]\n")
    )


def test_reasons_in_typescript() -> None:
    assert list(check("a.ts", "a();\nb(); // @ts-" + "expect-error\n"))
    assert not list(check("a.ts", "a();\nb(); // @ts-" + "expect-error the types lag behind the library\n"))
