"""One client, servers of every habit: each one here behaves on a real socket as its model does."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from serving.client import ChatClient
from serving.connection import connect
from serving.dialect import find_json
from serving.errors import ModelRejected, RequestTooLong
from serving.settings import Settings

SCHEMA = {
    "title": "plan",
    "type": "object",
    "properties": {"tool": {"type": "string"}},
    "required": ["tool"],
    "additionalProperties": False,
}
MESSAGES = [{"role": "system", "content": "You plan."}, {"role": "user", "content": "What is hot?"}]
PLAN = '{"tool": "list_trending"}'

Reply = tuple[int, Any]


def completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    }


def refusal(status: int, message: str, **more: Any) -> Reply:
    return status, {"error": {"message": message, **more}}


class Server:
    """Answers what `behave(path, body, headers)` says."""

    def __init__(self) -> None:
        self.behave: Callable[[dict[str, Any]], Reply] = lambda _: (200, completion(PLAN))
        self.models: list[str] | None = None
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.url = ""

    def connect(self, model: str, **settings: Any) -> ChatClient:
        return connect(Settings(llm_url=self.url, llm_model=model, **settings)).client()

    def formats(self) -> list[str | None]:
        return [body.get("response_format", {}).get("type") for body in self.bodies]


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if state.models is None or self.path != "/v1/models":
                self._send(404, "404 page not found")
            else:
                listed = [
                    {"id": name, "object": "model", "created": 1, "owned_by": "x"} for name in state.models
                ]
                self._send(200, {"object": "list", "data": listed})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.bodies.append(body)
            state.keys.append(self.headers.get("Authorization"))
            self._send(
                *(state.behave(body) if self.path == "/v1/chat/completions" else (404, "no such page"))
            )

        def _send(self, status: int, content: Any) -> None:
            self.send_response(status)
            streamed = isinstance(content, list)
            kind = (
                "text/event-stream"
                if streamed
                else "text/plain"
                if isinstance(content, str)
                else "application/json"
            )
            self.send_header("Content-Type", kind)
            self.end_headers()
            if not streamed:
                self.wfile.write((content if isinstance(content, str) else json.dumps(content)).encode())
                return
            for chunk in content:
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()
            self.wfile.write(b": keep-alive\n\ndata: [DONE]\n\n")

        def log_message(self, *_: Any) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def plan(client: ChatClient, messages: list[dict[str, str]] = MESSAGES) -> str:
    return client.complete(messages, schema=SCHEMA, max_tokens=50, timeout_seconds=5).text


def test_ollama_needs_no_key_and_takes_the_schema(server):
    def behave(body):
        named = body["response_format"]["json_schema"]
        return 200, completion(PLAN if named["schema"] == SCHEMA else "wrong")

    server.behave = behave
    client = server.connect("qwen2.5:3b")
    assert plan(client) == PLAN
    client.close()
    assert "chat_template_kwargs" not in server.bodies[0]


def test_a_model_that_thinks_is_told_not_to_under_any_of_its_names(server):
    for name in ("qwen3:8b", "Qwen/Qwen3-8B", "qwen3-8b"):
        client = server.connect(name)
        plan(client)
        client.complete(MESSAGES, max_tokens=5, timeout_seconds=5)
        client.close()
    assert [body["chat_template_kwargs"] for body in server.bodies] == [{"enable_thinking": False}] * 6


def test_llama_cpp_server_refuses_a_second_way_of_constraining_and_a_late_system_message(server):
    def behave(body):
        if "json_schema" in body or "grammar" in body:
            return refusal(400, 'Either "json_schema" or "grammar" can be specified, but not both')
        if [m["role"] for m in body["messages"]].index("system") != 0:
            return refusal(500, "System message must be at the beginning")
        return 200, completion(PLAN) | {"timings": {"predicted_per_second": 9.1}}

    server.behave = behave
    client = server.connect("whatever.gguf", llm_api_key="sesame")
    assert plan(client) == PLAN
    client.close()
    assert server.keys == ["Bearer sesame"]
    assert server.formats() == ["json_schema"]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        refusal(400, "This response_format type is unavailable now"),
        refusal(422, "body.response_format.type: Input should be 'text' or 'json_object'"),
        refusal(400, "Invalid value.", param="response_format.type"),
        (400, {"error": "'response_format.type' must be 'text'"}),
        refusal(501, "structured outputs are not implemented for this model"),
    ],
)
def test_a_server_without_schemas_is_told_the_schema_in_words(server, status, content):
    def behave(body):
        if body.get("response_format", {}).get("type") == "json_schema":
            return status, content
        said = body["messages"][0]["content"]
        assert said.startswith("You plan.")
        assert re.search(r"JSON.*\"list|\"tool\"", said, re.DOTALL)
        return 200, completion(f"```json\n{PLAN}\n```")

    server.behave = behave
    client = server.connect("m")
    assert plan(client) == PLAN
    assert plan(client) == PLAN
    client.close()
    # What it refused once it is not asked again, through whatever transport.
    again = client.through(lambda transport: transport)
    assert plan(again) == PLAN
    again.close()
    assert server.formats() == ["json_schema", "json_object", "json_object", "json_object"]


def test_a_server_without_any_format_is_asked_plainly(server):
    def behave(body):
        if "response_format" in body:
            return refusal(400, "Unsupported parameter: 'response_format'")
        return 200, completion(f"<think>Is {{it}} hot?</think>Sure! {PLAN} Anything else?")

    server.behave = behave
    client = server.connect("m")
    assert plan(client) == PLAN
    assert plan(client, MESSAGES[1:]) == PLAN
    client.close()
    assert server.formats() == ["json_schema", "json_object", None, None]
    assert [m["role"] for m in server.bodies[-1]["messages"]] == ["system", "user"]


def test_a_refusal_for_another_reason_is_no_matter_of_dialect(server):
    server.behave = lambda _: refusal(400, "temperature must be 1")
    client = server.connect("m")
    with pytest.raises(ModelRejected, match="temperature"):
        plan(client)
    client.close()
    assert len(server.bodies) == 1


def test_a_cloud_that_knows_no_template_options_is_asked_without_them(server):
    def behave(body):
        if "chat_template_kwargs" in body:
            return refusal(400, "Unrecognized request argument supplied: chat_template_kwargs")
        return 200, completion(PLAN)

    server.behave = behave
    client = server.connect("qwen3-8b")
    assert plan(client) == plan(client) == PLAN
    client.close()
    assert server.formats() == ["json_schema"] * 3


def test_a_proxy_that_streams_whatever_it_is_asked(server):
    def chunk(**delta: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}

    last = chunk()
    last["choices"][0]["finish_reason"] = "stop"
    usage = chunk() | {
        "choices": [],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13},
    }
    pieces = [chunk(role="assistant"), *(chunk(content=piece) for piece in (PLAN[:9], PLAN[9:]))]
    server.behave = lambda _: (200, [*pieces, last, usage])
    client = server.connect("m")
    reply = client.complete(MESSAGES, schema=SCHEMA, max_tokens=50, timeout_seconds=5)
    client.close()
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == (PLAN, 9, 4)


def test_a_stream_that_was_cut_is_no_whole_answer(server):
    choice = {"index": 0, "delta": {"content": PLAN[:9]}, "finish_reason": "length"}
    server.behave = lambda _: (200, [{"id": "c", "created": 1, "model": "m", "choices": [choice]}])
    client = server.connect("m")
    with pytest.raises(RequestTooLong, match="cut"):
        plan(client)
    client.close()


def test_streamed_tool_calls_are_put_together(server):
    def chunk(call: dict[str, Any]) -> dict[str, Any]:
        choice = {"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}
        return {"id": "c", "created": 1, "model": "m", "choices": [choice]}

    whole = '{"direction": "up"}'
    first = {"index": 0, "id": "call-1", "type": "function"}
    server.behave = lambda _: (
        200,
        [
            chunk(first | {"function": {"name": "list_trending", "arguments": whole[:8]}}),
            chunk({"index": 0, "function": {"arguments": whole[8:]}}),
        ],
    )
    client = server.connect("m")
    reply = client.complete_with_tools(MESSAGES, [], max_tokens=50, timeout_seconds=5)
    client.close()
    assert reply.requests == (("call-1", "list_trending", whole),)


def test_the_models_that_a_server_offers_are_known_where_it_lists_them(server):
    server.models = ["qwen3:8b", "llama3.2:3b"]
    client = server.connect("qwen3:4b")
    assert client.offered_models(5) == ["qwen3:8b", "llama3.2:3b"]
    server.models = None
    assert client.offered_models(5) == []
    client.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PLAN, PLAN),
        (f"Here you go:\n{PLAN}\nBye", PLAN),
        (f"<think>{{}}</think>\n\n{PLAN}", PLAN),
        ("no idea", "no idea"),
        ("} backwards {", "} backwards {"),
    ],
)
def test_json_is_found_in_what_surrounds_it(text, found):
    assert find_json(text) == found
