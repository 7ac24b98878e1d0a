"""Products that a sentence names in pieces: "Jasmine tea, the 250 g one", "teal or sand", 六升四包的豆腐猫砂.

A title is a good ("Jasmine Green Tea") and what tells its variants apart ("250 g"). A product is spoken of where
its good stands in the sentence; the variant's words may stand anywhere near. Of several the one that explains most
of the sentence's letters is meant, and those that explain the same letters are equally likely.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.numerals import fold
from tools.product_index import SIZE_LETTERS, NameIndex
from tools.product_measures import find_measures
from tools.product_names import is_chinese, singular
from tools.product_pieces import LITTLE_WORDS, Good, Variant, split_names
from tools.product_talk import is_talk

if TYPE_CHECKING:
    from tools.products import Product

# A longer text is pasted; what it asks about stands near its start.
_LONGEST_TEXT = 400
_MOST_MENTIONS = 4
# Of a name without variants so much of its rarity must be said; of a good's short name, all.
_ENOUGH_OF_NAME = 0.7
_ENOUGH_OF_GOOD_ZH = 0.6
_LONGEST_GAP = 16
_FARTHEST_VARIANT = 60
_ADJACENT = 3
_NEAR_ZH = 8
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Mention:
    """One product that may be spoken of at one place.

    Args:
        place: the product's position in the catalogue.
        name: the good's name that was recognised.
        good: the letters of the sentence that name the good.
        variant: those that name the variant.
        is_whole: whether nothing of the product's variant (or of its only name) is left unsaid.
        gap: letters between good and variant.
    """

    place: int
    name: str
    good: frozenset[int]
    variant: frozenset[int]
    is_whole: bool
    gap: int

    @property
    def letters(self) -> frozenset[int]:
        """All letters that it explains."""
        return self.good | self.variant


@dataclass(frozen=True)
class _Sentence:
    text: str
    words: dict[str, list[range]]
    measures: dict[str, list[range]]


class MentionIndex:
    """Finds the products that sentences speak of.

    Args:
        products: the catalogue; results are positions in it.
        names: its words, for words that are misspelt.
    """

    def __init__(self, products: Sequence[Product], names: NameIndex) -> None:
        self._names = names
        self._goods: list[Good] = []
        self._variants: list[Variant] = []
        self._with_word: dict[str, list[int]] = defaultdict(list)
        self._with_noun: dict[str, set[int]] = defaultdict(set)
        for place, product in enumerate(products):
            self._add(place, product)
        self._total = max(len(products), 1)

    def _add(self, place: int, product: Product) -> None:
        goods, variant = split_names(place, product)
        self._variants.append(variant)
        for good in goods:
            if is_chinese(good.name):
                self._with_noun[good.name[-2:]].add(len(self._goods))
            for word in good.words:
                self._with_word[word].append(len(self._goods))
            self._goods.append(good)

    def find(self, said: str, among: Collection[int] | None = None) -> list[list[int]]:
        """Return what the sentence names, in its order: each as the equally likely products, one where it is clear.

        Args:
            said: the sentence, or a clause of it.
            among: positions of the products that can be meant: then a variant alone is enough.
        """
        sentence = self._read(fold(said)[:_LONGEST_TEXT])
        mentions = list(self._mentions(sentence) if among is None else self._variants_among(sentence, among))
        chosen = sorted(_chosen(mentions), key=lambda likely: min(likely[0].variant or likely[0].good))
        return [sorted(mention.place for mention in likely) for likely in chosen]

    def siblings(self, place: int) -> list[int]:
        """Return the other products of the same good; of titles without variants, those that differ in one word."""
        own = [good for good in self._goods if good.place == place]
        names = {good.name for good in own}
        found = {good.place for good in self._goods if good.name in names}
        for good in own:
            if good.is_whole_title and len(good.words) > 2:
                found |= {
                    g.place for g in self._goods if g.is_whole_title and _differ_in_one(good.words, g.words)
                }
        return sorted(found - {place})

    def is_only_variant(self, said: str, place: int) -> bool:
        """Whether words tell a variant of a product and nothing of its good: "single" of the lunch bags."""
        sentence = self._read(fold(said))
        pieces = self._variants[place].pieces
        goods = {word for good in self._goods if good.place == place for word in good.words}
        own = {word for word in sentence.words if word not in LITTLE_WORDS}
        return bool(own) and own <= pieces - goods

    def _read(self, text: str) -> _Sentence:
        words: dict[str, list[range]] = defaultdict(list)
        for match in _WORD.finditer(re.sub(r"'(?:s|m|ll|re|ve|d)\b", lambda m: " " * len(m[0]), text)):
            word = singular(match[0])
            for meant in (word, *self._also(word)):
                words[meant].append(range(*match.span()))
        return _Sentence(text, words, find_measures(text))

    def _also(self, word: str) -> Iterable[str]:
        if word in SIZE_LETTERS:
            return (SIZE_LETTERS[word],)
        return () if self._names.has_word(word) or is_talk(word) else self._names.near_words(word)

    def _mentions(self, sentence: _Sentence) -> Iterator[Mention]:
        for number, spans in self._goods_said(sentence):
            good = self._goods[number]
            for likely in self._namesakes(sentence, good) if spans else ():
                yield from (self._mention(sentence, likely, span) for span in spans)

    def _namesakes(self, sentence: _Sentence, good: Good) -> list[Good]:
        """A title said in part may be any title that holds the same words: "jumbo bag" is no christmas bag."""
        said = [word for word in good.words if word in sentence.words]
        if not good.is_whole_title or len(said) == len(good.words):
            return [good]
        shared = set.intersection(*(set(self._with_word[word]) for word in said))
        return [self._goods[number] for number in sorted(shared)]

    def _goods_said(self, sentence: _Sentence) -> Iterator[tuple[int, list[frozenset[int]]]]:
        heard: dict[int, float] = defaultdict(float)
        for word in sentence.words:
            for number in self._with_word.get(word, ()):
                heard[number] += self._rarity(word)
        for number, weight in heard.items():
            good = self._goods[number]
            whole = sum(map(self._rarity, good.words))
            if not is_chinese(good.name) and weight >= whole * (
                _ENOUGH_OF_NAME if good.is_whole_title else 0.99
            ):
                yield number, _word_spans(sentence, good.words)
        for noun, numbers in self._with_noun.items():
            if noun in sentence.text:
                for number in numbers:
                    yield number, _chinese_spans(sentence.text, self._goods[number].name)
        yield from self._by_last_character(sentence)

    def _by_last_character(self, sentence: _Sentence) -> Iterator[tuple[int, list[frozenset[int]]]]:
        """A noun of one character is enough beside a whole measure: 8骨那把伞."""
        for number, good in enumerate(self._goods):
            if not is_chinese(good.name[-1:]) or good.name[-1] not in sentence.text:
                continue
            measured = [
                m for m in self._variants[good.place].pieces if m in sentence.measures and m[0].isdigit()
            ]
            ends = {span.stop for m in measured for span in sentence.measures[m]}
            found = [m.start() for m in re.finditer(good.name[-1], sentence.text)]
            spans = [frozenset({at}) for at in found if any(0 <= at - end <= _ADJACENT for end in ends)]
            if spans:
                yield number, spans

    def _rarity(self, word: str) -> float:
        return math.log(1 + self._total / len(self._with_word[word])) if word in self._with_word else 0.0

    def _mention(self, sentence: _Sentence, good: Good, span: frozenset[int]) -> Mention:
        variant = self._variants[good.place]
        letters: set[int] = set()
        said: set[str] = set()
        gap = _FARTHEST_VARIANT
        for piece in variant.pieces:
            places = [(_gap(found, span), found) for found in _places(sentence, piece)]
            near = [p for p in places if p[0] <= _reach(piece) and not span & set(p[1])]
            if near:
                distance, found = min(near, key=lambda p: p[0])
                letters |= set(found)
                said.add(piece)
                gap = min(gap, distance)
        is_whole = any(pieces <= said for pieces in variant.languages)
        if good.is_whole_title:
            is_whole = all(word in sentence.words for word in good.words)
        return Mention(good.place, good.name, span, frozenset(letters), is_whole, gap)

    def _variants_among(self, sentence: _Sentence, among: Collection[int]) -> Iterator[Mention]:
        """Mentions of products already spoken of: any telling piece of title or variant names one."""
        for place in among:
            pieces = self._variants[place].pieces | {
                word for good in self._goods if good.place == place for word in good.words
            }
            spans = [(piece, found) for piece in pieces for found in _places(sentence, piece)]
            letters = frozenset(at for _, found in spans for at in found)
            if letters:
                said = {piece for piece, _ in spans}
                is_whole = any(own <= said for own in self._variants[place].languages)
                yield Mention(place, "", frozenset(), letters, is_whole, 0)


def _differ_in_one(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) == len(other) and len(set(one) & set(other)) == len(one) - 1


def _chosen(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Take what explains most letters, then what explains others, until nothing new is named."""
    chosen: list[list[Mention]] = []
    taken: set[int] = set()
    rest = list(mentions)
    while rest and len(chosen) < _MOST_MENTIONS:
        best = min(rest, key=lambda m: (-len(m.letters - taken), not m.is_whole, m.gap))
        equal = [m for m in rest if _explains_the_same(m, best)]
        likely = _clearest(equal, best)
        chosen.append(likely)
        taken |= best.letters
        named = {m.place for group in chosen for m in group}
        rest = [m for m in rest if m.place not in named and _is_further(m, taken, chosen)]
    return chosen


