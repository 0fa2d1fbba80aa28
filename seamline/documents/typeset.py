"""Typesetting: a form and its values to PDF, with the program's own letters on every machine.

Forms are Typst files in forms/; they read their values from `sys.inputs.data` (JSON) and nothing else: no
network, no file of the machine, no font of the machine. The same values give the same bytes.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec
import segno
import typst

FONTS = resources.files("seamline.texts") / "fonts"


def pdf(form: str, values: dict[str, Any]) -> bytes:
    """The form (its file's name without .typ) filled in. values: what JSON can say."""
    data = msgspec.json.encode(values).decode()
    return typst.compile(
        _form(form),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": data},
        pdf_standards="ua-1",
    )


def qr(text: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as SVG."""
    return str(segno.make_qr(text, error="m").svg_inline(border=0, omitsize=True))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _form(name: str) -> bytes:
    return (resources.files("seamline.documents") / "forms" / f"{name}.typ").read_bytes()
