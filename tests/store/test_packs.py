import pandas as pd
import pytest

from store import catalogue, sales
from store.errors import ImportFailed
from store.packs import import_packs


@pytest.fixture
def shop(empty_store):
    """Tea sold singly, in boxes of six, and with a cup as a gift set."""
    rows = pd.DataFrame(
        [
            ("tea", "2024-01-01", 2.0, 10.0),
            ("box", "2024-01-01", 3.0, 81.0),
            ("set", "2024-01-02", 1.0, 30.0),
        ],
        columns=["product_id", "ds", "units", "revenue"],
    )
    with empty_store.transaction() as cursor:
        names = ["tea", "box", "set"]
        catalogue.write_products(
            cursor, pd.DataFrame({"product_id": names, "title": [n.title() for n in names]})
        )
        sales.write_sales(cursor, rows)
        sales.write_returns(
            cursor, rows[rows["product_id"] == "box"].assign(ds="2024-01-02", units=1.0, revenue=27.0)
        )
    return empty_store


def _packs(tmp_path, *rows, header="product,component,units"):
    path = tmp_path / "packs.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def _sold(store):
    panel = store.daily_sales()
    return panel[panel["y"] > 0].set_index(["unique_id", "ds"])[["y", "revenue"]].to_dict("index")


def test_sales_of_packs_count_as_units_of_what_is_in_them(shop, tmp_path):
    version = shop.data_version()
    written = import_packs(shop, _packs(tmp_path, "box,tea,6", "set,tea,2", "set,cup,1"))
    assert written == (3, 0)
    first, second = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")
    assert _sold(shop) == {
        ("tea", first): {"y": 20.0, "revenue": 91.0},
        ("tea", second): {"y": 2.0, "revenue": 20.0},
        ("cup", second): {"y": 1.0, "revenue": 10.0},
    }
    assert shop.products()["product_id"].tolist() == ["cup", "tea"]
    assert shop.returns()[["unique_id", "units", "revenue"]].to_numpy().tolist() == [["tea", 6.0, 27.0]]
    assert shop.data_version() != version


def test_undoing_the_list_gives_the_packs_back_their_own_sales(shop, tmp_path):
    before = shop.daily_sales()
    import_packs(shop, _packs(tmp_path, "box,tea,6"))
    shop.undo(1)
    pd.testing.assert_frame_equal(shop.daily_sales(), before)
    assert shop.products()["product_id"].tolist() == ["box", "set", "tea"]


def test_a_list_in_chinese(shop, tmp_path):
    import_packs(shop, _packs(tmp_path, "box,tea,6", header="组合编号,单品编号,数量"))
    assert shop.daily_sales(["tea"])["y"].tolist() == [20.0, 0.0]


def test_nothing_known_in_a_pack_is_nothing_known_of_what_is_in_it(shop, tmp_path):
    with shop.transaction() as cursor:
        rows = {"product_id": ["box"], "ds": ["2024-01-01"], "units": [None], "revenue": [None]}
        sales.write_sales(cursor, pd.DataFrame(rows, dtype=object))
    import_packs(shop, _packs(tmp_path, "box,tea,6"))
    assert shop.daily_sales(["tea"])["y"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("box,tea,6", "set,tea,none"), "row 2 .* above zero"),
        (("box,tea,-6",), "row 1 .* above zero"),
        (("box,,6",), "row 1 .* lacks"),
        (("box,box,6",), "pack in a pack"),
        (("box,tea,6", "crate,box,4"), "row 2 .* pack in a pack"),
        (("box,tea,6", "box,tea,7"), "second time"),
        (("box,tea,6,1",), "row 1 .* fields"),
    ],
)
def test_a_wrong_row_refuses_the_whole_list_by_number(shop, tmp_path, rows, message):
    before = shop.data_version()
    with pytest.raises(ImportFailed, match=message):
        import_packs(shop, _packs(tmp_path, *rows))
    assert shop.data_version() == before
    assert shop.batches() == []


def test_a_pack_may_not_become_a_component_later(shop, tmp_path):
    import_packs(shop, _packs(tmp_path, "box,tea,6"))
    with pytest.raises(ImportFailed, match="pack in a pack"):
        import_packs(shop, _packs(tmp_path, "crate,box,4"))
    with pytest.raises(ImportFailed, match="pack in a pack"):
        import_packs(shop, _packs(tmp_path, "tea,leaf,100"))
