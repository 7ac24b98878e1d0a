import json

import jsonschema
import pytest

from agent.planning import EarlierCall, make_plan, offered_tools, plan_messages, plan_schema, system_prompt
from serving.errors import ModelRejected
from tests.agent.conftest import ScriptedClient
from tools.toolbox import toolbox


def valid(tool: str, **arguments: object) -> bool:
    plan = {"calls": [{"tool": tool, "arguments": arguments}]}
    return jsonschema.Draft202012Validator(plan_schema()).is_valid(plan)


def test_schema_comes_from_the_signatures() -> None:
    assert valid("forecast_demand", product="kettle", horizon="three weeks")
    assert valid("list_trending", direction="up", limit=3)
    assert valid("no_tool", reason="thanks")
    assert not valid("forecast_demand", horizon="three weeks"), "product is required"
    assert not valid("forecast_demand", product="kettle", colour="red"), "no extras"
    assert not valid("list_trending", direction="sideways"), "enums hold"
    assert not valid("list_trending", limit=0), "bounds hold"
    assert not valid("run_shell", command="ls"), "no other tool"


def test_schema_takes_one_to_four_calls() -> None:
    call = {"tool": "list_trending", "arguments": {}}
    validator = jsonschema.Draft202012Validator(plan_schema())
    assert [validator.is_valid({"calls": [call] * count}) for count in range(6)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


def test_prompt_names_every_tool_and_stays_constant() -> None:
    for tool in offered_tools():
        assert f"- {tool.name}(" in system_prompt()
    assert {tool.name for tool in offered_tools()} == toolbox().keys() - {
        "calculate",
        "summarize_reviews",
    }, "words ask for arithmetic and for summaries"
    first, second = (plan_messages(question, []) for question in ("What is trending?", "上周卖了多少"))
    assert first[0] == second[0], "the constant part comes first, for the server's prefix cache"


def test_prompt_tells_the_last_turn() -> None:
    messages = plan_messages("and for 30 days?", [EarlierCall("forecast_demand", {"product": "兔子灯"})])
    assert messages[-1]["content"] == 'Before: forecast_demand {"product": "兔子灯"}\nQ: and for 30 days?'


def test_prompt_examples_are_valid_plans() -> None:
    examples = [line for line in system_prompt().splitlines() if line.startswith('{"calls"')]
    assert len(examples) >= 8
    for line in examples:
        jsonschema.validate(json.loads(line), plan_schema())


def test_a_reply_that_is_no_plan_is_refused() -> None:
    client = ScriptedClient()
    client.queue.append("Sure! I will look that up.")
    with pytest.raises(ModelRejected, match="not a plan"):
        make_plan(client, "What is trending?", [], timeout_seconds=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        '{"calls": []}',
        '{"calls": [{"tool": "run_shell", "arguments": {"command": "ls"}}]}',
        '{"plan": []}',
        "null",
    ],
)
def test_a_server_that_ignores_the_schema_gets_no_further(text: str) -> None:
    client = ScriptedClient()
    client.queue.append(text)
    with pytest.raises(ModelRejected, match="json_schema"):
        make_plan(client, "What is trending?", [], timeout_seconds=1)  # type: ignore[arg-type]


def test_a_reason_that_nobody_knows_is_off_topic() -> None:
    client = ScriptedClient()
    client.enqueue(("no_tool", {"why": "boredom"}))
    planned = make_plan(client, "hm", [], timeout_seconds=1)  # type: ignore[arg-type]
    assert planned.plan.calls[0].arguments == {"reason": "off_topic"}
