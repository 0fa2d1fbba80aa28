"""The commands, mounted; faults become exit codes here and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from seamline import __version__
from seamline.cli import book, inspect, link, node, officer, plans
from seamline.cli.exits import report
from seamline.errors import SeamlineError

app = App(
    name="seamline",
    version=__version__,
    help="Two forces, one line, no common commander: tell each other, check, meet, agree.",
)
app.command(node.app)
app.command(book.app)
app.command(officer.app)
app.command(link.app)
app.command(link.channels)
for command in (node.serve, inspect.rebuild, inspect.verify, plans.check):
    app.command(command)


def run(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        result = app(given, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return 2
    except SeamlineError as fault:
        return report(fault, as_json="--json" in given)
    except KeyboardInterrupt:
        return 130
    return result if isinstance(result, int) else 0
