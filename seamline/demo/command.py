"""seamline demo: the exercise, ready to click."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from seamline.demo.run import run


def demo(
    *,
    folder: Annotated[Path, Parameter(name="--dir")] = Path("demo-data"),
    port: int = 8800,
    browser: bool = True,
) -> int:
    """Four nodes on loopback and a synthetic week, ready to click. Ctrl-C stops all.

    Parameters
    ----------
    folder
        Where the exercise lives; a second start with the same folder goes on with it.
    port
        The first of four ports in a row.
    browser
        Open a browser when all is ready.
    """
    return run(folder, port, browser=browser, say=lambda line: print(line, flush=True))
