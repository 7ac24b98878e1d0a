"""Tables of a store, and their version."""

from __future__ import annotations

# Raised when a table changes its shape; `store.migrations` then says how an older store gets there.
SCHEMA_VERSION = 2

# Added with version 2, by migration too.
_RETURNS = """
-- What came back, by the day on which it did; units and revenue are positive. Kept apart: `sales` are gross, since
-- the demand of a day did not fall when goods of an earlier day came back.
CREATE TABLE returns (product_id VARCHAR, ds DATE, units DOUBLE, revenue DOUBLE);
"""
_BUNDLES = """
-- A pack or bundle that is sold under an id of its own is so many units of its components.
CREATE TABLE bundles (bundle_id VARCHAR, component_id VARCHAR, units DOUBLE);
-- Sales and returns in units of the components; money is shared by units. What is asked and forecast reads these.
CREATE VIEW unit_sales AS
WITH pieces AS (SELECT bundle_id, sum(units) AS pieces FROM bundles GROUP BY bundle_id)
SELECT coalesce(b.component_id, s.product_id) AS product_id, s.ds,
    CASE WHEN count(*) = count(s.units) THEN sum(s.units * coalesce(b.units, 1)) END AS units,
    sum(s.revenue * coalesce(b.units / p.pieces, 1)) AS revenue,
    max(CASE WHEN b.bundle_id IS NULL THEN s.regular_price END) AS regular_price,
    max(s.promo) AS promo,
    max(CASE WHEN b.bundle_id IS NULL THEN s.on_hand END) AS on_hand
FROM sales s LEFT JOIN bundles b ON b.bundle_id = s.product_id LEFT JOIN pieces p ON p.bundle_id = s.product_id
GROUP BY ALL;
CREATE VIEW unit_returns AS
WITH pieces AS (SELECT bundle_id, sum(units) AS pieces FROM bundles GROUP BY bundle_id)
SELECT coalesce(b.component_id, r.product_id) AS product_id, r.ds,
    sum(r.units * coalesce(b.units, 1)) AS units, sum(r.revenue * coalesce(b.units / p.pieces, 1)) AS revenue
FROM returns r LEFT JOIN bundles b ON b.bundle_id = r.product_id LEFT JOIN pieces p ON p.bundle_id = r.product_id
GROUP BY ALL;
"""
# Tables that an import writes, with their key. Each has a log beside it, `batch_` and its name: one row for every
# row that a batch wrote, with what it was before (`change`: new, changed, same).
TRACKED: dict[str, tuple[str, ...]] = {
    "products": ("product_id",),
    "sales": ("product_id", "ds"),
    "returns": ("product_id", "ds"),
    "stock": ("product_id",),
    "reviews": ("review_id",),
    "bundles": ("bundle_id", "component_id"),
}
_BATCHES = """
CREATE TABLE batches (
    number BIGINT, kind VARCHAR, file_name VARCHAR, file_hash VARCHAR, imported_at TIMESTAMP,
    new_rows BIGINT, changed_rows BIGINT, undone_at TIMESTAMP
);
""" + "".join(
    f"CREATE TABLE batch_{table} AS SELECT NULL::BIGINT AS batch, NULL::VARCHAR AS change, * FROM {table} LIMIT 0;\n"
    for table in TRACKED
)
VERSION_2 = _RETURNS + _BUNDLES + _BATCHES

TABLES = (
    """
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
    title VARCHAR, text VARCHAR, flags VARCHAR[], author VARCHAR
);
CREATE TABLE planted_causes (
    kind VARCHAR, product_id VARCHAR, starts DATE, ends DATE, effect DOUBLE, effect_meaning VARCHAR,
    sentence_en VARCHAR, sentence_zh VARCHAR
);
CREATE SEQUENCE answer_number;
CREATE TABLE answers (number BIGINT DEFAULT nextval('answer_number'), answer JSON);
"""
    + VERSION_2
)

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
