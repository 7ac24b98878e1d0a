"""A text as its digits and signs are meant: full-width, circled and disguised signs made plain."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_PLAIN = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u301c"), ord("-")),
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), ord(" ")),
    **dict.fromkeys(map(ord, "·•‧・。"), ord(".")),
    **{ord(sign): ord(plain) for sign, plain in zip("①②③④⑤⑥⑦⑧⑨⓪", "1234567890", strict=True)},
}
_CIRCLED_OR_STYLED = re.compile(
    "[\u2070-\u2089\u2776-\u2793\U0001d7ce-\U0001d7ff\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]"
)


class Folded(NamedTuple):
    """The plain text, and the place in the original of each of its characters (and of its end)."""

    text: str
    places: list[int] | range


def fold(text: str) -> Folded:
    """Return the text with every digit and sign in its plain form, invisible characters left out."""
    places: list[int] | range = range(len(text) + 1)
    if _INVISIBLE.search(text):
        places = [place for place, char in enumerate(text) if not _INVISIBLE.match(char)]
        text, places = "".join(text[place] for place in places), [*places, len(text)]
    plain = text.translate(_PLAIN)
    return Folded(_CIRCLED_OR_STYLED.sub(_digit, plain), places)


def _digit(match: re.Match[str]) -> str:
    value = unicodedata.digit(match.group(), None)
    return match.group() if value is None else str(value)
