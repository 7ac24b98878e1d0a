"""Arithmetic that a question demands, read from its words: "multiply that by 3", 打八折是多少, "add the two".

Such demands have few forms, so code reads them better than a small model does: a question that is nothing else
needs no plan, and what a plan says of a calculation is held to these words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from agent.memory import Memory, RememberedCall
from agent.planning import PlannedCall
from tools.amounts import read_amount
from tools.calculation_wording import Operation
from tools.figures import Figure, is_typed, name_figure
from tools.numerals import NUMBER, fold

CALCULATION = "calculate"
# A calculation is asked for in a short sentence; a page of digits is not searched for one.
_LONGEST_DEMAND = 300
_IT = r"(?:that|this|it|those|these|them|the (?:result|figure|number|total|sum|revenue|units|forecast|order))"
_MONEY = r"[£$€¥]\s?"
_ITEM = (
    r"(?:\s?(?:units?|pieces?|pcs|items?|pounds?|dollars?|euros?|yuan|days?|weeks?"
    r"|件|个|元|块钱?|英镑|美元|欧元|天|周))"
)
_PLAIN = rf"(?:{_MONEY})?(?:{NUMBER}){_ITEM}?"
_SHARE = (
    rf"(?:(?:{NUMBER})\s?(?:%|percent\b|per cent\b|pct\b)|百分之\s?(?:{NUMBER})"
    r"|[一二两三四五六七八九十\d]成[一二三四五六七八九半]?"
    rf"|(?:{NUMBER})分之(?:{NUMBER})|一半|(?:(?:a|an|one|two|three)[\s-])?(?:half|thirds?|quarters?|fifths?|tenths?)\b)"
)
_PER = (
    r"(?:per|a|each|every) (?:day|week|month)|daily|weekly|monthly|每一?[天日周]|每个?(?:月|星期)|[日周月]均"
)
# In this order: "add 15%" is a share before it is a sum, "half of it" before a count. `amount` may be missing.
_FORMS: tuple[tuple[str, str], ...] = (
    ("percent_of", r"打?\s?(?P<amount>(?:[\d.]+|[一二三四五六七八九]+|半)\s?折)"),
    (
        "percent_less",
        rf"(?:decreas|reduc|cut|lower|drop|fall|shrink|discount)\w*\s+(?:{_IT}\s+)?(?:by\s+)?(?P<amount>{_SHARE})"
        rf"|(?P<amount2>{_SHARE})\s+(?:less|lower|fewer|off|down|discount|decrease|drop|reduction)\b"
        rf"|(?:minus|subtract|deduct|take(?:\s+off)?)\s+(?P<amount3>{_SHARE})(?:\s+off)?"
        rf"|(?:少|减少?|减去|下降|下跌|跌|降低?|下浮|下调|打掉|扣掉?|便宜)[了个]?\s?(?P<amount4>{_SHARE})",
    ),
    (
        "percent_more",
        rf"(?:increas|rais|grow|grew|ris|up|boost|lift|mark\w* up)\w*\s+(?:{_IT}\s+)?"
        rf"(?:up\s+)?(?:by\s+)?(?P<amount>{_SHARE})"
        rf"|(?P<amount2>{_SHARE})\s+(?:more|higher|extra|on top|greater|up|increase|growth|larger|bigger)\b"
        rf"|(?:add|plus)\s+(?:another\s+)?(?P<amount3>{_SHARE})(?!\s+of)"
        rf"|(?:多|增加?|增长|上涨|涨|上浮|提高|提升|上调|加上?|高)[了个出]?\s?(?P<amount4>{_SHARE}|(?:{NUMBER})倍)",
    ),
    (
        "multiply",
        rf"(?:multipl\w+|times)\s+(?:{_IT}\s+)?(?:by\s+|with\s+)?(?P<amount>{_PLAIN})"
        rf"|(?:{_IT}|^|(?<=[\s\d]))\s?[×xX*]\s?(?P<amount2>{_PLAIN})"
        rf"|(?P<amount3>(?:{NUMBER})\s+times)\s+(?:{_IT}|as (?:much|many))"
        rf"|\b(?P<amount4>doubl\w*|tripl\w*|quadrupl\w*|twice|halv\w+)\b(?:\s+(?:{_IT}|as (?:much|many)))?"
        rf"|乘(?:以|上)?\s?(?P<amount5>{_PLAIN})|(?P<amount6>翻倍|加倍|翻一?番|翻两番|(?<!几)(?:{NUMBER})倍)"
        rf"|(?P<amount7>{_MONEY}(?:{NUMBER}))\s+(?:each|apiece|a piece|per unit)"
        rf"|(?:每件|单价|一件)(?:按|是|卖)?\s?(?P<amount8>(?:{NUMBER})\s?(?:元|块钱?|英镑|美元|欧元)|{_MONEY}(?:{NUMBER}))",
    ),
    (
        "divide",
        rf"(?:divid\w+|split|share)\s+(?:{_IT}\s+)?(?:up\s+)?(?:equally\s+|evenly\s+)?"
        rf"(?:by|between|among|over|across|into)\s+(?P<amount>{_PLAIN})"
        rf"|÷\s?(?P<amount2>{_PLAIN})"
        rf"|除以\s?(?P<amount3>{_PLAIN})|(?:平?分成|平均分成?|平分给|分给|分摊到)\s?(?P<amount4>{_PLAIN})",
    ),
    (
        "average",
        rf"(?:average|mean|work out|that|it|come to)?\s*\b(?P<amount>{_PER})(?:\s+on average)?"
        rf"|平均(?:到|下来)?\s?(?P<amount2>{_PER})"
        r"|\b(?:the )?(?:average|mean)(?: of (?:the two|both|them|these|those|all))?\b|平均(?:值|数|下来|是)?|均值",
    ),
    ("sum", r"add (?:the (?:two|three|four)|both|them|these|those|all)(?: \w+)?(?: (?:up|together))?"
            r"|(?:the two|both|them|all|altogether) (?:together|combined)|(?:put )?together|combined"
            r"|\b(?:the )?sum(?: of)?\b|加起来|加在一起|加一起|相加|之和|合起来|合在一起|加总"),
    (
        "difference",
        r"difference|\bgap\b|how (?:much|many) more (?:is|was|did)|by how much|subtract (?:one|the second|the other|them)"
        r"|相差|差[了]?多少|差值|差额|之差|相减|多出?多少|少多少",
    ),
    ("ratio", r"\bratio\b|how many times (?:as|more|bigger|larger|the)|as a (?:share|percentage|proportion) of"
              r"|几倍|多少倍|比值|之比|占比|占多少|相除"),
    (
        "subtract",
        rf"(?:subtract|minus|deduct|take (?:away|off))\s+(?P<amount>{_PLAIN})|\s[-−–]\s?(?P<amount2>{_PLAIN})"
        rf"|(?:减去?|减掉|扣掉|扣除|去掉)\s?(?P<amount3>{_PLAIN})",
    ),
    (
        "add",
        rf"(?:\badd|\bplus)\s+(?:another\s+)?(?P<amount>{_PLAIN})|\+\s?(?P<amount2>{_PLAIN})|(?:再?加上?|再?添)\s?(?P<amount3>{_PLAIN})",
    ),
    ("divide", r"divid\w+ (?:the )?\w+(?: \w+)? by (?:the )?(?:units?|quantity|number)|除以(?:销量|件数|数量)"),
    (
        "percent_of",
        rf"(?P<amount>{_SHARE})\s+(?:of\s+(?:{_IT})?|share)|的\s?(?P<amount2>{_SHARE})|(?P<amount3>{_SHARE})\s?(?:是|有|等于)多少",
    ),
)  # fmt: skip
# Nothing said by how much: the tool asks back.
_BARE = (
    ("multiply", rf"\bmultiply {_IT}\W*$|乘一?下\W*$"),
    ("divide", rf"\bdivide {_IT}\W*$|除一?下\W*$"),
    ("percent_more", rf"\b(?:increase|raise) {_IT}(?: by)?\W*$"),
    ("percent_less", rf"\b(?:decrease|reduce|cut) {_IT}(?: by)?\W*$"),
)
_READERS = tuple((operation, re.compile(form)) for operation, form in (*_FORMS, *_BARE))
# What may stand around a calculation without making it another question.
_FILLER = re.compile(
    r"\b(?:what(?:'?s)?|is|was|are|be|would|will|could|can|you|that|this|it|its|those|these|them|then|now|and|so|"
    r"if|of|for|to|from|by|in|on|at|please|pls|ok|okay|give|tell|show|me|us|the|a|an|result|figure|figures|number|"
    r"numbers|total|totals|answer|two|both|how|much|many|make|makes|calculate|compute|work|out|take|get|do|does|did|"
    r"come|comes|came|instead|again|also|suppose|say|we|i|sold|sell|sells|were|had|revenue|units|amount|upper|lower|"
    r"end|each|between|one|same|just|let(?:'?s)?|with|about|equal|equals|up|together|average|mean)\b"
    r"|是多少|有多少|等于多少|多少|等于|一共|总共|合计|是几|几件|多少钱|钱|那么?|这个|那个|这些|这两个?|那两个?|两个|两者|两项|它们?|结果|"
    r"数字|数量|数值|数|上面|刚才|前面|之前|上述|的话|如果|要是|假如|假设|给我|帮我|请问?|麻烦|算一下|算一算|算算|算出|计算|算|一下|"
    r"再|又|就|把|会|能|应该|该|变成|是|有|的|呢|吗|吧|啊|和|跟|与|到|件|元|块|个|销售额|营业额|销量|件数|上限|下限|用|按|了|也|都|做|少"
    r"|[\s,.;:?!，。；：？！、“”\"'()（）=]+"
)
# Numbers joined by an operator are a sum from a schoolbook, unless one of them is a figure that was shown.
_NUMERALS = rf"(?:{NUMBER})\s?%?"
_SCHOOLBOOK = re.compile(
    rf"{_NUMERALS}\s?(?:[×*÷+=]|\s[-−/x]\s|times|multiplied by|plus|minus|divided by|(?:%|percent) of"
    rf"|乘以?|加上?|减去?|除以|的百分之)"
    rf"\s?{_NUMERALS}"
)


class Demand(NamedTuple):
    """A calculation that was asked for: the amount as said, "" where the figures themselves are meant."""

    operation: str
    amount: str
    span: tuple[int, int]


def read_demand(question: str) -> Demand | None:
    """Return the calculation that the question's words ask for, or None.

    Args:
        question: "and if it is 20% more?" -> percent_more, "20%".
    """
    if len(question) > _LONGEST_DEMAND:
        return None
    text = fold(question)
    for operation, form in _READERS:
        match = form.search(text)
        if match:
            amount = next((found for found in match.groupdict().values() if found), "")
            if not amount or read_amount(amount) is not None:
                return Demand(operation, amount.strip(), match.span())
    return None


def is_schoolbook(question: str, figures: Sequence[Figure]) -> bool:
    """Whether the question reckons with its own numbers only: "what is 17 × 23" is no question about a shop."""
    text = fold(question[:_LONGEST_DEMAND])
    return bool(_SCHOOLBOOK.search(text)) and not any(is_typed(figure, text) for figure in figures)


def plain_calculation(question: str, memory: Memory) -> PlannedCall | None:
    """Return the call of a question that is nothing but a calculation on what the last answers stated.

    Args:
        question: the user's words.
        memory: the conversation so far; without figures in it nothing can be reckoned.
    """
    waiting = next((call for call in memory.calls if call.open_question), None)
    if waiting is not None:
        return _completed(waiting, question)
    demand = read_demand(question) if memory.figures else None
    if demand is None or is_schoolbook(question, memory.figures):
        return None
    text = fold(question)
    rest = text[: demand.span[0]] + " " + text[demand.span[1] :]
    for figure in memory.figures:
        for title in figure.label.values():
            rest = rest.replace(fold(title), " ")
    if any(is_typed(figure, text) for figure in memory.figures):
        rest = re.sub(r"[\d,.]+", " ", rest)
    return (
        None
        if _FILLER.sub("", rest)
        else PlannedCall(tool=CALCULATION, arguments=_said(demand, question, memory))
    )


def _completed(waiting: RememberedCall, question: str) -> PlannedCall | None:
    """Return the calculation that waited for its amount, where the question is one: "by how much?" - "15%"."""
    if waiting.tool != CALCULATION or "amount" in waiting.said or read_amount(question) is None:
        return None
    return PlannedCall(tool=CALCULATION, arguments={**waiting.said, "amount": question.strip()})


def ground_calculation(question: str, call: PlannedCall, memory: Memory) -> dict[str, Any]:
    """Return a planned calculation as the question's words ask for it; the model's reading where they do not say."""
    demand = read_demand(question) or _demand_of(call, question)
    return _said(demand, question, memory) if demand else {}


def _demand_of(call: PlannedCall, question: str) -> Demand | None:
    """Return what the model read out of words that no form covers; its amount must be the user's."""
    operation, amount = (str(call.arguments.get(name, "")) for name in ("operation", "amount"))
    is_copied = bool(amount) and fold(amount) in fold(question)
    return Demand(operation, amount, (0, 0)) if operation in get_args(Operation) and is_copied else None


def _said(demand: Demand, question: str, memory: Memory) -> dict[str, Any]:
    said = {
        "operation": demand.operation,
        "amount": demand.amount,
        "figure": name_figure(question, memory.figures),
    }
    return {name: value for name, value in said.items() if value}


def drop_unasked(calls: Sequence[PlannedCall], question: str, memory: Memory) -> list[PlannedCall]:
    """Return the plan's calls without a calculation that no word asks for, or that is none of this shop's business."""
    is_alone = all(call.tool == CALCULATION for call in calls)
    if is_alone and is_schoolbook(question, memory.figures):
        return []
    demand = read_demand(question)
    return [call for call in calls if call.tool != CALCULATION or demand or _demand_of(call, question)]
