"""Where a page of a list ends: opaque to who asks, and refused unless it is one of ours."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import msgspec

from seamline.errors import BadInput

T = TypeVar("T")


def written(place: tuple[Any, ...]) -> str:
    """The cursor that stands for a place in a list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read(text: str, type: type[T]) -> T:
    """The place that a cursor stands for. Raises BadInput naming `cursor`."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=type)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise BadInput("cursor", text, "the `next` of the page before, unchanged") from None
