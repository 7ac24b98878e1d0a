"""Data as bad as it comes: each kind has a defined forecast, or an error that names the column and the remedy."""

import numpy as np
import pandas as pd
import pytest

from forecasting import frames
from forecasting.columns import FrameUnusable
from forecasting.errors import ForecastingError
from forecasting.frames import QUANTILE_COLUMNS, forecast_frame
from forecasting.frequency import FrequencyUnclear
from forecasting.members.roster import choose_single_members
from forecasting.panel import read_panel

QUANTILES = list(QUANTILE_COLUMNS)
MEMBERS = {member.name: member for member in choose_single_members()}
DAY = np.arange(90)


@pytest.fixture
def quick(monkeypatch):
    """Leave out the members that train for minutes on years of days."""
    monkeypatch.setattr(frames, "choose_members", lambda _frequency: choose_single_members())


def frame(units, freq="D", start="2025-01-05", **columns) -> pd.DataFrame:
    dates = pd.date_range(start, periods=len(units), freq=freq)
    return pd.DataFrame({"unique_id": "a", "ds": dates, "y": np.asarray(units, dtype=float), **columns})


def noise(mean=5.0, periods=90, seed=0):
    return np.random.default_rng(seed).poisson(mean, periods).astype(float)


def usual_width(units) -> float:
    low, high = np.quantile(units, [0.05, 0.95])
    return float(high - low)


def check_whole(made, horizon, series=1) -> None:
    assert len(made.daily) == horizon * series and len(made.totals) == series
    for table in (made.daily, made.totals):
        numbers = table[["mean", *QUANTILES]].to_numpy()
        assert np.isfinite(numbers).all() and numbers.min() >= 0
        assert (np.diff(table[QUANTILES].to_numpy(), axis=1) >= 0).all()


# Series that hold next to nothing


@pytest.mark.parametrize(
    "units", [np.zeros(90), np.full(90, -1.0), np.zeros(1)], ids=["zeros", "returns", "one"]
)
def test_what_never_sold_is_forecast_at_nothing(quick, units):
    made = forecast_frame(frame(units), 14)
    check_whole(made, 14)
    if len(units) > 1:
        assert made.daily[["mean", "q95"]].to_numpy().max() == 0 == made.totals["q95"].max()


@pytest.mark.parametrize("periods", [30, 90, 200])
def test_a_constant_goes_on_and_so_does_its_total(quick, periods):
    made = forecast_frame(frame(np.full(periods, 4.0)), 14)
    check_whole(made, 14)
    assert made.daily[["mean", "q05", "q95"]].to_numpy() == pytest.approx(4.0)
    assert made.totals[["mean", "q05", "q50", "q95"]].to_numpy() == pytest.approx(56.0)


@pytest.mark.parametrize("units", [[3.0], [3.0, 5.0], [5.0, 3.0, 4.0], noise(6, 10) + 1])
def test_a_handful_of_points_is_forecast_wide_and_says_so(quick, units):
    made = forecast_frame(frame(units), 14)
    check_whole(made, 14)
    assert 0.5 * np.mean(units) < made.daily["mean"].mean() < 2.5 * np.mean(units)
    assert (made.daily["q95"] - made.daily["q05"]).min() > np.mean(units)
    assert any("wide" in note for note in made.notes)


def test_no_rows_and_no_numbers_are_errors_that_name_the_column():
    with pytest.raises(FrameUnusable, match=r"no rows\. Remedy: give one row"):
        forecast_frame(frame([]), 14)
    with pytest.raises(FrameUnusable, match=r"the column y\. Remedy: put the units sold in y"):
        forecast_frame(frame([np.nan] * 9), 14)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"y": [1.0, np.inf, 3.0]},
            r"column y holds no number in row 2 \(inf\)\. Remedy: write plain numbers",
        ),
        ({"y": ["1", "two", "3"]}, r"column y holds no number in row 2 \('two'\)"),
        ({"ds": ["2025-01-01", None, "2025-01-03"]}, r"column ds holds no date in row 2 \(empty\)\. Remedy"),
        ({"ds": ["2025-01-01", "2025-02-31", "2025-03-01"]}, r"no date in row 2 \('2025-02-31'\)"),
        ({"unique_id": ["a", None, "a"]}, r"column unique_id is empty in row 2\. Remedy"),
        (
            {"ds": ["2205-01-01", "2025-01-02", "2025-01-03"]},
            r"column ds jumps from .*2205-01-01 \(row 1\)",
        ),
    ],
)
def test_what_cannot_be_read_names_column_row_and_remedy(changes, said):
    with pytest.raises(FrameUnusable, match=said):
        forecast_frame(frame([1.0, 2.0, 3.0]).assign(**changes), 3)


