import gzip
import math

import pandas as pd
import pytest

from store.errors import ImportFailed
from store.importing import import_sales
from store.importing.report import REASONS, REPAIRS


def _file(tmp_path, text, name="sales.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def _balanced(report):
    return report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)


ENGLISH = """Date,SKU,Product Name,Qty,Unit Price
2024-01-01,A1,Apple,3,2.50
2024-01-02,A1,Apple,4,2.50
2024-01-02,B2,Bread,1,3
"""


def test_english_headings_are_guessed_and_told(empty_store, tmp_path):
    report = import_sales(empty_store, _file(tmp_path, ENGLISH))
    assert report.mapping == {
        "date": "Date",
        "product": "SKU",
        "units": "Qty",
        "price": "Unit Price",
        "title": "Product Name",
    }
    assert set(report.guessed) == set(report.mapping)
    panel = empty_store.daily_sales(["A1"])
    assert panel["y"].tolist() == [3.0, 4.0]
    assert panel["revenue"].tolist() == [7.5, 10.0]
    assert empty_store.products()["title"].tolist() == ["Apple", "Bread"]
    assert "'Qty' (guessed)" in "\n".join(report.lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_headings_in_every_encoding(empty_store, tmp_path, encoding):
    text = "日期,商品名称,销量,单价（元）\n2024年1月5日,帆布双肩包,３件,￥169.00\n2024/1/6,保温杯,12,89元\n"
    report = import_sales(empty_store, _file(tmp_path, text, encoding=encoding))
    assert (report.rows_used, report.rejected) == (2, [])
    panel = empty_store.daily_sales().set_index("unique_id")
    assert panel.loc["保温杯", "y"] == 12.0
    assert empty_store.daily_sales(["帆布双肩包"])["price"].iloc[0] == 169.0


def test_latin_text_is_not_taken_for_chinese(empty_store, tmp_path):
    text = "date,product,units\n2024-01-01,Café crème £5,2\n2024-01-02,Crème brûlée,1\n"
    import_sales(empty_store, _file(tmp_path, text, encoding="cp1252"))
    assert empty_store.products()["title"].tolist() == ["Café crème £5", "Crème brûlée"]


def test_every_row_is_accounted_for_with_its_reason(empty_store, tmp_path):
    rows = [
        "2024-01-01,A,5,1.0",
        ",A,5,1.0",
        "someday,A,5,1.0",
        "2024-13-45,A,5,1.0",
        "1066-10-14,A,5,1.0",
        "2024-01-02,,5,1.0",
        "2024-01-02,A,,1.0",
        "2024-01-02,A,many,1.0",
        "2024-01-02,A,1.2.3,1.0",
        "2024-01-02,A,inf,1.0",
        "2024-01-02,A,99999999999,1.0",
        "2024-01-02,A,5",
        "2024-01-02,A,5,1.0,extra",
        "2024-01-03,A,5,cheap",
        "2024-01-01,A,5,1.0",
    ]
    report = import_sales(empty_store, _file(tmp_path, "date,product,units,price\n" + "\n".join(rows)))
    assert _balanced(report)
    assert (report.rows_read, report.rows_used, report.rows_folded) == (15, 2, 1)
    assert report.rejected_by_reason == {
        "bad_units": 3, "bad_date": 2, "field_count": 2, "no_date": 1, "date_out_of_range": 1,
        "no_product": 1, "no_units": 1, "too_many_units": 1,
    }  # fmt: skip
    assert [r.row_number for r in report.rejected] == list(range(2, 14))
    assert report.repaired == {"bad_price": 1}
    assert math.isnan(empty_store.daily_sales()["revenue"].iloc[-1])
    for language in ("en", "zh"):
        printed = "\n".join(report.lines(language))
        column = 0 if language == "en" else 1
        assert all(REASONS[reason][column] in printed for reason in report.rejected_by_reason)
        assert REPAIRS["bad_price"][column] in printed


def test_the_same_file_twice_changes_nothing(empty_store, tmp_path):
    first = import_sales(empty_store, _file(tmp_path, ENGLISH))
    version, products = empty_store.data_version(), empty_store.products()
    second = import_sales(empty_store, _file(tmp_path, ENGLISH, name="copy.csv"))
    assert (first.new, second.new, second.changed) == (3, 0, 0)
    assert empty_store.data_version() == version
    pd.testing.assert_frame_equal(empty_store.products(), products)


def test_a_later_export_adds_days_and_corrects_those_it_repeats(empty_store, tmp_path):
    import_sales(empty_store, _file(tmp_path, ENGLISH))
    later = "Date,SKU,Qty\n2024-01-02,A1,6\n2024-01-03,A1,1\n"
    report = import_sales(empty_store, _file(tmp_path, later, name="later.csv"))
    assert (report.new, report.changed) == (1, 1)
    assert empty_store.daily_sales(["A1"])["y"].tolist() == [3.0, 6.0, 1.0]
    assert empty_store.products()["title"].tolist() == ["Apple", "Bread"]


def test_single_sales_are_added_up_even_when_two_are_alike(empty_store, tmp_path):
    text = "date,product,units,price\n2024-01-01,A,1,5\n2024-01-01,A,1,5\n2024-01-01,A,2,4\n"
    report = import_sales(empty_store, _file(tmp_path, text))
    assert (report.rows_used, report.rows_folded) == (3, 0)
    assert report.notes
    assert empty_store.daily_sales()[["y", "revenue"]].to_numpy().tolist() == [[4.0, 18.0]]


def test_more_product_days_than_a_row_group_of_the_database_all_arrive(empty_store, tmp_path):
    days = pd.date_range("2024-01-01", periods=130)
    frame = pd.DataFrame(
        {"date": days.repeat(1_000), "product": [f"P{n}" for n in range(1_000)] * 130, "units": 2}
    )
    frame.to_parquet(tmp_path / "sales.parquet")
    report = import_sales(empty_store, tmp_path / "sales.parquet")
    assert report.new == empty_store.info.sales_days == 130_000
    frame.assign(units=3).to_parquet(tmp_path / "later.parquet")
    assert import_sales(empty_store, tmp_path / "later.parquet").changed == 130_000
    assert empty_store.daily_sales()["y"].sum() == 390_000


def test_moments_by_the_second_are_cut_to_days_and_rows_written_twice_still_found(empty_store, tmp_path):
    rows = [
        "2024-01-05 10:00:01,A,1",
        "2024-01-05 10:00:02,A,1",
        "2024-01-06 10:00:01,A,1",
        "2024-01-06 10:00:01,A,1",
    ]
    report = import_sales(empty_store, _file(tmp_path, "\n".join(["date,product,units", *rows])))
    assert _balanced(report)
    assert empty_store.daily_sales()["y"].tolist() == [2.0, 2.0]


def test_optional_columns_reach_the_panel(empty_store, tmp_path):
    header = "date,product,units,revenue,list price,promo,stock,category\n"
    text = header + "2024-01-01,A,2,18,10,是,7,Fruit\n2024-01-02,A,0,0,10,no,0,Fruit\n"
    import_sales(empty_store, _file(tmp_path, text))
    panel = empty_store.daily_sales()
    assert panel["price"].iloc[0] == 9.0
    assert panel["regular_price"].tolist() == [10.0, 10.0]
    assert panel["promo"].tolist() == [1.0, 0.0]
    assert panel["is_stockout"].tolist() == [False, True]
    assert empty_store.products()["category"].tolist() == ["Fruit"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["05/01/2024", "25/01/2024"], ["2024-01-05", "2024-01-25"]),
        (["01/05/2024", "01/25/2024"], ["2024-01-05", "2024-01-25"]),
        (["20240105", "20240106"], ["2024-01-05", "2024-01-06"]),
        (["45296", "45297"], ["2024-01-05", "2024-01-06"]),
        (["2024-01-05 23:59:59", "2024.1.6"], ["2024-01-05", "2024-01-06"]),
        (["2024-01-05T16:30:00Z", "2024-01-06T15:00:00+00:00"], ["2024-01-06", "2024-01-06"]),
    ],
)
def test_dates_as_people_write_them(empty_store, tmp_path, dates, expected):
    text = "date,product,units\n" + "".join(f"{day},P{n},1\n" for n, day in enumerate(dates))
    import_sales(empty_store, _file(tmp_path, text))
    panel = empty_store.daily_sales()
    sold = panel[panel["y"] > 0]
    assert [str(day.date()) for day in sold["ds"]] == expected


