"""How a value reads in English and in Chinese: separators, units, signs, dates."""

from __future__ import annotations

from datetime import date
from typing import Literal

Unit = Literal[
    "units",
    "units_per_day",
    "percent",
    "percent_change",
    "days",
    "weeks",
    "date",
    "count",
    "stars",
    "times",
    "text",
]
CURRENCY_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€", "CNY": "¥", "JPY": "¥"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def render_number(value: float) -> str:
    """Return a number with thousands separators and only as many decimals as it can bear."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{round(value):,}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2f}"


def render_date(value: str, lang: str) -> str:
    """Return an ISO date as "14 Mar 2026" or "2026年3月14日"."""
    day = date.fromisoformat(value[:10])
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def render_value(value: float | int | str, unit: str, lang: str) -> str:
    """Return a fact's value with its unit, as it stands in a sentence or a cell."""
    if unit == "date":
        return render_date(str(value), lang)
    if unit == "text" or isinstance(value, str):
        return str(value)
    if unit in CURRENCY_SIGNS:
        sign = "-" if value < 0 else ""
        return f"{sign}{CURRENCY_SIGNS[unit]}{abs(value):,.2f}"
    if unit in ("percent", "percent_change"):
        # 99.9% must not read as certainty.
        is_near_certain = 99 < abs(value) < 100
        decimals = 0 if float(value).is_integer() or (abs(value) >= 10 and not is_near_certain) else 1
        return f"{value:{'+' if unit == 'percent_change' else ''},.{decimals}f}%"
    number = render_number(value)
    return number + _suffix(value, unit, lang)


def _suffix(value: float, unit: str, lang: str) -> str:
    plural = "" if value == 1 else "s"
    suffixes = {
        "units": (f" unit{plural}", " 件"),
        "units_per_day": (" units a day", " 件/天"),
        "days": (f" day{plural}", " 天"),
        "weeks": (f" week{plural}", " 周"),
        "stars": (f" star{plural}", " 星"),
        "times": ("×", " 倍"),
        "count": ("", ""),
    }
    if unit not in suffixes:
        raise ValueError(f"unit {unit!r} is not one of {sorted([*suffixes, *CURRENCY_SIGNS])}")
    return suffixes[unit][lang == "zh"]