def _explains_the_same(one: Mention, other: Mention) -> bool:
    return one.letters == other.letters or (
        len(one.letters) == len(other.letters) and one.variant == other.variant
    )


def _clearest(equal: Sequence[Mention], best: Mention) -> list[Mention]:
    likely = list({m.place: m for m in equal}.values())
    whole = [m for m in likely if m.is_whole]
    return whole if len(whole) == 1 and best.is_whole else likely


def _is_further(mention: Mention, taken: Collection[int], chosen: Sequence[Sequence[Mention]]) -> bool:
    """Whether a mention names something else than those before it: another good, or another variant of one."""
    siblings = any(mention.name == m.name for group in chosen for m in group)
    if siblings:
        return bool(mention.variant) and not mention.variant & set(taken)
    return not mention.letters & set(taken)


def _word_spans(sentence: _Sentence, words: Sequence[str]) -> list[frozenset[int]]:
    """Return the letters of each place where the words stand together."""
    said = [word for word in words if word in sentence.words]
    anchor = min(said, key=lambda word: len(sentence.words[word]))
    spans = []
    for start in sentence.words[anchor]:
        nearest = [min(sentence.words[word], key=lambda r: abs(r.start - start.start)) for word in said]
        letters = frozenset(at for span in nearest for at in span)
        if max(letters) - min(letters) < len(letters) + _LONGEST_GAP and not all(map(is_talk, said)):
            spans.append(letters)
    return spans


