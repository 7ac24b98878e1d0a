import time

import numpy as np
import pandas as pd
import pytest

from store.importing import import_recognised, recognise_files

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINES = [
    "536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom",
    "536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom",  # an exact repeat
    "536366,85123a,WHITE  HANGING HEART.,4,12/1/2010 9:00,2.55,13047,United Kingdom",
    "C536379,85123A,WHITE HANGING HEART,-6,12/20/2010 9:41,2.55,17850,United Kingdom",  # returned weeks later
    "541431,23166,CERAMIC JAR,74215,1/18/2011 10:01,1.04,12346,United Kingdom",
    "C541433,23166,CERAMIC JAR,-74215,1/18/2011 10:17,1.04,12346,United Kingdom",  # cancelled within minutes
    "541434,23166,CERAMIC JAR,3,1/18/2011 11:00,1.04,12347,United Kingdom",
    "536370,POST,POSTAGE,3,12/1/2010 8:45,18,12583,France",
    "536371,AMAZONFEE,AMAZON FEE,1,12/1/2010 8:45,100,,United Kingdom",
    "536372,22139,damaged,-5,12/1/2010 9:00,0,,United Kingdom",
    "536373,22139,,56,12/1/2010 9:00,0,,United Kingdom",
    "536374,22139,TEA SET,2,never,4.25,,United Kingdom",
]


def _import(store, tmp_path, lines=LINES):
    path = tmp_path / "invoices.csv"
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    return _import_file(store, path)


def _import_file(store, path):
    (report,) = import_recognised(store, recognise_files([path]))
    return report


def test_every_line_is_used_folded_or_rejected_for_a_reason(empty_store, tmp_path):
    report = _import(empty_store, tmp_path)
    assert report.rejected_by_reason == {
        "not_a_product": 2, "bad_date": 1, "cancelled_order": 1, "cancellation": 1, "stock_adjustment": 1,
        "no_price": 1,
    }  # fmt: skip
    assert (report.rows_read, report.rows_used, report.rows_folded) == (12, 4, 1)


def test_returns_are_kept_apart_and_a_cancelled_mega_order_never_was_one(empty_store, tmp_path):
    _import(empty_store, tmp_path)
    panel = empty_store.daily_sales().groupby("unique_id")["y"].sum()
    assert panel.to_dict() == {"23166": 3.0, "85123A": 10.0}
    (returned,) = empty_store.returns().to_dict("records")
    assert (returned["unique_id"], returned["units"], returned["revenue"]) == ("85123A", 6.0, 15.3)
    assert returned["ds"] == pd.Timestamp("2010-12-20")
    assert empty_store.products()["title"].tolist() == ["CERAMIC JAR", "WHITE HANGING HEART"]


def test_twice_changes_nothing(empty_store, tmp_path):
    _import(empty_store, tmp_path)
    version = empty_store.data_version()
    again = _import(empty_store, tmp_path)
    assert (again.new, again.changed) == (0, 0)
    assert empty_store.data_version() == version


@pytest.mark.real_data
def test_the_real_half_million_lines(empty_store, online_retail_file):
    started = time.process_time()
    report = _import_file(empty_store, online_retail_file)
    assert time.process_time() - started < 30  # seconds of processor: a busy machine must not fail this
    assert report.rows_read == 541_909 == report.rows_used + report.rows_folded + len(report.rejected)
    assert report.rows_folded == 5_268
    panel = empty_store.daily_sales()
    assert panel["y"].max() < 10_000  # both mega-orders are gone
    saturdays = panel[panel["ds"].dt.dayofweek == 5]
    assert not saturdays["is_open"].any()
    assert saturdays["y"].isna().all()
    holidays = panel[panel["ds"].between("2010-12-24", "2011-01-03")]
    assert not holidays["is_open"].any()
    titles = empty_store.products().set_index("product_id")["title"]
    assert titles["85123A"] == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert not {"POST", "DOT", "M", "BANK CHARGES", "AMAZONFEE"} & set(titles.index)
    assert np.isclose(panel["revenue"].sum(), 10_000_000, rtol=0.1)
    assert panel["ds"].max() == pd.Timestamp("2011-12-09")
