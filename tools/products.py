"""Products as people name them, resolved strictly: one product, a question back, or the nearest titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

import pandas as pd
from rapidfuzz import fuzz

from tools.numerals import fold
from tools.product_names import (
    has_letters,
    is_chinese,
    is_covered,
    is_telling,
    name_key,
    name_words,
    plain_name,
    singular,
    telling_words,
)
from tools.results import ToolError

if TYPE_CHECKING:
    from tools.shop import Shop

MOST_OFFERED = 5
REMEMBERED_MATCHES = 64
# In rapidfuzz's points of 100: a slip of the hand scores above 82, another word seldom.
_TYPO_LIKENESS = 82
_OFFER_LIKENESS = 60


@dataclass(frozen=True)
class Product:
    """One product of the catalogue; `title_zh` and `category_zh` are None where the store has none."""

    product_id: str
    title: str
    title_zh: str | None
    category: str | None
    category_zh: str | None
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the product goes by."""
        return tuple(name for name in (self.title, self.title_zh, *self.aliases) if name)

    @property
    def option(self) -> str:
        """How the product is offered to a reader of either language; choosing it resolves to its id."""
        titles = " · ".join(title for title in (self.title, self.title_zh) if title)
        return f"{titles} ({self.product_id})"

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its names without case, spaces and punctuation."""
        return frozenset(name_key(name) for name in self.names)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters of its keys."""
        return frozenset(letter for key in self.keys for letter in key)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all its names, plurals reduced."""
        return frozenset(word for name in self.names for word in name_words(name))


@dataclass(frozen=True)
class ProductMatch:
    """What a product's name resolved to.

    Args:
        said: the name as it was said.
        outcome: "found", "ambiguous" (ask which) or "unknown" (offer the nearest).
        products: the one found, the candidates, or the nearest; at most five.
        total: how many products the name could mean.
    """

    said: str
    outcome: Literal["found", "ambiguous", "unknown"]
    products: tuple[Product, ...]
    total: int

    @property
    def product_id(self) -> str:
        """The id of the product found.

        Raises:
            LookupError: none or several were.
        """
        if self.outcome != "found":
            raise LookupError(f"{self.said!r} is {self.outcome}; read error() instead")
        return self.products[0].product_id

    def error(self) -> ToolError:
        """Return the question back to the merchant, with the candidates as options."""
        options = [product.option for product in self.products]
        if self.outcome == "ambiguous":
            return ToolError(
                code="ambiguous_product",
                message={
                    "en": f'"{self.said}" could be any of {self.total} products.',
                    "zh": f"“{self.said}”可能是 {self.total} 款商品中的任何一款。",
                },
                remedy={"en": "Which one do you mean?", "zh": "您指的是哪一款？"},
                options=options,
            )
        remedy = {"en": "Check the name, or give the product's id.", "zh": "请核对名称，或者直接给商品编号。"}
        if options:
            remedy = {"en": "Did you mean one of these?", "zh": "您是想问下面这些吗？"}
        return ToolError(
            code="unknown_product",
            message={
                "en": f'This store sells nothing called "{self.said}".',
                "zh": f"店里没有叫“{self.said}”的商品。",
            },
            remedy=remedy,
            options=options,
        )


class Catalogue:
    """A store's products, ready to be found by name.

    Args:
        frame: `Store.products()`.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.products = tuple(
            Product(
                product_id=str(row.product_id),
                title=str(row.title or row.product_id),
                title_zh=_text(row.title_zh),
                category=_text(row.category),
                category_zh=_text(row.category_zh),
                aliases=tuple(row.aliases if isinstance(row.aliases, list | tuple) else ()),
            )
            for row in frame.itertuples(index=False)
        )
        # A turn looks the same words up several times, and that costs 0.1 s among thousands of products.
        self._match_once = lru_cache(maxsize=REMEMBERED_MATCHES)(self._match)
        self._by_id = {product.product_id: product for product in self.products}
        self._by_folded_id = {product.product_id.casefold(): product for product in self.products}

    def get(self, product_id: str) -> Product | None:
        """Return the product of that id, or None."""
        return self._by_id.get(product_id)

    def in_category(self, said: str) -> tuple[Product, ...]:
        """Return the products of the category that was named, in either language, whole or in part."""
        key = name_key(plain_name(said))
        for test in (str.__eq__, str.__contains__):
            found = tuple(
                product
                for product in self.products
                if key and any(test(singular(name_key(name)), singular(key)) for name in _categories(product))
            )
            if found:
                return found
        return ()

    def categories(self, lang: Literal["en", "zh"]) -> list[str]:
        """Return the categories' names, sorted."""
        names = {p.category_zh if lang == "zh" and p.category_zh else p.category for p in self.products}
        return sorted(name for name in names if name)

    def match(self, said: str) -> ProductMatch:
        """Resolve a product's name (see `resolve_product`)."""
        return self._match_once(said)

    def _match(self, said: str) -> ProductMatch:
        text = plain_name(said)
        for finder in (
            self._by_identity,
            self._by_id_within,
            self._by_category,
            self._by_part,
            self._by_typo,
        ):
            found = finder(text)
            if found:
                found.sort(key=lambda product: -_likeness(text, product))
                outcome: Literal["found", "ambiguous"] = "found" if len(found) == 1 else "ambiguous"
                # A category is never a product, even when it holds only one.
                if finder == self._by_category:
                    outcome = "ambiguous"
                return ProductMatch(said, outcome, tuple(found[:MOST_OFFERED]), len(found))
        near = sorted(self.products, key=lambda product: -_likeness(text, product))[:MOST_OFFERED]
        near = [product for product in near if _likeness(text, product) >= _OFFER_LIKENESS]
        return ProductMatch(said, "unknown", tuple(near), 0)

    def _by_identity(self, text: str) -> list[Product]:
        offered = re.search(r"\(([^()]+)\)$", text)  # an option that was offered ends with the id
        for product_id in (text, offered[1] if offered else ""):
            if product_id in self._by_folded_id:
                return [self._by_folded_id[product_id]]
        key = name_key(text)
        return [product for product in self.products if key and key in product.keys]

    def _by_id_within(self, text: str) -> list[Product]:
        # "SKU 22423", "Rabbit Night Light (23084)": only an id with a digit can be told from a word.
        tokens = {token for token in re.split(r"[^\w-]+|[\u4e00-\u9fff]+", text) if re.search(r"\d", token)}
        found = [
            self._by_folded_id[token] for token in tokens if len(token) >= 3 and token in self._by_folded_id
        ]
        return found if len(found) == 1 else []

    def _by_category(self, text: str) -> list[Product]:
        key = singular(name_key(text))
        return [p for p in self.products if any(singular(name_key(name)) == key for name in _categories(p))]

    def _by_part(self, text: str) -> list[Product]:
        words, key = name_words(text), name_key(text)
        if is_chinese(text):
            within = [p for p in self.products if any(key in name for name in p.keys)]
            return (
                within
                or [p for p in self.products if has_letters(key, p.letters) and is_covered(key, p.keys)]
                or self._named_inside(key)
                or [p for p in self.products if _is_spread(key, p)]
            )
        found = [p for p in self.products if _are_words_of(words, p)]
        return found or self._named_inside(key)

    def _named_inside(self, key: str) -> list[Product]:
        # "the rabbit night light lamp thing" holds a whole title; the longest one held is meant.
        held = [(len(name), p) for p in self.products for name in p.keys if is_telling(name) and name in key]
        longest = max((length for length, _ in held), default=0)
        return list({p.product_id: p for length, p in held if length == longest}.values())

    def _by_typo(self, text: str) -> list[Product]:
        return [product for product in self.products if _is_misspelt(text, product)]


