"""One spelling for every way to write a character: what a reader sees as 12 is checked as 12."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_MARKUP = re.compile(r"\*\*|__|~~|`+|\\(?=[^\w\s])")
_EMPHASIS = re.compile(
    r"(?<!\*)\*(?=\S)([^*\n]*?)(?<=\S)\*(?!\*)|(?<![\w_])_(?=\S)([^_\n]*?)(?<=\S)_(?![\w_])"
)
_HIDDEN = {"Cf", "Mn", "Me"}
_FINANCIAL = str.maketrans(
    "壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億〇弌弍弎兩", "一二二三三四五六六七八九十百千万亿零一二三两"
)
_WIDE_THOUSANDS = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
# Between Chinese clauses a comma never groups thousands.
_WIDE_COMMA = str.maketrans({"，": ", ", "、": "、"})


@lru_cache(maxsize=4096)
def fold_text(text: str) -> str:
    """Return text as it reads on the screen, in plain characters.

    Entities, tags, emphasis and invisible characters are gone; digits of any script, circled, raised or Roman
    (Ⅻ), are ASCII; Chinese financial numerals are plain ones.
    """
    text = _TAG.sub("", html.unescape(text))
    text = _MARKUP.sub("", text)
    text = _EMPHASIS.sub(lambda match: match[1] or match[2] or "", text)
    if text.isascii():
        return text
    text = _WIDE_THOUSANDS.sub(",", text)
    text = "".join(_fold_char(char) for char in text.translate(_WIDE_COMMA))
    # A raised digit behind a plain one is an exponent, not one digit more.
    text = re.sub(r"(?<=\d)(?<!\x00\d)\x00", "^", text).replace("\x00", "")
    return unicodedata.normalize("NFKC", text).translate(_FINANCIAL)


def _fold_char(char: str) -> str:
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category in _HIDDEN:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("No", "Nl") and char != "〇":
        value = unicodedata.numeric(char)
        number = str(int(value)) if value.is_integer() else f"{value:g}"
        return ("\0" if unicodedata.decomposition(char).startswith("<su") else "") + number
    return char
