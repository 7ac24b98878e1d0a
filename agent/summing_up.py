"""Tells a summary of reviews from a search in them: both read reviews, and the question's words say which is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.cues import opinion_of
from agent.memory import Memory
from agent.planning import PlannedCall
from agent.reading import Reading
from tools.numerals import fold

SEARCH = "search_reviews"
SUMMARY = "summarize_reviews"
_SUMMED_UP = re.compile(
    r"\bsumm(?:ar(?:y|ies|i[sz]\w*)|ing up|ed up)\b|\bsums? (?:it |them |\w+ )?up\b|\boverviews?\b|\bdigest\b"
    r"|\bpros and cons\b|\bstrengths and weaknesses\b|\baspects?\b|\b(?:main|common|recurring) (?:themes|topics|points)\b"
    r"|\bin a nutshell\b|总结|汇总|概括|归纳|综述|优缺点|优劣|优点(?:和|与|跟|、)缺点|各个?方面|哪些方面|整体(?:评价|口碑)"
)


def with_summaries(
    calls: Sequence[PlannedCall], reading: Reading, memory: Memory, *, continues: bool
) -> list[PlannedCall]:
    """Return the calls, a search in reviews replaced by their summary where that is asked for.

    Args:
        calls: what was planned.
        reading: the question; asked for one side alone ("sum up the complaints"), reviews are searched.
        memory: the conversation so far.
        continues: whether the question asks for the last turn's call again, with other words.
    """
    return [
        PlannedCall(tool=SUMMARY, arguments=_without_search(call))
        if call.tool == SEARCH
        and (_asks_for_summary(reading) or (continues and _is_asked_again(reading, memory)))
        else call
        for call in calls
    ]


def _without_search(call: PlannedCall) -> dict[str, object]:
    return {name: value for name, value in call.arguments.items() if name in ("product", "period")}


def _asks_for_summary(reading: Reading) -> bool:
    text = fold(reading.question)
    return bool(_SUMMED_UP.search(text)) and opinion_of(text) is None


def _is_asked_again(reading: Reading, memory: Memory) -> bool:
    """Whether "and the charger?" follows a summary; "and what do they complain about?" names its own tool."""
    last = memory.calls[-1].tool if memory.calls else ""
    return last == SUMMARY and not any(intent.confidence == "plain" for intent in reading.intents)
