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
