"""Number words in running text: a quantity needs a fact whether it is written 4 or four."""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|"
    r"dozen|double[ds]?|twice|triple[ds]?|half|halved)\b",
    re.IGNORECASE,
)
# A numeral before a measure word states a quantity; alone it is part of a word (一般, 同一), and 一个 is an article.
_CHINESE = re.compile(
    r"[零一二两三四五六七八九十百千万亿半]+(?=\s*(?:件|天|周|个月|成|倍|折|元|块|星|条|%|％))"
    r"|[零二两三四五六七八九十百千万亿][零一二三四五六七八九十百千万亿]*(?=\s*个)"
)


def number_words(text: str, lang: str) -> list[str]:
    """Return the number words that stand in a text of that language ("four", "两" before 周)."""
    return (_CHINESE if lang == "zh" else _ENGLISH).findall(text)
