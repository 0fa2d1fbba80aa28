"""Release 7: a document is a whole PDF that opens without a password."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfWriter

from seamline.errors import BadInput
from seamline.release import paper


def pdf(password: str = "", title: str = "synthetic") -> bytes:
    """One empty page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_whole_one_is_taken() -> None:
    assert paper.is_pdf(pdf())
    paper.check(pdf())
    paper.check(pdf() + b"\r\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"\n" + pdf(),
        pdf()[:-8],
        pdf() + b"<script>",
        pdf()[:60] + pdf()[70:],
        pdf(password="x"),
        b"%PDF-1.7\n<html>startxref\n4\n%%EOF",
        b"%PDF-1.7\nstartxref\n9999999999\n%%EOF",
    ],
)
def test_what_is_none_is_cut_or_locked_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        paper.check(data)
