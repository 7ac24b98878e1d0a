"""Words that point at a place of the list shown before: "number two on there", the runner-up, 第三名, 榜首."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.numerals import fold, parse_number
from tools.product_names import is_chinese

LAST = -1
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_RANK = rf"{'|'.join(_ORDINALS)}|1st|2nd|3rd|[4-9]th|10th"
_COUNT = r"one|two|three|four|five|six|seven|eight|nine|ten|10|[1-9]"
_COUNT_ZH = r"[一二三四五六七八九十]|10|[1-9]"
_LIST = (
    r"(?: (?:on|in|of|from) (?:(?:that|the|this|your) (?:list|ranking|table|lot)|there|these|those|them))?"
)
_THING = r"(?: (?:one|product|item|line|place|entry|best|ranked)\b(?! (?:day|week|month|year))s?)?"
# What may follow a place of a list: "the second week", "the first ten days", "3rd of May" are none.
_GOES_ON = (
    r"(?=\s*(?:$|[,.;:!?)'’–—-])|\s(?:and|also|too|as|for|please|pls|is|was|has|had|does|did|do|doing|will|would"
    r"|look\w*|sell\w*|then|now|again|next|over|by|why|how|what|in (?!the (?:series|row)\b)|to|or|vs|versus|versus"
    r"|with|should|need\w*|about|on its|instead|same|compared?|till|until|through)\b)"
)
# "第三周", "第二季度" and "第一次" count time, not goods.
_NO_TIME_ZH = r"(?!\s*(?:天|日|周|星期|礼拜|个?(?:月|季|星期|礼拜|周)|季|年|次|批|期|轮|回|步|部分|方面))"
_KIND_ZH = r"(?:名|个|款|位|种|件|样|行)?(?:的?那(?:个|款|件|种)|商品|产品|货)?"
_PLACES: tuple[tuple[re.Pattern[str], int | None], ...] = (
    (
        re.compile(rf"(?:the )?\b(?:number|no\.?|nr\.?) ?(?P<count>{_COUNT})\b(?! (?:days?|weeks?)){_LIST}"),
        None,
    ),
    (re.compile(rf"(?<![\w#])#(?P<count>{_COUNT})\b{_LIST}"), None),
    (
        re.compile(
            rf"(?:\b(?:the|that|your|our) |^|(?<=[,.;:!?] ))(?P<rank>{_RANK})"
            rf"(?:{_THING}{_LIST}){_GOES_ON}"
        ),
        None,
    ),
    (re.compile(rf"\b(?P<rank>{_RANK}) one\b{_LIST}"), None),
    (re.compile(r"\b(?:the )?runners?[- ]up\b"), 2),
    (re.compile(rf"\bthe (?:list )?(?:leader|winner|champion|front[- ]runner|former)\b{_LIST}"), 1),
    (re.compile(rf"\bthe (?:very )?(?:top|leading|best|winning) (?:one|product|item|entry)\b{_LIST}"), 1),
    (re.compile(r"\b(?:the )?(?:one at the )?top of (?:the|that|this) (?:list|ranking|table)"), 1),
    (
        re.compile(rf"\bthe (?:very )?(?:last|bottom) (?:one|product|item|entry)\b{_LIST}|\bthe latter\b"),
        LAST,
    ),
    (re.compile(r"\b(?:the )?(?:one at the )?bottom of (?:the|that|this) (?:list|ranking|table)"), LAST),
    (re.compile(rf"(?:排(?:行|名)?(?:在)?)?第(?P<count>{_COUNT_ZH}){_NO_TIME_ZH}(?![\d十]){_KIND_ZH}"), None),
    (
        re.compile(
            r"榜首|头名|冠军|状元|头一(?:名|个(?!月|星期|礼拜)|款)|排(?:在)?最前面?的(?:那?[个款])?|前者"
        ),
        1,
    ),
    (re.compile(r"亚军|榜眼|次席"), 2),
    (re.compile(r"季军|探花"), 3),
    (
        re.compile(
            r"(?:排(?:在)?)?最后(?:面)?(?:那|一)?(?:个(?!月|星期|礼拜|季)|名|款)|垫底的?(?:那[个款])?|末位|后者"
        ),
        LAST,
    ),
)

# The head of a list by what ranks it. Only "the one that …" points; "which fell the most" asks for a list.
_THE_ONE_ZH = r"得?最[\u4e00-\u9fff]{0,3}的?(?:那|这)(?:一)?(?:个|款|件|种|名)"
_HEADS = {
    "up": re.compile(
        rf"(?:上?涨|升|增长|火|热|爆){_THE_ONE_ZH}"
        r"|(?<!what's )(?<!is )(?<!are )\bthe (?:fastest|biggest|top|strongest|steepest)"
        r" (?:climber|riser|gainer|grower|mover)"
    ),
    "down": re.compile(
        rf"(?:下?跌|掉|降|下滑){_THE_ONE_ZH}"
        r"|(?<!what's )(?<!is )(?<!are )\bthe (?:fastest|biggest|worst|steepest|top)"
        r" (?:faller|dropper|loser|decliner|mover)"
    ),
    "sales": re.compile(
        rf"卖{_THE_ONE_ZH}|(?<!what's )(?<!is )(?<!are )\bthe (?:best|top)[ -]?(?:seller|selling (?:one|product|item))\b"
    ),
}


@dataclass(frozen=True)
class Pointing:
    """A question's words for a place of a list; `place` counts from 1, LAST is its end."""

    words: str
    place: int


def find_pointings(question: str, ranked_by: str = "") -> list[Pointing]:
    """Return what points at places of a list, in the question's order, none twice.

    Args:
        question: "what about number two on there?", 第三名往后两周能卖多少.
        ranked_by: "up", "down" or "sales" where the list's head has a name of its own: "the fastest climber".
    """
    text = fold(question)
    heads = _HEADS[ranked_by].finditer(text) if ranked_by in _HEADS else ()
    found = [*_found(text), *((match.start(), match.end(), 1) for match in heads)]
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    pointings: list[Pointing] = []
    end = 0
    for start, stop, place in found:
        if start >= end:
            pointings.append(Pointing(text[start:stop].strip(), place))
            end = stop
    return list({pointing.place: pointing for pointing in reversed(pointings)}.values())[::-1]


def replace_pointings(question: str, pointings: list[Pointing]) -> str:
    """Return a question with "it" in place of such words: what is left is read like any other question.

    Args:
        question: the user's words.
        pointings: what `find_pointings` found in them.
    """
    text = fold(question)
    word = "它" if is_chinese(question) else "it"
    for pointing in pointings:
        text = text.replace(pointing.words, word)
    return text if pointings else question


def is_place(said: str) -> bool:
    """Whether a product's name is nothing but a place of a list."""
    return any(pointing.words == fold(said).strip() for pointing in find_pointings(said))


def _found(text: str) -> Iterator[tuple[int, int, int]]:
    for pattern, fixed in _PLACES:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), fixed or _place(match)


def _place(match: re.Match[str]) -> int:
    said = match.groupdict()
    rank = said.get("rank")
    if rank:
        return _ORDINALS.index(rank) + 1 if rank in _ORDINALS else int(rank[:-2])
    return int(parse_number(said["count"]) or 1)
