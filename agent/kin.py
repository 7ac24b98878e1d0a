"""Products of this conversation and their kin: "the pink one", EMILY?, "back to that ramen bowl".

A follow-up names only what differs. It is looked for among the variants of the good talked of, then among what was
talked of before; the whole catalogue would have too many answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from agent.memory import Memory
from tools.numerals import fold
from tools.product_index import SIZE_LETTERS
from tools.product_names import KIND_WORDS, name_key, name_words, telling_characters
from tools.product_talk import is_talk
from tools.products import Product
from tools.results import ProductRef
from tools.shop import Shop

# Two titles that share this much of their words are one good in two versions.
_ALIKE = 0.5
# Whoever tells more than that names the product itself.
_LONGEST_FOLLOW_UP = 80
_TIMES = re.compile(
    r"(?<![\w.])\d[\d.,]*[ -]?(?:days?|weeks?|wks?|months?|years?|hours?)\b|\d+(?:天|日|号|周|个?星期|个?礼拜|个?月|年)"
    r"|(?:19|20)\d\d[-/年]\S*"
)
# A Chinese shopkeeper may have an English catalogue.
_COLOURS = {
    "红色": "red", "绿色": "green", "蓝色": "blue", "粉色": "pink", "白色": "white", "黑色": "black", "黄色": "yellow",
    "紫色": "purple", "灰色": "grey", "米色": "cream", "象牙": "ivory", "橙色": "orange", "棕色": "brown", "银色": "silver",
    "金色": "gold", "红的": "red", "绿的": "green", "蓝的": "blue", "粉的": "pink", "白的": "white", "黑的": "black",
}  # fmt: skip
_NAMED_ZH = r"(?:的|色|款|号|码|那|这|也|呢|版|$)"
_POINTS_AT = re.compile(
    r"\b(?:that|this|those|these|same|the (?:earlier|previous|original|first))(?: \w+){0,2} ?$"
    r"|(?:那|这|刚才|之前|前面)\S{0,3}$"
)


def find_kin(shop: Shop, question: str, memory: Memory) -> Product | None:
    """Return the product of the conversation, or a variant of it, that a follow-up's few words single out, or None.

    Args:
        shop: for the catalogue.
        question: the user's words.
        memory: the conversation so far.
    """
    text = _TIMES.sub(" ", fold(question))
    if len(text) > _LONGEST_FOLLOW_UP:
        return None
    offered = _single_out(text, _known(shop, memory.listed)) if memory.asks else None
    current = shop.catalogue.get(memory.product.product_id) if memory.product else None
    variants = _variants(shop, current) if current else ()
    return (
        offered
        or _single_out(text, variants)
        or _spoken_of(text, _known(shop, [*memory.recent, *memory.listed]))
    )


def _known(shop: Shop, refs: Sequence[ProductRef]) -> Sequence[Product]:
    ids = dict.fromkeys(ref.product_id for ref in refs)
    return [product for product in map(shop.catalogue.get, ids) if product]


def _variants(shop: Shop, product: Product) -> Sequence[Product]:
    return [other for other in shop.catalogue.products if _likeness(product, other) >= _ALIKE]


def _likeness(one: Product, other: Product) -> float:
    pairs = zip(_pieces_of(one.title, one.title_zh), _pieces_of(other.title, other.title_zh), strict=True)
    return max(len(a & b) / len(a | b) if a and b else 0.0 for a, b in pairs)


@lru_cache(maxsize=8192)
def _pieces_of(title: str, title_zh: str | None) -> tuple[frozenset[str], frozenset[str]]:
    return name_words(title), _letters(title_zh or "")


def _letters(title: str) -> frozenset[str]:
    return telling_characters(name_key(title))


def _single_out(text: str, variants: Sequence[Product]) -> Product | None:
    """Return the one variant that holds all of the telling words said; what all variants have tells nothing."""
    said = {id(product): _said(text, product) for product in variants}
    shared = Counter(feature for features in said.values() for feature in features)
    telling = {feature for feature, count in shared.items() if count < len(variants)}
    found = [product for product in variants if telling and telling <= said[id(product)]]
    return found[0] if len(found) == 1 else None


def _said(text: str, product: Product) -> frozenset[str]:
    """Return the pieces of a product's names that stand in a text: words, numbers, pairs of characters."""
    words = {word for word in name_words(text) - KIND_WORDS if not is_talk(word) or word.isdigit()}
    words |= {word for letters, word in _COLOURS.items() if letters in text}
    words |= {SIZE_LETTERS[word] for word in words if word in SIZE_LETTERS}
    return frozenset((words & product.words) | set(_pieces(text, product)))


def _pieces(text: str, product: Product) -> Iterable[str]:
    for name in product.keys:
        for start in range(len(name) - 1):
            pair = name[start : start + 2]
            if re.fullmatch(r"[\u4e00-\u9fff]{2}", pair) and pair in text:
                yield pair
        for letter in _letters(name):
            if re.search(
                rf"(?:^|[^\u4e00-\u9fff]|是|要|那|看|换){letter}{_NAMED_ZH}|{letter}[的色款]", text
            ) and ("\u4e00" <= letter <= "\u9fff"):
                yield letter


def _spoken_of(text: str, known: Sequence[Product]) -> Product | None:
    """Return the product spoken of that "that scarf" and 刚才那把伞 mean: pointed at, not named anew."""
    said = {id(product): _said(text, product) for product in known}
    every = frozenset().union(*said.values())
    found = [product for product in known if every and said[id(product)] == every]
    if len(found) != 1:
        return None
    first = min(text.find(piece) for piece in every if piece in text) if any(p in text for p in every) else 0
    return found[0] if _POINTS_AT.search(text[:first]) else None
