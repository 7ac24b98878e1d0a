import subprocess
import sys
import threading
from datetime import date

import duckdb
import pandas as pd
import pytest

from store import catalogue, sales
from store.database import CurrencyMismatch, Store
from store.errors import (
    DiskFull,
    StoreError,
    StoreExists,
    StoreLocked,
    StoreNameInvalid,
    StoreNotFound,
    StoreUnreadable,
)
from store.location import list_stores, stores_home


def _rows(*rows):
    frame = pd.DataFrame(rows, columns=["product_id", "ds", "units"])
    return frame.assign(revenue=frame["units"] * 2.0)


def _sell(store, *rows):
    with store.transaction() as cursor:
        return sales.write_sales(cursor, _rows(*rows))


def test_empty_store_opens_and_says_that_it_is_empty(empty_store):
    info = empty_store.info
    assert (info.as_of, info.first_day, info.product_count, info.sales_days) == (None, None, 0, 0)
    assert empty_store.daily_sales().empty
    assert empty_store.products().empty
    assert empty_store.reviews().empty
    assert empty_store.stock("anything") is None
    assert empty_store.planted_causes() == []


def test_what_was_written_is_there_when_the_store_is_opened_again(tmp_path):
    with Store.create("shop", kind="imported", currency="USD", timezone="UTC", home=tmp_path) as store:
        _sell(store, ("a", "2024-01-01", 3.0))
        version = store.data_version()
    with Store.open("shop", home=tmp_path) as store:
        assert store.info.as_of == date(2024, 1, 1)
        assert store.info.currency == "USD"
        assert store.data_version() == version


