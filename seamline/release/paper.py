"""Documents (PDF) that records name: taken as they are, or not at all. Spec: docs/spec/release.md 7.

- release 7.1  a document is a whole PDF: its head at the very beginning, its end mark at the very end
- release 7.2  one that is locked is refused: its reader could not open it

Nothing in it is changed, drawn or run here, and what its program wrote into it stays in it.
"""

from __future__ import annotations

import re
from typing import Final

from seamline.errors import BadInput, Worded

PDF: Final = "application/pdf"

_HEAD = re.compile(rb"%PDF-[12]\.\d[\r\n \t]")
# ISO 32000-2, 7.5.5: where the last cross-reference stands, then the end; writers add line ends at most.
_TAIL = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TAIL_BYTES: Final = 1024


def is_pdf(data: bytes) -> bool:
    """Whether it says that it is one."""
    return data.startswith(b"%PDF-")


def check(data: bytes) -> None:
    """BadInput unless these bytes are a whole PDF (release 7.1) that opens without a password (7.2)."""
    tail = _TAIL.search(data, max(0, len(data) - _TAIL_BYTES))
    if not _HEAD.match(data) or tail is None:
        raise _broken("it does not begin and end as a PDF does")
    at = int(tail[1])
    # A table, or an object that holds one as a stream (7.5.4, 7.5.8).
    if not re.compile(rb"\s*(xref\b|\d+\s+\d+\s+obj\b)").match(data, at):
        raise _broken("its last cross-reference is not where it says")
    if re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)").search(data, at):
        raise _broken("it is locked with a password")


def _broken(why: str) -> BadInput:
    return BadInput(
        "document",
        why,
        Worded("remedy.save_pdf", "save or print it as a PDF anew; one of paper can be photographed"),
    )
