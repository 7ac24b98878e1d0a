"""Importing comments of JD.com (京东), as its comment pages give them and as tables made from them name them.

Source of the field names: the answers of productPageComments.action (id, content, creationTime, score, referenceId,
referenceName), and public tables of comments with product_name, sku and purchase_time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from store.database import Store
from store.importing.layout import Layout, TableLayout, fold_repeats, read_layout
from store.importing.ledger import RowLedger
from store.importing.order_lines import read_ids, read_texts, require_whole_ids, to_store_days
from store.importing.report import ImportReport
from store.importing.reviews_file import plain_texts, write_review_fields

_TIMEZONE = "Asia/Shanghai"
_PAGES = TableLayout(
    {
        "id": ("id", "guid"),
        "product": ("referenceid", "productid"),
        "product_title": ("referencename",),
        "text": ("content",),
        "date": ("creationtime",),
        "rating": ("score",),
    },
    ("product", "text", "date", "rating"),
)
_TABLE = TableLayout(
    {
        "product": ("sku",),
        "product_title": ("productname",),
        "text": ("text", "content"),
        "date": ("purchasetime",),
        "rating": ("score",),
    },
    ("product", "product_title", "text", "date", "rating"),
)
# What JD puts where the buyer wrote nothing.
_NOTHING_WRITTEN = {
    "此用户未填写评价内容",
    "此用户未填写评价内容。",
    "您没有填写内容，默认好评",
    "此用户没有填写评价。",
}
_PURCHASE_NOTE = (
    "the dates are those of the purchase: the file has none of the review",
    "日期为购买日期：文件中没有评价日期",
)


def write_jd_comments(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write JD comments; a product is its SKU, or its name where no row of the file knows the SKU.

    JD fills a comment in when the buyer wrote none (此用户未填写评价内容); such a row has no text. Nicknames are not read.

    Args:
        store: an open store.
        cursor: of an open batch.
        files: "comments" (as the pages give them) or "table" (with product_name and sku).

    Raises:
        ImportFailed: the file cannot be read or no row can be used.
    """
    layout, path = (_PAGES, files["comments"]) if "comments" in files else (_TABLE, files["table"])
    table, columns = read_layout(path, layout)
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    fields = table.fields(columns)
    fields["product_title"] = read_texts(fields, "product_title")
    sku = read_ids(fields["product"])
    require_whole_ids(sku, table.file_name)
    known = sku.groupby(fields["product_title"]).transform("first")
    fields["product"] = sku.fillna(known).fillna(fields["product_title"])
    fields["text"] = plain_texts(fields["text"]).where(lambda text: ~text.isin(_NOTHING_WRITTEN))
    fields["date"] = to_store_days(store, fields["date"], _TIMEZONE)
    if layout is _TABLE:
        ledger.notes.append(_PURCHASE_NOTE)
    return [write_review_fields(store, cursor, table, fields, ledger, columns, folded=folded)]


JD_COMMENTS = Layout(
    name="jd-comments",
    label={"en": "JD.com comments", "zh": "京东评价"},
    tables={"comments": _PAGES, "table": _TABLE},
    write=write_jd_comments,
    currency="CNY",
    timezone=_TIMEZONE,
)
