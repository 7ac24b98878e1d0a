"""Chinese names by their sound: typed in pinyin, by initials, in traditional characters, or with a homophone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tools.product_names import is_chinese, name_key

if TYPE_CHECKING:
    from tools.products import Product

_SHORTEST_INITIALS = 4
_SHORTEST_PINYIN = 4
# In a name of so many syllables one may be another character of the same sound.
_SHORTEST_HOMOPHONE = 3


class SoundIndex:
    """Finds products by how their Chinese names are read.

    Args:
        products: the catalogue; results are positions in it.
    """

    def __init__(self, products: Sequence[Product]) -> None:
        self._names: list[tuple[int, str]] = [
            (place, name_key(name))
            for place, product in enumerate(products)
            for name in product.names
            if is_chinese(name)
        ]

    @cached_property
    def _syllables(self) -> re.Pattern[str]:
        known = {
            sound for _, name in self._names for char in name if is_chinese(char) for sound in _readings(char)
        }
        return (
            re.compile("(?:" + "|".join(sorted(known, key=len, reverse=True)) + ")+")
            if known
            else re.compile("(?!)")
        )

    @cached_property
    def _by_initials(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for place, name in self._names:
            letters = "".join(_readings(char)[0][0] if is_chinese(char) else char for char in name)
            found[letters].add(place)
        return found

    def find(self, text: str) -> set[int]:
        """Return the products that a folded text sounds like, or none.

        Args:
            text: "tuzi yedeng", "tu zi ye deng", "tzyd", "兔子夜燈", "兔子叶灯".
        """
        if not self._names:
            return set()
        if is_chinese(text):
            return self._find_characters(name_key(text))
        letters = re.sub(r"[\s'1-5-]", "", text).replace("ü", "v")
        if not re.fullmatch(r"[a-z]+", letters):
            return set()
        if len(letters) >= _SHORTEST_PINYIN and self._syllables.fullmatch(letters):
            found = self._find_pinyin(letters)
            if found:
                return found
        # English words hold vowels, initials hardly ever do.
        if len(letters) >= _SHORTEST_INITIALS and not re.search("[aeiou]", letters):
            return self._find_initials(letters)
        return set()

    def _find_pinyin(self, letters: str) -> set[int]:
        names: dict[int, list[str]] = defaultdict(list)
        for place, name in self._names:
            names[place].append(name)
        return {place for place, own in names.items() if _is_sounded(letters, own)}

    def _find_initials(self, letters: str) -> set[int]:
        for is_meant in (str.startswith, _skips):
            found = [places for name, places in self._by_initials.items() if is_meant(name, letters)]
            places = set().union(*found)
            if places:
                return places if len(places) == 1 else set()
        return set()

    def _find_characters(self, key: str) -> set[int]:
        if any(not is_chinese(char) for char in key):
            return set()
        strange = [char for char in key if not _is_simplified(char)]
        allowed = len(strange) + (1 if len(key) >= _SHORTEST_HOMOPHONE else 0)
        letters = "".join(_readings(char)[0] for char in key)
        return {
            place
            for place, name in self._names
            if len(key) >= 2
            and sum(char not in name for char in key) <= allowed
            and _is_sounded(letters, [name])
        }


@cache
def _readings(char: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    return tuple(
        sound for sound in pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0] if sound
    ) or (char,)


def _is_simplified(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_sounded(letters: str, names: Sequence[str]) -> bool:
    """Whether letters are made of runs of two or more characters of one product's names, as they are read."""
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            for name in names:
                for first in range(len(name) - 1):
                    reached |= _ends(letters, start, name, first)
    return len(letters) in reached


def _ends(letters: str, start: int, name: str, first: int) -> set[int]:
    ends: set[int] = set()
    places = {start}
    for count, char in enumerate(name[first:], start=1):
        sounds = _readings(char) if is_chinese(char) else (char,)
        places = {
            place + len(sound) for place in places for sound in sounds if letters.startswith(sound, place)
        }
        if not places:
            break
        if count >= 2:
            ends |= places
    return ends


def _skips(name: str, letters: str) -> bool:
    """Whether the letters stand in a name in their order, from its first on, fewer left out than kept."""
    rest = iter(name)
    return (
        name[:1] == letters[:1]
        and len(name) <= 2 * len(letters)
        and all(letter in rest for letter in letters)
    )
