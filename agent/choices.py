"""What a question's words say about a choice: which opinions, which direction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.numerals import fold

# The words that ask for a choice; what is not listed is a default and may stand without words.
_ASKED_FOR = {
    "negative": re.compile(
        r"complain|bad|worst|negative|problem|issue|fault|defect|broke|dislike|hate|unhappy|wrong|poor|return|"
        r"抱怨|差评|不满|问题|缺点|毛病|质量|坏|吐槽|投诉|不好|退货"
    ),
    "positive": re.compile(
        r"praise|good|best|positive|love|like best|happy|great|好评|优点|夸|满意|喜欢|表扬"
    ),
    "up": re.compile(
        r"trend|hot|ris(?:e|ing|er)|up\b|grow|gain|popular|best|climb|increas|surg|viral|涨|热|火|爆|增|上升|走俏|趋势|畅销"
    ),
    "down": re.compile(
        r"fall|fell|drop|declin|down|los(?:e|ing)|worst|slump|decreas|slow|跌|降|减|下滑|变差|滞销|差"
    ),
}
# The words that leave no doubt, for a choice that the model did not make.
_PLAINLY_ASKED_FOR = {
    "negative": re.compile(r"complain|negative review|bad review|grumbl|抱怨|差评|吐槽|投诉|骂"),
    "positive": re.compile(r"\bprais|positive (?:review|comment|feedback)|好评|夸"),
    "up": re.compile(
        r"\b(?:ris(?:e|ing|er)s?|climb\w*|gain(?:ing|er)s?|growing|surg\w+)\b|上涨|在涨|走高|蹿|猛涨"
    ),
    "down": re.compile(
        r"\b(?:fall(?:ing|er)?s?|fell|drop(?:ping|ped)?|declin\w+|slump\w*|sinking)\b|下跌|在跌|往下掉|下滑|走低"
    ),
}


def may_be_asked(choice: object, question: str) -> bool:
    """Whether some word of the question allows for a choice; a default needs no words."""
    pattern = _ASKED_FOR.get(choice) if isinstance(choice, str) else None
    return pattern is None or bool(pattern.search(fold(question)))


def plainly_asked(choices: Sequence[str], question: str) -> str | None:
    """Return the one choice that the question's words leave no doubt about, whatever the model made of them."""
    plain = [choice for choice in choices if _is_plain(choice, fold(question))]
    return plain[0] if len(plain) == 1 else None


def is_choice_word(text: str) -> bool:
    """Whether a text is only such a word: "climbing" is no category."""
    return any(pattern.fullmatch(fold(text)) for pattern in _PLAINLY_ASKED_FOR.values())


def _is_plain(choice: str, question: str) -> bool:
    pattern = _PLAINLY_ASKED_FOR.get(choice)
    return pattern is not None and bool(pattern.search(question))
