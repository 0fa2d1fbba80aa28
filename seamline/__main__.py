"""Start: ``python -m seamline`` and the program ``seamline``. Mounts the exercise on the program."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; the exit code."""
    from seamline.cli.app import app, run

    app.command(
        "seamline.demo.command:demo",
        name="demo",
        help="The exercise: four nodes on loopback, ready to click.",
    )
    return run()


if __name__ == "__main__":
    sys.exit(main())
