"""Rows are made here; headings as in the data dictionary of Olist's public data set."""

from datetime import date

import pytest

from store.database import CurrencyMismatch, Store
from store.errors import ImportFailed
from store.importing.layouts import import_recognised, recognise_files

TABLES = {
    "orders": "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n"
    "o1,c1,delivered,2017-10-02 10:56:33,,,,\n"
    "o2,c2,delivered,2017-10-02 23:30:00,,,,\n"
    "o3,c3,canceled,2017-10-03 08:00:00,,,,\n"
    "o4,c4,created,2017-10-03 09:00:00,,,,\n"
    "o5,c5,shipped,never,,,,\n",
    "items": "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
    "o1,1,p1,s1,2017-10-06 11:07:15,29.99,8.72\n"
    "o1,2,p1,s1,2017-10-06 11:07:15,29.99,8.72\n"
    "o1,2,p1,s1,2017-10-06 11:07:15,29.99,8.72\n"
    "o2,1,p1,s1,2017-10-06 11:07:15,28.00,8.72\n"
    "o2,2,p2,s1,2017-10-06 11:07:15,5.00,1.00\n"
    "o3,1,p2,s1,2017-10-06 11:07:15,5.00,1.00\n"
    "o4,1,p2,s1,2017-10-06 11:07:15,5.00,1.00\n"
    "o5,1,p2,s1,2017-10-06 11:07:15,5.00,1.00\n"
    "o9,1,p2,s1,2017-10-06 11:07:15,5.00,1.00\n",
    "products": "product_id,product_category_name,product_name_lenght,product_weight_g\n"
    "p1,beleza_saude,40,100\np2,,40,100\n",
    "translation": "\ufeffproduct_category_name,product_category_name_english\nbeleza_saude,health_beauty\n",
    "reviews": "review_id,order_id,review_score,review_comment_title,review_comment_message,"
    "review_creation_date,review_answer_timestamp\n"
    "r1,o1,5,Ótimo,\"Chegou antes do prazo.\nRecomendo\",2017-10-10 00:00:00,2017-10-11 03:43:48\n"
    "r2,o2,1,,Veio errado,2017-10-10 00:00:00,2017-10-11 03:43:48\n"
    "r3,o1,4,,,2017-10-10 00:00:00,2017-10-11 03:43:48\n",
    "customers": "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n"
    "c1,person1,14409,franca,SP\n",
    "payments": "order_id,payment_sequential,payment_type,payment_installments,payment_value\n"
    "o1,1,credit_card,8,99.33\n",
}  # fmt: skip


@pytest.fixture
def brazilian_store(tmp_path):
    with Store.create(
        "brasil", kind="imported", currency="BRL", timezone="America/Sao_Paulo", home=tmp_path
    ) as store:
        yield store


@pytest.fixture
def files(tmp_path):
    paths = []
    for name, text in TABLES.items():
        path = tmp_path / f"olist_{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def test_orders_items_products_and_reviews_go_together(brazilian_store, files):
    reports = {r.file_name: r for r in import_recognised(brazilian_store, recognise_files(files))}
    for report in reports.values():
        assert report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)
    assert reports["olist_orders.csv"].rejected_by_reason == {
        "bad_date": 1,
        "order_cancelled": 1,
        "not_paid": 1,
    }
    items = reports["olist_items.csv"]
    assert (items.rows_used, items.rows_folded) == (4, 1)
    assert items.rejected_by_reason == {"bad_date": 1, "order_cancelled": 1, "not_paid": 1, "no_order": 1}
    assert any("olist_payments.csv" in english for english, _ in items.notes)
    panel = brazilian_store.daily_sales().set_index(["unique_id", "ds"])
    assert panel.loc[("p1", "2017-10-02"), ["y", "revenue"]].tolist() == [3.0, 87.98]
    titles = brazilian_store.products().set_index("product_id")
    assert titles.loc["p1", ["title", "category"]].tolist() == ["Health beauty p1", "Health beauty"]


def test_a_review_of_an_order_with_several_products_names_none_of_them(brazilian_store, files):
    reports = {r.file_name: r for r in import_recognised(brazilian_store, recognise_files(files))}
    assert reports["olist_reviews.csv"].rejected_by_reason == {"no_text": 1, "several_products": 1}
    review = brazilian_store.reviews().iloc[0]
    assert (review["product_id"], review["ds"], review["rating"]) == ("p1", date(2017, 10, 10), 5)
    assert review["text"] == "Chegou antes do prazo.\nRecomendo"
    assert review["language"] == "pt"


def test_the_whole_export_is_one_batch_and_twice_changes_nothing(brazilian_store, files):
    seen = recognise_files(files)
    import_recognised(brazilian_store, seen)
    version = brazilian_store.data_version()
    again = import_recognised(brazilian_store, seen)
    assert {(report.new, report.changed) for report in again} == {(0, 0)}
    assert brazilian_store.data_version() == version
    assert [batch.kind for batch in brazilian_store.batches()] == ["olist", "olist"]


def test_an_order_in_the_evening_of_sao_paulo_is_the_stores_next_day(tmp_path, files):
    with Store.create(
        "cn", kind="imported", currency="BRL", timezone="Asia/Shanghai", home=tmp_path
    ) as store:
        import_recognised(store, recognise_files(files))
        sold = store.daily_sales().set_index(["unique_id", "ds"])["y"]
        assert sold.loc[("p1", "2017-10-02")] == 2.0
        assert sold.loc[("p1", "2017-10-03")] == 1.0


def test_items_alone_and_a_store_in_another_currency_are_refused(empty_store, brazilian_store, files):
    with pytest.raises(ImportFailed, match="orders are missing"):
        import_recognised(brazilian_store, recognise_files(files[1:2]))
    with pytest.raises(CurrencyMismatch, match="BRL"):
        import_recognised(empty_store, recognise_files(files))
    assert empty_store.info.sales_days == 0
