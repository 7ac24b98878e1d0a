"""The oldest store that anybody has is opened as if it had been written today."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from store import sales
from store.database import Store
from store.errors import StoreUnreadable
from store.forecasts import make_tables
from store.location import stores_home
from store.schema import SCHEMA_VERSION

# As version 1 wrote it; never to be changed.
VERSION_1 = """
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE products (
    product_id VARCHAR, title VARCHAR, title_zh VARCHAR, category VARCHAR, category_zh VARCHAR,
    brand VARCHAR, aliases VARCHAR[], launched_on DATE
);
CREATE TABLE sales (
    product_id VARCHAR, ds DATE, units DOUBLE, revenue DOUBLE, regular_price DOUBLE, promo DOUBLE,
    on_hand DOUBLE
);
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
INSERT INTO meta VALUES ('schema_version', '1'), ('kind', 'imported'), ('currency', 'CNY'),
    ('timezone', 'Asia/Shanghai'), ('label', '{"en": "Old shop", "zh": "老店"}');
INSERT INTO products VALUES ('tea', 'Tea', '茶', 'Drinks', '饮品', 'Leaf', ['cha'], DATE '2023-12-31');
INSERT INTO sales VALUES ('tea', DATE '2024-01-01', 3, 30, 10, 0, 5), ('tea', DATE '2024-01-02', NULL, NULL, 10, 1, 0);
INSERT INTO calendar VALUES (DATE '2024-01-01', TRUE), (DATE '2024-01-02', TRUE);
INSERT INTO stock VALUES ('tea', 5, 6, 7, 12, DATE '2024-01-02');
INSERT INTO reviews VALUES ('R1', 'tea', DATE '2024-01-02', 4, 'zh', '好', '很香', ['advert']);
INSERT INTO planted_causes VALUES ('promo', 'tea', DATE '2024-01-01', DATE '2024-01-02', 0.5, 'lift', 'sale', '促销');
INSERT INTO answers (answer) VALUES ('{"question": "多少"}');
"""


@pytest.fixture
def old_home(tmp_path):
    folder = stores_home(tmp_path) / "old"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "store.duckdb")) as connection:
        connection.execute(VERSION_1)
    return tmp_path


def test_nothing_of_the_oldest_store_is_lost(old_home):
    with Store.open("old", home=old_home) as store:
        info = store.info
        assert (info.label["zh"], info.currency, info.first_day, info.as_of) == (
            "老店", "CNY", date(2024, 1, 1), date(2024, 1, 2),
        )  # fmt: skip
        assert (info.product_count, info.sales_days, info.review_count) == (1, 2, 1)
        assert store.products_by_id()["tea"]["aliases"] == ["cha"]
        panel = store.daily_sales()
        assert panel["y"].tolist()[:1] == [3.0] and panel["y"].isna().tolist() == [False, True]
        assert panel["is_stockout"].tolist() == [False, True]
        assert store.stock("tea").pack_size == 12
        assert store.reviews()[["text", "flags"]].to_numpy().tolist() == [["很香", ["advert"]]]
        assert store.planted_causes()[0]["sentence"]["zh"] == "促销"
        store.save_answer({"question": "and now"})
        assert [answer["question"] for answer in store.answers()] == ["and now", "多少"]
        assert store.batches() == [] and store.returns().empty


def test_what_an_old_store_kept_of_persons_is_taken_out_and_the_reviews_keep_their_ids(old_home):
    with duckdb.connect(str(stores_home(old_home) / "old" / "store.duckdb")) as connection:
        connection.execute(
            "INSERT INTO reviews VALUES ('R2', 'tea', NULL, NULL, 'zh', NULL, '质量差，打13812345678退款', ['contact']),"
            " ('R3', 'tea', NULL, 1, 'en', 'Mail anna@example.org', 'Never came', [])"
        )
    for _ in range(2):
        with Store.open("old", home=old_home) as store:
            held = store.reviews().set_index("review_id")
            assert held.loc["R2", ["text", "flags"]].tolist() == ["质量差，打[电话]退款", ["contact"]]
            assert held.loc["R3", ["title", "text", "rating"]].tolist() == ["Mail [email]", "Never came", 1]
            assert held.loc["R1", ["title", "text"]].tolist() == ["好", "很香"]
            assert held["author"].tolist() == [None] * 3


def test_a_migrated_store_takes_imports_and_gives_them_back(old_home):
    with Store.open("old", home=old_home) as store:
        version = store.data_version()
        rows = pd.DataFrame({"product_id": ["tea"], "ds": ["2024-01-01"], "units": [9.0], "revenue": [90.0]})
        with store.batch("sales", "new.csv", "0") as batch:
            sales.write_sales(batch.cursor, rows)
        store.undo(batch.number)
        assert store.data_version() == version
    with Store.open("old", home=old_home) as store:
        assert store.data_version() == version
        assert len(store.batches()) == 1


def _shape(store):
    queries = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal",
        "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal",
        "SELECT sequence_name FROM duckdb_sequences()",
        "SELECT key FROM meta",
    )
    return [sorted(map(repr, store.cursor().execute(query).fetchall())) for query in queries]


def test_a_migrated_store_has_the_tables_of_a_new_one(old_home):
    with (
        Store.open("old", home=old_home) as old,
        Store.create("new", kind="imported", currency="CNY", timezone="Asia/Shanghai", home=old_home) as new,
    ):
        for store in (old, new):
            make_tables(store)
        assert _shape(old) == _shape(new)


def test_a_migration_that_is_killed_leaves_the_old_store(old_home):
    program = (
        "import os; from store import migrations; from store.database import Store;"
        "whole = migrations.duckdb.DuckDBPyConnection.execute\n"
        "class Cursor:\n"
        "    def __init__(self, real): self.real = real\n"
        "    def execute(self, query, *rest):\n"
        "        if query == 'COMMIT': os.kill(os.getpid(), 9)\n"
        "        return self.real.execute(query, *rest)\n"
        "class Connection:\n"
        "    def __init__(self, real): self.real = real\n"
        "    def cursor(self): return Cursor(self.real.cursor())\n"
        "import store.database_file as d; step = d.migrate\n"
        "d.migrate = lambda connection, version: step(Connection(connection), version)\n"
        f"Store.open('old', home={str(old_home)!r})"
    )
    project = Path(__file__).resolve().parents[2]
    ended = subprocess.run([sys.executable, "-c", program], check=False, cwd=project)
    assert ended.returncode == -9
    with duckdb.connect(str(stores_home(old_home) / "old" / "store.duckdb")) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == ("1",)
        tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert "batches" not in tables
    with Store.open("old", home=old_home) as store:
        assert store.info.sales_days == 2


@pytest.mark.parametrize("version", [str(SCHEMA_VERSION + 1), "0", "new"])
def test_versions_that_nobody_knows_are_refused_untouched(old_home, version):
    path = stores_home(old_home) / "old" / "store.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [version])
    with pytest.raises(StoreUnreadable, match=f"'{version}'"):
        Store.open("old", home=old_home)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == (
            version,
        )
