"""Each defence of the blind checks taken away from a copy of the program: the test that attacks it must fail.

They stand in defences.toml: the test that attacks, and the lines that defend. A line that is no longer there
fails too: say what defends now.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEFENCES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("defences.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The program and its tests, without what neither reads."""
    place = tmp_path_factory.mktemp("defences") / "copy of it"
    left = shutil.ignore_patterns("static", "__pycache__", "browser")
    for name in ("seamline", "tests", "scripts"):
        shutil.copytree(ROOT / name, place / name, ignore=left)
    shutil.copytree(ROOT / "docs" / "spec", place / "docs" / "spec")
    shutil.copy(ROOT / "pyproject.toml", place)
    yield place
    shutil.rmtree(place)


@pytest.mark.soak
@pytest.mark.parametrize("name", DEFENCES)
def test_without_it_the_attack_is_seen_to_succeed(program: Path, name: str) -> None:
    attack, lines = DEFENCES[name]["attack"], DEFENCES[name]["lines"]
    for line in lines:
        path = program / "seamline" / line["module"]
        path.write_text(path.read_text("utf-8").replace(line["defence"], line["instead"]), "utf-8")
    words = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"]
    try:
        ran = subprocess.run(
            [*words, attack], cwd=program, capture_output=True, text=True, timeout=600, check=False
        )
    finally:
        for line in lines:
            shutil.copy(ROOT / "seamline" / line["module"], program / "seamline" / line["module"])
    assert ran.returncode == 1, ran.stdout[-2_000:] + ran.stderr[-2_000:]


def test_what_defends_is_where_the_rows_say() -> None:
    for name, row in DEFENCES.items():
        for line in row["lines"]:
            text = (ROOT / "seamline" / line["module"]).read_text("utf-8")
            assert text.count(line["defence"]) == 1, name
        file, _, test = row["attack"].partition("::")
        assert f"def {test}(" in (ROOT / file).read_text("utf-8") or not test, name
