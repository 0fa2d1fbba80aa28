"""The dictionaries of short parts, read once (docs/spec/exchange.md 9.2)."""

from __future__ import annotations

from functools import cache
from importlib import resources

from seamline.log.press import Press


@cache
def load() -> Press:
    """A press that knows every dictionary this program ships."""
    return Press((resources.files("seamline.exchange") / "data" / "records-1.dict").read_bytes())
