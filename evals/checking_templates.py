"""Sentences about tools' results as another writer would put them, to try the checker with.

A slot {name} is a fact; {name!} is a word that follows the facts: which way it went, whether it is enough.
"""

from __future__ import annotations

TEMPLATES: dict[str, dict[str, tuple[str, ...]]] = {
    "sales": {
        "en": (
            "{product} sold {units} from {start} to {end}, bringing in {revenue}.",
            "From {start} to {end}, {product} moved {units}; revenue came to {revenue}.",
            "Revenue of {revenue} came from {units} of {product}, sold from {start} to {end}.",
            "{product}: {units} sold, turnover {revenue}.",
        ),
        "zh": (
            "{product}从{start}到{end}卖出 {units}，营业额 {revenue}。",
            "{start}至{end}，{product}销量 {units}，销售额为 {revenue}。",
            "{product}实现销售额 {revenue}，共售出 {units}。",
        ),
    },
    "change": {
        "en": (
            "{product} sold {units}, {change} {more!} than in the {window} before ({units_before}).",
            "Sales of {product} {rose!} {change}, from {units_before} to {units}.",
            "Compared with the {window} before, {product} {rose!} by {change}.",
            "With {units} sold, {product} is {up!} {change}.",
        ),
        "zh": (
            "{product}卖出 {units}，比此前 {window}的 {units_before}{more!}卖 {change}。",
            "与此前 {window}相比，{product}销量{rose!} {change}。",
            "{product}销量从 {units_before}{rose!}到 {units}。",
        ),
    },
    "days": {
        "en": (
            "The best day of {product} was {best_day} with {best_units}.",
            "{product} peaked on {best_day}: {best_units}. On average it sold {daily}.",
        ),
        "zh": (
            "{product}卖得最好的一天是{best_day}，卖了 {best_units}。",
            "{product}日均 {daily}，{best_day}达到高峰，当天 {best_units}。",
        ),
    },
    "best": {
        "en": ("The best seller by revenue was {best}: {best_revenue} from {best_sold} sold.",),
        "zh": ("销售额最高的是{best}，{best_revenue}，卖了 {best_sold}。",),
    },
    "forecast": {
        "en": (
            "{product} should sell about {total} over the next {horizon}.",
            "Over the coming {horizon}, expected sales of {product} are {total}, on average {daily}.",
            "The forecast for {product} is {total}; with {confidence80} confidence between {low80} and {high80}.",
            "Expect {total} of {product}. In {confidence95} of cases the total is between {low95} and {high95}.",
        ),
        "zh": (
            "{product}未来 {horizon}预计卖出 {total}。",
            "预测{product}接下来 {horizon}的销量是 {total}，平均 {daily}。",
            "{product}预计卖出 {total}，{confidence80} 的把握在 {low80} 到 {high80} 件之间。",
            "有 {confidence95} 的把握，{product}总量落在 {low95} 至 {high95} 件之间。",
        ),
    },
    "accuracy": {
        "en": (
            "In tests on {tests} of past sales the error was {error}; repeating last week missed by {naive_error}.",
        ),
        "zh": ("拿过去 {tests}的销量回测，平均误差 {error}；照搬上周是 {naive_error}。",),
    },
    "explain": {
        "en": (
            "{product} sold {recent}, {change} {more!} than the {baseline} before.",
            "Sales of {product} {rose!} by {change_pct}, from {baseline} to {recent}.",
        ),
        "zh": (
            "{product}卖出 {recent}，比之前的 {baseline}{more!} {change}。",
            "{product}销量{rose!} {change_pct}，从 {baseline} 变为 {recent}。",
        ),
    },
    "restock": {
        "en": (
            "For {product}, {on_hand} are on hand and the reorder point is {reorder_point}.",
            "During the {lead_time} of delivery {product} should sell {expected}; {target} are needed in all.",
            "Stock on hand of {product} is {on_hand}, expected sales until delivery are {expected}.",
            "The chance of selling out is {risk} if nothing is ordered.",
            "The stock of {product} is {enough!}.",
        ),
        "zh": (
            "{product}现有库存 {on_hand}，补货点是 {reorder_point}。",
            "到货要 {lead_time}，{product}其间预计卖出 {expected}，需要备货 {target}。",
            "不补货的话，{product}卖断的概率是 {risk}。",
            "{product}的库存{enough!}。",
        ),
    },
    "order": {
        "en": ("Order {order} of {product}.", "I would buy {order} of {product}; {on_hand} are on hand."),
        "zh": ("建议{product}补货 {order}。", "{product}补 {order}，现有 {on_hand}。"),
    },
    "trending": {
        "en": (
            "{top1} sold {top1_units}, against {top1_before} in the {window} before: {top1_growth} {top1_more!}.",
            "{top2} sold {top2_units}, {top2_growth} {top2_more!} than in the {window} before ({top2_before}).",
            "{top1} sold {top1_units} and {top2} sold {top2_units}.",
        ),
        "zh": (
            "{top1}卖出 {top1_units}，此前 {window}是 {top1_before}，{top1_rose!} {top1_growth}。",
            "{top2}卖了 {top2_units}，比前 {window}（{top2_before}）{top2_more!} {top2_growth}。",
            "{top1}卖出 {top1_units}，{top2}卖出 {top2_units}。",
        ),
    },
    "reviews": {
        "en": (
            "{product} has {reviews} reviews, {stars} on average.",
            "Of {reviews} reviews of {product}, {high} are good and {low} are bad.",
        ),
        "zh": (
            "{product}有 {reviews} 条评价，平均 {stars}。",
            "{product}的 {reviews} 条评价里，好评 {high} 条，差评 {low} 条。",
        ),
    },
}
# The word for up, then for down.
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {"more!": ("more", "less"), "rose!": ("rose", "fell"), "up!": ("up", "down"),
           "enough!": ("enough", "not enough")},
    "zh": {"more!": ("多", "少"), "rose!": ("上涨", "下跌"), "enough!": ("足够", "不够")},
}  # fmt: skip
INVENTED: dict[str, tuple[str, ...]] = {
    "en": (
        "Competitors sell {n} units a week.",
        "Most shops like yours earn ${n}.",
        "That is {n}% above the industry.",
        "Give it {n} days and sales recover.",
        "Roughly {w} customers come back.",
    ),
    "zh": (
        "同行每周能卖 {n} 件。",
        "行业平均增速是 {n}%。",
        "再等 {n} 天销量就会恢复。",
        "大约有{w}个老客户会复购。",
        "毛利率约为 {n}%。",
    ),
}
SUPERLATIVES: dict[str, tuple[str, ...]] = {
    "en": (
        "It is the highest of the whole shop.",
        "This is your strongest product.",
        "It is the most popular item of all.",
    ),
    "zh": ("它是全店卖得最好的商品。", "这是店里最畅销的一款。", "它的销量排名第一。"),
}
