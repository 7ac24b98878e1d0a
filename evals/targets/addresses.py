"""Addresses that engineers type."""

from __future__ import annotations

from urllib.parse import urlsplit

_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


def read_host(url: str) -> str | None:
    """Return the host of an http or https URL, or None where it is no such URL."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def may_use_proxy(url: str) -> bool:
    """Whether the environment's proxy may be asked; it knows nothing of a server on this machine."""
    return read_host(url) not in _LOCAL_NAMES
