"""The table of retail events: their days by rule or by the lunar calendar, and their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

# Gregorian dates of lunar festivals (Hong Kong Observatory's conversion tables; new moons as seen in UTC+8).
LUNAR_NEW_YEAR = {
    2009: (1, 26), 2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19),
    2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1),
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13),
    2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
DRAGON_BOAT = {
    2009: (5, 28), 2010: (6, 16), 2011: (6, 6), 2012: (6, 23), 2013: (6, 12), 2014: (6, 2), 2015: (6, 20),
    2016: (6, 9), 2017: (5, 30), 2018: (6, 18), 2019: (6, 7), 2020: (6, 25), 2021: (6, 14), 2022: (6, 3),
    2023: (6, 22), 2024: (6, 10), 2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16),
    2030: (6, 5), 2031: (6, 24), 2032: (6, 12), 2033: (6, 1), 2034: (6, 20), 2035: (6, 10),
}  # fmt: skip
QIXI = {
    2009: (8, 26), 2010: (8, 16), 2011: (8, 6), 2012: (8, 23), 2013: (8, 13), 2014: (8, 2), 2015: (8, 20),
    2016: (8, 9), 2017: (8, 28), 2018: (8, 17), 2019: (8, 7), 2020: (8, 25), 2021: (8, 14), 2022: (8, 4),
    2023: (8, 22), 2024: (8, 10), 2025: (8, 29), 2026: (8, 19), 2027: (8, 8), 2028: (8, 26), 2029: (8, 16),
    2030: (8, 5), 2031: (8, 24), 2032: (8, 12), 2033: (8, 1), 2034: (8, 20), 2035: (8, 10),
}  # fmt: skip
MID_AUTUMN = {
    2009: (10, 3), 2010: (9, 22), 2011: (9, 12), 2012: (9, 30), 2013: (9, 19), 2014: (9, 8), 2015: (9, 27),
    2016: (9, 15), 2017: (10, 4), 2018: (9, 24), 2019: (9, 13), 2020: (10, 1), 2021: (9, 21), 2022: (9, 10),
    2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22),
    2030: (9, 12), 2031: (10, 1), 2032: (9, 19), 2033: (9, 8), 2034: (9, 27), 2035: (9, 16),
}  # fmt: skip

YearToDay = Callable[[int], date | None]


@dataclass(frozen=True)
class RetailEvent:
    """One line of the table.

    Attributes:
        name: its code.
        english: its name in a sentence.
        chinese: the same in Chinese.
        day: its own day in a year; None in a year that is not tabled.
        first: first day of its trade, counted from its own day.
        last: last day of its trade, counted from its own day.
    """

    name: str
    english: str
    chinese: str
    day: YearToDay
    first: int = 0
    last: int = 0

    def span(self, year: int) -> tuple[date, date] | None:
        """Return the first and the last day of its trade in the year of its own day."""
        day = self.day(year)
        return (day + timedelta(days=self.first), day + timedelta(days=self.last)) if day else None


def _fixed(month: int, day: int) -> YearToDay:
    return lambda year: date(year, month, day)


def _tabled(days: dict[int, tuple[int, int]]) -> YearToDay:
    return lambda year: date(year, *days[year]) if year in days else None


def _nth_weekday(month: int, weekday: int, nth: int, shift_days: int = 0) -> YearToDay:
    def day_of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1) + shift_days)

    return day_of


def _easter(shift_days: int) -> YearToDay:
    return lambda year: easter_sunday(year) + timedelta(days=shift_days)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    day = (h + weekday - 7 * m + 33 * month + 19) % 32
    return date(year, month, day)


_THURSDAY, _SUNDAY = 3, 6

# Days that move a whole shop: an answer that reaches into one of them says so.
PEAKS = (
    RetailEvent("new_year", "New Year", "元旦", _fixed(1, 1)),
    RetailEvent("spring_festival", "the Lunar New Year", "春节", _tabled(LUNAR_NEW_YEAR), -7, 6),
    RetailEvent("valentines_day", "Valentine's Day", "情人节", _fixed(2, 14), -2),
    RetailEvent("womens_day", "Women's Day (8 March)", "三八妇女节", _fixed(3, 8), -1),
    RetailEvent("easter", "Easter", "复活节", _easter(0), -7),
    RetailEvent("618", "the 6.18 sale", "618 大促", _fixed(6, 18), -2),
    RetailEvent("national_day", "China's National Day week", "国庆黄金周", _fixed(10, 1), 0, 6),
    RetailEvent("singles_day", "Singles' Day (11.11)", "双十一", _fixed(11, 11), -2),
    # The day after Thanksgiving, and the weekend that follows.
    RetailEvent("black_friday", "Black Friday", "黑色星期五", _nth_weekday(11, _THURSDAY, 4, 1), 0, 2),
    RetailEvent("cyber_monday", "Cyber Monday", "网络星期一", _nth_weekday(11, _THURSDAY, 4, 4)),
    RetailEvent("double_12", "the 12.12 sale", "双十二", _fixed(12, 12)),
    RetailEvent("christmas", "the Christmas season", "圣诞购物季", _fixed(12, 25), -10),
)

# Smaller days, for some goods only; what swells before them, pre-sales too, is for `forecasting.calendar`.
SEASONS = (
    RetailEvent("mothering_sunday", "Mothering Sunday", "英国母亲节", _easter(-21), -10),
    RetailEvent("labour_day", "China's Labour Day holiday", "五一假期", _fixed(5, 1), 0, 4),
    RetailEvent("mothers_day", "Mother's Day", "母亲节", _nth_weekday(5, _SUNDAY, 2), -7),
    RetailEvent("520", "the 20 May confession day", "520 表白日", _fixed(5, 20), -3),
    RetailEvent("childrens_day", "Children's Day", "六一儿童节", _fixed(6, 1), -5),
    RetailEvent("fathers_day", "Father's Day", "父亲节", _nth_weekday(6, _SUNDAY, 3), -7),
    RetailEvent("dragon_boat", "the Dragon Boat Festival", "端午节", _tabled(DRAGON_BOAT), -7),
    RetailEvent("qixi", "Qixi", "七夕节", _tabled(QIXI), -5),
    RetailEvent("back_to_school", "back to school", "开学季", _fixed(9, 1), -28, 7),
    RetailEvent("99_sale", "the 9.9 sale", "99 大促", _fixed(9, 9), -2),
    RetailEvent("mid_autumn", "the Mid-Autumn Festival", "中秋节", _tabled(MID_AUTUMN), -14),
    RetailEvent("halloween", "Halloween", "万圣节", _fixed(10, 31), -14),
    RetailEvent("boxing_day", "the Boxing Day sales", "节礼日促销", _fixed(12, 26), 0, 5),
)  # fmt: skip

BY_NAME = {event.name: event for event in (*PEAKS, *SEASONS)}
