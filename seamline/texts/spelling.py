"""One spelling for searching, so that a name typed on any keyboard finds itself.

An Iraqi keyboard writes ي and ك where a Kurdish one writes ی and ک; ه, ة and ە look alike; vowel
signs, tatweel and the hamza's seat come and go. The result is for comparing only, never for showing.
"""

from __future__ import annotations

import unicodedata

# What canonical and compatibility decomposition leave different. (Decomposition itself folds the seats
# of the hamza, the presentation forms and the accents of Latin Kurdish.)
_FOLD = str.maketrans(
    {
        "ي": "ی",  # Arabic yeh
        "ى": "ی",  # alef maksura
        "ې": "ی",
        "ێ": "ی",
        "ك": "ک",  # Arabic kaf
        "ڪ": "ک",
        "ة": "ه",  # teh marbuta
        "ە": "ه",  # Sorani ae
        "ھ": "ه",  # heh doachashmee, typed for the Sorani h
        "ہ": "ه",
        "ۀ": "ه",
        "ٱ": "ا",  # alef wasla
        "ڕ": "ر",
        "ڵ": "ل",
        "ۆ": "و",
        "ۊ": "و",
        "ء": "",  # a bare hamza
        "ـ": "",  # tatweel
        "ı": "i",  # dotless i, from Turkish keyboards
    }
)


def normalise(text: str) -> str:
    """Folded text: variants as one letter, no marks, Latin digits, lower case, single spaces.

    Idempotent. An empty result means that there was nothing to search for.
    """
    if text.isascii():
        # Nothing in it decomposes or is a mark: what follows would come to the same, far dearer.
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_FOLD).translate(_LETTERS)
    # Twice, since casefold may compose what decomposition took apart, and the other way round.
    again = unicodedata.normalize("NFKD", folded.casefold()).translate(_FOLD).translate(_LETTERS)
    return " ".join(again.split())


def _letter(c: str) -> str:
    category = unicodedata.category(c)
    if category in ("Mn", "Me", "Cf"):  # vowel signs and accents; joiners, isolates, soft hyphens
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(c))
    return c


class _Letters(dict[int, str]):
    """_letter for str.translate, each letter looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = _letter(chr(code))
        return self[code]


_LETTERS = _Letters()
