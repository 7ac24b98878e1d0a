"""What an import did with every row of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

import numpy as np

_ROWS_IN_JSON = 1_000

# Why a row is not used, by code: (English, Chinese).
REASONS: dict[str, tuple[str, str]] = {
    "field_count": ("the row has more or fewer fields than the header", "字段数与表头不一致"),
    "bad_json": ("the line is no JSON object", "该行不是 JSON 对象"),
    "empty_row": ("the row is empty", "空行"),
    "no_date": ("no date", "没有日期"),
    "bad_date": ("the date cannot be read", "日期无法识别"),
    "ambiguous_date": (
        "the date could be either way round, and the column has both",
        "日期的月、日先后不明，且该列两种写法都有",
    ),
    "date_out_of_range": ("the date lies outside 1990 to 2100", "日期不在 1990 至 2100 年之间"),
    "no_product": ("no product", "没有商品"),
    "no_units": ("no number of units", "没有数量"),
    "bad_units": ("the number of units cannot be read", "数量无法识别"),
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
    "other_currency": ("another currency than the store's", "币种与店铺不一致"),
    "order_cancelled": (
        "the order was cancelled, or closed before it was sent",
        "订单已取消，或在发货前关闭",
    ),
    "not_paid": ("the order was never paid for", "订单未付款"),
    "no_order": ("its order is not in the orders file", "订单文件中没有这张订单"),
    "no_line": ("no product line: a further picture, payment or note", "没有商品行：附加图片、付款或备注"),
    "several_products": (
        "the order has several products, and the row does not say which",
        "订单含多件商品，无法判断是哪一件",
    ),
    "no_price": ("no price: samples, found or damaged stock", "没有价格：样品、盘盈或残损"),
}
# What was changed or marked in rows that are used all the same.
REPAIRS: dict[str, tuple[str, str]] = {
    "invisible_characters": (
        "cells with NUL, zero-width or direction characters, which were removed",
        "单元格含不可见字符（NUL、零宽、方向控制），已去除",
    ),
    "formula": (
        "cells that begin like a formula, kept as text and never run",
        "单元格以公式开头，按文本保留，从不执行",
    ),
    "bad_price": ("price that cannot be read, left unknown", "单价无法识别，按未知处理"),
    "bad_revenue": ("revenue that cannot be read, left unknown", "金额无法识别，按未知处理"),
    "bad_regular_price": ("shelf price that cannot be read, left unknown", "标价无法识别，按未知处理"),
    "bad_on_hand": ("stock that cannot be read, left unknown", "库存无法识别，按未知处理"),
    "bad_promo": ("promotion mark that cannot be read, taken as none", "促销标记无法识别，按无促销处理"),
    "bad_rating": ("rating that is not 1 to 5, left unknown", "评分不是 1 至 5，按未知处理"),
    "bad_date": (
        "review date that cannot be read or lies outside 1990 to 2100, left unknown",
        "评价日期无法识别，或不在 1990 至 2100 年之间，按未知处理",
    ),
}


class Rejection(NamedTuple):
    """A row that is not used. Row 1 is the first below the header; `reason` is a key of `REASONS`."""

    row_number: int
    reason: str


class Rejections(Sequence[Rejection]):
    """Rejected rows by row number, held as two arrays: a file may have millions.

    Args:
        numbers: row numbers, shape (n,), in any order.
        codes: position of each row's reason in `reasons`, shape (n,).
        reasons: keys of `REASONS`.
    """

    def __init__(self, numbers: np.ndarray, codes: np.ndarray, reasons: Sequence[str]) -> None:
        order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[order].astype(np.int64)
        self._codes = codes[order].astype(np.int64)
        self._reasons = reasons

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, key: int) -> Rejection: ...

    @overload
    def __getitem__(self, key: slice) -> list[Rejection]: ...

    def __getitem__(self, key: int | slice) -> Rejection | list[Rejection]:
        if isinstance(key, slice):
            return [self[position] for position in range(*key.indices(len(self)))]
        return Rejection(int(self._numbers[key]), self._reasons[self._codes[key]])

    def __iter__(self) -> Iterator[Rejection]:
        return (self[position] for position in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Rejections({self.by_reason()})"

    def by_reason(self) -> dict[str, int]:
        """Count the rows by reason, most frequent first."""
        counts = np.bincount(self._codes, minlength=len(self._reasons))
        order = np.argsort(-counts, kind="stable")
        return {self._reasons[code]: int(counts[code]) for code in order if counts[code]}

    def rows_of(self, reason: str, most: int) -> list[int]:
        """Return the first `most` row numbers of a reason."""
        found = self._numbers[self._codes == self._reasons.index(reason)] if reason in self._reasons else []
        return [int(number) for number in found[:most]]


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: rows_read == rows_used + rows_folded + len(rejected).

    `mapping` names the file's column for each field that was found; `guessed` lists the fields whose column
    was guessed from its heading, `remembered` those that an earlier import of the same layout settled.
    `repaired` counts values by key of `REPAIRS`, `repaired_rows` numbers the first of them. `new` and `changed`
    count what the import wrote (product-days or reviews): both are 0 when the file was imported before. `notes`
    and `evidence` (how each column's values were read, and by what sign): English, Chinese. `is_dry_run`:
    nothing was written, and `new` and `changed` say what would have been.
    """

    file_name: str
    encoding: str
    rows_read: int
    rows_used: int
    rows_folded: int
    rejected: Sequence[Rejection]
    mapping: dict[str, str]
    new: int
    changed: int
    guessed: tuple[str, ...] = ()
    repaired: dict[str, int] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    repaired_rows: dict[str, list[int]] = field(default_factory=dict)
    evidence: tuple[tuple[str, str], ...] = ()
    remembered: tuple[str, ...] = ()
    is_dry_run: bool = False

    @property
    def rejected_by_reason(self) -> dict[str, int]:
        """Count the rejected rows by reason, most frequent first."""
        return _compact(self.rejected).by_reason()

    def lines(self, language: str = "en") -> list[str]:
        """Return the report as lines to print, in "en" or "zh"."""
        return _chinese_lines(self) if language == "zh" else _english_lines(self)

    def rows_of(self, reason: str, most: int = 5) -> list[int]:
        """Return the first row numbers that were rejected for `reason`."""
        return _compact(self.rejected).rows_of(reason, most)

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines; of each reason the first 1,000 row numbers."""
        return {
            "file": self.file_name,
            "encoding": self.encoding,
            "dry_run": self.is_dry_run,
            "rows": {
                "read": self.rows_read,
                "used": self.rows_used,
                "folded": self.rows_folded,
                "rejected": len(self.rejected),
            },
            "columns": {
                name: {"column": column, "origin": self._origin(name)}
                for name, column in self.mapping.items()
            },
            "rejected": {
                reason: {
                    "count": count,
                    "rows": self.rows_of(reason, _ROWS_IN_JSON),
                    **_texts(REASONS[reason]),
                }
                for reason, count in self.rejected_by_reason.items()
            },
            "repaired": {
                repair: {
                    "count": count,
                    "rows": self.repaired_rows.get(repair, []),
                    **_texts(REPAIRS[repair]),
                }
                for repair, count in self.repaired.items()
            },
            "written": {"new": self.new, "changed": self.changed},
            "evidence": [_texts(line) for line in self.evidence],
            "notes": [_texts(note) for note in self.notes],
        }

    def _origin(self, name: str) -> str:
        if name in self.remembered:
            return "remembered"
        return "guessed" if name in self.guessed else "given"


def count_of(count: int, noun: str) -> str:
    """Return "1 row", "2 rows": a number with its noun, whose plural takes an s."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _compact(rejected: Sequence[Rejection]) -> Rejections:
    if isinstance(rejected, Rejections):
        return rejected
    reasons = list(REASONS)
    return Rejections(
        np.array([row.row_number for row in rejected], dtype=np.int64),
        np.array([reasons.index(row.reason) for row in rejected], dtype=np.int64),
        reasons,
    )


