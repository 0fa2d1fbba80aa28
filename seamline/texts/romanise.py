"""A name in Arabic or Sorani letters written letter for letter in Latin ones: a help to read, never a name.

After the tables of BGN/PCGN for Arabic (1956) and Kurdish (2007), simplified so that every reader and
machine gets the same from the same letters: vowels that are not written are not guessed (كركوك is Krkūk,
not Kirkūk), and nothing is looked up. Sorani writes its vowels, so there little is lost.
"""

from __future__ import annotations

import re
import unicodedata

_COMMON = {
    "ب": "b", "پ": "p", "ت": "t", "ج": "j", "چ": "ch", "خ": "kh", "د": "d", "ر": "r", "ز": "z", "ژ": "zh",
    "س": "s", "ش": "sh", "ع": "‘", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k", "گ": "g",
    "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_ARABIC = _COMMON | {
    "ث": "th", "ح": "ḩ", "ذ": "dh", "ص": "ş", "ض": "ḑ", "ط": "ţ", "ظ": "z̧", "ه": "h", "ھ": "h", "ە": "h",
    "ة": "ah", "ء": "’", "أ": "a", "إ": "i", "آ": "ā", "ا": "ā", "ٱ": "ā", "ى": "á", "ؤ": "’", "ئ": "’",
    "ڕ": "r", "ڵ": "l", "ێ": "ī", "ۆ": "ū",
    "َ": "a", "ُ": "u", "ِ": "i",
}  # fmt: skip
_SORANI = _COMMON | {
    "ح": "ḧ", "ه": "h", "ھ": "h", "ە": "e", "ة": "e", "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ۆ": "o",
    "ێ": "ê", "ڕ": "ṟ", "ڵ": "ḻ", "ئ": "", "ء": "’", "ث": "s", "ذ": "z", "ص": "s", "ض": "z", "ط": "t",
    "ظ": "z", "ى": "î",
}  # fmt: skip
# Wāw and yā are a consonant beside a vowel and a vowel between consonants; Sorani doubles wāw for a long u.
_GLIDES = {
    "ar": {"و": ("w", "ū"), "ي": ("y", "ī"), "ی": ("y", "ī")},
    "ckb": {"و": ("w", "u"), "ی": ("y", "î")},
}
_VOWELS = frozenset("اآأإٱىەۆێةَُِ")
_ARTICLE = re.compile(r"ال(?=\w{2})")
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def romanise(name: str, lang: str) -> str | None:
    """In Latin letters; lang "ar" or "ckb". None for a name that holds a letter of neither table."""
    # Composed first: a hamza typed apart from its seat is the same letter.
    text = unicodedata.normalize("NFC", name).replace("ـ", "").replace("\u200c", "").translate(_DIGITS)
    words = [_word(word, lang) for word in text.split()]
    found = [word for word in words if word is not None]
    if not words or len(found) < len(words):
        return None
    return " ".join(found)


def script(name: str) -> str | None:
    """By the letters that only one of them has: "ckb" or "ar", else "latin", or None when nothing tells."""
    letters = {c for c in unicodedata.normalize("NFC", name) if c.isalpha()}
    if letters & set("ێۆڵڕەڤ"):
        return "ckb"
    if any("\u0600" <= c <= "\u06ff" for c in letters):
        return "ar"
    return "latin" if letters else None


def _word(word: str, lang: str) -> str | None:
    article = ""
    if lang == "ar" and _ARTICLE.match(word):
        article, word = "al-", word[2:]
    table, glides = (_SORANI if lang == "ckb" else _ARABIC), _GLIDES["ckb" if lang == "ckb" else "ar"]
    text = word.replace("وو", "\ue000") if lang == "ckb" else word
    out: list[str] = []
    for i, c in enumerate(text):
        if c == "\ue000":
            out.append("û")
        elif c in glides or (c == "ي" and lang == "ckb"):
            consonant, vowel = glides[c if c in glides else "ی"]
            out.append(consonant if _beside_vowel(text, i, lang) else vowel)
        elif c in table:
            out.append(table[c])
        elif "\u0600" <= c <= "\u06ff" and not unicodedata.combining(c):
            return None
        elif not unicodedata.combining(c):
            out.append(c)
    latin = "".join(out)
    return unicodedata.normalize("NFC", article + _capital(latin)) if latin else None


def _beside_vowel(text: str, i: int, lang: str) -> bool:
    """Whether the letter stands at a word's start or next to a written vowel, so that it is a consonant."""
    if i == 0:
        return len(text) > 1
    after = text[i + 1 : i + 2]
    if text[i - 1] in _VOWELS and not (lang == "ckb" and text[i - 1] == "ئ"):
        return True
    return after != "" and after in _VOWELS


def _capital(latin: str) -> str:
    for i, c in enumerate(latin):
        if c.isalpha():
            return latin[:i] + c.upper() + latin[i + 1 :]
    return latin
