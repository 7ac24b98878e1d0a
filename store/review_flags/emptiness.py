"""Texts that say nothing: one word, a platform's own filler, hands on the keyboard."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[^\W\d_]+")
# What platforms write where a customer wrote nothing, and what customers write to have written something.
_FILLERS = re.compile(
    r"(?:此|该|本)?(?:用户|买家|评价方|顾客|客户|会员)?(?:没有|未|尚未|没)(?:及时)?(?:填写|做出|作出|给出|发表|写下?|留下)?"
    r"(?:文字|任何)?(?:评价|评论|内容)(?:内容|文字)?(?:系统)?(?:自动)?(?:给出)?(?:默认)?(?:好评|评价)?"
    r"|系统(?:自动)?(?:给出)?默认(?:好评|评价)|默认(?:好评|评价)|自动好评|五星(?:好评)?|[45]星(?:好评)?|五分|满分|好评|凑字数?|同上|如题"
    r"|n\s?a|none|nothing|no (?:comments?|reviews?|text|title)(?: (?:provided|given|yet|entered))?"
    r"|(?:five|four|\d) stars?"
    r"|(?:the )?(?:customer|user|buyer) (?:left|wrote|gave) no (?:comment|review|text)s?"
    r"|this (?:user|customer) left only a rating"
    r"|(?:blah? ?)+|(?:test(?:ing)? ?)+|(?:lorem ipsum.*)|asdf\w*"
)
_PRAISE = re.compile(
    r"(?:(?:很|挺|蛮|非常|还|真|太|超级?|也|都|特别|比较)?(?:好|不错|可以|棒|赞|行|满意|喜欢|好评|嗯|哦|呵|哈|无|没有|一般|ok)"
    r"(?:的|了|啊|呀|吧|哦|啦)?)"
)
_REPEATED = re.compile(r"(.{1,6}?)\1{2,}.{0,2}")
_FEWEST_SAID = 3  # of other letters: what is said three times over is still said
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_KEYS = {a + b for row in (*_ROWS, *(row[::-1] for row in _ROWS)) for a, b in pairwise(row)}
_VOWELS = set("aeiouyäöüéèáàíóúâêîôû")
_NO_WORD = re.compile(r"[^aeiouy]{6,}|[^aeiouy]{5,}$")


def is_empty(text: str) -> bool:
    """Return whether a text tells a reader nothing about what was bought.

    Args:
        text: title and text as they were written.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    letters = "".join(c for c in plain if c.isalpha())
    if len(letters) <= 1:
        return True
    spaced = " ".join(re.findall(r"[^\W_]+", plain))
    if _FILLERS.fullmatch(spaced) or _FILLERS.fullmatch(spaced.replace(" ", "")):
        return True
    repeated = _REPEATED.fullmatch("".join(spaced.split())[:200])
    if repeated:
        unit = repeated[1]
        filler = _PRAISE.fullmatch(unit) or _FILLERS.fullmatch(unit)
        return len(set(unit)) < _FEWEST_SAID or unit.isascii() or filler is not None
    if _HAN.search(letters):
        return bool(_PRAISE.fullmatch(letters))
    return _is_one_word(spaced) or _is_keyboard(letters, spaced)


def _is_one_word(spaced: str) -> bool:
    words = set(_LATIN_WORD.findall(spaced))
    return len(words) == 1 and len(next(iter(words))) < 20 and next(iter(words)).isascii()


def _is_keyboard(letters: str, spaced: str) -> bool:
    """Return whether most letters follow their neighbours on the keyboard, or no word could be spoken."""
    if not letters.isascii() or len(letters) < 4:
        return False
    steps = [a + b in _NEXT_KEYS or a == b for a, b in pairwise(letters)]
    if sum(steps) >= 0.7 * len(steps):
        return True
    words = _LATIN_WORD.findall(spaced)
    unspeakable = [word for word in words if len(word) >= 5 and _NO_WORD.search(word)]
    return sum(map(len, unspeakable)) > 0.5 * len(letters)
