"""What went wrong with a request, as an error that names its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving.errors import ModelRejected, ModelTimeout, ModelUnavailable, RequestTooLong, ServingError

if TYPE_CHECKING:
    import openai

_REFUSED_REQUEST = (400, 415, 422, 501)


def explain(error: Exception, url: str, model: str, timeout_seconds: float) -> ServingError:
    """Return the error that a user sees for one that a library raised.

    Args:
        error: what was raised.
        url: the server that was asked.
        model: the name that it was asked for.
        timeout_seconds: how long was waited at most.
    """
    import openai

    if isinstance(error, openai.APITimeoutError):
        return ModelTimeout(
            f"the model {model!r} did not answer within {timeout_seconds:g} seconds",
            "ask again, ask something shorter, or raise SHOPCAST_LLM_TIMEOUT_SECONDS",
        )
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, url, model)
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(
            f"the model server at {url} cannot be reached",
            "run `shopcast doctor`; start the server or correct SHOPCAST_LLM_URL",
        )
    return ModelRejected(
        f"the model server at {url} sent an answer that is no chat completion ({type(error).__name__})",
        "check that SHOPCAST_LLM_URL is the base URL of an OpenAI-compatible server",
    )


def refused_request(error: Exception) -> str | None:
    """Return the server's own words where it refused how it was asked, else None."""
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code not in _REFUSED_REQUEST:
        return None
    # Some name the field beside the message only.
    return f"{_reason(error)} {error.param or ''}"


def _explain_status(error: openai.APIStatusError, url: str, model: str) -> ServingError:
    said, reason = f"the model server at {url} answered {error.status_code}", _reason(error)
    if error.status_code in (401, 403):
        return ModelRejected(f"{said}: the key was refused", "set SHOPCAST_LLM_API_KEY to its key")
    if error.status_code == 404:
        return ModelRejected(
            f"{said}: {reason}",
            f"check SHOPCAST_LLM_URL and that SHOPCAST_LLM_MODEL ({model!r}) is served there",
        )
    if error.status_code == 429 or error.status_code >= 500:
        return ModelUnavailable(f"{said}: {reason}", "wait a moment and ask again; see the server's log")
    if "context" in reason.lower():
        return RequestTooLong(f"{said}: {reason}", "ask a shorter question, or begin a new conversation")
    return ModelRejected(f"{said}: {reason}", "run `shopcast doctor`")


def _reason(error: openai.APIStatusError) -> str:
    """Return the server's own words, short; proxies answer with whole pages."""
    body = error.body
    text = body.get("message") if isinstance(body, dict) else body
    return " ".join(str(text or error.message).split())[:200]
