from datetime import date, timedelta

import pytest

from tools.periods import Period, last_days, resolve_period
from tools.results import ToolError

AS_OF = date(2026, 10, 28)  # a Wednesday
FIRST = date(2024, 11, 1)


def resolve(said):
    return resolve_period(said, AS_OF, FIRST)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("last week", "2026-10-19", "2026-10-25"),
        ("上周", "2026-10-19", "2026-10-25"),
        ("上个星期", "2026-10-19", "2026-10-25"),
        ("this week", "2026-10-26", "2026-10-28"),
        ("本周", "2026-10-26", "2026-10-28"),
        ("上上周", "2026-10-12", "2026-10-18"),
        ("last month", "2026-09-01", "2026-09-30"),
        ("上个月", "2026-09-01", "2026-09-30"),
        ("last 30 days", "2026-09-29", "2026-10-28"),
        ("过去30天", "2026-09-29", "2026-10-28"),
        ("最近两周", "2026-10-15", "2026-10-28"),
        ("近7天", "2026-10-22", "2026-10-28"),
        ("past fortnight", "2026-10-15", "2026-10-28"),
        ("past week", "2026-10-22", "2026-10-28"),
        ("最近一个月", "2026-09-29", "2026-10-28"),
        ("recently", "2026-10-15", "2026-10-28"),
        ("yesterday", "2026-10-27", "2026-10-27"),
        ("昨天", "2026-10-27", "2026-10-27"),
        ("上周三", "2026-10-21", "2026-10-21"),
        ("last Wednesday", "2026-10-21", "2026-10-21"),
        ("three days ago", "2026-10-25", "2026-10-25"),
        ("last weekend", "2026-10-24", "2026-10-25"),
        ("week of 2026-03-04", "2026-03-02", "2026-03-08"),
        ("Q3", "2026-07-01", "2026-09-30"),
        ("三季度", "2026-07-01", "2026-09-30"),
        ("去年三季度", "2025-07-01", "2025-09-30"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("last year's Q4", "2025-10-01", "2025-12-31"),
        ("上半年", "2026-01-01", "2026-06-30"),
        ("March", "2026-03-01", "2026-03-31"),
        ("3月", "2026-03-01", "2026-03-31"),
        ("十一月", "2025-11-01", "2025-11-30"),
        ("in March 2026", "2026-03-01", "2026-03-31"),
        ("2026年3月", "2026-03-01", "2026-03-31"),
        ("3月上旬", "2026-03-01", "2026-03-10"),
        ("2025-11-11", "2025-11-11", "2025-11-11"),
        ("11 November 2025", "2025-11-11", "2025-11-11"),
        ("去年11月11日", "2025-11-11", "2025-11-11"),
        ("Nov 11", "2025-11-11", "2025-11-11"),
        ("from 2025-11-01 to 2025-11-11", "2025-11-01", "2025-11-11"),
        ("2025-11-01到2025-11-11", "2025-11-01", "2025-11-11"),
        ("3月1日到15日", "2026-03-01", "2026-03-15"),
        ("March 3 to 9", "2026-03-03", "2026-03-09"),
        ("1 Dec to 5 Jan", "2025-12-01", "2026-01-05"),
        ("March to May 2025", "2025-03-01", "2025-05-31"),
        ("2025年3月到5月", "2025-03-01", "2025-05-31"),
        ("last 618", "2026-06-18", "2026-06-18"),
        ("双十一", "2025-11-11", "2025-11-11"),
        ("during Singles' Day", "2025-11-11", "2025-11-11"),
        ("国庆", "2026-10-01", "2026-10-07"),
        ("Black Friday", "2025-11-28", "2025-11-30"),
        ("cyber monday", "2025-12-01", "2025-12-01"),
        ("去年春节", "2025-01-22", "2025-02-04"),
        ("easter", "2026-03-29", "2026-04-05"),
        ("over Christmas", "2025-12-15", "2025-12-25"),
        ("since March", "2026-03-01", "2026-10-28"),
        ("自从双十一", "2025-11-11", "2026-10-28"),
        ("this year", "2026-01-01", "2026-10-28"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("all time", "2024-11-01", "2026-10-28"),
    ],
)
def test_words_mean_these_days(said, start, end):
    period = resolve(said)
    assert isinstance(period, Period), period
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert period.said == said


@pytest.mark.parametrize("said", ["2019", "next week", "下个月", "3000-01-01", "2023年"])
def test_days_without_data_are_refused_with_the_datas_range(said):
    error = resolve(said)
    assert isinstance(error, ToolError)
    assert error.code == "period_outside_data"
    assert all(
        "2024-11-01" in error.message[lang] and "2026-10-28" in error.message[lang] for lang in ("en", "zh")
    )


def test_the_future_is_referred_to_a_forecast():
    assert "forecast" in resolve("next month").remedy["en"]
    assert "预测" in resolve("下个月").remedy["zh"]


@pytest.mark.parametrize("said", ["banana", "", "since forever", "?", "月饼", "13月"])
def test_what_is_no_date_is_not_guessed_at(said):
    assert resolve(said).code == "period_not_understood"


def test_a_period_that_reaches_beyond_the_data_is_cut_and_says_so():
    october = resolve("October 2026")
    assert (october.end, october.is_cut) == (AS_OF, True)
    assert not resolve("this month").is_cut
    assert not resolve("last month").is_cut


def test_a_week_is_compared_with_the_week_before_and_a_day_with_the_same_weekday():
    fortnight = last_days(AS_OF, 14)
    assert fortnight.before() == Period(AS_OF - timedelta(days=27), AS_OF - timedelta(days=14))
    day = Period(AS_OF, AS_OF)
    assert day.before().start.weekday() == AS_OF.weekday()
    assert day.before().days == 1


def test_thanksgiving_and_its_week():
    as_of, first = date(2017, 12, 31), date(2017, 1, 1)
    day = resolve_period("Thanksgiving", as_of, first)
    week = resolve_period("感恩节那周", as_of, first)
    assert (day.start, day.end) == (date(2017, 11, 23), date(2017, 11, 23))
    assert (week.start, week.end) == (date(2017, 11, 20), date(2017, 11, 26))
