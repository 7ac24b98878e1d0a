"""What a title is made of: the good that it names, and the pieces that tell one variant from another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tools.numerals import fold
from tools.product_measures import find_measures
from tools.product_names import KIND_WORDS, singular

if TYPE_CHECKING:
    from tools.products import Product

LITTLE_WORDS = frozenset("of the a an and in for with to on by no pack x set".split()) | KIND_WORDS
_WORD = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ENDING_ZH = re.compile(r"[款色味版型装套光号]$")


@dataclass(frozen=True)
class Good:
    """One name of what a product is: its title without the variant, or an alias; `words` are its telling ones."""

    place: int
    name: str
    words: tuple[str, ...]
    is_whole_title: bool


@dataclass(frozen=True)
class Variant:
    """What tells a product from its siblings, by language: a title's words or stems, and its measures."""

    languages: tuple[frozenset[str], ...]

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Every piece, in either language."""
        return frozenset().union(*self.languages)


def split_names(place: int, product: Product) -> tuple[list[Good], Variant]:
    """Return the goods that a product's names say, and its variant: "Hand Cream" and "lavender".

    Args:
        place: the product's position in the catalogue.
        product: with titles that put the variant after a comma, in Chinese after a space.
    """
    title, _, variant = fold(product.title).partition(",")
    title_zh, _, variant_zh = fold(product.title_zh or "").partition(" ")
    names = dict.fromkeys(filter(None, (title, title_zh, *map(fold, product.aliases))))
    goods = [Good(place, name, _telling(name), name == title and not variant) for name in names]
    languages = (_english_pieces(variant), _chinese_pieces(variant_zh))
    return goods, Variant(tuple(filter(None, languages)))


def _telling(name: str) -> tuple[str, ...]:
    words = map(singular, _WORD.findall(name))
    return tuple(dict.fromkeys(word for word in words if word not in LITTLE_WORDS and len(word) > 1))


def _english_pieces(variant: str) -> frozenset[str]:
    measures = find_measures(variant)
    inside = {at for spans in measures.values() for span in spans for at in span}
    words = {
        singular(m[0])
        for m in _WORD.finditer(variant)
        if m.start() not in inside and singular(m[0]) not in LITTLE_WORDS
    }
    return frozenset(measures) | words


def _chinese_pieces(variant: str) -> frozenset[str]:
    measures = find_measures(variant)
    inside = {at for spans in measures.values() for span in spans for at in span}
    rest = "".join(" " if at in inside else char for at, char in enumerate(variant))
    stems = {stem for run in _HAN.findall(rest) if (stem := _ENDING_ZH.sub("", run))}
    letters = set(_WORD.findall(rest))
    # 80抽×6包装: what is left beside a measure tells nothing.
    return frozenset(measures) | letters | (frozenset() if measures else stems)
