"""Passwords: what is good enough, and argon2id (RFC 9106) over what was typed."""

from __future__ import annotations

import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from seamline.errors import BadInput, TooMany, Worded

MIN_LENGTH, MAX_LENGTH = 12, 128
_MIN_DIFFERENT = 6

# What people type when a length is all that is asked. Compared without digits and marks.
_COMMON = (
    "password", "passwort", "qwerty", "qwertyuiop", "asdfghjkl", "letmein", "welcome", "iloveyou", "admin",
    "administrator", "changeme", "secret", "seamline", "default", "abcdefgh", "football", "kurdistan",
    "baghdad", "erbil", "kirkuk",
)  # fmt: skip


class Passwords:
    """Hashes and checks; at most two at once, since each takes tens of megabytes and a core."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._busy = threading.BoundedSemaphore(2)

    @cached_property
    def _nobody(self) -> str:
        """Unknown accounts are checked against this, so that they take as long as known ones."""
        return self._hasher.hash("nobody has this password")

    def seal(self, password: str, *names: str) -> str:
        """The argon2id string to keep. BadInput if it is too short, too long, too plain, or one of names."""
        return self._hasher.hash(_checked(password, names))

    def reseal(self, password: str) -> str:
        """The same for a password in use that was accepted before."""
        return self._hasher.hash(_normal(password))

    def fits(self, secret: str | None, password: str) -> bool:
        """Whether the password made that string; None (no such account, or none set) never fits.

        Takes the same time for both. TooMany when the two places stay taken for ten seconds.
        """
        if len(password) > MAX_LENGTH:
            password = ""
        against = secret or self._nobody
        if not self._busy.acquire(timeout=10):
            raise TooMany("too many people sign in at once", retry_after=5)
        try:
            self._hasher.verify(against, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._busy.release()
        return secret is not None

    def is_stale(self, secret: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(secret)


def _normal(password: str) -> str:
    # RFC 8265 OpaqueString: the same word typed on an Arabic and a Kurdish keyboard is the same bytes.
    return unicodedata.normalize("NFC", password)


def _checked(password: str, names: tuple[str, ...]) -> str:
    password = _normal(password)
    hidden = f"({len(password)} characters)"
    if len(password) < MIN_LENGTH:
        raise BadInput(
            "password",
            hidden,
            Worded(
                "remedy.password_least", "at least {n} characters; several words are easiest", n=MIN_LENGTH
            ),
        )
    if len(password) > MAX_LENGTH:
        raise BadInput("password", hidden, Worded("remedy.text_most", "at most {n} characters", n=MAX_LENGTH))
    if len(set(password)) < _MIN_DIFFERENT:
        raise BadInput(
            "password",
            hidden,
            Worded("remedy.different", "at least {n} different characters", n=_MIN_DIFFERENT),
        )
    if password.isdigit():
        raise BadInput("password", hidden, Worded("remedy.not_digits", "not digits alone"))
    letters = "".join(c for c in password.casefold() if c.isalpha())
    rest = letters
    for word in sorted((*_COMMON, *(n.casefold() for n in names)), key=len, reverse=True):
        plain = "".join(c for c in word if c.isalpha())
        rest = rest.replace(plain, "") if plain else rest
    if letters and len(rest) < 4:
        raise BadInput(
            "password",
            hidden,
            Worded("remedy.common_word", "more than a common word or the account's own name, with digits"),
        )
    return password
