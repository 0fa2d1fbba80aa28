"""Messages: what comes back is what was written; what a stranger writes is refused by a paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.actions.receive import Refusal
from seamline.errors import RuleBroken
from seamline.exchange import envelope
from seamline.exchange.envelope import MAX_BODY, Answer, Request
from seamline.log.keys import SealKey
from tests.exchange.parts import KEY, READER, nodes, sizes

texts = st.text(max_size=40)
tags = st.binary(min_size=16, max_size=16)
refusals = st.lists(
    st.builds(
        Refusal,
        st.integers(0, 4096),
        texts,
        st.sampled_from(["ours", "theirs", "link"]),
        st.text(max_size=300),
        sizes,
        st.booleans(),
    ),
    max_size=3,
).map(tuple)
sealed = st.lists(st.binary(max_size=40), max_size=4).map(tuple)
flag = st.booleans()
requests = st.builds(
    Request,
    st.just(KEY.fingerprint),
    nodes,
    sizes,
    sealed,
    st.lists(st.tuples(tags, refusals), max_size=3).map(tuple),
    flag,
    flag,
    flag,
    flag,
    sizes,
)
answers = st.builds(
    Answer, st.just(KEY.fingerprint), nodes, tags, sizes, sealed, refusals, flag, flag, flag, flag, flag
)
SEAL = SealKey(b"s" * 32)
REQUEST = envelope.write_request(Request(KEY.fingerprint, READER.fingerprint, 1, (b"part",)), KEY)


def public_of(fingerprint: str) -> bytes | None:
    return KEY.public if fingerprint == KEY.fingerprint else None


def rule(wanted: str, data: bytes) -> None:
    with pytest.raises(RuleBroken) as fault:
        envelope.read_request(data, public_of)
    assert fault.value.rule == wanted


@given(requests)
def test_a_request_comes_back(request: Request) -> None:
    data = envelope.write_request(request, KEY, SEAL.public)
    assert envelope.read_request(data, public_of, SEAL) == request


@given(answers)
def test_an_answer_comes_back_to_its_request_only(answer: Answer) -> None:
    bound = Answer(**{**{f: getattr(answer, f) for f in answer.__slots__}, "request": envelope.tag(REQUEST)})
    data = envelope.write_answer(bound, KEY, SEAL.public)
    assert envelope.read_answer(data, REQUEST, public_of, SEAL) == bound
    with pytest.raises(RuleBroken) as fault:
        envelope.read_answer(data, REQUEST + b"x", public_of)
    assert fault.value.rule == "exchange 6.4"


def test_what_was_refused_is_for_who_offered_it_alone() -> None:
    """exchange 8.3: it names channels and sizes, so it travels sealed."""
    refused = (Refusal(0, "exchange 2.3", "theirs", "isf+ksf is not held here", 4711),)
    plain = Request(KEY.fingerprint, READER.fingerprint, 1, seen=((bytes(16), refused),))
    answer = Answer(KEY.fingerprint, READER.fingerprint, envelope.tag(REQUEST), 1, refused=refused)
    for data in (
        envelope.write_request(plain, KEY, SEAL.public),
        envelope.write_answer(answer, KEY, SEAL.public),
    ):
        assert b"isf" not in data
        assert b"2.3" not in data
    told = envelope.read_answer(envelope.write_answer(answer, KEY, SEAL.public), REQUEST, public_of)
    assert told.refused == ()
    with pytest.raises(ValueError, match="sealed"):
        envelope.write_answer(answer, KEY)
    with pytest.raises(RuleBroken):
        envelope.read_answer(
            envelope.write_answer(answer, KEY, SEAL.public), REQUEST, public_of, SealKey(bytes(32))
        )


@given(st.integers(0, len(REQUEST) - 1), st.integers(0, 7))
def test_one_bit_changed_is_refused(place: int, bit: int) -> None:
    data = bytearray(REQUEST)
    data[place] ^= 1 << bit
    with pytest.raises(RuleBroken):
        envelope.read_request(bytes(data), public_of)


@given(st.integers(0, len(REQUEST) - 1))
def test_a_cut_message_is_refused(stop: int) -> None:
    with pytest.raises(RuleBroken):
        envelope.read_request(REQUEST[:stop], public_of)


@given(st.binary(max_size=200))
def test_well_signed_nonsense_is_refused(body: bytes) -> None:
    body = b"SLQ1" + bytes.fromhex(KEY.fingerprint) + bytes(16) + body
    try:
        envelope.read_request(body + KEY.sign(b"seamline/exchange/v1\n" + body), public_of)
    except RuleBroken as fault:
        assert fault.rule == "exchange 6.1"


def test_strangers_and_wrong_kinds_are_refused() -> None:
    rule("exchange 6.2", envelope.write_request(Request(READER.fingerprint, KEY.fingerprint, 1), READER))
    rule("exchange 6.2", envelope.write_request(Request(KEY.fingerprint, KEY.fingerprint, 1), READER))
    rule("exchange 6.1", envelope.write_answer(Answer(KEY.fingerprint, KEY.fingerprint, bytes(16), 0), KEY))
    rule("exchange 6.1", bytes(MAX_BODY + 1))
    many = Request(KEY.fingerprint, READER.fingerprint, 1, (b"",) * (envelope.MAX_PARTS + 1))
    rule("exchange 6.1", envelope.write_request(many, KEY))
