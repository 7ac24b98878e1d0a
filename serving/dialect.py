"""How a server is asked for an answer by schema: strictly where it can, in words where it cannot."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from serving.client import Message

Form = Literal["json_schema", "json_object", "words"]

_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "words")
_ABOUT_FORM = re.compile(
    r"response_?format|json_?schema|json_?object|structured|guided|grammar", re.IGNORECASE
)
_IN_WORDS = "Answer with one JSON object and nothing else: no explanation, no Markdown. It must satisfy this JSON schema:\n"


class Phrased(NamedTuple):
    """A request as this server wants it."""

    messages: list[Message]
    body: dict[str, Any]
    """What goes into the request beside the usual fields."""
    form: Form | None
    """How the schema is asked for; None where there is none."""


class Dialect:
    """What one server was found to understand; what it refused once, it is not asked again.

    Args:
        options: fields for every request to this model.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._form = 0
        self._lock = threading.Lock()

    def phrase(self, messages: list[Message], schema: dict[str, Any] | None) -> Phrased:
        """Put a request into the strictest form that was not yet refused."""
        if schema is None:
            return Phrased(messages, dict(self._options), None)
        form, body = _FORMS[self._form], dict(self._options)
        if form == "json_schema":
            named = {"name": schema.get("title", "answer"), "strict": True, "schema": schema}
            body["response_format"] = {"type": form, "json_schema": named}
            return Phrased(messages, body, form)
        if form == "json_object":
            body["response_format"] = {"type": form}
        return Phrased(_with_schema(messages, schema), body, form)

    def give_way(self, sent: Phrased, reason: str) -> bool:
        """Learn from a refusal; returns whether asking again makes sense.

        Args:
            sent: what was refused; another thread may have learnt from its own refusal meanwhile.
            reason: the server's own words.
        """
        with self._lock:
            named = [name for name in self._options if name in reason and name in sent.body]
            if named:
                self._options = {k: v for k, v in self._options.items() if k not in named}
                return True
            if sent.form is None or not _ABOUT_FORM.search(reason):
                return False
            refused = _FORMS.index(sent.form)
            if refused + 1 == len(_FORMS):
                return False
            self._form = max(self._form, refused + 1)
            return True


def find_json(text: str) -> str:
    """Return the JSON object in a text that nothing held to JSON; the text itself when there is none."""
    said = text.rpartition("</think>")[2]
    first, last = said.find("{"), said.rfind("}")
    return said[first : last + 1] if 0 <= first < last else text


def _with_schema(messages: list[Message], schema: dict[str, Any]) -> list[Message]:
    """Say the schema in the system message: the beginning stays constant for the server's prefix cache."""
    words = _IN_WORDS + json.dumps(schema, ensure_ascii=False)
    if messages and messages[0]["role"] == "system":
        first = {"role": "system", "content": f"{messages[0]['content']}\n\n{words}"}
        return [first, *messages[1:]]
    return [{"role": "system", "content": words}, *messages]
