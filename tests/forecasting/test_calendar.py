import subprocess
import sys
import time
from datetime import date

import numpy as np
import pytest

from forecasting.calendar import FEATURE_NAMES, calendar_features, events_between
from forecasting.retail_events import BY_NAME


def days_of(name, year):
    found = [event for event in events_between(date(year, 1, 1), date(year, 12, 31)) if event.name == name]
    return found[0].start, found[0].end


def feature(name, *days):
    return calendar_features(np.array(days, dtype="datetime64[D]"))[:, FEATURE_NAMES.index(name)]


@pytest.mark.parametrize(
    ("name", "year", "main_day"),
    [
        ("singles_day", 2025, date(2025, 11, 11)),
        ("618", 2026, date(2026, 6, 18)),
        ("double_12", 2024, date(2024, 12, 12)),
        ("black_friday", 2025, date(2025, 11, 28)),
        ("cyber_monday", 2024, date(2024, 12, 2)),
        ("easter", 2025, date(2025, 4, 20)),
        ("easter", 2011, date(2011, 4, 24)),
        ("spring_festival", 2026, date(2026, 2, 17)),
    ],
)
def test_events_hold_their_main_day(name, year, main_day):
    start, end = days_of(name, year)
    assert start <= main_day <= end


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("mothers_day", date(2025, 5, 4), date(2025, 5, 11)),
        ("mothering_sunday", date(2025, 3, 20), date(2025, 3, 30)),
        ("fathers_day", date(2025, 6, 8), date(2025, 6, 15)),
        ("99_sale", date(2025, 9, 7), date(2025, 9, 9)),
        ("qixi", date(2025, 8, 24), date(2025, 8, 29)),
        ("boxing_day", date(2025, 12, 26), date(2025, 12, 31)),
    ],
)
def test_seasons_span_their_days(name, start, end):
    assert BY_NAME[name].span(2025) == (start, end)


def test_only_events_that_touch_the_days_come_and_in_order():
    found = events_between(date(2025, 11, 11), date(2025, 12, 12))
    assert [event.name for event in found] == ["singles_day", "black_friday", "cyber_monday", "double_12"]
    assert events_between(date(2025, 8, 1), date(2025, 8, 20)) == []


def test_events_over_the_turn_of_the_year():
    assert [event.name for event in events_between(date(2025, 12, 20), date(2026, 1, 3))] == [
        "christmas",
        "new_year",
    ]


def test_every_event_has_a_name_of_its_own_in_both_languages():
    events = BY_NAME.values()
    for event in events:
        assert event.english.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in event.chinese)
    assert len({event.english for event in events}) == len({event.chinese for event in events}) == len(events)


def test_trade_swells_for_three_weeks_before_the_lunar_new_year_and_ebbs_after_its_week():
    eve, first = np.datetime64("2026-02-16"), np.datetime64("2026-02-17")
    before = feature("spring_festival_before", *(eve - np.arange(20, -1, -1)))
    assert np.all(np.diff(before) > 0) and before[-1] == 1.0
    assert feature("spring_festival_before", eve - 21, first).tolist() == [0.0, 0.0]
    assert feature("spring_festival", *(first + np.arange(-1, 8))).tolist() == [0, 1, 1, 1, 1, 1, 1, 1, 0]
    assert feature("spring_festival_after", first + 7, first + 14, first + 15).tolist() == [1.0, 0.125, 0.0]


def test_every_sale_day_is_a_mega_sale_and_its_presale_comes_first():
    sales = ["2025-03-08", "2025-06-18", "2025-09-09", "2025-11-11", "2025-12-12"]
    assert feature("mega_sale", *sales).tolist() == [1.0] * 5
    presale = ["2025-06-01", "2025-10-25", "2025-11-11"]
    assert feature("mega_sale_presale", *presale).tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("holiday_cn", "2025-10-01", 1.0),
        ("holiday_cn", "2025-01-28", 1.0),
        ("workday_cn", "2025-01-26", 1.0),  # a Sunday worked for the Spring Festival
        ("holiday_gb", "2025-08-25", 1.0),  # the summer bank holiday, England's own
        ("holiday_us", "2025-11-27", 1.0),
        ("holiday_de", "2025-10-03", 1.0),
        ("before_holiday_us", "2025-07-03", 1.0),
        ("before_holiday_gb", "2024-12-31", 1.0),
        ("holiday_us", "2025-07-03", 0.0),
        ("after_christmas", "2026-01-01", 1 / 7),
        ("black_friday", "2025-12-01", 1.0),
    ],
)
def test_days_of_note(name, day, value):
    assert feature(name, day).tolist() == pytest.approx([value])


def test_features_are_the_same_in_any_order_and_for_any_stretch():
    days = np.datetime64("2023-12-20") + np.arange(400)
    whole = calendar_features(days)
    assert whole.shape == (400, len(FEATURE_NAMES))
    assert whole.min() == 0.0 and whole.max() == 1.0
    np.testing.assert_array_equal(calendar_features(days[::-1]), whole[::-1])
    np.testing.assert_array_equal(calendar_features(days[30:31]), whole[30:31])


def test_years_beyond_the_lunar_table_have_features_all_the_same():
    days = np.array(["1999-12-25", "2060-02-29"], dtype="datetime64[D]")
    assert np.isfinite(calendar_features(days)).all()
    assert calendar_features(days[:0]).shape == (0, len(FEATURE_NAMES))


def test_two_years_take_no_time_once_known():
    days = np.datetime64("2024-01-01") + np.arange(730)
    calendar_features(days)
    started = time.process_time()
    for _ in range(10):
        calendar_features(days)
    assert (time.process_time() - started) / 10 < 0.02


def test_the_module_loads_without_the_holiday_tables():
    code = "import sys, forecasting.calendar; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
