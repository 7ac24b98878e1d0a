"""Importing what a Taobao or Tmall shop exports from 已卖出的宝贝: orders (订单报表) and their items (宝贝报表).

Source of the headings: files named ExportOrderList*.csv and ExportOrderDetailList*.csv as public code that reads them
names their columns, in the layout of about 2014 (items without dates) and in that of today (items with 子订单编号).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from store.database import Store
from store.errors import ImportFailed
from store.importing.layout import Layout, TableLayout, fold_repeats, read_layout, report_file
from store.importing.ledger import RowLedger
from store.importing.order_lines import (
    read_amounts,
    read_ids,
    read_texts,
    require_whole_ids,
    share_totals,
    to_store_days,
    write_lines,
)
from store.importing.report import ImportReport
from store.importing.sales_file import read_days
from store.importing.table_file import TableFile

_CURRENCY, _TIMEZONE = "CNY", "Asia/Shanghai"
_STATE: dict[str, tuple[str, ...]] = {
    "status": ("订单状态",),
    "paid_at": ("订单付款时间", "付款时间", "买家付款时间"),
    "paid": ("买家实际支付金额", "买家实付金额", "实付金额"),
    "parcel": ("物流单号", "运单号"),
    "refunded": ("退款金额",),
}
_TABLES = {
    "orders": TableLayout(
        {
            "order": ("订单编号",),
            "title": ("宝贝标题", "商品标题"),
            "kinds": ("宝贝种类", "商品种类"),
            "units": ("宝贝总数量", "商品总数量", "宝贝数量"),
            "postage": ("买家应付邮费", "邮费"),
            **_STATE,
        },
        ("order", "title", "units", "paid", "status", "paid_at"),
    ),
    "items": TableLayout(
        {
            "line": ("子订单编号",),
            "order": ("主订单编号", "订单编号"),
            "title": ("标题", "商品标题", "宝贝标题"),
            "price": ("价格", "商品价格"),
            "units": ("购买数量",),
            "variant": ("商品属性",),
            "code": ("商家编码",),
            "outer_code": ("外部系统编号",),
            "product": ("商品id", "宝贝id"),
            **_STATE,
        },
        ("order", "title", "price", "units", "status"),
    ),
}
_UNPAID, _CLOSED = "等待买家付款", "交易关闭"
_DAY_NOTE = (
    "a sale counts on the day it was paid for; orders closed after they were sent count as sold, since goods that come"
    " back were demand",
    "销量按付款日计；发货后关闭（退货退款）的订单仍按卖出计，退回的商品也曾是需求",
)


def write_taobao(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write the orders of a Taobao or Tmall shop on the day of their payment.

    With 宝贝报表 each item is a line, and a product is its 商家编码, else 外部系统编号, 商品ID, or title. Items without
    dates of their own take them from 订单报表. 订单报表 alone serves for orders of one kind of product, which then is
    called by its title. Unpaid orders, and orders closed before a parcel was sent, are no sales. What an order brought
    is what was paid without postage. Buyers' names, accounts, phones and addresses are not read.

    Args:
        store: an open store in CNY.
        cursor: of an open batch.
        files: "orders", "items", or both.

    Raises:
        ImportFailed: a file cannot be read, no row can be used, or items without dates come without their orders.
        CurrencyMismatch: the store keeps another currency.
    """
    store.check_currency(_CURRENCY)
    orders = _read(files["orders"], "orders") if "orders" in files else None
    if "items" not in files:
        assert orders is not None  # a layout is never run without a file
        return [_write_orders(store, cursor, *orders)]
    table, columns, folded = _read(files["items"], "items")
    reports = [_look_up_report(*orders)] if orders else []
    return [*reports, _write_items(store, cursor, table, columns, folded, orders)]


def _read(path: Path, name: str) -> tuple[TableFile, dict[str, str], int]:
    table, columns = read_layout(path, _TABLES[name])
    require_whole_ids(read_ids(table.frame[columns["order"]]), table.file_name)
    table, folded = fold_repeats(table)
    return table, columns, folded


