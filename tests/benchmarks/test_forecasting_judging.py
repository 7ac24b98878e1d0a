"""From forecasts to figures and to the table of targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.forecasting.figures import Measured, Ratio, Scale, SetFigures
from benchmarks.forecasting.frames import LEVELS, QUANTILES, Forecasts, long_frame
from benchmarks.forecasting.judging import Figures, find_truths, judge, ratio_interval, sum_up
from benchmarks.forecasting.table import describe_gaps, make_rows, write_markdown

HORIZON = 7
DAYS = 28
EVERY_WEEKDAY = tuple(range(7))


def sales(**products: list[float]) -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=DAYS)
    return pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": days, "y": values}) for name, values in products.items()]
    )


def flat(name: str, value: float, start: str = "2024-01-22") -> pd.DataFrame:
    days = pd.date_range(start, periods=HORIZON)
    return long_frame(
        np.array([name], dtype=object),
        days,
        np.full((1, HORIZON), value),
        np.full((1, HORIZON, len(LEVELS)), value),
    )


def truths(frame: pd.DataFrame, weekdays: tuple[int, ...] = EVERY_WEEKDAY) -> Any:
    return find_truths(frame, pd.Timestamp("2024-01-22"), HORIZON, weekdays)


def test_a_product_that_repeats_itself_is_left_out() -> None:
    frame = sales(even=[4.0] * DAYS, rising=[float(day) for day in range(DAYS)])
    assert set(truths(frame)) == {"rising"}


def test_a_products_row_by_hand() -> None:
    # rises by 1 a day, so that repeating last week errs by 7
    frame = sales(rising=[float(day) for day in range(DAYS)])
    row = judge(Forecasts(flat("rising", 24.0)), truths(frame)).iloc[0]
    # actual 21 … 27: absolute errors 3 2 1 0 1 2 3
    assert row["sql"] == pytest.approx(12 / 7 / 7)
    assert row["rmsse"] == pytest.approx(2.0 / 7)
    assert row["sold"] == row["total"] == pytest.approx(168.0)
    assert row["coverage"] == pytest.approx(1 / 7)


def test_days_of_rest_are_not_scored() -> None:
    values = [float(day) if day % 7 < 5 else 0.0 for day in range(DAYS)]
    found = truths(sales(shop=values), weekdays=(0, 1, 2, 3, 4))["shop"]
    assert found.absolute_scale == 7.0
    assert found.scored.tolist() == [True] * 5 + [False] * 2


def test_totals_of_the_model_itself_are_taken_where_it_gives_them() -> None:
    frame = sales(rising=[float(day) for day in range(DAYS)])
    totals = pd.DataFrame({"unique_id": ["rising"], "mean": [200.0], **{key: [160.0] for key in QUANTILES}})
    totals["q90"] = 170.0
    scores = judge(Forecasts(flat("rising", 24.0), totals), truths(frame))
    figures = sum_up(scores)
    assert figures.wape_of_totals == pytest.approx(32 / 168)
    assert figures.coverage_of_totals == 1.0
    assert sum_up(judge(Forecasts(flat("rising", 24.0)), truths(frame))).coverage_of_totals is None


@pytest.mark.parametrize("broken", ["short", "nan", "crossed", "negative"])
def test_a_broken_forecast_is_refused(broken: str) -> None:
    frame = flat("rising", 24.0)
    if broken == "short":
        frame = frame.iloc[1:]
    elif broken == "nan":
        frame.loc[0, "mean"] = np.nan
    elif broken == "crossed":
        frame.loc[0, "q05"] = 99.0
    else:
        frame.loc[0, "mean"] = -1.0
    with pytest.raises(ValueError, match="rising"):
        judge(Forecasts(frame), truths(sales(rising=[float(day) for day in range(DAYS)])))


def test_an_interval_of_a_ratio_holds_it_and_tells_a_clear_gain() -> None:
    names = [f"p{row}" for row in range(60)]
    values = np.random.default_rng(0).uniform(0.5, 1.5, 60)
    peer = pd.DataFrame({"set": "a", "unique_id": names, "sql": values})
    low, high = ratio_interval(peer.assign(sql=values * 0.8), peer, "sql")
    assert low == pytest.approx(0.8) and high == pytest.approx(0.8)
    noisy = values * np.random.default_rng(1).uniform(0.6, 1.0, 60)
    low, high = ratio_interval(peer.assign(sql=noisy), peer, "sql")
    assert low < noisy.sum() / values.sum() < high < 1.0


def figures(**changed: float | None) -> Figures:
    kept: dict[str, Any] = {
        "forecasts": 60, "products": 20, "sql": 1.0, "rmsse": 1.0, "wape_of_totals": 0.5, "bias": 0.0,
        "coverage": 0.8, "coverage_without_ties": 0.8, "coverage_of_totals": 0.8, "cpu_seconds_a_product": 0.1,
    }  # fmt: skip
    return Figures(**{**kept, **changed})


def run(ours: Figures, by_class: dict[str, Figures], scale: Scale | None = None) -> Measured:
    models = {
        "seasonal-naive": figures(sql=1.3, rmsse=1.2),
        "window-average": figures(sql=1.2, wape_of_totals=0.52),
        "theta": figures(sql=1.05, rmsse=0.95),
        "auto-arima": figures(sql=0.1, rmsse=0.1, cpu_seconds_a_product=3.0),
        "neural-lstm": figures(sql=1.25),
        "shopcast": ours,
        "own-theta": figures(sql=1.04),
        "own-lstm": figures(sql=0.95),
    }
    one = SetFigures(
        title="Shop", products=20, left_out=1, origins=["2024-01-01"], models=models,
        classes={"shopcast": by_class}, few={},
    )  # fmt: skip
    return Measured(
        machine="m", date="d", horizon=28, sets={"shop": one}, scale=scale or Scale(),
        ratios={"sql": {"theta": Ratio(value=0.87, interval=(0.84, 0.89))}},
    )  # fmt: skip


def verdicts(found: Measured) -> dict[str, bool | None]:
    return {f"{row.figure} {row.target}": row.met for row in make_rows(found)}


def test_targets_met_and_missed() -> None:
    met = list(verdicts(run(figures(sql=0.92, rmsse=0.92), {"smooth": figures()})).items())
    # 0.92 / 1.05 = .876; / 1.3 = .708; / own LSTM .95 = .968; RMSSE .92 / .95 = .968; LSTM .95 / 1.25 = .76
    assert [value for _, value in met[:4]] == [True, True, True, True]
    assert [value for name, value in met if "own LSTM" in name and "neuralforecast" in name] == [True]
    worse = list(verdicts(run(figures(sql=0.95, rmsse=0.94, wape_of_totals=0.53), {})).values())
    assert worse[:5] == [False, False, False, False, False]


def test_the_best_peer_is_not_the_one_that_saw_a_handful_of_products() -> None:
    row = make_rows(run(figures(), {}))[3]
    assert "DynamicOptimizedTheta" in row.target


def test_a_class_outside_its_range_is_a_miss_but_a_handful_of_products_is_not_judged() -> None:
    few = {"smooth": figures(), "lumpy": figures(coverage=0.95, products=3)}
    many = {"smooth": figures(), "lumpy": figures(coverage=0.95, products=30)}
    name = "80% interval, daily, Shop, by class 0.70–0.90 each"
    assert verdicts(run(figures(), few))[name] is True
    assert verdicts(run(figures(), many))[name] is False


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    found = verdicts(run(figures(), {}))
    assert found["one forecast on demand, warm, p95 ≤ 0.3 s"] is None
    scale = Scale(seconds_a_product=0.4, warm_p95_seconds=0.2, warm_forecasts=9, peak_gb=4.0)
    measured = verdicts(run(figures(), {}, scale))
    assert measured["one forecast on demand, warm, p95 ≤ 0.3 s"] is True
    assert measured["the same over AutoARIMA default ≤ 1/6"] is True
    assert measured["peak memory, 10,000 products × 730 days ≤ 3 GB"] is False


def test_the_table_says_misses_and_failures() -> None:
    found = run(figures(sql=2.0), {"smooth": figures()})
    text = write_markdown(found.model_copy(update={"failures": {"AutoETS on Shop": "it broke"}}))
    assert "**missed**" in text and "AutoETS on Shop failed: it broke" in text
    assert "[0.840, 0.890]" in text and "1 left out" in text
    assert "SQL of Shopcast" in describe_gaps(make_rows(found))


def test_a_run_of_some_models_does_not_claim_every_target() -> None:
    found = run(figures(), {}).model_copy(update={"sets": {}})
    assert "not measured" in describe_gaps(make_rows(found))
