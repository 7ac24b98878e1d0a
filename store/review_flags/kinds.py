"""What a review can be flagged as, what it then counts, and how a merchant is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FlagKind:
    """A flag.

    Args:
        name: as it stands in the store.
        weight: what a review that carries it counts for in counts, averages and ranking, 0 to 1.
        is_quotable: whether its words may be shown. Words that sell, lead away, ask for money or give orders
            are not: showing them does what their writer wants.
        label: a word or two by language, to stand beside a review.
        reason: by language, to follow a number of reviews: "3 advertising something".
    """

    name: str
    weight: float
    is_quotable: bool
    label: dict[str, str]
    reason: dict[str, str]


_KINDS = (
    FlagKind(
        "advert", 0.0, False, {"en": "advert", "zh": "广告"},
        {"en": "advertising something", "zh": "打广告的"},
    ),
    FlagKind(
        "contact", 0.5, False, {"en": "contact details", "zh": "留联系方式"},
        {"en": "leaving contact details", "zh": "留了联系方式的"},
    ),
    FlagKind(
        "payment", 0.0, False, {"en": "asks for payment", "zh": "索要付款"},
        {"en": "asking for a payment", "zh": "要求付款转账的"},
    ),
    FlagKind(
        "instruction", 0.0, False, {"en": "instructs the assistant", "zh": "夹带指令"},
        {"en": "trying to instruct this assistant", "zh": "想对助手下指令的"},
    ),
    FlagKind(
        "copied", 0.1, True, {"en": "copied text", "zh": "复制粘贴"},
        {"en": "repeating another review", "zh": "照抄别的评价的"},
    ),
    FlagKind(
        "flood", 0.2, True, {"en": "one writer, many reviews", "zh": "同一人刷屏"},
        {"en": "posted in a burst by one writer", "zh": "同一个人短时间内连发的"},
    ),
    FlagKind(
        "useless", 0.3, True, {"en": "says nothing", "zh": "无内容"},
        {"en": "saying nothing about the product", "zh": "没有实际内容的"},
    ),
    FlagKind(
        "off_language", 0.5, True, {"en": "another language", "zh": "其他语言"},
        {"en": "in a language that hardly anybody here writes", "zh": "用店里少见的语言写的"},
    ),
)  # fmt: skip
FLAG_KINDS = {kind.name: kind for kind in _KINDS}
FLAGS = tuple(FLAG_KINDS)


def review_weight(flags: Iterable[str]) -> float:
    """Return what a review counts for: the least that one of its flags leaves it, 1 without flags."""
    return min((FLAG_KINDS[flag].weight for flag in flags), default=1.0)


def is_quotable(flags: Iterable[str]) -> bool:
    """Return whether a review's words may be shown, marked with its flags' labels."""
    return all(FLAG_KINDS[flag].is_quotable for flag in flags)