def test_dates_that_could_be_either_way_round_are_said_so(empty_store, tmp_path):
    report = import_sales(empty_store, _file(tmp_path, "date,product,units\n05/06/2024,A,1\n"))
    assert any("month first" in english for english, _ in report.notes)


def test_separators_and_decimal_commas(empty_store, tmp_path):
    text = "date;product;units;price\n2024-01-01;A;1.234;12,50\n2024-01-01;B;2;1.020,00\n"
    report = import_sales(empty_store, _file(tmp_path, text))
    assert empty_store.daily_sales()[["y", "price"]].to_numpy().tolist() == [[1234.0, 12.5], [2.0, 1020.0]]
    assert any("decimal comma in 2 rows" in english for english, _ in report.evidence)


def test_a_stray_quotation_mark_swallows_no_rows(empty_store, tmp_path):
    text = 'date,product,units\n2024-01-01,"Pen,3\n2024-01-02,Ink,4\n2024-01-03,"Cap",5\n'
    report = import_sales(empty_store, _file(tmp_path, text))
    assert _balanced(report)
    assert report.rows_read == 3
    assert empty_store.products()["title"].tolist() == ["Cap", "Ink", "Pen"]


def test_mapping_overrides_the_guess(empty_store, tmp_path):
    text = "date,product,units,gifts\n2024-01-01,A,5,9\n"
    report = import_sales(empty_store, _file(tmp_path, text), {"units": "gifts"})
    assert empty_store.daily_sales()["y"].tolist() == [9.0]
    assert "units" not in report.guessed


