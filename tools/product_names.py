"""A product's name stripped to what tells it apart: no case, no quotes, no filler, no plural."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from tools.numerals import fold

REMEMBERED_WORDS = 8192
_FILLER = frozenset(
    {"the", "a", "an", "of", "our", "my", "your", "this", "that", "for", "with", "and"}
    | {"product", "item", "sku", "id", "no"}
)
KIND_WORDS = frozenset(
    {
        "size",
        "colour",
        "color",
        "model",
        "version",
        "variant",
        "type",
        "kind",
        "style",
        "one",
        "in",
        "pair",
        "piece",
    }
)
_SOFT_PLURALS = ("sses", "shes", "ches", "xes", "zzes")
_FILLER_ZH = frozenset("的 那 这 款 个 只 条 件 台 把 双 顶 瓶 盒 袋 包 装 版 牌 色 码 号".split())
_QUOTES = " \t\"'`“”‘’「」『』《》〈〉<>【】[]{}"
_LEADS_ZH = re.compile(
    r"^(?:我们?的|这个|这款|那个|那款|商品|产品|编号|货号)+(?=.)|(?<=.)(?:这款|这个|这件)?(?:商品|产品)$"
)


def plain_name(said: str) -> str:
    """Return a name as it was said, without quotes and the words around it: "the <B005>" -> "b005"."""
    text = fold(said).strip(_QUOTES + "。，,.?？!！#")
    text = text[1:-1] if re.fullmatch(r"\([^()]*\)", text) else text
    text = re.sub(r"(?<![a-z])([smlx]{1,4})号", r"\1码", _LEADS_ZH.sub("", text))
    return re.sub(r"^(?:the |our |my |product |item |sku |id )+(?=\S)", "", text).strip(_QUOTES)


def name_key(name: str) -> str:
    """Return a name without case, spaces and punctuation: "Night-Light" -> "nightlight"."""
    return re.sub(r"[\W_]+", "", fold(name))


def name_tokens(name: str) -> list[str]:
    """Return the words of an English name in their order, without filler; "24cm" is "24", "cm"."""
    words = re.findall(r"[a-z]+|\d+(?:\.\d+)?", fold(name).replace("'", ""))
    return [word for word in words if word not in _FILLER]


def name_words(name: str) -> frozenset[str]:
    """Return the words of an English name, singular."""
    return frozenset(singular(word) for word in name_tokens(name))


def telling_characters(key: str) -> frozenset[str]:
    """Return the characters of a name that are more than filler: 黑色那款 says 黑."""
    return frozenset(key) - _FILLER_ZH


def is_covered(key: str, names: Collection[str]) -> bool:
    """Return whether a name is made of pieces of one product's names: "黑色渔夫帽" of "渔夫帽 黑色".

    A piece has two characters or more, and never a part of a number; words such as 那款 may stand between.

    Args:
        key: what was said, as `name_key` gives it.
        names: the product's names, as `name_key` gives them.
    """
    reached = [0]
    for end in range(1, len(key) + 1):
        if any(_is_piece(key, start, end, names) for start in reached):
            reached.append(end)
    return reached[-1] == len(key) and any(
        key[i : i + 2] in name for name in names for i in range(len(key) - 1)
    )


def _is_piece(key: str, start: int, end: int, names: Collection[str]) -> bool:
    piece = key[start:end]
    if piece in _FILLER_ZH:
        return True
    # 10 is no piece of 100: digits may not be cut, neither in what was said nor in the name.
    if end - start < 2 or _cuts_number(key, start) or _cuts_number(key, end):
        return False
    for name in names:
        found = name.find(piece)
        while found >= 0:
            if not (_cuts_number(name, found) or _cuts_number(name, found + len(piece))):
                return True
            found = name.find(piece, found + 1)
    return False


def _cuts_number(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isdigit() and text[place].isdigit()


@lru_cache(maxsize=REMEMBERED_WORDS)
def singular(word: str) -> str:
    """Return an English word without its plural ending; other words as they are."""
    if not word.isascii() or len(word) < 4 or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_SOFT_PLURALS) else word.removesuffix("s")


def is_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character."""
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def is_telling(key: str) -> bool:
    """Return whether a name is long enough to be recognised inside a sentence."""
    return len(key) >= (3 if is_chinese(key) else 6)