def _write_orders(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    table: TableFile,
    columns: dict[str, str],
    folded: int,
) -> ImportReport:
    ledger = RowLedger(table)
    raw = table.fields(columns)
    lines = pd.DataFrame({"order": read_ids(raw["order"]), "title": read_texts(raw, "title")})
    lines["product"] = lines["title"]
    lines["units"] = read_amounts(raw, "units")
    lines["revenue"] = _goods_paid(raw)
    ledger.reject(read_amounts(raw, "kinds") > 1, "several_products")
    _reject_lines(store, raw, lines, ledger)
    return write_lines(store, cursor, table, lines, ledger, columns, folded)


def _look_up_report(table: TableFile, columns: dict[str, str], folded: int) -> ImportReport:
    """Report on an orders file in which items look up their day and payment."""
    return report_file(table, RowLedger(table), columns, len(table.frame), folded)


def _write_items(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    table: TableFile,
    columns: dict[str, str],
    folded: int,
    orders: tuple[TableFile, dict[str, str], int] | None,
) -> ImportReport:
    ledger = RowLedger(table)
    raw = table.fields(columns)
    lines = pd.DataFrame({"order": read_ids(raw["order"]), "title": read_texts(raw, "title")})
    lines["product"] = None
    for field in ("code", "outer_code", "product", "title"):
        lines["product"] = lines["product"].fillna(read_ids(raw[field]) if field in raw else lines["title"])
    lines["units"] = read_amounts(raw, "units")
    listed = lines["units"] * read_amounts(raw, "price")
    of_order = _of_orders(lines["order"], orders) if orders else pd.DataFrame(index=raw.index)
    if "paid_at" not in raw and orders is None:
        raise ImportFailed(
            f"{table.file_name!r} (宝贝报表) says no dates",
            "import it together with its 订单报表, in one command",
        )
    if orders:
        ledger.reject(of_order["status"].isna(), "no_order")
    lines["revenue"] = (
        read_amounts(raw, "paid").fillna(listed)
        if "paid" in raw
        else share_totals(listed, lines["order"], of_order["goods_paid"])
    )
    state = raw.reindex(columns=list(_STATE)).combine_first(of_order.reindex(columns=list(_STATE)))
    _reject_lines(store, state, lines, ledger)
    return write_lines(store, cursor, table, lines, ledger, columns, folded)


def _of_orders(order: pd.Series, orders: tuple[TableFile, dict[str, str], int]) -> pd.DataFrame:
    """Return what the orders file says of each item's order."""
    table, columns, _ = orders
    raw = table.fields(columns)
    known = raw.reindex(columns=list(_STATE)).assign(
        goods_paid=_goods_paid(raw), order=read_ids(raw["order"])
    )
    known = known.dropna(subset=["order"]).drop_duplicates("order").set_index("order")
    return known.reindex(order).set_axis(order.index)


def _goods_paid(raw: pd.DataFrame) -> pd.Series:
    return (read_amounts(raw, "paid") - read_amounts(raw, "postage").fillna(0.0)).clip(lower=0.0)


def _reject_lines(store: Store, state: pd.DataFrame, lines: pd.DataFrame, ledger: RowLedger) -> None:
    """Enter the lines that are no sales, and give the others their day."""
    status = read_texts(state, "status").fillna("")
    parcel = read_ids(state["parcel"]) if "parcel" in state else pd.Series(None, index=state.index)
    has_paid = read_texts(state, "paid_at").notna()
    is_closed = status.str.startswith(_CLOSED)
    ledger.reject(lines["order"].isna(), "no_order")
    ledger.reject(lines["product"].isna(), "no_product")
    ledger.reject(~(lines["units"] > 0), "bad_units")
    ledger.reject(status.str.startswith(_UNPAID) | (~has_paid & ~is_closed), "not_paid")
    ledger.reject(is_closed & (parcel.isna() | ~has_paid), "order_cancelled")
    lines["ds"] = read_days(to_store_days(store, state["paid_at"], _TIMEZONE), store.info.timezone, ledger)
    ledger.notes.append(_DAY_NOTE)


TAOBAO = Layout(
    name="taobao",
    label={"en": "Taobao / Tmall orders", "zh": "淘宝/天猫订单"},
    tables=_TABLES,
    write=write_taobao,
    currency=_CURRENCY,
    timezone=_TIMEZONE,
)
