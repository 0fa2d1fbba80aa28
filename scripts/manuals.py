"""The manuals as pages that any browser shows without a network, and that print; for the kit.

python scripts/manuals.py DIR     write DIR/index.html and a page for each document
"""

from __future__ import annotations

import html
import os
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
SINGLE = ("README.md", "SECURITY.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
_STYLE = """
:root { color-scheme: light dark }
body { font: 11pt/1.5 "Noto Sans", "Noto Sans Arabic", "Segoe UI", Tahoma, sans-serif; max-width: 48rem;
  margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem } h1, h2, h3 { line-height: 1.25; break-after: avoid }
code, pre { font-family: "Noto Sans Mono", Consolas, monospace; font-size: .9em; direction: ltr;
  unicode-bidi: isolate }
pre { padding: .6rem; border: 1px solid #8888; overflow-x: auto; white-space: pre-wrap }
table { border-collapse: collapse } td, th { border: 1px solid #8888; padding: .2rem .5rem; text-align: start;
  vertical-align: top }
li { margin: .2rem 0 } nav { margin-bottom: 1rem }
@media print {
  body { margin: 0; max-width: none; font-size: 9.5pt; line-height: 1.35 } nav { display: none }
  h1:not(:first-of-type) { break-before: page } li { margin: .1rem 0 }
  a { color: inherit; text-decoration: none }
}
@page { size: A4; margin: 14mm }
"""


def main(words: list[str]) -> int:
    """Write the pages and return the exit code."""
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    count = write(Path(words[0]))
    print(f"{words[0]}: {count} pages")
    return 0


def write(to: Path) -> int:
    """A page for each document under to, and an index; how many there are."""
    sources = [ROOT / name for name in SINGLE]
    for folder, names in (("docs", "*.md"), ("examples", "README.md"), ("seamline", "README.md")):
        sources += sorted((ROOT / folder).rglob(names))
    listed = []
    for source in sources:
        name = source.relative_to(ROOT).with_suffix(".html")
        title, body = render(source.read_text("utf-8"))
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        up = Path(os.path.relpath(to, path.parent), "index.html").as_posix()
        path.write_text(page(title, body, up), "utf-8")
        listed.append(f'<li><a href="{name.as_posix()}">{html.escape(title)}</a></li>')
    for picture in sorted((ROOT / "docs" / "pictures").rglob("*.png")):
        target = to / picture.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture.read_bytes())
    (to / "index.html").write_text(page("Seamline", f"<h1>Seamline</h1><ul>{''.join(listed)}</ul>"), "utf-8")
    return len(listed)


def page(title: str, body: str, up: str = "") -> str:
    """A whole page; up: address of the index."""
    back = f'<nav><a href="{up}">Seamline</a></nav>' if up else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n'
        f"{back}\n{body}\n</html>\n"
    )


def render(text: str) -> tuple[str, str]:
    """The title (first heading) and the HTML of a document; links to other documents lead to their pages."""
    # HTML within: the guide marks its right-to-left parts. These are the repository's own files.
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = parser.parse(text)
    title = ""
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            title = title or token.content
            before.attrSet("id", anchor(token.content))
        for child in token.children or []:
            _lead_to_page(child)
    return re.sub(r"[`*]", "", title), parser.renderer.render(tokens, parser.options, {})


def anchor(heading: str) -> str:
    """The fragment by which documents refer to a heading, as forges make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def _lead_to_page(token: Token) -> None:
    where: Any = token.attrs.get("href")
    if token.type == "link_open" and isinstance(where, str) and "://" not in where:
        token.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", where))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
