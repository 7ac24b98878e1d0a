"""How merchants write periods, in two shops with two todays."""

from datetime import date

import pytest

from tools.periods import Period, resolve_period
from tools.results import ToolError

# A Chinese shop on a Wednesday, a British one on a Friday.
BAZAAR = (date(2026, 10, 28), date(2024, 11, 1), "CNY")
GIFTS = (date(2011, 12, 9), date(2010, 12, 1), "GBP")
AMERICAN = (date(2017, 12, 31), date(2017, 1, 1), "USD")

ENGLISH = [
    ("from 24 to 25 October", GIFTS, "2011-10-24", "2011-10-25"),
    ("24-25 October", GIFTS, "2011-10-24", "2011-10-25"),
    ("the 1st to the 15th of May", GIFTS, "2011-05-01", "2011-05-15"),
    ("1st to the 15th of May 2011", GIFTS, "2011-05-01", "2011-05-15"),
    ("between 3 and 9 March", GIFTS, "2011-03-03", "2011-03-09"),
    ("between the 3rd and the 9th of March", GIFTS, "2011-03-03", "2011-03-09"),
    ("March 3-9", GIFTS, "2011-03-03", "2011-03-09"),
    ("between Mar 3 and Mar 9", GIFTS, "2011-03-03", "2011-03-09"),
    ("14/11/2011 to 20/11/2011", GIFTS, "2011-11-14", "2011-11-20"),
    ("from 14/11/2011 until 20/11/2011", GIFTS, "2011-11-14", "2011-11-20"),
    ("14/11/11", GIFTS, "2011-11-14", "2011-11-14"),
    ("14.11.2011", GIFTS, "2011-11-14", "2011-11-14"),
    ("04/11/2011", GIFTS, "2011-11-04", "2011-11-04"),
    ("1/11/2011 - 20/11/2011", GIFTS, "2011-11-01", "2011-11-20"),
    ("24/10 to 30/10", GIFTS, "2011-10-24", "2011-10-30"),
    ("11/4/2017", AMERICAN, "2017-11-04", "2017-11-04"),
    ("24/10/2017", AMERICAN, "2017-10-24", "2017-10-24"),
    ("11/2011", GIFTS, "2011-11-01", "2011-11-30"),
    ("2011/11", GIFTS, "2011-11-01", "2011-11-30"),
    ("Nov 2011", GIFTS, "2011-11-01", "2011-11-30"),
    ("Nov-2011", GIFTS, "2011-11-01", "2011-11-30"),
    ("Nov '11", GIFTS, "2011-11-01", "2011-11-30"),
    ("November of 2011", GIFTS, "2011-11-01", "2011-11-30"),
    ("2011 November", GIFTS, "2011-11-01", "2011-11-30"),
    ("'11", GIFTS, "2011-01-01", "2011-12-09"),
    ("the year 2011", GIFTS, "2011-01-01", "2011-12-09"),
    ("mid-October", GIFTS, "2011-10-11", "2011-10-20"),
    ("early November", GIFTS, "2011-11-01", "2011-11-10"),
    ("late October 2011", GIFTS, "2011-10-21", "2011-10-31"),
    ("the end of October", GIFTS, "2011-10-21", "2011-10-31"),
    ("the beginning of September", GIFTS, "2011-09-01", "2011-09-10"),
    ("the first half of November", GIFTS, "2011-11-01", "2011-11-15"),
    ("the second half of October", GIFTS, "2011-10-16", "2011-10-31"),
    ("first two months of 2011", GIFTS, "2011-01-01", "2011-02-28"),
    ("the first three months of the year", GIFTS, "2011-01-01", "2011-03-31"),
    ("the last 10 days of March", GIFTS, "2011-03-22", "2011-03-31"),
    ("the first week of November", GIFTS, "2011-11-01", "2011-11-07"),
    ("the second week of November", GIFTS, "2011-11-08", "2011-11-14"),
    ("last week of November", GIFTS, "2011-11-24", "2011-11-30"),
    ("first weekend of November", GIFTS, "2011-11-05", "2011-11-06"),
    ("the last Friday of November", GIFTS, "2011-11-25", "2011-11-25"),
    ("week 46", GIFTS, "2011-11-14", "2011-11-20"),
    ("W46", GIFTS, "2011-11-14", "2011-11-20"),
    ("week 46 of 2011", GIFTS, "2011-11-14", "2011-11-20"),
    ("week 3", GIFTS, "2011-01-17", "2011-01-23"),
    ("Q3", GIFTS, "2011-07-01", "2011-09-30"),
    ("Q4 2010", GIFTS, "2010-12-01", "2010-12-31"),
    ("third quarter of 2011", GIFTS, "2011-07-01", "2011-09-30"),
    ("Q1 to Q2", GIFTS, "2011-01-01", "2011-06-30"),
    ("H1", GIFTS, "2011-01-01", "2011-06-30"),
    ("H1 2011", GIFTS, "2011-01-01", "2011-06-30"),
    ("the first half of 2011", GIFTS, "2011-01-01", "2011-06-30"),
    ("this month so far", GIFTS, "2011-12-01", "2011-12-09"),
    ("so far this month", GIFTS, "2011-12-01", "2011-12-09"),
    ("month to date", GIFTS, "2011-12-01", "2011-12-09"),
    ("month-to-date", GIFTS, "2011-12-01", "2011-12-09"),
    ("year to date", GIFTS, "2011-01-01", "2011-12-09"),
    ("this quarter so far", GIFTS, "2011-10-01", "2011-12-09"),
    ("since the start of September", GIFTS, "2011-09-01", "2011-12-09"),
    ("since 1 Sept", GIFTS, "2011-09-01", "2011-12-09"),
    ("since the beginning of the month", GIFTS, "2011-12-01", "2011-12-09"),
    ("from 1 September onwards", GIFTS, "2011-09-01", "2011-12-09"),
    ("since last Monday", GIFTS, "2011-12-05", "2011-12-09"),
    ("since yesterday", GIFTS, "2011-12-08", "2011-12-09"),
    ("from 1 November until now", GIFTS, "2011-11-01", "2011-12-09"),
    ("up to the end of March", GIFTS, "2010-12-01", "2011-03-31"),
    ("the week before last", GIFTS, "2011-11-21", "2011-11-27"),
    ("the month before last", GIFTS, "2011-10-01", "2011-10-31"),
    ("the Wednesday before last", GIFTS, "2011-11-30", "2011-11-30"),
    ("last Wednesday", GIFTS, "2011-12-07", "2011-12-07"),
    ("Wednesday last week", GIFTS, "2011-11-30", "2011-11-30"),
    ("last week's Wednesday", GIFTS, "2011-11-30", "2011-11-30"),
    ("on Monday", GIFTS, "2011-12-05", "2011-12-05"),
    ("Monday to Wednesday", GIFTS, "2011-12-05", "2011-12-07"),
    ("Friday to Sunday", GIFTS, "2011-12-02", "2011-12-04"),
    ("Saturday and Sunday", GIFTS, "2011-12-03", "2011-12-04"),
    ("the weekend", GIFTS, "2011-12-03", "2011-12-04"),
    ("last weekend", GIFTS, "2011-12-03", "2011-12-04"),
    ("the weekend before last", GIFTS, "2011-11-26", "2011-11-27"),
    ("two weekends ago", GIFTS, "2011-11-26", "2011-11-27"),
    ("10 days ago", GIFTS, "2011-11-29", "2011-11-29"),
    ("two weeks ago", GIFTS, "2011-11-21", "2011-11-27"),
    ("3 months ago", GIFTS, "2011-09-01", "2011-09-30"),
    ("the past 6 weeks", GIFTS, "2011-10-29", "2011-12-09"),
    ("past fortnight", GIFTS, "2011-11-26", "2011-12-09"),
    ("the last couple of weeks", GIFTS, "2011-11-26", "2011-12-09"),
    ("a couple of weeks", GIFTS, "2011-11-26", "2011-12-09"),
    ("the past few days", GIFTS, "2011-12-03", "2011-12-09"),
    ("half a year", GIFTS, "2011-06-11", "2011-12-09"),
    ("the last 48 hours", GIFTS, "2011-12-08", "2011-12-09"),
    ("a month and a half", GIFTS, "2011-10-26", "2011-12-09"),
    ("Black Friday week", GIFTS, "2011-11-21", "2011-11-27"),
    ("the week of Black Friday", GIFTS, "2011-11-21", "2011-11-27"),
    ("last Black Friday", GIFTS, "2011-11-25", "2011-11-27"),
    ("Easter", GIFTS, "2011-04-17", "2011-04-24"),
    ("Easter Sunday", GIFTS, "2011-04-24", "2011-04-24"),
    ("Mother's Day", GIFTS, "2011-04-03", "2011-04-03"),
    ("mothers day", AMERICAN, "2017-05-14", "2017-05-14"),
    ("Father's Day", GIFTS, "2011-06-19", "2011-06-19"),
    ("Valentine's", GIFTS, "2011-02-14", "2011-02-14"),
    ("Halloween", GIFTS, "2011-10-31", "2011-10-31"),
    ("Boxing Day", GIFTS, "2010-12-26", "2010-12-26"),
    ("Christmas 2010", GIFTS, "2010-12-15", "2010-12-25"),
    ("Christmas week", GIFTS, "2010-12-20", "2010-12-26"),
    ("last 618", BAZAAR, "2026-06-18", "2026-06-18"),
    ("last year's 618", BAZAAR, "2025-06-18", "2025-06-18"),
    ("Tuesday 1 November 2011", GIFTS, "2011-11-01", "2011-11-01"),
    ("Tue, Nov 1", GIFTS, "2011-11-01", "2011-11-01"),
    ("the first of November", GIFTS, "2011-11-01", "2011-11-01"),
    ("November the 1st", GIFTS, "2011-11-01", "2011-11-01"),
    ("the 5th", GIFTS, "2011-12-05", "2011-12-05"),
    ("the 15th of last month", GIFTS, "2011-11-15", "2011-11-15"),
    ("March and April", GIFTS, "2011-03-01", "2011-04-30"),
    ("Dec 2010 to Jan 2011", GIFTS, "2010-12-01", "2011-01-31"),
    ("Dec 2010 to Jan", GIFTS, "2010-12-01", "2011-01-31"),
    ("last summer", GIFTS, "2011-06-01", "2011-08-31"),
    ("summer 2011", GIFTS, "2011-06-01", "2011-08-31"),
    ("this month last year", GIFTS, "2010-12-01", "2010-12-31"),
    ("2011-11-14 - 2011-11-20", GIFTS, "2011-11-14", "2011-11-20"),
    ("14 Nov – 20 Nov 2011", GIFTS, "2011-11-14", "2011-11-20"),
]
CHINESE = [
    ("11.1-11.15", BAZAAR, "2025-11-01", "2025-11-15"),
    ("11.1到11.15", BAZAAR, "2025-11-01", "2025-11-15"),
    ("10/1-10/7", BAZAAR, "2026-10-01", "2026-10-07"),
    ("11月1号到15号", BAZAAR, "2025-11-01", "2025-11-15"),
    ("11月1日至11月15日", BAZAAR, "2025-11-01", "2025-11-15"),
    ("11月1-15日", BAZAAR, "2025-11-01", "2025-11-15"),
    ("从2025年11月1日到2025年11月11日", BAZAAR, "2025-11-01", "2025-11-11"),
    ("2025年11月1号到11月15号", BAZAAR, "2025-11-01", "2025-11-15"),
    ("2025.11.14-2025.11.20", BAZAAR, "2025-11-14", "2025-11-20"),
    ("十月一号到七号", BAZAAR, "2026-10-01", "2026-10-07"),
    ("1号到15号", BAZAAR, "2026-10-01", "2026-10-15"),
    ("15号", BAZAAR, "2026-10-15", "2026-10-15"),
    ("上个月15号", BAZAAR, "2026-09-15", "2026-09-15"),
    ("9月下旬", BAZAAR, "2026-09-21", "2026-09-30"),
    ("9月上旬", BAZAAR, "2026-09-01", "2026-09-10"),
    ("九月中旬", BAZAAR, "2026-09-11", "2026-09-20"),
    ("10月中", BAZAAR, "2026-10-11", "2026-10-20"),
    ("9月底", BAZAAR, "2026-09-21", "2026-09-30"),
    ("上个月底", BAZAAR, "2026-09-21", "2026-09-30"),
    ("去年年底", BAZAAR, "2025-12-01", "2025-12-31"),
    ("年初", BAZAAR, "2026-01-01", "2026-01-31"),
    ("9月上半月", BAZAAR, "2026-09-01", "2026-09-15"),
    ("大前天", BAZAAR, "2026-10-25", "2026-10-25"),
    ("前天", BAZAAR, "2026-10-26", "2026-10-26"),
    ("昨天", BAZAAR, "2026-10-27", "2026-10-27"),
    ("月初到现在", BAZAAR, "2026-10-01", "2026-10-28"),
    ("月初至今", BAZAAR, "2026-10-01", "2026-10-28"),
    ("从月初到今天", BAZAAR, "2026-10-01", "2026-10-28"),
    ("本月以来", BAZAAR, "2026-10-01", "2026-10-28"),
    ("本月至今", BAZAAR, "2026-10-01", "2026-10-28"),
    ("年初到现在", BAZAAR, "2026-01-01", "2026-10-28"),
    ("今年以来", BAZAAR, "2026-01-01", "2026-10-28"),
    ("9月以来", BAZAAR, "2026-09-01", "2026-10-28"),
    ("从9月1号开始", BAZAAR, "2026-09-01", "2026-10-28"),
    ("头两个月", BAZAAR, "2026-01-01", "2026-02-28"),
    ("今年前两个月", BAZAAR, "2026-01-01", "2026-02-28"),
    ("2025年头两个月", BAZAAR, "2025-01-01", "2025-02-28"),
    ("9月前十天", BAZAAR, "2026-09-01", "2026-09-10"),
    ("9月最后一周", BAZAAR, "2026-09-24", "2026-09-30"),
    ("9月第一周", BAZAAR, "2026-09-01", "2026-09-07"),
    ("第42周", BAZAAR, "2026-10-12", "2026-10-18"),
    ("2025年第46周", BAZAAR, "2025-11-10", "2025-11-16"),
    ("上上周三", BAZAAR, "2026-10-14", "2026-10-14"),
    ("上周三", BAZAAR, "2026-10-21", "2026-10-21"),
    ("上周一到周三", BAZAAR, "2026-10-19", "2026-10-21"),
    ("上周一到上周五", BAZAAR, "2026-10-19", "2026-10-23"),
    ("周一到周三", BAZAAR, "2026-10-26", "2026-10-28"),
    ("上周一到昨天", BAZAAR, "2026-10-19", "2026-10-27"),
    ("周六和周日", BAZAAR, "2026-10-24", "2026-10-25"),
    ("上个周末", BAZAAR, "2026-10-24", "2026-10-25"),
    ("周末", BAZAAR, "2026-10-24", "2026-10-25"),
    ("上上周末", BAZAAR, "2026-10-17", "2026-10-18"),
    ("两个周末前", BAZAAR, "2026-10-17", "2026-10-18"),
    ("近三个月", BAZAAR, "2026-07-31", "2026-10-28"),
    ("近半年", BAZAAR, "2026-04-30", "2026-10-28"),
    ("一个半月", BAZAAR, "2026-09-14", "2026-10-28"),
    ("最近几天", BAZAAR, "2026-10-22", "2026-10-28"),
    ("这几天", BAZAAR, "2026-10-22", "2026-10-28"),
    ("十天前", BAZAAR, "2026-10-18", "2026-10-18"),
    ("三个月前", BAZAAR, "2026-07-01", "2026-07-31"),
    ("近一年半", BAZAAR, "2025-04-29", "2026-10-28"),
    ("去年双十一", BAZAAR, "2025-11-11", "2025-11-11"),
    ("去年双11期间", BAZAAR, "2025-11-11", "2025-11-11"),
    ("前年", BAZAAR, "2024-11-01", "2024-12-31"),
    ("去年的618", BAZAAR, "2025-06-18", "2025-06-18"),
    ("黑五那周", BAZAAR, "2025-11-24", "2025-11-30"),
    ("春节", BAZAAR, "2026-02-10", "2026-02-23"),
    ("国庆假期", BAZAAR, "2026-10-01", "2026-10-07"),
    ("去年十一", BAZAAR, "2025-10-01", "2025-10-07"),
    ("中秋", BAZAAR, "2026-09-25", "2026-09-25"),
    ("去年中秋节", BAZAAR, "2025-10-06", "2025-10-06"),
    ("端午", BAZAAR, "2026-06-19", "2026-06-19"),
    ("七夕", BAZAAR, "2026-08-19", "2026-08-19"),
    ("今年五一", BAZAAR, "2026-05-01", "2026-05-05"),
    ("母亲节", BAZAAR, "2026-05-10", "2026-05-10"),
    ("元宵节", BAZAAR, "2026-03-03", "2026-03-03"),
    ("三季度", BAZAAR, "2026-07-01", "2026-09-30"),
    ("一到三季度", BAZAAR, "2026-01-01", "2026-09-30"),
    ("2025年四季度", BAZAAR, "2025-10-01", "2025-12-31"),
    ("上半年", BAZAAR, "2026-01-01", "2026-06-30"),
    ("去年下半年", BAZAAR, "2025-07-01", "2025-12-31"),
    ("3到5月", BAZAAR, "2026-03-01", "2026-05-31"),
    ("2025年3到5月", BAZAAR, "2025-03-01", "2025-05-31"),
    ("二〇二五年三月", BAZAAR, "2025-03-01", "2025-03-31"),
    ("25年3月", BAZAAR, "2025-03-01", "2025-03-31"),
    ("2025年11月", BAZAAR, "2025-11-01", "2025-11-30"),
    ("10月20日周二", BAZAAR, "2026-10-20", "2026-10-20"),
    ("去年夏天", BAZAAR, "2025-06-01", "2025-08-31"),
    ("去年这个月", BAZAAR, "2025-10-01", "2025-10-31"),
    ("截至9月底", BAZAAR, "2024-11-01", "2026-09-30"),
    ("9月20号到10月5号", BAZAAR, "2026-09-20", "2026-10-05"),
    ("12月到1月", BAZAAR, "2025-12-01", "2026-01-31"),
    ("9 月 下旬", BAZAAR, "2026-09-21", "2026-09-30"),
]


