"""Write docs/reference/ from the code, or check that it is as the code says.

python scripts/reference.py [--check]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamline.web.access import Route

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Written by scripts/reference.py (`make reference`); edit the code instead. -->\n\n"


def main(words: list[str]) -> int:
    """Write or check, and return the exit code."""
    wrong = []
    for name, page in PAGES.items():
        text = NOTE + page().rstrip() + "\n"
        path = FOLDER / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if "--check" in words:
            wrong.append(path.relative_to(ROOT).as_posix())
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for path_name in wrong:
        print(f"{path_name} is not what the code says: run `make reference` and read the difference")
    return 1 if wrong else 0


# ---------------------------------------------------------------- settings


def settings_page() -> str:
    """Every key of node.toml with its default."""
    from seamline import settings as s

    def rows(fields: tuple[s.Field, ...], holder: type[s.Settings] | type[s.Limits]) -> Iterator[str]:
        defaults = dict(
            zip(
                holder.__struct_fields__[-len(holder.__struct_defaults__) :],
                holder.__struct_defaults__,
                strict=True,
            )
        )
        for field in fields:
            default = defaults.get(field.key)
            shown = "required" if field.key in s.REQUIRED else "unset" if default is None else _toml(default)
            yield f"| `{field.key}` | {shown} | {field.what} |"

    head = ["| setting | default | what for |", "|---|---|---|"]
    lines = [
        "# Settings",
        "",
        "`node.toml` in a node's folder, written by `seamline node init`. All its faults are reported",
        "at once. What officers agree on is not here: it is said in records (terms, standing rules) and",
        "in the roster.",
        "",
        *head,
        *rows(s.FIELDS, s.Settings),
        "",
        "## `[limits]`",
        "",
        *head,
        *rows(s.LIMITS, s.Limits),
        "",
    ]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value!r}`".replace("'", '"')


# ---------------------------------------------------------------- kinds


def kinds_page() -> str:
    """Every kind with its fields and what a tear line does with each."""
    from seamline.records.registry import KINDS
    from seamline.texts import catalogue

    lines = [
        "# Record kinds",
        "",
        "A body is JSON; coordinates are 1e-7 degrees, instants milliseconds since 1970 UTC. *Tear line*",
        "says what a release as a tear line does with the field: keep it, coarsen it, or drop it. In the",
        "channel it was put in, a record is whole.",
    ]
    english = catalogue("en")
    for name, kind in KINDS.items():
        doc = (kind.__doc__ or "").strip()
        traits = [f"Written by: {', '.join(kind.WRITERS) or 'the program itself'}."]
        if not kind.RELEASABLE:
            traits.append("Never released.")
        lines += ["", f"## `{name}`: {english.get(f'kind.{name}', name)}", "", doc, "", " ".join(traits), ""]
        lines += ["| field | type | required | codes | tear line |", "|---|---|---|---|---|"]
        lines += list(_field_rows(kind))
    return "\n".join(lines)


def _field_rows(kind: type) -> Iterator[str]:
    from seamline.records.kind import fields
    from seamline.records.values import CODES

    for field in fields(kind):
        codes = ", ".join(f"`{code}`" for code in CODES.get(field.spec.values or "", ()))
        required = "yes" if field.required else ""
        yield f"| `{field.name}` | {field.spec.type} | {required} | {codes} | {field.spec.release.value} |"


# ---------------------------------------------------------------- commands


def cli_page() -> str:
    """The help of every command."""
    from seamline.cli.app import app
    from seamline.demo.command import demo

    app.command(demo)  # as seamline/__main__.py does
    text: str = app.generate_docs(output_format="markdown", recursive=True)
    return text + "\n\n" + COMMON


COMMON = """## Common to all

Answers go to standard output, faults to standard error; `--json` gives both as one line of JSON.

| exit code | means |
|---|---|
| 0 | done; nothing found; sound |
| 1 | found something (`check`), tampered (`verify`), or another node's data broke a rule |
| 2 | bad input: the message names field, value and remedy; `verify`: unreadable |
| 3 | the link failed |
| 4 | a fault of this installation |
| 130 | interrupted |

A passphrase is read from `--passphrase-file` (its first line), else from `SEAMLINE_PASSPHRASE`, else from the
keyboard; never from the command line, where other users could see it.
"""


# ---------------------------------------------------------------- routes


def api_page() -> str:
    """Every route: who may, what it takes, what it does."""
    from seamline.web.routes import ROUTES

    lines = [
        "# HTTP API",
        "",
        "`GET /api/openapi.json` describes every field; this is the list. Authorization is a header",
        "`Authorization: Bearer TOKEN`, or the cookie `seamline_<node>`. Errors are problem+json (RFC 9457):",
        "`code` is for programs, `detail` and, for bad input, `field`, `value` and `remedy` for people. An",
        "answer about a record one may not see is the answer about one that does not exist. Fields marked",
        "`?` may be left out.",
    ]
    room = ""
    for route in ROUTES:
        module = route.handler.__module__.rsplit(".", 1)[-1]
        if module != room:
            lines += ["", f"## {module.capitalize()}", ""]
            lines += ["| route | who | what | query | body |", "|---|---|---|---|---|"]
            room = module
        path = re.sub(r":\w+}", "}", route.path)
        takes = " | ".join(_takes(struct) for struct in (route.query, route.body))
        lines.append(f"| `{route.method} {path}` | {_who(route)} | {route.summary} | {takes} |")
    return "\n".join(lines)


def _takes(struct: object) -> str:
    """The fields of a query or a body."""
    import msgspec

    if not (isinstance(struct, type) and issubclass(struct, msgspec.Struct)):
        return ""
    fields = msgspec.structs.fields(struct)
    return ", ".join(f"`{field.encode_name}`{'' if field.required else '?'}" for field in fields)


def _who(route: Route) -> str:
    permission = route.permission
    if permission.open:
        return "anyone"
    who = "signed in" if permission.roles is None else ", ".join(sorted(permission.roles))
    return f"{who} (token)" if permission.machine else who


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "kinds.md": kinds_page,
    "cli.md": cli_page,
    "api.md": api_page,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
