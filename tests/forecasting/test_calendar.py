from datetime import date

import pytest

from forecasting.calendar import events_between


def days_of(name, year):
    found = [event for event in events_between(date(year, 1, 1), date(year, 12, 31)) if event.name == name]
    return found[0].start, found[0].end


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


def test_only_events_that_touch_the_days_come_and_in_order():
    found = events_between(date(2025, 11, 11), date(2025, 12, 12))
    assert [event.name for event in found] == ["singles_day", "black_friday", "cyber_monday", "double_12"]
    assert events_between(date(2025, 8, 1), date(2025, 8, 20)) == []


def test_events_over_the_turn_of_the_year():
    assert [event.name for event in events_between(date(2025, 12, 20), date(2026, 1, 3))] == [
        "christmas",
        "new_year",
    ]


def test_every_event_has_a_name_in_both_languages():
    for event in events_between(date(2026, 1, 1), date(2026, 12, 31)):
        assert event.label["en"].isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in event.label["zh"])
