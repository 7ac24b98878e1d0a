"""Sales over time as a table and as a line: by day, week or month, whichever can be read.

`by_day` is indexed by day and has the columns units and revenue.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tools.labels import Words, localized_title
from tools.results import Column, Draft, Table
from tools.shop import Shop


def _bucket(by_day: pd.DataFrame) -> tuple[pd.DataFrame, Words]:
    """Return sales by day, week or month: whichever keeps a table or a line readable."""
    if len(by_day) <= 31:
        return by_day, Words("Day", "日期")
    rule, words = (
        ("W-SUN", Words("Week from", "周起始日"))
        if len(by_day) <= 184
        else ("MS", Words("Month from", "月份起始日"))
    )
    totals = (
        by_day[["units", "revenue"]]
        .resample(rule, label="left", closed="right" if rule == "W-SUN" else "left")
        .sum()
    )
    if rule == "W-SUN":
        totals.index = totals.index + pd.Timedelta(days=1)
    return totals, words


def day_table(by_day: pd.DataFrame) -> Table:
    """Return units by day, week or month, whichever suits the length."""
    totals, heading = _bucket(by_day)
    rows = [
        {
            "ds": day.date().isoformat(),
            "units": round(float(total["units"])),
            "revenue": round(float(total["revenue"]), 2),
        }
        for day, total in zip(totals.index, totals.to_dict("records"), strict=True)
    ]
    columns = [
        Column(key="ds", en=heading.en, zh=heading.zh, unit="date"),
        Column(key="units", en="Units", zh="销量（件）", unit="count"),
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))


def sales_chart(shop: Shop, draft: Draft, by_day: pd.DataFrame) -> dict[str, Any]:
    """Return the line of units by day, week or month."""
    totals, _ = _bucket(by_day)
    if draft.result.products:
        title = localized_title(shop.catalogue, draft.result.products[0].product_id)
    else:
        title = {"en": "The whole shop", "zh": "全店"}
    return {
        "kind": "series",
        "title": {"en": f"{title['en']}: units sold", "zh": f"{title['zh']}：销量"},
        "series": [
            {
                "name": {"en": "Units", "zh": "销量"},
                "ds": [day.date().isoformat() for day in totals.index],
                "y": [float(units) for units in totals["units"]],
            }
        ],
        "marks": [],
    }