def test_parquet_keeps_its_types(empty_store, tmp_path):
    frame = pd.DataFrame(
        {"ds": pd.to_datetime(["2024-01-01", "2024-01-02"]), "item": [85123, 85124], "y": [2, 3]}
    )
    frame.to_parquet(tmp_path / "sales.parquet")
    report = import_sales(empty_store, tmp_path / "sales.parquet")
    assert _balanced(report)
    assert empty_store.products()["product_id"].tolist() == ["85123", "85124"]


def test_a_title_in_the_catalogue_means_that_product(small_bazaar, tmp_path, monkeypatch):
    from store.importing.sales_file import known_products

    names = pd.Series(["Rabbit Night Light, pink", "兔子小夜灯 粉色", "B002", "new"])
    assert known_products(small_bazaar, names).tolist() == ["B002", "B002", "B002", "new"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n  \n"),
        ("header.csv", b"date,product,units\n"),
        ("binary.csv", bytes(range(256)) * 20),
        ("sheet.csv", b"PK\x03\x04" + bytes(500)),
        ("old.csv", b"\xd0\xcf\x11\xe0" + bytes(500)),
        ("onecolumn.csv", b"date product units\n2024-01-01 A 2\n"),
        ("cut.csv.gz", gzip.compress(b"date,product,units\n2024-01-01,A,2\n" * 9)[:40]),
        ("list.jsonl", b"[1, 2]\n[3]\n"),
        ("cut.parquet", b"PAR1" + b"\x15\x04" * 50),
        ("nounits.csv", b"date,product,colour\n2024-01-01,A,red\n"),
        ("twice.csv", b"date,units,units\n2024-01-01,1,2\n"),
        ("useless.csv", b"date,product,units\nnever,A,many\n"),
    ],
)
def test_an_unreadable_file_is_one_clear_error_and_changes_nothing(empty_store, tmp_path, name, content):
    import_sales(empty_store, _file(tmp_path, ENGLISH))
    before = empty_store.data_version()
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportFailed) as caught:
        import_sales(empty_store, path)
    assert name in str(caught.value)
    assert caught.value.remedy
    assert empty_store.data_version() == before


def test_wrong_mappings_and_missing_files_are_named(empty_store, tmp_path):
    path = _file(tmp_path, ENGLISH)
    with pytest.raises(ImportFailed, match="Menge"):
        import_sales(empty_store, path, {"units": "Menge"})
    with pytest.raises(ImportFailed, match="colour"):
        import_sales(empty_store, path, {"colour": "Qty"})
    with pytest.raises(ImportFailed, match="nowhere"):
        import_sales(empty_store, tmp_path / "nowhere.csv")


def test_a_code_names_the_product_and_the_name_beside_it_is_its_title(empty_store, tmp_path):
    file = tmp_path / "sales.csv"
    file.write_text("Date,SKU,Product,Units\n2024-01-01,L-1,Lantern,3\n2024-01-02,L-1,Lantern,2\n")
    import_sales(empty_store, file)
    products = empty_store.products()
    assert products["product_id"].tolist() == ["L-1"]
    assert products["title"].tolist() == ["Lantern"]
