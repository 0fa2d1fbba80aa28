"""The commands, mounted; faults become exit codes here and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from seamline import __version__
from seamline.cli.exits import report
from seamline.cli.say import language
from seamline.errors import SeamlineError

app = App(
    name="seamline",
    version=__version__,
    help="Two forces, one line, no common commander: tell each other, check, meet, agree.",
)
# By name, so that a command brings in its own room only: `check` needs no server, and starts without one.
COMMANDS = (
    ("setup", "seamline.cli.setup:setup", "Make a working room by questions, in three languages."),
    ("node", "seamline.cli.node:app", "Make a node, give it a new key, or make its keys unreadable at once."),
    ("serve", "seamline.cli.node:serve", "Run the node in FOLDER until it is interrupted."),
    ("party", "seamline.cli.book:app", "A party's own key, kept offline, and the statements made with it."),
    (
        "officer",
        "seamline.cli.officer:app",
        "Who may sign in at a node, and the keys that officers sign with.",
    ),
    ("agree", "seamline.cli.agree:agree", "Say and endorse what a file holds: terms, watch lists, sectors."),
    (
        "endorse",
        "seamline.cli.endorse:endorse",
        "Read a record and sign exactly that, with an officer's own key.",
    ),
    ("link", "seamline.cli.link:app", "The peers a node talks to."),
    ("bundle", "seamline.cli.bundle:app", "Files that a courier carries to other nodes and back."),
    ("channel", "seamline.cli.link:channels", "The channels a node holds."),
    ("check", "seamline.cli.plans:check", "Clashes, findings and gaps between plan files, without a server."),
    (
        "blind",
        "seamline.cli.blind:app",
        "Find where plans meet, or what nobody watches, without showing a plan.",
    ),
    (
        "import",
        "seamline.cli.imports:import_file",
        "Incidents, sites, posts, activities and reference layers from CSV and GeoJSON.",
    ),
    ("rebuild", "seamline.cli.inspect:rebuild", "The picture again, from the log."),
    ("backup", "seamline.cli.restoring:backup", "Back a node up into one encrypted file, while it serves."),
    ("restore", "seamline.cli.restoring:restore", "Bring a node back from a backup, under a new key."),
    ("doctor", "seamline.cli.doctor:doctor", "What is wrong with an installation, and what to do about it."),
    ("export", "seamline.cli.export:app", "What a node holds, for other tools."),
    ("programme", "seamline.cli.programme:app", "Points and milestones as a table, out and in."),
    ("text", "seamline.cli.text:app", "Standard texts: read one that came by mail, or write one."),
    ("proof", "seamline.cli.proof:proof", "A record as one file that anybody checks with a party's key."),
    ("evidence", "seamline.cli.evidence:evidence", "Files that show that a node told two stories."),
    (
        "verify",
        "seamline.cli.inspect:verify",
        "Check a folder's logs, or a proof, evidence or courier's file.",
    ),
)
for name, place, about in COMMANDS:
    app.command(place, name=name, help=about)


def _lang(words: list[str]) -> str:
    """What was asked for, for a fault that may come before anything was understood."""
    asked = words[words.index("--lang") + 1 :][:1] if "--lang" in words else []
    try:
        return language(asked[0] if asked else None)
    except SeamlineError:
        return "en"


def run(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        result = app(given, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return 2
    except SeamlineError as fault:
        return report(fault, as_json="--json" in given, lang=_lang(given))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the answer (head, a pager) has seen enough; let nothing be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return result if isinstance(result, int) else 0
