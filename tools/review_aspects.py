"""What reviews talk about: found in the reviews themselves, product by product, in English and Chinese."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from store.shopping_words import name_thing
from tools.aspect_names import NAMED_ASPECTS, Aspect
from tools.review_terms import find_terms, split_clauses

# A word of one or two customers is no side of the product, unless it has a name by hand.
_LEAST_REVIEWS = 3
_LEAST_SHARE = 0.01
# A name by hand is worth more to a reader than a bare word that hardly more reviews use.
_OWN_WORD_STANDING = 0.75
# A customers' word that stands mostly where another aspect is spoken of ("the zip came off its track") adds nothing.
_SHADOWED = 0.8
# "battery life" takes over from "life" where most who say one say the other.
_TAKES_OVER = 0.5
MOST_ASPECTS = 60


class Mention(NamedTuple):
    """One clause about one aspect: `review` counts from 0 in the texts given."""

    review: int
    clause: str


class FoundAspect(NamedTuple):
    """An aspect with every clause about it, in the order of the texts."""

    aspect: Aspect
    mentions: list[Mention]

    @property
    def reviews(self) -> set[int]:
        """The reviews that mention it, by their place."""
        return {mention.review for mention in self.mentions}


def discover_aspects(texts: Sequence[str], own_words: Iterable[str] = ()) -> list[FoundAspect]:
    """Return what texts talk about, most reviews first; of two nearly as often, one with a name by hand.

    Aspects are nouns that several reviews use (`review_terms`); those that mean an aspect of `aspect_names` go by
    its name, all others by the customers' own word.

    Args:
        texts: reviews of one product, category or shop.
        own_words: titles and categories of what is reviewed; "backpack" is no aspect of a backpack.

    Returns:
        At most `MOST_ASPECTS`; a clause may be about several.
    """
    clauses = [Mention(review, clause) for review, text in enumerate(texts) for clause in split_clauses(text)]
    terms = [find_terms(mention.clause) for mention in clauses]
    barred = _barred_terms(own_words)
    kept = _frequent_terms(clauses, terms, barred, len(texts))
    found: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention, in_clause in zip(clauses, terms, strict=True):
        for name in _names(mention.clause, in_clause, kept):
            found[name].append(mention)
    named = {aspect.en: aspect for aspect in NAMED_ASPECTS}
    aspects = [FoundAspect(named.get(name) or _own_name(name), mentions) for name, mentions in found.items()]
    least = max(1, round(_LEAST_SHARE * len(texts)))  # own words were held to more when they were gathered
    often = [each for each in aspects if len(each.reviews) >= least]
    often.sort(key=lambda each: (-len(each.reviews) * standing(each.aspect), each.aspect.en))
    return [each for place, each in enumerate(often) if not _is_shadowed(each, often[:place])][:MOST_ASPECTS]


def standing(aspect: Aspect) -> float:
    """Return what a review that mentions an aspect counts for in the order of aspects."""
    return 1.0 if aspect in NAMED_ASPECTS else _OWN_WORD_STANDING


def count_aspects(texts: Sequence[str]) -> list[tuple[Aspect, int]]:
    """Return the aspects that texts mention, with the number of texts, most mentioned first."""
    return [(found.aspect, len(found.reviews)) for found in discover_aspects(texts)]


def _is_shadowed(found: FoundAspect, larger: list[FoundAspect]) -> bool:
    """Return whether a word without a name by hand stands mostly in clauses about one larger aspect."""
    if found.aspect in NAMED_ASPECTS:
        return False
    own = set(found.mentions)
    return any(len(own.intersection(other.mentions)) >= _SHADOWED * len(own) for other in larger)


def _barred_terms(own_words: Iterable[str]) -> set[str]:
    terms = {term for words in own_words for clause in split_clauses(words) for term in find_terms(clause)}
    return terms | {part for term in terms for part in term.split()}


def _frequent_terms(clauses: list[Mention], terms: list[set[str]], barred: set[str], count: int) -> set[str]:
    """Return the terms that enough reviews use, without those that only stand inside a longer one."""
    least = max(_LEAST_REVIEWS, round(_LEAST_SHARE * count))
    reviews: defaultdict[str, set[int]] = defaultdict(set)
    for mention, in_clause in zip(clauses, terms, strict=True):
        for term in in_clause - barred:
            reviews[term].add(mention.review)
    often = {term: len(found) for term, found in reviews.items() if len(found) >= least}
    inside = Counter[str]()
    for term, uses in often.items():
        for part in term.split() if " " in term else ():
            inside[part] = max(inside[part], uses)
    return {term for term, uses in often.items() if inside[term] < _TAKES_OVER * uses}


def _names(clause: str, terms: set[str], kept: set[str]) -> set[str]:
    """Return what a clause is about: names by hand where a word means one, other terms as they are."""
    named = [aspect for aspect in NAMED_ASPECTS if aspect.pattern.search(clause)]
    own = {term for term in terms & kept if not any(aspect.pattern.search(term) for aspect in NAMED_ASPECTS)}
    parts = {part for term in own if " " in term for part in term.split()}
    return {aspect.en for aspect in named} | {(name_thing(term) or (term,))[0] for term in own - parts}


def _own_name(term: str) -> Aspect:
    """Return an aspect that goes by the customers' word, in quotation marks; in both languages where it is known."""
    names = name_thing(term) or (term, term)
    return Aspect(
        f"“{names[0]}”",
        f"“{names[1]}”",
        re.compile("|".join(map(re.escape, sorted({*names}))), re.IGNORECASE),
    )


def asked_aspect(query: str) -> Aspect | None:
    """Return the one named aspect that a question asks about, or None."""
    found = [aspect for aspect in NAMED_ASPECTS if aspect.pattern.search(query)]
    # "拉链质量怎么样" asks about the zip.
    narrow = [aspect for aspect in found if aspect.en != "quality"] or found
    return narrow[0] if len(narrow) == 1 else None
