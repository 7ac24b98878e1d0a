"""A product's name stripped to what tells it apart: no case, no quotes, no filler, no plural."""

from __future__ import annotations

import re

from tools.numerals import fold

_FILLER = frozenset(
    {"the", "a", "an", "of", "our", "my", "your", "this", "that", "for", "with", "and"}
    | {"product", "item", "sku", "id", "no"}
)
_QUOTES = " \t\"'`“”‘’「」『』《》〈〉<>【】[]{}"
_LEADS_ZH = re.compile(
    r"^(?:我们?的|这个|这款|那个|那款|商品|产品|编号|货号)+(?=.)|(?<=.)(?:这款|这个|这件)?(?:商品|产品)$"
)


def plain_name(said: str) -> str:
    """Return a name as it was said, without quotes and the words around it: "the <B005>" -> "b005"."""
    text = fold(said).strip(_QUOTES + "。，,.?？!！#")
    text = _LEADS_ZH.sub("", text)
    return re.sub(r"^(?:the |our |my |product |item |sku |id )+(?=\S)", "", text).strip(_QUOTES)


def name_key(name: str) -> str:
    """Return a name without case, spaces and punctuation: "Night-Light" -> "nightlight"."""
    return re.sub(r"[\W_]+", "", fold(name))


def name_words(name: str) -> frozenset[str]:
    """Return the telling words of an English name, singular."""
    words = re.findall(r"[a-z0-9]+", fold(name).replace("'", ""))
    return frozenset(singular(word) for word in words if word not in _FILLER)


def singular(word: str) -> str:
    """Return an English word without its plural ending; other words as they are."""
    if not word.isascii() or len(word) < 4 or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def is_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character."""
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def is_telling(key: str) -> bool:
    """Return whether a name is long enough to be recognised inside a sentence."""
    return len(key) >= (3 if is_chinese(key) else 6)
