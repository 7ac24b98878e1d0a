"""What a file may do to an import: one clear error or counted rows, and never half a store."""

import resource
import subprocess
import sys
import tracemalloc

import pandas as pd
import pytest

from store.database import Store
from store.errors import ImportFailed
from store.importing import (
    encodings,
    import_recognised,
    import_reviews,
    import_sales,
    import_sql,
    recognise_files,
)
from store.importing.encodings import MOST_LINE_CHARACTERS

HEADER = "date,product,units\n"
GOOD = "2024-01-01,A,1\n"


@pytest.fixture
def import_text(empty_store, tmp_path):
    """Import a text or bytes as a file; returns the report."""

    def run(content, name="sales.csv", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_sales(empty_store, path, **options)

    return run


def test_a_parquet_file_that_was_cut_short_is_one_error(import_text, empty_store, tmp_path):
    frame = pd.DataFrame({"date": ["2024-01-01"] * 5000, "product": ["A"] * 5000, "units": range(5000)})
    frame.to_parquet(tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    for length in (len(content) - 1, len(content) // 2, 8):
        with pytest.raises(ImportFailed, match="cut short"):
            import_text(content[:length], "cut.parquet")
    damaged = bytearray(content)
    damaged[200:1200] = bytes(1000)
    with pytest.raises(ImportFailed, match="Parquet"):
        import_text(bytes(damaged), "damaged.parquet")
    assert empty_store.info.sales_days == 0


def test_an_endless_line_is_refused_without_being_held(import_text):
    content = b"date,product,units\n2024-01-01," + b"A" * (8 * MOST_LINE_CHARACTERS)
    tracemalloc.start()
    try:
        with pytest.raises(ImportFailed, match="more than 8,000,000 characters"):
            import_text(content)
        assert tracemalloc.get_traced_memory()[1] < 5 * MOST_LINE_CHARACTERS
    finally:
        tracemalloc.stop()


def test_a_cell_longer_than_any_text_is_refused(import_text):
    with pytest.raises(ImportFailed, match="cell that cannot be read"):
        import_text(HEADER + "2024-01-01," + "A" * 200_000 + ",1\n")


def test_lines_in_another_encoding_are_read_in_their_own_and_numbered(import_text, empty_store):
    lines = [HEADER.encode(), "2024-01-01,帆布双肩包,1\n".encode(), "2024-01-01,保温水杯,2\n".encode("gbk")]
    report = import_text(b"".join(lines))
    assert empty_store.products()["title"].tolist() == ["保温水杯", "帆布双肩包"]
    assert any("mixed encodings: 1 line" in english and "line 3" in english for english, _ in report.notes)


def test_short_chinese_words_in_gbk_are_no_mixture(import_text, empty_store):
    # 联通 in GBK is valid UTF-8 by accident.
    report = import_text((HEADER + "2024-01-01,联通,1\n2024-01-01,手机壳,2\n").encode("gbk"))
    assert report.encoding == "gb18030"
    assert empty_store.products()["title"].tolist() == ["手机壳", "联通"]


def test_formulas_are_text_counted_and_never_run(import_text, empty_store):
    cells = [
        '"=HYPERLINK(""http://evil.example"",""A"")"',
        "@SUM(A1)",
        "+cmd|'/c calc'!A0",
        '="00123"',
        "-5 pack",
    ]
    report = import_text(HEADER + "".join(f"2024-01-01,{cell},1\n" for cell in cells))
    assert report.repaired == {"formula": 3}
    assert report.repaired_rows == {"formula": [1, 2, 3]}
    assert "00123" in empty_store.products()["product_id"].tolist()
    assert '=HYPERLINK("http://evil.example","A")' in empty_store.products()["title"].tolist()
    assert "never run" in "\n".join(report.lines())
    assert "从不执行" in "\n".join(report.lines("zh"))


def test_invisible_characters_are_removed_and_counted(import_text, empty_store):
    names = ["A\0", "\u200bA", "A\u202e", "\ufeffA\u2066", "A", "👨\u200d👩"]
    report = import_text(HEADER + "".join(f"2024-01-01,{name},1\n" for name in names))
    assert report.repaired == {"invisible_characters": 4}
    assert report.repaired_rows == {"invisible_characters": [1, 2, 3, 4]}
    assert empty_store.products()["title"].tolist() == ["A", "👨\u200d👩"]


def test_a_header_of_a_million_columns_is_no_header(import_text):
    with pytest.raises(ImportFailed, match="1,000,000 columns"):
        import_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n" + GOOD)


@pytest.mark.parametrize("separator", [" ", ":", "^"])
def test_a_separator_that_is_none_is_said_so(import_text, separator):
    with pytest.raises(ImportFailed, match="separate its columns"):
        import_text((HEADER + GOOD).replace(",", separator))


def test_a_separator_inside_titles_misleads_nobody(import_text, empty_store):
    import_text("date;product;units\n2024-01-01;red, white, blue;1\n2024-01-02;red, white, blue;2\n")
    assert empty_store.products()["title"].tolist() == ["red, white, blue"]


def test_headings_that_come_twice_are_named_and_empty_ones_forgiven(import_text):
    with pytest.raises(ImportFailed, match="several columns named"):
        import_text("date,product,units,units\n2024-01-01,A,1,2\n")
    assert import_text("date,product,units,,\n2024-01-01,A,1,,\n").rows_used == 1


def test_a_date_in_the_year_9999_is_counted(import_text):
    report = import_text(HEADER + GOOD + "9999-12-31,A,1\n31/12/9999,A,1\n")
    assert report.rejected_by_reason == {"date_out_of_range": 2}
    assert report.rows_of("date_out_of_range") == [2, 3]


def test_empty_rows_and_titles_above_the_header_do_not_stop_an_import(import_text):
    report = import_text("Sales of the shop\n\n" + HEADER + GOOD + "\n,,\n" + GOOD.replace("01,", "02,", 1))
    assert (report.rows_read, report.rows_used) == (3, 2)
    assert report.rows_of("empty_row") == [2]


def test_half_characters_in_json_are_replaced(import_text, empty_store):
    import_text('{"date": "2024-01-01", "product": "A\\ud800", "units": 1}\n', "sales.jsonl")
    assert empty_store.products()["title"].tolist() == ["A?"]


PLATFORMS = {
    "sales": (b"date,product,units\n2024-01-01,", b",1\n"),
    "reviews": (b"product,text\n", b",fine\n"),
    "invoices": (
        b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n1,85123A,HEART,1,12/1/2010 8:26,2\n2,",
        b",HEART,1,12/1/2010 8:26,2\n",
    ),
    "comments": (
        "referenceId,content,creationTime,score\n1,好,2024-01-01 08:00:00,5\n".encode(),
        b",fine,2024-01-01 08:00:00,5\n",
    ),
}


def _bring_in(store, kind, path):
    if kind == "sales":
        return import_sales(store, path)
    if kind == "reviews":
        return import_reviews(store, path)
    return import_recognised(store, recognise_files([path]))


@pytest.mark.parametrize("kind", PLATFORMS)
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda head, row: b"PK\x03\x04" + bytes(range(256)) * 40, "workbook|Excel"),
        (lambda head, row: bytes(range(256)) * 40, "no text file"),
        (lambda head, row: head + b"A" * 200_000 + row, "more than 150,000 characters"),
        (lambda head, row: head.split(b"\n")[0] + b",extra,extra\n", "several columns named .*extra"),
        (lambda head, row: b",".join(b"c%d" % n for n in range(20_000)) + b"\n" + head, "20,000 columns"),
        (lambda head, row: head.split(b"\n")[0] + b"\n", "no rows"),
        (lambda head, row: b"", "is empty"),
    ],
)
def test_every_importer_refuses_what_is_no_table_and_changes_nothing(
    empty_store, tmp_path, monkeypatch, kind, damage, message
):
    monkeypatch.setattr(encodings, "MOST_LINE_CHARACTERS", 150_000)
    path = tmp_path / "export.csv"
    path.write_bytes(damage(*PLATFORMS[kind]))
    with pytest.raises(ImportFailed, match=message) as refused:
        _bring_in(empty_store, kind, path)
    assert refused.value.remedy
    assert (empty_store.info.sales_days, empty_store.info.review_count) == (0, 0)
    assert empty_store.batches() == []
    assert not (empty_store.folder / "import_profiles.json").exists()


