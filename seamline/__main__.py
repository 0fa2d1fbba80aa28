"""Start: ``python -m seamline`` and the program ``seamline``. Mounts the exercise on the program."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; the exit code."""
    from seamline.cli.app import app, run
    from seamline.demo.command import demo

    app.command(demo)
    return run()


if __name__ == "__main__":
    sys.exit(main())
