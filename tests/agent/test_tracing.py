"""Every answer's walk, as a record beside the store and as OpenTelemetry spans."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest

from agent import spans
from agent.answer import Answer, answer_id
from agent.assistant import Assistant
from agent.spans import emit_spans, spans_wanted
from agent.tracing import Trace
from serving.errors import ModelTimeout
from store.traces import read_traces
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop

QUESTION = "How much did we sell last week?"
SALES = ("get_sales", {"period": "last week"})


@pytest.fixture(autouse=True)
def untraced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "SHOPCAST_TRACES"):
        monkeypatch.delenv(name, raising=False)
    spans._provider.cache_clear()
    yield
    spans._provider.cache_clear()


def ask(shop: Shop, connection: ScriptedConnection, question: str = QUESTION) -> tuple[Answer, Trace]:
    answer = Assistant(shop, connection).ask(question, answer_id())
    kept = next(found for found in read_traces(Path(shop.store.folder)) if found["id"] == answer.id)
    return answer, Trace.model_validate(kept)


def test_the_walk_of_an_answer_is_kept(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(SALES)
    answer, trace = ask(shop, connection)
    [request], [call] = trace.model_calls, trace.calls
    assert (trace.question, trace.outcome, trace.planned_by) == (QUESTION, "answered", "model")
    assert request.messages[0]["role"] == "system" and len(request.messages[0]["content"]) > 1_000
    assert request.messages[-1]["content"].endswith(f"Q: {QUESTION}")
    assert '"get_sales"' in request.reply and (request.prompt_tokens, request.cached_tokens) == (800, 790)
    assert call.said == {"period": "last week"} and "start" in call.arguments["period"]
    assert any(line.startswith("units = ") for line in call.facts)
    assert trace.passed and trace.answer == answer.answer and trace.tokens == answer.tokens
    assert 0 <= request.started <= request.started + request.seconds <= call.started <= trace.seconds.total


def test_a_reply_that_never_came_is_kept_with_its_reason(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.queue.append(ModelTimeout("no answer within 90 s", "ask again"))
    _, trace = ask(shop, connection)
    assert trace.planned_by == "keywords"
    assert trace.model_calls[0].error.startswith("ModelTimeout") and not trace.model_calls[0].reply


def test_what_the_checker_withheld_is_kept(
    shop: Shop, connection: ScriptedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent import answering
    from agent.composition import Draft

    def invent(*_: Any, **__: Any) -> Draft:
        return Draft(text="We sold 987,654 units.")

    monkeypatch.setattr(answering, "compose", invent)
    connection.scripted.enqueue(SALES)
    _, trace = ask(shop, connection)
    assert not trace.passed
    assert trace.withheld[0].paragraph == "We sold 987,654 units."
    assert any("987" in violation["text"] for violation in trace.withheld[0].violations)


def test_a_refused_question_leaves_a_trace_without_calls(shop: Shop, connection: ScriptedConnection) -> None:
    _, trace = ask(shop, connection, "x" * 20_000)
    assert (trace.outcome, trace.reason, trace.calls) == ("declined", "question_too_long", [])
    assert len(trace.question) <= 200


def test_a_trial_keeps_no_trace(shop: Shop, connection: ScriptedConnection, tmp_path: Path) -> None:
    before = len(list(read_traces(Path(shop.store.folder))))
    connection.scripted.enqueue(SALES)
    Assistant(shop, connection, trial_folder=tmp_path).ask(QUESTION)
    assert len(list(read_traces(Path(shop.store.folder)))) == before


def test_a_full_disk_costs_the_trace_and_not_the_answer(
    shop: Shop, connection: ScriptedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agent.tracing.append_trace", full)
    connection.scripted.enqueue(SALES)
    assert Assistant(shop, connection).ask(QUESTION, "full disk").outcome == "answered"


def test_ids_sort_by_time_and_never_meet() -> None:
    ids = [answer_id() for _ in range(50)]
    assert len(set(ids)) == len(ids) and {len(name) for name in ids} == {14}
    assert [name[:9] for name in ids] == sorted(name[:9] for name in ids)


def exported(trace: Trace, *, with_content: bool) -> dict[str, Any]:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    emit_spans(provider.get_tracer("test"), trace, with_content=with_content)
    return {span.name: span for span in memory.get_finished_spans()}


def test_spans_follow_the_conventions_for_generative_ai(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(SALES)
    answer, trace = ask(shop, connection)
    found = exported(trace, with_content=False)
    root, chat, tool = (
        found[name] for name in ("invoke_agent shopcast", "chat scripted", "execute_tool get_sales")
    )
    assert root.parent is None
    assert {chat.parent.span_id, tool.parent.span_id} == {root.context.span_id}
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert root.attributes["shopcast.answer.id"] == answer.id
    assert chat.attributes["gen_ai.usage.input_tokens"] == 800
    assert chat.attributes["gen_ai.usage.output_tokens"] == 40
    assert tool.attributes["gen_ai.tool.name"] == "get_sales"
    assert root.start_time <= chat.start_time <= chat.end_time <= tool.start_time <= root.end_time
    assert root.events[0].name == "gen_ai.evaluation.result"
    assert root.events[0].attributes["gen_ai.evaluation.score.label"] == "pass"


def test_words_stay_at_home_unless_asked_for(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(SALES)
    _, trace = ask(shop, connection)

    def words(with_content: bool) -> str:
        spans = exported(trace, with_content=with_content).values()
        return " ".join(str(dict(span.attributes)) for span in spans)

    assert QUESTION not in words(False) and "last week" not in words(False)
    assert QUESTION in words(True) and "gen_ai.input.messages" in words(True)


def test_a_failed_request_is_a_failed_span(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.queue.append(ModelTimeout("no answer within 90 s", "ask again"))
    _, trace = ask(shop, connection)
    chat = exported(trace, with_content=False)["chat scripted"]
    assert chat.attributes["error.type"] == "ModelTimeout" and not chat.status.is_ok


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"SHOPCAST_TRACES": "console"}, True),
        ({"SHOPCAST_TRACES": "0"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_the_environment_turns_spans_on(
    environment: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert spans_wanted() is wanted


def test_nothing_is_loaded_while_spans_are_off() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import sys, agent.tracing, agent.spans; print('opentelemetry' in sys.modules)"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert listed.stdout.strip() == "False"


def test_a_collector_receives_the_spans(
    shop: Shop, connection: ScriptedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grpc
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as messages
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as service

    received: list[str] = []

    class Collector(service.TraceServiceServicer):  # type: ignore[misc]
        def Export(self, request: Any, context: Any) -> Any:  # noqa: N802
            for resource in request.resource_spans:
                received.extend(span.name for scope in resource.scope_spans for span in scope.spans)
            return messages.ExportTraceServiceResponse()

    server = grpc.server(futures.ThreadPoolExecutor(2))
    service.add_TraceServiceServicer_to_server(Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        connection.scripted.enqueue(SALES)
        ask(shop, connection)
        spans._provider().shutdown()
    finally:
        server.stop(None).wait()
    assert set(received) == {"invoke_agent shopcast", "chat scripted", "execute_tool get_sales"}