def test_a_review_of_the_year_9999_keeps_its_words_and_loses_its_date(empty_store, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("product,text,date\nA,fine,9999-12-31\nA,good,2024-01-05\nA,old,0001-01-01\n")
    report = import_reviews(empty_store, path)
    assert report.rows_used == 3
    assert (report.repaired, report.repaired_rows) == ({"bad_date": 2}, {"bad_date": [1, 3]})
    assert empty_store.reviews().set_index("text")["ds"].notna().to_dict() == {
        "good": True, "fine": False, "old": False,
    }  # fmt: skip


def test_reviews_lose_what_nobody_sees_and_their_formulas_stay_text(empty_store, tmp_path):
    path = tmp_path / "reviews.csv"
    rows = [
        "A,good\0 bag",
        "A,\u200bfine\u202e bag",
        '"A","=HYPERLINK(""http://evil.example"",""win"")"',
        "A,a,b",
    ]
    path.write_text("product,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = import_reviews(empty_store, path)
    assert report.rejected_by_reason == {"field_count": 1}
    assert report.repaired_rows == {"invisible_characters": [1, 2], "formula": [3]}
    assert sorted(empty_store.reviews()["text"]) == [
        '=HYPERLINK("http://evil.example","win")', "fine bag", "good bag",
    ]  # fmt: skip


def test_a_query_whose_rows_find_no_room_is_refused(empty_store, tmp_path):
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra `sql` is not installed")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE sold (date TEXT, product TEXT, units INTEGER)")
        connection.exec_driver_sql(
            "INSERT INTO sold VALUES (?, ?, ?)", [("2024-01-01", f"P{n}", 1) for n in range(2_000)]
        )
    engine.dispose()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ImportFailed, match="could not be kept") as refused:
            import_sql(empty_store, url, "SELECT * FROM sold", "sales")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "TMPDIR" in refused.value.remedy
    assert import_sql(empty_store, url, "SELECT * FROM sold", "sales").new == 2_000


FULL_DISK = """
import resource, signal, sys
from store.database import Store
from store.errors import StoreError
from store.importing import import_sales
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open("shop", home=sys.argv[1])
size = (store.folder / "store.duckdb").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, resource.RLIM_INFINITY))
try:
    import_sales(store, sys.argv[2])
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("rows", [20_000, 60_000], ids=["at its end", "in its middle"])
def test_a_disk_that_fills_up_leaves_the_store_as_it_was(tmp_path, rows):
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text(HEADER + GOOD)
    products = [f"P{number:06}-{number * 7919 % 99991}" for number in range(rows)]
    large.write_text(
        HEADER + "".join(f"2024-01-02,{product},{n % 9}\n" for n, product in enumerate(products))
    )
    with Store.create(
        "shop", kind="imported", currency="CNY", timezone="Asia/Shanghai", home=tmp_path
    ) as store:
        import_sales(store, small)
        before = store.data_version()
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(large)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert "DiskFull" in done.stdout, done.stderr
    assert "Remedy" in done.stdout
    with Store.open("shop", home=tmp_path) as store:
        assert store.data_version() == before
        assert store.products()["title"].tolist() == ["A"]
        assert import_sales(store, large).new == rows