def _chinese_spans(text: str, name: str) -> list[frozenset[int]]:
    """Return the letters of each place where a good is named, whole or by pieces of two characters that end it."""
    spans = []
    for match in re.finditer(re.escape(name[-2:]), text):
        letters = set(range(*match.span()))
        window = text[max(0, match.start() - len(name) - _ADJACENT) : match.start()]
        first = match.start() - len(window)
        for at in range(len(window) - 1):
            if window[at : at + 2] in name:
                letters |= {first + at, first + at + 1}
        if match.start() and text[match.start() - 1 : match.end()] in name:
            letters.add(match.start() - 1)
        if len(letters) >= _ENOUGH_OF_GOOD_ZH * len(name):
            spans.append(frozenset(letters))
    return spans


def _places(sentence: _Sentence, piece: str) -> list[range]:
    if piece in sentence.measures:
        return sentence.measures[piece]
    if is_chinese(piece):
        if piece[0].isdigit():
            return []
        stem = (
            piece
            if len(piece) < 3 or piece in sentence.text
            else next(
                (piece[i : i + 2] for i in (0, len(piece) - 2) if piece[i : i + 2] in sentence.text), piece
            )
        )
        return [range(*m.span()) for m in re.finditer(re.escape(stem), sentence.text)]
    return sentence.words.get(piece, [])


def _reach(piece: str) -> int:
    """How far from the good a piece may stand: a common word or a single character right beside it."""
    if is_talk(piece):
        return _ADJACENT
    return _NEAR_ZH if is_chinese(piece) and len(piece) == 1 else _FARTHEST_VARIANT


def _gap(span: range, letters: Collection[int]) -> int:
    first, last = min(letters), max(letters)
    return max(first - span.stop, span.start - last - 1, 0)