def test_unknown_store_lists_those_that_exist(tmp_path):
    Store.create("first", kind="imported", currency="USD", timezone="UTC", home=tmp_path).close()
    with pytest.raises(StoreNotFound, match="first") as caught:
        Store.open("second", home=tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a.b", "_draft", "x" * 65])
def test_names_that_are_no_folder_are_refused(name, tmp_path):
    with pytest.raises(StoreNameInvalid):
        Store.create(name, kind="imported", currency="USD", timezone="UTC", home=tmp_path)
    assert list_stores(tmp_path) == []


def test_chinese_store_name(tmp_path):
    Store.create("我的店", kind="imported", currency="CNY", timezone="Asia/Shanghai", home=tmp_path).close()
    assert list_stores(tmp_path) == ["我的店"]


def test_creating_twice_is_refused_and_harms_nothing(tmp_path):
    with Store.create("shop", kind="imported", currency="USD", timezone="UTC", home=tmp_path) as store:
        _sell(store, ("a", "2024-01-01", 3.0))
    with pytest.raises(StoreExists):
        Store.create("shop", kind="imported", currency="USD", timezone="UTC", home=tmp_path)
    with Store.open("shop", home=tmp_path) as store:
        assert store.info.sales_days == 1


def test_a_second_process_is_told_who_has_the_store(tmp_path):
    holder = (
        "import sys; from store.database import Store;"
        f"home = {str(tmp_path)!r};"
        "store = Store.create('shop', kind='imported', currency='USD', timezone='UTC', home=home);"
        "print('open', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline().strip() == "open"
        with pytest.raises(StoreLocked) as caught:
            Store.open("shop", home=tmp_path)
        process.communicate("\n", timeout=30)
    assert caught.value.pid == process.pid
    assert str(process.pid) in str(caught.value)
    Store.open("shop", home=tmp_path).close()


def test_a_killed_owner_loses_nothing_that_was_committed(tmp_path):
    writer = (
        "import os, pandas as pd; from store.database import Store; from store import sales;"
        f"s = Store.create('shop', kind='imported', currency='USD', timezone='UTC', home={str(tmp_path)!r});"
        "row = pd.DataFrame({'product_id': ['a'], 'ds': ['2024-01-01'], 'units': [7.0], 'revenue': [7.0]});\n"
        "with s.transaction() as c: sales.write_sales(c, row)\n"
        "c = s.cursor(); c.execute('BEGIN'); c.execute('DELETE FROM sales'); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", writer], check=False).returncode == -9
    with Store.open("shop", home=tmp_path) as store:
        assert store.daily_sales()["y"].tolist() == [7.0]


def test_a_damaged_file_is_one_clear_error(tmp_path):
    folder = stores_home(tmp_path) / "shop"
    folder.mkdir(parents=True)
    (folder / "store.duckdb").write_bytes(b"not a database" * 500)
    with pytest.raises(StoreUnreadable, match="Remedy"):
        Store.open("shop", home=tmp_path)


def test_a_database_of_another_make_or_version_is_refused(tmp_path):
    folder = stores_home(tmp_path) / "shop"
    folder.mkdir(parents=True)
    duckdb.connect(str(folder / "store.duckdb")).close()
    with pytest.raises(StoreUnreadable, match="holds no store"):
        Store.open("shop", home=tmp_path)
    with Store.create("later", kind="imported", currency="USD", timezone="UTC", home=tmp_path) as store:
        store.cursor().execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(StoreUnreadable, match="99"):
        Store.open("later", home=tmp_path)


def test_a_failed_transaction_leaves_the_store_as_it_was(empty_store):
    _sell(empty_store, ("a", "2024-01-01", 3.0))
    version = empty_store.data_version()
    with pytest.raises(RuntimeError), empty_store.transaction() as cursor:
        sales.write_sales(cursor, _rows(("a", "2024-01-02", 9.0)))
        raise RuntimeError("the power fails")
    assert empty_store.info.sales_days == 1
    assert empty_store.data_version() == version


def test_data_version_follows_the_sales_and_nothing_else(empty_store):
    _sell(empty_store, ("a", "2024-01-01", 3.0), ("a", "2024-01-02", 4.0))
    version = empty_store.data_version()
    assert _sell(empty_store, ("a", "2024-01-02", 4.0)) == (0, 0)
    empty_store.save_answer({"question": "?"})
    assert empty_store.data_version() == version
    assert _sell(empty_store, ("a", "2024-01-02", 5.0), ("a", "2024-01-03", 1.0)) == (1, 1)
    assert empty_store.data_version() != version


def test_products_without_sales_or_reviews_are_not_shown(empty_store):
    with empty_store.transaction() as cursor:
        catalogue.write_products(
            cursor, pd.DataFrame({"product_id": ["a", "ghost"], "title": ["Apple", "Ghost"]})
        )
        sales.write_sales(cursor, _rows(("a", "2024-01-01", 1.0)))
    assert empty_store.products()["title"].tolist() == ["Apple"]
    assert empty_store.info.product_count == 1


def test_answers_come_back_newest_first_and_whole(empty_store):
    for number in range(3):
        empty_store.save_answer({"question": f"第 {number} 问", "facts": [{"value": 1.5}]})
    kept = empty_store.answers(limit=2)
    assert [answer["question"] for answer in kept] == ["第 2 问", "第 1 问"]
    assert kept[0]["facts"] == [{"value": 1.5}]


def test_threads_read_side_by_side(small_bazaar):
    found = []

    def read():
        found.append(small_bazaar.daily_sales()["y"].sum())

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_every_error_carries_a_remedy():
    assert str(StoreError("It broke", "mend it")) == "It broke. Remedy: mend it"


@pytest.mark.parametrize(
    ("known", "message"), [({"currency": "yuan"}, "no currency"), ({"timezone": "Mars/Base"}, "no time zone")]
)
def test_a_store_needs_a_currency_and_a_time_zone_that_exist(tmp_path, known, message):
    with pytest.raises(StoreError, match=message):
        Store.create(
            "shop", kind="imported", home=tmp_path, **({"currency": "USD", "timezone": "UTC"} | known)
        )
    assert list_stores(tmp_path) == []


def test_money_in_another_currency_is_refused(empty_store):
    empty_store.check_currency("CNY")
    with pytest.raises(CurrencyMismatch, match="keeps CNY, and this is EUR"):
        empty_store.check_currency("EUR")


def test_a_write_that_finds_no_room_is_one_clear_error_and_changes_nothing(empty_store):
    _sell(empty_store, ("a", "2024-01-01", 3.0))
    with pytest.raises(DiskFull, match="No space left"), empty_store.transaction() as cursor:
        cursor.execute("DELETE FROM sales")
        raise OSError(28, "No space left on device")
    assert empty_store.info.sales_days == 1


def test_a_rewritten_store_holds_the_same_and_nothing_that_was_deleted(empty_store):
    _sell(empty_store, ("a", "2024-01-01", 3.0), ("a-secret-product", "2024-01-01", 3.0))
    with empty_store.transaction() as cursor:
        cursor.execute("DELETE FROM sales WHERE product_id = 'a-secret-product'")
    version = empty_store.data_version()
    empty_store.rewrite()
    assert empty_store.data_version() == version
    assert b"a-secret-product" not in (empty_store.folder / "store.duckdb").read_bytes()
    _sell(empty_store, ("a", "2024-01-02", 3.0))
    assert sorted(path.name for path in empty_store.folder.iterdir())[0] == "store.duckdb"


def test_a_store_that_is_written_anew_takes_its_place_before_another_process_may_open_it(
    empty_store, monkeypatch
):
    """What another process wrote into the old file meanwhile would be gone with it."""
    path = empty_store.folder / "store.duckdb"
    old, at_close = path.stat().st_ino, []
    close = Store.close
    monkeypatch.setattr(Store, "close", lambda store: at_close.append(path.stat().st_ino) or close(store))
    empty_store.rewrite()
    assert len(at_close) == 1 and old not in at_close
