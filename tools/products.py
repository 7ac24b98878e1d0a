"""Products as people name them, resolved strictly: one product, a question back, or the nearest titles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

import pandas as pd
from rapidfuzz import fuzz, process

from tools.numerals import fold
from tools.product_index import TYPO_LIKENESS, NameIndex, likeness
from tools.product_mentions import MentionIndex
from tools.product_names import (
    is_chinese,
    is_covered,
    is_telling,
    name_key,
    name_words,
    plain_name,
    singular,
    telling_characters,
)
from tools.product_sounds import SoundIndex
from tools.product_talk import is_talk
from tools.results import ToolError
from tools.time_cutting import cut_time

if TYPE_CHECKING:
    from tools.product_meaning import Nearest
    from tools.shop import Shop

MOST_OFFERED = 5
_SHORTEST_MISSPELT_TITLE = 4
# Longer texts are questions, no names with a period glued on.
_LONGEST_NAME = 60
REMEMBERED_MATCHES = 64
# Only an id with a digit can be told from a word.
_ID = re.compile(r"(?<![a-z0-9])(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{2,15}(?![a-z0-9%])")


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
    def words(self) -> frozenset[str]:
        """The words of all its names, plurals reduced."""
        return frozenset(word for name in self.names for word in name_words(name))

    @cached_property
    def folded_names(self) -> tuple[str, ...]:
        """Its names in one width and one case."""
        return tuple(fold(name) for name in self.names)


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

    @property
    def shared_name(self) -> str | None:
        """A name that all of the products go by: the good's, where they are its variants."""
        first, *others = self.products or (None,)
        names = first.names if first else ()
        return next((name for name in names if all(name in other.names for other in others)), None)

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
        # A turn looks the same words up several times.
        self._match_once = lru_cache(maxsize=REMEMBERED_MATCHES)(self._match)
        self._mentioned_once = lru_cache(maxsize=REMEMBERED_MATCHES)(self._mentioned)
        self._by_id = {product.product_id: product for product in self.products}
        self._places = {product.product_id: place for place, product in enumerate(self.products)}
        self._by_folded_id = {product.product_id.casefold(): product for product in self.products}

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex(self.products)

    @cached_property
    def _sounds(self) -> SoundIndex:
        return SoundIndex(self.products)

    @cached_property
    def _mentions(self) -> MentionIndex:
        return MentionIndex(self.products, self._names)

    @cached_property
    def _by_category_key(self) -> dict[str, list[Product]]:
        found: dict[str, list[Product]] = {}
        for product in self.products:
            for key in {singular(name_key(name)) for name in _categories(product)}:
                found.setdefault(key, []).append(product)
        return found

    def place_of(self, product_id: str) -> int:
        """Return a product's position in `products`."""
        return self._places[product_id]

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

    def titles(self, lang: Literal["en", "zh"]) -> list[str]:
        """Return the products' titles as a reader of that language sees them."""
        return [p.title_zh if lang == "zh" and p.title_zh else p.title for p in self.products]

    def match(self, said: str) -> ProductMatch:
        """Resolve a product's name (see `resolve_product`)."""
        return self._match_once(said)

    def mentioned(self, question: str, among: Collection[str] | None = None) -> ProductMatch:
        """Resolve the product that a sentence speaks of, named in pieces that need not stand together.

        Args:
            question: "Jasmine tea, the 250 g one. 48 on the shelf", "六升四包的豆腐猫砂上周卖了多少".
            among: ids of the products that can be meant; then a colour or a size is enough.

        Returns:
            The product found, "ambiguous" with all that it may be, or "unknown" where it names none.
        """
        matches = self.mentioned_all(question, among)
        found = [match for match in matches if match.outcome == "found"]
        if len(found) == 1:  # a whole name beside a mere word of another one
            return found[0]
        products = tuple(dict.fromkeys(product for match in matches for product in match.products))
        outcome: Literal["ambiguous", "unknown"] = "ambiguous" if products else "unknown"
        return ProductMatch(question, outcome, products[:MOST_OFFERED], len(products))

    def mentioned_all(self, question: str, among: Collection[str] | None = None) -> tuple[ProductMatch, ...]:
        """Resolve every product that a sentence speaks of, in its order: "the duffel, teal or sand" names two.

        Args:
            question: the sentence, or a clause of it.
            among: ids of the products that can be meant; then a colour or a size is enough.
        """
        return self._mentioned_once(question, frozenset(among) if among is not None else None)

    def siblings(self, product_id: str) -> list[str]:
        """Return the ids of the other variants of a product's good, [] for an unknown product."""
        product = self.get(product_id)
        places = self._mentions.siblings(self.place_of(product.product_id)) if product else ()
        return [self.products[place].product_id for place in places]

    def is_only_variant(self, said: str, product: Product) -> bool:
        """Return whether English words tell a variant of the product and not what it is: "single", "white"."""
        return self._mentions.is_only_variant(said, self.place_of(product.product_id))

    def _mentioned(self, question: str, among: frozenset[str] | None) -> tuple[ProductMatch, ...]:
        places = None
        if among is not None:
            places = {place for place, product in enumerate(self.products) if product.product_id in among}
        groups = [*self._ids_in(question), *self._mentions.find(question, places)]
        named = [self._mention_match(question, likely) for likely in groups]
        return tuple({match.products: match for match in named}.values())

    def _ids_in(self, question: str) -> list[list[int]]:
        ids = (self._by_folded_id.get(token) for token in _ID.findall(fold(question)))
        return [[self.place_of(product.product_id)] for product in ids if product]

    def _mention_match(self, question: str, likely: Sequence[int]) -> ProductMatch:
        products = tuple(self.products[place] for place in likely[:MOST_OFFERED])
        return ProductMatch(question, "found" if len(likely) == 1 else "ambiguous", products, len(likely))

    def _match(self, said: str) -> ProductMatch:
        text = plain_name(said)
        found = (
            self._find(said, text) or self._find_in_rest(said, text) or self._found(said, self._inside(text))
        )
        if found:
            return found
        near = [self.products[place] for place in self._names.near(text, MOST_OFFERED)]
        return ProductMatch(said, "unknown", tuple(near), 0)

    def _find_in_rest(self, said: str, text: str) -> ProductMatch | None:
        # A small model glues the period to the name: 9月下旬沙色旅行袋.
        rests = cut_time(text) if len(text) <= _LONGEST_NAME else iter(())
        named = (rest for rest in rests if not all(map(is_talk, rest.split())))
        return next((found for rest in named if (found := self._find(said, rest))), None)

    def _find(self, said: str, text: str) -> ProductMatch | None:
        for finder in (self._by_identity, self._by_id_within):
            found = finder(text)
            if found:
                return self._found(said, found)
        category = self._by_category_key.get(singular(name_key(text)))
        if category:  # never a product, even when it holds only one
            return self._asked(said, category, text)
        for finder in (self._by_part, self._by_typo, self._by_sound):
            found = finder(text)
            if found:
                return self._found(said, found)
        return None

    def _found(self, said: str, products: list[Product]) -> ProductMatch | None:
        if len(products) == 1:
            return ProductMatch(said, "found", tuple(products), 1)
        return self._asked(said, products, plain_name(said)) if products else None

    def _asked(self, said: str, products: list[Product], text: str) -> ProductMatch:
        likeliest = sorted(products, key=lambda product: -likeness(text, product))[:MOST_OFFERED]
        return ProductMatch(said, "ambiguous", tuple(likeliest), len(products))

    def _at(self, places: Iterable[int]) -> list[Product]:
        return [self.products[place] for place in sorted(places)]

    def _by_identity(self, text: str) -> list[Product]:
        offered = re.search(r"\(([^()]+)\)$", text)  # an option that was offered ends with the id
        for product_id in (text, offered[1] if offered else ""):
            if product_id in self._by_folded_id:
                return [self._by_folded_id[product_id]]
        key = name_key(text)
        return self._at(self._names.by_key.get(key, ())) if key else []

    def _by_id_within(self, text: str) -> list[Product]:
        # "SKU 22423", "Rabbit Night Light (23084)": only an id with a digit can be told from a word.
        tokens = {token for token in re.split(r"[^\w-]+|[\u4e00-\u9fff]+", text) if re.search(r"\d", token)}
        found = [
            self._by_folded_id[token] for token in tokens if len(token) >= 3 and token in self._by_folded_id
        ]
        return found if len(found) == 1 else []

    def _by_part(self, text: str) -> list[Product]:
        key = name_key(text)
        if not is_chinese(text):
            return self._at(self._names.with_words(text))
        likely = self._with_characters(key)
        return (
            [p for p in likely if any(key in name for name in p.keys)]
            or [p for p in likely if is_covered(key, p.keys)]
            or [p for p in likely if _is_spread(key, p)]
        )

    def _with_characters(self, key: str) -> list[Product]:
        """Return the products that hold the Chinese characters of what was said: decisive among thousands."""
        return self._at(self._names.with_characters(c for c in telling_characters(key) if is_chinese(c)))

    def _inside(self, text: str) -> list[Product]:
        key = name_key(text)
        # "the rabbit night light lamp thing" holds a whole title; the longest one held is meant.
        held = [(len(name), name) for name in self._names.by_key if name in key and is_telling(name)]
        longest = max((length for length, _ in held), default=0)
        return self._at({place for n, name in held if n == longest for place in self._names.by_key[name]})

    def _by_typo(self, text: str) -> list[Product]:
        if not is_chinese(text):
            return self._at(self._names.misspelt(text))
        key = name_key(text)
        alike = process.extract(
            key, self._chinese_titles, scorer=fuzz.ratio, score_cutoff=TYPO_LIKENESS, limit=None
        )
        return self._at(place for _, _, place in alike)

    @cached_property
    def _chinese_titles(self) -> dict[int, str]:
        titles = {place: name_key(product.title_zh or "") for place, product in enumerate(self.products)}
        return {place: title for place, title in titles.items() if len(title) >= _SHORTEST_MISSPELT_TITLE}

    def _by_sound(self, text: str) -> list[Product]:
        return self._at(self._sounds.find(text))


