"""Which language to answer in: that of the question's own words, not of the product names inside it."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Scripts that neither English nor Chinese is written in: kana, hangul, Cyrillic, Greek, Arabic, Hebrew, Thai, Indic.
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]"
)
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿœß']+")
# Words that hold a Chinese sentence together; titles have few of them.
_CHINESE_WORD = re.compile(r"[的了吗呢吧有哪给我几请帮是把被在还这那]|多少|怎么|什么|为啥|一下")
_ENGLISH = frozenset(
    "a about and any are at be buy by can compare customers did do does enough explain fall fell for forecast from go "
    "going had has have hello help hey hi how i in is it last list many me more most much my need next of on or our "
    "order predict reorder restock review reviews rise rising rose sale sales sell selling sold should show stock "
    "tell thank thanks that the there these they this those to top trend trending up was we week were what when "
    "where which who why will with you".split()
)
_OTHER_LATIN = frozenset(
    # French, Spanish, German, Italian, Portuguese: words that English has not.
    "le les des une est que quel quelle combien pourquoi ventes vendre prochains jours nous vous "
    "el los las una cuánto cuantos cuántos qué por para próximos días ventas venderemos cuál "
    "der das und ist wie viel viele warum wird werden nächsten tage verkauft welche "
    "il gli quanto quante perché prossimi giorni vendite o os dias vendas quanto quais próximos".split()
)


def clean_question(question: str) -> str:
    """Return a question without what no reader sees: control characters, zero-width marks, direction overrides.

    Emoji keep their joiners only in part, which costs nothing: words are what is read.
    """
    visible = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in question)
    return "".join(char for char in visible if unicodedata.category(char) not in ("Cf", "Cs", "Co")).strip()


def detect_language(question: str) -> Literal["en", "zh", "other"]:
    """Return the question's language; "other" only where it is plain.

    A product title in the other language does not decide: "RABBIT NIGHT LIGHT 能卖多少" is Chinese,
    "how much 兔子夜灯 did we sell" is English.
    """
    text = question.lower()
    words = _LATIN_WORD.findall(text)
    english = sum(word in _ENGLISH for word in words)
    han = len(_HAN.findall(text))
    if len(_OTHER_SCRIPT.findall(text)) > max(2, len(words)):
        return "other"
    if han and english < max(2, len(_CHINESE_WORD.findall(text))):
        return "zh"
    # "a" and "in" are words of several languages: the third language needs two words and the majority.
    if len({word for word in words if word in _OTHER_LATIN}) >= max(2, english + 1):
        return "other"
    return "en"
