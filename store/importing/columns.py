"""Which column of a file holds which field: said by the user, or guessed from its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from store.errors import ImportFailed

# Headings by field, the likeliest first, as they stand after `_plain`.
SALES_HEADINGS: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "ds", "day", "orderdate", "salesdate", "saledate", "transactiondate", "invoicedate",
        "time", "timestamp",
        "日期", "销售日期", "订单日期", "下单日期", "下单时间", "交易日期", "时间", "付款时间", "统计日期",
    ),
    "product": (
        "productid", "sku", "skuid", "itemid", "stockcode", "productcode", "uniqueid", "asin", "product", "item",
        "商品编号", "商品编码", "商品id", "货号", "款号", "sku编码", "产品编号", "商品代码", "宝贝id",
        "productname", "itemname", "商品", "商品名称", "产品", "产品名称", "品名", "宝贝标题",
    ),
    "units": (
        "units", "unitssold", "quantity", "qty", "sold", "salesqty", "y", "count", "salesvolume",
        "销量", "数量", "销售数量", "件数", "销售件数", "购买数量", "支付件数", "成交件数",
    ),
    "price": (
        "price", "unitprice", "sellingprice", "saleprice", "pricepaid",
        "单价", "价格", "售价", "成交价", "销售单价", "实付单价",
    ),
    "revenue": (
        "revenue", "amount", "sales", "salesamount", "total", "turnover",
        "金额", "销售额", "销售金额", "成交金额", "实付金额", "支付金额",
    ),
    "regular_price": (
        "regularprice", "listprice", "shelfprice", "originalprice", "原价", "标价", "吊牌价", "定价",
    ),
    "promo": (
        "promo", "promotion", "onpromotion", "ispromo", "onpromo", "促销", "是否促销", "活动", "是否活动",
    ),
    "on_hand": (
        "onhand", "stock", "stockonhand", "inventory", "库存", "库存数量", "现有库存", "可用库存",
    ),
    "title": (
        "title", "productname", "itemname", "name", "description", "product", "item",
        "商品名称", "产品名称", "品名", "商品标题", "宝贝标题", "标题", "商品", "产品",
    ),
    "currency": ("currency", "currencycode", "币种", "货币"),
    "category": ("category", "department", "类目", "品类", "分类", "类别", "商品类目"),
}  # fmt: skip
REVIEW_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("reviewid", "id", "评价id", "评论id", "评价编号", "评论编号"),
    "product": (*SALES_HEADINGS["product"], "clothingid", "商品标题"),
    "text": (
        "text", "reviewtext", "review", "content", "comment", "body", "reviewbody",
        "评价内容", "评论内容", "评价", "评论", "内容", "正文",
    ),
    "date": (
        "date", "reviewdate", "ds", "time", "createdat",
        "日期", "评价时间", "评论时间", "评价日期", "评论日期", "时间",
    ),
    "rating": ("rating", "stars", "score", "star", "评分", "星级", "打分", "得分"),
    "title": ("title", "reviewtitle", "summary", "headline", "评价标题", "标题"),
    "language": ("language", "lang", "语言"),
    "author": (
        "author", "authorid", "customer", "customerid", "customerno", "buyer", "buyerid", "user", "userid",
        "username", "reviewerid", "reviewer", "nickname", "email", "customeremail",
        "买家", "买家会员名", "买家昵称", "会员名", "用户名", "用户id", "昵称", "客户", "客户编号", "客户id", "顾客",
    ),
}  # fmt: skip
_SIGNS = re.compile(r"[\W_]+")
_UNIT_IN_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")


def map_columns(
    columns: list[str],
    headings: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    given: Mapping[str, str] | None,
    file_name: str,
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Find the column of each field.

    Args:
        columns: the file's headings.
        headings: likely headings by field.
        required: fields without which nothing can be imported.
        given: column by field, as the user said it; these are never guessed.
        file_name: for the message.

    Returns:
        Column by field, and the fields that were guessed.

    Raises:
        ImportFailed: a field or column that was given does not exist, or a required field has no column.
    """
    mapping = dict(given or {})
    unknown = [f for f in mapping if f not in headings]
    absent = [c for c in mapping.values() if c not in columns]
    if unknown:
        raise ImportFailed(f"there is no field {unknown[0]!r}", f"map one of: {', '.join(headings)}")
    if absent:
        raise ImportFailed(
            f"{file_name!r} has no column {absent[0]!r}", f"name one of its columns: {', '.join(columns)}"
        )
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(_plain(column), column)
    for field, likely in headings.items():
        free = (plain[h] for h in likely if h in plain and plain[h] not in mapping.values())
        found = next(free, None) if field not in mapping else None
        if found is not None:
            mapping[field] = found
    missing = [f for f in required if f not in mapping]
    if missing:
        raise ImportFailed(
            f"{file_name!r} has no column for {missing[0]!r} (its columns: {', '.join(columns)})",
            _remedy(missing[0], columns),
        )
    ordered = {f: mapping[f] for f in headings if f in mapping}
    return ordered, tuple(f for f in ordered if f not in (given or {}))


def _remedy(field: str, columns: list[str]) -> str:
    if len(columns) == 1:
        return "separate its columns with , ; | or tabs, and give it a header"
    return f"say which it is with the column mapping, for example {field}={columns[0]!r}"


def _plain(heading: str) -> str:
    """Return a heading without case, spaces, signs, or a unit in brackets ("单价（元）" -> "单价")."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return _SIGNS.sub("", _UNIT_IN_BRACKETS.sub("", folded)) or _SIGNS.sub("", folded)
