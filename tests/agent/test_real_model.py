"""The real embedded model plans real questions; every other test plays a script, these do not."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answer import Answer
from agent.assistant import Assistant
from serving.connection import EmbeddedConnection
from tests.agent.test_assistant import DEMO_QUESTION, DEMO_QUESTION_ZH, unreceipted
from tools.shop import Shop, open_shop

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(900)]

QUESTIONS = [
    ("Which products are falling?", ["list_trending"]),
    ("How many bananas will we sell over the next three weeks?", ["forecast_demand"]),
    ("How much did we sell last week?", ["get_sales"]),
    ("Why did sales of large eggs change last month?", ["explain_trend"]),
    ("哪些商品在跌？", ["list_trending"]),
    ("bananas 未来三周能卖多少？", ["forecast_demand"]),
    ("上个月店里一共卖了多少？", ["get_sales"]),
    ("谢谢你！", []),
]


@pytest.fixture(scope="module")
def grocery(demo_home: Path) -> Iterator[Shop]:
    shop = open_shop("complete-journey", None, home=demo_home)
    yield shop
    shop.store.close()


@pytest.mark.parametrize("question", [DEMO_QUESTION, DEMO_QUESTION_ZH])
def test_the_demo_question_on_real_sales(
    grocery: Shop, model_connection: EmbeddedConnection, question: str
) -> None:
    answer = Assistant(grocery, model_connection).ask(question, question)
    assert answer.model == model_connection.description
    assert [call.tool for call in answer.calls] == ["list_trending", "forecast_demand"]
    assert answer.calls[1].said["product"] == "$1" and answer.calls[1].arguments["horizon_days"] == 14
    assert answer.error is None and unreceipted(answer) == []


def test_the_model_chooses_the_right_tool(grocery: Shop, model_connection: EmbeddedConnection) -> None:
    assistant = Assistant(grocery, model_connection)
    chosen = {
        question: [call.tool for call in assistant.ask(question, question).calls] for question, _ in QUESTIONS
    }
    wrong = {question: chosen[question] for question, tools in QUESTIONS if chosen[question] != tools}
    assert len(wrong) <= 1, wrong


def test_a_follow_up_keeps_the_product(grocery: Shop, model_connection: EmbeddedConnection) -> None:
    assistant = Assistant(grocery, model_connection)
    first = assistant.ask("How many large eggs will sell in the next 14 days?", "follow")
    assert first.calls[0].tool == "forecast_demand"
    chosen = first if first.error is None else assistant.ask("the first one", "follow")
    second = assistant.ask("and for 30 days?", "follow")
    assert second.calls[0].arguments == {
        "product_id": chosen.calls[0].arguments["product_id"],
        "horizon_days": 30,
    }


def test_a_model_killed_in_mid_answer_costs_only_its_understanding(
    grocery: Shop, model_connection: EmbeddedConnection
) -> None:
    model_connection.client()
    pid = model_connection.server.pid
    assert pid is not None
    before = _cpu_ticks(pid)
    answers: list[Answer] = []
    assistant = Assistant(grocery, model_connection)
    asking = threading.Thread(
        target=lambda: answers.append(assistant.ask("How much did we sell last week?", "kill"))
    )
    asking.start()
    while _cpu_ticks(pid) < before + 10:
        assert asking.is_alive(), "the model answered before it could be killed"
    os.kill(pid, signal.SIGKILL)
    asking.join(60)
    assert "language model did not answer" in answers[0].answer and answers[0].error is None
    assert answers[0].calls[0].tool == "get_sales"

    recovered = assistant.ask("How much did we sell last week?", "kill")
    assert recovered.model == model_connection.description and model_connection.server.pid != pid
    assert recovered.facts == answers[0].facts, "nothing was lost"


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
