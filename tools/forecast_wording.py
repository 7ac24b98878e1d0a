"""How far a forecast can be trusted, in words chosen by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.festivals import festivals_between
from tools.labels import Words, state_period
from tools.periods import Period
from tools.results import Draft
from tools.shop import Shop

if TYPE_CHECKING:
    from forecasting.forecast import Forecast

# forecasting.forecast.Forecast.notes, as a merchant would say them.
_NOTES = {
    "stockouts_corrected": Words(
        "Days out of stock were filled in with usual sales rather than counted as no demand.",
        "断货的日子按平时销量补算，没有当成没人买。",
    ),
    "closed_weekdays": Words("Days the shop is closed are forecast as zero.", "店铺休息的日子按零销量计算。"),
    "gaps_filled": Words(
        "Some days have no record; they were filled in with usual sales.",
        "有些日子没有记录，按平时销量补算。",
    ),
    "negatives_clipped": Words(
        "Days with more returns than sales were counted as zero.", "退货多于销售的日子按零计算。"
    ),
    "arima_rejected": Words(
        "ARIMA did not fit this product reliably and was left out.",
        "ARIMA 对这款商品拟合不可靠，没有采用。",
    ),
    "lstm_not_trained": Words(
        "The neural network is not trained on this store yet; the other methods made this forecast.",
        "这家店还没有训练神经网络模型，预测由其他方法得出。",
    ),
    "no_sales_recorded": Words(
        "{product} has not sold at all so far, so the forecast is a guess near zero.",
        "{product}到现在还没有卖出过，预测只能接近零。",
    ),
}


def say_verdict(draft: Draft, product_id: str, forecast: Forecast) -> None:
    """Say what the backtest found, also when it found nothing better than repeating last week."""
    if forecast.verdict == "too_little_history" or forecast.backtest is None:
        draft.fact("history", forecast.history_days, "days", entity=product_id)
        draft.say(
            "verdict",
            "It has only {history} of sales behind it, too little to test a method; this is a simple average"
            " with a wide margin.",
            "它只有 {history}的销售记录，还不足以检验预测方法，这里用的是简单平均，误差范围较宽。",
            aspect="accuracy",
            opening=(
                "{product} has only {history} of sales behind it, too little to test a method, so trust its forecast"
                " only as a simple average with a wide margin.",
                "{product}只有 {history}的销售记录，还检验不了预测方法，目前只是简单平均，误差范围较宽。",
            ),
        )
        return
    backtest = forecast.backtest
    draft.fact("tests", backtest.origins, "count", entity=product_id)
    draft.fact("test_days", backtest.horizon_days, "days", entity=product_id)
    draft.fact("error", round(backtest.errors["combination"], 2), "units_per_day", entity=product_id)
    draft.fact("naive_error", round(backtest.naive_error, 2), "units_per_day", entity=product_id)
    if forecast.verdict == "no_better_than_naive":
        draft.say(
            "verdict",
            "Nothing beats last week's pattern here, so that is what this forecast follows; over {tests} past"
            " tests of {test_days} each it was off by {naive_error}.",
            "这款商品用任何模型都不比照搬上周更准，所以预测就按上周的节奏来；"
            "在 {tests} 次各 {test_days}的历史检验里，平均偏差 {naive_error}。",
            aspect="accuracy",
            opening=(
                "Forecasts of {product} were off by {naive_error} on average over {tests} past tests of {test_days}"
                " each; nothing beats last week's pattern here, so that is what they follow.",
                "{product}的预测在 {tests} 次各 {test_days}的历史检验里平均偏差 {naive_error}；"
                "任何模型都不比照搬上周更准，所以就按上周的节奏来。",
            ),
        )
        return
    draft.say(
        "verdict",
        "Over {tests} past tests of {test_days} each this method was off by {error}, against {naive_error}"
        " for simply repeating last week.",
        "在 {tests} 次各 {test_days}的历史检验里，这个方法平均偏差 {error}，照搬上周的偏差是 {naive_error}。",
        aspect="accuracy",
        others=[
            (
                "In {tests} past tests of {test_days} each its average error was {error}; repeating last week would"
                " have given {naive_error}.",
                "拿过去 {tests} 段各 {test_days}的数据回测，平均偏差 {error}；如果照搬上周，偏差是 {naive_error}。",
            )
        ],
        opening=(
            "Forecasts of {product} were off by {error} on average over {tests} past tests of {test_days} each,"
            " against {naive_error} for simply repeating last week.",
            "{product}的预测在 {tests} 次各 {test_days}的历史检验里平均偏差 {error}，照搬上周的偏差是 {naive_error}。",
        ),
    )


def warn_festivals(draft: Draft, shop: Shop, period: Period) -> None:
    """Name the first festival in a time that is forecast: the forecasters know weekdays, not sales events."""
    for event in festivals_between(shop, period.start, period.end)[:1]:
        draft.fact("event", event.label["en"], "text", metric="event", localized=dict(event.label))
        touched = Period(max(event.start, period.start), min(event.end, period.end))
        days = state_period(draft, touched, "event_")
        draft.say(
            "caveat",
            f"This time takes in {{event}}, {days.en}; the forecast follows ordinary weeks and may run low "
            "around it.",
            f"这段时间赶上{{event}}（{days.zh}），预测按平常的日子推算，那几天可能偏低。",
            aspect="event",
        )


def say_notes(draft: Draft, forecast: Forecast) -> None:
    """Say what was done to the data, and what was left out."""
    for note in forecast.notes:
        draft.say("caveat", *_NOTES[note], aspect=note)
