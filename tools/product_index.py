"""A catalogue's names by their words and characters: thousands of titles are narrowed down before any is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from tools.product_names import KIND_WORDS, is_chinese, name_key, name_tokens, singular

if TYPE_CHECKING:
    from tools.products import Product

# In rapidfuzz's points of 100: a slip of the hand scores above 82, another word seldom.
TYPO_LIKENESS = 82
_OFFER_LIKENESS = 60
_SHORTEST_MISSPELT = 4
# Two letters swapped make another word of four letters too often: bleu, form, calm.
_SHORTEST_SWAPPED = 5
_SHORTEST_COMPOUND = 6
_MOST_COMPARED = 200
SIZE_LETTERS = {"large": "l", "medium": "m", "small": "s", "extralarge": "xl"}


class NameIndex:
    """Which products hold a word, a character or a whole name.

    Args:
        products: the catalogue; results are positions in it.
    """

    def __init__(self, products: Sequence[Product]) -> None:
        self._products = products
        self.by_key: dict[str, set[int]] = defaultdict(set)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._by_character: dict[str, set[int]] = defaultdict(set)
        for place, product in enumerate(products):
            for name in product.names:
                self._add(place, name)

    def _add(self, place: int, name: str) -> None:
        key = name_key(name)
        self.by_key[key].add(place)
        for token in name_tokens(name):
            self._by_word[singular(token)].add(place)
        if is_chinese(name):
            for character in key:
                self._by_character[character].add(place)

    @cached_property
    def _vocabulary(self) -> list[str]:
        return [word for word in self._by_word if len(word) >= _SHORTEST_MISSPELT and word.isalpha()]

    def has_word(self, word: str) -> bool:
        """Return whether some name holds the singular word."""
        return word in self._by_word

    def with_words(self, text: str) -> set[int]:
        """Return the products whose names hold every telling word of the text, however it is spaced."""
        tokens = self._known(name_tokens(text))
        found = self._holding(tokens)
        if not found and any(token in SIZE_LETTERS for token in tokens):
            found = self._holding([SIZE_LETTERS.get(token, token) for token in tokens])
        return found

    def _known(self, tokens: list[str]) -> list[str]:
        """Join words that a title writes as one: "note book" -> "notebook"."""
        joined: list[str] = []
        for token in tokens:
            pair = singular(joined[-1] + token) if joined else ""
            is_new = singular(token) not in self._by_word or (
                joined and singular(joined[-1]) not in self._by_word
            )
            if is_new and len(pair) >= _SHORTEST_COMPOUND and pair in self._by_word:
                joined[-1] = pair
            else:
                joined.append(token)
        return joined

    def _holding(self, tokens: Iterable[str]) -> set[int]:
        words = {singular(token) for token in tokens}
        # "size L": a word that only says what kind of word follows is not asked of every product.
        telling = words - KIND_WORDS
        if not telling:
            return set()
        found: set[int] | None = None
        for word in sorted(telling, key=lambda word: len(self._by_word.get(word, ()))):
            found = self._places(word) if found is None else found & self._places(word)
            if not found:
                break
        return found or set()

    def _places(self, word: str) -> set[int]:
        whole = self._by_word.get(word, set())
        return whole | self._written_apart(word) if len(word) >= _SHORTEST_COMPOUND else whole

    def _written_apart(self, word: str) -> set[int]:
        """Return the products in whose titles the word is several: "nightlight" for a "night light"."""
        held = {place for key, places in self.by_key.items() if word in key for place in places}
        held -= self._by_word.get(word, set())
        return {
            place for place in held if any(_is_run(word, name) for name in self._products[place].folded_names)
        }

    def misspelt(self, text: str) -> set[int]:
        """Return the products that hold every word of the text, a slip of the hand apart.

        Sizes and models are not misspelt: "cable 2m" is not the "cable 1m". Nor are short words.
        """
        words = {singular(token) for token in name_tokens(text)}
        if not words or len(name_key(text)) < _SHORTEST_SWAPPED:
            return set()
        return _common(
            [
                self._places(word).union(*(self._by_word[other] for other in self.near_words(word)))
                for word in words
            ]
        )

    def near_words(self, word: str) -> list[str]:
        """Return the catalogue's words that a word is a slip of the hand away from."""
        if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
            return []
        alike = process.extract(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=TYPO_LIKENESS, limit=None
        )
        near = [other for other, _, _ in alike if other[0] == word[0] and other != word]
        if len(word) >= _SHORTEST_SWAPPED:
            swaps = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
            near += [singular(swap) for swap in swaps if singular(swap) in self._by_word]
        return near

    def with_characters(self, characters: Iterable[str]) -> set[int]:
        """Return the products in whose names every one of the characters stands; none for no characters."""
        return _common([self._by_character.get(character, set()) for character in characters])

    def near(self, text: str, most: int) -> list[int]:
        """Return the products to offer for a name that none has: they share words or characters with it."""
        shared: dict[int, int] = defaultdict(int)
        for places in self._shared(text):
            for place in places:
                shared[place] += 1
        likely = sorted(shared, key=lambda place: (-shared[place], place))[:_MOST_COMPARED]
        scored = sorted(((likeness(text, self._products[place]), -place) for place in likely), reverse=True)
        return [-place for score, place in scored[:most] if score >= _OFFER_LIKENESS]

    def _shared(self, text: str) -> Iterable[set[int]]:
        if is_chinese(text):
            return [self._by_character.get(character, set()) for character in set(name_key(text))]
        words = {singular(token) for token in name_tokens(text) if len(token) > 2}
        return [
            self._places(word).union(*(self._by_word[other] for other in self.near_words(word)))
            for word in words
        ]


def likeness(text: str, product: Product) -> float:
    """Return how like a folded text is to the product's likest name, 0 to 100."""
    return max(fuzz.WRatio(text, name) for name in product.folded_names)


def _is_run(word: str, name: str) -> bool:
    tokens = name_tokens(name)
    joined = ("".join(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 2, len(tokens) + 1))
    return any(singular(run) == word for run in joined)


def _common(sets: list[set[int]]) -> set[int]:
    return set.intersection(*sorted(sets, key=len)) if sets else set()
