"""What becomes of each kind of bad or unusual input, before any forecaster sees it."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import ForecastingError
from forecasting.long_format import FrameUnusable, LongFrame, read_long
from forecasting.panel import Panel, read_panel


def frame(units, *, start="2025-01-06", freq="D", unique_id="a", **columns) -> pd.DataFrame:
    dates = pd.date_range(start, periods=len(units), freq=freq)
    return pd.DataFrame({"unique_id": unique_id, "ds": dates, "y": units, **columns})


def steady(days: int, **given) -> pd.DataFrame:
    return frame([5.0 + day % 3 for day in range(days)], **given)


def panel_of(given: pd.DataFrame) -> Panel:
    read = read_long(given)
    return read_panel(read.frame, read.frequency)


def demand(given: pd.DataFrame) -> list[float]:
    return panel_of(given).demand[0].tolist()


def said(given: LongFrame) -> str:
    return "\n".join(given.notes)


def refused(given: pd.DataFrame, *words: str) -> None:
    with pytest.raises(ForecastingError) as error:
        read_long(given)
    assert error.value.remedy
    for word in words:
        assert word in str(error.value)


def test_the_needed_columns_are_named() -> None:
    refused(pd.DataFrame({"product": ["a"], "ds": ["2025-01-01"], "y": [1]}), "'unique_id'", "'product'")
    refused(steady(3).drop(columns="y"), "'y'")
    refused(steady(3).iloc[:0], "no rows")
    refused(
        steady(3).set_axis(["unique_id", "y", "y"], axis=1).assign(ds="2025-01-01"), "several columns", "'y'"
    )


@pytest.mark.parametrize("units", [[np.nan] * 3, [""] * 3, [None] * 3])
def test_a_frame_without_a_number_is_refused(units) -> None:
    refused(frame(units), "no row has a number in the column y")


def test_text_in_a_number_column_is_named_with_its_row() -> None:
    refused(frame(["1", "two", "3", "four"]), "column y", "row 2", "'two'", "1 row more")
    refused(steady(3, price=[1, "cheap", 2]), "column price", "'cheap'")
    refused(steady(3, on_hand=[1, "full", 2]), "column on_hand", "'full'")
    refused(steady(3, promo=[0, 20, 0]), "column promo", "20", "row 2")
    refused(frame([1.0, np.inf, 2.0]), "column y", "row 2")


def test_numbers_written_as_text_are_numbers() -> None:
    assert demand(frame([" 3", "4.5", "1e1"])) == [3.0, 4.5, 10.0]


def test_an_empty_unique_id_is_named_with_its_row() -> None:
    refused(pd.concat([steady(3), steady(2, unique_id=None)]), "column unique_id", "row 4")
    refused(pd.concat([steady(3), steady(2, unique_id="  ")]), "column unique_id", "row 4")


def test_numbers_and_texts_of_the_same_name_are_one_series() -> None:
    mixed = pd.concat(
        [steady(4, unique_id=7), steady(4, unique_id="7", start="2025-01-10")], ignore_index=True
    )
    read = read_long(mixed)
    assert read.frame["unique_id"].unique().tolist() == ["7"]
    assert len(read.ids) == 1


@pytest.mark.parametrize(
    "written",
    [
        ["2025-01-31", "2025-02-01", "2025-02-02"],
        ["2025/1/31", "2025/2/1", "2025/2/2"],
        ["20250131", "20250201", "20250202"],
        [20250131, 20250201, 20250202],
        ["31.01.2025", "01.02.2025", "02.02.2025"],
        ["01/31/2025", "02/01/2025", "02/02/2025"],
        ["2025年1月31日", "2025年2月1日", "2025年2月2日"],
        ["2025/1/31 0:00", "2025/2/1 0:00", "2025/2/2 0:00"],
        ["2025-01-31 23:59:00", "2025-02-01T07:00:00+08:00", "2025-02-02T00:00:00Z"],
    ],
)
def test_dates_are_read_as_they_are_written(written) -> None:
    dates = panel_of(steady(3).assign(ds=written)).dates
    assert [str(day) for day in dates] == ["2025-01-31", "2025-02-01", "2025-02-02"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_a_time_zone_moves_no_sale_to_another_day(zone) -> None:
    late = pd.date_range("2025-03-29 23:30", periods=5, tz=zone)
    assert [str(day) for day in panel_of(steady(5).assign(ds=late)).dates][:2] == ["2025-03-29", "2025-03-30"]


def test_unreadable_and_ambiguous_dates_are_refused() -> None:
    refused(steady(3).assign(ds=["2025-01-01", "soon", None]), "column ds", "row 2", "'soon'", "1 row more")
    refused(steady(3).assign(ds=[1, 2, 3]), "column ds", "2025-01-31")
    refused(steady(3).assign(ds=["01/02/2025", "02/02/2025", "03/02/2025"]), "day or month comes first")
    refused(steady(3).assign(ds=["2025-02-30", "2025-03-01", "2025-03-02"]), "column ds", "2025-02-30")


def test_a_slip_in_the_year_is_named_with_its_row() -> None:
    refused(
        steady(5).assign(ds=[*pd.date_range("2025-01-06", periods=4), pd.Timestamp("2052-01-10")]),
        "row 5",
        "2052",
    )


def test_order_does_not_matter_and_repeated_dates_are_summed() -> None:
    given = frame([1.0, 2.0, 3.0, 4.0])
    assert demand(given.iloc[[2, 0, 3, 1]]) == [1.0, 2.0, 3.0, 4.0]
    twice = pd.concat([given, frame([10.0], start="2025-01-07")])
    assert demand(twice) == [1.0, 12.0, 3.0, 4.0]
    assert "1 row of a series and date that occurred already" in said(read_long(twice))


def test_returns_are_netted_within_a_day_and_clipped_beyond() -> None:
    given = pd.concat([frame([5.0, 6.0, 2.0]), frame([-2.0, -9.0], start="2025-01-07")], ignore_index=True)
    read = read_long(given)
    assert read_panel(read.frame).demand[0].tolist() == [5.0, 4.0, 0.0]
    assert read.frame["y"].min() == 0.0
    assert "negative in 1 row" in said(read) and "7 units returned" in said(read)


def test_a_slip_of_the_pen_is_capped_and_named() -> None:
    given = steady(60)
    given.loc[30, "y"] = 1e6
    read = read_long(given)
    assert "1,000,000 on 2025-02-05" in said(read) and "taken as 7" in said(read)
    assert read_panel(read.frame).demand[0].max() == 7.0


def test_a_large_but_possible_sale_is_kept() -> None:
    given = steady(60)
    given.loc[30, "y"] = 300.0
    read = read_long(given)
    assert read.notes == () and read_panel(read.frame).demand[0].max() == 300.0


@pytest.mark.parametrize(("units", "expected"), [([0.0] * 30, 0.0), ([4.0] * 30, 4.0), ([3.0], 3.0)])
def test_zeros_constants_and_single_points_stay_what_they_are(units, expected) -> None:
    read = read_long(frame(units))
    assert read.notes == () and set(read_panel(read.frame).demand[0]) == {expected}


def test_an_empty_y_is_no_zero() -> None:
    panel = panel_of(frame([4.0, 4.0, np.nan, 4.0]))
    assert panel.demand[0, 2] == 4.0 and not panel.is_scored[0, 2]


def test_a_series_without_a_number_is_left_out_and_named() -> None:
    read = read_long(pd.concat([steady(20), frame([np.nan] * 20, unique_id="ghost")]))
    assert list(read.ids) == ["a"] and "1 series ('ghost') left out" in said(read)


def test_an_empty_shelf_is_no_zero() -> None:
    sold = [6.0] * 28 + [0.0, 0.0, 0.0]
    stock = [10.0] * 28 + [0.0, 0.0, 0.0]
    panel = panel_of(frame(sold, on_hand=stock))
    assert panel.demand[0, -3:] == pytest.approx(6.0) and panel.corrected[0, -3:].all()
    assert panel_of(frame(sold)).demand[0, -3:].tolist() == [0.0, 0.0, 0.0]


def test_prices_and_promotions_ahead_are_known_futures() -> None:
    given = frame(
        [5.0] * 20 + [np.nan] * 4, price=[2.0] * 20 + [2.0, 1.0, 1.0, 2.0], promo=[0] * 20 + [0, 1, 1, 0]
    )
    panel = panel_of(given)
    assert panel.periods == 20
    assert panel.promo[0, 20:].tolist() == [0, 1, 1, 0] and panel.price_ratio[0, 20:].tolist() == [
        1,
        0.5,
        0.5,
        1,
    ]


def test_dates_with_y_are_history_however_late_they_are() -> None:
    assert panel_of(steady(40, start="2049-01-01")).periods == 40


# Frequency


@pytest.mark.parametrize(
    ("freq", "expected"),
    [("D", "D"), ("W-SUN", "W"), ("W-WED", "W"), ("MS", "M"), ("ME", "M"), ("SMS", "D"), ("B", "D")],
)
def test_the_frequency_is_found(freq, expected) -> None:
    assert read_long(steady(24, freq=freq)).frequency == expected


def test_months_may_be_dated_by_any_day() -> None:
    middle = [f"2025-{month:02d}-15" for month in range(1, 13)]
    paydays = [f"2025-{month:02d}-{25 + month % 4}" for month in range(1, 13)]
    for dates in (middle, paydays):
        read = read_long(steady(12).assign(ds=dates))
        assert read.frequency == "M" and read_panel(read.frame, "M").periods == 12


@pytest.mark.parametrize(
    ("freq", "start", "ahead"),
    [
        ("MS", "2025-01-01", ["2026-01-01", "2026-02-01"]),
        ("ME", "2025-01-31", ["2026-01-31", "2026-02-28"]),
        ("W-SUN", "2025-01-05", ["2025-03-30", "2025-04-06"]),
    ],
)
def test_dates_ahead_are_labelled_as_the_file_labels_them(freq, start, ahead) -> None:
    read = read_long(steady(12, freq=freq, start=start))
    panel = read_panel(read.frame, read.frequency)
    assert read.label(panel.calendar(panel.periods, panel.periods + 2)).astype(str).tolist() == ahead


def test_a_missing_week_or_month_does_not_hide_the_frequency() -> None:
    assert read_long(steady(24, freq="W-FRI").drop(index=[3, 9])).frequency == "W"
    assert read_long(steady(24, freq="MS").drop(index=[3, 9])).frequency == "M"


def test_mixed_frequencies_name_a_series_of_each() -> None:
    refused(
        pd.concat([steady(60), steady(20, freq="W-SUN", unique_id="w")]),
        "'w'",
        "weekly",
        "'a'",
        "separate files",
    )
    refused(pd.concat([steady(60), steady(12, freq="MS", unique_id="m")]), "'m'", "monthly", "'a'")
    apart = pd.concat([steady(20, freq="W-SUN"), steady(20, freq="W-MON", unique_id="b")])
    refused(apart, "every series is weekly", "different days")
    assert read_long(apart, "W").frequency == "W"


def test_a_rare_seller_does_not_pass_for_a_weekly_one() -> None:
    rare = steady(3, freq="W-SAT", unique_id="rare")
    assert read_long(pd.concat([steady(60), rare])).frequency == "D"


def test_quarters_and_fortnights_are_refused() -> None:
    refused(steady(8, freq="QS"), "3 months apart")
    refused(steady(8, freq="14D"), "14 days apart")


def test_a_said_frequency_may_not_contradict_the_dates() -> None:
    for given, asked in (
        (steady(30), "W"), (steady(60), "M"), (steady(20, freq="W"), "D"), (steady(20, freq="MS"), "D"),
    ):  # fmt: skip
        with pytest.raises(ForecastingError, match=f"'{asked}'"):
            read_long(given, asked)
    assert read_long(steady(1), "M").frequency == "M"
    with pytest.raises(ForecastingError, match="no frequency 'Q'"):
        read_long(steady(30), "Q")


# Periods without a row


def test_a_gap_in_a_complete_record_is_no_zero() -> None:
    units = [6.0, 0.0, 6.0, 6.0] * 200
    panel = panel_of(frame(units).drop(index=range(200, 565)))
    assert panel.periods == 800 and not panel.is_scored[0, 200:565].any()
    assert panel.demand[0, 200:565].mean() == pytest.approx(4.5, rel=0.4)


def test_a_record_of_sales_only_means_zero_where_it_is_silent() -> None:
    sold = steady(120).iloc[::3]
    read = read_long(pd.concat([sold, steady(120, unique_id="b").iloc[1::4]]))
    panel = read_panel(read.frame)
    assert "lists sales only" in said(read)
    assert (panel.demand[0] > 0).mean() == pytest.approx(1 / 3, abs=0.02) and panel.is_scored[0, 1:118].all()


def test_a_silence_of_a_year_is_a_hole_even_where_only_sales_are_listed() -> None:
    panel = panel_of(steady(800).drop(index=range(200, 565)))
    assert not panel.is_scored[0, 200:565].any() and panel.demand[0, 200:565].min() > 0


def test_a_product_that_stopped_selling_sells_nothing() -> None:
    stopped = steady(60, unique_id="old").iloc[::2]
    panel = panel_of(pd.concat([steady(120).iloc[::2], stopped]))
    assert panel.demand[1, 60:].max() == 0.0 and panel.is_scored[1, 60:].all()


def test_an_empty_row_says_not_recorded_even_where_only_sales_are_listed() -> None:
    given = steady(120).iloc[::3]
    panel = panel_of(pd.concat([given, frame([np.nan], start="2025-01-07")]))
    assert not panel.is_scored[0, 1] and panel.is_scored[0, 2]


def test_a_weekday_that_nobody_lists_is_closed() -> None:
    open_days = [day for day in range(84) if day % 7 != 6]
    panel = panel_of(
        pd.concat([frame([5.0, 0.0, 3.0] * 28, unique_id=name).iloc[open_days] for name in "abc"])
    )
    assert panel.closed.sum(axis=1).tolist() == [1, 1, 1] and panel.closed[:, 6].all()


def test_twenty_years_of_days_are_read_whole() -> None:
    assert panel_of(steady(20 * 365)).periods == 7300


def test_errors_are_of_one_kind() -> None:
    with pytest.raises(FrameUnusable):
        read_long(pd.DataFrame({"unique_id": ["a"]}))
