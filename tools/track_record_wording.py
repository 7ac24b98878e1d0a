"""How the last forecasts of a product turned out, in words chosen by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.labels import Words, round_percent
from tools.results import Draft

if TYPE_CHECKING:
    from store.track_records import TrackRecord

CONFIDENCE_PERCENT = 80


def say_track_record(draft: Draft, product_id: str, record: TrackRecord) -> None:
    """Say by how much earlier forecasts of the product were off, and how many totals their intervals held.

    Args:
        draft: of the answer to a forecast; it has stated the product's title as "product".
        product_id: the product.
        record: its scored forecasts.
    """

    def state(name: str, value: float, unit: str, metric: str) -> None:
        draft.fact(name, value, unit, entity=product_id, metric=metric)

    state("record_days", record.days, "days", "horizon of earlier forecasts")
    state("record_forecasts", record.forecasts, "count", "earlier forecasts")
    state("record_inside", record.inside80, "count", "earlier totals inside the interval")
    state("confidence80", CONFIDENCE_PERCENT, "percent", "confidence")
    if record.error_pct is not None and record.naive_error_pct is not None:
        state("record_error", round_percent(record.error_pct), "percent", "error of earlier forecasts")
        state("record_naive", round_percent(record.naive_error_pct), "percent", "error of last week repeated")
    plain = _sentence(record, Words("this product", "这款商品"))
    named = _sentence(record, Words("{product}", "{product}"))
    draft.say("verdict", plain.en, plain.zh, aspect="accuracy", opening=(named.en, named.zh))


def _sentence(record: TrackRecord, it: Words) -> Words:
    """Return the sentence with the product called `it`."""
    who, error, interval = _subject(record, it), _error(record), _interval(record)
    return Words(f"{who.en} {error.en}; {interval.en}.", f"{who.zh}{error.zh}；{interval.zh}。")


def _subject(record: TrackRecord, it: Words) -> Words:
    if record.forecasts == 1:
        return Words(
            f"My last forecast of {it.en}, over {{record_days}},",
            f"上一次对{it.zh}的预测（{{record_days}}）",
        )
    return Words(
        f"My last {{record_forecasts}} forecasts of {it.en}, {{record_days}} each,",
        f"最近 {{record_forecasts}} 次对{it.zh}的预测（每次 {{record_days}}）",
    )


def _error(record: TrackRecord) -> Words:
    was = "was" if record.forecasts == 1 else "were"
    if record.error_pct is None or record.naive_error_pct is None:
        return Words(f"{was} for a time in which nothing sold", "所在的时间里没有卖出")
    return Words(
        f"{was} off by {{record_error}}, against {{record_naive}} for simply repeating last week",
        "偏差 {record_error}，照搬上周的偏差是 {record_naive}",
    )


def _interval(record: TrackRecord) -> Words:
    if record.forecasts == 1:
        side = Words("inside", "内") if record.inside80 else Words("outside", "外")
        return Words(
            f"the total lay {side.en} the {{confidence80}} interval",
            f"实际总量落在 {{confidence80}} 的预测区间{side.zh}",
        )
    if record.inside80 == record.forecasts:
        return Words(
            "every total lay inside the {confidence80} interval",
            "每次的实际总量都落在 {confidence80} 的预测区间内",
        )
    if record.inside80 == 0:
        return Words(
            "no total lay inside the {confidence80} interval",
            "实际总量都没有落在 {confidence80} 的预测区间内",
        )
    return Words(
        "{record_inside} of {record_forecasts} totals lay inside the {confidence80} interval",
        "其中 {record_inside} 次的实际总量落在 {confidence80} 的预测区间内",
    )
