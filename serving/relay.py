"""A client's requests as a transport, so that another transport can stand in front of it."""

from __future__ import annotations

import httpx


class Relay(httpx.BaseTransport):
    """Sends each request with a whole client: httpx drops the environment's proxies where a transport is given.

    Args:
        client: what reaches the server; closed with this transport.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the server's answer, its body not yet read."""
        return self._client.send(request, stream=True)

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()
