"""Signed notes as C2SP writes them (log 5.1, 5.2)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.log import note
from tests.log.people import key

# The example in the documentation of Go's golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_KEY = base64.b64decode(PETER.split("+", 2)[2])[1:]
PETER_TEXT = (
    b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

# The example note of c2sp.org/signed-note, whose text holds an empty line.
SALVATORE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()

ERBIL, BAGHDAD = key("erbil"), key("baghdad")
TEXT = "line one\n\nline two: ڕێککەوتن\n".encode()
NOTE = note.sign(TEXT, "example.com/erbil", ERBIL)


def test_the_go_example_opens() -> None:
    whole = note.join(PETER_TEXT, PETER_LINE)
    assert note.open(whole, "PeterNeumann", PETER_KEY) == PETER_TEXT
    assert note.vkey("PeterNeumann", note.ED25519, PETER_KEY) == PETER
    assert note.key_id("PeterNeumann", note.ED25519, PETER_KEY).hex() == "c74f20a3"


def test_the_c2sp_example_is_taken_apart() -> None:
    parsed = note.parse(SALVATORE)
    assert parsed.text.decode().endswith("sole:\n\ned è subito sera.\n")
    (signature,) = parsed.signatures
    assert (signature.name, signature.key_id.hex()) == ("quasimodo.example/salvatore", "367ba04b")
    assert parsed.to_bytes() == SALVATORE


def test_signed_and_opened() -> None:
    assert note.open(NOTE, "example.com/erbil", ERBIL.public) == TEXT
    assert note.parse(NOTE).to_bytes() == NOTE


def test_unknown_signatures_are_ignored_and_the_known_one_must_be_there() -> None:
    both = note.join(
        TEXT, note.parse(note.sign(TEXT, "other", BAGHDAD)).signatures[0].line(), NOTE[len(TEXT) + 1 :]
    )
    assert note.open(both, "example.com/erbil", ERBIL.public) == TEXT
    assert note.open(both, "other", BAGHDAD.public) == TEXT
    for name, public in (
        ("other", ERBIL.public),
        ("example.com/erbil", BAGHDAD.public),
        ("nobody", ERBIL.public),
    ):
        with pytest.raises(RuleBroken, match=r"log 5\.2"):
            note.open(both, name, public)


def test_a_known_signature_that_fails_spoils_the_note() -> None:
    good = note.parse(NOTE).signatures[0]
    bad = note.Signature(good.name, good.key_id, bytes(64))
    with pytest.raises(RuleBroken, match=r"log 5\.2"):
        note.open(note.join(TEXT, good.line(), bad.line()), "example.com/erbil", ERBIL.public)


@given(st.integers(0, len(NOTE) * 8 - 1))
def test_no_flipped_bit_opens(bit: int) -> None:
    changed = bytearray(NOTE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RuleBroken, match=r"log 5\.[12]"):
        note.open(bytes(changed), "example.com/erbil", ERBIL.public)


@given(st.binary(max_size=300) | st.text("— \nab+=\t", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_by_a_rule(data: bytes) -> None:
    try:
        parsed = note.parse(data)
    except RuleBroken as refused:
        assert refused.rule == "log 5.1"
    else:
        assert parsed.to_bytes() == data


LINE = NOTE[len(TEXT) + 1 :].decode()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "text\n",
        "text\n\n",
        "\n" + LINE,
        "text\n" + LINE,
        "text\n\n" + LINE.removesuffix("\n"),
        "text\n\n" + LINE + "\n",
        "text\n\n" + LINE + "tail",
        "text\n\n" + LINE.replace("— ", "- "),
        "text\n\n" + LINE.replace("— ", "—"),
        "text\n\n" + LINE.replace(" example", "  example"),
        "text\n\n" + LINE.replace("example", "exa+mple"),
        "text\n\n" + LINE.replace("example", "exa\u00a0mple"),
        "text\n\n" + LINE.replace("=\n", "\n"),
        "text\n\n" + LINE.replace("=\n", "=\r\n"),
        "te\txt\n\n" + LINE,
        "te\0xt\n\n" + LINE,
        "text\n\n— name AAAAAA==\n",
        "text\n\n" + LINE * 65,
        "x" * 131_072 + "\n\n" + LINE,
    ],
)
def test_what_is_no_note(data: str) -> None:
    with pytest.raises(RuleBroken, match=r"log 5\.1"):
        note.parse(data.encode())


def test_up_to_64_signatures_are_read() -> None:
    assert len(note.parse(("text\n\n" + LINE * 64).encode()).signatures) == 64


@pytest.mark.parametrize("text", [b"no newline", b"", b"tab\t\n", b"\xff\n"])
def test_only_text_is_signed(text: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log 5\.1"):
        note.sign(text, "name", ERBIL)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "thin\u2009space", "new\nline", "bell\a"])
def test_key_names_have_no_space_and_no_plus(name: str) -> None:
    assert not note.is_name(name)
    with pytest.raises(RuleBroken, match=r"log 5\.1"):
        note.sign(TEXT, name, ERBIL)
