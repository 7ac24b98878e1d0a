"""A model's replies on disk, found again by the whole request: what was asked differently has no reply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, Field, ValidationError

from agent.answer import Tokens
from evals.errors import CassetteMiss, CassetteUnusable

VERSION = 1
_QUESTION_CHARS = 120
_RECORD = "record it with `shopcast eval run SUITE --record FILE`"
_RECORD_AGAIN = "record again with --record"
# What the parts of a request are called in a message; the model is named by its name.
_SCHEMAS = ("response_format", "tools")
_PARTS = {"system": "the prompt", "schema": "the schema", "options": "the options"}

Body = dict[str, Any]


class Parts(BaseModel, frozen=True):
    """A request in parts, fingerprints but for the model's name: says what differs between two of them."""

    model: str
    system: str
    json_schema: str = Field(alias="schema")
    options: str
    user: str


class Reply(BaseModel):
    """What the model said; `tool_calls` as the server wrote them."""

    text: str
    finish_reason: str = "stop"
    tool_calls: list[dict[str, Any]] = Field(default_factory=list)
    usage: Tokens = Field(default_factory=Tokens)
    seconds: float = 0.0

    def says_the_same(self, other: Reply) -> bool:
        """Whether only the cost differs, if anything."""
        free = {"usage": self.usage, "seconds": self.seconds}
        return self == other.model_copy(update=free)


class Entry(BaseModel):
    """One line of a cassette."""

    key: str
    question: str
    parts: Parts
    reply: Reply


class Header(BaseModel):
    """A cassette's first line: the model of its latest recording, and where that ran."""

    version: int = VERSION
    model: str = ""
    description: str = ""


class Content(NamedTuple):
    """A cassette's lines; entries by key, of several with one key the last."""

    header: Header
    entries: dict[str, Entry]


def request_key(body: Body) -> str:
    """Return the fingerprint of a whole request, whatever the order in which a library wrote its fields."""
    return _hash({**body, **{name: _in_order(body.get(name)) for name in _SCHEMAS}})


def read_parts(body: Body) -> Parts:
    """Return what a request is made of."""
    messages = body.get("messages", [])
    rest = {"messages", "model", *_SCHEMAS}
    return Parts(
        model=str(body.get("model", "")),
        system=_short([m for m in messages if m.get("role") == "system"]),
        schema=_short([_in_order(body.get(name)) for name in _SCHEMAS]),
        options=_short({name: value for name, value in body.items() if name not in rest}),
        user=_short([m for m in messages if m.get("role") != "system"]),
    )


def user_message(body: Body) -> str:
    """Return the last thing that a user says in a request."""
    said = [m.get("content") for m in body.get("messages", []) if m.get("role") == "user"]
    return str(said[-1]) if said else ""


def _in_order(schema: Any) -> str:
    """A constrained model writes properties in the schema's order: there it is part of what was asked."""
    return json.dumps(schema, ensure_ascii=False)


def _hash(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _short(data: Any) -> str:
    return _hash(data)[:8]


class Cassette:
    """Recorded replies, to be replayed.

    Args:
        entries: what was recorded.
        match: how a request finds its reply. "request": the whole of it must be the same. "user": the model and
            what was said must be; for the mutation test, which changes prompts and schemas on purpose.
    """

    def __init__(self, entries: Iterable[Entry], *, match: Literal["request", "user"] = "request") -> None:
        self._match = match
        self._by_key = {entry.key: entry for entry in entries}
        self._by_user: dict[str, list[Entry]] = {}
        for entry in self._by_key.values():
            self._by_user.setdefault(entry.parts.user, []).append(entry)

    @classmethod
    def load(cls, path: Path, *, match: Literal["request", "user"] = "request") -> Self:
        """Read a cassette.

        Raises:
            CassetteUnusable: missing, unreadable, or of another version.
        """
        return cls(read_cassette(path).entries.values(), match=match)

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, body: Body) -> Reply | None:
        """Return the reply to a request, or None if it was never recorded."""
        found = self._by_key.get(request_key(body))
        if found is None and self._match == "user":
            parts = read_parts(body)
            nearest = self._nearest(parts)
            found = nearest if nearest and nearest.parts.model == parts.model else None
        return found.reply if found else None

    def explain(self, body: Body) -> CassetteMiss:
        """Say what keeps a request from its reply."""
        parts = read_parts(body)
        nearest = self._nearest(parts)
        question = shortened(user_message(body))
        if nearest is None:
            return CassetteMiss(
                f"no recorded reply to {question!r}: this question was never recorded "
                "(or an earlier turn went differently)",
                _RECORD_AGAIN,
            )
        causes = [f"{what} changed" for part, what in _PARTS.items() if part in _changed(parts, nearest)]
        said = [f"{' and '.join(causes)} since the recording"] if causes else []
        if "model" in _changed(parts, nearest):
            said.append(f"the model is {parts.model!r}, recorded was {nearest.parts.model!r}")
        return CassetteMiss(f"no recorded reply to {question!r}: {'; '.join(said)}", _RECORD_AGAIN)

    def _nearest(self, parts: Parts) -> Entry | None:
        candidates = self._by_user.get(parts.user, [])
        # Of the same model first: the mutation test must find the reply whatever else was changed.
        return min(
            candidates,
            key=lambda e: (e.parts.model != parts.model, len(_changed(parts, e)), e.key),
            default=None,
        )


def _changed(parts: Parts, entry: Entry) -> set[str]:
    before, now = entry.parts.model_dump(by_alias=True), parts.model_dump(by_alias=True)
    return {name for name in now if now[name] != before[name]}


def write_line(data: BaseModel) -> str:
    """Return a line of a cassette."""
    return json.dumps(data.model_dump(by_alias=True), ensure_ascii=False) + "\n"


def shortened(text: str) -> str:
    """Return the end of a message: a planner's has the question there."""
    return text if len(text) <= _QUESTION_CHARS else "…" + text[1 - _QUESTION_CHARS :]


def read_cassette(path: Path) -> Content:
    """Read a cassette's file.

    Raises:
        CassetteUnusable: missing, unreadable, or of another version.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise CassetteUnusable(f"there is no cassette {str(path)!r}", _RECORD) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CassetteUnusable(f"the cassette {str(path)!r} cannot be read: {error}", _RECORD) from error
    # What follows the last line break is a line that was cut when the recording was killed.
    written = [line for line in lines[:-1] if line]
    header = _read_header(path, written)
    entries: dict[str, Entry] = {}
    for number, line in enumerate(written[1:], start=2):
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as error:
            raise CassetteUnusable(
                f"line {number} of the cassette {str(path)!r} is no recorded reply", _RECORD_AGAIN
            ) from error
        entries[entry.key] = entry
    return Content(header, entries)


def _read_header(path: Path, lines: list[str]) -> Header:
    try:
        header = Header.model_validate_json(lines[0] if lines else "")
    except ValidationError as error:
        raise CassetteUnusable(f"{str(path)!r} is no cassette", _RECORD) from error
    if header.version != VERSION:
        raise CassetteUnusable(
            f"the cassette {str(path)!r} has version {header.version}; this program reads {VERSION}",
            _RECORD_AGAIN,
        )
    return header
