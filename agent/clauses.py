"""A question cut into the clauses that may each ask for something of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tools.numerals import fold

_BREAK = re.compile(
    r"(?<!\d)[,.](?!\d)|(?<=\d)[,.](?=\s|$)|(?<=\D)[,.](?=\d)|[;；。!！?？、\n\r|•·]+"
    r"|(?<![a-z0-9])/(?![a-z0-9])|\s[-–—+&]\s|…+|——"
    r"|(?<=\s)n(?=\s)"
    r"|\b(?:and|then|plus|also|but|along with|together with|as well as|vs|versus|against|compared (?:with|to))\b"
    r"|以及|另外|顺便|顺带|并且|而且|同时|然后|还有(?![\d一二三四五六七八九十两百几])"
    r"|再(?=[看预估算说告查给分问帮])|[和跟与](?!风)"
)
# Where "and" holds one expression together.
_WHOLE = re.compile(
    r"\b(?:between|btw|betw) [^,;?!]{1,40}? and \S+(?: \S+)?|\b(\w+) and \1\b|\b(?:one|1)[- ]and[- ](?:two|2)\b"
    r"|\bwinners and losers\b"
    r"|\b(?:ups and downs|pros and cons|units and money|money and units|day and night|again and again)\b"
    r"|\b(?:ris|climb|grow|fall|declin|gain)\w* and (?:ris|climb|grow|fall|declin|los)\w*"
    r"|\"[^\"]{1,120}\"|“[^”]{1,120}”|《[^》]{1,120}》|【[^】]{1,120}】|「[^」]{1,120}」|\d[\d,.]*\d"
    r"|[\d一二三四五六七八九十]+[日号]?[和跟与][\d一二三四五六七八九十]+[日号]"
)


def split_clauses(question: str, whole: Iterable[str] = ()) -> list[str]:
    """Return the clauses of a question in order, folded and without the words and marks between them.

    Args:
        question: the user's words.
        whole: folded expressions that are not to be cut ("from 24 and 25 October", a title).
    """
    text = fold(question)
    kept = [match.span() for match in _WHOLE.finditer(text)]
    kept += [match.span() for words in whole if words for match in re.finditer(re.escape(words), text)]
    clauses, start = [], 0
    for found in _BREAK.finditer(text):
        if not any(first < found.end() and found.start() < last for first, last in kept):
            clauses.append(text[start : found.start()])
            start = found.end()
    clauses.append(text[start:])
    return [clause.strip() for clause in clauses if re.search(r"\w", clause)]