def resolve(said, shop):
    as_of, first_day, currency = shop
    return resolve_period(said, as_of, first_day, currency)


@pytest.mark.parametrize(("said", "shop", "start", "end"), ENGLISH + CHINESE)
def test_a_period_is_read_as_it_was_meant(said, shop, start, end):
    period = resolve(said, shop)
    assert isinstance(period, Period), period
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("31 February", "28 days"),
        ("30 Feb to 3 March", "28 days"),
        ("2月31日", "28 days"),
        ("2026-02-31", "28 days"),
        ("2026-13-01", "no month 13"),
        ("31/11/2026", "30 days"),
        ("from 20 to 5 November", '"20" comes after "5 november"'),
        ("20 November to 5 November", "ends before|would end"),
        ("11月20号到5号", "would end"),
        ("2026-10-20到2026-10-05", "would end"),
        ("Monday 1 November 2025", "Saturday, not a Monday"),
        ("10月20日周三", "Tuesday, not a Wednesday"),
        ("week 54 of 2025", "weeks 1 to 52"),
        ("第100周", "no week 100"),
    ],
)
def test_a_date_that_cannot_be_is_named_and_never_guessed(said, named):
    error = resolve(said, BAZAAR)
    assert isinstance(error, ToolError), error
    assert error.code == "period_impossible"
    assert any(part in error.message["en"] for part in named.split("|"))
    assert "2025-11-01" in error.remedy["en"]
    assert "2025-11-01" in error.remedy["zh"]


