import pytest

from store.errors import ImportFailed
from store.importing.sql_source import import_sql

sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra `sql` is not installed")


@pytest.fixture
def shop_url(tmp_path):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sold (at TEXT, sku TEXT, qty INTEGER, paid NUMERIC, note TEXT)"
        )
        connection.exec_driver_sql(
            "INSERT INTO sold VALUES ('2024-03-01 10:00:00', '0042', 2, 12.50, 'a:b'),"
            " ('2024-03-01 11:00:00', '0042', 1, 6.25, NULL), ('2024-03-02', '0043', NULL, 1, 'x')"
        )
        connection.exec_driver_sql("CREATE TABLE said (sku TEXT, text TEXT, stars INTEGER)")
        connection.exec_driver_sql("INSERT INTO said VALUES ('0042', 'The zip broke,\nand fast', 1)")
    engine.dispose()
    return url


def test_a_query_is_imported_like_a_file(empty_store, shop_url):
    query = "SELECT date(at) AS date, sku AS product, qty AS units, paid AS revenue FROM sold;"
    report = import_sql(empty_store, shop_url, query, "sales")
    assert report.rejected_by_reason == {"no_units": 1}
    assert report.file_name.startswith("sqlite:///")
    sold = empty_store.daily_sales()
    assert sold[["unique_id", "y", "revenue"]].to_numpy().tolist() == [["0042", 3.0, 18.75]]


def test_columns_can_be_said_and_colons_stay_text(empty_store, shop_url):
    query = "SELECT at, sku, qty FROM sold WHERE note = 'a:b' AND at LIKE '% 10:00:%'"
    mapping = {"date": "at", "product": "sku", "units": "qty"}
    assert import_sql(empty_store, shop_url, query, "sales", mapping).rows_used == 1


def test_reviews_come_the_same_way(empty_store, shop_url):
    report = import_sql(empty_store, shop_url, "SELECT sku AS product, text, stars FROM said", "reviews")
    assert report.rows_used == 1
    assert empty_store.reviews()["text"].tolist() == ["The zip broke,\nand fast"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT a FROM nowhere", "no such table"),
        ("DELETE FROM sold", "no SELECT"),
        ("SELECT * FROM sold WHERE qty > 100", "no rows"),
    ],
)
def test_what_is_no_use_is_refused_and_nothing_changes(empty_store, shop_url, query, message):
    with pytest.raises(ImportFailed, match=message):
        import_sql(empty_store, shop_url, query, "sales")
    engine = sqlalchemy.create_engine(shop_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sold").scalar() == 3
    engine.dispose()
    assert empty_store.info.sales_days == 0


def test_a_missing_driver_and_a_password_are_handled(empty_store, tmp_path):
    with pytest.raises(ImportFailed, match="pip install") as refused:
        import_sql(empty_store, "mysql+pymysql://root:hunter2@localhost/shop", "SELECT 1", "sales")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ImportFailed, match="no database"):
        import_sql(empty_store, f"sqlite:///{tmp_path / 'mistyped.db'}", "SELECT 1", "sales")
    assert not (tmp_path / "mistyped.db").exists()
    with pytest.raises(ImportFailed, match="URL"):
        import_sql(empty_store, "not a url", "SELECT 1", "sales")