# Noisy series: what is done, and that the interval never closes

NOISY = {
    "plain": (frame(noise()), noise()),
    "holes": (frame(np.where(DAY % 5 == 0, np.nan, noise())), noise()),
    "returns": (frame(np.where(DAY % 9 == 0, -4.0, noise())), noise()),
    "spike": (frame(np.where(DAY == 70, 1e6, noise())), noise()),
    "spike on the last day": (frame(np.where(DAY == 89, 1e6, noise())), noise()),
    "unsorted": (frame(noise()).sample(frac=1.0, random_state=1), noise()),
    "duplicates": (pd.concat([frame(noise()), frame(noise(seed=1))]), noise() + noise(seed=1)),
    "fractions": (frame(noise() / 8), noise() / 8),
    "millions": (frame(1e6 * noise()), 1e6 * noise()),
    "millionths": (frame(1e-6 * noise()), 1e-6 * noise()),
    "years ahead": (frame(noise(), start="2091-01-01"), noise()),
    "stockouts": (frame(np.where(DAY % 4 == 0, 0.0, noise(20)), on_hand=DAY % 4), noise(20)),
    "a year missing": (frame(noise(6, 900)).drop(index=range(485, 850)), noise(6, 900)),
    "twenty years": (frame(noise(3, 7300), start="2005-01-01"), noise(3, 200)),
    "weeks": (frame(noise(30, 60), "W-SUN"), noise(30, 60)),
    "months": (frame(noise(300, 30), "MS"), noise(300, 30)),
}


@pytest.mark.parametrize("name", NOISY)
def test_noisy_series_keep_their_level_and_their_width(quick, name):
    given, sold = NOISY[name]
    made = forecast_frame(given, 14)
    check_whole(made, 14)
    assert made.daily["mean"].mean() == pytest.approx(sold.mean(), rel=0.35)
    width = (made.daily["q95"] - made.daily["q05"]).to_numpy()
    assert width.min() > 0.25 * usual_width(sold) and width.mean() > 0.5 * usual_width(sold)
    assert made.daily["mean"].between(made.daily["q05"], made.daily["q95"]).all()
    total = made.totals.iloc[0]
    assert total["q05"] < total["mean"] < total["q95"]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize(
    "units", [noise(5, 10), noise(5, 30), noise(5, 120), noise(0.3, 120), noise(4e5, 60)]
)
def test_no_member_ever_reports_an_interval_of_no_width_on_noise(name, units):
    panel, rows, origin = read_panel(frame(units)), np.array([0]), len(units)
    member = MEMBERS[name]
    if not member.serves(panel, rows, origin)[0]:
        return
    quantiles = member.fit(panel, origin).predict(panel, rows, origin, 14).quantiles[0]
    assert (quantiles[:, -1] - quantiles[:, 0]).min() > 0.3 * usual_width(units)


def test_a_spike_in_a_short_history_is_no_level(quick):
    made = forecast_frame(frame(np.where(np.arange(12) == 9, 1e6, 5.0 + np.arange(12) % 3)), 14)
    assert made.daily["q95"].max() < 30 and "1,000,000 on 2025-01-14" in made.notes[0]


def test_a_large_order_is_no_slip(quick):
    made = forecast_frame(frame(np.where(DAY == 70, 300.0, noise())), 14)
    assert not made.notes and made.daily["mean"].mean() < 12


