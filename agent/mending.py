"""A question that takes back what was said: "not July. June!", 不是一周，是21天 – what is meant stays."""

from __future__ import annotations

import re

from tools.numerals import fold

_LEAD = re.compile(
    r"^(?:(?:oh |ah |argh|ugh|oops|no|nope|wait|sorry|hang on|hold on|my (?:bad|mistake)|scratch that|correction"
    r"|typo|wrong (?:thing|one|item|product|date|month|week)|that'?s (?:wrong|not it|not right)|actually"
    r"|i (?:misspoke|mistyped)|i meant|i mean|make that|should be|it should be"
    r"|不对|不是|(?:我)?(?:刚才|刚刚)?(?:说|打|写|搞|弄|看|输)错了?|错了|哎呀?|等等|等一下|更正(?:一下)?|抱歉|不好意思"
    r"|应该是|我(?:是)?说的?是|我(?:指|要)的是|我是(?:说|指)|要的是)[\s,.;:!—–-]+)+"
)
_CUE = re.compile(
    r"\bi mean(?:t)?\b|\bsorry\b|\boops\b|\bwrong\b|\binstead\b|\bmake (?:that|it)\b|\bscratch\b|\bcorrection\b"
    r"|\bnot (?:the )?[\w ]{1,20}[,.;!] ?(?:but )?|\brather\b|\bmistake\b|\btypo\b|\bnope?\b[, ]"
    r"|错了|不对|不是|更正|换成|改成|改为|应该是|我[要指]的是|我是说"
)
_TAKEN_BACK = re.compile(
    r"(?:^|(?<=[,.;:!?—–-])|(?<=\band)|(?<=\bmeant)|(?<=\bmean))\s*(?:and |so )?not "
    r"(?!only\b|just\b|sure\b|yet\b)(?:for |in |the )?[\w' %-]{1,30}?(?=[,.;!?—–]|$| but\b)(?: but\b)?"
    r"|\b(?:instead of|rather than) (?:the )?[\w' %-]{1,30}?(?=[,.;!?]|$)"
    r"|(?<!是)(?:并)?不是(?!说)[^,.;!?，。；！？]{1,15}?(?:[,.;!，。；！\s]+|(?=是|而是|$))(?:而)?"
)
_ASKS_WHETHER = re.compile(r"不是.{0,15}(?:吗|么|吧|呢)\s*[?？]?$")


def mend(question: str) -> str:
    """Return a question without the words that it takes back; others as they are.

    Args:
        question: "no sorry, I meant the single", "不对，不是一周，是21天".
    """
    text = fold(question)
    if not is_correction(question):
        return question
    rest = _TAKEN_BACK.sub(" ", text) if not _ASKS_WHETHER.search(text) else text
    rest = _LEAD.sub("", rest.strip(" ,.;:!")).strip()
    return rest if re.search(r"\w", rest) else question


def is_correction(question: str) -> bool:
    """Whether a question mends what was said before."""
    return bool(_CUE.search(fold(question)))
