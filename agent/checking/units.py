"""Units as people write them, and which of them a fact's value may carry."""

from __future__ import annotations

import re

from tools.results import Fact

# By unit: what may stand behind a number. The order matters: "个百分点" before "个".
_WRITTEN = (
    ("points", r"percentage\s+points?|pp\b|个?百分点|basis\s+points?|bps\b"),
    ("permille", r"‰"),
    ("percent", r"%|per\s?cent\b|pct\b"),
    (
        "units_per_day",
        r"(?:units?|pieces?|items?|件|个)?\s*(?:/\s*(?:day|天|日)|(?:a|per|each|every)\s+day\b|每天|每日|daily\b)",
    ),
    ("units", r"units?\b|pieces?\b|pcs\b|items?\b|件|[台只套盒瓶双](?![个])"),
    ("months", r"months?\b|个月"),
    ("weeks", r"weeks?\b|wks?\b|个?星期|个?礼拜|周(?!年)"),
    ("days", r"days?\b|天|日(?!期|均|常)"),
    ("hours", r"hours?\b|hrs?\b|个?小时"),
    ("years", r"years?\b|年"),
    ("stars", r"stars?\b|星(?!期)|颗星"),
    ("times", r"×|x\b|times\b|倍|[- ]?fold\b"),
    (
        "reviews",
        r"(?:bad\s|good\s|negative\s|positive\s|low-rated\s)?(?:reviews?|comments?|ratings?)\b|条|则",
    ),
    ("products", r"(?:products?|skus?)\b|款"),
    ("tests", r"(?:past\s+)?(?:tests?|windows?|stretches|trials?)\b|次"),
    ("CNY", r"yuan\b|rmb\b|cny\b|元|块钱?|人民币"),
    ("USD", r"(?:us\s)?dollars?\b|usd\b|美元|美金"),
    ("GBP", r"pounds?\b|gbp\b|quid\b|英镑"),
    ("EUR", r"euros?\b|eur\b|欧元"),
    ("discount", r"折"),
    ("pieces", r"个(?!月)"),
)
_AFTER = [(unit, re.compile(rf"[\s-]{{0,2}}(?:{pattern})", re.IGNORECASE)) for unit, pattern in _WRITTEN]
_BEFORE = re.compile(r"(US\$|[$£€¥]|\b(?:RMB|CNY|USD|GBP|EUR)\s?)\s?[-−]?\s?$", re.IGNORECASE)
_SIGNS = {"$": "USD", "us$": "USD", "£": "GBP", "€": "EUR", "¥": "CNY", "rmb": "CNY"}
CURRENCIES = frozenset({"CNY", "JPY", "USD", "GBP", "EUR"})
# A count says in its metric what it counts.
_COUNTED = (
    ("review", "reviews"),
    ("stars or", "reviews"),
    ("product", "products"),
    ("window", "tests"),
    ("tests", "tests"),
)


def unit_after(text: str, end: int) -> tuple[str | None, int]:
    """Return the unit written behind position `end`, and where it ends."""
    for unit, pattern in _AFTER:
        match = pattern.match(text, end)
        if match:
            return unit, match.end()
    return None, end


def unit_before(text: str, start: int) -> tuple[str | None, int]:
    """Return the currency written before position `start`, and where it begins."""
    match = _BEFORE.search(text, max(0, start - 6), start)
    if match is None:
        return None, start
    written = match[1].strip().lower()
    return _SIGNS.get(written, written.upper()), match.start()


def may_carry(fact: Fact, unit: str | None) -> bool:
    """Whether a fact's value may be written with this unit (None: a bare number)."""
    if fact.unit in CURRENCIES:
        return unit == ("CNY" if fact.unit == "JPY" else fact.unit)
    if fact.unit in ("percent", "percent_change"):
        return unit in ("percent", "times")
    if fact.unit == "count":
        return unit in (None, "pieces", _counted(fact)) or (unit == "units" and _counted(fact) is None)
    allowed: dict[str, tuple[str | None, ...]] = {
        "units": (None, "units", "pieces"),
        "units_per_day": (None, "units", "units_per_day"),
        "days": (None, "days", "weeks"),
        "weeks": ("weeks", "days"),
        "stars": (None, "stars"),
        "times": ("times",),
    }
    return unit in allowed.get(fact.unit, ())


def _counted(fact: Fact) -> str | None:
    metric = fact.metric.lower()
    return next((unit for word, unit in _COUNTED if word in metric), None)