@pytest.mark.parametrize(
    "said",
    [
        "the 90s",
        "90年代",
        "Q1 and Q3",
        "24/7",
        "13月",
        "0号",
        "十一",
        "summer",
        "ten",
        "pair",
        "the end",
        "去年同期的",
        *("from", "to", "since", "-", "between and", "到", "每天", "10骨雨伞", "24 cm", "a" * 5000),
    ],
)
def test_what_names_no_days_is_not_read(said):
    assert resolve(said, BAZAAR).code == "period_not_understood"


def test_a_leap_day_without_a_year_is_the_latest_one():
    period = resolve_period("29 February", date(2026, 10, 28), date(2020, 1, 1))
    assert period.start == date(2024, 2, 29)


def test_four_eleven_follows_what_the_data_covers_where_nobody_says():
    as_of, first = date(2011, 12, 9), date(2011, 9, 1)
    assert resolve_period("11/4/2011", as_of, first).start == date(2011, 11, 4)
    assert resolve_period("11/10/2011", as_of, first).start == date(2011, 10, 11)


def test_a_last_christmas_that_is_running_is_the_one_before():
    as_of, first = date(2011, 12, 20), date(2009, 12, 1)
    assert resolve_period("last Christmas", as_of, first).end == date(2010, 12, 25)
    assert resolve_period("Christmas", as_of, first).start == date(2011, 12, 15)
