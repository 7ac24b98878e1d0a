import pytest

from store.errors import ImportFailed
from store.importing.layouts import LAYOUTS, import_recognised, recognise_files

INVOICES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123,A,1,12/1/2010 8:26,2,1,UK\n"
)
ORDERS = "order_id,customer_id,order_status,order_purchase_timestamp\no1,c1,delivered,2017-10-02 10:56:33\n"


def _write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_known_by_its_headings_whatever_its_name(tmp_path):
    seen = recognise_files([_write(tmp_path, "my sales.txt", INVOICES)])
    assert seen.layout.name == "online-retail"
    assert (seen.layout.currency, seen.layout.timezone) == ("GBP", "Europe/London")


@pytest.mark.parametrize(
    "header", ["date,product,units", "product,text,rating,date", "日期,商品,销量,单价", "a"]
)
def test_a_merchants_own_columns_are_no_platforms(tmp_path, header):
    values = ",".join("1" for _ in header.split(","))
    assert recognise_files([_write(tmp_path, "own.csv", f"{header}\n{values}\n")]) is None


def test_files_of_two_platforms_are_refused_by_name(tmp_path):
    paths = [_write(tmp_path, "a.csv", INVOICES), _write(tmp_path, "b.csv", ORDERS)]
    with pytest.raises(ImportFailed, match=r"'a.csv': online-retail, 'b.csv': olist"):
        recognise_files(paths)
    with pytest.raises(ImportFailed, match="one after the other"):
        recognise_files([paths[0], _write(tmp_path, "c.csv", INVOICES)])


def test_a_trial_writes_nothing_and_says_what_it_would(empty_store, tmp_path):
    text = "referenceId,referenceName,content,creationTime,score\n1,杯,好,2024-01-01 08:00:00,5\n"
    seen = recognise_files([_write(tmp_path, "jd.csv", text)])
    with empty_store.trial():
        (report,) = import_recognised(empty_store, seen)
    assert (report.is_dry_run, report.new) == (True, 1)
    assert empty_store.info.review_count == 0
    assert empty_store.batches() == []


def test_every_layout_is_named_in_both_languages():
    names = [layout.name for layout in LAYOUTS]
    assert len(set(names)) == len(names)
    for layout in LAYOUTS:
        assert set(layout.label) == {"en", "zh"}
