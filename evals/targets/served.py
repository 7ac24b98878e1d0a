"""A running `shopcast web`, asked over its API."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
from pydantic import ValidationError

from agent.answer import Answer
from evals.case import Case
from evals.errors import TargetFailed, TargetUnusable
from evals.observed import ObservedTurn, observe_answer
from evals.targets.addresses import may_use_proxy, read_host

_START = "start it with `shopcast web`, and give its address, such as http://127.0.0.1:7860"
_SEE_LOG = "see the log of the server; the other cases go on"
_CHECK_SECONDS = 10.0
_LARGEST_ANSWER_BYTES = 16 * 1024 * 1024


class ServedTarget:
    """Plays cases against the API of a Shopcast that runs elsewhere.

    Args:
        url: its address.

    Raises:
        TargetUnusable: nothing answers there, or something that is no Shopcast.
    """

    def __init__(self, url: str) -> None:
        if read_host(url) is None:
            raise TargetUnusable(f"the target {url!r} is not a URL", _START)
        self.description = url.rstrip("/")
        self.model = "not known before it answers"
        self._client = httpx.Client(base_url=self.description, trust_env=may_use_proxy(url))
        try:
            self._check()
        except TargetUnusable:
            self._client.close()
            raise

    def run(self, case: Case) -> list[ObservedTurn]:
        """Play a case's turns in one fresh conversation.

        Raises:
            TargetFailed: a hang, a refusal or rubbish; or keywords answered, which are not what is tested.
        """
        conversation: str | None = None
        turns = []
        for turn in case.turns:
            asked = {"question": turn.say, "store": case.store}
            if conversation:
                asked["conversation"] = conversation
            reply = _read(self._post(asked, case.timeout))
            conversation, answer = reply["conversation"], _validated(reply["answer"])
            if answer.planned_by == "keywords":
                raise TargetFailed(
                    f"the model behind {self.description} did not plan {turn.say[:80]!r}; keywords answered",
                    "run `shopcast doctor` where it runs",
                )
            self.model = answer.model or self.model
            turns.append(observe_answer(answer))
        return turns

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _check(self) -> None:
        where = f"{self.description}/api/stores"
        try:
            response = self._client.get("/api/stores", timeout=_CHECK_SECONDS)
        except httpx.HTTPError as error:
            raise TargetUnusable(f"{where} cannot be reached ({_named(error)})", _START) from error
        try:
            is_list = isinstance(response.json(), list)
        except ValueError:
            is_list = False
        if not response.is_success or not is_list:
            raise TargetUnusable(
                f"{where} answered {response.status_code} {response.text[:80]!r}: that is no Shopcast", _START
            )

    def _post(self, asked: dict[str, str], timeout_seconds: float) -> bytes:
        """Return the body of a good answer; the time limit holds for the whole of it."""
        deadline = time.monotonic() + timeout_seconds
        try:
            with self._client.stream("POST", "/api/ask", json=asked, timeout=timeout_seconds) as response:
                content = _content(response, deadline)
        except httpx.TimeoutException as error:
            raise _late(timeout_seconds) from error
        except httpx.HTTPError as error:
            raise TargetFailed(f"the answer broke off ({_named(error)})", _SEE_LOG) from error
        if content is None:
            raise _late(timeout_seconds)
        if not response.is_success:
            raise _refused(response.status_code, content)
        return content


def _content(response: httpx.Response, deadline: float) -> bytes | None:
    """Return the whole body, or None where it was not there in time: httpx limits only each wait for a piece."""
    content = b""
    for chunk in response.iter_bytes():
        content += chunk
        if time.monotonic() > deadline:
            return None
        if len(content) > _LARGEST_ANSWER_BYTES:
            raise TargetFailed(f"the answer is longer than {_LARGEST_ANSWER_BYTES:,} bytes", _SEE_LOG)
    return content


def _read(content: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(content)
        if isinstance(reply["conversation"], str) and isinstance(reply["answer"], dict):
            return dict(reply)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise TargetFailed(f"rubbish came instead of an answer: {_shown(content)}", _SEE_LOG)


def _validated(answer: dict[str, Any]) -> Answer:
    try:
        return Answer.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TargetFailed(
            f"the answer is not what this program understands: {place!r} {first['msg'].lower()}",
            "run the same version on both sides",
        ) from error


def _refused(status: int, content: bytes) -> TargetFailed:
    """Return the server's own words where it has some."""
    try:
        said = json.loads(content)
        return TargetFailed(f"the target answered {status}: {said['message']}", str(said["remedy"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return TargetFailed(f"the target answered {status}: {_shown(content)}", _SEE_LOG)


def _late(timeout_seconds: float) -> TargetFailed:
    return TargetFailed(
        f"no answer within {timeout_seconds:g} s", "raise the case's `timeout`, or see the log"
    )


def _shown(content: bytes) -> str:
    return repr(content[:120].decode("utf-8", "replace"))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
