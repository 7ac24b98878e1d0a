"""A suite as an inspect_ai task, so that its scheduler runs it and its viewer shows the logs."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from evals.case import Case
from evals.observed import Observed, ObservedTurn
from evals.scoring import DIMENSIONS, CaseScore, score_case
from evals.suite import Suite

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ChatMessage
    from inspect_ai.scorer import Score, Scorer
    from inspect_ai.solver import Solver

Play = Callable[[Case, int], Awaitable[Observed]]
Report = Callable[[Case, Observed, CaseScore], None]


def suite_task(suite: Suite, epochs: Mapping[str, int], play: Play, report: Report) -> Task:
    """Return the task that plays and scores every case.

    Args:
        suite: the cases.
        epochs: how often each case runs, by id; beyond that it is left unscored.
        play: plays one run of a case.
        report: told of each run with its verdict.
    """
    from inspect_ai import Epochs, Task
    from inspect_ai.dataset import MemoryDataset

    cases = {case.id: case for case in suite.cases}
    most = max(epochs.values())
    return Task(
        name=suite.name,
        dataset=MemoryDataset([_sample(case) for case in suite.cases], name=suite.name),
        solver=_solver(cases, epochs, play, report),
        scorer=_scorer(),
        epochs=Epochs(most, ["mean", f"pass_k_{most}"] if most > 1 else "mean"),
        fail_on_error=False,
    )


def _sample(case: Case) -> Sample:
    from inspect_ai.dataset import Sample

    return Sample(
        id=case.id,
        input="\n".join(turn.say for turn in case.turns),
        target=_expected(case),
        metadata={"skill": case.skill, "language": case.language, "store": case.store, "tags": case.tags},
    )


def _expected(case: Case) -> str:
    wanted = [expectation for expectation in case.expectations if expectation]
    return "\n".join(w.model_dump_json(exclude_defaults=True) for w in wanted)


def _solver(cases: Mapping[str, Case], epochs: Mapping[str, int], play: Play, report: Report) -> Solver:
    from inspect_ai.model import ModelOutput
    from inspect_ai.solver import Generate, TaskState, solver

    @solver(name="conversation")
    def conversation() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            case = cases[str(state.sample_id)]
            if state.epoch > epochs[case.id]:
                return state
            observed = await play(case, state.epoch)
            verdict = score_case(case, observed)
            report(case, observed, verdict)
            state.messages = [message for turn in observed.turns for message in _messages(turn)]
            state.output = ModelOutput.from_content("target", _last_answer(observed))
            state.metadata["verdict"] = _verdict(verdict)
            state.completed = True
            return state

        return solve

    return conversation()


def _verdict(score: CaseScore) -> dict[str, Any]:
    values = {
        name: float(score.dimensions[name]) if name in score.dimensions else math.nan for name in DIMENSIONS
    }
    return {"value": {"passed": float(score.passed), **values}, "explanation": "\n".join(score.problems)}


def _scorer() -> Scorer:
    from inspect_ai.scorer import Score, Target, mean, scorer, stderr
    from inspect_ai.solver import TaskState

    @scorer(metrics={"*": [mean(), stderr()]}, name="expectations")
    def expectations() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            verdict = state.metadata.pop("verdict", None)
            return Score(**verdict) if verdict else Score.unscored()

        return score

    return expectations()


def _messages(turn: ObservedTurn) -> list[ChatMessage]:
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser
    from inspect_ai.tool import ToolCall

    calls = [
        ToolCall(id=f"call-{index}", function=call.tool, arguments=call.arguments or call.said)
        for index, call in enumerate(turn.calls)
    ]
    said = turn.answer if turn.answer is not None else f"({turn.outcome} {turn.reason})"
    return [ChatMessageUser(content=turn.said), ChatMessageAssistant(content=said, tool_calls=calls)]


def _last_answer(observed: Observed) -> str:
    if observed.error or not observed.turns:
        return observed.error or ""
    return observed.turns[-1].answer or ""
