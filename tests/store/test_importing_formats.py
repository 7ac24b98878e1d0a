"""The same sales in every format that shops export, and what a column's own values say of its layout."""

import gzip
import json

import openpyxl
import pandas as pd
import pytest

from store.importing import import_sales
from store.importing.table_file import read_columns, read_table

ROWS = [
    ("日期", "商品名称", "销量", "单价"),
    ("2024-01-05", "帆布双肩包", "3", "169.00"),
    ("2024-01-06", "保温杯", "12", "89"),
]
TEXT = "\n".join(",".join(row) for row in ROWS) + "\n"


def _workbook(path):
    book = openpyxl.Workbook()
    book.active.append(["Export of 6 January"])
    for row in ROWS:
        book.active.append(row)
    book.create_sheet("notes").append(["nothing"])
    book.save(path)


def _write(path):
    name = path.name
    if name.endswith(".xlsx"):
        _workbook(path)
    elif name.endswith(".parquet"):
        pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_parquet(path)
    elif name.endswith(".jsonl"):
        lines = [json.dumps(dict(zip(ROWS[0], row, strict=True)), ensure_ascii=False) for row in ROWS[1:]]
        path.write_text("\n".join(lines), encoding="utf-8")
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(TEXT.encode("gb18030")))
    else:
        path.write_bytes(TEXT.replace(",", "\t").encode("utf-16-le"))


@pytest.mark.parametrize(
    "name", ["sales.xlsx", "sales.parquet", "sales.jsonl", "sales.csv.gz", "sales.tsv", "really_a.xlsx.csv"]
)
def test_every_format_gives_the_same_sales(empty_store, tmp_path, name):
    path = tmp_path / name
    _write(path) if name != "really_a.xlsx.csv" else _workbook(path)
    assert read_columns(path) == list(ROWS[0])
    report = import_sales(empty_store, path)
    assert (report.rows_read, report.rows_used, len(report.rejected)) == (2, 2, 0)
    assert read_table(path).frame["单价"].tolist()[1] == "89"
    panel = empty_store.daily_sales().query("y > 0").set_index("unique_id")
    assert panel["y"].to_dict() == {"保温杯": 12.0, "帆布双肩包": 3.0}
    assert panel["price"].to_dict() == {"保温杯": 89.0, "帆布双肩包": 169.0}


def test_a_workbooks_values_keep_their_meaning_and_its_formulas_are_not_run(empty_store, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["date", "product", "units", "price"])
    book.active.append([pd.Timestamp("2024-01-05 23:30"), 85123, 3, 2.5])
    book.active.append([pd.Timestamp("2024-01-06"), '=HYPERLINK("http://evil.example","A")', "=1+1", 2.5])
    book.save(tmp_path / "sales.xlsx")
    report = import_sales(empty_store, tmp_path / "sales.xlsx")
    assert report.rejected_by_reason == {"bad_units": 1}
    assert report.repaired["formula"] == 2
    assert any("no formula was run" in english for english, _ in report.notes)
    panel = empty_store.daily_sales(["85123"])
    assert panel[["y", "revenue"]].to_numpy().tolist() == [[3.0, 7.5]]


def test_json_lines_without_a_key_or_an_object_are_told_apart(empty_store, tmp_path):
    lines = [
        '{"date": "2024-01-01", "product": "A", "units": 2, "price": 1.5, "tags": ["x"]}',
        '{"date": "2024-01-01", "product": "B", "units": null}',
        "{broken",
        "[1]",
        '{"date": "2024-01-02", "product": "A", "units": 1}',
    ]
    path = tmp_path / "sales.jsonl"
    path.write_text("\n".join(lines))
    report = import_sales(empty_store, path)
    assert report.rejected_by_reason == {"bad_json": 2, "no_units": 1}
    assert report.rows_of("bad_json") == [3, 4]
    assert read_table(path).frame["tags"].tolist() == ['["x"]', "", ""]


