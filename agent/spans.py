"""Traces as OpenTelemetry spans, by the semantic conventions for generative AI; off unless the environment asks.

`OTEL_EXPORTER_OTLP_ENDPOINT` sends them to a collector (OTLP over gRPC), `SHOPCAST_TRACES=console` prints them on
standard error. Words of prompts, answers and arguments are left out unless
`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

    from agent.recording import ModelCall
    from agent.tracing import Trace, TracedCall

AGENT = "shopcast"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_CONSOLE = "SHOPCAST_TRACES"
_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_NANOSECONDS = 1_000_000_000


def send_spans(trace: Trace) -> None:
    """Export one answer's spans; nothing is imported, made or sent where tracing is off."""
    if spans_wanted():
        emit_spans(
            _provider().get_tracer(AGENT), trace, with_content=os.environ.get(_CONTENT, "").lower() == "true"
        )


def spans_wanted() -> bool:
    """Whether the environment names a place for spans."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return os.environ.get(_CONSOLE) == "console" or any(os.environ.get(name) for name in _ENDPOINTS)


@cache
def _provider() -> TracerProvider:
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider

    # A provider of our own: libraries beneath us that trace through the global one send nothing along.
    name = os.environ.get("OTEL_SERVICE_NAME", AGENT)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    provider.add_span_processor(_processor())
    return provider


def _processor() -> SpanProcessor:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

    if os.environ.get(_CONSOLE) == "console":
        # Standard output is the answer's alone.
        return SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr))
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    return BatchSpanProcessor(OTLPSpanExporter())


def emit_spans(tracer: Tracer, trace: Trace, *, with_content: bool) -> None:
    """Make the spans of one answer: the walk, and under it each request to the model and each tool call.

    Args:
        tracer: where they go.
        trace: what happened.
        with_content: whether the words go along.
    """
    from opentelemetry.trace import SpanKind, set_span_in_context

    end = round(trace.at.timestamp() * _NANOSECONDS)
    start = end - round(trace.seconds.total * _NANOSECONDS)

    def moment(seconds: float) -> int:
        return start + round(seconds * _NANOSECONDS)

    root = tracer.start_span(f"invoke_agent {AGENT}", attributes=_walk(trace, with_content), start_time=start)
    root.add_event("gen_ai.evaluation.result", _verdict(trace, with_content), timestamp=end)
    inside = set_span_in_context(root)
    for request in trace.model_calls:
        span = tracer.start_span(
            f"chat {request.model}", inside, SpanKind.CLIENT, _chat(request, with_content),
            start_time=moment(request.started),
        )  # fmt: skip
        _fail(span, request.error.partition(":")[0])
        span.end(moment(request.started + request.seconds))
    for call in trace.calls:
        span = tracer.start_span(
            f"execute_tool {call.tool}", inside, attributes=_tool(call, with_content),
            start_time=moment(call.started),
        )  # fmt: skip
        _fail(span, call.error)
        span.end(moment(call.started + call.seconds))
    _fail(root, trace.reason if trace.outcome == "failed" else "")
    root.end(end)


def _fail(span: Any, error: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    if error:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR, error))


def _walk(trace: Trace, with_content: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": AGENT,
        "gen_ai.conversation.id": trace.conversation_id,
        "gen_ai.usage.input_tokens": trace.tokens.prompt,
        "gen_ai.usage.output_tokens": trace.tokens.completion,
        "gen_ai.usage.cache_read.input_tokens": trace.tokens.cached,
        "shopcast.answer.id": trace.id,
        "shopcast.store": trace.store,
        "shopcast.language": trace.language,
        "shopcast.outcome": trace.outcome,
        "shopcast.reason": trace.reason,
        "shopcast.planned_by": trace.planned_by,
        "shopcast.replanned": trace.replanned,
        "shopcast.check.passed": trace.passed,
    }
    attributes |= {f"shopcast.seconds.{name}": value for name, value in trace.seconds.model_dump().items()}
    if with_content:
        attributes["gen_ai.input.messages"] = _messages([{"role": "user", "content": trace.question}])
        attributes["gen_ai.output.messages"] = _messages([{"role": "assistant", "content": trace.answer}])
    return attributes


def _verdict(trace: Trace, with_content: bool) -> dict[str, Any]:
    found = [violation for withheld in trace.withheld for violation in withheld.violations]
    verdict: dict[str, Any] = {
        "gen_ai.evaluation.name": "receipts",
        "gen_ai.evaluation.score.value": float(trace.passed),
        "gen_ai.evaluation.score.label": "pass" if trace.passed else "fail",
        "shopcast.check.violations": len(found),
    }
    if with_content and found:
        verdict["gen_ai.evaluation.explanation"] = json.dumps(found, ensure_ascii=False)
    return verdict


def _chat(request: ModelCall, with_content: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        # Whatever serves the model speaks this protocol.
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": request.model,
        "gen_ai.request.temperature": 0.0,
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": request.prompt_tokens,
        "gen_ai.usage.output_tokens": request.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": request.cached_tokens,
    }
    if with_content:
        attributes["gen_ai.input.messages"] = _messages(request.messages)
        attributes["gen_ai.output.messages"] = _messages([{"role": "assistant", "content": request.reply}])
    return attributes


def _tool(call: TracedCall, with_content: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call.tool,
        "gen_ai.tool.type": "function",
        "shopcast.statements": call.statements,
        "shopcast.reviews": call.reviews,
    }
    if with_content:
        attributes["gen_ai.tool.call.arguments"] = json.dumps(call.arguments, ensure_ascii=False)
        attributes["gen_ai.tool.call.result"] = json.dumps(call.facts, ensure_ascii=False)
        attributes["shopcast.said"] = json.dumps(call.said, ensure_ascii=False)
    return attributes


def _messages(messages: list[dict[str, str]]) -> str:
    """Return messages as the conventions write them: each a role and its parts."""
    return json.dumps(
        [
            {"role": message["role"], "parts": [{"type": "text", "content": message["content"]}]}
            for message in messages
        ],
        ensure_ascii=False,
    )
