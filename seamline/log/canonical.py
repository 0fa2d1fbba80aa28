"""Canonical JSON (RFC 8785), integers only: one value has one encoding, and only that one is read."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from seamline.errors import BadInput, NotCanonical, TooLarge

MAX_BYTES: Final = 65_535
MAX_DEPTH: Final = 32
MAX_KEY: Final = 64
SAFE_INTEGER: Final = (1 << 53) - 1

# Keys are ASCII (log 1.3), so msgspec's order by code point is RFC 8785's order by UTF-16 unit,
# and msgspec escapes exactly what RFC 8785 §3.2.2.2 escapes (held to that by tests/log).
_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def encode(value: Any, *, limit: int = MAX_BYTES) -> bytes:
    """The canonical bytes of a value made of dict, list, tuple, str, int, bool and None.

    Raises BadInput (or TooLarge) naming the member that has no canonical form.
    """
    try:
        _walk(value, MAX_DEPTH)
        data = _encoder.encode(value)
    except _FormError as fault:
        kind = TooLarge if fault.rule == "log 1.5" else BadInput
        raise kind(fault.path, fault.value, fault.remedy) from None
    except UnicodeEncodeError as error:
        raise BadInput("text", error.object, "text must be well-formed Unicode (a lone surrogate)") from None
    if len(data) > limit:
        raise TooLarge("body", f"{len(data)} bytes", f"at most {limit} bytes fit")
    return data


def encode_decoded(value: Any) -> bytes:
    """The canonical bytes of a value that decode() gave, or of a part of one: it was checked already."""
    return _encoder.encode(value)


def decode(data: bytes, *, limit: int = MAX_BYTES) -> Any:
    """The value of canonical bytes; NotCanonical (log 1.1 to 1.6) for any other bytes."""
    if len(data) > limit:
        raise NotCanonical("log 1.6", f"{len(data)} bytes, at most {limit} are read")
    try:
        value = _decoder.decode(data)
        _walk(value, MAX_DEPTH)
        again = _encoder.encode(value)
    except _FormError as fault:
        raise NotCanonical(fault.rule, f"{fault.path}: {fault.remedy}") from None
    except UnicodeError:
        raise NotCanonical("log 1.4", "text is not well-formed Unicode in UTF-8") from None
    except RecursionError:
        raise NotCanonical("log 1.5", f"nested deeper than {MAX_DEPTH}") from None
    except msgspec.MsgspecError as error:
        raise NotCanonical("log 1.1", f"not JSON: {error}") from None
    if again != data:
        # White space, key order, a repeated key, another escape or -0: the decoder forgave it.
        raise NotCanonical("log 1.1", f"differs from its canonical form at byte {_differs_at(again, data)}")
    return value


class _FormError(Exception):
    """What was found on the walk; the path grows on the way out, so a good value pays nothing for it."""

    def __init__(self, rule: str, value: object, remedy: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.value = value
        self.remedy = remedy
        self.steps: list[str] = []

    @property
    def path(self) -> str:
        return ".".join(reversed(self.steps)) or "value"


def _walk(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            raise _FormError("log 1.2", value, "an integer must lie between -(2^53-1) and 2^53-1")
        return
    if kind is not dict and kind is not list and kind is not tuple:
        raise _FormError("log 1.2", value, "only integers, text, true, false, null, lists and objects")
    if depth == 0:
        raise _FormError("log 1.5", "…", f"nested deeper than {MAX_DEPTH}")
    if kind is dict:
        _walk_members(value, depth - 1)
    else:
        for place, item in enumerate(value):
            if type(item) is not str:
                try:
                    _walk(item, depth - 1)
                except _FormError as fault:
                    fault.steps.append(str(place))
                    raise


def _walk_members(value: dict[Any, Any], depth: int) -> None:
    for key, item in value.items():
        if type(key) is not str or not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
            raise _FormError("log 1.3", key, f"a key is 1 to {MAX_KEY} printable ASCII characters")
        if type(item) is not str:
            try:
                _walk(item, depth)
            except _FormError as fault:
                fault.steps.append(key)
                raise


def _differs_at(a: bytes, b: bytes) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
