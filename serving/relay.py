"""Transports between the client library and a server: one relays, one gathers a stream that nobody asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx


class Relay(httpx.BaseTransport):
    """Sends each request with a whole client: httpx drops the environment's proxies where a transport is given.

    Args:
        client: what reaches the server; closed with this transport.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the server's answer, its body not yet read; a stream of chunks as the one answer it means."""
        response = self._client.send(request, stream=True)
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            return response
        return _gathered(response)

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()


def _gathered(response: httpx.Response) -> httpx.Response:
    """Some proxies stream whatever they are asked: put the chunks together."""
    whole: dict[str, Any] = {"object": "chat.completion"}
    said, finish_reason = "", None
    calls: dict[int, dict[str, Any]] = {}
    for chunk in _chunks(response):
        whole.update({name: chunk[name] for name in ("id", "created", "model") if name in chunk})
        whole["usage"] = chunk.get("usage") or whole.get("usage")
        for choice in chunk.get("choices", [])[:1]:
            delta = choice.get("delta", {})
            said += delta.get("content") or ""
            finish_reason = choice.get("finish_reason") or finish_reason
            for call in delta.get("tool_calls") or []:
                _extend(calls.setdefault(call.get("index", 0), {}), call)
    message = {"role": "assistant", "content": said, "tool_calls": list(calls.values()) or None}
    whole["choices"] = [{"index": 0, "finish_reason": finish_reason, "message": message}]
    return httpx.Response(response.status_code, json=whole, request=response.request)


def _chunks(response: httpx.Response) -> Iterator[dict[str, Any]]:
    try:
        for line in response.iter_lines():
            data = line.removeprefix("data:").strip()
            if line.startswith("data:") and data != "[DONE]":
                yield json.loads(data)
    finally:
        response.close()


def _extend(call: dict[str, Any], piece: dict[str, Any]) -> None:
    """Add a piece to a tool call; only its arguments come in several."""
    written = piece.get("function", {})
    function = call.setdefault("function", {"name": "", "arguments": ""})
    function["name"] = function["name"] or written.get("name") or ""
    function["arguments"] += written.get("arguments") or ""
    call.setdefault("type", "function")
    call["id"] = call.get("id") or piece.get("id") or ""
