"""Tables of a store, and their version."""

from __future__ import annotations

# Raised when a table changes its shape: an older store is then refused with a remedy, not misread.
SCHEMA_VERSION = 1

TABLES = """
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE products (
    product_id VARCHAR, title VARCHAR, title_zh VARCHAR, category VARCHAR, category_zh VARCHAR,
    brand VARCHAR, aliases VARCHAR[], launched_on DATE
);
-- One row a product and day that the shop has a record of; units NULL: open, but nothing is known.
CREATE TABLE sales (
    product_id VARCHAR, ds DATE, units DOUBLE, revenue DOUBLE, regular_price DOUBLE, promo DOUBLE,
    on_hand DOUBLE
);
-- One row a calendar day from the first to the last sales day, rebuilt whenever sales are written.
CREATE TABLE calendar (ds DATE, is_open BOOLEAN);
CREATE TABLE stock (
    product_id VARCHAR, on_hand DOUBLE, on_order DOUBLE, lead_time_days INTEGER, pack_size INTEGER, as_of DATE
);
CREATE TABLE reviews (
    review_id VARCHAR, product_id VARCHAR, ds DATE, rating INTEGER, language VARCHAR,
    title VARCHAR, text VARCHAR, flags VARCHAR[]
);
CREATE TABLE planted_causes (
    kind VARCHAR, product_id VARCHAR, starts DATE, ends DATE, effect DOUBLE, effect_meaning VARCHAR,
    sentence_en VARCHAR, sentence_zh VARCHAR
);
CREATE SEQUENCE answer_number;
CREATE TABLE answers (number BIGINT DEFAULT nextval('answer_number'), answer JSON);
"""

# Those that forecasters are judged by, 5% to 95%, and outside them the ends of the 95% interval.
QUANTILE_LEVELS = (0.025, *(round(0.05 * k, 2) for k in range(1, 20)), 0.975)
QUANTILE_COLUMNS = tuple(f"q{str(level)[2:]:0<2}" for level in QUANTILE_LEVELS)
_QUANTILES = dict.fromkeys(QUANTILE_COLUMNS, "DOUBLE")

# The forecasts in use, one row a product, replaced whenever it is forecast again. A cache: a store whose tables have
# other columns than these gets them anew.
FORECAST_CACHE: dict[str, dict[str, str]] = {
    "forecasts": {
        "product_id": "VARCHAR", "as_of": "DATE", "horizon_days": "INTEGER", "fingerprint": "VARCHAR",
        "engine": "VARCHAR", "verdict": "VARCHAR", "backtest": "JSON", "weights": "JSON", "notes": "VARCHAR[]",
        "history_days": "INTEGER", "recent_daily_mean": "DOUBLE", "corrected_days": "INTEGER",
        "corrected_units": "DOUBLE", "borrowed_from": "VARCHAR[]",
    },
    "forecast_days": {"product_id": "VARCHAR", "ds": "DATE", "mean": "DOUBLE", **_QUANTILES},
    "forecast_totals": {"product_id": "VARCHAR", "days": "INTEGER", "mean": "DOUBLE", **_QUANTILES},
}  # fmt: skip

# Made where they are missing, not with the store: a store older than they are is opened as before.
FORECAST_HISTORY = """
-- What was ever forecast; nothing in it changes. One row a forecast: scoring reads it whole, and it grows for good.
CREATE SEQUENCE IF NOT EXISTS forecast_number;
CREATE TABLE IF NOT EXISTS forecast_log (
    number BIGINT, product_id VARCHAR, as_of DATE, horizon_days INTEGER, fingerprint VARCHAR, engine VARCHAR,
    means FLOAT[], quantiles FLOAT[][], total_days INTEGER[], total_means FLOAT[], total_quantiles FLOAT[][]
);
-- How the first `days` of a logged forecast turned out; what sums over days leaves out days that tell nothing.
CREATE TABLE IF NOT EXISTS forecast_scores (
    number BIGINT, product_id VARCHAR, as_of DATE, days INTEGER, scored_days INTEGER, sold DOUBLE,
    daily_error DOUBLE, naive_daily_error DOUBLE, pinball DOUBLE, days_inside80 INTEGER,
    actual_total DOUBLE, total DOUBLE, naive_total DOUBLE, is_total_inside80 BOOLEAN
);
"""
