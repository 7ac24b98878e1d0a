"""How many reviews are flagged, and as what: told once a review, by the flag that weighs most."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from store.review_flags import FLAG_KINDS, FLAGS
from tools.labels import Words
from tools.results import Draft


def say_left_out(draft: Draft, reviews: pd.DataFrame) -> None:
    """Say which of the reviews are flagged; no count includes those.

    Args:
        draft: the result so far.
        reviews: flagged ones, and others that are passed over.
    """
    _say_kinds(draft, reviews, Words("Reviews left out", "没有计入的评价"))


def say_counted_for_less(draft: Draft, reviews: pd.DataFrame) -> None:
    """Say which of the reviews are flagged; they are counted, but move averages and the order less."""
    _say_kinds(draft, reviews, Words("Reviews that weigh less in the average", "计入平均分时打了折扣的评价"))


def _say_kinds(draft: Draft, reviews: pd.DataFrame, lead: Words) -> None:
    counts = Counter(min(flags, key=_gravity) for flags in reviews["flags"] if len(flags))
    kinds = sorted(counts, key=FLAGS.index)
    if not kinds:
        return
    for flag in kinds:
        draft.fact(f"flagged_{flag}", counts[flag], "count", metric=f"reviews flagged {flag}")
    english = [f"{{flagged_{flag}}} {FLAG_KINDS[flag].reason['en']}" for flag in kinds]
    chinese = [f"{FLAG_KINDS[flag].reason['zh']} {{flagged_{flag}}} 条" for flag in kinds]
    draft.say(
        "caveat",
        f"{lead.en}: {', '.join(english)}.",
        f"{lead.zh}：{'、'.join(chinese)}。",
        aspect="excluded",
    )


def _gravity(flag: str) -> tuple[float, int]:
    return FLAG_KINDS[flag].weight, FLAGS.index(flag)
