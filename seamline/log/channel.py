"""Ids of parties and channels (docs/spec/log.md 2.3): who hears what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

from seamline.errors import BadInput

MAX_PARTIES: Final = 16
LANES: Final = ("flash", "routine")

_ID = re.compile(r"[a-z][a-z0-9-]{1,15}")


def is_id(text: object) -> bool:
    """Whether text can name a party, a node or an officer."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_channel(text: object) -> bool:
    """Whether text is a channel id; a joint party's id has the same form."""
    if not isinstance(text, str):
        return False
    parties = text.split("+")
    return len(parties) <= MAX_PARTIES and all(map(is_id, parties)) and _rising(parties)


@lru_cache(maxsize=4096)
def members(channel: str) -> tuple[str, ...]:
    """The parties of a channel, or of a joint party id, sorted. BadInput if it is no channel id."""
    if not is_channel(channel):
        raise BadInput("channel", channel, "party ids, sorted, without repeats, joined by +")
    return tuple(channel.split("+"))


def channel_id(parties: Iterable[str]) -> str:
    """The one id of the channel with these parties, in whatever order; BadInput for none, bad or > 16."""
    channel = "+".join(sorted(set(parties)))
    members(channel)
    return channel


def may_hold(owners: Iterable[str], channel: str) -> bool:
    """Whether a node of these owners may hold the channel: all of them are in it."""
    owning = set(owners)
    return bool(owning) and owning.issubset(members(channel))


def _rising(parties: list[str]) -> bool:
    return all(a < b for a, b in pairwise(parties))
