from datetime import date

import pytest

from tools.period_references import refer_period
from tools.periods import Period
from tools.results import ToolError

AS_OF, FIRST = date(2026, 10, 28), date(2024, 11, 1)
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
LAST_WEEK = Period(date(2026, 10, 19), date(2026, 10, 25))
WEEKEND = Period(date(2026, 10, 24), date(2026, 10, 25))
SUNDAY = Period(date(2026, 10, 25), date(2026, 10, 25))


@pytest.mark.parametrize(
    ("said", "earlier", "start", "end"),
    [
        ("the month before that", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("And the month before that?", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("the previous month", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("前一个月呢？", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("再往前一个月", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("the week before", LAST_WEEK, "2026-10-12", "2026-10-18"),
        ("前一周", LAST_WEEK, "2026-10-12", "2026-10-18"),
        ("and the weekend before that one?", WEEKEND, "2026-10-17", "2026-10-18"),
        ("and the day after", SUNDAY, "2026-10-26", "2026-10-26"),
        ("后一天呢", SUNDAY, "2026-10-26", "2026-10-26"),
        ("the day before that", SUNDAY, "2026-10-24", "2026-10-24"),
        ("the period before", WEEKEND, "2026-10-22", "2026-10-23"),
        ("去年同期", SEPTEMBER, "2025-09-01", "2025-09-30"),
        ("the same period last year", LAST_WEEK, "2025-10-19", "2025-10-25"),
        ("the same week", LAST_WEEK, "2026-10-19", "2026-10-25"),
        ("one month earlier?", SEPTEMBER, "2026-08-01", "2026-08-31"),
        ("a week later", LAST_WEEK, "2026-10-26", "2026-10-28"),
        ("再往前推一周", LAST_WEEK, "2026-10-12", "2026-10-18"),
        ("再上一周呢", LAST_WEEK, "2026-10-12", "2026-10-18"),
        ("that month", SEPTEMBER, "2026-09-01", "2026-09-30"),
        ("那个月", SEPTEMBER, "2026-09-01", "2026-09-30"),
        ("同一周", LAST_WEEK, "2026-10-19", "2026-10-25"),
    ],
)
def test_words_that_point_back_are_counted_from_the_period_before(said, earlier, start, end):
    period = refer_period(said, earlier, AS_OF, FIRST)
    assert isinstance(period, Period), period
    assert (period.start.isoformat(), period.end.isoformat(), period.said) == (start, end, said)


@pytest.mark.parametrize(
    "said", ["last month", "上周", "上一周", "一个月", "the weekend", "", "before", "banana", "去年"]
)
def test_words_that_stand_by_themselves_point_nowhere(said):
    assert refer_period(said, SEPTEMBER, AS_OF, FIRST) is None


def test_a_period_before_the_data_is_refused():
    first_month = Period(date(2024, 11, 1), date(2024, 11, 30))
    error = refer_period("the month before that", first_month, AS_OF, FIRST)
    assert isinstance(error, ToolError)
    assert error.code == "period_outside_data"
