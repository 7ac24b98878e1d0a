"""The assistant in process as a target: whole conversations, nothing left in the store, keywords never counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.errors import TargetFailed
from evals.observed import Observed
from evals.scoring import score_case
from evals.targets.assistant import AssistantTarget
from serving.client import Completion
from serving.errors import ModelUnavailable
from tools.shop import Shop, open_shop


class Model:
    """A connection whose model plays plans by question."""

    description = "scripted"
    is_awake = True
    model = "scripted"

    def __init__(self, plans: dict[str, list[dict[str, Any]]]) -> None:
        self.plans = plans

    def client(self, on_progress: Any = None) -> Any:
        return self

    def warm(self, messages: Any) -> None: ...

    def close(self) -> None: ...

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        asked = messages[-1]["content"].rpartition("Q: ")[2]
        if asked not in self.plans:
            raise ModelUnavailable("no plan", "write one")
        return Completion(json.dumps({"calls": self.plans[asked]}), 800, 40, 0.01, 790)


FIRST, SECOND = "How many rabbit night light pink will sell in 2 weeks?", "and in 30 days?"
PLANS = {
    FIRST: [
        {"tool": "forecast_demand", "arguments": {"product": "rabbit night light pink", "horizon": "2 weeks"}}
    ],
    SECOND: [{"tool": "forecast_demand", "arguments": {"product": "it", "horizon": "30 days"}}],
}


def forecast(days: int) -> dict[str, Any]:
    return {"calls": [{"tool": "forecast_demand", "arguments": {"product": "B002", "horizon": days}}]}


def case(**fields: Any) -> Case:
    base = {"id": "talk", "skill": "s", "language": "en", "store": "bazaar"}
    return Case.model_validate({**base, **fields})


@pytest.fixture
def target(demo_home: Path, tmp_path: Path) -> Any:
    opened: list[str] = []

    def open_once(store: str) -> Shop:
        opened.append(store)
        return open_shop(store, None, home=demo_home)

    target = AssistantTarget(open_once, Model(PLANS), tmp_path)
    yield target
    assert opened == ["bazaar"]
    target.close()


def test_a_conversation_is_played_and_judged_turn_by_turn(target: AssistantTarget) -> None:
    talk = case(turns=[{"say": FIRST, "expect": forecast(14)}, {"say": SECOND, "expect": forecast(30)}])
    turns = target.run(talk)
    verdict = score_case(talk, Observed(case_id="talk", turns=turns))
    assert verdict.passed, verdict.problems
    assert verdict.dimensions["multi_turn"] and verdict.dimensions["grounding"]
    assert (turns[0].prompt_tokens, turns[0].completion_tokens, turns[0].outcome) == (800, 40, "answered")
    assert turns[0].plan_seconds > 0


def test_each_case_begins_anew_and_leaves_nothing_in_the_store(target: AssistantTarget) -> None:
    target.run(case(turns=[FIRST], expect=forecast(14)))
    alone = target.run(case(turns=[SECOND], expect={"clarify": True}))
    assert alone[0].outcome == "asked_back" and alone[0].reason == "product"
    assert target.assistant("bazaar").shop.store.answers() == []


def test_an_answer_by_keywords_is_a_failure_of_the_target_not_a_figure(target: AssistantTarget) -> None:
    with pytest.raises(TargetFailed, match="the model did not plan 'What is hot"):
        target.run(case(turns=["What is hot?"], expect={"no_call": True}))
