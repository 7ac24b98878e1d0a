from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.attribution import attribute_change
from forecasting.errors import ForecastingError, UnknownSeries


def fortnights(panel):
    end = panel["ds"].max().date()
    return (end - timedelta(days=13), end), (end - timedelta(days=27), end - timedelta(days=14))


def units(attribution):
    return {cause.kind: cause.units for cause in attribution.causes}


@pytest.mark.parametrize(
    ("story", "kind", "sign"),
    [("price_cut", "price", 1), ("stockout", "stockout", -1), ("viral_riser", "unexplained", 1)],
)
def test_planted_causes_are_found(bazaar_panel, story, kind, sign):
    product = bazaar_panel.attrs["causes"][story]["product_id"]
    attribution = attribute_change(bazaar_panel, product, *fortnights(bazaar_panel))
    largest = attribution.causes[0]
    assert largest.kind == kind
    assert np.sign(largest.units) == sign
    assert abs(largest.units) > 0.75 * abs(attribution.change_units)


def test_the_price_cut_is_told_with_its_size_and_its_response(bazaar_panel):
    product = bazaar_panel.attrs["causes"]["price_cut"]["product_id"]
    price = attribute_change(bazaar_panel, product, *fortnights(bazaar_panel)).causes[0]
    assert price.details["change_pct"] == pytest.approx(-20, abs=0.5)
    assert price.details["elasticity"] == pytest.approx(-2.4, abs=0.6)


def test_the_stockout_is_told_with_its_days(bazaar_panel):
    product = bazaar_panel.attrs["causes"]["stockout"]["product_id"]
    stockout = attribute_change(bazaar_panel, product, *fortnights(bazaar_panel)).causes[0]
    assert stockout.details["stockout_days_recent"] == 7
    assert stockout.details["stockout_days_baseline"] == 0


def test_singles_day_is_the_festival_and_its_discounts(bazaar_panel):
    festival = (date(2025, 11, 9), date(2025, 11, 11)), (date(2025, 10, 29), date(2025, 11, 6))
    found = []
    for product in bazaar_panel["unique_id"].unique()[10:40]:
        attribution = attribute_change(bazaar_panel, product, *festival)
        if attribution.units_baseline < 20:
            continue
        share = units(attribution)
        event = next(cause for cause in attribution.causes if cause.kind == "calendar_event")
        assert "singles_day" in event.details["events_recent"]
        explained = share["calendar_event"] + share.get("promotion", 0) + share.get("market", 0)
        found.append(explained / attribution.change_units)
    assert len(found) >= 5
    assert np.median(found) == pytest.approx(1.0, abs=0.3)


def test_the_causes_add_up_exactly_also_as_integers(bazaar_panel):
    for product in bazaar_panel["unique_id"].unique()[:12]:
        if product == bazaar_panel.attrs["causes"]["new_product"]["product_id"]:
            continue
        attribution = attribute_change(bazaar_panel, product, *fortnights(bazaar_panel))
        assert sum(units(attribution).values()) == pytest.approx(attribution.change_units, abs=1e-9)
        assert sum(cause.integer_units for cause in attribution.causes) == round(attribution.change_units)
        assert all(abs(cause.integer_units - cause.units) <= 1 for cause in attribution.causes)


def test_closed_days_are_counted_as_such(rows):
    panel = rows("a", np.full(56, 10.0))
    shut = panel.index >= 52
    panel.loc[shut, "y"] = np.nan
    panel.loc[shut, "is_open"] = False
    attribution = attribute_change(panel, "a", *fortnights(panel))
    closed = attribution.causes[0]
    assert closed.kind == "closed_days"
    assert closed.units == pytest.approx(-40, rel=0.1)
    assert closed.details["closed_days_recent"] == 4


def test_more_weekends_sell_more_by_the_weekday_mix(rows):
    panel = rows("a", np.where(np.arange(84) % 7 >= 5, 30.0, 10.0))
    weekend, midweek = (date(2025, 3, 29), date(2025, 3, 30)), (date(2025, 3, 24), date(2025, 3, 28))
    causes = attribute_change(panel, "a", weekend, midweek).causes
    assert causes[0].kind == "weekday_mix"
    assert causes[0].units == pytest.approx(40, rel=0.15)


def test_sold_out_all_the_time_is_all_stockout(rows):
    sold = np.random.default_rng(0).poisson(10, 56).astype(float)
    sold[42:] = 0
    panel = rows("a", sold, is_stockout=np.arange(56) >= 42)
    attribution = attribute_change(panel, "a", *fortnights(panel))
    assert attribution.units_recent == 0
    assert attribution.causes[0].kind == "stockout"
    assert attribution.causes[0].units == pytest.approx(attribution.change_units, rel=0.1)


def test_a_baseline_of_another_length_is_scaled(rows):
    panel = rows("a", np.full(60, 7.0))
    attribution = attribute_change(
        panel, "a", (date(2025, 3, 1), date(2025, 3, 6)), (date(2025, 1, 6), date(2025, 2, 16))
    )
    assert attribution.units_baseline == pytest.approx(attribution.units_recent) == 42
    assert attribution.change_units == pytest.approx(0)


def test_impossible_periods_and_products_are_refused(rows):
    panel = rows("a", np.full(60, 7.0))
    day = date(2025, 2, 1)
    with pytest.raises(ForecastingError, match="overlap"):
        attribute_change(panel, "a", (day, day + timedelta(days=9)), (day - timedelta(days=9), day))
    with pytest.raises(ForecastingError, match="no sales records"):
        attribute_change(panel, "a", (day, day), (date(2023, 1, 1), date(2023, 1, 7)))
    with pytest.raises(UnknownSeries):
        attribute_change(panel, "b", (day, day), (date(2025, 1, 6), date(2025, 1, 7)))
