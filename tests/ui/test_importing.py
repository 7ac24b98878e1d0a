"""`shopcast import`, `backup`, `restore` as a user types them."""

import json
import re

import pytest

from store.database import Store
from store.location import list_stores
from ui.cli import main


@pytest.fixture
def run(capsys):
    """Type a command; returns its status and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        printed = capsys.readouterr()
        return int(ended.value.code or 0), " ".join((printed.out + printed.err).split())

    return run


@pytest.fixture
def sales_file(tmp_path):
    file = tmp_path / "january.csv"
    file.write_text("date,product,units\n2026-01-01,Tea,3\n2026-01-02,Tea,5\nnever,Tea,1\n")
    return file


def _units(store="mine"):
    with Store.open(store) as opened:
        return opened.daily_sales()["y"].tolist()


def test_an_import_says_its_number_is_listed_and_taken_back(run, sales_file, tmp_path):
    status, said = run("import", "sales", str(sales_file), "--store", "mine")
    assert status == 0 and "import undo 1 --store mine" in said
    late = tmp_path / "late.csv"
    late.write_text("date,product,units\n2026-01-02,Tea,1\n2026-01-03,Tea,7\n")
    _, said = run("import", "sales", str(late), "--store", "mine")
    assert "fewer units than before on 1 product-day." in said
    _, listed = run("import", "list")
    assert "january.csv" in listed and "late.csv" in listed
    status, said = run("import", "undo", "1", "--store", "mine")
    assert status == 1 and "batch 2 (late.csv)" in said
    assert _units() == [3.0, 1.0, 7.0]
    status, said = run("import", "undo", "2")
    assert status == 0 and "2 product-days to 2026-01-02" in said
    assert _units() == [3.0, 5.0]
    listed = run("import", "list")[1]
    assert len(re.findall(r"20\d\d-\d\d-\d\d \d\d:\d\d", listed)) == 3, "two imports, one of them undone"


def test_the_same_file_again_is_noticed(run, sales_file):
    run("import", "sales", str(sales_file), "--store", "mine")
    _, said = run("import", "sales", str(sales_file), "--store", "mine")
    assert "0 new, 0 changed" in said and "imported before, as batch 1" in said


@pytest.mark.parametrize("is_new", [True, False])
def test_a_dry_run_reports_and_keeps_nothing(run, sales_file, tmp_path, is_new):
    if not is_new:
        run("import", "sales", str(sales_file), "--store", "mine")
    other = tmp_path / "other.csv"
    other.write_text("date,product,units\n2026-01-01,Tea,9\n2026-05-01,Cup,5\n")
    status, said = run("import", "sales", str(other), "--store", "mine", "--dry-run", "--json")
    assert status == 0
    (report,) = json.loads(said)
    assert report["dry_run"] and report["rows"]["used"] == 2
    if is_new:
        assert list_stores() == []
    else:
        assert _units() == [3.0, 5.0]
        assert "other.csv" not in run("import", "list")[1]


def test_the_report_in_chinese(run, sales_file):
    _, said = run("import", "sales", str(sales_file), "--store", "mine", "--language", "zh")
    assert "日期无法识别" in said
    assert "新店铺“mine”：金额以 USD 计" in said
    _, said = run("import", "sales", str(sales_file), "--store", "mine", "--language", "zh")
    assert "撤回：shopcast import undo 2 --store mine" in said and "此前已导入过（批次 1）" in said
    assert "新店铺" not in said


def test_money_of_another_currency_than_a_new_stores_says_what_to_do(run, tmp_path):
    file = tmp_path / "sales.csv"
    file.write_text("date,product,units,price\n2026-01-01,Tea,3,￥12\n")
    status, said = run("import", "sales", str(file), "--store", "mine")
    assert status == 1 and "another currency" in said and "--currency" in said
    assert list_stores() == []


def test_dates_either_way_round_as_the_user_says(run, tmp_path):
    file = tmp_path / "dates.csv"
    file.write_text("date,product,units\n05/06/2024,Tea,1\n")
    run("import", "sales", str(file), "--store", "mine", "--date-order", "day-first")
    with Store.open("mine") as store:
        assert str(store.info.as_of) == "2024-06-05"


@pytest.mark.parametrize("option", [("--currency", "EUR"), ("--timezone", "Asia/Shanghai")])
def test_another_currency_or_time_zone_than_the_stores_is_refused(run, sales_file, option):
    run("import", "sales", str(sales_file), "--store", "mine")
    status, said = run("import", "sales", str(sales_file), "--store", "mine", *option)
    assert status == 1 and option[1] in said and "Remedy" in said
    assert _units() == [3.0, 5.0]


def test_a_platforms_files_are_known_by_their_headings(run, tmp_path):
    file = tmp_path / "invoices.csv"
    file.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,WHITE HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
    )
    status, said = run("import", "files", str(file), "--store", "uk")
    assert status == 0 and "Online Retail" in said
    with Store.open("uk") as store:
        assert (store.info.currency, store.info.timezone) == ("GBP", "Europe/London")
    status, said = run("import", "files", str(tmp_path / "nowhere.csv"), "--store", "uk")
    assert status == 1 and "nowhere.csv" in said


def test_files_of_no_platform_name_the_other_commands(run, sales_file):
    status, said = run("import", "files", str(sales_file), "--store", "mine")
    assert status == 1 and "import sales" in said
    assert list_stores() == []


def test_packs_count_as_what_is_in_them(run, sales_file, tmp_path):
    run("import", "sales", str(sales_file), "--store", "mine")
    packs = tmp_path / "packs.csv"
    packs.write_text("product,component,units\nTea,Bag,20\n")
    status, said = run("import", "packs", str(packs), "--store", "mine")
    assert status == 0 and "1 row new" in said
    assert _units() == [60.0, 100.0]


def test_backup_and_restore(run, sales_file, tmp_path):
    run("import", "sales", str(sales_file), "--store", "mine")
    copy = tmp_path / "mine.shopcast"
    status, said = run("backup", "mine", str(copy))
    assert status == 0 and "store.duckdb" in said
    status, said = run("restore", str(copy))
    assert status == 1 and "--as NAME" in said
    status, said = run("restore", str(copy), "--as", "second")
    assert status == 0 and "2026-01-01 to 2026-01-02" in said
    assert _units("second") == _units("mine")


def test_which_store_is_asked_where_there_are_several(run, sales_file):
    assert "nothing has been imported" in run("import", "list")[1]
    for name in ("mine", "yours"):
        run("import", "sales", str(sales_file), "--store", name)
    status, said = run("import", "undo", "1")
    assert status == 2 and "mine, yours" in said
    assert run("import", "undo", "1", "--store", "yours")[0] == 0