def resolve_product(shop: Shop, said: str) -> ProductMatch:
    """Resolve a product's name as a merchant says it: id, title, alias, part of a title, a misspelling.

    A part that fits several products is ambiguous, and so is a category; nothing is guessed.

    Args:
        shop: the session's shop.
        said: "23084", "the rabbit night light", "“兔子夜灯”", "rabit night light".
    """
    return shop.catalogue.match(said)


def _are_words_of(words: frozenset[str], product: Product) -> bool:
    telling = telling_words(words, product.words)
    return bool(telling) and telling <= product.words


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _categories(product: Product) -> list[str]:
    return [name for name in (product.category, product.category_zh) if name]


def _is_spread(key: str, product: Product) -> bool:
    # "兔子夜灯" for "兔子造型夜灯": every character is there, in a title not much longer.
    name = name_key(product.title_zh or "")
    return len(key) >= 3 and set(key) <= set(name) and len(key) * 3 >= len(name)


def _is_misspelt(text: str, product: Product) -> bool:
    if is_chinese(text):
        name = name_key(product.title_zh or "")
        return len(name) >= 4 and fuzz.ratio(name_key(text), name) >= _TYPO_LIKENESS
    words = name_words(text)
    # Sizes and models are not misspelt: "cable 2m" is not the "cable 1m". Nor are short words.
    return (
        len(name_key(text)) >= 5
        and bool(words)
        and all(
            word in product.words
            or (not re.search(r"\d", word) and any(_is_near(word, other) for other in product.words))
            for word in words
        )
    )


def _is_near(word: str, other: str) -> bool:
    return len(word) >= 4 and word[0] == other[0] and fuzz.ratio(word, other) >= _TYPO_LIKENESS


def _likeness(text: str, product: Product) -> float:
    return max(fuzz.WRatio(text, fold(name)) for name in product.names)
