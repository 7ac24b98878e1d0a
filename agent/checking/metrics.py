"""Which words speak of which metric, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tools.results import Fact

# First match wins at each place, so a phrase stands before the words inside it. Families of one line are alike:
# a word for one is a word for all of them.
_CUES: tuple[tuple[str, str, str], ...] = (
    ("reorder_point", r"reorder (?:point|level)", r"补货点|订货点"),
    ("stockout", r"(?:ran|run|was|were|been|being) out of stock|stock-?outs?|out of stock", r"断货|缺货"),
    (
        "risk",
        r"(?:chance|risk|probability|likelihood|odds) of [\w ]{0,30}",
        r"(?:卖断|断货|售罄|卖光)的?(?:概率|风险|可能性?)|(?:概率|风险)",
    ),
    ("tests", r"past tests?|backtests?|tests?\b|trials?", r"历史检验|回测|检验"),
    (
        "naive_error",
        r"(?:simply )?repeating last week(?: (?:missed|was off|is off)(?: by)?)?|last week's pattern|na[iï]ve",
        r"照搬上周|按上周",
    ),
    ("error", r"(?:was|is|were) off\b|off by|\berrors?\b|\bmiss(?:ed|es)?\b", r"偏差|误差"),
    ("safety_ratio", r"safety stock", r"安全库存"),
    ("on_order", r"on the way|on order|in transit|incoming|inbound", r"在途|路上"),
    (
        "on_hand",
        r"on[- ]hand|in stock|in the stockroom|current stock|stock level|inventory",
        r"现有库存|系统记录现有|现有|现货|手头|手上|库存(?=\s?(?:是|为|有|还有|只有|仅|共)?\s?\d)",
    ),
    (
        "target",
        r"(?:is|are|be|were) needed|needs? to (?:hold|have)|stock needed|target stock",
        r"需要备?|备货量?|目标库存",
    ),
    ("cover", r"lasts?(?: for)?|covers?|runs? for|outlasts?", r"够撑|撑得过|撑不到|还能卖|能卖|可卖|够卖"),
    ("lead_time", r"deliver(?:y|ies|ed)|lead time|to arrive", r"到货周期|到货|交期|送达"),
    (
        "order",
        r"\b(?:re-?)?orders?\b(?! point)|\bbuy\b|restock",
        r"建议补货?|补货?(?!点)|订购|下单|进货|(?<!起)订(?!单)",
    ),
    ("service_level", r"\bsure\b|certainty|service level|safe(?:ty)? level", r"把握|服务水平"),
    ("confidence", r"confiden(?:ce|t)|\blikely range\b|interval", r"置信|区间"),
    (
        "expected",
        r"(?:should|will|would|expected to|forecast to|predicted to|likely to) (?:sell|move|shift|go)|"
        r"expect(?:ed|s|ation)?(?: (?:units|sales|demand|total))?(?! (?:pace|rate))|"
        r"forecasts?(?! follows)|predict(?:ed|ion|s)?|demand|projected",
        r"预计(?:销量|卖出|售出|能卖)?|预测(?:销量|值|卖出)?|有望卖出|将卖出|会卖出|预期销量",
    ),
    (
        "daily",
        r"on average|a day on|average day|per day|each day|daily|\baverag(?:e|ed|es|ing)\b(?! rating)",
        r"平均每[天日]|日均|平均(?!评分|\s?\d(?:\.\d)?\s?星)|每天",
    ),
    (
        "revenue",
        r"revenue|turnover|takings|earn(?:ed|s|ing)|brought in|made|sales of (?=[$£€¥])|worth",
        r"销售额|营业额|营收|收入|流水",
    ),
    ("price", r"price[sd]?|cost(?:s|ing)? each", r"单价|价格|售价|卖价"),
    ("closed", r"closed", r"没有?营业|停业|关店|休息"),
    ("promo", r"promotions?|promoted|on offer", r"促销"),
    ("rating", r"stars? on average|average rating|rated|rating", r"平均\s?\d(?:\.\d)?\s?星|评分|均分"),
    ("high_reviews", r"\bgood\b|\bpositive\b|(?:four|\d) stars? or more", r"好评"),
    (
        "low_reviews",
        r"\bbad\b|\bnegative\b|\bpoor\b|(?:two|\d) stars? or fewer|low-rated|complaints?",
        r"差评",
    ),
    ("mentions", r"mention(?:s|ed|ing)?", r"提到|说到|涉及"),
    ("reviews", r"reviews?", r"评价|评论"),
    ("compared", r"products? (?:were )?compared", r"款商品中"),
    ("clear", r"stand out|stood out|moved beyond|cleared the bar", r"超出日常波动|脱颖而出"),
    ("false_alarms", r"false alarms?|such finds", r"误报|偶然"),
    ("sellers", r"products? sold|different products", r"动销"),
    (
        "market",
        r"(?:typical|rest of the|whole) (?:product|shop|store)s?|shop as a whole|market",
        r"全店(?:普遍|整体)?|大盘|其他商品",
    ),
    (
        "excess",
        r"(?:above|below|over|under|than) (?:what|expected|expectation|its own)|own past|beyond expectation",
        r"比预期|自己的历史|推算|高出|低了",
    ),
    ("best", r"\bbest\b(?: day)?|\bpeak(?:ed)?\b|busiest", r"最好的?|高峰|峰值|最高的?一?[天日]"),
    (
        "change",
        r"(?:increase|decrease|rise|drop|fall|decline|growth|gain)s?|rose|fell|grew|dropped|declined|climbed|gained|"
        r"added|cost(?= about)|more\b|fewer\b|less\b|up\b|down\b|change[ds]?",
        r"上涨|下跌|增长|下降|减少|增加|多卖|少卖|涨幅?|跌幅?|环比|变化|带来约|拉低约|(?<!不)多(?=\s?\d)|(?<!至|不)少(?=\s?\d)",
    ),
    (
        "sold",
        r"\bsold\b|\bsales\b|\bsells?\b|\bselling\b|shifted|\bmoved\b|went",
        r"卖出|卖了|售出|销量|成交|销出|卖",
    ),
)
_ENGLISH = re.compile("|".join(rf"(?P<{name}>\b(?:{en}))" for name, en, _ in _CUES), re.IGNORECASE)
_CHINESE = re.compile("|".join(f"(?P<{name}>{zh})" for name, _, zh in _CUES))

# By the metric that a tool states; first match wins.
_FAMILIES: tuple[tuple[str, str], ...] = (
    (r"^reorder_point$", "reorder_point"),
    (r"stock on hand", "on_hand"),
    (r"stock on order", "on_order"),
    (r"stock needed over", "safety_ratio"),
    (r"stock needed", "target"),
    (r"units to order", "order"),
    (r"chance of selling out", "risk"),
    (r"expected units sold|^mean$", "expected"),
    (r"delivery and time to the next|^cover$", "cover"),
    (r"^lead_time$", "lead_time"),
    (r"^service_level$", "service_level"),
    (r"^confidence$", "confidence"),
    (r"^(?:low|high)\d+$", "interval"),
    (r"^naive_error$", "naive_error"),
    (r"^error$", "error"),
    (r"^tests$", "tests"),
    (r"^(?:daily|recent_daily)$", "daily"),
    (r"revenue", "revenue"),
    (r"^price_", "price"),
    (r"best day|^best_day$", "best"),
    (r"days closed|closed_days", "closed"),
    (r"out of stock|stockout_days", "stockout"),
    (r"promo_days", "promo"),
    (r"average rating", "rating"),
    (r"four stars or more", "high_reviews"),
    (r"two stars or fewer", "low_reviews"),
    (r"reviews that mention", "mentions"),
    (r"^reviews$", "reviews"),
    (r"products compared", "compared"),
    (r"stand out", "clear"),
    (r"false alarms", "false_alarms"),
    (r"products sold", "sellers"),
    (r"typical product|rest of the shop", "market"),
    (r"distance from expected|^excess$", "excess"),
    (r"^change|change on the window|^growth$|_units$", "change"),
    (r"units sold", "sold"),
)
_BY_METRIC = [(re.compile(pattern), family) for pattern, family in _FAMILIES]
# What a word may also be said of: "sales expected", "95% sure", "the best day sold 40".
_ALSO: dict[str, frozenset[str]] = {
    "expected": frozenset({"daily", "excess", "interval"}),
    "sold": frozenset(
        {"best", "change", "expected", "daily", "revenue", "sellers", "market", "clear", "risk", "price"}
    ),
    "best": frozenset({"sold", "revenue"}),
    "service_level": frozenset({"confidence"}),
    "confidence": frozenset({"service_level", "interval"}),
    "revenue": frozenset({"price"}),
    "change": frozenset({"excess", "market", "sold", "daily", "price"}),
    "market": frozenset({"change", "sold"}),
    "lead_time": frozenset({"cover", "expected"}),
    "cover": frozenset({"lead_time"}),
    "target": frozenset({"cover", "safety_ratio"}),
    "order": frozenset({"cover", "safety_ratio"}),
    "reviews": frozenset({"mentions", "rating", "low_reviews", "high_reviews"}),
    "stockout": frozenset({"risk"}),
    "tests": frozenset({"error"}),
    "mentions": frozenset({"low_reviews", "high_reviews", "reviews"}),
    "excess": frozenset({"change"}),
    "daily": frozenset({"rating"}),
    "on_hand": frozenset({"cover"}),
}
# What can be measured in a unit: "out of stock" before "5 days" says nothing of a price.
_PIECES = frozenset(
    "reorder_point on_order on_hand target order expected best change sold market safety_ratio interval".split()
)
_PERCENT = frozenset("risk confidence service_level change excess market false_alarms".split())
_OF_UNIT: dict[str, frozenset[str]] = {
    "units": _PIECES | {"error", "naive_error"},
    "count": _PIECES
    | {"tests", "reviews", "mentions", "low_reviews", "high_reviews", "compared", "clear", "sellers"},
    "units_per_day": frozenset({"daily", "expected"}),
    "percent": _PERCENT,
    "percent_change": _PERCENT,
    "days": frozenset({"lead_time", "cover", "closed", "stockout", "promo"}),
    "weeks": frozenset({"tests"}),
    "stars": frozenset({"rating"}),
    "times": frozenset({"safety_ratio"}),
}
_MONEY = frozenset({"revenue", "price"})


@dataclass(frozen=True)
class Cue:
    """A word of a metric where it stands."""

    start: int
    end: int
    family: str


def find_cues(text: str, lang: str) -> list[Cue]:
    """Return the words that speak of a metric, in order."""
    pattern = _CHINESE if lang == "zh" else _ENGLISH
    return [Cue(match.start(), match.end(), str(match.lastgroup)) for match in pattern.finditer(text)]


def family_of(fact: Fact) -> str | None:
    """Return the metric's family; None for what has no words of its own (lengths of time, stars of a scale)."""
    return _family(fact.metric)


@lru_cache(maxsize=512)
def _family(metric: str) -> str | None:
    return next((family for pattern, family in _BY_METRIC if pattern.search(metric)), None)


def owner_of(fact: Fact) -> str:
    """Return whose value it is: what a call about one product states is that product's, unless it is the shop's."""
    if fact.entity != "store" or "shop" in fact.metric or "typical" in fact.metric:
        return fact.entity
    return str(fact.source.arguments.get("product_id") or "store")


def is_measured_in(family: str, unit: str) -> bool:
    """Whether what a word speaks of can be measured in a fact's unit."""
    return family in _OF_UNIT.get(unit, _MONEY)


def speaks_of(cue: str, family: str) -> bool:
    """Whether a word of the family `cue` may be said of a fact of `family`."""
    return cue == family or family in _ALSO.get(cue, ())
