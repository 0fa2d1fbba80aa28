"""Parts as bytes: every value comes back, and whatever a stranger writes is refused by a paragraph."""

from __future__ import annotations

import contextlib
import os
import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.log import keys, parcel
from seamline.log.part import Cosigned, Gone, Have, Part, Receipts, Run, SignedHead
from seamline.log.part_codec import MAX_PAYLOAD, decode, encode
from seamline.log.wire import ByteReader, ByteWriter
from tests.exchange.parts import KEY, LOG, OTHER_SEAL, SEAL, parts


def public_of(fingerprint: str) -> bytes | None:
    return KEY.public if fingerprint == KEY.fingerprint else None


def sealed(frame: bytes, key: keys.SigningKey = KEY) -> bytes:
    """A part whose compressed payload is these bytes, well signed and sealed."""
    purpose = b"seamline/part/v1\n"
    signed = bytes.fromhex(key.fingerprint) + key.sign(purpose + frame) + frame
    return keys.seal([SEAL.public], signed, purpose)


def refused(data: bytes, rule: str) -> None:
    with pytest.raises(RuleBroken) as fault:
        parcel.unpack(data, SEAL, public_of)
    assert fault.value.rule == rule


@given(parts)
def test_a_part_comes_back_as_it_was(part: Part) -> None:
    assert decode(encode(part)) == part


@given(parts)
def test_and_so_it_does_sealed(part: Part) -> None:
    opened = parcel.unpack(parcel.pack(part, KEY, [SEAL.public, OTHER_SEAL.public]), SEAL, public_of)
    assert (opened.sender, opened.part) == (KEY.fingerprint, part)


@given(parts, st.data())
def test_a_payload_cut_anywhere_is_refused(part: Part, data: st.DataObject) -> None:
    payload = encode(part)
    with pytest.raises(RuleBroken):
        decode(payload[: data.draw(st.integers(0, len(payload) - 1))])
    with pytest.raises(RuleBroken):
        decode(payload + b"\x00")


@given(parts, st.data())
def test_a_payload_changed_anywhere_is_another_part_or_none(part: Part, data: st.DataObject) -> None:
    payload = bytearray(encode(part))
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = decode(bytes(payload))
    except RuleBroken:
        return
    assert other != part


@given(st.binary(max_size=300))
def test_any_bytes_are_a_part_or_refused(data: bytes) -> None:
    try:
        part = decode(data)
    except RuleBroken:
        return
    assert encode(part)


@given(st.binary(max_size=300))
def test_any_bytes_well_sealed_are_a_part_or_refused(data: bytes) -> None:
    with contextlib.suppress(RuleBroken):
        parcel.unpack(sealed(data or b"\x00"), SEAL, public_of)


@given(parts, st.data())
def test_a_sealed_part_with_one_bit_changed_is_refused(part: Part, data: st.DataObject) -> None:
    out = bytearray(parcel.pack(part, KEY, [SEAL.public]))
    out[data.draw(st.integers(0, len(out) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(RuleBroken):
        parcel.unpack(bytes(out), SEAL, public_of)


def test_only_its_readers_open_it_and_only_known_senders_are_believed() -> None:
    out = parcel.pack(Have("isf"), KEY, [OTHER_SEAL.public])
    refused(out, "log 11.3")
    stranger = keys.SigningKey(b"z" * 32)
    refused(parcel.pack(Have("isf"), stranger, [SEAL.public]), "exchange 1.2")
    signed = bytes.fromhex(KEY.fingerprint) + bytes(64) + b"\x00" + encode(Have("isf"))
    refused(keys.seal([SEAL.public], signed, b"seamline/part/v1\n"), "exchange 1.2")
    refused(keys.seal([SEAL.public], b"short", b"seamline/part/v1\n"), "exchange 1.2")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * 1024 * 1024))
    assert len(bomb) < 10_000
    refused(sealed(b"\x01" + bomb), "exchange 1.3")
    unsaid = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(MAX_PAYLOAD * 4))
    refused(sealed(b"\x01" + unsaid), "exchange 1.3")
    refused(sealed(b"\x01" + zstandard.compress(encode(Have("isf"))) + b"more"), "exchange 1.3")
    refused(sealed(b"\x02" + encode(Have("isf"))), "exchange 1.3")
    refused(bytes(MAX_PAYLOAD + 10_000), "exchange 1.4")


def test_the_largest_part_goes_through() -> None:
    text = random.Random(1).randbytes(60_000)
    part = Run(LOG, 0, tuple([text] * 17), SignedHead(17, bytes(32), bytes(64)))
    assert MAX_PAYLOAD - 65_536 < len(encode(part)) <= MAX_PAYLOAD
    assert parcel.unpack(parcel.pack(part, KEY, [SEAL.public]), SEAL, public_of).part == part
    noise = Run(LOG, 0, tuple(os.urandom(60_000) for _ in range(17)), SignedHead(17, bytes(32), bytes(64)))
    assert parcel.unpack(parcel.pack(noise, KEY, [SEAL.public]), SEAL, public_of).part == noise


@pytest.mark.parametrize("kind", [0, 11, 200])
def test_kinds_of_the_future_are_named(kind: int) -> None:
    payload = bytes([kind]) + encode(Have("isf"))[1:]
    refused(sealed(b"\x00" + payload), "exchange 1.8")


def test_a_channel_must_be_one() -> None:
    refused(sealed(b"\x00\x01\x07ksf+isf"), "exchange 1.7")


def test_numbers_have_one_form() -> None:
    for value in (0, 127, 128, 16_384, (1 << 53) - 1):
        out = ByteWriter()
        out.number(value)
        assert ByteReader(out.done(), "x").number() == value
    for bad in (b"\x80\x00", b"\xff" * 9, b"\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x80"):
        with pytest.raises(RuleBroken):
            ByteReader(bad, "exchange 1.5").number()
    with pytest.raises(ValueError, match="does not fit"):
        ByteWriter().number(1 << 53)


def test_a_receipt_among_others_costs_at_most_150_bytes() -> None:
    def size(count: int) -> int:
        items = tuple(cosigned(reader=i % 4, second=1_760_000_000 + i, size=1000 + i) for i in range(count))
        return len(parcel.pack(Receipts("isf+ksf", items), KEY, [SEAL.public]))

    assert (size(50) - size(10)) / 40 <= 150


def cosigned(reader: int, second: int, size: int) -> Cosigned:
    rng = random.Random(f"{reader} {second}")
    return Cosigned(LOG, f"{reader:032x}", size, rng.randbytes(32), second, rng.randbytes(64))


def test_a_destroyed_body_travels_as_its_leaf() -> None:
    part = Run(LOG, 3, (b"one", Gone(bytes(range(32))), b"two"), SignedHead(6, bytes(32), bytes(64)))
    assert decode(encode(part)) == part
