"""Takes an expression of time off a text's ends, where it stands glued to a product's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tools.day_ranges import read_days, tidy
from tools.days import BrokenDate, Vantage
from tools.quantities import resolve_duration
from tools.time_words import speaks_of_time

_MOST_TOKENS = 8
_SHORTEST_REST = 2
# Whether words are dates at all does not hang on today.
_SOME_DAY = Vantage(date(2024, 6, 3))
_TOKEN = re.compile(r"\d[\d.]*|[a-z']+|[\u4e00-\u9fff]")
_HAS_UNIT = re.compile(r"[a-z\u4e00-\u9fff]")
_AHEAD = re.compile(r"^(?:(?:in|over|for) )?(?:the )?(?:next |coming )|^(?:未来|接下来的?|往后|今后)")


def cut_time(text: str) -> Iterator[str]:
    """Yield what is left of a folded text when words about time are cut off its beginning or end, the most cut first.

    Args:
        text: "9月下旬沙色旅行袋", "rabbit night light last week".
    """
    spans = [match.span() for match in _TOKEN.finditer(text)]
    for count in range(min(_MOST_TOKENS, len(spans) - 1), 0, -1):
        pieces = (
            (text[: spans[count - 1][1]], text[spans[count][0] :]),
            (text[spans[-count][0] :], text[: spans[-count - 1][1]]),
        )
        for cut, rest in pieces:
            if len(rest) >= _SHORTEST_REST and _HAS_UNIT.search(cut) and _is_time(cut):
                yield rest.removeprefix("的")


def _is_time(words: str) -> bool:
    ahead = _AHEAD.sub("", words)
    if ahead != words:
        return speaks_of_time(ahead) and isinstance(resolve_duration(words), int)
    try:
        return read_days(tidy(words), _SOME_DAY) is not None
    except BrokenDate:
        return True
