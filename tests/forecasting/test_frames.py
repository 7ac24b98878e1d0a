"""A long frame in, forecasts and totals out."""

import numpy as np
import pandas as pd
import pytest

from forecasting.frames import QUANTILE_COLUMNS, HorizonUnusable, forecast_frame


def shop(days: int = 120, series: int = 3, **columns) -> pd.DataFrame:
    draws = np.random.default_rng(3)
    frames = [
        pd.DataFrame(
            {
                "unique_id": f"p{number}",
                "ds": pd.date_range("2025-01-06", periods=days),
                "y": draws.poisson(4 + 3 * number + 2 * (np.arange(days) % 7 == 5)),
                **columns,
            }
        )
        for number in range(series)
    ]
    return pd.concat(frames, ignore_index=True)


def test_each_series_gets_every_day_of_the_horizon_and_a_total() -> None:
    made = forecast_frame(shop(), 14)
    assert list(made.daily.columns) == ["unique_id", "ds", "mean", *QUANTILE_COLUMNS]
    assert QUANTILE_COLUMNS[0] == "q05" and QUANTILE_COLUMNS[-1] == "q95" and len(QUANTILE_COLUMNS) == 19
    assert made.daily.groupby("unique_id").size().tolist() == [14, 14, 14]
    assert made.daily["ds"].min() == pd.Timestamp("2025-05-06")
    assert list(made.totals.columns) == ["unique_id", "start", "end", "mean", *QUANTILE_COLUMNS]
    assert made.totals["end"].unique().tolist() == [pd.Timestamp("2025-05-19")]


def test_quantiles_ascend_and_intervals_have_width_on_noisy_data() -> None:
    made = forecast_frame(shop(), 14)
    for table in (made.daily, made.totals):
        quantiles = table[list(QUANTILE_COLUMNS)].to_numpy()
        assert (np.diff(quantiles, axis=1) >= 0).all() and quantiles.min() >= 0
        assert (quantiles[:, -1] > quantiles[:, 0]).all()


def test_totals_add_up_means_and_are_narrower_than_summed_quantiles() -> None:
    made = forecast_frame(shop(), 14)
    summed = made.daily.groupby("unique_id", sort=False)[["mean", "q05", "q95"]].sum()
    assert made.totals["mean"].to_numpy() == pytest.approx(summed["mean"].to_numpy())
    width = (made.totals["q95"] - made.totals["q05"]).to_numpy()
    assert (width < 0.75 * (summed["q95"] - summed["q05"]).to_numpy()).all()


def test_the_same_frame_gives_the_same_forecast_in_any_order() -> None:
    given = shop()
    made, again = forecast_frame(given, 7), forecast_frame(given, 7)
    pd.testing.assert_frame_equal(made.daily, again.daily)
    shuffled = forecast_frame(given.sample(frac=1.0, random_state=1), 7)
    order = ["unique_id", "ds"]
    pd.testing.assert_frame_equal(
        made.daily.sort_values(order, ignore_index=True), shuffled.daily.sort_values(order, ignore_index=True)
    )


def test_names_and_their_order_are_the_frames_own() -> None:
    given = shop().assign(unique_id=lambda rows: rows["unique_id"].map({"p0": 30, "p1": 4, "p2": 100}))
    made = forecast_frame(given, 2)
    assert made.totals["unique_id"].tolist() == [30, 4, 100]
    assert made.daily["unique_id"].tolist() == [30, 30, 4, 4, 100, 100]


def test_totals_are_left_out_where_nobody_asks() -> None:
    assert forecast_frame(shop(), 2, totals=False).totals is None


@pytest.mark.parametrize("freq", ["W-SUN", "MS", "ME"])
def test_weeks_and_months_go_on_as_they_were(freq) -> None:
    dates = pd.date_range("2022-01-01", periods=40, freq=freq)
    given = pd.DataFrame({"unique_id": "a", "ds": dates[:36], "y": 20.0 + np.arange(36) % 5})
    assert forecast_frame(given, 4).daily["ds"].tolist() == dates[36:].tolist()


@pytest.mark.parametrize("horizon", [0, -1, 2.5, True, "14", None])
def test_a_horizon_is_a_whole_number(horizon) -> None:
    with pytest.raises(HorizonUnusable, match="whole number"):
        forecast_frame(shop(), horizon)


def test_a_huge_horizon_is_refused_in_the_frames_own_periods() -> None:
    with pytest.raises(HorizonUnusable, match=r"366 days .* at most 365 days"):
        forecast_frame(shop(), 366)
    weekly = shop(30, 1).assign(ds=pd.date_range("2024-01-07", periods=30, freq="W"))
    with pytest.raises(HorizonUnusable, match=r"105 weeks .* at most 104 weeks"):
        forecast_frame(weekly, 105)


def test_a_horizon_longer_than_the_history_is_forecast_and_noted() -> None:
    made = forecast_frame(shop(20, 1), 60)
    assert len(made.daily) == 60 and "less history than the horizon" in made.notes[-1]


def test_series_that_end_early_are_forecast_after_the_last_of_all() -> None:
    given = shop().query("not (unique_id == 'p1' and ds > '2025-04-01')").assign(y=lambda rows: rows["y"] + 1)
    made = forecast_frame(given, 3)
    assert made.daily.groupby("unique_id")["ds"].min().nunique() == 1
    assert any("1 series end before the others" in note for note in made.notes)


def test_the_engine_is_told_of_stockouts_and_not_of_zeros() -> None:
    sold = np.where(np.arange(120) >= 106, 0.0, 9.0 + np.arange(120) % 3)
    given = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2025-01-06", periods=120), "y": sold})
    empty = forecast_frame(given.assign(on_hand=np.where(sold > 0, 20, 0)), 7)
    plain = forecast_frame(given, 7)
    assert empty.daily["mean"].min() > 8 and plain.daily["mean"].max() < empty.daily["mean"].min()


def test_progress_is_told_from_nothing_to_all() -> None:
    heard = []
    forecast_frame(shop(), 3, progress=lambda share, stage: heard.append((share, stage)))
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    assert heard[0] == (0.0, "reading") and heard[-1][0] == 1.0
    assert [stage for _, stage in heard if stage == "learning"]