def resolve_product(shop: Shop, said: str) -> ProductMatch:
    """Resolve a product's name as a merchant says it: id, title, alias, part of a title, a misspelling.

    A part that fits several products is ambiguous, and so is a category. What no spelling explains is looked up by
    its meaning and found only where one good stands out: "bunny plushie".

    Args:
        shop: the session's shop.
        said: "23084", "the rabbit night light", "“兔子夜灯”", "rabit night light".
    """
    match = shop.catalogue.match(said)
    if match.outcome != "unknown" or shop.meanings is None or not name_key(said):
        return match
    return _by_meaning(shop.catalogue, match, shop.meanings.nearest(said))


def _by_meaning(catalogue: Catalogue, unknown: ProductMatch, nearest: Nearest) -> ProductMatch:
    said, variants = unknown.said, [catalogue.products[catalogue.place_of(i)] for i in nearest.variants]
    if not nearest.is_clear:
        offered = dict.fromkeys(
            [*variants, *unknown.products] if nearest.is_worth_offering else unknown.products
        )
        return ProductMatch(said, "unknown", tuple(offered)[:MOST_OFFERED], 0)
    by_piece = catalogue.mentioned(said, nearest.variants)
    if by_piece.outcome == "found":
        return ProductMatch(said, "found", by_piece.products, 1)
    if nearest.is_one:
        return ProductMatch(said, "found", (variants[0],), 1)
    return ProductMatch(said, "ambiguous", tuple(variants[:MOST_OFFERED]), len(variants))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _categories(product: Product) -> list[str]:
    return [name for name in (product.category, product.category_zh) if name]


def _is_spread(key: str, product: Product) -> bool:
    # "兔子夜灯" for "兔子造型夜灯": every character is there, in a title not much longer.
    name = name_key(product.title_zh or "")
    return len(key) >= 3 and set(key) <= set(name) and len(key) * 3 >= len(name)
