"""Reviews beside reviews: which product is rated better."""

from __future__ import annotations

from collections.abc import Sequence

from agent.comparing.facts import take, titled
from tools.results import Column, Draft, Table, ToolResult


def compare_ratings(draft: Draft, results: Sequence[ToolResult]) -> bool:
    """Say which product is rated better; false where one has no stars, or reviews of a period were asked for."""
    rated = [result for result in results if "stars" in result.facts and "when" not in result.facts]
    if len(rated) < len(results) or len({result.facts["stars"].entity for result in rated}) < len(rated):
        return False
    ranked = sorted(rated, key=lambda result: -float(result.facts["stars"].value))
    for prefix, result in (("first", ranked[0]), ("second", ranked[-1])):
        for name in ("product", "stars", "reviews", "low"):
            take(draft, result, name, prefix if name == "product" else f"{prefix}_{name}")
    better, worse = (float(ranked[index].facts["stars"].value) for index in (0, -1))
    if better == worse:
        draft.say(
            "lead",
            "{first} and {second} are rated alike, {first_stars} on average.",
            "{first}和{second}评分相当，平均都是 {first_stars}。",
            aspect="rating",
        )
    else:
        draft.say(
            "lead",
            "{first} is rated better: {first_stars} on average against {second_stars} for {second}.",
            "{first}评分更高：平均 {first_stars}，{second}是 {second_stars}。",
            aspect="rating",
        )
    draft.say(
        "evidence",
        "Bad reviews: {first_low} of {first_reviews} for {first}, {second_low} of {second_reviews} for"
        " {second}.",
        "差评数：{first}在 {first_reviews} 条里有 {first_low} 条，{second}在 {second_reviews} 条里有"
        " {second_low} 条。",
        aspect="low_rated",
    )
    rows = [
        {**titled(result), **{name: result.facts[name].value for name in ("reviews", "stars", "low")}}
        for result in results
    ]
    columns = [
        Column(key="title", en="Product", zh="商品"),
        Column(key="reviews", en="Reviews", zh="评价数", unit="count"),
        Column(key="stars", en="Average", zh="平均评分", unit="stars"),
        Column(key="low", en="Bad reviews", zh="差评", unit="count"),
    ]
    draft.result.table = Table(columns=columns, rows=rows, total_rows=len(rows))
    return True
