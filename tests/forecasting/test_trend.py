from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import ForecastingError
from forecasting.trend import score_trends


def last_day(panel):
    return panel["ds"].max().date()


def with_last_days(panel, unique_id, factor, days=14):
    changed = panel.copy()
    recent = changed["ds"] > changed["ds"].max() - pd.Timedelta(days=days)
    if unique_id is not None:
        recent &= changed["unique_id"] == unique_id
    changed.loc[recent, "y"] = (changed.loc[recent, "y"] * factor).round()
    return changed


def test_the_planted_viral_riser_leads_and_the_defect_falls(bazaar_panel):
    trends = score_trends(bazaar_panel, last_day(bazaar_panel))
    causes = bazaar_panel.attrs["causes"]
    risers = trends[trends["direction"] == "up"]
    fallers = trends[trends["direction"] == "down"]
    assert risers.iloc[0]["unique_id"] == causes["viral_riser"]["product_id"]
    assert risers.iloc[0]["is_significant"]
    assert fallers.iloc[0]["unique_id"] == causes["quality_defect"]["product_id"]
    assert fallers.iloc[0]["is_significant"]
    assert trends["is_significant"].sum() <= 5


def test_a_rise_of_the_whole_shop_is_nobodys_trend(market):
    trends = score_trends(with_last_days(market, None, 2.0), last_day(market))
    assert trends["market_growth_pct"].iloc[0] == pytest.approx(100, abs=15)
    assert trends["is_significant"].mean() < 0.1


def test_a_riser_in_a_rising_shop_stands_out_by_its_excess(market):
    rising = with_last_days(market, None, 1.5)
    before = score_trends(rising, last_day(market)).set_index("unique_id").loc["p11"]
    top = score_trends(with_last_days(rising, "p11", 2.5), last_day(market)).iloc[0]
    assert top["unique_id"] == "p11"
    assert 100 + top["excess_pct"] == pytest.approx(2.5 * (100 + before["excess_pct"]), rel=0.05)
    assert top["growth_pct"] > top["excess_pct"] + 20


def test_chance_alone_raises_few_alarms(market):
    share = [
        (score_trends(market, last_day(market) - timedelta(days=14 * back))["p_value"] < 0.05).mean()
        for back in range(5)
    ]
    assert np.mean(share) < 0.12


def test_a_stockout_is_no_fall(market):
    changed = with_last_days(market, "p11", 0.0, days=8)
    empty = (changed["unique_id"] == "p11") & (changed["ds"] > changed["ds"].max() - pd.Timedelta(days=8))
    fallen = score_trends(changed, last_day(changed)).set_index("unique_id").loc["p11"]
    known = (
        score_trends(changed.assign(is_stockout=empty), last_day(changed)).set_index("unique_id").loc["p11"]
    )
    assert fallen["is_significant"]
    assert abs(known["t"]) < 0.5 * abs(fallen["t"])


def test_the_growth_is_the_one_that_a_merchant_would_reckon(market):
    row = score_trends(market, last_day(market)).set_index("unique_id").loc["p05"]
    sold = market[market["unique_id"] == "p05"].set_index("ds")["y"]
    assert row["units_recent"] == sold.iloc[-14:].sum()
    assert row["units_before"] == sold.iloc[-28:-14].sum()
    assert row["growth_pct"] == pytest.approx(100 * (sold.iloc[-14:].sum() / sold.iloc[-28:-14].sum() - 1))


@pytest.mark.parametrize("window_days", [0, 3, 400])
def test_a_senseless_window_is_refused(market, window_days):
    with pytest.raises(ForecastingError, match="7 to 91"):
        score_trends(market, last_day(market), window_days)


def test_too_few_days_are_refused(rows):
    panel = rows("a", np.full(30, 4.0))
    with pytest.raises(ForecastingError, match="30 days"):
        score_trends(panel, last_day(panel))
