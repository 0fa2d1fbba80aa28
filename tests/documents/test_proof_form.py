"""The printed proof: one page, every language, both hashes in print and in the QR code."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from seamline.actions import proving
from seamline.documents import proof_form as form
from seamline.log import proof_file
from tests.log.test_proof_file import WATCH, Two


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.world.close()


def page_of(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) == 1
    return str(pages[0].extract_text())


def test_one_page_with_the_hash_of_the_record_and_of_the_file(two: Two) -> None:
    id = two.item["id"]
    said = "".join(page_of(proving.printed(two.erbil, WATCH, id)).split())
    assert two.item["hash"] in said
    assert hashlib.sha256(proving.prove(two.erbil, WATCH, id)).hexdigest() in said
    assert "ERBIL-1" in said
    assert "baghdad(isf)" in said


def test_every_language_is_there(two: Two) -> None:
    said = page_of(proving.printed(two.erbil, WATCH, two.item["id"]))
    for word in ("Proof of a record", "إثبات", "سەلمێنەری"):
        assert word in said


def test_the_same_file_gives_the_same_page(two: Two) -> None:
    data = proving.prove(two.erbil, WATCH, two.item["id"])
    shown = proof_file.check(data, two.known("ksf", "isf"))
    assert form.proof_form(data, shown, "ERBIL-1", "x") == form.proof_form(data, shown, "ERBIL-1", "x")


def test_the_code_holds_both_hashes(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    coded: list[str] = []
    monkeypatch.setattr(
        form, "qr", lambda text: coded.append(text) or "<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    data = proving.prove(two.erbil, WATCH, two.item["id"])
    form.proof_form(data, proof_file.check(data, two.known("ksf")), "ERBIL-1", "x")
    assert coded == [f"seamline-proof/v1\nfile {hashlib.sha256(data).hexdigest()}\nentry {two.item['hash']}"]
