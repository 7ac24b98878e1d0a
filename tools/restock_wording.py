"""What to order and why, in words that follow the numbers.

The facts that the sentences name are stated by `tools.restock`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tools.labels import Words
from tools.results import Draft

if TYPE_CHECKING:
    from forecasting.restock import RestockDecision


# From here on more is ordered against surprise than for expected sales.
SAFETY_STOCK_RATIO = 2.0


@dataclass(frozen=True)
class Supply:
    """What the order is reckoned from, said by the merchant or recorded by the store."""

    on_hand: float
    on_order: float
    lead_time_days: int
    pack_size: int
    is_on_hand_said: bool


def say_order(draft: Draft, decision: RestockDecision) -> None:
    """Say whether to order, how much and how soon."""
    if decision.order_units <= 0:
        draft.say(
            "lead",
            "No need to reorder {product} yet: the stock covers {cycle}.",
            "{product}暂时不用补货，库存够撑 {cycle}。",
            aspect="order",
            others=[
                (
                    "{product} needs no order yet: what there is covers {cycle}.",
                    "{product}现在还不用下单，手上的货够卖 {cycle}。",
                )
            ],
        )
    elif decision.must_order_now:
        draft.say(
            "lead",
            "Order {order} of {product} now.",
            "{product}现在就该补货，建议补 {order}。",
            aspect="order",
            others=[
                ("{product} needs a reorder of {order} now.", "{product}要尽快下单，建议补 {order}。"),
                ("Reorder {order} of {product} right away.", "建议马上给{product}补 {order}。"),
            ],
        )
    else:
        draft.say(
            "lead",
            "Order {order} of {product} within the week: the stock outlasts a delivery, but not the wait for"
            " the next one.",
            "{product}建议本周内补 {order}：库存撑得到这批到货，但撑不到再下一批。",
            aspect="order",
            others=[
                (
                    "Order {order} of {product} this week: there is no rush today, but the stock will not reach the"
                    " delivery after next.",
                    "{product}这周内补 {order}就行：今天不急，但库存等不到再下一批到货。",
                )
            ],
        )


def say_cover(draft: Draft, supply: Supply, decision: RestockDecision, horizon_days: int) -> None:
    """Say how long the stock lasts, and whether that outlasts a delivery."""
    entity = draft.result.products[0].product_id
    counted = Words(", on hand and on the way,", "加在途") if supply.on_order > 0 else Words("", "")
    if supply.on_hand + supply.on_order <= 0:
        draft.fact("cover", 0, "days", entity=entity)
        _say_nothing_left(draft)
        return
    if decision.cover_days >= horizon_days:
        draft.fact("cover", horizon_days, "days", entity=entity)
        lasts = Words(
            f"at the expected pace the stock of {{product}}{counted.en} lasts more than {{cover}}, beyond the"
            " {lead_time} a delivery takes.",
            f"按预计销速，{{product}}的库存{counted.zh}能卖 {{cover}}以上，远超 {{lead_time}}的到货周期。",
        )
        draft.say(
            "verdict",
            f"The stock{counted.en} lasts more than {{cover}} at the expected pace, beyond the {{lead_time}}"
            " a delivery takes.",
            f"按预计销速，库存{counted.zh}能卖 {{cover}}以上，远超 {{lead_time}}的到货周期。",
            aspect="cover",
            opening=(f"A{lasts.en[1:]}", lasts.zh),
        )
        draft.say("detail", f"Yes: {lasts.en}", f"够用：{lasts.zh}", aspect="enough")
        return
    cover = math.floor(decision.cover_days)
    draft.fact("cover", cover, "days", entity=entity)
    draft.fact("runs_out", draft.result.as_of + timedelta(days=cover + 1), "date", entity=entity)
    lead_time = int(draft.result.facts["lead_time"].value)
    if cover >= lead_time:
        en, zh = "which outlasts the {lead_time} a delivery takes", "撑得过 {lead_time}的到货周期"
    else:
        en, zh = "but a delivery takes {lead_time}", "撑不到 {lead_time}后到货"
    lasts = Words(
        f"at the expected pace the stock of {{product}}{counted.en} lasts {{cover}} and runs out around"
        f" {{runs_out}}, {en}.",
        f"按预计销速，{{product}}的库存{counted.zh}还能卖 {{cover}}，大约{{runs_out}}卖完，{zh}。",
    )
    draft.say(
        "verdict",
        f"At the expected pace the stock{counted.en} lasts {{cover}} and runs out around {{runs_out}}, {en}.",
        f"按预计销速，库存{counted.zh}还能卖 {{cover}}，大约{{runs_out}}卖完，{zh}。",
        aspect="cover",
        opening=(f"A{lasts.en[1:]}", lasts.zh),
    )
    if decision.must_order_now:
        judged = Words("No", "不够")
    elif decision.order_units > 0:
        judged = Words("For now, but not until the delivery after next", "眼下够，但撑不到再下一批到货")
    else:
        judged = Words("Yes", "够用")
    draft.say("detail", f"{judged.en}: {lasts.en}", f"{judged.zh}：{lasts.zh}", aspect="enough")


def _say_nothing_left(draft: Draft) -> None:
    draft.say(
        "verdict",
        "Nothing is in stock or on the way, but a delivery takes {lead_time}.",
        "现货和在途都没有了，撑不到 {lead_time}后到货。",
        aspect="cover",
        opening=(
            "Nothing of {product} is in stock or on the way, but a delivery takes {lead_time}.",
            "{product}现货和在途都没有了，撑不到 {lead_time}后到货。",
        ),
    )
    draft.say(
        "detail",
        "No: nothing of {product} is in stock or on the way, but a delivery takes {lead_time}.",
        "不够：{product}现货和在途都没有了，撑不到 {lead_time}后到货。",
        aspect="enough",
    )


def say_grounds(draft: Draft, supply: Supply) -> None:
    """Say what the order is reckoned from: demand, stock, risk."""
    draft.say(
        "evidence",
        "About {expected} should sell in the {lead_time} of delivery; to be {service_level} sure of not"
        " running out before the delivery after that ({cycle}), {target} are needed.",
        "到货前的 {lead_time}预计卖出 {expected}；要有 {service_level} 的把握撑到再下一批到货（共"
        " {cycle}），"
        "需要 {target}。",
        aspect="demand",
    )
    source = (
        Words("You told me there are", "您说现有 ")
        if supply.is_on_hand_said
        else Words("On record there are", "系统记录现有 ")
    )
    coming = (
        Words(" and {on_order} on the way", "、在途 {on_order}") if supply.on_order > 0 else Words("", "")
    )
    draft.say(
        "evidence",
        f"{source.en} {{on_hand}} on hand{coming.en}; the reorder point is {{reorder_point}}.",
        f"{source.zh}{{on_hand}}{coming.zh}，补货点是 {{reorder_point}}。",
        aspect="stock",
    )
    draft.say(
        "evidence",
        "If nothing is ordered, the chance of selling out within {cycle} is {risk}.",
        "如果不补货，{cycle}内卖断的概率是 {risk}。",
        aspect="risk",
        opening=(
            "If nothing is ordered, the chance of {product} selling out within {cycle} is {risk}.",
            "如果不补货，{product}在 {cycle}内卖断的概率是 {risk}。",
        ),
    )
    if supply.on_order > 0 and supply.on_hand < float(draft.result.facts["expected"].value):
        _warn_waiting(draft, supply)


def _warn_waiting(draft: Draft, supply: Supply) -> None:
    waiting = (
        Words(
            "The {on_hand} of {product} on hand alone will not last through {lead_time}",
            "{product}光靠现有的 {on_hand}撑不过 {lead_time}",
        )
        if supply.on_hand > 0
        else Words("Nothing of {product} is on hand", "{product}现货已经卖光")
    )
    draft.say(
        "caveat",
        f"{waiting.en}: it hangs on the stock on the way arriving soon.",
        f"{waiting.zh}，关键看在途的货能不能尽快到。",
        aspect="stock",
    )


def warn_safety_stock(draft: Draft, decision: RestockDecision) -> None:
    """Say so where uncertainty, not expected sales, makes the order large."""
    if decision.order_units <= 0 or decision.demand_mean <= 0:
        return
    ratio = decision.target_units / decision.demand_mean
    if ratio < SAFETY_STOCK_RATIO:
        return
    draft.fact("safety_ratio", round(ratio, 1), "times", metric="stock needed over expected sales")
    draft.say(
        "caveat",
        "Most of the order of {product} is safety stock: sales are so uneven that {service_level} certainty takes "
        "{safety_ratio} the sales expected in {cycle}; a lower certainty takes far less.",
        "{product}的补货量里大部分是安全库存：销量起伏太大，{service_level} 的把握需要备到 {cycle}预计销量的 "
        "{safety_ratio}；把握定低一些，能少备很多。",
        aspect="order",
    )


def warn_pack(draft: Draft, supply: Supply) -> None:
    """Say that the order was rounded up to whole packs."""
    if supply.pack_size > 1 and float(draft.result.facts["order"].value) > 0:
        draft.say(
            "caveat",
            "{product} comes in packs of {pack}, so the order is rounded up to whole packs.",
            "{product}按每箱 {pack}起订，数量已凑成整箱。",
            aspect="order",
        )
