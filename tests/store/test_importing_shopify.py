"""Rows are made here; headings as in Shopify's exports of orders, products (old and new) and inventory."""

import csv

import pytest

from store.database import CurrencyMismatch, Store
from store.errors import ImportFailed
from store.importing.layouts import import_recognised, recognise_files

ORDERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Phone,Shipping Name,Notes,Cancelled at,"
    "Payment Method,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,Lineitem discount,Phone"
).split(",")
PRODUCTS = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,"
    "Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position,Status"
).split(",")
NEW_PRODUCTS = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Inventory quantity"
).split(",")
INVENTORY = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
    "Location,Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),"
    "Available (not editable),On hand (current),On hand (new)"
).split(",")
FIRST = {
    "Name": "#1001", "Email": "ann@example.com", "Financial Status": "paid", "Currency": "USD", "Subtotal": "45.00",
    "Total": "50.00", "Created at": "2024-03-01 23:30:00 -0500", "Lineitem quantity": "2",
    "Lineitem name": "Linen Shirt - Red / M", "Lineitem price": "20.00", "Lineitem sku": "LS-R-M",
    "Billing Name": "Ann Example", "Billing Phone": "+1 202 555 0123", "Vendor": "Acme",
}  # fmt: skip


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _order(name, **changes):
    return {**FIRST, "Name": name, **changes}


def _line(name, title, quantity, price, sku=""):
    return {
        "Name": name, "Created at": "2024-03-01 23:30:00 -0500", "Lineitem quantity": quantity,
        "Lineitem name": title, "Lineitem price": price, "Lineitem sku": sku,
    }  # fmt: skip


@pytest.fixture
def american_store(tmp_path):
    with Store.create(
        "us", kind="imported", currency="USD", timezone="America/New_York", home=tmp_path
    ) as store:
        yield store


@pytest.fixture
def orders(tmp_path):
    rows = [
        FIRST,
        _line("#1001", "Mug", "1", "10.00"),
        {"Name": "#1001", "Created at": "2024-03-01 23:30:00 -0500"},  # a second payment
        _order("#1002", **{"Cancelled at": "2024-03-02 09:00:00 -0500", "Refunded Amount": "40.00"}),
        _line("#1002", "Mug", "1", "10.00"),
        _order("#1003", **{"Financial Status": "voided"}),
        _order("#1004", **{"Financial Status": "refunded", "Refunded Amount": "40.00", "Subtotal": "40.00"}),
        _order("#1005", Currency="EUR"),
    ]
    return _write(tmp_path / "orders_export.csv", ORDERS, rows)


def _import(store, *paths):
    return import_recognised(store, recognise_files(list(paths)))


def test_an_order_of_several_lines_shares_what_was_paid(american_store, orders):
    (report,) = _import(american_store, orders)
    assert report.rejected_by_reason == {
        "order_cancelled": 2,
        "no_line": 1,
        "not_paid": 1,
        "other_currency": 1,
    }
    assert report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)
    sold = american_store.daily_sales().set_index("unique_id")
    assert set(sold["ds"].dt.strftime("%Y-%m-%d")) == {"2024-03-01"}  # the shop's own evening
    assert sold.loc["LS-R-M", ["y", "revenue"]].tolist() == [
        4.0,
        76.0,
    ]  # 45 x 40/50, and 40 of the refunded order
    assert sold.loc["Mug", ["y", "revenue"]].tolist() == [1.0, 9.0]


def test_a_refund_is_said_and_the_goods_stay_sold(american_store, orders):
    (report,) = _import(american_store, orders)
    assert any("1 order with a refund" in english and "40.00" in english for english, _ in report.notes)
    assert any("1 张订单有退款" in chinese for _, chinese in report.notes)


def test_no_name_address_or_phone_is_stored(american_store, orders):
    _import(american_store, orders)
    american_store.close()
    content = (american_store.folder / "store.duckdb").read_bytes()
    for secret in (b"ann@example.com", b"Ann Example", b"555 0123"):
        assert secret not in content


def test_orders_in_another_currency_are_refused(empty_store, orders):
    with pytest.raises(CurrencyMismatch, match="USD"):
        _import(empty_store, orders)


def test_products_get_the_names_that_orders_use(american_store, orders, tmp_path):
    variant = {"Handle": "linen-shirt", "Option2 Value": "M", "Variant Price": "20.00"}
    rows = [
        {
            **variant, "Title": "Linen Shirt", "Vendor": "Acme", "Option1 Value": "Red", "Variant SKU": "LS-R-M",
            "Product Category": "Apparel & Accessories > Clothing > Shirts",
        },
        {**variant, "Option1 Value": "Blue"},
        {"Handle": "linen-shirt", "Image Src": "2.jpg"},
        {"Handle": "mug", "Title": "Mug", "Vendor": "Acme", "Option1 Value": "Default Title", "Variant Price": "10"},
    ]  # fmt: skip
    _import(american_store, orders)
    (report,) = _import(american_store, _write(tmp_path / "products.csv", PRODUCTS, rows))
    assert report.rejected_by_reason == {"no_line": 1}
    products = american_store.products_by_id()
    assert products["LS-R-M"]["title"] == "Linen Shirt - Red / M"
    assert products["LS-R-M"]["category"] == "Shirts"
    assert products["Mug"]["brand"] == "Acme"
    assert "Linen Shirt - Blue / M" in products


def test_the_new_product_headings_are_known(american_store, tmp_path):
    row = {
        "Title": "Mug",
        "URL handle": "mug",
        "Vendor": "Acme",
        "Type": "Kitchen",
        "SKU": "007",
        "Price": "10",
    }
    seen = recognise_files([_write(tmp_path / "products.csv", NEW_PRODUCTS, [row])])
    assert seen.layout.name == "shopify-products"
    import_recognised(american_store, seen)
    assert american_store.products_by_id()["007"]["category"] == "Kitchen"


def test_stock_is_what_is_available_in_all_locations(american_store, orders, tmp_path):
    row = {"Handle": "linen-shirt", "Title": "Linen Shirt", "SKU": "LS-R-M", "Incoming (not editable)": "5"}
    rows = [
        {**row, "Location": "Shop", "Available (not editable)": "7", "On hand (current)": "9"},
        {**row, "Location": "Barn", "Available (not editable)": "-1", "Incoming (not editable)": "0"},
        {**row, "Location": "Van", "Available (not editable)": "not stocked", "Incoming (not editable)": ""},
    ]
    inventory = _write(tmp_path / "inventory.csv", INVENTORY, rows)
    with pytest.raises(ImportFailed, match="no date"):
        _import(american_store, inventory)
    _import(american_store, orders)
    (report,) = _import(american_store, inventory)
    stock = american_store.stock("LS-R-M")
    assert (stock.on_hand, stock.on_order, stock.lead_time_days) == (6.0, 5.0, None)
    assert stock.as_of == american_store.info.as_of
    assert report.rows_used == 3
