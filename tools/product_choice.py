"""The answer to "which one?": a colour, a size or a name picks one of the products that were offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tools.numerals import fold
from tools.product_index import SIZE_LETTERS
from tools.product_names import KIND_WORDS, is_chinese, name_key, name_words, plain_name, telling_characters
from tools.products import MOST_OFFERED, Product, ProductMatch

_NEGATION = re.compile(r"\b(?:not|neither|except|without)\b|n't\b|不要|不是|别|除了|都不")


def match_among(said: str, products: Sequence[Product]) -> ProductMatch:
    """Resolve the answer to "which one?": what tells one of the products offered from the others is enough.

    Args:
        said: "the pink one", "粉色的", "L", "24 cm", "那个大的", or a name.
        products: those that were offered.

    Returns:
        The one product found, "ambiguous" where the words fit several, else "unknown" with all that were offered.
    """
    text = plain_name(said)
    key = re.sub(r"^[那这要选]+(?:个|款|件|种)?|(?:的|那|这)*(?:个|款|件|种|吧|呢)*$", "", name_key(text))
    if _NEGATION.search(text):  # "not the pink one" names what is not meant
        return ProductMatch(said, "ambiguous", tuple(products[:MOST_OFFERED]), len(products))
    for is_meant in (_is_called(text, key), _has_words(text, products), _has_characters(key)):
        found = tuple(product for product in products if is_meant(product))
        if found:
            return ProductMatch(said, "found" if len(found) == 1 else "ambiguous", found, len(found))
    return ProductMatch(said, "unknown", tuple(products[:MOST_OFFERED]), 0)


def _is_called(text: str, key: str) -> Callable[[Product], bool]:
    return lambda product: (
        text in (product.product_id.casefold(), fold(product.option)) or (bool(key) and key in product.keys)
    )


def _has_words(text: str, products: Sequence[Product]) -> Callable[[Product], bool]:
    known = frozenset(word for product in products for word in product.words)
    said = name_words(text) - KIND_WORDS
    telling = {word if word in known else SIZE_LETTERS.get(word, "") for word in said} & known
    return lambda product: bool(telling) and telling <= product.words


def _has_characters(key: str) -> Callable[[Product], bool]:
    telling = telling_characters(key)
    return lambda product: (
        is_chinese(key)
        and bool(telling)
        and any(key in name or telling <= frozenset(name) for name in product.keys)
    )
