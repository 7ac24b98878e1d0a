"""The causes of a change in words: what happened, and how many units it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.festivals import festivals_between
from tools.labels import Words, round_percent
from tools.periods import Period
from tools.results import Draft
from tools.shop import Shop

if TYPE_CHECKING:
    from forecasting.attribution import Cause

CAUSE_LABELS = {
    "price": Words("Price", "价格"),
    "promotion": Words("Promotion", "促销"),
    "stockout": Words("Stock-outs", "断货"),
    "calendar_event": Words("Festivals and sales events", "节日大促"),
    "market": Words("The whole shop's pace", "大盘走势"),
    "weekday_mix": Words("Different weekdays", "星期构成"),
    "closed_days": Words("Closed days", "停业"),
    "unexplained": Words("Not explained by the records", "记录里看不出的原因"),
}


def main_cause(causes: Sequence[Cause], change: int) -> Cause | None:
    """Return the largest cause that worked in the change's direction; None where nothing changed.

    Args:
        causes: causes that are worth at least a unit, largest first.
        change: units, signed.
    """
    return next((cause for cause in causes if cause.integer_units * change > 0), None)


def say_main_cause(
    draft: Draft, shop: Shop, main: Cause, change: int, recent: Period, before: Period
) -> None:
    """Name the main cause, or say that it is not among the records.

    Args:
        draft: holds the fact "<kind>_units".
        shop: the session's shop.
        main: from `main_cause`.
        change: units, signed.
        recent: the days explained.
        before: the days that they are compared with.
    """
    side = Words("rise", "上涨") if change > 0 else Words("fall", "下跌")
    if main.kind == "unexplained":
        draft.say(
            "verdict",
            f"Price, promotions, stock and the calendar do not account for most of this {side.en}:"
            " {unexplained_units} come from something particular to this product that the sales records do"
            " not show.",
            f"这次{side.zh}主要不是价格、促销、库存或节日造成的："
            "有 {unexplained_units}来自这款商品自身的变化，销售记录里看不出原因。",
            aspect="cause",
            others=[
                (
                    f"The records do not explain most of this {side.en}: {{unexplained_units}} of it go with neither"
                    " price nor promotions, stock or the calendar, but with something particular to this product.",
                    f"这次{side.zh}大部分在记录里找不到原因：有 {{unexplained_units}}和价格、促销、库存、节日都无关，"
                    "是这款商品自身的变化。",
                )
            ],
        )
        return
    happened = _HAPPENED[main.kind](draft, shop, main, recent, before)
    worth = Words("added about", "带来约 ") if change > 0 else Words("cost about", "拉低约 ")
    units = f"{{{main.kind}_units}}"
    draft.say(
        "verdict",
        f"{happened.en}; that {worth.en} {units}, the largest single factor in the {side.en}.",
        f"{happened.zh}，{worth.zh}{units}，是{side.zh}的最大因素。",
        aspect="cause",
    )


def say_cause(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> None:
    """Say what happened and what it is worth; a cause of which nothing more is known gets its units alone."""
    happened = _HAPPENED[cause.kind](draft, shop, cause, recent, before)
    side = Words("added about", "带来约 ") if cause.integer_units > 0 else Words("cost about", "拉低约 ")
    draft.say(
        "evidence",
        f"{happened.en}; that {side.en} {{{cause.kind}_units}}.",
        f"{happened.zh}，{side.zh}{{{cause.kind}_units}}。",
        aspect=cause.kind,
    )


def _price(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    draft.fact("price_before", round(cause.details["price_baseline"], 2), shop.currency, period=before.iso())
    draft.fact("price_now", round(cause.details["price_recent"], 2), shop.currency, period=recent.iso())
    side = Words("rose", "涨到") if cause.details["change_pct"] > 0 else Words("fell", "降到")
    return Words(
        f"The price {side.en} from {{price_before}} to {{price_now}}",
        f"价格从 {{price_before}} {side.zh} {{price_now}}",
    )


def _promotion(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    return _days_words(
        draft,
        cause,
        "promo_days",
        Words("It was on promotion on {now}, against {then} before", "促销 {now}（之前 {then}）"),
    )


def _stockout(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    return _days_words(
        draft,
        cause,
        "stockout_days",
        Words("It was out of stock on {now}, against {then} before", "断货 {now}（之前 {then}）"),
    )


def _closed_days(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    return _days_words(
        draft,
        cause,
        "closed_days",
        Words("The shop was closed on {now}, against {then} before", "店铺停业 {now}（之前 {then}）"),
    )


def _days_words(draft: Draft, cause: Cause, name: str, words: Words) -> Words:
    for ending in ("recent", "baseline"):
        draft.fact(f"{name}_{ending}", cause.details[f"{name}_{ending}"], "days")
    names = {"now": f"{{{name}_recent}}", "then": f"{{{name}_baseline}}"}
    return Words(words.en.format(**names), words.zh.format(**names))


_EVENT_BEFORE = {
    True: Words("Sales had been held back by {event}, now over", "前一段的销量受{event}拖累，节后恢复正常"),
    False: Words("Sales had been lifted by {event}, now over", "前一段有{event}拉动，节后回落"),
}


def _event(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    for period, en, zh in (
        (recent, "This time includes {event}", "这段时间赶上{event}"),
        (before, *_EVENT_BEFORE[cause.integer_units > 0]),
    ):
        # Of two events in a period the one nearest to its end is named.
        events = festivals_between(shop, period.start, period.end)
        if events:
            label = events[-1].label
            draft.fact(
                "event", label["en"], "text", metric="event", period=period.iso(), localized=dict(label)
            )
            return Words(en, zh)
    return Words("Festivals fell differently", "节日分布不同")


def _market(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    change = cause.details["change_pct"]
    draft.fact(
        "market_pct",
        round_percent(abs(change)),
        "percent",
        metric="the rest of the shop",
        period=recent.iso(),
    )
    side = Words("more", "多卖") if change > 0 else Words("less", "少卖")
    return Words(
        f"The rest of the shop sold {{market_pct}} {side.en}", f"店里其他商品整体{side.zh} {{market_pct}}"
    )


def _weekday_mix(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    return Words("The days compared are different weekdays", "前后的星期构成不同")


def _unexplained(draft: Draft, shop: Shop, cause: Cause, recent: Period, before: Period) -> Words:
    return Words("Something the sales records do not show was at work too", "另有销售记录里看不出的因素")


_HAPPENED = {
    "price": _price,
    "promotion": _promotion,
    "stockout": _stockout,
    "calendar_event": _event,
    "market": _market,
    "weekday_mix": _weekday_mix,
    "closed_days": _closed_days,
    "unexplained": _unexplained,
}
