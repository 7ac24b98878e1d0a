"""A summary of reviews is asked for by words; a search, a complaint and a follow-up keep their own tool."""

from __future__ import annotations

import pytest

from agent.deciding import Decider
from agent.memory import Memory, RememberedCall
from agent.planning import Plan, PlannedCall
from tools.shop import Shop


def decided(shop: Shop, question: str, planned: str = "search_reviews", memory: Memory | None = None) -> Plan:
    title = next(iter(shop.catalogue.products)).title
    call = PlannedCall(tool=planned, arguments={"query": question, "product": title, "opinion": "any"})
    return Decider(shop).decide(question.format(title), memory or Memory(), Plan(calls=[call])).plan


@pytest.mark.parametrize(
    "question",
    [
        "Sum up the reviews of the {}",
        "Can you summarise what buyers wrote about the {}?",
        "pros and cons of the {} according to customers",
        "总结一下{}的评价",
        "{}的评价里优缺点各是什么",
        "大家对{}哪些方面评价最多？",
    ],
)
def test_a_summary_is_asked_for_in_many_words(shop: Shop, question: str) -> None:
    plan = decided(shop, question)
    assert [call.tool for call in plan.calls] == ["summarize_reviews"]
    assert "query" not in plan.calls[0].arguments


@pytest.mark.parametrize(
    "question",
    [
        "What do customers say about the lid of the {}?",
        "Sum up the complaints about the {}",
        "总结一下{}的差评",
    ],
)
def test_what_is_looked_for_and_one_side_alone_are_searched(shop: Shop, question: str) -> None:
    assert [call.tool for call in decided(shop, question).calls] == ["search_reviews"]


def test_a_follow_up_names_another_product_for_the_same_summary(shop: Shop) -> None:
    first, second = shop.catalogue.products[:2]
    memory = Memory(calls=[RememberedCall(tool="summarize_reviews", said={"product": first.title})])
    plan = decided(shop, f"and the {second.title}?", memory=memory)
    assert [call.tool for call in plan.calls] == ["summarize_reviews"]
    again = decided(shop, f"and what do they complain about with the {second.title}?", memory=memory)
    assert [call.tool for call in again.calls] == ["search_reviews"]
