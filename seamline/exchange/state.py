"""How a link is doing, for the officer who asks (GET /api/links): said plainly, whoever's fault it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from seamline.actions.receive import Fault, Refusal
from seamline.errors import LinkFault, PeerFault, SeamlineError
from seamline.exchange.refusals import is_early

_TELLING: Final = 1024
"""Bytes below which a message says more of the line's delay than of what it moves."""
_FRESH: Final = 0.3
"""How much the newest message counts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last thing that went wrong on a link. rule: the paragraph of docs/spec, if one was broken.

    code: of the message `error.<code>` in the reader's language; text: the detail, as the program said it.
    """

    fault: Fault
    code: str
    text: str
    at: int
    rule: str | None = None


@dataclass(slots=True)
class LinkState:
    """One link, since this process started; times in ms. state: a word of `session`, or "answering".

    rate: bytes a second that the line moved of late, as measured by whichever side this is; None until a
    message was large enough to tell.
    """

    state: str = "answering"
    last_contact: int | None = None
    trouble: Trouble | None = None
    refused: int = 0
    messages: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    rate: int | None = None

    def heard(self, now: int, size: int) -> None:
        """A message that bears the peer's signature came."""
        self.last_contact = now
        self.messages += 1
        self.bytes_in += size

    def moved(self, size: int, seconds: float) -> None:
        """So many bytes took so long: a message and its answer, or what came of one after its beginning."""
        if size >= _TELLING:
            seen = size / max(seconds, 0.001)
            self.rate = round(seen if self.rate is None else self.rate + (seen - self.rate) * _FRESH)

    def went_wrong(self, fault: Exception, now: int) -> None:
        """A message could not be sent, or its answer not be believed."""
        whose: Fault = "link" if isinstance(fault, LinkFault) else "ours"
        if isinstance(fault, PeerFault):
            whose = "theirs"
        text, code = repr(fault), "our_fault"
        if isinstance(fault, SeamlineError):
            text, code = fault.message, fault.code
        self.trouble = Trouble(whose, code, text, now, getattr(fault, "rule", None))

    def was_refused(self, refusals: tuple[Refusal, ...], now: int, *, by_us: bool) -> None:
        """Parts were refused, by us or by the peer; the last one is what an officer reads."""
        for one in refusals:
            if is_early(one):
                continue
            self.refused += 1
            # Whose fault is said from where the refusing node stands.
            other: dict[Fault, Fault] = {"ours": "theirs", "theirs": "ours", "link": "link"}
            whose = one.fault if by_us else other[one.fault]
            self.trouble = Trouble(whose, "rule_broken", one.detail, now, one.rule)
