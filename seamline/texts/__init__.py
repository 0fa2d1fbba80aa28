"""Message catalogues: every word a person reads, in English, Arabic and Sorani.

Messages are flat keys with ``{name}`` placeholders, one JSON file a language, read by Python and by
the front end alike. Counted messages have one key for each CLDR plural form (texts/plurals.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from seamline.texts.plurals import form

LANGS = ("en", "ar", "ckb")

# Tests switch this on (tests/conftest.py). At a node, a message that is missing in one language falls
# back to English and then to its key: a duty officer must never lose a screen to a missing word.
STRICT = False

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_RIGHT_TO_LEFT = ("ar", "ckb")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All messages of one language of LANGS, by key; any other language is a KeyError."""
    if lang not in LANGS:
        raise KeyError(lang)
    data = resources.files(__name__).joinpath(f"{lang}.json").read_bytes()
    return MappingProxyType(json.loads(data))


# What a screen reads when it starts, and what it asks for when help or a page that few open is wanted; the
# rest is the program's.
_HELP = (
    "help.", "glossary.", "tour.", "keys.", "design.",
    "ui.officers.", "ui.steward.", "ui.audit.", "ui.blind.",
)  # fmt: skip
_NEVER_ON_SCREEN = (
    "cli.", "doctor.", "setup.", "check.", "remedy.", "said.", "export.", "note.", "print.",
    "form.line.", "form.proof.", "blind.",
)  # fmt: skip


@cache
def part(lang: str, name: str) -> Mapping[str, str]:
    """Messages of one language of LANGS: ``screens``, ``help`` (what a screen fetches late) or ``all``."""
    whole = catalogue(lang)
    if name == "help":
        return MappingProxyType({key: said for key, said in whole.items() if key.startswith(_HELP)})
    if name == "screens":
        left = (*_HELP, *_NEVER_ON_SCREEN)
        return MappingProxyType({key: said for key, said in whole.items() if not key.startswith(left)})
    return whole


def direction(lang: str) -> str:
    """``rtl`` or ``ltr``, as HTML's dir attribute takes it."""
    return "rtl" if lang in _RIGHT_TO_LEFT else "ltr"


def text(lang: str, key: str, /, **params: object) -> str:
    """The message in that language; an unknown language reads English.

    In right-to-left messages each parameter is isolated (Unicode UAX #9, FSI … PDI), so that a grid
    reference or a time range keeps its own order inside the sentence.
    """
    message = _message(lang, key)
    if message is None:
        if STRICT:
            raise KeyError(f"{key} ({lang})")
        return key
    isolate = direction(lang) == "rtl"

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in params:
            if STRICT:
                raise KeyError(f"{key} ({lang}): no value for {{{name}}}")
            return match.group(0)
        value = str(params[name])
        return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}" if isolate else value

    return _PLACEHOLDER.sub(fill, message)


def plural(lang: str, key: str, n: int, /, **params: object) -> str:
    """The form of ``key`` for n things, from keys ``<key>.one``, ``<key>.other`` …; ``{n}`` is the count."""
    chosen = f"{key}.{form(lang, n)}"
    if _message(lang, chosen) is None:
        chosen = f"{key}.other"
    return text(lang, chosen, **{"n": n, **params})


def placeholders(message: str) -> frozenset[str]:
    """The names a message wants values for."""
    return frozenset(_PLACEHOLDER.findall(message))


def _message(lang: str, key: str) -> str | None:
    if lang in LANGS:
        own = catalogue(lang).get(key)
        if own is not None or STRICT:
            return own
    return catalogue("en").get(key)
