import math

import numpy as np
import pytest

from forecasting.engine import ForecastEngine
from forecasting.errors import ForecastingError, HorizonOutOfRange
from forecasting.restock import recommend_order


@pytest.fixture(scope="module")
def forecast(market):
    return ForecastEngine(market).forecast("p06", 30)


def plan(forecast, **changes):
    terms = {"lead_time_days": 10, "on_hand": 0, "on_order": 0, "service_level": 0.95, "pack_size": 1}
    return recommend_order(forecast, **{**terms, **changes})


def test_an_empty_shelf_orders_the_quantile_of_lead_and_review_time(forecast):
    decision = plan(forecast)
    assert decision.order_units == math.ceil(forecast.total_quantile(0.95, 17))
    assert decision.reorder_point == math.ceil(forecast.total_quantile(0.95, 10))
    assert decision.must_order_now
    assert decision.cover_days == 0
    assert decision.stockout_probability == 1.0


def test_enough_stock_orders_nothing(forecast):
    decision = plan(forecast, on_hand=10 * forecast.total_mean)
    assert decision.order_units == 0
    assert not decision.must_order_now
    assert decision.stockout_probability == 0
    assert decision.cover_days == pytest.approx(300, rel=0.01)


def test_what_is_on_its_way_counts_as_stock(forecast):
    assert plan(forecast, on_hand=20, on_order=30).order_units == plan(forecast, on_hand=50).order_units


def test_orders_come_in_whole_packs(forecast):
    loose, packed = plan(forecast).order_units, plan(forecast, pack_size=12).order_units
    assert packed % 12 == 0
    assert 0 <= packed - loose < 12


def test_a_higher_service_level_holds_more(forecast):
    targets = [plan(forecast, service_level=level).target_units for level in (0.5, 0.8, 0.95, 0.99)]
    assert targets == sorted(targets)
    assert targets[0] < targets[-1]


def test_the_service_level_is_what_the_paths_say(forecast):
    decision = plan(forecast, service_level=0.9)
    after = plan(forecast, service_level=0.9, on_hand=decision.target_units)
    assert after.stockout_probability == pytest.approx(0.1, abs=0.03)


def test_cover_ends_within_the_day_on_which_the_stock_runs_out(forecast):
    stock = float(forecast.mean[:4].sum() + 0.5 * forecast.mean[4])
    assert plan(forecast, on_hand=stock).cover_days == pytest.approx(4.5)


def test_what_never_sells_lasts_for_ever_and_is_not_ordered(rows):
    dead = ForecastEngine(rows("a", np.zeros(90))).forecast("a", 30)
    decision = plan(dead, on_hand=5)
    assert decision.cover_days == math.inf
    assert decision.order_units == 0
    assert not decision.must_order_now


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead_time_days": -1},
        {"service_level": 0.0},
        {"service_level": 1.0},
        {"pack_size": 0},
        {"review_days": 0},
    ],
)
def test_terms_that_make_no_plan_are_refused_with_a_remedy(forecast, wrong):
    with pytest.raises(ForecastingError, match="Remedy"):
        plan(forecast, **wrong)


def test_a_forecast_that_ends_too_early_is_refused(forecast):
    with pytest.raises(HorizonOutOfRange):
        plan(forecast, lead_time_days=28)