def test_a_series_that_stopped_is_forecast_near_nothing_and_one_that_started_is_not(quick):
    sold = noise(9)
    stopped, started = (
        forecast_frame(frame(units), 14).daily for units in (sold * (DAY < 45), sold * (DAY >= 45))
    )
    assert stopped["q50"].max() < 1 and started["q50"].mean() == pytest.approx(9, rel=0.3)


def test_a_year_of_silence_does_not_count_as_a_year_without_demand(quick):
    made = forecast_frame(frame(noise(6, 900)).drop(index=range(485, 850)), 14)
    assert made.totals["mean"][0] == pytest.approx(14 * 6, rel=0.15)


def test_dates_that_lie_ahead_are_history_like_any_other(quick):
    made = forecast_frame(frame(noise(), start="2091-01-01"), 3)
    assert made.daily["ds"].tolist() == pd.date_range("2091-04-01", periods=3).tolist()


# Not days


@pytest.mark.parametrize(("freq", "frequency"), [("W-SUN", "W"), ("MS", "M")])
def test_weeks_and_months_passed_as_days_are_found_out(quick, freq, frequency):
    given = frame(noise(30, 40), freq)
    assert forecast_frame(given, 2).frequency == frequency
    with pytest.raises(
        FrequencyUnclear, match=r"said to be 'D' \(daily\).* in ds\. Remedy: leave the frequency out"
    ):
        forecast_frame(given, 2, frequency="D")


def test_a_few_weekly_rows_said_to_be_days_are_days_and_the_note_says_what_that_means(quick):
    made = forecast_frame(frame(noise(30, 6), "W-SUN"), 7, frequency="D")
    check_whole(made, 7)
    assert "30 periods without a row count as nothing sold" in made.notes[0]


def test_days_passed_as_weeks_are_refused():
    with pytest.raises(FrequencyUnclear, match=r"a week has several dates in ds\. Remedy"):
        forecast_frame(frame(noise()), 2, frequency="W")


# All of it at once


def market_of_horrors() -> pd.DataFrame:
    kinds = {
        "zeros": np.zeros(90), "constant": np.full(90, 4.0), "one": np.array([3.0]), "two": np.array([3.0, 5.0]),
        "holes": np.where(DAY % 5 == 0, np.nan, noise()), "returns": np.where(DAY % 9 == 0, -4.0, noise()),
        "spike": np.where(DAY == 70, 1e6, noise()), "huge": 1e12 + 1e10 * (DAY % 7), "noise": noise(),
        "one sale": np.where(DAY == 30, 2.0, 0.0), "stopped": noise() * (DAY < 45), "nothing": np.full(90, np.nan),
    }  # fmt: skip
    return pd.concat(
        [frame(units).assign(unique_id=name) for name, units in kinds.items()], ignore_index=True
    )


def test_one_bad_series_spoils_no_other(quick):
    made = forecast_frame(market_of_horrors(), 14)
    check_whole(made, 14, series=11)
    means = made.daily.groupby("unique_id")["mean"].mean()
    assert means["zeros"] == pytest.approx(0, abs=1e-9) and means["one sale"] < 1
    assert means["constant"] == pytest.approx(4, rel=0.1) and means["noise"] == pytest.approx(5, rel=0.3)
    assert means["huge"] == pytest.approx(1.03e12, rel=0.1)
    assert any("'nothing'" in note and "left out" in note for note in made.notes)


def test_the_same_data_give_the_same_forecast_with_every_member_in_any_order():
    given = market_of_horrors()
    given = given[given["unique_id"].isin(["noise", "spike", "holes", "one"])]
    first, again = (forecast_frame(given.sample(frac=1.0, random_state=seed), 7) for seed in (1, 2))
    for made, other in ((first.daily, again.daily), (first.totals, again.totals)):
        order = [name for name in ("unique_id", "ds") if name in made]
        pd.testing.assert_frame_equal(
            made.sort_values(order, ignore_index=True), other.sort_values(order, ignore_index=True)
        )


def test_every_refusal_says_what_to_do():
    for given in (frame([]), frame([np.nan]), frame([1.0]).drop(columns="ds"), frame([1.0], promo=7)):
        with pytest.raises(ForecastingError) as refused:
            forecast_frame(given, 3)
        assert len(refused.value.remedy) > 10