def _report(store, tmp_path, rows, header="date,product,units,price", **options):
    path = tmp_path / "sales.csv"
    path.write_text(header + "\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return import_sales(store, path, **options)


def test_a_column_of_dates_is_read_one_way_and_says_why(empty_store, tmp_path):
    report = _report(empty_store, tmp_path, ["05/01/2024,A,1,1", "25/01/2024,A,1,1"])
    assert any("day first" in english and "'25/01/2024'" in english for english, _ in report.evidence)
    assert str(empty_store.info.first_day) == "2024-01-05"


def test_dates_both_ways_round_are_not_guessed(empty_store, tmp_path):
    rows = ["25/01/2024,A,1,1", "01/26/2024,A,1,1", "05/06/2024,A,1,1", "07/07/2024,A,1,1"]
    report = _report(empty_store, tmp_path, rows)
    assert report.rejected_by_reason == {"ambiguous_date": 1}
    assert report.rows_of("ambiguous_date") == [3]
    told = _report(empty_store, tmp_path, rows, day_first=True)
    assert told.rejected_by_reason == {"bad_date": 1}


def test_moments_by_the_second_fall_on_the_stores_day(empty_store, tmp_path):
    rows = ["2024-01-05 23:59:59,A,1,1", "2024-01-05T15:59:59Z,A,1,1", "2024-01-05T16:00:01+00:00,A,1,1"]
    report = _report(empty_store, tmp_path, rows)
    assert empty_store.daily_sales()["y"].tolist() == [2.0, 1.0]
    assert any("Asia/Shanghai" in english for english, _ in report.notes)


def test_money_of_another_currency_is_refused_row_by_row(empty_store, tmp_path):
    rows = [
        "2024-01-01,A,1,￥5",
        "2024-01-01,A,1,5元",
        "2024-01-02,A,1,$5",
        "2024-01-02,A,1,EUR 5",
        "2024-01-03,A,1,5",
    ]
    report = _report(empty_store, tmp_path, rows)
    assert report.rejected_by_reason == {"other_currency": 2}
    assert report.rows_of("other_currency") == [3, 4]
    coded = _report(
        empty_store,
        tmp_path,
        ["2024-01-04,A,1,5,CNY", "2024-01-04,A,1,5,USD"],
        "date,product,units,price,currency",
    )
    assert coded.rejected_by_reason == {"other_currency": 1}


def test_negative_units_come_back_and_are_not_taken_from_sales(empty_store, tmp_path):
    report = _report(empty_store, tmp_path, ["2024-01-01,A,5,2", "2024-01-02,A,3,2", "2024-01-02,A,-2,2"])
    assert report.rows_used == 3
    assert empty_store.daily_sales()["y"].tolist() == [5.0, 3.0]
    assert empty_store.returns()[["units", "revenue"]].to_numpy().tolist() == [[2.0, 4.0]]


def test_a_mapping_is_remembered_for_the_next_file_of_the_layout(empty_store, tmp_path):
    header = "date,product,units,gifts"
    first = _report(empty_store, tmp_path, ["2024-01-01,A,5,9"], header, mapping={"units": "gifts"})
    assert first.remembered == ()
    second = _report(empty_store, tmp_path, ["2024-01-02,A,5,8"], header)
    assert second.mapping["units"] == "gifts"
    assert set(second.remembered) == set(second.mapping)
    assert "'gifts' (as in an earlier import)" in "\n".join(second.lines())
    other = _report(empty_store, tmp_path, ["2024-01-03,A,5,7"], "date,product,units,presents")
    assert (other.mapping["units"], other.remembered) == ("units", ())
    again = _report(empty_store, tmp_path, ["2024-01-02,A,5,8"], header, mapping={"units": "units"})
    assert again.mapping["units"] == "units"
    assert _report(empty_store, tmp_path, ["2024-01-02,A,5,8"], header).mapping["units"] == "units"


def test_a_failed_import_remembers_nothing(empty_store, tmp_path):
    with pytest.raises(Exception, match="no row"):
        _report(
            empty_store, tmp_path, ["never,A,5,9"], "date,product,units,gifts", mapping={"units": "gifts"}
        )
    assert _report(empty_store, tmp_path, ["2024-01-01,A,5,9"], "date,product,units,gifts").remembered == ()


def test_the_report_is_whole_as_json(empty_store, tmp_path):
    report = _report(empty_store, tmp_path, ["2024-01-01,A,5,2", "someday,A,5,2", "2024-01-01,A,1,cheap"])
    told = json.loads(json.dumps(report.as_json(), ensure_ascii=False))
    assert told["rows"] == {"read": 3, "used": 2, "folded": 0, "rejected": 1}
    assert told["columns"]["units"] == {"column": "units", "origin": "guessed"}
    assert told["rejected"]["bad_date"]["rows"] == [2]
    assert told["rejected"]["bad_date"]["zh"] == "日期无法识别"
    assert told["repaired"]["bad_price"]["rows"] == [3]


def test_a_trial_run_tells_everything_and_writes_nothing(empty_store, tmp_path):
    with empty_store.trial():
        report = _report(empty_store, tmp_path, ["2024-01-01,A,5,2"])
    assert report.is_dry_run
    assert report.new == 1
    assert "nothing written" in "\n".join(report.lines())
    assert empty_store.info.sales_days == 0
    assert _report(empty_store, tmp_path, ["2024-01-01,A,5,2"]).remembered == ()
