"""An entry: one thing said by one party, as canonical JSON (docs/spec/log.md 2). Bytes are the truth."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from seamline.errors import BadInput, RuleBroken
from seamline.log import canonical, keys
from seamline.log.channel import is_channel, is_id
from seamline.log.merkle import leaf_hash

__all__ = [
    "MAX_ENTRY",
    "Entry",
    "Sig",
    "check_signature",
    "from_bytes",
    "leaf_hash",
    "sign",
    "signing_bytes",
    "to_bytes",
]

MAX_ENTRY: Final = canonical.MAX_BYTES
LATEST: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LANG = re.compile(r"[a-z]{2,3}")


class Sig(msgspec.Struct, frozen=True):
    """An officer's signature: his key's fingerprint and 64 bytes in base64."""

    key: str
    value: str


class Entry(msgspec.Struct, frozen=True):
    """One revision of one record. at: ms since 1970. no 0: not yet allotted, or a kind without numbers.

    extra: top-level fields this version does not know, kept so that hash and signature still fit.
    """

    id: str
    kind: str
    party: str
    by: str
    at: int
    body: dict[str, Any]
    lang: str = "en"
    rev: int = 1
    prev: str | None = None
    no: int = 0
    sig: Sig | None = None
    v: int = 1
    extra: dict[str, Any] = {}


_KNOWN = frozenset(Entry.__struct_fields__) - {"extra"}
_NEEDED = _KNOWN - {"sig"}
# Words that signing_bytes adds; an unknown field of that name would change what was signed.
_RESERVED = frozenset({"channel", "seamline"})


def to_bytes(entry: Entry) -> bytes:
    """The entry's only encoding. BadInput names the field that breaks a rule, TooLarge the size."""
    for field, (_, fits, remedy) in _RULES.items():
        value = getattr(entry, field)
        if not fits(value):
            raise BadInput(field, value, remedy)
    if (entry.rev == 1) != (entry.prev is None):
        raise BadInput("prev", entry.prev, _PREV)
    if entry.sig is not None:
        try:
            _check_sig(entry.sig)
        except RuleBroken as fault:
            raise BadInput("sig", entry.sig.key, str(fault.params["detail"])) from None
    return canonical.encode(_members(entry), limit=MAX_ENTRY)


def from_bytes(data: bytes) -> Entry:
    """The entry these bytes are; NotCanonical (log 1.x) or RuleBroken (log 2.x) if they are none."""
    fields = canonical.decode(data, limit=MAX_ENTRY)
    if type(fields) is not dict:
        raise RuleBroken("log 2.1", "an entry is an object")
    if not fields.keys() >= _NEEDED:
        missing = ", ".join(sorted(_NEEDED - fields.keys()))
        raise RuleBroken("log 2.1", f"fields are missing: {missing}")
    for field, (rule, fits, remedy) in _RULES.items():
        if not fits(fields[field]):
            raise RuleBroken(rule, f"{field}: {remedy}")
    if (fields["rev"] == 1) != (fields["prev"] is None):
        raise RuleBroken("log 2.6", f"prev: {_PREV}")
    extra = {name: fields.pop(name) for name in fields.keys() - _KNOWN}
    if _RESERVED & extra.keys():
        raise RuleBroken("log 2.11", "channel and seamline are not fields of an entry")
    if "sig" in fields:
        fields["sig"] = _read_sig(fields["sig"])
    return Entry(**fields, extra=extra)


def signing_bytes(entry: Entry, channel: str) -> bytes:
    """What an officer signs (log 3.2): all but no and sig, bound to the channel it is said in."""
    signed = _members(entry)
    del signed["no"]
    signed.pop("sig", None)
    signed["channel"] = channel
    signed["seamline"] = "entry/v1"
    return canonical.encode(signed, limit=MAX_ENTRY + 1024)


def sign(entry: Entry, channel: str, key: keys.SigningKey) -> Entry:
    """The entry with an officer's signature; the human number may still change, nothing else may."""
    value = keys.to_base64(key.sign(signing_bytes(entry, channel)))
    return msgspec.structs.replace(entry, sig=Sig(key.fingerprint, value))


def check_signature(entry: Entry, channel: str, public: bytes) -> None:
    """Return if this key signed the entry for this channel; else RuleBroken log 3.1."""
    if entry.sig is None:
        raise RuleBroken("log 3.1", "the entry carries no signature")
    if entry.sig.key != keys.fingerprint(public):
        raise RuleBroken("log 3.1", f"signed with {entry.sig.key}, not {keys.fingerprint(public)}")
    value = keys.from_base64(entry.sig.value, rule="log 3.1")
    keys.verify(public, value, signing_bytes(entry, channel), rule="log 3.1")


def _members(entry: Entry) -> dict[str, Any]:
    fields = {name: getattr(entry, name) for name in _NEEDED}
    if entry.sig is not None:
        fields["sig"] = {"key": entry.sig.key, "value": entry.sig.value}
    if entry.extra:
        if entry.extra.keys() & (_KNOWN | _RESERVED):
            raise BadInput("extra", sorted(entry.extra), "names a field that the entry has anyway")
        fields.update(entry.extra)
    return fields


def _read_sig(value: object) -> Sig:
    if not isinstance(value, dict) or value.keys() != {"key", "value"}:
        raise RuleBroken("log 2.10", "sig: an object of key and value")
    if not isinstance(value["key"], str) or not isinstance(value["value"], str):
        raise RuleBroken("log 2.10", "sig: key and value are text")
    sig = Sig(value["key"], value["value"])
    _check_sig(sig)
    return sig


def _check_sig(sig: Sig) -> None:
    if not keys.is_fingerprint(sig.key):
        raise RuleBroken("log 2.10", "sig.key: a fingerprint, 32 hex digits")
    if len(keys.from_base64(sig.value, rule="log 2.10")) != 64:
        raise RuleBroken("log 2.10", "sig.value: 64 bytes in base64")


def _between(low: int, high: int) -> Any:
    return lambda n: type(n) is int and low <= n <= high


def _matches(pattern: re.Pattern[str]) -> Any:
    return lambda s: isinstance(s, str) and pattern.fullmatch(s) is not None


_PREV = "null for rev 1, else the leaf hash of the revision before, 64 hex digits"
_RULES: Final[dict[str, tuple[str, Any, str]]] = {
    "v": ("log 2.2", lambda v: type(v) is int and v == 1, "this node reads version 1"),
    "party": ("log 2.3", is_channel, "a party id, or a joint party's ids, sorted, joined by +"),
    "by": ("log 2.3", is_id, "an officer id, or node"),
    "id": ("log 2.4", _matches(_UUID7), "a UUIDv7, lower case, with hyphens"),
    "no": ("log 2.5", _between(0, canonical.SAFE_INTEGER), "an integer from 0"),
    "rev": ("log 2.6", _between(1, canonical.SAFE_INTEGER), "an integer from 1"),
    "prev": ("log 2.6", lambda p: p is None or keys.is_hash(p), _PREV),
    "kind": ("log 2.7", _matches(_KIND), "a lower-case word of at most 32 letters, digits, _"),
    "at": ("log 2.8", _between(0, LATEST), "milliseconds since 1970, up to the year 9999"),
    "lang": ("log 2.9", _matches(_LANG), "a language code such as en, ar, ckb"),
    "body": ("log 2.12", lambda b: type(b) is dict, "an object"),
}
