"""Signatures and seals: only the right key, only the untouched bytes (log 3.1, 11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, RuleBroken
from seamline.log import keys
from tests.log.people import key, seal_key

# RFC 8032 §7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

ONE, TWO, OTHER = seal_key("one"), seal_key("two"), seal_key("other")
SEALED = keys.seal([ONE.public, TWO.public], b"posts at the bridge", b"isf+ksf")


def test_ed25519_is_rfc_8032() -> None:
    signer = keys.SigningKey(SEED)
    assert signer.public == PUBLIC
    assert signer.sign(b"\x72") == SIGNATURE
    keys.verify(PUBLIC, SIGNATURE, b"\x72")


def test_a_fingerprint_is_half_a_sha_256() -> None:
    assert keys.fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb924"
    assert keys.is_fingerprint(keys.fingerprint(PUBLIC))
    for other in (
        "E3B0C44298FC1C149AFBF4C8996FB924",
        "e3b0",
        "",
        None,
        "g" * 32,
        "e3b0c44298fc1c149afbf4c8996fb924\n",
    ):
        assert not keys.is_fingerprint(other)


@pytest.mark.parametrize("public", [PUBLIC[:-1], b"", bytes(31) + b"\x80", PUBLIC[::-1]])
def test_a_bad_public_key_verifies_nothing(public: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log 3\.1"):
        keys.verify(public, SIGNATURE, b"\x72")


def test_the_caller_says_which_rule_a_bad_signature_breaks() -> None:
    with pytest.raises(RuleBroken) as refused:
        keys.verify(PUBLIC, SIGNATURE, b"\x73", rule="log 6.2")
    assert refused.value.rule == "log 6.2"


def test_a_seed_is_32_bytes_and_is_never_shown() -> None:
    for kind in (keys.SigningKey, keys.SealKey):
        with pytest.raises(BadInput):
            kind(b"short")
        assert SEED.hex()[:8] not in repr(kind(SEED))
        assert str(SEED) not in repr(kind(SEED))


def test_every_reader_opens_and_nobody_else() -> None:
    for reader in (ONE, TWO):
        assert reader.open(SEALED, b"isf+ksf") == b"posts at the bridge"
        assert keys.is_sealed_to(SEALED, reader.public)
    with pytest.raises(RuleBroken, match=r"log 11\.3"):
        OTHER.open(SEALED, b"isf+ksf")
    assert not keys.is_sealed_to(SEALED, OTHER.public)


def test_a_seal_is_for_one_purpose() -> None:
    with pytest.raises(RuleBroken, match=r"log 11\.4"):
        ONE.open(SEALED, b"isf+ksf+mag")


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_no_flipped_bit_opens(bit: int) -> None:
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    for reader in (ONE, TWO):
        with pytest.raises(RuleBroken, match=r"log 11\."):
            reader.open(bytes(changed), b"isf+ksf")


@given(st.integers(0, len(SEALED) - 1))
def test_no_cut_seal_opens(length: int) -> None:
    with pytest.raises(RuleBroken, match=r"log 11\."):
        ONE.open(SEALED[:length], b"isf+ksf")


@pytest.mark.parametrize(
    "head", [b"", b"\x01", b"\x01\x00", b"\x01\x41", b"\x02\x01", b"\x01\x01", SEALED[:193]]
)
def test_a_seal_without_its_head_is_refused(head: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log 11\.2"):
        ONE.open(head, b"isf+ksf")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_a_rule(data: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log 11\."):
        ONE.open(data, b"")


def test_a_reader_cannot_be_taken_away() -> None:
    wrap = 8 + 80
    without_last = b"\x01\x01" + SEALED[2 : 2 + wrap] + SEALED[2 + 2 * wrap :]
    for reader in (ONE, TWO):
        with pytest.raises(RuleBroken):
            reader.open(without_last, b"isf+ksf")


def test_readers_are_1_to_64_each_once() -> None:
    many = [seal_key(str(n)).public for n in range(64)]
    sealed = keys.seal([*many, many[0]], b"", b"")
    assert seal_key("63").open(sealed, b"") == b""
    for wrong in ([], [*many, ONE.public], [bytes(32)], [b"short"]):
        with pytest.raises(BadInput):
            keys.seal(wrong, b"", b"")


def test_two_seals_of_one_thing_share_no_bytes() -> None:
    again = keys.seal([ONE.public, TWO.public], b"posts at the bridge", b"isf+ksf")
    assert again[-20:] != SEALED[-20:]
    assert again[10:90] != SEALED[10:90]


@pytest.mark.parametrize("text", ["AA=", "AA", "AB==", "A A=", "AA==\n", "-_==", "é"])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"log 5\.1"):
        keys.from_base64(text, rule="log 5.1")


def test_a_signing_key_is_told_by_its_fingerprint() -> None:
    assert repr(key("erbil")) == f"SigningKey({key('erbil').fingerprint})"