def _texts(pair: tuple[str, str]) -> dict[str, str]:
    return {"en": pair[0], "zh": pair[1]}


def _english_rows(rows: list[int], count: int) -> str:
    more = ", ..." * (count > len(rows))
    return f" ({'row' if count == 1 else 'rows'} {', '.join(map(str, rows))}{more})" if rows else ""


def _chinese_rows(rows: list[int], count: int) -> str:
    return f"（第 {'、'.join(map(str, rows))} 行{'等' * (count > len(rows))}）" if rows else ""


def _english_lines(report: ImportReport) -> list[str]:
    origin = {"guessed": " (guessed)", "remembered": " (as in an earlier import)", "given": ""}
    columns = report.as_json()["columns"]
    lines = [
        f"{report.file_name} ({report.encoding}): {count_of(report.rows_read, 'row')} read, "
        f"{report.rows_used:,} used, {count_of(report.rows_folded, 'exact repeat')} folded, "
        f"{len(report.rejected):,} rejected",
        "columns: " + ", ".join(f"{k} = {v['column']!r}{origin[v['origin']]}" for k, v in columns.items()),
        f"{'trial run, nothing written; it would be' if report.is_dry_run else 'written'}: "
        f"{report.new:,} new, {report.changed:,} changed",
    ]
    for reason, count in report.rejected_by_reason.items():
        lines.append(
            f"rejected {count:,}: {REASONS[reason][0]}{_english_rows(report.rows_of(reason), count)}"
        )
    for repair, count in report.repaired.items():
        rows = report.repaired_rows.get(repair, [])
        lines.append(f"repaired {count:,}: {REPAIRS[repair][0]}{_english_rows(rows, count)}")
    lines += [f"read: {english}" for english, _ in report.evidence]
    return lines + [f"note: {english}" for english, _ in report.notes]


def _chinese_lines(report: ImportReport) -> list[str]:
    origin = {"guessed": "（推测）", "remembered": "（沿用以前的导入）", "given": ""}
    columns = report.as_json()["columns"]
    lines = [
        f"{report.file_name}（{report.encoding}）：读取 {report.rows_read:,} 行，"
        f"采用 {report.rows_used:,} 行，合并重复 {report.rows_folded:,} 行，剔除 {len(report.rejected):,} 行",
        "列对应：" + "，".join(f"{k} = “{v['column']}”{origin[v['origin']]}" for k, v in columns.items()),
        f"{'试运行，未写入；若导入将' if report.is_dry_run else '写入：'}"
        f"新增 {report.new:,} 条，更新 {report.changed:,} 条",
    ]
    for reason, count in report.rejected_by_reason.items():
        rows = report.rows_of(reason)
        lines.append(f"剔除 {count:,} 行：{REASONS[reason][1]}{_chinese_rows(rows, count)}")
    for repair, count in report.repaired.items():
        rows = report.repaired_rows.get(repair, [])
        lines.append(f"修正 {count:,} 处：{REPAIRS[repair][1]}{_chinese_rows(rows, count)}")
    lines += [f"读法：{chinese}" for _, chinese in report.evidence]
    return lines + [f"说明：{chinese}" for _, chinese in report.notes]
