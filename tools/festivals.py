"""The retail festivals that matter to a shop's market."""

from __future__ import annotations

from datetime import date

from forecasting.calendar import Event, events_between
from tools.shop import Shop

# A shop's currency tells its market; a British shop knows no 12.12 sale, a Chinese one no Thanksgiving.
_CHINESE_MONEY = frozenset({"CNY", "HKD", "TWD"})
_CHINESE_ONLY = frozenset(
    {"spring_festival", "womens_day", "618", "national_day", "singles_day", "double_12"}
)
_WESTERN_ONLY = frozenset({"easter", "black_friday", "cyber_monday", "christmas"})


def festivals_between(shop: Shop, start: date, end: date) -> list[Event]:
    """Return the festivals of the shop's market that touch the days from `start` to `end`, by date."""
    foreign = _WESTERN_ONLY if shop.currency in _CHINESE_MONEY else _CHINESE_ONLY
    return [event for event in events_between(start, end) if event.name not in foreign]
