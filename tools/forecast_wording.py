"""How far a forecast can be trusted, in words chosen by code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tools.festivals import festivals_between
from tools.labels import Words, state_period, state_product
from tools.periods import Period
from tools.products import Product
from tools.results import Draft, Role
from tools.shop import Shop

if TYPE_CHECKING:
    from forecasting.calendar import Event
    from forecasting.forecast import Forecast
    from store.forecasts import KeptForecast

YEAR_DAYS = 365
# forecasting.forecast.Forecast.notes, as a merchant would say them.
_NOTES = {
    "stockouts_corrected": Words(
        "For the {corrected_days} that {product} was out of stock, the forecast counts {corrected_units} of unmet"
        " demand on top of what sold.",
        "{product}断货的 {corrected_days}里，除了实际卖出的，还补算了 {corrected_units}的需求。",
    ),
    "closed_weekdays": Words("Days the shop is closed are forecast as zero.", "店铺休息的日子按零销量计算。"),
    "gaps_filled": Words(
        "Some days have no record; they were filled in with usual sales.",
        "有些日子没有记录，按平时销量补算。",
    ),
    "not_trained": Words(
        "The forecasters are not trained on this store yet, so each product is forecast from its own sales alone.",
        "这家店还没有训练预测模型，目前每款商品只根据自己的销量来预测。",
    ),
    "no_sales_recorded": Words(
        "{product} has not sold at all so far, so the forecast is a guess near zero.",
        "{product}到现在还没有卖出过，预测只能接近零。",
    ),
}
_LENDERS = {
    1: Words("{similar1}", "{similar1}"),
    2: Words("{similar1} and {similar2}", "{similar1}和{similar2}"),
    3: Words("{similar1}, {similar2} and {similar3}", "{similar1}、{similar2}和{similar3}"),
}


def say_verdict(draft: Draft, product_id: str, forecast: KeptForecast, role: Role = "verdict") -> None:
    """Say what the backtest found, also when it found nothing better than repeating last week.

    Args:
        draft: of the answer; it has stated the product's title as "product".
        product_id: the product.
        forecast: its forecast.
        role: "detail" where the answer has something better to go by.
    """
    if forecast.verdict == "too_little_history" or forecast.backtest is None:
        _say_too_little(draft, product_id, forecast, role)
        return
    draft.fact("tests", forecast.backtest["weeks"], "weeks", entity=product_id)
    for name in ("error", "naive_error"):
        draft.fact(name, _rounded(forecast.backtest[name]), "units", entity=product_id)
    if forecast.verdict == "no_better_than_naive":
        draft.say(
            role,
            "For this product the forecast does no better than last week's pattern: in tests on {tests} of past sales"
            " it missed a week's total by {error} on average, and simply repeating last week by {naive_error}.",
            "这款商品的预测并不比照搬上周更准：拿过去 {tests}的销量检验，每周总量平均偏差 {error}，"
            "照搬上周是 {naive_error}。",
            aspect="accuracy",
            opening=(
                "Forecasts of {product} do no better than last week's pattern: in tests on {tests} of past sales they"
                " missed a week's total by {error} on average, and simply repeating last week by {naive_error}.",
                "{product}的预测并不比照搬上周更准：拿过去 {tests}的销量检验，每周总量平均偏差 {error}，"
                "照搬上周是 {naive_error}。",
            ),
        )
        return
    draft.say(
        role,
        "In tests on {tests} of past sales this method missed a week's total by {error} on average, against"
        " {naive_error} for simply repeating last week.",
        "拿过去 {tests}的销量检验，这个方法算出的每周总量平均偏差 {error}，照搬上周的偏差是 {naive_error}。",
        aspect="accuracy",
        others=[
            (
                "Tried out on {tests} of past sales, the weekly total was off by {error} on average; simply repeating"
                " last week was off by {naive_error}.",
                "用过去 {tests}的数据回测，每周总量平均偏差 {error}；如果照搬上周，偏差是 {naive_error}。",
            )
        ],
        opening=(
            "Forecasts of {product} missed a week's total by {error} on average in tests on {tests} of past sales,"
            " against {naive_error} for simply repeating last week.",
            "拿过去 {tests}的销量检验，{product}的预测每周总量平均偏差 {error}，照搬上周的偏差是 {naive_error}。",
        ),
    )


def _say_too_little(draft: Draft, product_id: str, forecast: KeptForecast, role: Role) -> None:
    draft.fact("history", forecast.history_days, "days", entity=product_id)
    if not forecast.history_days:
        draft.say(
            role,
            "It has no sales behind it yet, so no method could be tested; take this as a rough estimate with a wide"
            " margin.",
            "它还没有销售记录，没法检验预测方法，这里只是粗略估计，误差范围较宽。",
            aspect="accuracy",
            opening=(
                "{product} has no sales behind it yet, so no method could be tested; take its forecast as a rough"
                " estimate with a wide margin.",
                "{product}还没有销售记录，没法检验预测方法，目前只是粗略估计，误差范围较宽。",
            ),
        )
        return
    draft.say(
        role,
        "It has only {history} of sales behind it, too little to test a method; take this as a rough estimate with a"
        " wide margin.",
        "它只有 {history}的销售记录，还不足以检验预测方法，这里只是粗略估计，误差范围较宽。",
        aspect="accuracy",
        opening=(
            "{product} has only {history} of sales behind it, too little to test a method, so trust its forecast"
            " only as a rough estimate with a wide margin.",
            "{product}只有 {history}的销售记录，还检验不了预测方法，目前只是粗略估计，误差范围较宽。",
        ),
    )


def say_loan(draft: Draft, shop: Shop, product: Product, forecast: Forecast | KeptForecast) -> None:
    """Name the products that a forecast leans on where its own product has hardly sold."""
    known = [shop.catalogue.get(lender) for lender in forecast.borrowed_from]
    lenders = [lender for lender in known if lender is not None][: max(_LENDERS)]
    if not lenders:
        return
    for place, lender in enumerate(lenders, start=1):
        state_product(draft, lender, f"similar{place}")
    named = _LENDERS[len(lenders)]
    draft.say(
        "caveat",
        f"{{product}} has hardly any sales of its own, so its forecast leans on those of {named.en}; the interval is"
        " wide.",
        f"{{product}}自己的销售记录太少，预测参考了{named.zh}的销量，区间较宽。",
        aspect="borrowed",
    )


def warn_festivals(draft: Draft, shop: Shop, period: Period, forecast: Forecast | KeptForecast) -> None:
    """Name the first festival in a time that is forecast: even who knows the calendar has seen few of them."""
    for event in festivals_between(shop, period.start, period.end)[:1]:
        draft.fact("event", event.label["en"], "text", metric="event", localized=dict(event.label))
        touched = Period(max(event.start, period.start), min(event.end, period.end))
        days = state_period(draft, touched, "event_")
        effect = _foreseen(shop, event, forecast)
        draft.say(
            "caveat",
            f"This time takes in {{event}}, {days.en}; {effect.en}.",
            f"这段时间赶上{{event}}（{days.zh}），{effect.zh}。",
            aspect="event",
        )


def _foreseen(shop: Shop, event: Event, forecast: Forecast | KeptForecast) -> Words:
    """Return what a festival does to a forecast."""
    # Only what learns over all products is told the calendar.
    if "not_trained" in forecast.notes or forecast.borrowed_from:
        return Words(
            "the forecast follows ordinary weeks and may run low around it",
            "预测按平常的日子推算，那几天可能偏低",
        )
    if shop.first_day > event.start - timedelta(days=YEAR_DAYS):
        return Words(
            "the store's sales do not go back to the last one, so the forecast may run low around it",
            "店里的销售记录还没有经历过上一次，那几天的预测可能偏低",
        )
    return Words(
        "the forecast reckons with it but has only past years to go by, so it is less certain around it",
        "预测考虑了这个日子，但只能参照往年的销量，那几天的误差可能更大",
    )


def say_notes(draft: Draft, product_id: str, forecast: Forecast | KeptForecast) -> None:
    """Say what was done to the data, and what was left out."""
    draft.fact("corrected_days", forecast.corrected_days, "days", entity=product_id)
    added = _rounded(forecast.corrected_units)
    draft.fact("corrected_units", added, "units", entity=product_id, metric="demand beyond sales")
    # A correction of nothing is not worth a word, and what is borrowed is no guess near zero.
    untold = {
        "stockouts_corrected": not added,
        "no_sales_recorded": bool(forecast.borrowed_from),
    }
    for note in forecast.notes:
        if not untold.get(note):
            draft.say("caveat", *_NOTES[note], aspect=note)


def _rounded(units: float) -> float:
    return round(units) if units >= 10 else round(units, 1)
