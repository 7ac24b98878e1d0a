"""What a question's words say about a choice: which opinions, which direction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.cues import direction_of, is_direction_word, opinion_of
from tools.numerals import fold

# Words that allow for a choice beside those that ask for it; what is not listed is a default and needs no words.
_ALLOWS = {
    "negative": re.compile(r"\b(?:poor|return|wrong|worse)|质量|坏|不好|退货|问题"),
    "positive": re.compile(r"\b(?:(?<!any )good|best|great|like)\b|好|优"),
    "up": re.compile(r"\b(?:other|opposite) (?:way|direction)|反|\bup\b|\bbest\b|\bwell\b|涨|热|火|爆|增|升"),
    "down": re.compile(
        r"\b(?:other|opposite) (?:way|direction)|反|\bworst\b|\bslow|\blos(?:e|t|ing)\b|跌|降|减|差|掉"
    ),
}


def may_be_asked(choice: object, question: str) -> bool:
    """Whether some word of the question allows for a choice; a default needs no words."""
    if not isinstance(choice, str) or choice not in _ALLOWS:
        return True
    text = fold(question)
    said = {direction_of(text), opinion_of(text)}
    return (
        choice in said or bool(_ALLOWS[choice].search(text)) or ("both" in said and choice in ("up", "down"))
    )


def plainly_asked(choices: Sequence[str], question: str) -> str | None:
    """Return the one choice that the question's words leave no doubt about, whatever the model made of them."""
    text = fold(question)
    return next((said for said in (direction_of(text), opinion_of(text)) if said in choices), None)


def is_choice_word(text: str) -> bool:
    """Whether a text is only such a word: "climbing" is no category."""
    return is_direction_word(fold(text))
