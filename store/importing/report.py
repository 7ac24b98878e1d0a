"""What an import did with every row of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

# Why a row is not used, by code: (English, Chinese).
REASONS: dict[str, tuple[str, str]] = {
    "field_count": ("the row has more or fewer fields than the header", "字段数与表头不一致"),
    "no_date": ("no date", "没有日期"),
    "bad_date": ("the date cannot be read", "日期无法识别"),
    "date_out_of_range": ("the date lies outside 1990 to 2100", "日期不在 1990 至 2100 年之间"),
    "no_product": ("no product", "没有商品"),
    "no_units": ("no number of units", "没有数量"),
    "bad_units": ("the number of units cannot be read", "数量无法识别"),
    "negative_units": (
        "negative units: a return or a correction, not demand",
        "数量为负：退货或更正，不算需求",
    ),
    "too_many_units": ("more than ten million units in one row", "单行数量超过一千万"),
    "no_text": ("the review has no text", "评价没有正文"),
    "repeated_id": ("the id was used by another review in this file", "编号与本文件中另一条评价重复"),
    "cancellation": ("a cancellation (invoice C...)", "取消单（C 开头的单号）"),
    "cancelled_order": ("an order that was cancelled within a day", "一天之内被取消的订单"),
    "stock_adjustment": (
        "negative units without a cancellation: written off or corrected",
        "非取消单的负数量：报损或更正",
    ),
    "not_a_product": (
        "no product: postage, fees, vouchers, manual entries",
        "不是商品：邮费、手续费、礼券、手工录入",
    ),
    "no_price": ("no price: samples, found or damaged stock", "没有价格：样品、盘盈或残损"),
}
# Why a value was changed before the row was used.
REPAIRS: dict[str, tuple[str, str]] = {
    "bad_price": ("price that cannot be read, left unknown", "单价无法识别，按未知处理"),
    "bad_revenue": ("revenue that cannot be read, left unknown", "金额无法识别，按未知处理"),
    "bad_regular_price": ("shelf price that cannot be read, left unknown", "标价无法识别，按未知处理"),
    "bad_on_hand": ("stock that cannot be read, left unknown", "库存无法识别，按未知处理"),
    "bad_promo": ("promotion mark that cannot be read, taken as none", "促销标记无法识别，按无促销处理"),
    "bad_rating": ("rating that is not 1 to 5, left unknown", "评分不是 1 至 5，按未知处理"),
    "bad_date": ("review date that cannot be read, left unknown", "评价日期无法识别，按未知处理"),
}


class Rejection(NamedTuple):
    """A row that is not used. Row 1 is the first below the header; `reason` is a key of `REASONS`."""

    row_number: int
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: rows_read == rows_used + rows_folded + len(rejected).

    `mapping` names the file's column for each field that was found; `guessed` lists the fields whose column
    was not given. `repaired` counts values by key of `REPAIRS`. `new` and `changed` count what the import
    wrote (product-days or reviews): both are 0 when the file was imported before. `notes`: English, Chinese.
    """

    file_name: str
    encoding: str
    rows_read: int
    rows_used: int
    rows_folded: int
    rejected: list[Rejection]
    mapping: dict[str, str]
    new: int
    changed: int
    guessed: tuple[str, ...] = ()
    repaired: dict[str, int] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def rejected_by_reason(self) -> dict[str, int]:
        """Count the rejected rows by reason, most frequent first."""
        return dict(Counter(rejection.reason for rejection in self.rejected).most_common())

    def lines(self, language: str = "en") -> list[str]:
        """Return the report as lines to print, in "en" or "zh"."""
        return _chinese_lines(self) if language == "zh" else _english_lines(self)

    def rows_of(self, reason: str, most: int = 5) -> list[int]:
        """Return the first row numbers that were rejected for `reason`."""
        return [r.row_number for r in self.rejected if r.reason == reason][:most]


def _english_lines(report: ImportReport) -> list[str]:
    lines = [
        f"{report.file_name} ({report.encoding}): {report.rows_read:,} rows read, {report.rows_used:,} used, "
        f"{report.rows_folded:,} exact repeats folded, {len(report.rejected):,} rejected",
        "columns: "
        + ", ".join(f"{k} = {v!r}{' (guessed)' * (k in report.guessed)}" for k, v in report.mapping.items()),
        f"written: {report.new:,} new, {report.changed:,} changed",
    ]
    for reason, count in report.rejected_by_reason.items():
        rows = ", ".join(map(str, report.rows_of(reason)))
        lines.append(f"rejected {count:,}: {REASONS[reason][0]} (rows {rows}{', ...' * (count > 5)})")
    lines += [f"repaired {count:,}: {REPAIRS[repair][0]}" for repair, count in report.repaired.items()]
    return lines + [f"note: {english}" for english, _ in report.notes]


def _chinese_lines(report: ImportReport) -> list[str]:
    lines = [
        f"{report.file_name}（{report.encoding}）：读取 {report.rows_read:,} 行，"
        f"采用 {report.rows_used:,} 行，合并重复 {report.rows_folded:,} 行，剔除 {len(report.rejected):,} 行",
        "列对应："
        + "，".join(f"{k} = “{v}”{'（推测）' * (k in report.guessed)}" for k, v in report.mapping.items()),
        f"写入：新增 {report.new:,} 条，更新 {report.changed:,} 条",
    ]
    for reason, count in report.rejected_by_reason.items():
        rows = "、".join(map(str, report.rows_of(reason)))
        lines.append(f"剔除 {count:,} 行：{REASONS[reason][1]}（第 {rows}{' …' * (count > 5)} 行）")
    lines += [f"修正 {count:,} 处：{REPAIRS[repair][1]}" for repair, count in report.repaired.items()]
    return lines + [f"说明：{chinese}" for _, chinese in report.notes]
